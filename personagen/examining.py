"""The desk where personas are examined; `Study.examine` opens it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from personagen.errors import UnknownIdError
from personagen.exam.making import make
from personagen.exam.questions import Half, Item, read_questions
from personagen.exam.sitting import Ask, Sitting, sit
from personagen.models import Answer, Persona, StudyDocument
from personagen.progress import Report, silent
from personagen.store.exams import Exams
from personagen.store.ledger import Ledger
from personagen.store.lock import writing
from personagen.talk import Talk

if TYPE_CHECKING:
    from personagen.exam.calibrating import Fitted
    from personagen.llm.options import LlmOptions
    from personagen.llm.running import Estimate

GENERATED = "generated"


class _Paper(NamedTuple):
    """What is asked in an exam, and of whom."""

    items: tuple[Item, ...]
    name: str
    document: StudyDocument
    only: frozenset[str]

    def sat(self, ask: Ask, *, at_once: int = 1, report: Report = silent) -> Sitting:
        """Return what comes out of it."""
        return sit(
            self.items, self.name, self.document, ask,
            only=self.only, at_once=at_once, report=report,
        )  # fmt: skip


class Examining:
    """Put questions to personas, grade what they answer, keep the cards."""

    def __init__(
        self, folder: Path, ledger: Ledger, document: Callable[[], StudyDocument], talk: Talk
    ) -> None:
        """Open the desk.

        Args:
            folder: The study's.
            ledger: Its database.
            document: Reads the study as it stands.
            talk: Where personas are asked; nothing of an exam goes on record as a conversation.
        """
        self._folder, self._ledger, self._document, self._talk = folder, ledger, document, talk

    def examine(
        self,
        persona: str = "",
        questions: Path | None = None,
        half: Half = "",
        *,
        llm: LlmOptions | None = None,
        report: Report = silent,
    ) -> Sitting:
        """Examine one persona or all, and keep their cards.

        Args:
            persona: Id or name; empty: all that are not rejected.
            questions: A file of questions; None: they are made from the study.
            half: Of the file's questions, those of one half only.
            llm: A language model words the answers; its card stands beside the offline one. Where
                it comes to its bounds, what was not asked is listed as skipped.
            report: Told how far it is.

        Raises:
            EgressError: the study holds names, and the model is on another machine.
            ModelError: the model's server can't be used.
            UnknownIdError: there is no such persona.
            UsageError: the file holds no questions that can be asked here.
            StudyLockedError: another process is writing to this study.
        """
        paper = self._paper(persona, questions, half)
        if llm is None:
            sitting = paper.sat(self._ask, report=report)
        else:
            name = f"{paper.name}, by {llm.settings.qualified}"
            with self._talk.asker(llm) as asker:
                sitting = paper._replace(name=name).sat(
                    partial(self._talk.ask_with, asker),
                    at_once=llm.settings.concurrency,
                    report=report,
                )
                sitting = sitting.model_copy(update={"spent": asker.spent()})
        with writing(self._folder, "exam"):
            Exams(self._ledger.engine).keep(sitting.cards)
        return sitting

    def estimate(
        self,
        llm: LlmOptions,
        persona: str = "",
        questions: Path | None = None,
        half: Half = "",
        *,
        report: Report = silent,
    ) -> Estimate:
        """Return what an exam with a language model would send; nothing is sent.

        A few questions may be asked a second time, where an answer can't be read or stands on
        nothing: bounds hold for these, too.
        """
        from personagen.llm.running import estimate_of

        with self._talk.asker(llm, estimating=True) as asker:
            self._paper(persona, questions, half).sat(
                partial(self._talk.ask_with, asker), report=report
            )
            return estimate_of(self._folder, llm, asker.spent(), asker.counter.approximate)

    def _paper(self, persona: str, questions: Path | None, half: Half) -> _Paper:
        document = self._document()
        wanted = _wanted(document, persona)
        items, name = self._items(document, wanted, questions, half)
        return _Paper(items, name, document, frozenset(p.id for p in wanted))

    def calibrate(self, questions: Path) -> Fitted:
        """Return weights of answering fitted on a file's calibration half; nothing is kept.

        Raises:
            UsageError: the file has no such half.
        """
        from personagen.exam.calibrating import calibrate

        items = read_questions(questions, "calibration")
        return calibrate(items, self._document(), self._talk.dossier)

    def _ask(self, question: str, persona: str) -> Answer:
        return self._talk.ask(question, persona, keep=False)

    @staticmethod
    def _items(
        document: StudyDocument, personas: list[Persona], questions: Path | None, half: Half
    ) -> tuple[tuple[Item, ...], str]:
        if questions is None:
            return make(document, personas), GENERATED
        name = f"{questions.name}, {half}" if half else questions.name
        return read_questions(questions, half), name


def _wanted(document: StudyDocument, persona: str) -> list[Persona]:
    shown = [p for p in document.personas if p.status != "rejected"]
    if not shown:
        raise UnknownIdError("there are no personas in this study", "Run `personagen analyze`.")
    found = [p for p in shown if persona.casefold() in {"", p.id.casefold(), p.name.casefold()}]
    if not found:
        names = ", ".join(f"{p.id} ({p.name})" for p in shown)
        raise UnknownIdError(f"no persona {persona!r}", f"There are {names}.")
    return found
