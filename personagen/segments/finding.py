"""Customer segments: groups of participants who say like things, as many as survive resampling.

Who has voice enough is grouped; who wrote a line or two is read against the groups afterwards and
counted, never made a member.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from personagen.cues import roles
from personagen.models import ParticipantKind, Skipped, SourceKind
from personagen.segments.misfits import misfits
from personagen.segments.profiles import Floats, Voices, profiles, voices
from personagen.segments.readers import by_kind, readers_of
from personagen.segments.resampling import (
    AGREEMENT,
    FEWEST_MEMBERS,
    RECOVERED,
    Labels,
    Split,
    distances,
    finest,
    splits_of,
)

if TYPE_CHECKING:
    from personagen.working import Working

RESAMPLES = 100
FEWER_RESAMPLES = 40
"""Resamples where more than `MANY` people are grouped: their spread is small by then."""
MANY = 400
MOST_PEOPLE = 1500
"""People grouped at most: those with most coded sentences; the others are assigned."""

Basis = Literal["interviews", "texts"]


class Segment(NamedTuple):
    """One group of participants."""

    participants: tuple[str, ...]
    typical: dict[str, float]
    """How typical each member is: margin to the next group, -1 to 1; of one group, closeness."""
    survival: float
    """Share of resamples in which the group was found again, 0–1."""
    jaccard: float
    """Mean overlap with the group most like it in each resample, 0–1."""
    assigned: dict[SourceKind, int]
    """Authors of short texts who read like this group, by kind of source."""
    readers_like: tuple[str, ...]
    """Their ids."""
    misfit: bool = False
    """They say that the product is not for them; found by their words, not by resampling."""

    @property
    def least_typical(self) -> str | None:
        """Return the member that fits worst; None where there is but one."""
        if len(self.participants) < 2:
            return None
        return min(self.typical, key=lambda person: (self.typical[person], person))


class Segments(NamedTuple):
    """Groups of participants, and everyone who is in none."""

    segments: tuple[Segment, ...]
    basis: Basis
    resamples: int
    tried: dict[int, float]
    """Number of groups to the mean Jaccard index over people: how well each split survived."""
    unassigned: dict[SourceKind, int]
    """Authors who read like no group, by kind of source."""
    notes: tuple[str, ...]
    skipped: tuple[Skipped, ...]


def find_segments(working: Working, seed: int = 0) -> Segments:
    """Return the groups that participants fall into, and how firmly.

    Args:
        working: Material, units, vectors and insights.
        seed: Of the resampling.

    Returns:
        One to five groups; one where no split survives. None where nobody said anything.

    Source:
        Hennig (2007), doi:10.1016/j.csda.2006.11.025: clusterwise stability by resampling.
    """
    people, basis, skipped = _with_voice(working)
    if not people:
        return Segments((), basis, 0, {}, {}, ("nobody said enough to be grouped",), skipped)
    spoken = voices(working, people, _role_block(working, people))
    rows = profiles(spoken)
    resamples = RESAMPLES if len(people) <= MANY else FEWER_RESAMPLES
    splits = splits_of(spoken, rows, resamples, seed)
    chosen = finest(splits, len(people))
    segments, unassigned = _described(working, spoken, rows, chosen)
    tried = {k: round(split.overlap, 3) for k, split in splits.items()}
    return Segments(
        segments=segments,
        basis=basis,
        resamples=resamples if len(chosen.jaccard) > 1 else 0,
        tried=tried,
        unassigned=unassigned,
        notes=_notes(people, basis, splits, len(chosen.jaccard), resamples),
        skipped=skipped,
    )


def _with_voice(working: Working) -> tuple[list[str], Basis, tuple[Skipped, ...]]:
    """Return who is grouped, most coded sentences first cut, then in the order of their ids."""
    kinds: dict[str, ParticipantKind] = {p.id: p.kind for p in working.material.participants}
    speaking = {unit.participant for unit in working.units}
    coded = Counter(i.participant for i in working.insights)
    interviewees = [p for p, kind in kinds.items() if kind == "interviewee" and p in speaking]
    if interviewees:
        basis: Basis = "interviews"
        voiced = [p for p in interviewees if coded[p]]
    else:
        basis = "texts"
        voiced = [p for p in kinds if p in speaking and coded[p] >= 2] or [
            p for p in kinds if coded[p]
        ]
    silent = len(interviewees) - len(voiced) if interviewees else 0
    kept = sorted(sorted(voiced, key=lambda p: (-coded[p], p))[:MOST_PEOPLE])
    return kept, basis, _left_out(silent, len(voiced) - len(kept))


def _left_out(silent: int, beyond: int) -> tuple[Skipped, ...]:
    reasons = (
        (silent, "nothing they said was coded"),
        (beyond, f"the {MOST_PEOPLE:,} who said most are grouped; the others are assigned"),
    )
    return tuple(
        Skipped(what=f"{count:,} participant{'s' * (count != 1)}", where="segments", why=why)
        for count, why in reasons
        if count
    )


def _role_block(working: Working, people: Sequence[str]) -> Floats:
    """Return a column for each role or recorded fact that two or more, but not all, share."""
    facts: dict[str, set[int]] = defaultdict(set)
    place = {person: i for i, person in enumerate(people)}
    for person in working.material.participants:
        if person.id in place:
            for fact in _facts(person.attributes):
                facts[fact].add(place[person.id])
    for unit in working.units:
        if unit.participant in place and unit.kind == "interview":
            for hit in roles.roles_in(unit.text):
                facts[f"role {hit.value}"].add(place[unit.participant])
    shared = sorted((f, who) for f, who in facts.items() if 2 <= len(who) < len(people))
    block = np.zeros((len(people), len(shared)))
    for column, (_, who) in enumerate(shared):
        block[sorted(who), column] = 1.0
    return block


def _facts(attributes: dict[str, str]) -> Iterable[str]:
    role = roles.recorded_role(attributes)
    if role:
        yield f"role {role}"
    for key, value in roles.recorded_facts(attributes).items():
        yield f"{key.casefold()} {value.casefold()}"


def _described(
    working: Working, spoken: Voices, rows: Floats, split: Split
) -> tuple[tuple[Segment, ...], dict[SourceKind, int]]:
    groups = len(split.jaccard)
    typical = _typicality(rows, split.labels, groups)
    order = sorted(
        range(groups),
        key=lambda g: (-int((split.labels == g).sum()), int((split.labels == g).argmax())),
    )
    members = [[i for i in range(len(rows)) if split.labels[i] == g] for g in order]
    wrong = misfits(working, spoken.people)
    readers, unassigned = readers_of(
        working, [[spoken.people[i] for i in group] for group in members], wrong
    )
    segments = tuple(
        Segment(
            participants=tuple(spoken.people[i] for i in rows_),
            typical={spoken.people[i]: round(float(typical[i]), 4) for i in rows_},
            survival=round(float(split.found[g]), 3),
            jaccard=round(float(split.jaccard[g]), 3),
            assigned=by_kind(working, readers_),
            readers_like=tuple(readers_),
        )
        for g, rows_, readers_ in zip(order, members, readers, strict=True)
    )
    return (*segments, *_misfit(wrong)), by_kind(working, unassigned)


def _misfit(people: Sequence[str]) -> tuple[Segment, ...]:
    if not people:
        return ()
    typical = dict.fromkeys(people, 0.0)
    return (Segment(tuple(people), typical, 0.0, 0.0, {}, (), misfit=True),)


def _typicality(rows: Floats, labels: Labels, groups: int) -> Floats:
    """Return how much nearer each row is to its own centre than to the next one."""
    centres = np.stack([rows[labels == g].mean(0) for g in range(groups)])
    apart = distances(rows, centres)
    own = apart[np.arange(len(rows)), labels]
    if groups == 1:
        scaled: Floats = -own / max(float(own.max()), 1e-9)
        return scaled
    apart[np.arange(len(rows)), labels] = np.inf
    other = apart.min(1)
    margin: Floats = (other - own) / np.maximum(np.maximum(other, own), 1e-9)
    return margin


def _notes(
    people: Sequence[str], basis: Basis, splits: dict[int, Split], groups: int, resamples: int
) -> tuple[str, ...]:
    notes = []
    if basis == "texts":
        notes.append("from reviews and other short texts only: nobody was interviewed")
    if groups == 1 and splits:
        k, best = max(splits.items(), key=lambda item: item[1].overlap)
        notes.append(
            f"one group: no split survived {resamples} resamples (the best, into {k}, overlaps"
            f" {best.overlap:.2f} with itself where {RECOVERED} is asked; two halves of what"
            f" everyone said agree by {best.agreement:.2f} where {AGREEMENT} is asked)"
        )
    if groups == 1 and not splits:
        notes.append(
            f"one group: {len(people)} participants don't fall into groups of {FEWEST_MEMBERS}"
        )
    return tuple(notes)
