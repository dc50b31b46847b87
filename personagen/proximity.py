"""Which excerpts are alike: one space for meaning and shared words, and groups in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from personagen.analysts.base import Floats
from personagen.analysts.stance import COMMON, FILLERS, stem, words

LEXICAL = 0.2
"""Weight of shared words beside shared meaning. With .15 to .3, and vectors centred by language,
average-link groups agree with groups made by hand (adjusted Rand index on app reviews and on what
was planted in the sample interviews) about twice as well as plain cosine distances."""
QUESTION = 0.2
"""Weight of the question beside the answer: "half of them never open it" says of what only with
it. More than .3 groups answers by question instead of by what they say."""
THRESHOLD = 0.65
"""Average-link distance at which groups stop growing. At .74 two of three pairs in one theme of the
sample study make different points (`personagen evaluate --truth`): a theme that is too small misses
a voice, one that is too large misquotes many."""
LOOSEST = 0.71
"""Distance up to which the threshold is raised where hardly anything is alike."""
CLOSE = {2: 0.38, 3: 0.32, 4: 0.28}
"""Mean similarity that a group of so few must have: chance brings two together more easily."""
LARGEST_SHARE = 0.35
"""Share of a code's insights above which one group is taken apart again."""
SMALLEST_SHARE = 0.25
"""Share of insights in groups of two or more below which the threshold is raised."""
EXACT = 2500
"""Points up to which all pairs are compared; more are first gathered into micro-clusters."""
MICRO = 600
"""Micro-clusters at most."""
TOPICS = 128
"""Dimensions kept of the shared words."""
_STEADY = 18
"""Points at which a quarter of the mean is taken off: the mean of a handful says little."""

Labels = NDArray[np.intp]


def space(
    texts: Sequence[str],
    vectors: Floats,
    langs: Sequence[str],
    asked: Floats | None = None,
    seed: int = 0,
) -> Floats:
    """Return points whose dot product says how alike two excerpts are, in meaning and words.

    Args:
        texts: n excerpts.
        vectors: float32, shape (n, 384), rows of length 1.
        langs: Language of each; each language's mean is taken off, so that what all excerpts
            share (the product, the language itself) brings none together.
        asked: float32, shape (n, 384): of the question that each answers, zeros where none is.
        seed: Of the decomposition of a large vocabulary.

    Returns:
        float32, shape (n, d), rows of length 1 or, where words are not shared, a little less.
    """
    if asked is not None:
        vectors = _unit(vectors + np.float32(QUESTION) * asked)
    meaning = _centred(vectors, langs) * np.float32(np.sqrt(1 - LEXICAL))
    shared = _shared_words(texts, seed) * np.float32(np.sqrt(LEXICAL))
    points: Floats = np.round(np.hstack([meaning, shared]), 5).astype(np.float32)
    return points


def groups(points: Floats, seed: int = 0) -> list[list[int]]:
    """Return groups of like points, the largest first; a point alone is a group of one.

    Cost grows with the square of the points up to `EXACT`, then linearly.
    """
    if len(points) < 2:
        return [[i] for i in range(len(points))]
    joined = _Tree(points, _micro(points, seed))
    threshold = THRESHOLD
    found = joined.cut(threshold)
    while threshold < LOOSEST and _together(found, len(points)) < SMALLEST_SHARE:
        threshold += 0.03
        found = joined.cut(threshold)
    parts = [part for g in _apart(points, found, seed) for part in _closer(points, g)]
    return sorted(parts, key=lambda g: (-len(g), g[0]))


def centre(points: Floats) -> Floats:
    """Return the mean of points: its dot product with one is that one's mean similarity."""
    mean: Floats = points.mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean


def _centred(vectors: Floats, langs: Sequence[str]) -> Floats:
    centred = np.array(vectors, dtype=np.float32)
    rows_of = defaultdict(list)
    for row, lang in enumerate(langs):
        rows_of[lang].append(row)
    for rows in rows_of.values():
        weight = (len(rows) / (len(rows) + _STEADY)) ** 2
        centred[rows] -= np.float32(weight) * vectors[rows].mean(axis=0)
    return _unit(centred)


def _unit(rows: Floats) -> Floats:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    result: Floats = (rows / np.maximum(length, 1e-9)).astype(np.float32)
    return result


