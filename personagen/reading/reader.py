"""From a path to a reading: choose the format, read, give the speakers their roles."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

from personagen.errors import PersonagenError, ReadingError
from personagen.models import Role, Skipped, SourceKind
from personagen.reading import formats
from personagen.reading.base import Reading, ReadOptions, ReadUtterance, Speaker
from personagen.reading.files import Parsed, RawFile
from personagen.reading.roles import cast

LARGEST_FILE = 300 * 1024 * 1024
"""Bytes; larger files are refused before they are read."""

_NAME_KINDS: tuple[tuple[str, SourceKind], ...] = (
    (r"review|rating|app.?store|play.?store|trustpilot|capterra|g2\b", "review"),
    (r"ticket|support|zendesk|intercom|freshdesk|issue|cases?\b", "ticket"),
    (r"survey|response|questionnaire|nps|feedback|answers?\b", "survey"),
    (r"interview|transcript|session|meeting|call\b", "interview"),
)


def read_content(path: Path, data: bytes, options: ReadOptions) -> Reading:
    """Return what one file's bytes say, with the roles of who speaks.

    Args:
        path: Where it is; inside a zip or a project, below its path.
        data: All of it; what it is, is found by its content before its name.
        options: How the user corrects the reading.

    Raises:
        ReadingError: names the file, why it can't be read, and what to do.
    """
    file = RawFile(path.name, data, options)
    try:
        parsed = formats.choose(file).parse(file)
    except PersonagenError:
        raise
    except (Exception, RecursionError) as error:
        # Damaged files make the libraries raise anything; one must never stop the others.
        raise file.refuse(
            f"it is damaged or of an unknown shape ({type(error).__name__})",
            "Export it again, or as text, .csv or .docx.",
        ) from error
    return reading_of(path, file, parsed)


def load(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        ReadingError: it can't be opened, is too large, or is empty.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise ReadingError(f"{path.name}: it is a folder", "Name the files in it.")
        if size > LARGEST_FILE:
            raise ReadingError(
                f"{path.name}: it has {size // 1024**2} MB, the limit is {LARGEST_FILE // 1024**2}",
                "Split it into smaller files.",
            )
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ReadingError(
            f"{path.name}: it can't be opened ({reason})", "Check the path and its permissions."
        ) from error
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise ReadingError(f"{path.name}: it is empty", "Export it again.")
    return data


def reading_of(path: Path, file: RawFile, parsed: Parsed) -> Reading:
    """Return what a format found, with the roles of who speaks and what was told."""
    utterances, notes = parsed.utterances, []
    if parsed.speech:
        casting = cast(utterances, parsed.interviewers, file.options)
        notes = casting.warnings
        utterances = [_with_role(u, casting.roles.get(u.speaker, "unknown")) for u in utterances]
    utterances = [_as_told(u, file.options) for u in utterances]
    encoding = file.decoded.encoding if file.is_text else ""
    return Reading(
        path=str(path),
        kind=file.options.kind or parsed.kind or _kind_by_name(file.name),
        reader=parsed.reader,
        sha256=hashlib.sha256(file.data).hexdigest(),
        speakers=_speakers(utterances),
        utterances=tuple(utterances),
        records=parsed.records,
        warnings=tuple([*parsed.warnings, *notes]),
        encoding=encoding,
        columns=parsed.columns,
        samples=parsed.samples,
        people=tuple(parsed.people),
        quantities=tuple(parsed.quantities),
        codes=tuple(parsed.codes),
        coded=tuple(parsed.coded),
    )


def _with_role(utterance: ReadUtterance, role: Role) -> ReadUtterance:
    if utterance.role == role:
        return utterance
    return utterance.model_copy(update={"role": role})


def _as_told(utterance: ReadUtterance, options: ReadOptions) -> ReadUtterance:
    """What the user says of a label holds in messages and records as in transcripts."""
    label = utterance.speaker or "unknown"
    if label in options.roles:
        return _with_role(utterance, options.roles[label])
    return _with_role(utterance, "participant") if label in options.speakers else utterance


def _speakers(utterances: Iterable[ReadUtterance]) -> tuple[Speaker, ...]:
    roles: dict[str, Role] = {}
    for utterance in utterances:
        if utterance.speaker:
            roles.setdefault(utterance.speaker, utterance.role)
    return tuple(Speaker(name=name, role=role) for name, role in roles.items())


def _kind_by_name(name: str) -> SourceKind:
    for pattern, kind in _NAME_KINDS:
        if re.search(pattern, name, re.I):
            return kind
    return "survey"


_NEVER = frozenset(
    ".png .jpg .jpeg .gif .webp .svg .mp3 .mp4 .m4a .wav .mov .avi .mkv .webm .ogg .exe .dll .so "
    ".db .sqlite .gz .tar .7z .pyc .toml .onnx .css .js .py".split()
)


QUALCODER = "data.qda"
"""In the folder of a QualCoder project."""


def find_files(paths: Iterable[Path]) -> tuple[list[Path], list[Skipped]]:
    """Return the files to read, and what was passed over with the reason.

    Files named by the user are always tried. Folders are walked in sorted order; hidden files,
    office lock files and media in them are passed over.
    """
    files: list[Path] = []
    skipped: list[Skipped] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        for folder, names, inside in os.walk(path):
            names[:] = sorted(name for name in names if not name.startswith("."))
            if QUALCODER in inside:
                # Its texts are in the database; what lies beside it are the files they came from.
                files.append(Path(folder) / QUALCODER)
                names.clear()
                continue
            for name in sorted(inside):
                why = why_not(name)
                if why:
                    skipped.append(Skipped(what="file", where=str(Path(folder) / name), why=why))
                else:
                    files.append(Path(folder) / name)
    return list(dict.fromkeys(files)), skipped


def why_not(name: str) -> str:
    """Return why a file in a folder is passed over by its name; empty where it is read."""
    if name.startswith((".", "~$")) or name in {"Thumbs.db", "desktop.ini"}:
        return "hidden or temporary file"
    if Path(name).suffix.lower() in _NEVER:
        return f"{Path(name).suffix.lower()} files hold no text to read"
    return ""
