"""Freed memory is handed back, and where it can't be told to nothing happens."""

from __future__ import annotations

import ctypes

from personagen.memory import give_back


def test_what_is_still_used_stays_as_it_is():
    held = [bytes([n % 256]) * 5000 for n in range(2000)]
    del held[::2]
    give_back()
    assert all(
        part == bytes([n % 256]) * 5000 for n, part in zip(range(1, 2000, 2), held, strict=True)
    )


def test_a_system_without_glibc_goes_on(monkeypatch):
    def missing(name):
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    give_back()
