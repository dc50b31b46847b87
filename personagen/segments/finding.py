"""Customer segments: groups of participants who say like things, as many as survive resampling.

Who has voice enough is grouped; who wrote a line or two is read against the groups afterwards and
counted, never made a member.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.cues import roles
from personagen.models import ParticipantKind, Skipped, SourceKind
from personagen.segments.profiles import Floats, Voices, profiles, voices

if TYPE_CHECKING:
    from personagen.analysis import Working

MOST_GROUPS = 5
FEWEST_MEMBERS = 3
"""Participants below which a group is no ground for a persona."""
RECOVERED = 0.75
"""Jaccard index from which a group counts as found again (Hennig 2007: a stable cluster)."""
RESAMPLES = 100
FEWER_RESAMPLES = 40
"""Resamples where more than `MANY` people are grouped: their spread is small by then."""
MANY = 400
MOST_PEOPLE = 1500
"""People grouped at most: those with most coded sentences; the others are assigned."""
SHARE_OF_PEOPLE = 0.8
SHARE_OF_SENTENCES = 0.8
CLOSE = 0.34
"""Mean cosine to the nearest sentences of a group from which a text reads like it."""
MARGIN = 0.03
"""How much nearer the best group must be than the second."""
NEIGHBOURS = 3
MOST_EXAMPLES = 400
"""Sentences of a group that others are read against."""

Labels = NDArray[np.int64]
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
    """Number of groups to the lowest mean Jaccard among them: how well each split survived."""
    unassigned: dict[SourceKind, int]
    """Authors who read like no group, by kind of source."""
    notes: tuple[str, ...]
    skipped: tuple[Skipped, ...]


class _Split(NamedTuple):
    labels: Labels
    jaccard: Floats
    found: Floats


def find_segments(working: Working, seed: int = 0) -> Segments:
    """Return the groups that participants fall into, and how firmly.

    Args:
        working: Material, units, vectors, insights and themes.
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
    splits = _splits(spoken, rows, resamples, seed)
    chosen = _chosen(splits, len(people))
    segments, unassigned = _described(working, spoken, rows, chosen)
    tried = {k: round(float(split.jaccard.min()), 3) for k, split in splits.items()}
    return Segments(
        segments=segments,
        basis=basis,
        resamples=resamples if len(segments) > 1 else 0,
        tried=tried,
        unassigned=unassigned,
        notes=_notes(people, basis, tried, len(segments), resamples if splits else 0),
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


def _splits(spoken: Voices, rows: Floats, resamples: int, seed: int) -> dict[int, _Split]:
    """Return the split into each admissible number of groups, with its stability."""
    most = min(MOST_GROUPS, len(rows) // FEWEST_MEMBERS)
    whole = {k: _grouped(rows, k) for k in range(2, most + 1)}
    whole = {k: labels for k, labels in whole.items() if _all_large(labels, k)}
    if not whole:
        return {}
    overlaps: dict[int, list[Floats]] = {k: [] for k in whole}
    random = np.random.default_rng(seed)
    for _ in range(resamples):
        kept = np.sort(random.permutation(len(rows))[: max(4, round(SHARE_OF_PEOPLE * len(rows)))])
        heard = random.random(len(spoken.units)) < SHARE_OF_SENTENCES
        sample = profiles(spoken, heard)[kept]
        for k, labels in whole.items():
            overlaps[k].append(_best_overlaps(labels[kept], _grouped(sample, k), k))
    return {
        k: _Split(
            whole[k],
            np.nanmean(np.array(found), axis=0),
            np.mean(np.array(found) >= RECOVERED, axis=0),
        )
        for k, found in overlaps.items()
    }


def _grouped(rows: Floats, k: int) -> Labels:
    """Return labels 0…k-1: Ward's tree, then every row moved to its nearest centre until rest."""
    from scipy.cluster.hierarchy import fcluster, linkage

    labels: Labels = fcluster(linkage(rows, "ward"), k, "maxclust").astype(np.int64) - 1
    for _ in range(20):
        centres = np.stack(
            [rows[labels == g].mean(0) if (labels == g).any() else rows.mean(0) for g in range(k)]
        )
        moved = _distances(rows, centres).argmin(1).astype(np.int64)
        if (moved == labels).all() or len(set(moved.tolist())) < len(set(labels.tolist())):
            break
        labels = moved
    return labels


def _distances(rows: Floats, centres: Floats) -> Floats:
    squares: Floats = (rows**2).sum(1)[:, None] - 2 * rows @ centres.T + (centres**2).sum(1)[None]
    apart: Floats = np.sqrt(np.maximum(squares, 0.0))
    return apart


def _all_large(labels: Labels, k: int) -> bool:
    return int(np.bincount(labels, minlength=k).min()) >= FEWEST_MEMBERS


def _best_overlaps(labels: Labels, found: Labels, k: int) -> Floats:
    """Return, for each group, its Jaccard index with the most similar group found."""
    best = np.zeros(k)
    for g in range(k):
        own = labels == g
        shared = [(own & (found == f)).sum() / max(1, (own | (found == f)).sum()) for f in range(k)]
        best[g] = max(shared)
    return best


def _chosen(splits: dict[int, _Split], people: int) -> _Split:
    """Return the finest split whose every group is found again; one group where none is."""
    for k in sorted(splits, reverse=True):
        if float(splits[k].jaccard.min()) >= RECOVERED:
            return splits[k]
    return _Split(np.zeros(people, dtype=np.int64), np.ones(1), np.ones(1))


def _described(
    working: Working, spoken: Voices, rows: Floats, split: _Split
) -> tuple[tuple[Segment, ...], dict[SourceKind, int]]:
    groups = len(split.jaccard)
    typical = _typicality(rows, split.labels, groups)
    order = sorted(
        range(groups),
        key=lambda g: (-int((split.labels == g).sum()), int((split.labels == g).argmax())),
    )
    members = [[i for i in range(len(rows)) if split.labels[i] == g] for g in order]
    readers, unassigned = _readers(working, spoken, members)
    segments = tuple(
        Segment(
            participants=tuple(spoken.people[i] for i in rows_),
            typical={spoken.people[i]: round(float(typical[i]), 4) for i in rows_},
            survival=round(float(split.found[g]), 3),
            jaccard=round(float(split.jaccard[g]), 3),
            assigned=_by_kind(working, readers_),
            readers_like=tuple(readers_),
        )
        for g, rows_, readers_ in zip(order, members, readers, strict=True)
    )
    return segments, unassigned


def _typicality(rows: Floats, labels: Labels, groups: int) -> Floats:
    """Return how much nearer each row is to its own centre than to the next one."""
    centres = np.stack([rows[labels == g].mean(0) for g in range(groups)])
    apart = _distances(rows, centres)
    own = apart[np.arange(len(rows)), labels]
    if groups == 1:
        scaled: Floats = -own / max(float(own.max()), 1e-9)
        return scaled
    apart[np.arange(len(rows)), labels] = np.inf
    other = apart.min(1)
    margin: Floats = (other - own) / np.maximum(np.maximum(other, own), 1e-9)
    return margin


def _readers(
    working: Working, spoken: Voices, members: Sequence[Sequence[int]]
) -> tuple[list[list[str]], dict[SourceKind, int]]:
    """Return who else reads like each group, and how many read like none, by kind of source."""
    rows = working.rows
    inside = set(spoken.people)
    own: dict[str, list[int]] = defaultdict(list)
    for insight in working.insights:
        if insight.id in rows:
            own[insight.participant].append(rows[insight.id])
    outside = {person: sorted(set(r)) for person, r in own.items() if person not in inside}
    examples = [_examples([i for m in group for i in own[spoken.people[m]]]) for group in members]
    vectors = np.asarray(working.vectors, dtype=np.float32)
    readers: list[list[str]] = [[] for _ in members]
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
    return readers, _by_kind(working, unassigned)


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


def _by_kind(working: Working, people: Iterable[str]) -> dict[SourceKind, int]:
    wanted = set(people)
    kinds: dict[str, SourceKind] = {}
    for unit in working.units:
        if unit.participant in wanted:
            kinds.setdefault(unit.participant, unit.kind)
    return dict(sorted(Counter(kinds.values()).items()))


def _notes(
    people: Sequence[str], basis: Basis, tried: dict[int, float], groups: int, resamples: int
) -> tuple[str, ...]:
    notes = []
    if basis == "texts":
        notes.append("from written texts only: nobody was interviewed")
    if groups == 1 and tried:
        k, best = max(tried.items(), key=lambda item: item[1])
        notes.append(
            f"one group: no split survived {resamples} resamples"
            f" (the best, into {k}, overlaps {best:.2f} with itself; {RECOVERED} is asked)"
        )
    if groups == 1 and not tried:
        notes.append(
            f"one group: {len(people)} participants can't be split into groups of {FEWEST_MEMBERS}"
        )
    return tuple(notes)
