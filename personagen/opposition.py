"""Counter-evidence: what speaks against a theme, precise rather than plenty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.analysts.base import CodedUnits
from personagen.analysts.stance import dismisses
from personagen.clustering import Landscape
from personagen.models import Insight, Theme
from personagen.proximity import centre, content_words

AGAINST = {
    "pain_point": ("praise", "dismissed"),
    "praise": ("pain_point", "objection"),
    "objection": ("praise", "motivation", "dismissed"),
    "motivation": ("objection", "dismissed"),
    "feature_request": ("praise", "dismissed"),
    "workaround": ("praise", "dismissed"),
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


class Pool(NamedTuple):
    """Units that could speak against themes of one code."""

    rows: NDArray[np.intp]
    """Indexes of units, ascending."""
    places: NDArray[np.intp]
    """Their rows in the landscape."""


def pools_of(
    insights: Sequence[Insight], rows: dict[str, int], coded: CodedUnits, landscape: Landscape
) -> dict[str, Pool]:
    """Return, for each code, the units that could speak against its themes.

    They have an opposite code alone, surely, and in a sentence that can stand alone; or they
    dismiss. A unit with two codes argues with itself and opposes nobody.
    """
    codes: dict[int, list[Insight]] = defaultdict(list)
    for insight in insights:
        codes[rows[insight.id]].append(insight)
    stance: dict[str, list[int]] = defaultdict(list)
    for row, unit in enumerate(coded.units):
        own = codes.get(row, [])
        if dismisses(unit.text) and all(i.code == "praise" for i in own):
            stance["dismissed"].append(row)
        if len(own) == 1 and own[0].score >= CLEAR and own[0].quotable:
            stance[own[0].code].append(row)
    return {code: _pool(against, stance, landscape) for code, against in AGAINST.items()}


def _pool(against: Sequence[str], stance: dict[str, list[int]], landscape: Landscape) -> Pool:
    found = sorted({row for one in against for row in stance.get(one, ())})
    places = [landscape.place[row] for row in found]
    return Pool(np.array(found, dtype=np.intp), np.array(places, dtype=np.intp))


def opposing(
    theme: Theme,
    rows: dict[str, int],
    coded: CodedUnits,
    landscape: Landscape,
    pools: dict[str, Pool],
) -> list[Opposing]:
    """Return units that speak against a theme, the strongest first, at most one a participant.

    Args:
        theme: What is claimed.
        rows: Insight id to the index of its unit.
        coded: The units.
        landscape: Where they lie.
        pools: From `pools_of`.
    """
    pool = pools.get(theme.code)
    if pool is None or not len(pool.rows):
        return []
    members = [rows[i] for i in theme.insights]
    own = landscape.of(members)
    near = (landscape.points @ centre(own))[pool.places]
    central, inside = _central_words(members, coded), set(members)
    found = []
    for i in np.flatnonzero(near >= NEAR):
        row = int(pool.rows[i])
        shares = central.intersection(content_words(coded.units[row].text))
        if (
            shares
            and row not in inside
            and (own @ landscape.points[pool.places[i]]).max() >= NEAREST
        ):
            found.append(Opposing(row, round(float(near[i]), 4)))
    return _one_each(sorted(found, key=lambda o: (-o.strength, o.row)), coded)[:MOST]


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
