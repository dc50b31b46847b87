"""Which sentences speak to a question: by words, by what was asked of them, by meaning.

The nearest by these are then read together with the question by the network of inference, which
tells an answer from what only sounds alike, and the likeliest of them once more by a larger one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from personagen.analysts.base import Floats
from personagen.answering.dossier import Dossier, Rows
from personagen.answering.lexicon import content, fitted, like
from personagen.answering.question import Question

ASKED = 0.75
"""What a word of the question counts that stands in what the sentence answers."""
BESIDE = 0.6
"""… in the sentence before or after, of the same turn."""
ALIKE = 0.85
"""… that a near-synonym stands for."""
NEAR_WORD = 0.5
"""Cosine of two single words from which one may stand for the other, and counts as much."""
READ = 20
"""Sentences, the nearest first, that are read together with the question."""
AGAIN = 10
"""Of these, the likeliest that the closer reader reads."""
UNREAD = -8.0
"""Log odds that stand for a sentence that was not read."""
NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|"
    r"forty|fifty|sixty|hundred|thousand|half|third|quarter|dozen|couple|once|twice|every|daily|"
    r"weekly|monthly|never|always)\b",
    re.IGNORECASE,
)


class Hit(NamedTuple):
    """A sentence that may answer."""

    row: int
    fit: float
    """How well it fits; differences between hits of one question are what counts."""
    near: float
    """Cosine of question and sentence."""
    own: float
    """Share of what the question is about that it says in the same words, 0–1."""
    read: float = UNREAD
    """Log odds that it answers, by the closer reader."""


class Found(NamedTuple):
    """Sentences that may answer a question, the best first, and how likely one of them does."""

    hits: tuple[Hit, ...]
    answered: float
    """Probability that the people speak of what is asked, 0–1."""
    unsaid: tuple[str, ...]
    """Roots of the question that nobody in the dossier says, by themselves or by another word."""


class _Words(NamedTuple):
    """The words of a question, and what may stand for each."""

    weights: Mapping[str, float]
    same: Mapping[str, Mapping[str, float]]
    alike: Mapping[str, Mapping[str, float]]
    near: Mapping[str, Mapping[str, float]]

    @property
    def total(self) -> float:
        return sum(self.weights.values()) or 1.0


class _Table(NamedTuple):
    """What each sentence of a dossier has of a question; all of shape (n,)."""

    own: Floats
    alike: Floats
    near: Floats
    asked: Floats
    beside: Floats
    cosine: Floats
    prompted: Floats
    turn: Floats


class _Met(NamedTuple):
    """A question that met a dossier: what both give, reckoned once."""

    question: Question
    dossier: Dossier
    words: _Words
    vector: Floats
    table: _Table
    fits: Floats
    """How well each sentence fits before any is read; float32, shape (n,)."""
    nearest: NDArray[np.intp]
    """Rows of the sentences that are read, those that fit best first."""
    read: Floats
    """Log odds that each sentence answers; float32, shape (n,), `UNREAD` of those far off."""
    likeliest: NDArray[np.intp]
    """Rows of the sentences that the closer reader reads."""
    closer: Floats
    """The same by the closer reader, of the likeliest."""


def find(question: Question, dossier: Dossier, most: int = 12) -> Found:
    """Return the sentences of a dossier that speak to a question."""
    words = _words(question, dossier)
    unsaid = tuple(w for w in words.weights if not dossier.said.keys() & words.alike[w].keys())
    if not len(dossier.units):
        return Found((), 0.0, unsaid)
    met = _meet(question, dossier, words)
    fits = _again(met)
    order = np.argsort(-fits, kind="stable")[:most]
    of_hit = (fits, met.table.cosine, met.table.own, met.closer)
    hits = tuple(Hit(int(i), *(round(float(x[i]), 4) for x in of_hit)) for i in order)
    return Found(hits, _answered(met), unsaid)


class Described(NamedTuple):
    """What is weighed when a question meets a dossier; what the weights are fitted on."""

    sentences: Mapping[str, Floats]
    """Of each sentence, by the name of its weight; float32, shape (n,)."""
    read: Floats
    """Log odds that each sentence answers; float32, shape (n,), `UNREAD` of those far off."""
    closer: Floats
    """The same by the closer reader, of the likeliest."""
    marks: Mapping[str, float]
    """Of the question, by the name of its weight."""


def described(question: Question, dossier: Dossier) -> Described:
    """Return what `find` weighs, before it is weighed."""
    met = _meet(question, dossier, _words(question, dossier))
    sentences = {**met.table._asdict(), "length": dossier.lengths}
    return Described(sentences, met.read, met.closer, _marks(met))


def _meet(question: Question, dossier: Dossier, words: _Words) -> _Met:
    vector = dossier.heard.vector(question.text)
    table = _table(words, dossier, vector)
    fits = _fits(table, dossier)
    nearest = np.argsort(-fits, kind="stable")[:READ]
    read = _heard_by(dossier.heard.inference, question, dossier, nearest)
    likeliest = nearest[np.argsort(-read[nearest], kind="stable")[:AGAIN]]
    closer = _heard_by(dossier.heard.closer, question, dossier, likeliest)
    return _Met(question, dossier, words, vector, table, fits, nearest, read, likeliest, closer)


class _Reads(Protocol):
    def answers(self, pairs: Sequence[tuple[str, str]]) -> Floats: ...


def _heard_by(
    reader: _Reads, question: Question, dossier: Dossier, rows: NDArray[np.intp]
) -> Floats:
    """Return log odds that sentences answer, float32, shape (n,), `UNREAD` where not read."""
    read = np.full(len(dossier.units), UNREAD, np.float32)
    read[rows] = reader.answers([(question.text, dossier.in_context(int(i))) for i in rows])
    return read


def _again(met: _Met) -> Floats:
    """Return how well sentences fit now that the nearest were read."""
    weights = {name: np.float32(weight) for name, weight in fitted()["again"].items()}
    parts = {"first": met.fits, "read": met.read, "closer": met.closer}
    return np.asarray(sum(weights[name] * part for name, part in parts.items()), np.float32)


def _words(question: Question, dossier: Dossier) -> _Words:
    focus = question.focus
    same = {w: {w: 1.0} for w in focus}
    alike = {w: {**dict.fromkeys(like(w), ALIKE), w: 1.0} for w in focus}
    near = {w: {**dossier.heard.neighbours(w, NEAR_WORD), w: 1.0} for w in focus}
    return _Words({w: dossier.weight(w) for w in focus}, same, alike, near)


def _table(words: _Words, dossier: Dossier, vector: Floats) -> _Table:
    cosine: Floats = dossier.vectors @ vector
    return _Table(
        own=_share(words, words.same, dossier.said, len(cosine)),
        alike=_share(words, words.alike, dossier.said, len(cosine)),
        near=_share(words, words.near, dossier.said, len(cosine)),
        asked=_share(words, words.alike, dossier.prompted, len(cosine)),
        beside=_share(words, words.alike, dossier.beside, len(cosine)),
        cosine=cosine,
        prompted=dossier.asked @ vector,
        turn=dossier.best_of_turn(cosine),
    )


def _share(
    words: _Words,
    forms: Mapping[str, Mapping[str, float]],
    index: Mapping[str, Rows],
    n: int,
) -> Floats:
    """Return the share of the question's weight that each sentence has, float32, shape (n,)."""
    share = np.zeros(n, np.float32)
    for word, weight in words.weights.items():
        best = np.zeros(n, np.float32)
        for form, worth in forms[word].items():
            rows = index.get(form)
            if rows is not None:
                best[rows] = np.maximum(best[rows], worth)
        share += np.float32(weight / words.total) * best
    return share


