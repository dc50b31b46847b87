"""What each participant says, as one row of numbers: the ground on which segments are found.

Blocks, each brought to the same size before it is weighted: what their sentences mean, which words
they share with others, and who they say they are. Means are taken within a kind of source and a
language, so that people are not grouped by where or in which language they wrote. Codes and themes
are no ground for it: of a few dozen people they are chance as much as substance, and groups found
without them survive resampling better.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.proximity import content_words

if TYPE_CHECKING:
    from personagen.working import Working

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

DIMENSIONS = 80
"""Principal directions of the sentence vectors that are kept."""
MOST_SENTENCES = 60
"""Sentences of one participant that are looked at: coded ones first, then the longest."""
LEAST_WORDS = 5
"""Words below which an uncoded sentence says too little about anybody."""
UNCODED = 0.8
"""Weight of a sentence without a code, against 1 of a coded one."""
WEIGHTS = {"meaning": 1.0, "words": 1.0, "roles": 0.3}
"""Size of each block beside the others."""
TOPICS = 30
"""Directions kept of the words that people share."""
VOCABULARY = 3000
"""Words looked at, at most: those that most people share, but not six in ten."""
COMMONPLACE = 0.6
"""Share of people from which a word is everybody's."""


class Voices(NamedTuple):
    """Sentences of the people to be grouped, those of one person next to each other."""

    people: tuple[str, ...]
    starts: Whole
    """Where each person's sentences begin, shape (n,)."""
    units: Whole
    """Index of each sentence's unit, shape (m,)."""
    meaning: Floats
    """Reduced and centred sentence vectors, shape (m, d)."""
    weight: Floats
    """Shape (m,)."""
    words: Floats
    """Words that at least two people use, by rarity, in few directions, shape (m, w)."""
    roles: Floats
    """Who they say they are, as a fixed row a person, shape (n, r)."""


def voices(working: Working, people: list[str], roles: Floats | None = None) -> Voices:
    """Return the sentences of some people, ready to be averaged.

    Args:
        working: Units, vectors and insights.
        people: Ids of participants; everyone has at least one sentence.
        roles: Row a person of who they are; none means nothing is known.
    """
    coded = _coded(working)
    chosen = _chosen(working, people, coded)
    units = np.array([i for rows in chosen for i in rows], dtype=np.int64)
    sizes = np.array([len(rows) for rows in chosen], dtype=np.int64)
    owners = np.repeat(np.arange(len(people)), sizes)
    return Voices(
        people=tuple(people),
        starts=np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64),
        units=units,
        meaning=_meaning(working, units),
        weight=np.array([1.0 if int(i) in coded else UNCODED for i in units]),
        words=_word_block(working, units, owners, len(people)),
        roles=np.zeros((len(people), 0)) if roles is None else roles,
    )


def profiles(voices: Voices, kept: NDArray[np.bool_] | None = None) -> Floats:
    """Return one row a person from the sentences that are kept, shape (n, d + w + r).

    Args:
        voices: Sentences by person.
        kept: Which sentences count, shape (m,); all when None.
    """
    weight = voices.weight if kept is None else voices.weight * kept
    total = np.maximum(_sum(weight[:, None], voices.starts), 1e-9)
    meaning = _sum(voices.meaning * weight[:, None], voices.starts) / total
    alive = np.ones_like(weight) if kept is None else kept.astype(float)
    spoken = _unit_rows(_sum(voices.words * alive[:, None], voices.starts))
    blocks = {"meaning": meaning, "words": spoken, "roles": voices.roles}
    return np.hstack([_sized(block, WEIGHTS[name]) for name, block in blocks.items()])


def _coded(working: Working) -> set[int]:
    """Return the rows of the units that have a code."""
    rows = working.rows
    return {rows[insight.id] for insight in working.insights if insight.id in rows}


