"""One file on its way in: its bytes, its text, and what a format makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from personagen.errors import ReadingError
from personagen.models import CodebookEntry, Quantity, SourceKind
from personagen.reading.base import CodedSegment, ReadOptions, ReadPerson, ReadUtterance
from personagen.reading.decoding import Decoded, decode
from personagen.reading.jsontext import documents


@dataclass(frozen=True)
class RawFile:
    """A file's name and bytes, and the options it is read with."""

    name: str
    data: bytes
    options: ReadOptions

    @property
    def suffix(self) -> str:
        """Return the lower-case ending, with its dot; empty where there is none."""
        dot = self.name.rfind(".")
        return self.name[dot:].lower() if dot > 0 else ""

    @cached_property
    def decoded(self) -> Decoded:
        """Return the text with LF line ends and no byte-order mark.

        Raises:
            ReadingError: the bytes are no text in a known encoding.
        """
        return decode(self.data, self.name, self.options.encoding)

    @property
    def text(self) -> str:
        """Return the decoded text."""
        return self.decoded.text

    @cached_property
    def is_text(self) -> bool:
        """Return whether the bytes can be decoded at all."""
        try:
            return self.decoded is not None
        except ReadingError:
            return False

    @cached_property
    def json(self) -> tuple[Any, ...] | None:
        """Return the JSON documents in the file, one a line where it is JSON Lines; else None.

        Raises:
            ReadingError: it is meant to be JSON and is broken.
        """
        return documents(self.text, self.name) if self.is_text else None

    def refuse(self, problem: str, remedy: str) -> ReadingError:
        """Return the error that names this file, the reason and the remedy."""
        return ReadingError(f"{self.name}: {problem}", remedy)


@dataclass
class Parsed:
    """What a format found in a file, before roles are given to its speakers."""

    reader: str
    kind: SourceKind | None
    """None where the content does not tell."""
    utterances: list[ReadUtterance]
    records: int
    warnings: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    interviewers: tuple[str, ...] = ()
    """Names that the file's own header gives for who asks."""
    speech: bool = True
    """Whether the utterances are turns, whose roles are still to be found."""
    samples: dict[str, tuple[str, ...]] = field(default_factory=dict)
    people: list[ReadPerson] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    codes: list[CodebookEntry] = field(default_factory=list)
    coded: list[CodedSegment] = field(default_factory=list)


class Format(NamedTuple):
    """One file format; `formats.FORMATS` lists them in the order in which they are tried."""

    name: str
    sniff: Callable[[RawFile], bool]
    """Whether the content (and only then the name) says that the file is of this format."""
    parse: Callable[[RawFile], Parsed]
    """Read the whole file; raises ReadingError where it can't."""