def _shared_words(texts: Sequence[str], seed: int) -> Floats:
    """Return float32, shape (n, ≤ TOPICS): words that two or more excerpts share, by rarity."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.preprocessing import normalize

    bags = [Counter(content_words(text)) for text in texts]
    spread = Counter(word for bag in bags for word in bag)
    most = max(2.0, 0.3 * len(texts))
    vocabulary = {
        w: i for i, w in enumerate(sorted(w for w, n in spread.items() if 2 <= n <= most))
    }
    if not vocabulary:
        return np.zeros((len(texts), 1), np.float32)
    cells = [
        (row, vocabulary[w], n)
        for row, b in enumerate(bags)
        for w, n in b.items()
        if w in vocabulary
    ]
    rows, columns, counts = zip(*cells, strict=True)
    shape = len(texts), len(vocabulary)
    table = csr_matrix((np.array(counts, np.float32), (rows, columns)), shape)
    weighted = normalize(TfidfTransformer(sublinear_tf=True).fit_transform(table))
    if len(vocabulary) <= TOPICS:
        return np.asarray(weighted.toarray(), np.float32)
    return _reduced(weighted, seed)


def _reduced(table: object, seed: int) -> Floats:
    from sklearn.decomposition import TruncatedSVD

    topics = min(TOPICS, table.shape[0] - 1)  # type: ignore[attr-defined]
    if topics < 2:
        return np.asarray(table.toarray(), np.float32)  # type: ignore[attr-defined]
    reduced = TruncatedSVD(topics, random_state=seed).fit_transform(table)
    return np.asarray(reduced, np.float32)


@lru_cache(maxsize=65536)
def content_words(text: str) -> tuple[str, ...]:
    """Return the words that carry what a text is about, plurals and endings taken off."""
    said = (w for w in words(text) if len(w) > 2 and w not in COMMON and w not in FILLERS)
    return tuple(map(stem, said))


def _micro(points: Floats, seed: int) -> Labels:
    if len(points) <= EXACT:
        return np.arange(len(points), dtype=np.intp)
    from sklearn.cluster import MiniBatchKMeans

    count = min(MICRO, len(points) // 3)
    # Careful starting points (k-means++) takes nine tenths of the time in a large study.
    means = MiniBatchKMeans(
        count, init="random", random_state=seed, n_init=1, batch_size=4096, max_iter=8
    )
    labels: Labels = means.fit_predict(points).astype(np.intp)
    return labels


class _Tree:
    """Micro-clusters linked by mean similarity, once for all thresholds."""

    def __init__(self, points: Floats, micro: Labels) -> None:
        from scipy.cluster.hierarchy import linkage
        from scipy.spatial.distance import squareform

        known, self._labels = np.unique(micro, return_inverse=True)
        self._tree = None
        if len(known) < 2:
            return
        # The dot product of two means, not brought to length 1, is the mean similarity of all
        # pairs.
        order = np.argsort(self._labels, kind="stable")
        starts = np.searchsorted(self._labels[order], np.arange(len(known)))
        means = np.add.reduceat(points[order].astype(np.float64), starts, axis=0)
        means /= np.bincount(self._labels)[:, None]
        distances = np.clip(1 - np.round(means @ means.T, 6), 0, 2)
        np.fill_diagonal(distances, 0)
        self._tree = linkage(squareform(distances, checks=False), "average")

    def cut(self, threshold: float) -> list[list[int]]:
        """Return the groups of points whose average distance stays below a threshold."""
        from scipy.cluster.hierarchy import fcluster

        if self._tree is None:
            return [list(range(len(self._labels)))]
        merged = fcluster(self._tree, threshold, "distance")[self._labels]
        found = defaultdict(list)
        for row, label in enumerate(merged):
            found[int(label)].append(row)
        return list(found.values())


def _closer(points: Floats, group: list[int]) -> list[list[int]]:
    """Return a small group, taken apart where its members are not close enough for so few."""
    least = CLOSE.get(len(group), 0.0)
    if cohesion(points[group]) >= least:
        return [group]
    if len(group) == 2:
        return [[i] for i in group]
    parts = _Tree(points[group], np.arange(len(group), dtype=np.intp)).cut(1 - CLOSE[2])
    return [[group[i] for i in part] for part in parts]


def cohesion(points: Floats) -> float:
    """Return the mean similarity of all pairs of two or more points."""
    n = len(points)
    if n < 2:
        return 1.0
    total = points.sum(axis=0, dtype=np.float64)
    own = float(np.einsum("ij,ij->", points.astype(np.float64), points.astype(np.float64)))
    return round((float(total @ total) - own) / (n * (n - 1)), 6)


def _together(found: list[list[int]], total: int) -> float:
    return sum(len(g) for g in found if len(g) > 1) / total


def _apart(points: Floats, found: list[list[int]], seed: int) -> list[list[int]]:
    """Return groups with any that holds most of the points taken apart at a closer distance."""
    result = []
    for group in found:
        if len(points) < 12 or len(group) <= LARGEST_SHARE * len(points):
            result.append(group)
        else:
            result += _smaller(points, group, LARGEST_SHARE * len(points), seed)
    return result


def _smaller(points: Floats, group: list[int], most: float, seed: int) -> list[list[int]]:
    rows = np.array(group)
    joined = _Tree(points[rows], _micro(points[rows], seed))
    parts = [list(range(len(group)))]
    threshold = THRESHOLD
    while threshold > 0.25 and max(map(len, parts)) > most:
        threshold -= 0.04
        parts = joined.cut(threshold)
    return [[group[i] for i in part] for part in parts]
