"""Zips from strangers: .docx and .xlsx are opened only when they are what they claim to be."""

from __future__ import annotations

import io
import zipfile

from personagen.reading.files import RawFile

_MOST_ENTRIES = 5000
_LARGEST_UNPACKED = 400 * 1024 * 1024
_STEEPEST_RATIO = 200
"""Unpacked ÷ packed, of members above one megabyte; office XML stays below 50."""


def members(file: RawFile) -> frozenset[str]:
    """Return the names in a zip; empty where the file is none."""
    if not file.data.startswith(b"PK\x03\x04"):
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return frozenset()


def check(file: RawFile) -> None:
    """Refuse a zip that would unpack to something absurd.

    Raises:
        ReadingError: too many entries, too large, too tightly packed, or names that climb out.
    """
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES or sum(e.file_size for e in entries) > _LARGEST_UNPACKED:
        raise file.refuse("it unpacks to more than a document can hold", "Save a smaller copy.")
    for entry in entries:
        tight = entry.file_size > 1024**2 and entry.file_size > _STEEPEST_RATIO * max(
            1, entry.compress_size
        )
        if tight or ".." in entry.filename.split("/") or entry.filename.startswith("/"):
            raise file.refuse("its zip is not safe to unpack", "Save it again with Word or Excel.")
