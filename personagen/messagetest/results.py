"""What a message test says: each line, whom it speaks to, what it runs into, how common that is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from personagen.models import Evidence, Model, Skipped, SourceKind

Bears = Literal["speaks_to", "raises"]
LineVerdict = Literal["supported", "opposed", "not_supported"]


class Voice(Evidence):
    """Words of a participant on what a line says, and which way they bear on it."""

    bears: Bears
    codes: tuple[str, ...]
    claims: tuple[str, ...] = ()
    """Claims that rest on these words; empty where one person alone said so."""
    member: bool
    """Said by one of the persona's people."""
    near: float
    """How near it is to the line in words and meaning; `NEAR` and more counts."""


class Share(Model):
    """How many people said words near a line, all of them named by their excerpts."""

    n: int
    of: int
    """The persona's people."""
    study_n: int
    study_of: int
    """Whom n of N counts over in this study: interviewees, where there are any."""
    interval: tuple[float, float]
    """95 % Wilson interval of `study_n / study_of`."""
    elsewhere: dict[SourceKind, int] = Field(default_factory=dict)
    """People outside that base who said it, by kind of source."""


class BaseRate(Model):
    """How many said what a line speaks to, and how many said what it runs into."""

    speaks_to: Share
    raises: Share


class ForeignWord(Model):
    """A word of the draft that nobody of this persona used."""

    word: str
    others: int
    """Participants outside the persona who use it."""
    theirs: str | None = None
    """What this persona's people say that is near in meaning, where anything is."""
    jargon: bool = False
    """A seller's word."""


class OpenObjection(Model):
    """Something that holds this persona's people back, that the draft touches and never answers."""

    claim: str | None
    text: str
    evidence: Voice


class TestedLine(Model):
    """One line of a draft before one persona."""

    text: str
    speaks_to: tuple[str, ...]
    """Claims that it speaks to, by id."""
    raises: tuple[str, ...]
    """Claims that oppose what it promises, by id."""
    leaves_open: tuple[OpenObjection, ...] = ()
    not_their_words: tuple[ForeignWord, ...] = ()
    verdict: LineVerdict
    why: str
    """What the verdict rests on, in a sentence."""
    base_rate: BaseRate
    evidence: tuple[Voice, ...]
    facts: tuple[str, ...] = ()
    """Product facts that back it."""
    unbacked: tuple[str, ...] = ()
    """What it promises that `study.toml` doesn't name."""


class Untouched(Model):
    """A claim that no line of a draft comes near."""

    claim: str
    text: str


class TestedMessage(Model):
    """A draft before one persona."""

    persona: str
    name: str
    of: int
    """The persona's people."""
    variant: str = "A"
    lines: tuple[TestedLine, ...]
    untouched: tuple[Untouched, ...] = ()
    """Objections of the persona that the draft says nothing about."""
    skipped: tuple[Skipped, ...] = ()
    """Parts of the draft that were not tested."""
    back_test: str = ""
    """How far this study foretells what people object to, in a sentence."""


class Compared(Model):
    """Two variants side by side before one persona, in people, not in points."""

    persona: str
    name: str
    speaks_to: tuple[int, int]
    """Members who said something that variant A, variant B speaks to."""
    raises: tuple[int, int]
    """Members who said something that variant A, variant B runs into."""
    unbacked: tuple[int, int]
    not_their_words: tuple[int, int]
    said: str
    """What the difference is, or that there is none that the evidence carries."""
