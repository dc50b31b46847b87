"""Tables of turns, as Word, LibreOffice and RTF hold them: time, speaker, words, notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from personagen.reading.clock import CLOCK, seconds
from personagen.reading.files import Parsed
from personagen.reading.labels import could_be_label
from personagen.reading.turns import Cue, merge

Rows = Sequence[Sequence[str]]

_SPEAKER = re.compile(r"^(speakers?|name|who|sprecher(in)?|orador|locuteur|participant)$", re.I)
_WORDS = re.compile(
    r"^(transcript(ion)?|text|utterance|speech|content|dialogue|what was said)$", re.I
)
_TIME = re.compile(r"^(time(code|stamp)?|start|zeit|hora)$", re.I)
_STAMP = re.compile(rf"^\W*{CLOCK}\W*$")


class _Columns(NamedTuple):
    speaker: int
    words: int
    time: int | None
    first: int
    """The first row of turns."""


def from_tables(reader: str, tables: Sequence[Rows], around: int) -> Parsed | None:
    """Return the turns of the tables that hold some; None where none does.

    Args:
        reader: The format that found the tables.
        tables: Each a list of rows of cells.
        around: Paragraphs outside the tables, which are left out where a table holds turns.
    """
    cues: list[Cue] = []
    read = 0
    columns: _Columns | None = None
    for number, rows in enumerate(tables, 1):
        here = _columns(rows) or _gone_on(rows, columns)
        if here is None:
            continue
        columns, read = here, read + 1
        cues += _cues(rows, here, number, cues[-1].speaker if cues else "")
    utterances = merge(cues)
    if not utterances:
        return None
    notes = [f"{around} paragraph(s) around the table left out"] if around else []
    if len(tables) > read:
        notes.append(f"{len(tables) - read} other table(s) left out: they hold no turns")
    return Parsed(reader, "interview", utterances, len(cues), notes)


def _width(rows: Rows) -> int:
    return max((len(row) for row in rows), default=0)


def _gone_on(rows: Rows, columns: _Columns | None) -> _Columns | None:
    """A table that goes on over a page is a table of its own, without a header."""
    if columns is None or _width(rows) <= max(columns.speaker, columns.words, columns.time or 0):
        return None
    return _Columns(columns.speaker, columns.words, columns.time, 0)


def _cues(rows: Rows, columns: _Columns, number: int, name: str) -> list[Cue]:
    """An empty speaker means the one above."""
    cues, width = [], _width(rows)
    for at, row in enumerate(rows[columns.first :], columns.first):
        cells = [*row, *[""] * (width - len(row))]
        name = cells[columns.speaker].strip().rstrip(": ") or name
        stamp = re.search(CLOCK, cells[columns.time][:40]) if columns.time is not None else None
        start = seconds(stamp.group()) if stamp else None
        words = cells[columns.words].strip()
        cues.append(Cue(name, words, f"table{number}.r{at + 1}", t_start=start))
    return cues


def _columns(rows: Rows) -> _Columns | None:
    width = _width(rows)
    if width < 2 or len(rows) < 2:
        return None
    header = [cell.strip() for cell in rows[0]]
    speaker = next((i for i, cell in enumerate(header) if _SPEAKER.match(cell)), None)
    words = next((i for i, cell in enumerate(header) if _WORDS.match(cell)), None)
    time = next((i for i, cell in enumerate(header) if _TIME.match(cell)), None)
    if speaker is not None and words is not None:
        return _Columns(speaker, words, time, 1)
    return _columns_by_content(rows, width)


def _columns_by_content(rows: Rows, width: int) -> _Columns | None:
    cells = [[row[i] for row in rows if i < len(row) and row[i].strip()] for i in range(width)]
    time = next((i for i, c in enumerate(cells) if c and _share(c, _STAMP) > 0.7), None)
    words = max(range(width), key=lambda i: sum(map(len, cells[i])))
    for i, column in enumerate(cells):
        if i in (time, words) or not column:
            continue
        few = len(set(column)) <= max(2, len(column) // 2)
        if few and all(could_be_label(cell.strip().rstrip(": ")) for cell in column):
            return _Columns(i, words, time, 0)
    return None


def _share(cells: Sequence[str], pattern: re.Pattern[str]) -> float:
    return sum(bool(pattern.match(cell[:40])) for cell in cells) / len(cells)
