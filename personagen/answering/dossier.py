"""What a persona can answer from: its people's sentences, findable by words and by meaning."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.analysts.base import Floats, SentenceEncoder, Unit
from personagen.answering.lexicon import content, lexicon
from personagen.coding import encode, excerpt_of, units_of
from personagen.models import Claim, Evidence, Insight, Persona, StudyDocument
from personagen.progress import Report, silent
from personagen.support import Support
from personagen.support.lexicon import WORD, root

Rows = NDArray[np.intp]
STEADY = 18
"""Sentences at which a quarter of the mean is taken off: the mean of a handful says little."""
_MARK = re.compile(r"^(?:QUESTION|INTERVIEWER): ")


class Heard(NamedTuple):
    """Everything that participants said in a study, read once for all personas."""

    document: StudyDocument
    units: tuple[Unit, ...]
    vectors: Floats
    """float32, shape (n, 384): of each sentence, what all have in common taken off."""
    asked: Floats
    """float32, shape (n, 384): of the question that each answers; zeros where there is none."""
    middle: Floats
    """float32, shape (384,): what was taken off."""
    people: dict[str, int]
    """Root of a word to how many participants say it."""
    forms: tuple[str, ...]
    """The roots, in the order of `meanings`."""
    meanings: Floats
    """float32, shape (m, 384), rows of length 1: each word by itself."""
    codes: dict[str, tuple[Insight, ...]]
    """Utterance to what was coded in it."""
    encoder: SentenceEncoder

    def vector(self, text: str) -> Floats:
        """Return the meaning of a text, what all sentences have in common taken off."""
        vector: Floats = self.encoder.encode([text]).vectors[0] - self.middle
        return vector / max(float(np.linalg.norm(vector)), 1e-9)


def heard(document: StudyDocument, encoder: SentenceEncoder, report: Report = silent) -> Heard:
    """Return everything that participants said, with what finds it again."""
    units, _ = units_of(document)
    coded = encode(units, encoder, report)
    middle = _middle(coded.vectors)
    questions = list(dict.fromkeys(_MARK.sub("", u.question) for u in units if u.question))
    places = {text: i for i, text in enumerate(questions)}
    theirs = encoder.encode(questions).vectors if questions else np.zeros((0, 384), np.float32)
    asked = np.zeros((len(units), 384), np.float32)
    for row, unit in enumerate(units):
        if unit.question:
            asked[row] = theirs[places[_MARK.sub("", unit.question)]]
    said: dict[str, set[str]] = defaultdict(set)
    spelt: dict[str, str] = {}
    for unit in units:
        for word in WORD.findall(unit.text):
            said[root(word)].add(unit.participant)
            spelt.setdefault(root(word), word.lower())
    forms = tuple(spelt)
    meanings = encoder.encode(list(spelt.values())).vectors if spelt else asked[:0]
    codes: dict[str, list[Insight]] = defaultdict(list)
    for insight in document.insights:
        if insight.status != "rejected":
            codes[insight.excerpt.utterance].append(insight)
    return Heard(
        document=document,
        units=tuple(units),
        vectors=_unit(coded.vectors - middle),
        asked=_unit(asked - middle * (np.abs(asked).sum(1, keepdims=True) > 0)),
        middle=middle,
        people={word: len(who) for word, who in said.items()},
        forms=forms,
        meanings=np.asarray(meanings, np.float32),
        codes={place: tuple(found) for place, found in codes.items()},
        encoder=encoder,
    )


class Dossier:
    """What one persona can answer from; made once, asked often."""

    def __init__(self, known: Heard, persona: Persona, *, others: bool = False) -> None:
        """Gather what a persona's people said.

        Args:
            known: The study.
            persona: Whose words.
            others: The words of everybody else instead: for "what about the others?".
        """
        self.heard, self.persona = known, persona
        self.members = frozenset(persona.participants)
        document = known.document
        rows = [i for i, u in enumerate(known.units) if (u.participant in self.members) != others]
        self.rows: Rows = np.array(rows, dtype=np.intp)
        self.units = tuple(known.units[i] for i in rows)
        self.vectors: Floats = known.vectors[self.rows]
        self.asked: Floats = known.asked[self.rows]
        self.people = tuple(dict.fromkeys(u.participant for u in self.units))
        self.claims = {c.id: c for c in document.claims if c.status != "rejected"}
        self.said = _index([content(u.text) for u in self.units])
        self.prompted = _index([content(_MARK.sub("", u.question)) for u in self.units])
        self.beside = _index(_beside(self.units))
        self.support = Support(known.encoder)

    @property
    def size(self) -> int:
        """Return how many people the persona is made of."""
        return len(self.people)

    def field(self, name: str) -> list[Claim]:
        """Return the claims under a field, the most voiced among its people first."""
        ids = self.persona.fields.get(name, ())
        found = [self.claims[i] for i in dict.fromkeys(ids) if i in self.claims]
        return sorted(found, key=lambda c: -len(self.members.intersection(c.participants)))

    def coded(self, row: int) -> tuple[Insight, ...]:
        """Return what a sentence was coded as."""
        unit = self.units[row]
        near = self.heard.codes.get(unit.utterance, ())
        return tuple(i for i in near if i.excerpt.start < unit.end and i.excerpt.end > unit.start)

    def evidence(self, row: int) -> Evidence | None:
        """Return a sentence as a quotation that can stand alone, or None where none can."""
        unit = self.units[row]
        excerpt = excerpt_of(unit, unit.start, unit.end)
        if excerpt is None:
            return None
        return Evidence(**dict(excerpt), participant=unit.participant)

    def weight(self, word: str) -> float:
        """Return how much a word tells, 0–1: all where nobody says it, little where all do."""
        said, everybody = self.heard.people.get(word, 0), self._everybody
        weight = float(np.log((everybody + 1) / (said + 0.5)) / np.log((everybody + 1) / 0.5))
        weight = min(1.0, max(0.1, weight))
        return weight * (0.3 if word in lexicon().weak else 1.0)

    @property
    def _everybody(self) -> int:
        return max(2, len(self.heard.document.participants))


def _index(bags: Iterable[Iterable[str]]) -> dict[str, Rows]:
    found: dict[str, list[int]] = defaultdict(list)
    for row, bag in enumerate(bags):
        for word in set(bag):
            found[word].append(row)
    return {word: np.array(rows, dtype=np.intp) for word, rows in found.items()}


def _beside(units: Sequence[Unit]) -> list[list[str]]:
    """Return the words of each sentence's neighbours in the same turn."""
    bags = []
    for row, unit in enumerate(units):
        near = (units[i] for i in (row - 1, row + 1) if 0 <= i < len(units))
        bags.append([w for u in near if u.utterance == unit.utterance for w in content(u.text)])
    return bags


def _middle(vectors: Floats) -> Floats:
    if not len(vectors):
        return np.zeros(384, np.float32)
    weight = np.float32((len(vectors) / (len(vectors) + STEADY)) ** 2)
    middle: Floats = weight * vectors.mean(axis=0)
    return middle


def _unit(rows: Floats) -> Floats:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    result: Floats = (rows / np.maximum(length, 1e-9)).astype(np.float32)
    return result