def _fits(table: _Table, dossier: Dossier) -> Floats:
    weights = fitted()["sentence"]
    fits = np.float32(weights["length"]) * dossier.lengths
    for name in _Table._fields:
        fits = fits + np.float32(weights[name]) * getattr(table, name)
    return np.asarray(fits, np.float32)


def _answered(met: _Met) -> float:
    weights = fitted()["answered"]
    logit = weights["base"] + sum(weights[name] * value for name, value in _marks(met).items())
    return round(float(1 / (1 + np.exp(-logit))), 4)


def _sums(name: str, read: Floats, fits: Floats) -> dict[str, float]:
    """Return what a reader says of the sentences that it read, taken together."""
    shares = np.exp(fits - fits.max())
    likeliest = np.sort(read)[::-1]
    return {
        name: float(likeliest[0]),
        f"{name}_three": float(likeliest[:3].mean()),
        f"{name}_all": float(np.logaddexp(0, likeliest).sum()),
        f"{name}_on": float(shares @ read / shares.sum()),
    }


def _marks(met: _Met) -> dict[str, float]:
    """Return what tells an answerable question from another, by name."""
    question, dossier, words, table = met.question, met.dossier, met.words, met.table
    mixed = 0.5 * np.maximum(table.alike, np.maximum(ASKED * table.asked, BESIDE * table.beside))
    mixed = mixed + 0.2 * table.own + 0.2 * table.near + 0.5 * table.cosine
    best = int(mixed.argmax())
    here = float(table.cosine.max())
    elsewhere = dossier.elsewhere @ met.vector
    counts = question.kind == "how_many"
    lost = {
        w: v for w, v in words.weights.items() if not dossier.said.keys() & words.alike[w].keys()
    }
    unknown = [v for w, v in words.weights.items() if w not in dossier.said]
    return {
        **_sums("read", met.read[met.nearest], met.fits[met.nearest]),
        **_sums("closer", met.closer[met.likeliest], met.fits[met.likeliest]),
        "own": float(table.own.max()),
        "mixed": float(mixed.max()),
        "cosine": here,
        "lead": here - float(elsewhere.max(initial=0.0)),
        "lost": sum(lost.values()) / words.total,
        "unknown": max(unknown, default=0.0),
        "head": max((lost.get(w, 0.0) for w in content(question.head)), default=0.0),
        "counts": float(counts),
        "number": float(counts and bool(NUMBER.search(dossier.units[best].text))),
    }
