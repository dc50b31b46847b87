"""Ask a language model many questions at once: from the cache, or sent, read, checked."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from personagen import prompt as prompts
from personagen.chatmodel import structure
from personagen.chatmodel.answers import Answers, Call
from personagen.chatmodel.batching import Batcher, Wanted
from personagen.chatmodel.budget import NO_BOUNDS, Bounds, Budget
from personagen.chatmodel.making import connect, make
from personagen.chatmodel.pricing import Price
from personagen.chatmodel.repair import Unreadable, read
from personagen.chatmodel.sending import Hear, Sender, Turns
from personagen.chatmodel.settings import ModelSettings
from personagen.chatmodel.structure import Reply
from personagen.egress import Door
from personagen.errors import ModelError
from personagen.models import Spent
from personagen.progress import Progress, Report, silent
from personagen.prompt import Rendered
from personagen.tokens import TokenCounter, counter_for

ESTIMATE = "only counted"
"""Why a question has no answer where a run is only estimated."""
_WAITING = "waits for its batch"
_A_MESSAGE, _A_REPLY = 4, 3
"""Tokens that OpenAI's format adds to each message, and to each request."""
_ECHO = 600
"""Characters of a bad answer that the model is shown again."""


class Question(NamedTuple):
    """One thing that is asked of the model."""

    rendered: Rendered
    output: type[BaseModel]
    purpose: str
    """The step, for the log: `name themes`."""
    where: str
    """What it is about, for the list of what was skipped."""
    rests_on: frozenset[str]
    """Participants whose words are in it."""
    check: Callable[[Any], str]
    """Returns why an answer that can be read is refused; empty where it is not."""
    most: int
    """Tokens of the answer, at most."""


class Answered(NamedTuple):
    """What became of a question."""

    value: Any
    """What was asked for, or None."""
    why: str
    """Why there is none."""
    prompt: str
    """`name.vN@hash`."""
    refused: Any = None
    """The last answer that could be read and failed its check; parts of it may be good."""

    @property
    def counted(self) -> bool:
        """Return whether the question was not asked but only counted, for an estimate."""
        return self.why == ESTIMATE


