"""What a persona can answer from: its people's sentences, findable by words and by meaning."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.analysts.base import Floats, SentenceEncoder, Unit
from personagen.answering.general import General
from personagen.answering.lexicon import content, lexicon
from personagen.answering.steering import steers
from personagen.coding import encode, excerpt_of, units_of
from personagen.inference import Inference
from personagen.inference import load as load_inference
from personagen.inference.closer import CloserReader
from personagen.inference.closer import load as load_closer
from personagen.inference.pairs import in_context
from personagen.models import Claim, Evidence, Insight, Persona, StudyDocument
from personagen.progress import Report, silent
from personagen.support import Support
from personagen.support.lexicon import WORD, root

Rows = NDArray[np.intp]
_MARK = re.compile(r"^(?:QUESTION|INTERVIEWER): ")
_REPLY = re.compile(r"(?:no|nope|yes|yeah|yep)[.!]\s+(?=\S+\s+\S+\s+\S)", re.IGNORECASE)
"""Answers what the interviewer had asked, and would seem to answer what is asked now."""


class Heard(NamedTuple):
    """Everything that participants said in a study, read once for all personas."""

    document: StudyDocument
    units: tuple[Unit, ...]
    vectors: Floats
    """float32, shape (n, 384), rows of length 1: of each sentence."""
    asked: Floats
    """float32, shape (n, 384): of the question that each answers; zeros where there is none."""
    people: dict[str, int]
    """Root of a word to how many participants say it."""
    forms: tuple[str, ...]
    """The roots, in the order of `meanings`."""
    places: dict[str, int]
    """Root to its row in `meanings`."""
    meanings: Floats
    """float32, shape (m, 384), rows of length 1: each word by itself."""
    codes: dict[str, tuple[Insight, ...]]
    """Utterance to what was coded in it."""
    encoder: SentenceEncoder
    inference: Inference
    closer: CloserReader
    general: General
    """The questions that whole fields answer."""
    steering: frozenset[int] = frozenset()
    """Rows of what speaks to a machine that reads along, and what stands right beside it."""

    @property
    def fingerprint(self) -> str:
        """What encoded the sentences and what read them: the names of all three."""
        parts = (self.encoder, self.inference, self.closer)
        return "+".join(part.fingerprint for part in parts)

    def vector(self, text: str) -> Floats:
        """Return the meaning of a text: float32, shape (384,), length 1."""
        vector: Floats = self.encoder.encode([text]).vectors[0]
        return vector

    def neighbours(self, word: str, least: float) -> dict[str, float]:
        """Return roots said in the study that mean nearly what a root means, with the cosine."""
        if not self.forms:
            return {}
        place = self.places.get(word)
        own = self.vector(word) if place is None else self.meanings[place]
        near = self.meanings @ own
        return {self.forms[i]: round(float(near[i]), 3) for i in np.flatnonzero(near >= least)}


def heard(document: StudyDocument, encoder: SentenceEncoder, report: Report = silent) -> Heard:
    """Return everything that participants said, with what finds it again."""
    units, _ = units_of(document)
    coded = encode(units, encoder, report)
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
        vectors=coded.vectors,
        asked=asked,
        people={word: len(who) for word, who in said.items()},
        forms=forms,
        places={form: place for place, form in enumerate(forms)},
        meanings=np.asarray(meanings, np.float32),
        codes={place: tuple(found) for place, found in codes.items()},
        encoder=encoder,
        inference=load_inference(),
        closer=load_closer(),
        general=General(document.product.name, encoder),
        steering=_steering(units),
    )


def _steering(units: Sequence[Unit]) -> frozenset[int]:
    found = [i for i, u in enumerate(units) if steers(u.text)]
    beside = (
        near
        for i in found
        for near in (i - 1, i, i + 1)
        if 0 <= near < len(units) and units[near].utterance == units[i].utterance
    )
    return frozenset(beside)


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
        rows = [
            i
            for i, u in enumerate(known.units)
            if (u.participant in self.members) != others and i not in known.steering
        ]
        self.rows: Rows = np.array(rows, dtype=np.intp)
        self.units = tuple(known.units[i] for i in rows)
        self.vectors: Floats = known.vectors[self.rows]
        self.asked: Floats = known.asked[self.rows]
        self.elsewhere: Floats = np.delete(known.vectors, self.rows, axis=0)
        self.lengths: Floats = np.array(
            [min(len(u.text.split()), 40) / 40 for u in self.units], np.float32
        )
        self._turns = _turns(self.units)
        self._sentences: dict[str, list[int]] = defaultdict(list)
        for row, unit in enumerate(self.units):
            self._sentences[unit.utterance].append(row)
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

    def in_context(self, row: int) -> str:
        """Return a sentence as the network of inference reads it: after what was asked."""
        unit = self.units[row]
        return in_context(_MARK.sub("", unit.question), unit.text)

    def best_of_turn(self, values: Floats) -> Floats:
        """Return for each sentence the highest value of its turn."""
        highest = np.full(int(self._turns.max(initial=-1)) + 1, -np.inf, np.float32)
        np.maximum.at(highest, self._turns, values)
        best: Floats = highest[self._turns]
        return best

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

    def at(self, utterance: str, start: int, end: int) -> list[int]:
        """Return the sentences that a passage overlaps, in the order in which they were said."""
        rows = self._sentences.get(utterance, ())
        return [i for i in rows if self.units[i].start < end and self.units[i].end > start]

    def evidence(self, row: int) -> Evidence | None:
        """Return a sentence as a quotation that can stand alone, or None where none can."""
        unit = self.units[row]
        reply = _REPLY.match(unit.text)
        excerpt = excerpt_of(unit, unit.start + (reply.end() if reply else 0), unit.end)
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


def _turns(units: Sequence[Unit]) -> Rows:
    places: dict[str, int] = {}
    return np.array([places.setdefault(u.utterance, len(places)) for u in units], dtype=np.intp)


def _beside(units: Sequence[Unit]) -> list[list[str]]:
    """Return the words of each sentence's neighbours in the same turn."""
    bags = []
    for row, unit in enumerate(units):
        near = (units[i] for i in (row - 1, row + 1) if 0 <= i < len(units))
        bags.append([w for u in near if u.utterance == unit.utterance for w in content(u.text)])
    return bags
