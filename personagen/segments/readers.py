"""Who else reads like a segment: authors of a line or two, counted but never made members."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.models import SourceKind

if TYPE_CHECKING:
    from personagen.working import Working

CLOSE = 0.34
"""Mean cosine to the nearest sentences of a group from which a text reads like it."""
MARGIN = 0.03
"""How much nearer the best group must be than the second."""
NEIGHBOURS = 3
MOST_EXAMPLES = 400
"""Sentences of a group that others are read against."""


class Readers(NamedTuple):
    """Who reads like each group, in the groups' order, and who reads like none."""

    alike: list[list[str]]
    unlike: list[str]


def readers_of(
    working: Working, groups: Sequence[Sequence[str]], placed: Sequence[str] = ()
) -> Readers:
    """Return everyone outside the groups with a coded sentence, by the group they read like.

    Args:
        working: Units, vectors and insights.
        groups: Ids of each group's members.
        placed: Others who have their place already.
    """
    rows = working.rows
    inside = {person for group in (*groups, placed) for person in group}
    own: dict[str, list[int]] = defaultdict(list)
    for insight in working.insights:
        if insight.id in rows:
            own[insight.participant].append(rows[insight.id])
    outside = {person: sorted(set(r)) for person, r in own.items() if person not in inside}
    examples = [_examples([i for m in group for i in own[m]]) for group in groups]
    vectors = np.asarray(working.vectors, dtype=np.float32)
    readers: list[list[str]] = [[] for _ in groups]
    unassigned: list[str] = []
    for person, near in zip(
        outside, _nearness(vectors, list(outside.values()), examples), strict=True
    ):
        best = int(near.argmax())
        second = max((float(x) for g, x in enumerate(near) if g != best), default=-1.0)
        if near[best] >= CLOSE and near[best] - second >= MARGIN:
            readers[best].append(person)
        else:
            unassigned.append(person)
    return Readers(readers, unassigned)


def _examples(rows: list[int]) -> list[int]:
    """Return rows evenly over a group's coded sentences, at most `MOST_EXAMPLES`."""
    found = sorted(set(rows))
    step = max(1, -(-len(found) // MOST_EXAMPLES))
    return found[::step]


def _nearness(
    vectors: NDArray[np.float32], people: Sequence[Sequence[int]], examples: Sequence[Sequence[int]]
) -> Iterable[NDArray[np.float32]]:
    """Yield, person by person, the mean cosine of their best sentence to each group's nearest."""
    flat = [row for rows in people for row in rows]
    near = np.zeros((len(flat), len(examples)), np.float32)
    for g, rows in enumerate(examples):
        for begin in range(0, len(flat), 4096):
            part = vectors[flat[begin : begin + 4096]] @ vectors[list(rows)].T
            wide = min(NEIGHBOURS, part.shape[1])
            if wide:
                near[begin : begin + 4096, g] = np.partition(part, -wide, axis=1)[:, -wide:].mean(1)
    at = 0
    for rows in people:
        yield near[at : at + len(rows)].mean(0)
        at += len(rows)


def by_kind(working: Working, people: Iterable[str]) -> dict[SourceKind, int]:
    """Return how many people there are by the kind of source they wrote in."""
    wanted = set(people)
    kinds: dict[str, SourceKind] = {}
    for unit in working.units:
        if unit.participant in wanted:
            kinds.setdefault(unit.participant, unit.kind)
    return dict(sorted(Counter(kinds.values()).items()))
