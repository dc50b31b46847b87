"""Message tests of this session: kept in memory for the tab that asked, never in the study."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from personagen.messagetest import Compared, TestedMessage

MOST = 30
"""Tests that are remembered; the oldest go."""


class Trial(NamedTuple):
    """A draft, or two, and what they met."""

    text: str
    against: str
    tested: Sequence[TestedMessage]
    """By persona: that of the first draft, then that of the second, where there is one."""
    compared: Sequence[Compared]


class Trials:
    """Remembers the last tests; safe to ask from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Trial] = OrderedDict()

    def keep(self, trial: Trial) -> str:
        """Return the key of a test, by which the tab asks for it again."""
        key = secrets.token_urlsafe(9)
        with self._lock:
            self._kept[key] = trial
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return key

    def get(self, key: str) -> Trial | None:
        """Return a test, or None where it is gone."""
        with self._lock:
            return self._kept.get(key)
