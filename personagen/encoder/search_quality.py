"""How good the vectors are for search and for clustering, against the untuned model's."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.encoder.data import Unit, normalised, read_rows

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to vectors: float32, shape (n, 384), rows of length 1."""

_FAMILIES = ("banking77", "appreviews")

_NEIGHBOURS = 10
_SEEDS = 60
"""Starts of k-means that are averaged: with ten, the same vectors gave .095 and .097."""


class SearchQuality(NamedTuple):
    """Two measures on labelled sets that no training has seen; higher is better."""

    recall: float
    """Of the ten nearest questions to a bank, the share with the same intent (BANKING77)."""
    questions: int
    ari: float
    """Adjusted Rand index of k-means against app reviews grouped by hand, the mean over sets."""
    reviews: int


def search_quality(embed: Embed, data: Path, leave_out: Collection[str] = ()) -> SearchQuality:
    """Return the quality of an embedding on BANKING77 and on the app review clusters.

    Args:
        embed: What is measured.
        data: The data folder.
        leave_out: Texts that training has seen; these are not measured on.
    """
    seen = {normalised(text) for text in leave_out}
    questions = _unseen(data / "labelled" / "banking77_train.jsonl", seen)
    reviews = _unseen(data / "labelled" / "appreview_clusters_dev.jsonl", seen)
    recall = _same_label(
        embed([row["text"] for row in questions]),
        np.array([row["label_original"][0] for row in questions]),
    )
    return SearchQuality(recall, len(questions), _clustering(embed, reviews), len(reviews))


def measures_search(unit: Unit) -> bool:
    """Return whether a unit comes from a source that the vectors are measured on."""
    return unit.family in _FAMILIES


def _unseen(file: Path, seen: Collection[str]) -> list[dict[str, Any]]:
    return [row for row in read_rows(file) if normalised(row["text"]) not in seen]


def _same_label(vectors: NDArray[np.float32], labels: NDArray[np.str_]) -> float:
    shares = []
    for start in range(0, len(vectors), 1000):
        near = vectors[start : start + 1000] @ vectors.T
        own = np.arange(len(near))
        near[own, start + own] = -2
        nearest = np.argpartition(-near, _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]
        shares.append(labels[nearest] == labels[start : start + 1000, None])
    return float(np.concatenate(shares).mean())


def _clustering(embed: Embed, reviews: Sequence[dict[str, Any]]) -> float:
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    scores = []
    for name in sorted({row["meta"]["set"] for row in reviews}):
        members = [row for row in reviews if row["meta"]["set"] == name]
        truth = [row["meta"]["gold_cluster"] for row in members]
        vectors = embed([row["text"] for row in members])
        for seed in range(_SEEDS):
            means = KMeans(len(set(truth)), n_init=5, random_state=seed)
            scores.append(adjusted_rand_score(truth, means.fit_predict(vectors)))
    return float(np.mean(scores))
