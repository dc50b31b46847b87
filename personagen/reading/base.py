"""What every reader gives: the turns, cells or comments of one file, as they stand in it."""

from __future__ import annotations

from pydantic import Field

from personagen.models import Model, ParticipantKind, Role, SourceKind


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
