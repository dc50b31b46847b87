"""The desk where personas are asked; `Study.talk` opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from personagen.analysts.base import SentenceEncoder
from personagen.answering import Dossier, Heard, answer, heard
from personagen.errors import ChangedError, UnknownIdError, UsageError
from personagen.models import Answer, Persona, Spent, StudyDocument
from personagen.privacy.typed import typed_masker
from personagen.progress import Report, silent
from personagen.store.chats import Chats
from personagen.store.kept import Kept
from personagen.store.ledger import Ledger
from personagen.store.lock import writing

if TYPE_CHECKING:
    from personagen.answering.bymodel import Hear
    from personagen.chatmodel import Asker
    from personagen.llm.options import LlmOptions
    from personagen.llm.running import Estimate

LONGEST = 2_000
"""Characters of a question."""
TYPICAL = "What has it been like for you, and what would you change about it if you could?"
"""A question as long as people ask them."""
PATIENCE = 10.0
"""Seconds that a question waits for another one that is being written down."""
KEEPING = 120.0
"""Seconds that an answer waits to be written down while somebody imports or analyzes."""


class _Put(NamedTuple):
    """A question as it is put to a persona, and the study as it stood then."""

    question: str
    dossier: Dossier
    memory: tuple[Answer, ...]
    stamp: str


class Talk:
    """Ask personas; what was said is kept with its evidence."""

    def __init__(
        self,
        folder: Path,
        ledger: Ledger,
        document: Callable[[], StudyDocument],
        stamp: Callable[[], str],
        encoder: SentenceEncoder,
        kept: Kept | None = None,
    ) -> None:
        """Open the desk.

        Args:
            folder: The study's.
            ledger: Its database.
            document: Reads the study as it stands.
            stamp: Says whether it stands as before.
            encoder: Remembers what it read; used under the writer lock only.
            kept: What was read before by whoever opens the study again and again.
        """
        self._folder, self._document, self._stamp = folder, document, stamp
        self._encoder = encoder
        self._ledger = ledger
        self._chats = Chats(ledger.engine)
        self._kept = kept or Kept()

    def ask(
        self,
        question: str,
        persona: str = "",
        *,
        by: str = "",
        session: str = "",
        keep: bool = True,
        llm: LlmOptions | None = None,
        hear: Hear | None = None,
        report: Report = silent,
    ) -> Answer:
        """Return what a persona answers, and keep it.

        The study is locked while it is read and while the answer is kept, not in between: a model
        may take its time.

        Args:
            question: In plain words.
            persona: Its id or name; may be empty where there is only one.
            by: Who asks.
            session: The conversation; what was said in it before counts.
            keep: Put it on record.
            llm: A language model words the answer, and code checks it; None: nothing leaves. Its
                bounds are those of the whole session.
            hear: With a model: told its words as they come, before they are checked.
            report: Told how far the reading of the study is, the first time.

        Raises:
            UnknownIdError: there is no such persona.
            UsageError: nothing is asked, or more than a question.
            EgressError: the study holds names, and the model is on another machine.
            ChangedError: the study changed meanwhile, and what the answer rests on is gone.
            ModelError: the model's server can't be used.
            StudyLockedError: another process is writing to this study.
        """
        put = self._put(question, persona, session, report)
        if llm is None:
            said = answer(put.question, put.dossier, put.memory)
        else:
            with self.asker(_left(llm, put.memory)) as asker:
                said = self._by_model(put, asker, hear)
        said = said.model_copy(update={"by": by, "session": session})
        if keep:
            self._keep(said, put)
        return said

    def estimate(self, llm: LlmOptions, persona: str = "") -> Estimate:
        """Return what a question to a persona would send to a model; nothing is sent.

        What is asked hardly counts beside what its people said.
        """
        from personagen.llm.running import estimate_of

        with self.asker(llm, estimating=True) as asker:
            self.ask_with(asker, TYPICAL, persona)
            return estimate_of(self._folder, llm, asker.spent(), asker.counter.approximate)

    def ask_with(self, asker: Asker, question: str, persona: str) -> Answer:
        """Return what a persona answers by a model that is asked many questions; nothing is kept.

        May be called by several threads at once.
        """
        said = self._by_model(self._put(question, persona, "", silent), asker, None)
        if not asker.estimating:
            self._settle(asker)
        return said

    @contextmanager
    def asker(self, llm: LlmOptions, *, estimating: bool = False) -> Iterator[Asker]:
        """Open what asks a model about this study, for the duration of a `with` block.

        Args:
            llm: Which model, and how far it may go.
            estimating: Send nothing, count what would be sent.

        Raises:
            EgressError: the study holds names, and the model is on another machine.
            UsageError: a cost bound was given where the price is unknown.
        """
        from personagen.llm.running import asker_for
        from personagen.store.masked import holds_names

        unmasked = holds_names(self._ledger.engine)
        asker = asker_for(self._folder, unmasked, llm, estimating=estimating, held=True)
        try:
            yield asker
        finally:
            if not estimating:
                self._settle(asker)
            asker.close()

    def _by_model(self, put: _Put, asker: Asker, hear: Hear | None) -> Answer:
        from personagen.answering.bymodel import answer_by_model

        before = asker.spent()
        said = answer_by_model(put.question, put.dossier, asker, put.memory, hear)
        return said.model_copy(update={"spent": _between(before, asker.spent())})

    def _settle(self, asker: Asker) -> None:
        """Write down what a model answered, but for what rests on people who are gone."""
        with writing(self._folder, "ask", KEEPING):
            asker.answers.settle({p.id for p in self._ledger.participants()})

    def _put(self, question: str, persona: str, session: str, report: Report) -> _Put:
        asked = _checked(question)
        with writing(self._folder, "ask", PATIENCE):
            dossier = self._dossier(persona, report)
            memory = self._chats.all(session) if session else ()
            memory = tuple(a for a in memory if a.persona == dossier.persona.id)
            # A name that the user types is masked like any other: what is said is kept.
            asked = typed_masker(self._ledger.aliases())(asked)
            return _Put(asked, dossier, memory, self._stamp())

    def _keep(self, said: Answer, put: _Put) -> None:
        with writing(self._folder, "ask", KEEPING):
            before = self._stamp()
            if before != put.stamp:
                _still_stands(said, self._document())
            self._chats.keep(said)
            # Else closing the study would, out of the lock, change the stamp once more, and all
            # that was read would be read again for the next question.
            self._ledger.empty_journal()
            self._kept.talked(before, self._stamp())

    def said(self, session: str | None = None) -> tuple[Answer, ...]:
        """Return what was said on record, oldest first."""
        return self._chats.all(session)

    def of(self, persona: str = "", session: str = "") -> tuple[Answer, ...]:
        """Return what was said with a persona, or with all, in a conversation or in all.

        Raises:
            UnknownIdError: there is no such persona.
        """
        wanted = _persona(self._document(), persona).id if persona else ""
        said = self._chats.all(session or None)
        return tuple(a for a in said if wanted in {"", a.persona})

    def ask_next(self, persona: str = "") -> list[str]:
        """Return what was declined as questions for the next interview, each once, in order.

        Args:
            persona: Only of this one, by id or name.

        Raises:
            UnknownIdError: there is no such persona.
        """
        return list(dict.fromkeys(a.ask_next for a in self.of(persona) if a.ask_next))

    def dossier(self, persona: str = "", report: Report = silent) -> Dossier:
        """Return what a persona can answer from; the same one while the study stands.

        Raises:
            UnknownIdError: there is no such persona.
            StudyLockedError: another process is writing to this study.
        """
        with writing(self._folder, "ask", PATIENCE):
            return self._dossier(persona, report)

    def _dossier(self, wanted: str, report: Report) -> Dossier:
        stamp = self._stamp()
        known = self._kept.once(stamp, "heard", lambda: self._read(report))
        persona = _persona(known.document, wanted)
        return self._kept.once(stamp, f"dossier {persona.id}", lambda: Dossier(known, persona))

    def _read(self, report: Report) -> Heard:
        from personagen.encoder import load

        # What is asked is read by the bare encoder: no question stands in a cache.
        return heard(self._document(), self._encoder, report)._replace(encoder=load())


def _left(llm: LlmOptions, memory: tuple[Answer, ...]) -> LlmOptions:
    """Return the options with what a conversation has taken so far off its bounds."""
    spent = [a.spent for a in memory if a.spent]
    usd = sum(s.usd or 0.0 for s in spent)
    tokens = sum(s.tokens_sent + s.tokens_written for s in spent)
    cost = None if llm.max_cost is None else llm.max_cost - usd
    most = None if llm.max_tokens is None else llm.max_tokens - tokens
    if (cost is not None and cost <= 0) or (most is not None and most <= 0):
        raise UsageError("This conversation has taken what it may", "Start another, or allow more.")
    return llm.model_copy(update={"max_cost": cost, "max_tokens": most})


def _between(before: Spent, after: Spent) -> Spent:
    usd = None if after.usd is None else round(after.usd - (before.usd or 0.0), 6)
    return Spent(
        requests=after.requests - before.requests,
        reused=after.reused - before.reused,
        tokens_sent=after.tokens_sent - before.tokens_sent,
        tokens_written=after.tokens_written - before.tokens_written,
        usd=usd,
    )


def _still_stands(said: Answer, document: StudyDocument) -> None:
    """Refuse an answer whose passages the study no longer has."""
    texts = {u.id: u.text for s in document.sources for u in s.utterances}
    for one in (*said.evidence, *said.opposes, *said.near):
        if texts.get(one.utterance, "")[one.start : one.end] != one.quote:
            raise ChangedError(
                "The study changed while this was answered, and what it rests on is gone",
                "Ask again.",
            )


def _checked(question: str) -> str:
    text = " ".join(question.split())
    if not any(c.isalpha() for c in text):
        raise UsageError("There is no question", 'Ask in words: personagen ask "Why …?"')
    if len(text) > LONGEST:
        raise UsageError(
            f"The question has {len(text):,} characters, {LONGEST:,} at most are read",
            "Ask one thing at a time; `personagen test-message` takes drafts.",
        )
    return text


def _persona(document: StudyDocument, wanted: str) -> Persona:
    shown = [p for p in document.personas if p.status != "rejected"]
    if not shown:
        raise UnknownIdError("there are no personas in this study", "Run `personagen analyze`.")
    if not wanted and len(shown) == 1:
        return shown[0]
    for persona in shown:
        if wanted.casefold() in {persona.id.casefold(), persona.name.casefold()}:
            return persona
    names = ", ".join(f"{p.id} ({p.name})" for p in shown)
    if not wanted:
        raise UsageError("Say which persona is asked", f"--persona ID: {names}.")
    raise UnknownIdError(f"no persona {wanted!r}", f"There are {names}.")
