"""What an analysis found: insights, themes, claims, personas, messages."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from personagen.models.base import Model, Provenance, Role, SourceKind, Stage, Status
from personagen.models.exam import ExamCard

PersonaKind = Literal["user", "buyer", "decision_maker", "influencer", "payer", "negative"]
ClaimType = Literal[
    "goal",
    "motivation",
    "pain_point",
    "objection",
    "praise",
    "feature_request",
    "workaround",
    "trigger",
    "tool",
    "channel",
    "content_format",
    "vocabulary",
    "decision_power",
    "success_measure",
    "role",
    "firmographic",
    "journey",
]
MessageKind = Literal[
    "value_proposition", "pitch", "objection_answer", "vocabulary", "subject_line", "ad"
]


class Excerpt(Model):
    """A passage quoted word for word from one utterance."""

    source: str
    utterance: str
    start: int
    """First character in the utterance's stored text: Unicode code points, from 0."""
    end: int
    """One past the last character."""
    quote: str
    """Equals `text[start:end]`; kept so that evidence can be read and re-checked alone."""
    speaker: str
    role: Role
    t_start: float | None = None


class Evidence(Excerpt):
    """An excerpt under a claim, with the participant who said it."""

    participant: str


class Insight(Model):
    """A coded excerpt: one thing that one participant said, of one code."""

    id: str
    code: str
    participant: str
    excerpt: Excerpt
    statement: str
    """The excerpt as a line that can be read alone: the participant's own words, trimmed."""
    intensity: int
    """0 neutral, 1 mild, 2 clear, 3 strong."""
    score: float
    """Calibrated probability of the code, 0–1."""
    quotable: bool = False
    status: Status = "suggested"
    changed: str = ""
    """What differs since a person decided; empty when nothing does."""
    provenance: Provenance


class Theme(Model):
    """Insights of one code that belong together across participants."""

    id: str
    code: str
    label: str
    definition: str
    criterion: str
    """What an insight must show to be counted in."""
    insights: tuple[str, ...]
    participants: tuple[str, ...]
    n: int
    of: int
    interval: tuple[float, float]
    status: Status = "suggested"
    changed: str = ""
    """What differs since a person decided; empty when nothing does."""
    provenance: Provenance


class Claim(Model):
    """A sentence in a document, with excerpts for and against and n of N participants."""

    id: str
    type: ClaimType
    theme: str | None
    text: str
    supports: tuple[Evidence, ...]
    opposes: tuple[Evidence, ...] = ()
    participants: tuple[str, ...]
    """Who supports it, over the whole study."""
    n: int
    of: int
    interval: tuple[float, float]
    sources: dict[SourceKind, int]
    """Supporting excerpts by kind of source."""
    age: str | None = None
    """ISO day of the newest supporting excerpt, where dates are known."""
    status: Status = "suggested"
    changed: str = ""
    """What differs since a person decided; empty when nothing does."""
    provenance: Provenance


def rests_on_record(claim: Claim) -> bool:
    """Tell whether a claim is an attribute as imported: it has people, and no words by nature."""
    return (
        claim.type in {"role", "firmographic"} and not claim.supports and bool(claim.participants)
    )


class JourneyStage(Model):
    """One stage of a persona's journey; each slot holds claim ids."""

    stage: Stage
    happens: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    feels: tuple[str, ...] = ()


class Unknown(Model):
    """A field the evidence is silent on, and what to ask next."""

    field: str
    ask_next: str


class Stability(Model):
    """How firmly a persona's group holds under resampling."""

    survival: float
    """Share of resamples in which the group was found again, 0–1."""
    resamples: int
    groups: int
    """How many groups the study was split into."""
    least_typical: str | None = None
    note: str = ""


class Persona(Model):
    """Archetype of a group of participants, never one person renamed."""

    id: str
    name: str
    kind: PersonaKind
    version: int = 1
    supersedes: str | None = None
    summary: str
    participants: tuple[str, ...]
    assigned: dict[SourceKind, int] = Field(default_factory=dict)
    """Authors of short texts who read like this group, by kind of source."""
    fields: dict[str, tuple[str, ...]]
    """Field name (goals, motivations, pain_points, objections, …) to claim ids."""
    firmographics: tuple[str, ...] = ()
    journey: tuple[JourneyStage, ...] = ()
    quotes: tuple[Evidence, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    priority: int | None = None
    """1 is the first to serve."""
    stability: Stability | None = None
    exam: tuple[ExamCard, ...] | None = None
    """What came out when it was examined, a card for each set of questions; None: it never was."""
    notes: tuple[str, ...] = ()
    """What a reader must know: small sample, too few participants, reviews only …"""
    provenance: Provenance | None = None
    """Who worded the summary, where that was not the extractive analyst."""
    status: Status = "suggested"
    changed: str = ""
    """What differs since a person decided; empty when nothing does."""


class Message(Model):
    """A line to try on a persona, resting on claims and named product facts."""

    id: str
    persona: str
    kind: MessageKind
    stage: Stage | None = None
    text: str
    """A missing product fact stands as `[needs a product fact: …?]`."""
    claims: tuple[str, ...]
    product_facts: tuple[str, ...] = ()
    status: Status = "suggested"
    changed: str = ""
    """What differs since a person decided; empty when nothing does."""
    provenance: Provenance | None = None
    """Who worded it, where that was not the extractive analyst."""


class Skipped(Model):
    """Something a step left out, and why."""

    what: str
    where: str
    why: str


class Disagreement(Model):
    """A sentence that encoder and language model code differently: worth a person's minute."""

    id: str
    participant: str
    excerpt: Excerpt
    encoder: tuple[str, ...]
    model: tuple[str, ...]
    """The codes that each gives."""
    margin: float
    """How far the encoder's probability lies from what the model says, 0–1."""


class Findings(Model):
    """What an analysis found; what a person decided is laid over it by `review`."""

    insights: tuple[Insight, ...] = ()
    themes: tuple[Theme, ...] = ()
    claims: tuple[Claim, ...] = ()
    personas: tuple[Persona, ...] = ()
    messages: tuple[Message, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    """The surest first; empty where one analyst coded alone."""
