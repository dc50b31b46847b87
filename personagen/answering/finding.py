"""Which sentences speak to a question: by words, by what was asked of them, by meaning."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from personagen.analysts.base import Floats
from personagen.answering.dossier import Dossier
from personagen.answering.lexicon import content, like
from personagen.answering.question import Question

ASKED = 0.75
"""What a word of the question counts that stands in what the sentence answers."""
BESIDE = 0.5
"""… in the sentence before or after, of the same turn."""
ALIKE = 0.85
"""… that a near-synonym stands for."""
NEAR_WORD = 0.62
"""Cosine of two single words from which one may stand for the other, and counts as much."""


class Hit(NamedTuple):
    """A sentence that may answer, and how well it fits."""

    row: int
    covered: float
    """Share of what the question is about that it speaks of, 0–1."""
    own: float
    """The same by its own words alone."""
    near: float
    """Cosine of question and sentence."""
    asked: float
    """Cosine of question and the question that the sentence answers."""
    score: float


class Found(NamedTuple):
    """Sentences that may answer a question, the best first, and what nobody speaks of."""

    hits: tuple[Hit, ...]
    unsaid: dict[str, float]
    """Roots of the question that nothing in the dossier matches, with their weight."""
    weights: dict[str, float]


def find(question: Question, dossier: Dossier, most: int = 12) -> Found:
    """Return the sentences of a dossier that speak to a question."""
    words = question.focus
    weights = {word: dossier.weight(word) for word in words}
    n = len(dossier.units)
    if not n:
        return Found((), weights, weights)
    own, covered, unsaid = _coverage(weights, dossier)
    vector = dossier.heard.vector(question.text)
    near, asked = dossier.vectors @ vector, dossier.asked @ vector
    score = 0.5 * covered + 0.2 * own + 0.35 * near + 0.3 * asked
    best = np.argsort(-score, kind="stable")[:most]
    hits = tuple(
        Hit(int(i), *(round(float(x[i]), 4) for x in (covered, own, near, asked, score)))
        for i in best
    )
    return Found(hits, unsaid, weights)


def _coverage(
    weights: dict[str, float], dossier: Dossier
) -> tuple[Floats, Floats, dict[str, float]]:
    n = len(dossier.units)
    total = sum(weights.values()) or 1.0
    own, covered = np.zeros(n, np.float32), np.zeros(n, np.float32)
    unsaid = {}
    for word, weight in weights.items():
        said, around = np.zeros(n, np.float32), np.zeros(n, np.float32)
        for form, worth in stand_ins(word, dossier).items():
            for index, share, into in (
                (dossier.said, 1.0, said),
                (dossier.prompted, ASKED, around),
                (dossier.beside, BESIDE, around),
            ):
                rows = index.get(form)
                if rows is not None:
                    into[rows] = np.maximum(into[rows], worth * share)
        if not said.any() and not around.any():
            unsaid[word] = weight
        own += weight / total * said
        covered += weight / total * np.maximum(said, around)
    return own, covered, unsaid


def stand_ins(word: str, dossier: Dossier) -> dict[str, float]:
    """Return the roots that may stand for a word of the question, with what each counts."""
    found = {word: 1.0}
    for other in like(word):
        found.setdefault(other, ALIKE)
    known = dossier.heard
    if word not in known.people and known.forms:
        own = known.encoder.encode([word]).vectors[0]
        near = known.meanings @ own
        for i in np.flatnonzero(near >= NEAR_WORD):
            found.setdefault(known.forms[i], round(float(near[i]), 3))
    return found


def speaks_of(text: str, words: dict[str, float], dossier: Dossier) -> float:
    """Return the share of some words, by weight, that a text speaks of itself."""
    own = set(content(text))
    total = sum(words.values()) or 1.0
    return (
        sum(
            w * max((v for f, v in stand_ins(word, dossier).items() if f in own), default=0.0)
            for word, w in words.items()
        )
        / total
    )