class Asker:
    """Asks the questions of one run."""

    def __init__(
        self,
        settings: ModelSettings,
        door: Door,
        folder: Path | None,
        *,
        price: Price | None = None,
        bounds: Bounds = NO_BOUNDS,
        estimating: bool = False,
        batch: bool = False,
        held: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare to ask.

        Args:
            settings: Which model, and how it is asked.
            door: What requests pass on their way out.
            folder: The study's, where answers are kept; None keeps them in memory.
            price: Of the model; None: unknown.
            bounds: Where the run stops.
            estimating: Send nothing, count what would be sent; what is in the cache is answered.
            batch: Send the questions as batches: cheaper, within a day.
            held: Write nothing into the study's folder before `answers.settle` says so: for
                whoever asks without its writer lock.
            sleep: Waits so many seconds.
        """
        self.settings = settings
        self._price, self._door = price, door
        self.estimating = estimating
        """Nothing is sent, only counted."""
        self.answers = Answers(folder, held=held)
        self._budget = Budget(bounds, price)
        self._sender = Sender(settings, lambda: make(settings, door), self._budget, sleep)
        self._batcher = (
            Batcher(settings, lambda: connect(settings, door), self.answers, sleep)
            if batch and not estimating
            else None
        )
        self._wanted: dict[str, _Open] = {}
        self._fetched: dict[str, Reply | str] = {}
        self._lock = threading.Lock()
        self._reused = self._requests = self._sent = self._written = 0

    def ask(
        self, questions: Sequence[Question], label: str, report: Report = silent
    ) -> list[Answered]:
        """Return what became of each question, in their order.

        Raises:
            ModelError: the server can't be used, and nothing was answered yet.
        """
        if self._batcher:
            return self._ask_in_batches(self._batcher, questions, label, report)
        found: list[Answered | None] = [None] * len(questions)
        report(Progress(label, 0, len(questions)))
        pool = ThreadPoolExecutor(self.settings.concurrency, "asking")
        try:
            waiting = {pool.submit(self._one, q): i for i, q in enumerate(questions)}
            for done, future in enumerate(as_completed(waiting), 1):
                found[waiting[future]] = future.result()
                report(Progress(label, done, len(questions)))
        finally:
            pool.shutdown(cancel_futures=True)
        self._alive()
        return [one for one in found if one is not None]

    def listen(self, question: Question, hear: Hear) -> Answered:
        """Return what became of one question; its answer is told as it comes.

        Args:
            question: What is asked.
            hear: Told the text so far. It is not checked, and begins anew where it is asked twice.

        Raises:
            ModelError: the server can't be used.
        """
        answered = self._one(question, hear)
        self._alive()
        return answered

    def _alive(self) -> None:
        """Tell the user where the server can't be used, and nothing was answered yet."""
        if self._sender.dead and not self._sender.answered and not self._reused:
            raise ModelError(
                self._sender.dead[:1].upper() + self._sender.dead[1:],
                "Put it right and run again, or use --analyst extractive, which needs no model.",
            )

    def _ask_in_batches(
        self, batcher: Batcher, questions: Sequence[Question], label: str, report: Report
    ) -> list[Answered]:
        """Return what became of each question: one batch, and one of those asked again."""
        found = [self._one(question) for question in questions]
        while self._wanted:
            left = [i for i, answer in enumerate(found) if answer.why == _WAITING]
            self._fetch(batcher, label, report)
            for i in left:
                found[i] = self._one(questions[i])
        report(Progress(label, len(questions), len(questions)))
        return found

    def _fetch(self, batcher: Batcher, label: str, report: Report) -> None:
        """Send what is wanted, as far as the bounds allow, and take in what comes back."""
        wanted, self._wanted = list(self._wanted.values()), {}
        reserved = {}
        for one in wanted:
            held = self._budget.reserve(one.tokens, one.most)
            if held is None:
                self._fetched[one.key] = self._budget.stopped
            else:
                reserved[one.key] = held
        going = [one for one in wanted if one.key in reserved]
        began = time.monotonic()
        came = batcher.fetch([one.wanted for one in going], label, report) if going else {}
        for one in going:
            reply = came[one.key]
            if isinstance(reply, Reply):
                reply = _as_counted(reply, one)
                self._budget.settle(reserved[one.key], reply.sent or 0, reply.written or 0)
                self._take_in(one.key, one.question, reply, time.monotonic() - began)
            else:
                self._budget.settle(reserved[one.key], 0, 0)
            self._fetched[one.key] = reply

    def spent(self) -> Spent:
        """Return what the run took so far, or would take where it is only estimated."""
        with self._lock:
            usd = self._price.of(self._sent, self._written) if self._price else None
            return Spent(
                requests=self._requests,
                reused=self._reused,
                tokens_sent=self._sent,
                tokens_written=self._written,
                usd=None if usd is None else round(usd, 6),
            )

    @property
    def stopped(self) -> str:
        """Return why no request is sent any more; empty while they are."""
        return self._sender.dead or self._budget.stopped

    @property
    def lacking(self) -> str:
        """Return what the server can't be asked for, in words; empty where it keeps to a schema."""
        return self._sender.lacking

    def close(self) -> None:
        """Let go of the cache and of the connections."""
        self.answers.close()
        self._door.close()

    def _one(self, question: Question, hear: Hear | None = None) -> Answered:
        turns: Turns = (
            ("system", question.rendered.system),
            ("user", question.rendered.user),
        )
        why, refused = "", None
        for _ in range(2):
            text, why = self._text(turns, question, hear)
            if text is None:
                return Answered(None, why, question.rendered.prompt, refused)
            value, why = self._read(text, question)
            if value is not None and not why:
                return Answered(value, "", question.rendered.prompt)
            refused = value if value is not None else refused
            turns = _again(turns[:2], text, why)
        return Answered(None, f"asked twice: {why}", question.rendered.prompt, refused)

    def _read(self, text: str, question: Question) -> tuple[Any, str]:
        try:
            value = read(text, question.output)
        except Unreadable as error:
            return None, str(error)
        return value, question.check(value)

    def _text(
        self, turns: Turns, question: Question, hear: Hear | None = None
    ) -> tuple[str | None, str]:
        """Return an answer from the cache or from the server, or why there is none."""
        most = min(question.most, self.settings.max_output_tokens)
        key = self._key(turns, question.output, most)
        if key in self._fetched:
            return _said(self._fetched[key])
        kept = self.answers.find(key)
        if kept is not None:
            with self._lock:
                self._reused += 1
            return kept, ""
        tokens = self._tokens(turns, question.output)
        if self.estimating:
            self._count(tokens, most)
            return None, ESTIMATE
        if self._batcher:
            self._wanted[key] = _Open(key, turns, question, most, tokens)
            return None, _WAITING
        sent = self._sender.send(turns, question.output, most, question.purpose, tokens, hear)
        if sent.reply is None:
            return None, sent.why
        self._take_in(key, question, sent.reply, sent.seconds)
        return _said(sent.reply)

    def _take_in(
        self, key: str, question: Question, reply: structure.Reply, seconds: float
    ) -> None:
        """Put on record what an answer took, and keep it if it is one."""
        outcome = _outcome(reply, question.output)
        sent, written = reply.sent or 0, reply.written or 0
        self._count(sent, written)
        cost = self._cost(sent, written)
        self.answers.record(
            Call(key, question.purpose, sent, written, cost, round(seconds, 3), outcome)
        )
        if outcome == "answered":
            self.answers.keep(key, reply.text, question.rests_on)

    def _count(self, sent: int, written: int) -> None:
        with self._lock:
            self._requests += 1
            self._sent += sent
            self._written += written

    def _cost(self, sent: int, written: int) -> float | None:
        return self._price.of(sent, written) if self._price else None

    def _key(self, turns: Turns, output: type[BaseModel], most: int) -> str:
        settings = self.settings
        parts = [
            settings.qualified, settings.base_url, settings.temperature, most,
            structure.schema_of(output), [list(turn) for turn in turns],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def _tokens(self, turns: Turns, output: type[BaseModel]) -> int:
        count = self.counter.count
        words = sum(count(text) + _A_MESSAGE for _, text in turns)
        return words + count(structure.schema_text(output)) + _A_REPLY

    @property
    def counter(self) -> TokenCounter:
        """Return what counts the model's tokens."""
        return counter_for(self.settings.bare)


class _Open(NamedTuple):
    """A request that waits for its batch."""

    key: str
    turns: Turns
    question: Question
    most: int
    tokens: int

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.key, self.turns, self.question.output, self.most, self.tokens)


def _as_counted(reply: Reply, one: _Open) -> Reply:
    """Return a reply with what it took, also where the server does not say."""
    sent = one.tokens if reply.sent is None else reply.sent
    written = one.most if reply.written is None else reply.written
    return reply._replace(sent=sent, written=written)


def _said(reply: Reply | str) -> tuple[str | None, str]:
    """Return the text of a reply, or why there is none."""
    if isinstance(reply, str):
        return None, reply
    if reply.refusal and not reply.text.strip():
        return None, f"the model would not answer: {reply.refusal[:80]}"
    return reply.text, ""


def _outcome(reply: structure.Reply, output: type[BaseModel]) -> str:
    if reply.refusal and not reply.text.strip():
        return "refused"
    try:
        read(reply.text, output)
    except Unreadable:
        return "unreadable"
    return "answered"


def _again(turns: Turns, bad: str, why: str) -> Turns:
    """Return the messages that ask once more, with what was wrong."""
    rendered = prompts.load("again").render(reason=why)
    shown = [("assistant", bad[:_ECHO])] if bad.strip() else []
    return (*turns, *shown, ("user", rendered.user))
