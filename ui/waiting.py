"""Files that wait to be imported: how each would be understood, and how a person corrects that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from personagen.errors import PersonagenError
from personagen.reading import Reading, ReadOptions
from personagen.study import Study

from .room import Asked

LARGE = 8 * 1024 * 1024
"""Bytes; larger files are read for a preview only when somebody looks at them."""
FIRST_TURNS = 8
MOST_SPEAKERS = 40
ROLES = ("participant", "interviewer", "agent", "bot", "unknown")


class SpeakerRow(NamedTuple):
    """A label in a file, and how much it talks and asks."""

    name: str
    role: str
    person: str
    """Participant id that the user gave it."""
    talk: float
    questions: int


class Preview(NamedTuple):
    """One waiting file."""

    name: str
    size: int
    options: ReadOptions
    reading: Reading | None
    """None where it was refused, or not read because it is large."""
    refused: str
    """Why it can't be read, and what to do."""
    speakers: tuple[SpeakerRow, ...] = ()


_read: dict[tuple[str, int, str], Reading] = {}
"""Readings by path, time of change and options: a preview is drawn many times."""
_MOST_KEPT = 60


def preview(path: Path, *, whole: bool = False) -> Preview:
    """Return how a waiting file would be understood; nothing is stored.

    Args:
        path: The file.
        whole: Read it even where it is large.
    """
    options, size = options_of(path), path.stat().st_size
    if size > LARGE and not whole:
        return Preview(path.name, size, options, None, "")
    try:
        reading = _reading(path, options)
    except PersonagenError as error:
        return Preview(path.name, size, options, None, str(error))
    return Preview(path.name, size, options, reading, "", _speakers(reading, options))


def _reading(path: Path, options: ReadOptions) -> Reading:
    key = (str(path), path.stat().st_mtime_ns, options.model_dump_json())
    if key not in _read:
        while len(_read) >= _MOST_KEPT:
            _read.pop(next(iter(_read)))
        _read[key] = Study.read(path, options)
    return _read[key]


def _speakers(reading: Reading, options: ReadOptions) -> tuple[SpeakerRow, ...]:
    letters = sum(len(u.text) for u in reading.utterances) or 1
    rows = []
    for speaker in reading.speakers[:MOST_SPEAKERS]:
        said = [u.text for u in reading.utterances if u.speaker == speaker.name]
        talk = sum(map(len, said)) / letters
        asked = sum(text.count("?") for text in said)
        person = options.speakers.get(speaker.name, "")
        rows.append(SpeakerRow(speaker.name, speaker.role, person, talk, asked))
    return tuple(rows)


def options_of(path: Path) -> ReadOptions:
    """Return how a person corrected the reading of a waiting file."""
    try:
        return ReadOptions.model_validate_json(_beside(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ReadOptions()


def correct(path: Path, asked: Asked) -> ReadOptions:
    """Keep a person's corrections beside a waiting file, so that a restart does not lose them.

    Raises:
        PersonagenError: the file can't be read so.
    """
    before = _reading(path, options_of(path)) if not asked.text("encoding") else None
    return put_right(path, ReadOptions.model_validate(_told(asked, before)))


def put_right(path: Path, options: ReadOptions) -> ReadOptions:
    """Read a waiting file with these corrections from now on; return them.

    Raises:
        PersonagenError: the file can't be read so.
    """
    _reading(path, options)
    _beside(path).write_text(json.dumps(options.model_dump(mode="json")), encoding="utf-8")
    return options


def _told(asked: Asked, reading: Reading | None) -> Mapping[str, object]:
    roles, people = {}, {}
    for number, speaker in enumerate(reading.speakers[:MOST_SPEAKERS] if reading else ()):
        role = asked.text(f"role-{number}")
        if role in ROLES:
            roles[speaker.name] = role
        if person := asked.text(f"person-{number}").strip():
            people[speaker.name] = person
    columns = {
        header: part
        for number, header in enumerate(reading.columns if reading else ())
        if (part := asked.text(f"column-{number}"))
    }
    return {
        "kind": asked.text("kind") or None,
        "mapping": columns,
        "speakers": people,
        "roles": roles,
        "encoding": asked.text("encoding").strip() or None,
    }


def forget(path: Path) -> None:
    """Drop the corrections of a file that left, and what was read of it."""
    _beside(path).unlink(missing_ok=True)
    for key in [key for key in _read if key[0] == str(path)]:
        _read.pop(key, None)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.json")
