"""How far a study's coding agrees with another one: of a person, or of another analyst.

Both are laid over the same sentences. For each code: precision, recall and F1 against the other
coding, Cohen's kappa and Gwet's AC1 (which a rare code does not drag down), and how common the code
is. Spans are compared by intersection over union.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from personagen.coding import units_of
from personagen.errors import UsageError
from personagen.models import Insight, Material, Model, StudyDocument

HALF = 0.5
"""Share of a sentence that a span covers from which the sentence has its code."""


class GoldSpan(Model):
    """One line of a gold file: a place in the study and its codes; none says that it has none."""

    utterance: str
    start: int
    end: int
    codes: tuple[str, ...] = ()


class CodeAgreement(Model):
    """How two codings agree on one code."""

    code: str
    prevalence: float
    """Share of sentences that have it in the gold coding."""
    precision: float
    recall: float
    f1: float
    kappa: float
    ac1: float


class Agreement(Model):
    """How two codings agree."""

    sentences: int
    codes: tuple[CodeAgreement, ...]
    macro_f1: float
    """Over the codes that the gold coding gives."""
    span_iou: float
    """Mean over gold spans of the best overlap with a span of the same code; 0 where none is."""


class _Span(NamedTuple):
    utterance: str
    start: int
    end: int
    code: str


def read_gold(path: Path) -> list[GoldSpan]:
    """Return the spans of a gold file, or those of a `study.json`.

    Args:
        path: JSON Lines of `{"utterance", "start", "end", "codes"}`, or a `study.json`. Where
            people coded in it, theirs are the gold coding, of the sources that they coded; else
            the analyst's is, of all sources.

    Raises:
        UsageError: a line is neither.
    """
    text = path.read_text(encoding="utf-8")
    try:
        if path.suffix == ".json":
            return _of_study(StudyDocument.model_validate_json(text))
        lines = [line for line in text.splitlines() if line.strip()]
        return [GoldSpan.model_validate(json.loads(line)) for line in lines]
    except (ValidationError, ValueError) as error:
        raise UsageError(
            f"{path.name}: not a gold file",
            'Each line: {"utterance": "u_…", "start": 0, "end": 42, "codes": ["pain_point"]}; '
            "or name a study.json.",
        ) from error


def _of_study(document: StudyDocument) -> list[GoldSpan]:
    """Return a study's coding; utterances without a code are named, too: they were looked at."""
    by_people = [i for i in _standing(document) if _of_person(i)]
    given = by_people or _standing(document)
    coded = {i.excerpt.source for i in by_people} or {source.id for source in document.sources}
    spans = [
        GoldSpan(
            utterance=i.excerpt.utterance, start=i.excerpt.start, end=i.excerpt.end, codes=(i.code,)
        )
        for i in given
    ]
    looked_at = (u for source in document.sources if source.id in coded for u in source.utterances)
    return [*spans, *(GoldSpan(utterance=u.id, start=0, end=0) for u in looked_at)]


def _standing(document: StudyDocument) -> list[Insight]:
    return [i for i in document.insights if i.status != "rejected"]


def _of_person(insight: Insight) -> bool:
    return insight.provenance.analyst.startswith("person:")


def agreement(document: StudyDocument, gold: Sequence[GoldSpan]) -> Agreement:
    """Return how a study's insights agree with a gold coding of the same sources.

    Only utterances that the gold coding names are compared: what nobody looked at is no "none".
    Where people coded in this study as well as an analyst, the analyst's coding is compared.

    Args:
        document: The study.
        gold: The other coding.

    Raises:
        UsageError: the gold coding names no utterance of the study.
    """
    looked_at = {span.utterance for span in gold}
    units = [u for u in units_of(Material(sources=document.sources))[0] if u.utterance in looked_at]
    if not units:
        raise UsageError("The gold file names no utterance of this study", "Is it another study's?")
    theirs = [_Span(g.utterance, g.start, g.end, code) for g in gold for code in g.codes]
    standing = _standing(document)
    by_analyst = [i for i in standing if not _of_person(i)]
    ours = [
        _Span(i.excerpt.utterance, i.excerpt.start, i.excerpt.end, i.code)
        for i in by_analyst or standing
        if i.excerpt.utterance in looked_at
    ]
    places = [(u.utterance, u.start, u.end) for u in units]
    has, had = _on(places, ours), _on(places, theirs)
    codes = sorted({span.code for span in (*theirs, *ours)})
    found = tuple(_of(code, [code in s for s in had], [code in s for s in has]) for code in codes)
    given = [one.f1 for one in found if one.prevalence > 0]
    return Agreement(
        sentences=len(units),
        codes=found,
        macro_f1=round(sum(given) / len(given), 4) if given else 0.0,
        span_iou=_iou(theirs, ours),
    )


def _on(places: Sequence[tuple[str, int, int]], spans: Iterable[_Span]) -> list[set[str]]:
    """Return the codes of each sentence."""
    by_utterance: dict[str, list[_Span]] = defaultdict(list)
    for span in spans:
        by_utterance[span.utterance].append(span)
    return [
        {
            span.code
            for span in by_utterance.get(utterance, ())
            if min(end, span.end) - max(start, span.start) >= HALF * (end - start)
        }
        for utterance, start, end in places
    ]


def _of(code: str, gold: Sequence[bool], own: Sequence[bool]) -> CodeAgreement:
    n = len(gold)
    both = sum(g and o for g, o in zip(gold, own, strict=True))
    same = sum(g == o for g, o in zip(gold, own, strict=True)) / n
    p, q = sum(gold) / n, sum(own) / n
    chance = p * q + (1 - p) * (1 - q)
    mean = (p + q) / 2
    gwet = 2 * mean * (1 - mean)
    precision = both / sum(own) if any(own) else 0.0
    recall = both / sum(gold) if any(gold) else 0.0
    f1 = 2 * precision * recall / (precision + recall) if both else 0.0
    return CodeAgreement(
        code=code,
        prevalence=round(p, 4),
        precision=round(precision, 4),
        recall=round(recall, 4),
        f1=round(f1, 4),
        kappa=round((same - chance) / (1 - chance), 4) if chance < 1 else 1.0,
        ac1=round((same - gwet) / (1 - gwet), 4),
    )


def _iou(gold: Sequence[_Span], own: Sequence[_Span]) -> float:
    by_place: dict[tuple[str, str], list[_Span]] = defaultdict(list)
    for span in own:
        by_place[span.utterance, span.code].append(span)
    best = [
        max((_overlap(g, o) for o in by_place.get((g.utterance, g.code), ())), default=0.0)
        for g in gold
    ]
    return round(sum(best) / len(best), 4) if best else 0.0


def _overlap(one: _Span, other: _Span) -> float:
    shared = min(one.end, other.end) - max(one.start, other.start)
    union = max(one.end, other.end) - min(one.start, other.start)
    return max(0, shared) / union if union else 0.0
