"""What every reader gives: the turns, cells or comments of one file, as they stand in it."""

from __future__ import annotations

from pydantic import Field

from personagen.models import CodebookEntry, Model, ParticipantKind, Quantity, Role, SourceKind


class Speaker(Model):
    """A label that stands in the file as a speaker."""

    name: str
    role: Role


class ReadUtterance(Model):
    """One turn, cell or comment, before pseudonymisation."""

    speaker: str
    """The label as it stands in the file; empty where there is none."""
    role: Role
    text: str
    start: int | None = None
    """Where its words begin in the file's decoded text (code points, LF line ends, no BOM)."""
    end: int | None = None
    t_start: float | None = None
    """Seconds from the start of the recording."""
    t_end: float | None = None
    place: str
    """Where it stands, unique in the file and the same whatever the options: `r12:Comment`."""
    record: str | None = None
    """Row, review or ticket id; None in transcripts."""
    identity: str | None = None
    """E-mail or given id of the person, as in the file: the same value is the same person."""
    person: ParticipantKind = "interviewee"
    attributes: dict[str, str] = Field(default_factory=dict)
    context: str = ""
    """The question or column it answers."""
    date: str | None = None
    """ISO 8601 day."""


class ReadPerson(Model):
    """Someone whom a file describes and who says nothing in it: a contact, a closed answer."""

    place: str
    """Where they stand, unique in the file: `r12`."""
    identities: tuple[str, ...] = ()
    """E-mail and given id, as in the file: an equal one is the same person over the study."""
    name: str = ""
    """Masked, and never proof of identity."""
    person: ParticipantKind = "requester"
    attributes: dict[str, str] = Field(default_factory=dict)


class CodedPart(Model):
    """The part of a coded segment that stands in one utterance."""

    place: str
    """Of the utterance."""
    start: int
    """First character in `ReadUtterance.text`: Unicode code points, from 0."""
    end: int
    """One past the last character."""


class CodedSegment(Model):
    """A passage that a person coded in another program."""

    code: str
    coder: str = ""
    """Who coded it, as the program knows them."""
    quote: str
    """The words as the program has them."""
    memo: str = ""
    document: str = ""
    """Name of the document that the words are to be found in, where the file has no text."""
    parts: tuple[CodedPart, ...] = ()
    """Empty where the words were not found."""


class Reading(Model):
    """One file, read: what `personagen read --json` shows and `import` stores."""

    path: str
    kind: SourceKind
    reader: str
    sha256: str
    speakers: tuple[Speaker, ...]
    utterances: tuple[ReadUtterance, ...]
    records: int
    """Rows, reviews, tickets or turns seen in the file, with or without text."""
    warnings: tuple[str, ...] = ()
    encoding: str = ""
    columns: dict[str, str] = Field(default_factory=dict)
    """Tables: column header to the part it plays (text, id, date, rating, attribute, ignored …)."""
    samples: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Tables: column header to its first different values, shortened."""
    people: tuple[ReadPerson, ...] = ()
    """Whom the file describes, beside those who speak in it."""
    quantities: tuple[Quantity, ...] = ()
    """What an analytics report counts."""
    codes: tuple[CodebookEntry, ...] = ()
    """Codes of the program that the file comes from."""
    coded: tuple[CodedSegment, ...] = ()
    """What people coded with them."""


class ReadOptions(Model):
    """How the user corrects a reading."""

    kind: SourceKind | None = None
    mapping: dict[str, str] = Field(default_factory=dict)
    """From `--map FILE.toml`: column header to part."""
    interviewers: tuple[str, ...] = ()
    speakers: dict[str, str] = Field(default_factory=dict)
    """`--speaker "Speaker 2=P04"`: label in the file to participant id."""
    roles: dict[str, Role] = Field(default_factory=dict)
    """`--role "Speaker 1=interviewer"`: label in a transcript to what its speaker does."""
    encoding: str | None = None
