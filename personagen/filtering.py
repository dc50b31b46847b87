"""Choose among insights: by code, theme, person, kind of source, status, words or meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from personagen.models import Insight, Model, SourceKind, Status, StudyDocument

if TYPE_CHECKING:
    from personagen.document import Passage


NEAREST = 60
"""Passages that a search by meaning looks into."""


class InsightFilter(Model):
    """What insights are wanted; an empty field asks nothing."""

    code: str = ""
    theme: str = ""
    participant: str = ""
    attribute: str = ""
    """`role=buyer`: a participant's attribute as imported."""
    kind: SourceKind | None = None
    status: Status | None = None
    words: str = ""
    """All of them stand in the excerpt or its statement, whatever their case."""
    meaning: str = ""
    """Near in meaning to this, nearest first."""


def choose(
    document: StudyDocument, wanted: InsightFilter, near: Sequence[Passage] = ()
) -> list[Insight]:
    """Return the insights that are wanted.

    Args:
        document: The study.
        wanted: What to ask of each.
        near: Passages near `wanted.meaning`, nearest first; only what stands in them is kept,
            in their order, where `meaning` is given.
    """
    kept = [i for i in document.insights if _simple(i, wanted)]
    kept = [i for i in kept if _said(i, wanted.words.casefold().split())]
    if wanted.theme:
        members = {i for t in document.themes if t.id == wanted.theme for i in t.insights}
        kept = [i for i in kept if i.id in members]
    if wanted.kind:
        sources = {s.id for s in document.sources if s.kind == wanted.kind}
        kept = [i for i in kept if i.excerpt.source in sources]
    if wanted.attribute:
        name, _, value = wanted.attribute.partition("=")
        people = {p.id for p in document.participants if p.attributes.get(name) == value}
        kept = [i for i in kept if i.participant in people]
    return _nearest(kept, near) if wanted.meaning else kept


def _simple(insight: Insight, wanted: InsightFilter) -> bool:
    return (
        wanted.code in {"", insight.code}
        and wanted.participant in {"", insight.participant}
        and wanted.status in {None, insight.status}
    )


def _said(insight: Insight, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = f"{insight.excerpt.quote}\n{insight.statement}".casefold()
    return all(word in text for word in words)


def _nearest(insights: Sequence[Insight], near: Sequence[Passage]) -> list[Insight]:
    rank: dict[str, int] = {}
    for place, passage in enumerate(near):
        for utterance in passage.utterances:
            rank.setdefault(utterance, place)
    kept = [i for i in insights if i.excerpt.utterance in rank]
    return sorted(kept, key=lambda i: rank[i.excerpt.utterance])
