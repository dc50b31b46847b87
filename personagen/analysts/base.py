"""What every analyst takes and gives: addresses and names, never words of its own invention."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from personagen.models import Provenance, Role, SourceKind, Theme

Floats = NDArray[np.float32]


class Unit(NamedTuple):
    """What is coded: a sentence or short turn of one participant."""

    source: str
    utterance: str
    participant: str
    start: int
    """First character in the utterance's stored text: code points, from 0."""
    end: int
    text: str
    """Equals `whole[start:end]`."""
    context: str
    """The question it answers, or the turn or sentence before; empty where there is none."""
    kind: SourceKind
    lang: str
    whole: str
    """The utterance's stored text."""
    sha256: str
    """Of the source; insight ids derive from it."""
    speaker: str
    asked: bool = False
    """The context is somebody else's question or turn."""
    question: str = ""
    """What the whole utterance answers: the question, or the turn of somebody else before it."""
    role: Role = "participant"
    date: str | None = None
    t_start: float | None = None
    stars: int | None = None
    """Of the review that it stands in, 1 to 5."""


class Encoded(Protocol):
    """What the encoder gives for n units."""

    @property
    def vectors(self) -> Floats:
        """Float32, shape (n, 384), rows of length 1."""

    @property
    def scores(self) -> Floats:
        """Float32, shape (n, 6), probabilities in the order of `encoder.CODES`."""

    @property
    def intensity(self) -> Floats:
        """Float32, shape (n,), 0–3."""

    @property
    def quotable(self) -> Floats:
        """Float32, shape (n,), 0–1."""


class SentenceEncoder(Protocol):
    """The part of the encoder that an analysis needs."""

    @property
    def fingerprint(self) -> str:
        """Name the model, so that results can say what made them."""

    def encode(
        self,
        texts: Sequence[str],
        contexts: Sequence[str] | None = None,
        *,
        kinds: Sequence[str] | None = None,
    ) -> Encoded:
        """Return vectors and scores of the units."""

    def codes(self, scores: Floats, kinds: Sequence[str] | None = None) -> list[list[str]]:
        """Return the codes above threshold of each unit, the dominant one first."""


class CodedUnits(NamedTuple):
    """Units and what one pass of the encoder says of them; row i belongs to unit i."""

    units: tuple[Unit, ...]
    vectors: Floats
    """float32, shape (n, 384), rows of length 1."""
    scores: Floats
    """float32, shape (n, 6), probabilities in the order of `encoder.CODES`."""
    intensity: Floats
    """float32, shape (n,), 0–3."""
    quotable: Floats
    """float32, shape (n,), 0–1."""


class Maker(NamedTuple):
    """Who made one result, where several hands make them."""

    analyst: str
    model: str | None
    prompts: tuple[str, ...] = ()
    """`name.vN@hash` of each prompt used."""


class CodedSpan(NamedTuple):
    """An address and a code: where something was said, and what kind of thing it is."""

    unit: int
    """Index into the units given."""
    start: int
    """First character in the utterance's stored text."""
    end: int
    code: str
    score: float
    """Calibrated probability of the code, 0–1."""
    intensity: int
    quotable: bool
    maker: Maker | None = None
    """None: the analyst itself."""


class Refused(NamedTuple):
    """A code that was not given, and why."""

    unit: int
    code: str
    why: str


class Coding(NamedTuple):
    """What an analyst coded, and what it looked at and left uncoded for a reason."""

    spans: list[CodedSpan]
    refused: list[Refused]


class Member(NamedTuple):
    """One coded excerpt as naming sees it."""

    text: str
    participant: str
    quotable: bool
    intensity: int
    vector: Floats
    """float32, shape (384,), length 1."""
    lang: str = "en"


class ThemeName(NamedTuple):
    """How a theme is called and told apart."""

    label: str
    """A headline without a final stop."""
    definition: str
    criterion: str
    keywords: tuple[str, ...]
    maker: Maker | None = None
    """None: the analyst itself."""


class Analyst(Protocol):
    """One way to turn what participants said into coded excerpts, names and phrases."""

    @property
    def name(self) -> str:
        """`extractive` or `llm:openai:…`; stands in every provenance line."""

    @property
    def model(self) -> str | None:
        """Fingerprint of the encoder, or the language model's name."""

    def code(self, coded: CodedUnits) -> Coding:
        """Return addresses of what the units show, and what was refused."""

    def name_themes(self, code: str, themes: Sequence[Sequence[Member]]) -> list[ThemeName]:
        """Return a name for each theme of one code, told apart from its siblings."""

    def phrase_claim(self, theme: Theme) -> str:
        """Return the theme as a sentence of a document."""


def provenance_of(analyst: Analyst, maker: Maker | None, at: datetime) -> Provenance:
    """Return who made a result: its maker where it has one of its own, else the analyst."""
    if maker is None:
        return Provenance(analyst=analyst.name, model=analyst.model, at=at)
    return Provenance(analyst=maker.analyst, model=maker.model, prompts=maker.prompts, at=at)
