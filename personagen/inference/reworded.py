"""Questions put to panels and transcripts in other words than those of their answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from personagen.inference.examples import Panel, lines_of
from personagen.inference.transcripts import Transcript, passages
from personagen.models import Model

FOLDER = "asked"
"""Where they lie among the examples."""


class Asked(NamedTuple):
    """A question, what was said, and which of it answers."""

    text: str
    said: tuple[str, ...]
    places: frozenset[int]


class Reworded(Model):
    """Questions to one panel or transcript."""

    of: str
    """File, from the folder of examples, and line, from 0: `panels/ada-01.jsonl:3`."""
    questions: tuple[tuple[str, tuple[int, ...] | tuple[str, ...]], ...]
    """Questions, and all that answers: places in a panel's `said`, addresses of a transcript."""
    unanswered: tuple[str, ...]
    """Questions that nothing answers, though something sounds like it."""


def read_reworded(examples: Path, names: str = "*.jsonl", *, without: str = "") -> list[Asked]:
    """Return the questions of a folder of examples.

    Args:
        examples: As `corpus/inference`.
        names: Which files of its folder `asked`.
        without: Files whose name holds this are left out; empty: none.
    """
    files = [
        file for file in (examples / FOLDER).glob(names) if not without or without not in file.name
    ]
    rows = [Reworded.model_validate_json(line) for line in lines_of(files)]
    return [asked for row in rows for asked in _asked(row, examples)]


def _asked(row: Reworded, examples: Path) -> Iterator[Asked]:
    places = _places(row.of, examples)
    said = tuple(places.values())
    at = {address: number for number, address in enumerate(places)}
    for text, addresses in row.questions:
        yield Asked(text, said, frozenset(at[str(address)] for address in addresses))
    yield from (Asked(text, said, frozenset()) for text in row.unanswered)


def _places(of: str, examples: Path) -> dict[str, str]:
    """Return what was said, by its address."""
    name, _, number = of.partition(":")
    line = (examples / name).read_text(encoding="utf-8").splitlines()[int(number)]
    if name.startswith("transcripts/"):
        return passages(Transcript.model_validate_json(line))
    return {str(at): said for at, said in enumerate(Panel.model_validate_json(line).said)}
