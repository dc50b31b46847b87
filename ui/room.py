"""What every room of the app is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from pydantic import Field

from personagen.models import Model, StudyDocument

from .address import Address
from .incoming import Incoming
from .jobs import Jobs
from .listening import Listening
from .shelf import Shelf, Snapshot
from .trials import Trials

T = TypeVar("T")


class Asked(Model):
    """What a browser tab sends: where it is, who is there, and what they want done."""

    turn: int = 0
    """Counts the tab's questions, so that a late answer is known as one."""
    at: str = ""
    by: str = Field(default="", max_length=200)
    do: str = Field(default="", max_length=40)
    targets: dict[str, str] = Field(default_factory=dict, max_length=5_000)
    """Id to its version as the person saw it."""
    fields: dict[str, str | list[str]] = Field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return what stands in a field of the form; empty where it has none."""
        value = self.fields.get(name, "")
        return (value[0] if value else "") if isinstance(value, list) else value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return everything that was ticked or chosen under one name."""
        value = self.fields.get(name, [])
        return tuple(value) if isinstance(value, list) else (value,) if value else ()


class Outcome(NamedTuple):
    """What came of something that was done."""

    said: str = ""
    go: str = ""
    """Where to go now; empty: stay."""
    undo: bool = False
    """Offer to take it back."""
    fetch: str = ""
    """Where a file is that the browser downloads now."""


@dataclass(frozen=True)
class Desk:
    """What all tabs share: the study, what waits to be imported, the work that goes on."""

    shelf: Shelf
    incoming: Incoming
    jobs: Jobs
    trials: Trials = field(default_factory=Trials)
    """Message tests of this session."""
    listening: Listening = field(default_factory=Listening)
    """Questions that language models are answering."""
    prices: dict[str, str] = field(default_factory=dict)
    """What a model would cost for the study as it stands, in words."""


@dataclass(frozen=True)
class Scene:
    """One look at the study: as it stands, from where, by whom."""

    desk: Desk
    now: Snapshot
    at: Address
    by: str

    @property
    def document(self) -> StudyDocument:
        """Return the study."""
        return self.now.document


class Page(NamedTuple):
    """A template and what goes into it."""

    template: str
    values: Mapping[str, object]
    title: str
    """What the tab is called, as `Insights`."""
    poll: bool = False
    """Look again in a second: something is going on."""


Show = Callable[[Scene], Page]
Act = Callable[[Scene, Asked], Outcome]


@dataclass(frozen=True)
class Paged(Generic[T]):
    """One page of a long list."""

    rows: Sequence[T]
    page: int
    pages: int
    total: int
    first: int
    """Number of the first row, from 1."""


def paged(rows: Sequence[T], page: int, size: int) -> Paged[T]:
    """Return one page of rows; the last one where there are fewer pages."""
    pages = max(1, -(-len(rows) // size))
    page = min(page, pages)
    start = (page - 1) * size
    return Paged(rows[start : start + size], page, pages, len(rows), start + 1 if rows else 0)
