"""What a language model is shown of a persona: its dossier, and what its people said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from personagen.answering.dossier import Dossier
from personagen.answering.finding import find
from personagen.answering.question import Question
from personagen.models import Answer, Claim, Evidence
from personagen.prompt import as_data
from personagen.tokens import TokenCounter

MOST_TOKENS = 12_000
"""Of excerpts in one request."""
MOST_POINTS = 40
"""Claims of the persona in one request."""
LONGEST = 400
"""Characters of a claim, and of an answer before."""
BEFORE = 3
"""Answers before that the model is shown."""


class Shown(NamedTuple):
    """An excerpt as the model sees it; its number is its place."""

    participant: str
    text: str


class Point(NamedTuple):
    """A claim of the persona as the model sees it."""

    field: str
    text: str
    n: int
    """How many of the persona's people hold it."""
    rests_on: list[int]
    """Numbers of excerpts."""
    against: list[int]
    """Numbers of the excerpts that speak against it."""


class Turn(NamedTuple):
    """What was asked and answered before."""

    question: str
    answer: str


class View(NamedTuple):
    """Everything that a request holds of a persona."""

    rows: tuple[int, ...]
    """Of the dossier, in the order of the numbers."""
    excerpts: tuple[Shown, ...]
    points: tuple[Point, ...]


def view(asked: Question, dossier: Dossier, counter: TokenCounter) -> View:
    """Return what the model is shown for a question.

    The persona's claims stand in whole. Of the sentences: first those that claims rest on and are
    held against them, then what fits the question best, as many as there is room for.
    """
    claims = list(_claims(dossier))
    rows = _rows(asked, dossier, claims, counter)
    numbers = {row: number for number, row in enumerate(rows, 1)}
    excerpts = [Shown(u.participant, as_data(u.text)) for u in (dossier.units[r] for r in rows)]
    points = [_point(field, claim, dossier, numbers) for field, claim in claims]
    return View(tuple(rows), tuple(excerpts), tuple(points))


def before(memory: Sequence[Answer]) -> list[Turn]:
    """Return the end of a conversation as the model sees it."""
    return [Turn(as_data(a.question), as_data(a.answer)[:LONGEST]) for a in memory[-BEFORE:]]


def _claims(dossier: Dossier) -> Iterator[tuple[str, Claim]]:
    left = MOST_POINTS
    for field in dossier.persona.fields:
        for claim in dossier.field(field)[:left]:
            left -= 1
            yield field, claim


def _rows(
    asked: Question, dossier: Dossier, claims: Sequence[tuple[str, Claim]], counter: TokenCounter
) -> list[int]:
    ranked = [hit.row for hit in find(asked, dossier, most=len(dossier.units)).hits]
    # The nearest few come first: an answer is more likely there than under a claim.
    first = [*ranked[:20], *(r for _, c in claims for r in _under(c, dossier)), *ranked[20:]]
    rows, left = [], MOST_TOKENS
    for row in dict.fromkeys(first):
        if dossier.evidence(row) is None:
            continue
        left -= counter.count(dossier.units[row].text) + 8
        if left < 0:
            break
        rows.append(row)
    return sorted(rows)


def _under(claim: Claim, dossier: Dossier) -> Iterator[int]:
    for one in (*claim.supports, *claim.opposes):
        yield from places(one, dossier)


def places(evidence: Evidence, dossier: Dossier) -> list[int]:
    """Return the sentences of a dossier that a passage overlaps."""
    return dossier.at(evidence.utterance, evidence.start, evidence.end)


def _point(field: str, claim: Claim, dossier: Dossier, numbers: Mapping[int, int]) -> Point:
    def numbered(evidence: Sequence[Evidence]) -> list[int]:
        rows = (row for one in evidence for row in places(one, dossier))
        return sorted({numbers[row] for row in rows if row in numbers})

    return Point(
        field.replace("_", " "),
        as_data(claim.text)[:LONGEST],
        len(dossier.members.intersection(claim.participants)),
        numbered(claim.supports),
        numbered(claim.opposes),
    )
