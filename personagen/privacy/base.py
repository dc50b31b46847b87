"""What privacy gives and takes: aliases, known people, doubtful hits."""

from __future__ import annotations

from typing import Literal, NamedTuple

from personagen.models import Model, Participant, Source

MaskKind = Literal[
    "participant",
    "staff",
    "colleague",
    "organisation",
    "name",
    "email",
    "phone",
    "address",
    "url",
    "card",
    "account",
    "handle",
]
MaskField = Literal["text", "context"]


class Alias(Model):
    """One name in a file and what stands for it in the study; kept in the local vault only."""

    participant: str
    """`P05`, `[interviewer]`, `[agent]`, or `[name]` where several people bear it."""
    name: str
    """As it stood in the file."""
    source: str | None = None
    """The source it holds in, for generic labels such as `Speaker 1`; None: the whole study."""


class KnownPerson(Model):
    """A participant of the study, and how to know them again."""

    participant: Participant
    identities: tuple[str, ...] = ()
    """E-mails and given ids, and where they spoke without one (`s_…/@Speaker 1`)."""
    names: tuple[str, ...] = ()


class Doubtful(Model):
    """A word that may be a name and may be a word: `Will`, `May`."""

    source: str
    utterance: str
    start: int
    """In the stored text."""
    end: int
    name: str
    why: str
    masked: bool


class Mask(Model):
    """One place where a placeholder stands, and the words that stood there; vault only."""

    id: int = 0
    """The ledger's number; 0 before it has one."""
    source: str
    utterance: str
    field: MaskField = "text"
    start: int
    """First character of the placeholder in the stored text: code points, from 0."""
    end: int
    placeholder: str
    original: str
    kind: MaskKind


class MaskChoice(Model):
    """What a person decided: a word that is a name, or one that is none."""

    action: Literal["mask", "keep"]
    term: str
    placeholder: str = ""
    utterance: str | None = None
    """There only; None: in the whole study."""


class Wishes(NamedTuple):
    """What is to be masked beyond the names of those who speak."""

    organisations: tuple[str, ...] = ()
    """Names of firms, as `study.toml` lists them."""
    choices: tuple[MaskChoice, ...] = ()


NO_WISHES = Wishes()


class Pseudonymised(NamedTuple):
    """A source with pseudonyms, and what the ledger and the vault must learn."""

    source: Source
    participants: tuple[KnownPerson, ...]
    """New or changed."""
    aliases: tuple[Alias, ...]
    """Those that were not known."""
    doubtful: tuple[Doubtful, ...]
    proposals: tuple[str, ...]
    """`P03 and P09 bear the same full name; merge?`"""
    masks: tuple[Mask, ...] = ()
    met: int = 0
    """How many of the people that the file only describes were participants before."""
