"""How firmly a split stands: found again with fewer people, fewer words, and in both halves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.segments.profiles import Floats, Voices, profiles

MOST_GROUPS = 5
FEWEST_MEMBERS = 3
"""Participants below which a group is no ground for a persona."""
RECOVERED = 0.75
"""Mean Jaccard index, over people, from which a split is stable (Hennig 2007)."""
DISSOLVED = 0.6
"""Mean Jaccard index below which a single group is not counted on (Hennig 2007)."""
FOUND = 0.5
"""Jaccard index above which a group was found again in one resample; below, it dissolved."""
AGREEMENT = 0.1
"""Mean adjusted Rand index between groups from two halves of what everyone said.
Sentences dealt out at random give 0 ± .03: people who differ by chance alone stay one group."""
SHARE_OF_PEOPLE = 0.8
SHARE_OF_SENTENCES = 0.9

Labels = NDArray[np.int64]


class Split(NamedTuple):
    """The people in so many groups, and how firmly."""

    labels: Labels
    """Group of each person, shape (n,)."""
    jaccard: Floats
    """Mean overlap of each group with the most similar one in a resample, shape (k,)."""
    found: Floats
    """Share of resamples in which each group was found again, shape (k,)."""
    agreement: float
    """Mean adjusted Rand index between two halves of what everyone said."""

    @property
    def overlap(self) -> float:
        """Return the mean Jaccard index over people."""
        sizes = np.bincount(self.labels, minlength=len(self.jaccard))
        return float((self.jaccard * sizes).sum() / sizes.sum())

    @property
    def holds(self) -> bool:
        """Return whether the split survives."""
        return (
            self.overlap >= RECOVERED
            and float(self.jaccard.min()) >= DISSOLVED
            and self.agreement >= AGREEMENT
        )


def finest(splits: dict[int, Split], people: int) -> Split:
    """Return the split into most groups that holds; everyone in one group where none does."""
    for k in sorted(splits, reverse=True):
        if splits[k].holds:
            return splits[k]
    return Split(np.zeros(people, dtype=np.int64), np.ones(1), np.ones(1), 1.0)


def splits_of(spoken: Voices, rows: Floats, resamples: int, seed: int) -> dict[int, Split]:
    """Return the split into each admissible number of groups, with its stability.

    Args:
        spoken: Sentences by person.
        rows: Their profiles, shape (n, d).
        resamples: How often people and sentences are drawn.
        seed: Of the draws.
    """
    most = min(MOST_GROUPS, len(rows) // FEWEST_MEMBERS)
    whole = groupings(rows, range(2, most + 1))
    whole = {k: labels for k, labels in whole.items() if _all_large(labels, k)}
    overlaps: dict[int, list[Floats]] = {k: [] for k in whole}
    agreements: dict[int, list[float]] = {k: [] for k in whole}
    random = np.random.default_rng(seed)
    for _ in range(resamples if whole else 0):
        kept = np.sort(random.permutation(len(rows))[: max(4, round(SHARE_OF_PEOPLE * len(rows)))])
        sample = profiles(spoken, random.random(len(spoken.units)) < SHARE_OF_SENTENCES)[kept]
        half = random.random(len(spoken.units)) < 0.5
        again = groupings(sample, whole)
        one, other = (groupings(profiles(spoken, part), whole) for part in (half, ~half))
        for k, labels in whole.items():
            overlaps[k].append(_best_overlaps(labels[kept], again[k], k))
            agreements[k].append(_agreement(one[k], other[k]))
    return {k: _split(whole[k], np.array(overlaps[k]), agreements[k]) for k in whole}


def _split(labels: Labels, overlaps: Floats, agreements: list[float]) -> Split:
    found = (overlaps > FOUND).mean(axis=0)
    return Split(labels, overlaps.mean(axis=0), found, float(np.mean(agreements)))


def _agreement(one: Labels, other: Labels) -> float:
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(one, other))


def groupings(rows: Floats, sizes: Iterable[int]) -> dict[int, Labels]:
    """Return labels 0…k-1 for each number of groups k, all cut from one tree (Ward)."""
    from scipy.cluster.hierarchy import fcluster, linkage

    wanted = list(sizes)
    if not wanted:
        return {}
    tree = linkage(rows, "ward")
    return {k: _settled(rows, fcluster(tree, k, "maxclust").astype(np.int64) - 1) for k in wanted}


def _settled(rows: Floats, labels: Labels) -> Labels:
    """Move every row to its nearest centre until rest; no group is given up on the way."""
    groups = np.arange(labels.max() + 1)
    for _ in range(20):
        inside = (labels == groups[:, None]).astype(float)
        centres = inside @ rows / inside.sum(axis=1, keepdims=True)
        # The row's own length is the same for every centre: left out, it changes no nearest one.
        apart = (centres**2).sum(axis=1) - rows @ (2 * centres).T
        moved = apart.argmin(axis=1).astype(np.int64)
        if (moved == labels).all() or len(np.unique(moved)) < len(groups):
            break
        labels = moved
    return labels


def distances(rows: Floats, centres: Floats) -> Floats:
    """Return how far each row is from each centre, shape (n, k)."""
    squares: Floats = (rows**2).sum(1)[:, None] - rows @ (2 * centres).T + (centres**2).sum(1)[None]
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
