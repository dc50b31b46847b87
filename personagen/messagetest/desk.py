"""Where drafts are put before personas; `Study.message_test` opens it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from personagen.analysts.base import SentenceEncoder
from personagen.errors import UnknownIdError, UsageError
from personagen.messagetest.backtest import BackTest, back_test
from personagen.messagetest.comparing import compared, people_for
from personagen.messagetest.drafts import Draft, draft_from, draft_of
from personagen.messagetest.grading import Graded, grade, read_gold
from personagen.messagetest.heard import Heard
from personagen.messagetest.judging import Bench, read
from personagen.messagetest.outcomes import Scored, read_results, score
from personagen.messagetest.results import Compared, TestedMessage
from personagen.models import Persona, StudyDocument
from personagen.progress import Report, silent
from personagen.store.lock import writing


class MessageDesk:
    """Put drafts before personas. Nothing of a test is kept in the study."""

    def __init__(
        self,
        folder: Path,
        document: Callable[[], StudyDocument],
        stamp: Callable[[], str],
        encoder: SentenceEncoder,
        mask: Callable[[], Callable[[str], str]],
    ) -> None:
        """Open the desk.

        Args:
            folder: The study's.
            document: Reads the study as it stands.
            stamp: Says whether it stands as before.
            encoder: Remembers what it read; used under the writer lock only.
            mask: Gives what puts pseudonyms in the place of the study's names.
        """
        self._folder, self._document, self._stamp = folder, document, stamp
        self._encoder, self._mask = encoder, mask
        self._seen = ""
        self._known: Heard | None = None
        self._backed: tuple[Heard, BackTest] | None = None

    def test(
        self, draft: str | Path, persona: str = "", variant: str = "A", report: Report = silent
    ) -> list[TestedMessage]:
        """Return what each line of a draft meets: before one persona, or before all.

        Args:
            draft: What was written, or a text, Markdown, HTML or Word file.
            persona: Id or name; empty for all that are no negative ones.
            variant: How this draft is called.
            report: Told how far the reading of the study is, the first time.

        Raises:
            UnknownIdError: there is no such persona.
            UsageError: the draft says nothing, or is too long.
            ReadingError: the file can't be read.
            StudyLockedError: another process is writing to this study.
        """
        made = self._draft(draft)
        with writing(self._folder, "test-message"):
            heard = self._heard(report)
            lines = read(made, heard)
            chosen = personas_of(heard.document, persona)
            tested = [Bench(heard, one).test(lines, made, variant) for one in chosen]
            said = self._tested_back(heard).said
            return [one.model_copy(update={"back_test": said}) for one in tested]

    def compare(
        self, a: str | Path, b: str | Path, persona: str = "", report: Report = silent
    ) -> tuple[list[TestedMessage], list[TestedMessage], list[Compared]]:
        """Return two variants tested, and how they differ before each persona."""
        first = self.test(a, persona, "A", report)
        second = self.test(b, persona, "B", report)
        pairs = zip(first, second, strict=True)
        return first, second, [compared(one, other) for one, other in pairs]

    def back_test(self, report: Report = silent) -> BackTest:
        """Return how well held-out people's objections are known from the others'."""
        with writing(self._folder, "test-message"):
            return self._tested_back(self._heard(report))

    def score(self, results: Path, persona: str = "", report: Report = silent) -> Scored:
        """Return how often the test foresaw which variant did better.

        Raises:
            UsageError: the file has no such columns, or a row makes no sense.
        """
        rows = read_results(results)
        people = {
            text: sum(people_for(t) for t in self.test(text, persona, report=report))
            for text in dict.fromkeys(row.text for row in rows)
        }
        return score(rows, people)

    def grade(self, gold: Path, truth: Path, report: Report = silent) -> Graded:
        """Return how the test does on drafts with known themes, in a study with a known truth."""
        drafts = read_gold(gold)
        with writing(self._folder, "test-message"):
            return grade(self._heard(report), drafts, truth)

    def _tested_back(self, heard: Heard) -> BackTest:
        if self._backed is None or self._backed[0] is not heard:
            self._backed = heard, back_test(heard)
        return self._backed[1]

    def _draft(self, draft: str | Path) -> Draft:
        mask = self._mask()
        return draft_from(draft, mask) if isinstance(draft, Path) else draft_of(draft, mask)

    def _heard(self, report: Report) -> Heard:
        stamp = self._stamp()
        if self._known is None or stamp != self._seen:
            document = self._document()
            if not document.personas:
                raise UsageError("There are no personas to test on", "Run `personagen analyze`.")
            self._known, self._seen = Heard(document, self._encoder, report), stamp
        return self._known


def personas_of(document: StudyDocument, wanted: str) -> Sequence[Persona]:
    """Return the persona of an id or name, or all that somebody wants to win over.

    Raises:
        UnknownIdError: there is none.
    """
    shown = [p for p in document.personas if p.status != "rejected"]
    if not wanted:
        return [p for p in shown if p.kind != "negative"] or shown
    for persona in shown:
        if wanted.casefold() in {persona.id.casefold(), persona.name.casefold()}:
            return [persona]
    names = ", ".join(f"{p.id} ({p.name})" for p in shown)
    raise UnknownIdError(f"no persona {wanted!r}", f"There are {names or 'none yet'}.")
