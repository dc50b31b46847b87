"""What a person does with a study that was analyzed: decide, ask, examine.

`Study` adds what makes findings: importing and analyzing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from personagen.errors import ChangedError, ReviewError
from personagen.looking import Looking
from personagen.progress import Report, silent

if TYPE_CHECKING:
    from personagen.answering.bymodel import Hear
    from personagen.exam.questions import Half
    from personagen.exam.sitting import Sitting
    from personagen.examining import Examining
    from personagen.llm.options import LlmOptions
    from personagen.models import Answer, Material, ReviewEvent
    from personagen.review import Decision
    from personagen.talk import Talk


class Deciding(Looking):
    """A study that a person works with; every decision is an event that can be undone."""

    def decide(
        self, decision: Decision, by: str, seen: Mapping[str, str] | None = None
    ) -> list[ReviewEvent]:
        """Put a person's decision on record; return its events, one a target.

        Args:
            decision: What they ask for.
            by: Who they are.
            seen: Target to `version_of` it as the person saw it; what was changed by somebody
                else since is not decided over their head.

        Raises:
            UnknownIdError: a target is not in the study.
            ChangedError: a target is not what the person saw; nothing is decided.
            ReviewError: the decision can't be taken, with the reason.
            StudyLockedError: another process is writing to this study.
        """
        from personagen.document import events_of
        from personagen.models import Provenance
        from personagen.review import decide, still_as_seen

        with self._deciding():
            material = self.material()
            provenance = Provenance(analyst=f"person:{by}", at=datetime.now(UTC))
            findings = self.findings(material)
            decision = self._without_names(decision)
            still_as_seen(findings, seen or {}, self.events())
            drafts = decide(decision, findings, material, self._judge(material), provenance)
            return self._record.append(events_of(drafts, by, provenance.at))

    def _without_names(self, decision: Decision) -> Decision:
        """Return a decision whose text holds pseudonyms: it is kept, exported and asked from."""
        if not decision.text:
            return decision
        from personagen.privacy.typed import typed_masker

        mask = typed_masker(self._ledger.aliases())
        return decision.model_copy(update={"text": mask(decision.text)})

    def undo(self, by: str, seen: int | None = None) -> list[ReviewEvent]:
        """Take the last decision that stands back, with all it was taken on; return the events.

        Args:
            by: Who takes it back.
            seen: The number of its last event, as the person saw it.

        Raises:
            ChangedError: somebody decided something since; nothing is taken back.
            ReviewError: there is none.
        """
        from personagen.document import events_of
        from personagen.review import last_decision, undoing

        with self._deciding():
            last = last_decision(self.events())
            if not last:
                raise ReviewError("there is no decision to take back")
            if seen not in {None, last[-1].id}:
                raise ChangedError(
                    f"{last[-1].by} decided something since you looked",
                    "See the record, then undo again if that is what you want.",
                )
            drafts = [undoing(event) for event in last]
            return self._record.append(events_of(drafts, by, datetime.now(UTC)))

    def ask(
        self,
        question: str,
        persona: str = "",
        *,
        by: str = "",
        session: str = "",
        llm: LlmOptions | None = None,
        hear: Hear | None = None,
        report: Report = silent,
    ) -> Answer:
        """Return what a persona answers from its people's words, and keep it; see `Talk.ask`."""
        return self.talk.ask(
            question, persona, by=by, session=session, llm=llm, hear=hear, report=report
        )

    def ask_next(self, persona: str = "") -> list[str]:
        """Return what personas could not answer, as questions for the next interview."""
        return self.talk.ask_next(persona)

    @cached_property
    def talk(self) -> Talk:
        """Where personas are asked."""
        from personagen.talk import Talk

        return Talk(self.folder, self._ledger, self.document, self.stamp, self._encoder, self._kept)

    def examine(
        self,
        persona: str = "",
        questions: Path | None = None,
        half: Half = "",
        *,
        llm: LlmOptions | None = None,
        report: Report = silent,
    ) -> Sitting:
        """Examine one persona or all, and keep their cards; see `Examining.examine`."""
        return self.examining.examine(persona, questions, half, llm=llm, report=report)

    @cached_property
    def examining(self) -> Examining:
        """Where personas are examined."""
        from personagen.examining import Examining

        return Examining(self.folder, self._ledger, self.document, self.talk)

    @contextmanager
    def _deciding(self) -> Iterator[None]:
        """Hold the writer lock to put decisions on record, and to change nothing else."""
        with self._writing("review"):
            before = self.stamp()
            yield
            if self._kept:
                # Else closing the study would, out of the lock, change the stamp once more.
                self._ledger.empty_journal()
                self._kept.decided(before, self.stamp())

    def _judge(self, material: Material) -> Callable[[str], list[str]]:
        """Return what says whether a text that a person wrote quotes word for word."""
        from personagen.audit import check_text

        return lambda text: check_text(text, self.index(material))
