"""Put together what a study shows: the whole document, its numbers, passages found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from personagen import __version__
from personagen.analysts.base import Maker
from personagen.config import PRIVACY_FILE, read_privacy
from personagen.ids import stable_id
from personagen.models import (
    Answer,
    DocumentProvenance,
    Findings,
    Material,
    Model,
    ReviewEvent,
    Run,
    Spent,
    StudyDocument,
)
from personagen.reidentification import noted, risks_of

if TYPE_CHECKING:
    from personagen.chunking import Chunk
    from personagen.review.decisions import Draft
    from personagen.store.vectors import Hit

NOT_ANALYZED = "none"
"""Stands for the analyst in a document of a study that was not analyzed yet."""


class Passage(Model):
    """A chunk that is near in meaning to what was searched."""

    score: float
    """Cosine, 1 for the same direction."""
    source: str
    utterances: tuple[str, ...]
    text: str


class StudyStatus(Model):
    """What a study holds, in numbers."""

    study: str
    question: str
    product: str
    sources: dict[str, int]
    """By kind."""
    utterances: int
    participants: int
    found: dict[str, int]
    """Insights, themes, claims, personas, messages, skipped."""
    undecided: int
    """Claims that nobody accepted, edited or rejected yet."""
    decisions: int
    last_run: str
    """When the analyst last ran, ISO 8601; empty where it never did."""
    outdated: bool
    """Something was imported since the last run."""
    consent: dict[str, int] = Field(default_factory=dict)
    """Participants by what they agreed to: unknown, given."""
    asks: str = ""
    """What somebody has to decide of the study's keeping; empty where nothing."""


def document_of(
    material: Material,
    findings: Findings,
    events: Sequence[ReviewEvent],
    runs: Sequence[Run],
    chats: Sequence[Answer] = (),
) -> StudyDocument:
    """Return the whole study as one document.

    Args:
        material: What was imported.
        findings: As they stand, decisions laid over them.
        events: Every decision, oldest first.
        runs: Every run, oldest first; the last one made the findings.
        chats: What was said with personas, oldest first.
    """
    last = runs[-1] if runs else None
    findings = noted(findings, risks_of(material, findings))
    return StudyDocument(
        **dict(material),
        **dict(findings),
        provenance=DocumentProvenance(
            analyst=last.analyst if last else NOT_ANALYZED,
            model=last.model if last else None,
            prompts=_prompts(findings),
            personagen_version=__version__,
            at=last.at if last else datetime.now(UTC),
        ),
        chats=tuple(chats),
        reviews=tuple(events),
        runs=tuple(runs),
    )


def run_of(
    findings: Findings,
    at: datetime,
    seconds: float,
    made_by: Maker | None = None,
    spent: Spent | None = None,
) -> Run:
    """Return the record of a run that ended at a time with these findings.

    Args:
        findings: What it found.
        at: When it ended.
        seconds: How long it took.
        made_by: Its analyst; by default the one that coded.
        spent: What a language model took.
    """
    first = next((insight.provenance for insight in findings.insights), None)
    maker = made_by or (Maker(first.analyst, first.model) if first else None)
    return Run(
        id=stable_id("run", at.isoformat()),
        at=at,
        analyst=maker.analyst if maker else "extractive",
        model=maker.model if maker else None,
        seconds=round(seconds, 2),
        counts=counts_of(findings),
        spent=spent,
    )


def events_of(drafts: Iterable[Draft], by: str, at: datetime) -> list[ReviewEvent]:
    """Return drafts of decisions as events; the ledger gives them their numbers."""
    return [ReviewEvent(id=0, at=at, by=by, **draft._asdict()) for draft in drafts]


def counts_of(findings: Findings) -> dict[str, int]:
    """Return how many of each noun there are; disagreements only where there are any."""
    counts = {name: len(getattr(findings, name)) for name in Findings.model_fields}
    return {name: n for name, n in counts.items() if n or name != "disagreements"}


def passages(hits: Sequence[Hit], chunks: Mapping[str, Chunk]) -> list[Passage]:
    """Return the words of hits, in their order."""
    return [
        Passage(
            source=chunks[hit.chunk].source,
            utterances=tuple(part.utterance for part in chunks[hit.chunk].parts),
            text=chunks[hit.chunk].text,
            score=round(hit.similarity, 4),
        )
        for hit in hits
        if hit.chunk in chunks
    ]


def status_of(folder: Path, document: StudyDocument, imported_at: str) -> StudyStatus:
    """Return a study in numbers.

    Args:
        folder: Where it lies.
        document: What it holds.
        imported_at: When something was last imported, ISO 8601; empty where nothing was.
    """
    kinds = [source.kind for source in document.sources]
    last_run = document.runs[-1].at.isoformat(timespec="seconds") if document.runs else ""
    return StudyStatus(
        study=str(folder),
        question=document.study.question,
        product=document.product.name,
        sources={kind: kinds.count(kind) for kind in sorted(set(kinds))},
        utterances=sum(len(source.utterances) for source in document.sources),
        participants=len(document.participants),
        found=counts_of(document),
        undecided=sum(1 for claim in document.claims if claim.status == "suggested"),
        decisions=len(document.reviews),
        last_run=last_run,
        outdated=bool(imported_at) and imported_at > last_run,
        consent=dict(Counter(person.consent for person in document.participants)),
        asks=_asks(read_privacy(folder).keep_until),
    )


def _asks(keep_until: date | None) -> str:
    if keep_until is None or keep_until >= datetime.now(UTC).date():
        return ""
    return (
        f"it was to be kept until {keep_until}: delete the study's folder, or put a later day "
        f"in {PRIVACY_FILE} if its people agreed"
    )


def _prompts(findings: Findings) -> tuple[str, ...]:
    parts = (findings.insights, findings.themes, findings.claims, findings.personas)
    made = (item.provenance for part in (*parts, findings.messages) for item in part)
    return tuple(sorted({prompt for one in made if one for prompt in one.prompts}))
