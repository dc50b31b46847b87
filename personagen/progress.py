"""How the library tells a terminal or a browser how far it is, knowing neither."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Progress(NamedTuple):
    """One report of a running step."""

    label: str
    """What is being done, in the user's words: `Reading`, `Coding` …"""
    done: int
    total: int

    @property
    def fraction(self) -> float:
        """Return how much is done, 0–1."""
        return self.done / self.total if self.total else 1.0


Report = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Take a report and show nothing."""
