"""What participants said that a message can speak to or run into, read once for many drafts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from math import log
from typing import NamedTuple

import numpy as np

from personagen.analysts.base import CodedUnits, Floats, SentenceEncoder, Unit
from personagen.analysts.stance import dismisses, words
from personagen.coding import encode, excerpt_of, units_of
from personagen.encoder import CODES
from personagen.models import Claim, Evidence, Excerpt, SourceKind, StudyDocument
from personagen.prevalence import Base, base_of
from personagen.progress import Report, silent
from personagen.proximity import content_words

FEWEST_WORDS = 6
"""Words below which an excerpt is near to everything and evidence of nothing."""
STEADY = 18
"""Excerpts at which a quarter of the mean is taken off: the mean of a handful says little."""
NEIGHBOURS = 10
"""Nearest excerpts by which it is seen that one is near to everything."""
WANTED: Mapping[str, str] = {
    "goal": "motivation",
    "success_measure": "motivation",
    "trigger": "pain_point",
}
"""Claims drawn from cues, not codes, that a message can speak to; what they count as."""
HARDLY = 0.1
"""Probability of its likeliest code below which an uncoded sentence takes no stance."""
FROM_CUE = 0.5
"""What a code counts beside others that a turn of phrase gave, not the encoder."""
DISMISSAL = "dismissal"
"""The code of words that say something is no problem."""
_PLACEHOLDER = re.compile(r"\[[^\]]*\]|\bP\d+\b")


_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_DIGITS = re.compile(r"(?<![\w.,])(\d{2,})(?![\w.,]\d)")
_NUMBER = re.compile(rf"\b({'|'.join(_TENS)})(?:[ -]({'|'.join(_ONES)}))?\b", re.IGNORECASE)


class Said(NamedTuple):
    """An excerpt with a stance."""

    evidence: Evidence
    codes: frozenset[str]
    claims: dict[str, bool]
    """Claims that rest on it, each with whether it is worded after this excerpt."""
    kind: SourceKind
    lead: str
    """The surest of its codes."""


class Heard:
    """Everything with a stance that was said in a study, findable by words and meaning."""

    def __init__(
        self, document: StudyDocument, encoder: SentenceEncoder, report: Report = silent
    ) -> None:
        """Read a study.

        Args:
            document: As it stands; what was rejected is left out.
            encoder: Reads sentences and drafts alike.
            report: Told how far it is.
        """
        self.document = document
        self.encoder = encoder
        self.base: Base = base_of(document)
        self.claims = {c.id: c for c in document.claims if c.status != "rejected"}
        units, _ = units_of(document)
        self.units: tuple[Unit, ...] = tuple(units)
        coded = encode(units, encoder, report)
        self.meanings: Floats = coded.vectors
        """float32, shape (m, 384): of each unit, rows of length 1."""
        places: dict[str, list[int]] = defaultdict(list)
        for row, unit in enumerate(units):
            places[unit.utterance].append(row)
        gathered = _Gathering(document, self.claims, self.units, places)
        sure = [s for s in gathered.all() if _says_enough(s)]
        self.sure = len(sure)
        """The first so many of `said` were coded; the others stand there by what they read like."""
        self.said: tuple[Said, ...] = (*sure, *gathered.uncoded(coded, sure))
        rows = [_row(s.evidence, units, places) for s in self.said]
        self._vectors = _vectors(self.said, rows, units, coded.vectors, encoder)
        self._middle = _middle(self._vectors[: self.sure])
        self.points: Floats = _unit(self._vectors - self._middle)
        self.bags = [telling(s.evidence.quote) for s in self.said]
        self._spread = Counter(word for bag in self.bags[: self.sure] for word in bag)

    def point(self, text: str) -> Floats:
        """Return where a text lies, what all excerpts have in common taken off; shape (384,)."""
        vector = np.asarray(self.encoder.encode([text]).vectors, np.float32)
        point: Floats = _unit(vector - self._middle)[0]
        return point

    def rarity(self, word: str) -> float:
        """Return how much a word tells: 1 where nobody says it, 0 where all excerpts do."""
        n = self.sure
        return log((n + 1) / (self._spread.get(word, 0) + 1)) / log(n + 1) if n else 1.0

    @cached_property
    def crowding(self) -> Floats:
        """Return how near each excerpt is to its nearest others, less the mean; shape (n,)."""
        n = len(self.said)
        count = min(NEIGHBOURS, max(1, self.sure // 3))
        if self.sure < 2:
            return np.zeros(n, np.float32)
        near = np.empty(n, np.float32)
        for begin in range(0, n, 1024):
            block = self.points[begin : begin + 1024] @ self.points[: self.sure].T
            own = np.arange(begin, min(begin + len(block), self.sure))
            block[own - begin, own] = -1.0
            near[begin : begin + 1024] = np.sort(block, axis=1)[:, -count:].mean(axis=1)
        return np.asarray(near - near[: self.sure].mean(), np.float32)

    @cached_property
    def spoken(self) -> dict[str, frozenset[str]]:
        """Return each participant's words, by stem."""
        found: dict[str, set[str]] = defaultdict(set)
        for unit in self.units:
            found[unit.participant].update(content_words(unit.text))
        return {who: frozenset(said) for who, said in found.items()}


