"""Tables in which a row is a turn of a transcript, or a caption."""

from __future__ import annotations

import re

from personagen.reading.base import ReadUtterance
from personagen.reading.captions import NO_SPEAKERS
from personagen.reading.clock import CLOCK, seconds
from personagen.reading.columns import Column
from personagen.reading.files import Parsed
from personagen.reading.headers import Table
from personagen.reading.labels import could_be_label
from personagen.reading.markup import plain
from personagen.reading.turns import Cue, merge


def is_captions(table: Table) -> bool:
    """Return whether it is Whisper's table: start, end, text."""
    return [header.lower() for header in table.headers[:3]] == ["start", "end", "text"]


def parse_captions(table: Table, reader: str, warnings: list[str]) -> Parsed:
    """Return Whisper's table: start and end in milliseconds, no speakers."""
    cues = []
    for row in table.rows:
        start, end = (_milliseconds(cell) for cell in row.cells[:2])
        text = " ".join(row.cells[2].split())
        cues.append(Cue("", text, f"r{row.number}", t_start=start, t_end=end))
    return Parsed(
        reader, "interview", merge(cues), len(cues), [*warnings, NO_SPEAKERS], speech=False
    )


def _milliseconds(cell: str) -> float | None:
    return int(cell) / 1000 if cell.strip().isdigit() else None


def parse_turns(
    table: Table, parts: dict[str, list[Column]], reader: str, warnings: list[str]
) -> Parsed:
    """Return one turn a row; an empty speaker goes on with the one before."""
    speaker, words = parts["speaker"][0].at, parts["text"][0].at
    time = parts["time"][0].at if "time" in parts else None
    utterances = []
    name = ""
    for row in table.rows:
        label = row.cells[speaker].strip().rstrip(":")
        name = label if could_be_label(label) else label or name
        text = plain(row.cells[words])
        stamp = re.match(CLOCK, row.cells[time].strip()) if time is not None else None
        if text:
            utterances.append(
                ReadUtterance(
                    speaker=name,
                    role="unknown",
                    text=text,
                    t_start=seconds(stamp.group()) if stamp else None,
                    place=f"r{row.number}",
                )
            )
    return Parsed(reader, "interview", utterances, len(table.rows), warnings)
