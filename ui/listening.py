"""Questions that a language model is answering: its words as they come, until they are checked."""

from __future__ import annotations

import secrets
import threading
import traceback
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from personagen.errors import PersonagenError

Work = Callable[[Callable[[str], object]], object]
"""Asks; is given what to tell the words so far."""
MOST = 50
"""Questions that are remembered; the oldest go."""
WAIT = 5.0
"""Seconds that a tab is kept waiting for more."""


@dataclass
class Pending:
    """One question that is being answered; written by its thread, read by all."""

    persona: str
    session: str
    question: str
    by: str
    key: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    words: str = ""
    """What came so far; nothing of it is checked."""
    problem: str = ""
    """What went wrong; empty where nothing did."""
    done: bool = False


class Listening:
    """The questions that models are answering, or answered last; safe to use from many threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._all: OrderedDict[str, Pending] = OrderedDict()

    def start(self, pending: Pending, work: Work) -> Pending:
        """Have a question answered in a thread of its own."""
        with self._changed:
            self._all[pending.key] = pending
            while len(self._all) > MOST:
                self._all.popitem(last=False)
        threading.Thread(target=self._run, args=(pending, work), daemon=True).start()
        return pending

    def get(self, key: str) -> Pending | None:
        """Return a question by its key; None where it is gone."""
        with self._changed:
            return self._all.get(key)

    def after(self, key: str, words: str, wait: float = WAIT) -> tuple[str, bool]:
        """Return the words of an answer as soon as they are others than these, and if it is done.

        Args:
            key: Of the question.
            words: What the tab shows.
            wait: Seconds after which it is told all the same.
        """
        with self._changed:
            pending = self._all.get(key)
            if pending is None:
                return "", True
            self._changed.wait_for(lambda: pending.done or pending.words != words, wait)
            return pending.words, pending.done

    def _run(self, pending: Pending, work: Work) -> None:
        def hear(words: str) -> None:
            with self._changed:
                pending.words = words
                self._changed.notify_all()

        problem = ""
        try:
            work(hear)
        except PersonagenError as error:
            problem = str(error)
        except Exception as error:
            # Whatever it was, the person who waits is told, and the server's terminal has the rest.
            traceback.print_exc()
            problem = f"That failed ({type(error).__name__}). The terminal says more."
        with self._changed:
            pending.problem, pending.done = problem, True
            self._changed.notify_all()
