"""Send one request until it is answered or can't be: modes, retries, waiting, the budget."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel

from personagen.chatmodel import structure
from personagen.chatmodel.budget import Budget, Reserved
from personagen.chatmodel.failures import Failure, failure_of
from personagen.chatmodel.settings import ModelSettings
from personagen.chatmodel.structure import Reply, Structure
from personagen.egress import purpose
from personagen.tokens import counter_for

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

HOPELESS = 5
"""Requests that failed in a row, each after its retries, from which no more are sent."""
FIRST_WAIT = 0.5
"""Seconds; doubled with each retry, and drawn at random below that."""

Hear = Callable[[str], object]
"""Told the text of an answer so far, again and again while it comes; nothing of it is checked."""

Turns = Sequence[tuple[str, str]]
"""Role (`system`, `user`, `assistant`) and text of each message."""


class Sent(NamedTuple):
    """What became of a request."""

    reply: Reply | None
    why: str
    """Why there is no reply; empty where there is one."""
    seconds: float


class Sender:
    """Sends the requests of one run; may be used by several threads at once."""

    def __init__(
        self,
        settings: ModelSettings,
        make: Callable[[], BaseChatModel],
        budget: Budget,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare to send.

        Args:
            settings: Which model, and how it is asked.
            make: Makes the chat model; called when the first request is sent.
            budget: Bounds what is sent.
            sleep: Waits so many seconds.
        """
        self._settings, self._make, self._budget, self._sleep = settings, make, budget, sleep
        self._structure = Structure(settings.bare)
        self._temperature = settings.temperature
        self._lock = threading.Lock()
        self._model: BaseChatModel | None = None
        self._in_a_row = 0
        self.answered = 0
        """Requests that the server answered, well or badly."""
        self.dead = ""
        """Why no request is sent any more; empty while they are."""

    @property
    def lacking(self) -> str:
        """Return which ways of asking for structure the server knows not; empty where it does."""
        return self._structure.lacking

    def send(
        self,
        turns: Turns,
        output: type[BaseModel],
        most: int,
        what: str,
        tokens: int,
        hear: Hear | None = None,
    ) -> Sent:
        """Return the model's reply, or why there is none.

        Args:
            turns: The messages.
            output: What the answer must fit.
            most: Tokens of the answer.
            what: The purpose, for the log.
            tokens: Of the messages and the schema, as counted.
            hear: Told the answer as it comes; None: it is not streamed.
        """
        began = time.monotonic()
        attempt = 0
        while True:
            if self.dead:
                return Sent(None, self.dead, time.monotonic() - began)
            reserved = self._budget.reserve(tokens, most)
            if reserved is None:
                return Sent(None, self._budget.stopped, time.monotonic() - began)
            mode = self._structure.mode
            failure = self._try(turns, output, most, what, tokens, reserved, hear)
            if isinstance(failure, Reply):
                self._structure.worked(mode)
                return Sent(failure, "", time.monotonic() - began)
            if self._otherwise(failure, mode, attempt):
                continue
            if not failure.again or attempt >= self._settings.retries:
                return self._given_up(failure, attempt, began)
            self._sleep(self._wait(failure, attempt))
            attempt += 1

    def _try(
        self,
        turns: Turns,
        output: type[BaseModel],
        most: int,
        what: str,
        tokens: int,
        reserved: Reserved,
        hear: Hear | None,
    ) -> Reply | Failure:
        from langsmith.run_helpers import tracing_context

        mode, settings = self._structure.mode, self._settings
        try:
            asking = structure.asking(self._chat(), settings, mode, output, most, self._temperature)
            with purpose(what, tokens), tracing_context(enabled=False):
                came = structure.overheard(asking, turns, hear) if hear else None
                streamed = came is not None
                reply = structure.reply_of(came if streamed else asking.invoke(list(turns)))
        # The client trips over whatever a server sends: each of its errors becomes words.
        except Exception as error:
            broken_off = structure.reply_in(error)
            if broken_off is None:
                self._budget.settle(reserved, 0, 0)
                failure = failure_of(error, settings.bare, settings.host)
                return self._without_temperature(error, failure)
            reply = broken_off
        sent = tokens if reply.sent is None else reply.sent
        written = reply.written
        if written is None:
            # Few servers say what a stream took; it is all there to be counted.
            written = counter_for(settings.bare).count(reply.text) if streamed else most
        self._budget.settle(reserved, sent, written)
        with self._lock:
            self._in_a_row = 0
            self.answered += 1
        return reply._replace(sent=sent, written=written)

    def _chat(self) -> BaseChatModel:
        with self._lock:
            if self._model is None:
                self._model = self._make()
            return self._model

    def _without_temperature(self, error: Exception, failure: Failure) -> Failure:
        """Leave the temperature to a model that takes none, and ask again."""
        if getattr(error, "param", "") == "temperature" and self._temperature is not None:
            self._temperature = None
            return failure._replace(again=True, mode=False, wait=0.0)
        return failure

    def _otherwise(self, failure: Failure, mode: structure.Mode, attempt: int) -> bool:
        """Return whether to ask at once in another mode."""
        if not failure.mode or (failure.again and attempt < min(1, self._settings.retries)):
            return False
        return self._structure.give_up(mode)

    def _wait(self, failure: Failure, attempt: int) -> float:
        if failure.wait is not None:
            # A little more than asked, so that not all who wait come back at once.
            return min(failure.wait * (1 + random.random() / 10), self._settings.most_wait)
        longest: float = FIRST_WAIT * 2.0**attempt
        return min(random.uniform(0.5, 1) * longest, self._settings.most_wait)

    def _given_up(self, failure: Failure, attempt: int, began: float) -> Sent:
        tries = f"; tried {attempt + 1} times" if attempt else ""
        why = failure.why + tries
        with self._lock:
            self._in_a_row += 1
            # One that was tried again and again before any was answered: it is not there.
            nobody = failure.again and attempt > 0 and not self.answered
            if failure.fatal or nobody or self._in_a_row >= HOPELESS:
                self.dead = why
        return Sent(None, why, time.monotonic() - began)
