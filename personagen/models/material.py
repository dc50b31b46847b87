"""What a study holds before anyone analyzed it: who said what, and where it stands."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from personagen.models.base import Model, Role, SourceKind

ParticipantKind = Literal["interviewee", "author", "requester", "respondent"]


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


class Product(Model):
    """What the user says of the product in `study.toml`."""

    name: str = ""
    does: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()


class StudyQuestion(Model):
    """What the study wants to know."""

    question: str = ""


class Material(Model):
    """What a study holds before anyone analyzed it."""

    study: StudyQuestion = StudyQuestion()
    product: Product = Product()
    participants: tuple[Participant, ...] = ()
    sources: tuple[Source, ...] = ()
    codebook: tuple[CodebookEntry, ...] = ()
