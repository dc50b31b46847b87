"""The nouns: everything that is saved, exported or shown.

All are frozen pydantic models; a step returns new ones and leaves its arguments alone. Field names
are those of `study.json`, which is `StudyDocument` written out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION: Literal[1] = 1

SourceKind = Literal["interview", "review", "ticket", "survey", "crm"]
Role = Literal["participant", "interviewer", "agent", "bot", "form", "unknown"]
Status = Literal["suggested", "accepted", "edited", "rejected", "approved"]
ParticipantKind = Literal["interviewee", "author", "requester", "respondent"]
PersonaKind = Literal["user", "buyer", "decision_maker", "influencer", "payer", "negative"]
Stage = Literal["awareness", "consideration", "decision", "use"]
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


class Model(BaseModel):
    """What every noun has in common: frozen, and no field it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Provenance(Model):
    """Who made a result, and when."""

    analyst: str
    """`extractive`, `llm:openai:…`, or `person:<name>` for what a person added."""
    model: str | None = None
    """Encoder fingerprint or the language model's name."""
    prompts: tuple[str, ...] = ()
    """`name.vN@hash` of each prompt used."""
    at: datetime


class Utterance(Model):
    """One turn, cell or comment by one speaker, as stored: after pseudonymisation."""

    id: str
    speaker: str
    """A pseudonym, `[interviewer]`, `[agent]` …; `unknown` where the file names nobody."""
    role: Role
    text: str
    t_start: float | None = None
    """Seconds from the start of the recording."""
    t_end: float | None = None
    participant: str | None = None
    """Id of the participant who said it; None for everyone else."""
    context: str = ""
    """The question or column it answers, where the source gives one."""
    record: str | None = None
    """Row, review or ticket that it stands in; None in transcripts."""
    date: str | None = None
    """ISO 8601 day, where the source has one."""


class Quantity(Model):
    """One number about many people, from a report: nobody's words, nobody's attribute."""

    of: str
    """What the report is split by: `Country`."""
    group: str
    """`Germany`; empty for the total."""
    metric: str
    value: float
    """As the report has it; rates are 0–1."""
    start: str | None = None
    end: str | None = None
    """ISO 8601 days, first and last of the period."""


class Source(Model):
    """One imported file."""

    id: str
    path: str
    """Base name, names masked."""
    kind: SourceKind
    reader: str
    sha256: str
    lang: str = "und"
    """ISO 639-1 code of most of its text; `und` when too short to tell."""
    utterances: tuple[Utterance, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    """What an analytics report counts; empty for everything else."""


class Participant(Model):
    """One person who was studied, known by a pseudonym."""

    id: str
    kind: ParticipantKind
    attributes: dict[str, str] = Field(default_factory=dict)
    """Role, company size, rating … as imported, names masked."""
    consent: Literal["unknown", "given", "withdrawn"] = "unknown"


class CodebookEntry(Model):
    """A label for insights."""

    code: str
    definition: str
    example: str = ""
    exclusion: str = ""
    """What looks like it and is not."""


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
    exam: dict[str, float] | None = None
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


class Product(Model):
    """What the user says of the product in `study.toml`."""

    name: str = ""
    does: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()


class StudyQuestion(Model):
    """What the study wants to know."""

    question: str = ""


class ReviewEvent(Model):
    """One decision of a person; append-only."""

    id: int
    at: datetime
    by: str
    action: str
    target: str
    before: dict[str, object] | None = None
    after: dict[str, object] | None = None


class Spent(Model):
    """What a run of a language model took."""

    requests: int
    """Sent and answered."""
    reused: int
    """Answers that were there from an earlier run: nothing was sent for them."""
    tokens_sent: int
    tokens_written: int
    usd: float | None = None
    """None: unknown."""


class Run(Model):
    """One pass of an analyst over the study."""

    id: str
    at: datetime
    analyst: str
    model: str | None = None
    seconds: float
    counts: dict[str, int] = Field(default_factory=dict)
    spent: Spent | None = None
    """None where no language model was asked."""


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


class Material(Model):
    """What a study holds before anyone analyzed it."""

    study: StudyQuestion = StudyQuestion()
    product: Product = Product()
    participants: tuple[Participant, ...] = ()
    sources: tuple[Source, ...] = ()
    codebook: tuple[CodebookEntry, ...] = ()


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


class DocumentProvenance(Model):
    """Which analyst and which personagen wrote a `study.json`."""

    analyst: str
    model: str | None = None
    prompts: tuple[str, ...] = ()
    personagen_version: str
    at: datetime


class StudyDocument(Material, Findings):
    """The whole study: `study.json`, the one lossless export, and what every document shows."""

    schema_version: Literal[1] = SCHEMA_VERSION
    provenance: DocumentProvenance
    chats: tuple[dict[str, object], ...] = ()
    reviews: tuple[ReviewEvent, ...] = ()
    runs: tuple[Run, ...] = ()
