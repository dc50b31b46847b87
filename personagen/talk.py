"""The desk where personas are asked; `Study.talk` opens it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from personagen.analysts.base import SentenceEncoder
from personagen.answering import Dossier, Heard, answer, heard
from personagen.errors import UnknownIdError, UsageError
from personagen.models import Answer, Persona, StudyDocument
from personagen.privacy.typed import typed_masker
from personagen.progress import Report, silent
from personagen.store.chats import Chats
from personagen.store.kept import Kept
from personagen.store.ledger import Ledger
from personagen.store.lock import writing

if TYPE_CHECKING:
    from personagen.llm.options import LlmOptions

LONGEST = 2_000
"""Characters of a question."""


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
        report: Report = silent,
    ) -> Answer:
        """Return what a persona answers, and keep it.

        Args:
            question: In plain words.
            persona: Its id or name; may be empty where there is only one.
            by: Who asks.
            session: The conversation; what was said in it before counts.
            keep: Put it on record.
            llm: A language model words the answer, and code checks it; None: nothing leaves.
            report: Told how far the reading of the study is, the first time.

        Raises:
            UnknownIdError: there is no such persona.
            UsageError: nothing is asked, or more than a question.
            EgressError: the study holds names, and the model is on another machine.
            ModelError: the model's server can't be used.
            StudyLockedError: another process is writing to this study.
        """
        asked = _checked(question)
        with writing(self._folder, "ask"):
            dossier = self._dossier(persona, report)
            memory = self._chats.all(session) if session else ()
            memory = tuple(a for a in memory if a.persona == dossier.persona.id)
            # A name that the user types is masked like any other: what is said is kept.
            asked = typed_masker(self._ledger.aliases())(asked)
            if llm is None:
                said = answer(asked, dossier, memory)
            else:
                said = self._by_model(asked, dossier, memory, llm)
            said = said.model_copy(update={"by": by, "session": session})
            if keep:
                before = self._stamp()
                self._chats.keep(said)
                self._kept.talked(before, self._stamp())
        return said

    def _by_model(
        self, question: str, dossier: Dossier, memory: tuple[Answer, ...], llm: LlmOptions
    ) -> Answer:
        from personagen.answering.bymodel import answer_by_model
        from personagen.llm.running import asker_for
        from personagen.store.masked import holds_names

        asker = asker_for(self._folder, holds_names(self._ledger.engine), llm)
        try:
            return answer_by_model(question, dossier, asker, memory)
        finally:
            asker.close()

    def said(self, session: str | None = None) -> tuple[Answer, ...]:
        """Return what was said on record, oldest first."""
        return self._chats.all(session)

    def ask_next(self, persona: str = "") -> list[str]:
        """Return what was declined as questions for the next interview, each once, in order.

        Args:
            persona: Only of this one, by id or name.

        Raises:
            UnknownIdError: there is no such persona.
        """
        wanted = _persona(self._document(), persona).id if persona else ""
        said = (a for a in self._chats.all() if wanted in {"", a.persona})
        return list(dict.fromkeys(a.ask_next for a in said if a.ask_next))

    def dossier(self, persona: str = "", report: Report = silent) -> Dossier:
        """Return what a persona can answer from; the same one while the study stands.

        Raises:
            UnknownIdError: there is no such persona.
            StudyLockedError: another process is writing to this study.
        """
        with writing(self._folder, "ask"):
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