def _chosen(working: Working, people: list[str], coded: set[int]) -> list[list[int]]:
    rows: dict[str, list[int]] = {person: [] for person in people}
    for i, unit in enumerate(working.units):
        if unit.participant in rows and (i in coded or len(unit.text.split()) >= LEAST_WORDS):
            rows[unit.participant].append(i)
    first = {unit.participant: i for i, unit in reversed(list(enumerate(working.units)))}
    return [
        sorted(
            sorted(found, key=lambda i: (i not in coded, -len(working.units[i].text), i))[
                :MOST_SENTENCES
            ]
        )
        or [first[person]]
        for person, found in rows.items()
    ]


def _meaning(working: Working, units: Whole) -> Floats:
    """Return sentence vectors, less what a kind and a language share, in fewer directions."""
    vectors = np.asarray(working.vectors, dtype=np.float64)[units]
    shared = defaultdict(list)
    for place, i in enumerate(units):
        unit = working.units[int(i)]
        shared[unit.kind, unit.lang].append(place)
    for places in shared.values():
        vectors[places] -= vectors[places].mean(0)
    if len(vectors) <= DIMENSIONS:
        return vectors
    return vectors @ _directions(vectors, DIMENSIONS)


def _word_block(working: Working, units: Whole, owners: Whole, people: int) -> Floats:
    """Return each sentence's shared words in the directions in which people differ most."""
    from scipy.sparse import csr_matrix

    said = [sorted(set(content_words(working.units[int(i)].text))) for i in units]
    users: dict[str, set[int]] = defaultdict(set)
    for owner, sentence in zip(owners, said, strict=True):
        for word in sentence:
            users[word].add(int(owner))
    most = max(2.0, COMMONPLACE * people)
    shared = sorted(
        (w for w in users if 2 <= len(users[w]) <= most), key=lambda w: (-len(users[w]), w)
    )
    column = {word: i for i, word in enumerate(shared[:VOCABULARY])}
    cells = [(row, column[w]) for row, sentence in enumerate(said) for w in sentence if w in column]
    if not cells:
        return np.zeros((len(units), 0))
    rows, columns = (np.array(part) for part in zip(*cells, strict=True))
    rarity = np.array([np.log((people + 1) / len(users[w])) for w in column])
    table = csr_matrix((rarity[columns], (rows, columns)), (len(units), len(column)))
    by_person = csr_matrix(
        (np.ones(len(units)), (owners, np.arange(len(units)))), (people, len(units))
    )
    spoken = _unit_rows(np.log1p((by_person @ table).toarray()))
    projected: Floats = table @ _directions(spoken - spoken.mean(0), TOPICS)
    return projected


def _directions(rows: Floats, count: int) -> Floats:
    """Return the directions in which rows differ most, shape (d, ≤ count); the same everywhere."""
    if rows.shape[0] <= rows.shape[1]:
        values, left = np.linalg.eigh(rows @ rows.T)
        kept = [i for i in range(len(values) - 1, -1, -1) if values[i] > 1e-9][:count]
        scaled: Floats = rows.T @ left[:, kept] / np.sqrt(values[kept])
        return scaled
    _, vectors = np.linalg.eigh(rows.T @ rows)
    return vectors[:, ::-1][:, :count]


def _sum(values: Floats, starts: Whole) -> Floats:
    if values.shape[1] == 0:
        return np.zeros((len(starts), 0))
    summed: Floats = np.add.reduceat(values, starts, axis=0)
    return summed


def _unit_rows(block: Floats) -> Floats:
    scaled: Floats = block / np.maximum(np.linalg.norm(block, axis=1, keepdims=True), 1e-9)
    return scaled


def _sized(block: Floats, weight: float) -> Floats:
    """Return a block, centred, with a mean squared row length of `weight` squared."""
    if block.size == 0:
        return block
    centred = block - block.mean(0)
    size = float(np.sqrt((centred**2).sum(1).mean()))
    scaled: Floats = centred * (weight / size) if size > 1e-9 else centred * 0.0
    return scaled
