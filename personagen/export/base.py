"""What a document shows, whatever its format: the study seen as headings, lines and evidence.

Templates and writers read these and decide nothing: which claims are shown, in what order, with
which counts and which quotes, is settled once, in `view.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from personagen.export.exams import ExamView
from personagen.models import Evidence, Message, Persona

GLANCED = 3
"""Headings of a persona that an overview shows."""
FEW = 3
"""Members up to which one voice is not called a single one."""


@dataclass(frozen=True)
class TurnView:
    """One turn that evidence refers to, with what was asked before it."""

    anchor: str
    source: str
    """Base name of the file, names masked."""
    speaker: str
    place: str
    """`interview, 00:12:31`."""
    before: tuple[str, str] | None
    """Speaker and words of the question or turn before."""
    parts: tuple[tuple[str, bool], ...]
    """The whole turn in pieces; True where an excerpt stands."""
    claims: tuple[tuple[str, str], ...] = ()
    """Anchor and text of the claims that rest on it."""


@dataclass(frozen=True)
class QuoteView:
    """An excerpt under a claim; `evidence.quote` is shown untouched."""

    evidence: Evidence
    place: str
    turn: TurnView
    outside: bool = False
    """Said by a member of another persona."""
    again: bool = False
    """Shown under another line of the same persona: named here, quoted there."""


@dataclass(frozen=True)
class ClaimView:
    """One line of a document with everything that opens under it."""

    id: str
    anchor: str
    text: str
    name: str
    """The claim's type in the reader's words: `pain`, `objection` …"""
    n_members: int
    members: int
    n: int
    of: int
    interval: str
    intensity: str
    passages: str
    """Mentions by kind of source, named as passages."""
    newest: str
    status: str
    """Empty while suggested; else what a person did."""
    cautions: tuple[str, ...]
    quotes: tuple[QuoteView, ...]
    more: int
    """Further quotes in the study that are not in `quotes`."""
    against: tuple[QuoteView, ...]
    more_against: int
    participants: tuple[str, ...]
    elsewhere: str = ""
    """Anchor of the place in the same persona that shows the evidence, if not here."""

    @property
    def count(self) -> str:
        """Return `5 of these 6, 6 of all 14 (95 % interval 21–67 %)`."""
        return f"{self.short_count}, {self.n:,} of all {self.of:,} ({self.interval})"

    @property
    def single(self) -> bool:
        """Return whether one member alone says so, in a group of more than a few."""
        return self.n_members <= 1 and self.members > FEW

    @property
    def fresh(self) -> tuple[QuoteView, ...]:
        """Return the quotes that this line alone shows."""
        return tuple(quote for quote in self.quotes if not quote.again)

    @property
    def short_count(self) -> str:
        """Return `5 of these 6`."""
        return f"{self.n_members:,} of these {self.members:,}"

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the words after the count: type, intensity, cautions."""
        return tuple(part for part in (self.name, self.intensity, *self.cautions) if part)


@dataclass(frozen=True)
class FieldView:
    """One field of a persona: its claims, or what to ask since there are none."""

    field: str
    name: str
    claims: tuple[ClaimView, ...]
    ask: str

    @property
    def label(self) -> str:
        """Return the name where a line needs it: its heading speaks of another field."""
        return self.name if self.field in ("workaround", "content_format") else ""


@dataclass(frozen=True)
class SectionView:
    """One heading of a persona."""

    anchor: str
    title: str
    fields: tuple[FieldView, ...]

    @property
    def claims(self) -> tuple[ClaimView, ...]:
        """Return the claims of all fields, in order."""
        return tuple(claim for field in self.fields for claim in field.claims)

    @property
    def foremost(self) -> ClaimView | None:
        """Return the claim that most members support, of the fields that the title speaks of."""
        own = [claim for field in self.fields if not field.label for claim in field.claims]
        return max(own, key=lambda claim: claim.n_members, default=None)


@dataclass(frozen=True)
class StageView:
    """One row of the journey; `slots` in the order of `wording.SLOTS`."""

    stage: str
    slots: tuple[tuple[str, tuple[ClaimView, ...]], ...]
    ask: str

    @property
    def empty(self) -> bool:
        """Return whether nobody spoke of this stage."""
        return not any(claims for _, claims in self.slots)


@dataclass(frozen=True)
class MessageView:
    """A line to try, with the claims it rests on."""

    message: Message
    kind: str
    title: str
    parts: tuple[tuple[str, bool], ...]
    """The text in pieces; True where a product fact is missing."""
    rests_on: tuple[tuple[str, str, str], ...]
    """Anchor, text and count of each claim."""
    status: str


@dataclass(frozen=True)
class PersonaView:
    """One persona as documents show it."""

    persona: Persona
    anchor: str
    banner: tuple[str, ...]
    """Parts of the banner line; the first says whether a person approved it."""
    approved: bool
    kind: str
    summary: str
    rests_on: str
    participants: tuple[str, ...]
    more_participants: int
    firmness: str
    """Survival under resampling, small samples, least typical member."""
    notes: tuple[str, ...]
    quote: QuoteView | None
    profile: tuple[FieldView, ...]
    sections: tuple[SectionView, ...]
    stages: tuple[StageView, ...]
    journey_evidence: tuple[ClaimView, ...]
    messages: tuple[MessageView, ...]
    unknown: tuple[tuple[str, str], ...]
    """Field in the reader's words, and what to ask next: the few questions that matter most."""
    silent: tuple[str, ...] = ()
    """Every field that nobody speaks of, in the reader's words."""
    people: tuple[str, ...] = ()
    """Whom to talk to next."""
    exams: tuple[ExamView, ...] = ()
    """What came out when it was examined."""

    @property
    def glance(self) -> tuple[tuple[str, ClaimView], ...]:
        """Return three headings, each with the claim that most members support."""
        told = ((s.title, s.foremost) for s in self.sections)
        return tuple((title, claim) for title, claim in told if claim is not None)[:GLANCED]


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: so many of so many people."""

    series: str
    n: int
    of: int

    @property
    def percent(self) -> float:
        """Return the share, 0–100."""
        return round(100 * self.n / self.of, 1) if self.of else 0.0


@dataclass(frozen=True)
class BarGroup:
    """The bars of one theme."""

    theme: str
    label: str
    code: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Chart:
    """People who voice each theme, by series; drawn by the HTML, readable as text."""

    anchor: str
    title: str
    description: str
    groups: tuple[BarGroup, ...]
    more: int
    """Themes that are not drawn."""

    @property
    def series(self) -> tuple[str, ...]:
        """Return the names of the bars, the same in every group."""
        return tuple(bar.series for bar in self.groups[0].bars) if self.groups else ()


@dataclass(frozen=True)
class SourceRow:
    """One line of the list of sources."""

    path: str
    kind: str
    reader: str
    lang: str
    utterances: int
    sha256: str


@dataclass(frozen=True)
class RecordView:
    """How the document came about: who made it, from what, and what was left out."""

    made_by: tuple[tuple[str, str], ...]
    codebook: tuple[tuple[str, str], ...]
    sources: tuple[SourceRow, ...]
    more_sources: int
    decisions: tuple[str, ...]
    runs: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class DocumentView:
    """The whole study as documents show it."""

    title: str
    question: str
    banner: tuple[str, ...]
    draft: bool
    personas: tuple[PersonaView, ...]
    charts: tuple[Chart, ...]
    turns: tuple[tuple[str, tuple[TurnView, ...]], ...]
    """Turns that evidence refers to, by source."""
    record: RecordView
