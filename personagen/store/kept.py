"""What was read of a study, kept by whoever opens it again and again: the review room.

A stamp says which state of the study it was read in. A decision changes the stamp, but neither
what was imported and its vectors nor what was found; those are kept over it, and the rest is made
anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
LASTING = frozenset({"imported", "found", "vectors"})
"""What no decision changes."""


class Kept:
    """Remembers what was read in one state of a study; safe to ask from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stamp = ""
        self._read: dict[str, Any] = {}

    def once(self, stamp: str, name: str, read: Callable[[], T]) -> T:
        """Return what was read under a name in this state of the study; read it if it was not."""
        with self._lock:
            if self._stamp == stamp and name in self._read:
                kept: T = self._read[name]
                return kept
        value = read()
        with self._lock:
            if self._stamp != stamp:
                self._stamp, self._read = stamp, {}
            self._read[name] = value
        return value

    def talked(self, before: str, after: str) -> None:
        """Say that an answer was put on record, and nothing else happened: all that is kept holds.

        The caller holds the writer lock from before the first stamp to after the second.
        """
        with self._lock:
            if self._stamp == before:
                self._stamp = after

    def decided(self, before: str, after: str) -> None:
        """Say that decisions, and nothing else, led from one state to another.

        The caller holds the writer lock from before the first stamp to after the second.
        """
        with self._lock:
            if self._stamp == before:
                self._stamp = after
                self._read = {n: v for n, v in self._read.items() if n in LASTING}
