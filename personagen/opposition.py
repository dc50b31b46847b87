"""Counter-evidence: what speaks against a theme, precise rather than plenty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from personagen.analysts.base import CodedUnits
from personagen.analysts.stance import dismisses
from personagen.clustering import Landscape
from personagen.models import Insight, Theme
from personagen.proximity import centre, content_words

AGAINST = {
    "pain_point": ("praise",),
    "praise": ("pain_point", "objection"),
    "objection": ("praise", "motivation"),
    "motivation": ("objection",),
    "feature_request": ("praise",),
    "workaround": ("praise",),
}
"""Which code speaks against which, on the same topic."""
NEAR = 0.22
"""Mean similarity to a theme's members from which the topic is the same; what groups of one code
need is less, for nobody reads a stray member as an answer to the claim."""
NEAREST = 0.35
"""Similarity to at least one member: there is something that it answers."""
MOST = 3
"""Opposing excerpts of a claim."""
CENTRAL_WORDS = 6
"""A counter-quote must share a word with these, the theme's commonest."""
CLEAR = 0.5
"""Probability of its code, and of standing alone, that a counter-quote has at least."""


class Opposing(NamedTuple):
    """A unit that speaks against a theme."""

    row: int
    """Index of the unit."""
    strength: float


def opposing(
    theme: Theme,
    insights: dict[str, Insight],
    rows: dict[str, int],
    coded: CodedUnits,
    landscape: Landscape,
    candidates: dict[str, list[int]],
) -> list[Opposing]:
    """Return units that speak against a theme, the strongest first, at most one a participant.

    Args:
        theme: What is claimed.
        insights: All, by id.
        rows: Insight id to the index of its unit.
        coded: The units.
        landscape: Where they lie.
        candidates: From `candidates_of`.
    """
    members = [rows[i] for i in theme.insights]
    stances = [*AGAINST.get(theme.code, ()), *(["dismissed"] if theme.code != "praise" else [])]
    pool = sorted({r for s in stances for r in candidates.get(s, ())} - set(members))
    if not pool:
        return []
    own = landscape.of(members)
    near = landscape.points @ centre(own)
    central = _central_words(members, coded)
    found = [
        Opposing(row, round(float(near[landscape.place[row]]), 4))
        for row in pool
        if near[landscape.place[row]] >= NEAR
        and central.intersection(content_words(coded.units[row].text))
        and (landscape.of([row]) @ own.T).max() >= NEAREST
    ]
    return _one_each(sorted(found, key=lambda o: (-o.strength, o.row)), coded)[:MOST]


def candidates_of(
    insights: Sequence[Insight], rows: dict[str, int], coded: CodedUnits
) -> dict[str, list[int]]:
    """Return units by the stance they could oppose with: a code alone, or `dismissed`.

    A unit with two codes argues with itself and opposes nobody.
    """
    codes: dict[int, set[str]] = defaultdict(set)
    for insight in insights:
        codes[rows[insight.id]].add(insight.code)
    found: dict[str, list[int]] = defaultdict(list)
    for row, unit in enumerate(coded.units):
        own = codes.get(row, set())
        if dismisses(unit.text) and not own - {"praise"}:
            found["dismissed"].append(row)
        if len(own) == 1 and coded.scores[row].max() >= CLEAR and coded.quotable[row] >= CLEAR:
            found[next(iter(own))].append(row)
    return found


def _central_words(members: Sequence[int], coded: CodedUnits) -> set[str]:
    people: dict[str, set[str]] = defaultdict(set)
    for row in members:
        for word in content_words(coded.units[row].text):
            people[word].add(coded.units[row].participant)
    ranked = sorted(people, key=lambda w: (-len(people[w]), w))
    return {w for w in ranked[:CENTRAL_WORDS] if len(people[w]) >= 2}


def _one_each(found: list[Opposing], coded: CodedUnits) -> list[Opposing]:
    seen: set[str] = set()
    kept = []
    for one in found:
        participant = coded.units[one.row].participant
        if participant not in seen:
            seen.add(participant)
            kept.append(one)
    return kept
