"""What the review room keeps as files: those that wait for import, and corrections."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from personagen.custody.traces import Traces
from personagen.errors import PersonagenError
from personagen.reading import read_all

INCOMING = "incoming"
"""In the study's folder."""
CORRECTIONS = "corrections"
"""Beside it: how files were read, kept for the next one; labels in them may be names."""


def forget(folder: Path, traces: Traces) -> tuple[str, ...]:
    """Delete the waiting files and corrections that hold something of a person; return their paths.

    A file that can't be read may hold anything: it goes, too. Whoever dropped it has the original.
    """
    waiting = sorted(path for path in (folder / INCOMING).rglob("*") if path.is_file())
    kept = sorted(path for path in (folder / CORRECTIONS).rglob("*") if path.is_file())
    gone = [path for path in waiting if _holds(path, traces)]
    gone += [p for p in kept if traces.in_text(p.name) or traces.in_file(p)]
    for path in gone:
        path.unlink()
    return tuple(map(str, gone))


def _holds(path: Path, traces: Traces) -> bool:
    if traces.in_text(path.name) or traces.in_file(path):
        return True
    try:
        return any(traces.in_text(text) for text in _texts(path))
    except PersonagenError:
        return True


def _texts(path: Path) -> Iterator[str]:
    """Yield every text of a file, packed ones too, and who speaks and is described in it."""
    readings, refused = read_all(path)
    if refused:
        raise PersonagenError(f"{path.name}: not all of it can be read", "Look at it.")
    for reading in readings:
        yield " \n ".join(speaker.name for speaker in reading.speakers)
        for said in reading.utterances:
            yield said.text
            yield said.context
            yield said.identity or ""
        for person in reading.people:
            yield person.model_dump_json()
