"""The desk where personas are examined; `Study.examine` opens it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from personagen.errors import UnknownIdError
from personagen.exam.making import make
from personagen.exam.questions import Half, Item, read_questions
from personagen.exam.sitting import Sitting, sit
from personagen.models import Answer, Persona, StudyDocument
from personagen.progress import Report, silent
from personagen.store.exams import Exams
from personagen.store.ledger import Ledger
from personagen.store.lock import writing
from personagen.talk import Talk

if TYPE_CHECKING:
    from personagen.exam.calibrating import Fitted

GENERATED = "generated"


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
        report: Report = silent,
    ) -> Sitting:
        """Examine one persona or all, and keep their cards.

        Args:
            persona: Id or name; empty: all that are not rejected.
            questions: A file of questions; None: they are made from the study.
            half: Of the file's questions, those of one half only.
            report: Told how far it is.

        Raises:
            UnknownIdError: there is no such persona.
            UsageError: the file holds no questions that can be asked here.
            StudyLockedError: another process is writing to this study.
        """
        document = self._document()
        wanted = _wanted(document, persona)
        items, name = self._items(document, wanted, questions, half)
        only = frozenset(p.id for p in wanted)
        sitting = sit(items, name, document, self._ask, only=only, report=report)
        with writing(self._folder, "exam"):
            Exams(self._ledger.engine).keep(sitting.cards)
        return sitting

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