class _Place(NamedTuple):
    """One excerpt, while it is gathered."""

    evidence: Evidence
    codes: dict[str, float]
    """Each with its probability."""
    claims: dict[str, bool]
    """Each with whether it is worded after this excerpt."""


class _Gathering:
    """Excerpts with a stance, each place once."""

    def __init__(
        self,
        document: StudyDocument,
        claims: Mapping[str, Claim],
        units: Sequence[Unit],
        places: Mapping[str, Sequence[int]],
    ) -> None:
        self._document, self._units, self._places = document, units, places
        self._kinds = {source.id: source.kind for source in document.sources}
        self._claims = claims
        self._themed: dict[str, list[Claim]] = defaultdict(list)
        by_theme = {c.theme: c for c in claims.values() if c.theme}
        for theme in document.themes:
            if theme.id in by_theme:
                for insight in theme.insights:
                    self._themed[insight].append(by_theme[theme.id])
        self._found: dict[tuple[str, int], _Place] = {}

    def all(self) -> Iterator[Said]:
        """Yield every excerpt, in the order of the sources."""
        for insight in self._document.insights:
            if insight.status != "rejected":
                evidence = Evidence(**dict(insight.excerpt), participant=insight.participant)
                claims = self._themed.get(insight.id, ())
                self._add(evidence, insight.code, insight.score, claims)
        for claim in self._claims.values():
            if claim.theme is None and claim.type in WANTED:
                for evidence in claim.supports:
                    self._add(evidence, WANTED[claim.type], FROM_CUE, (claim,))
        for unit in self._units:
            if dismisses(unit.text):
                self._add_dismissal(unit)
        for place in self._found.values():
            yield Said(
                place.evidence,
                frozenset(place.codes),
                place.claims,
                self._kinds.get(place.evidence.source, "interview"),
                max(place.codes, key=lambda code: (place.codes[code], code)),
            )

    def uncoded(self, coded: CodedUnits, sure: Sequence[Said]) -> Iterator[Said]:
        """Yield what nobody coded, under the code that it reads most like."""
        taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for one in sure:
            taken[one.evidence.utterance].append((one.evidence.start, one.evidence.end))
        for unit, scores in zip(self._units, coded.scores, strict=True):
            inside = any(s < unit.end and unit.start < e for s, e in taken[unit.utterance])
            if inside or float(scores.max()) < HARDLY:
                continue
            excerpt = excerpt_of(unit, unit.start, unit.end)
            if excerpt is not None:
                code = CODES[int(scores.argmax())]
                evidence = Evidence(**dict(excerpt), participant=unit.participant)
                one = Said(evidence, frozenset({code}), {}, unit.kind, code)
                if _says_enough(one):
                    yield one

    def _add(self, evidence: Evidence, code: str, score: float, claims: Sequence[Claim]) -> None:
        empty = _Place(evidence, {}, {})
        place = self._found.setdefault((evidence.utterance, evidence.start), empty)
        place.codes[code] = max(score, place.codes.get(code, 0.0))
        bag = set(content_words(evidence.quote))
        for claim in claims:
            own = set(content_words(claim.text))
            place.claims[claim.id] = bool(own) and own <= bag

    def _add_dismissal(self, unit: Unit) -> None:
        excerpt: Excerpt | None = excerpt_of(unit, unit.start, unit.end)
        if excerpt is not None:
            evidence = Evidence(**dict(excerpt), participant=unit.participant)
            self._add(evidence, DISMISSAL, 0.0, ())


def telling(text: str) -> frozenset[str]:
    """Return the words that carry what a text is about; numbers in digits, names left out."""
    return frozenset(content_words(_DIGITS.sub(r"number\1", _NUMBER.sub(_digits, _plain(text)))))


def _digits(match: re.Match[str]) -> str:
    tens, ones = match.group(1).lower(), (match.group(2) or "").lower()
    number = 10 * (_TENS.index(tens) + 2) + (_ONES.index(ones) + 1 if ones else 0)
    # Words of fewer than three characters tell nothing and are left out; a number does.
    return f"number{number}"


def _says_enough(said: Said) -> bool:
    return len(words(_plain(said.evidence.quote))) >= FEWEST_WORDS


def _plain(text: str) -> str:
    """Return a text without what stands in the place of names."""
    return _PLACEHOLDER.sub(" ", text)


def _row(
    evidence: Evidence, units: Sequence[Unit], places: Mapping[str, Sequence[int]]
) -> int | None:
    """Return the unit that an excerpt is, or None where it is a part of one or more."""
    for row in places.get(evidence.utterance, ()):
        if (units[row].start, units[row].end) == (evidence.start, evidence.end):
            return row
    return None


def _vectors(
    said: Sequence[Said],
    rows: Sequence[int | None],
    units: Sequence[Unit],
    known: Floats,
    encoder: SentenceEncoder,
) -> Floats:
    """Return float32, shape (n, 384): those of units as they were coded, the others read now."""
    vectors = np.zeros((len(said), 384), np.float32)
    left = [i for i, row in enumerate(rows) if row is None]
    for i, row in enumerate(rows):
        if row is not None:
            vectors[i] = known[row]
    if left:
        vectors[left] = encoder.encode([said[i].evidence.quote for i in left]).vectors
    return vectors


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
