"""Where `prompts/` and `corpus/` are: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder `name` that ships with personagen.

    Raises:
        FileNotFoundError: the installation lacks it, which a test of the wheel rules out.
    """
    for candidate in (_HERE / name, _HERE.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"personagen was installed without {name!r}; install it again.")
