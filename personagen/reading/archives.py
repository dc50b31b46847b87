"""Zips from strangers: opened only when they are what they claim to be, and unpack to little."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from personagen.errors import ReadingError
from personagen.reading.files import RawFile

_MOST_ENTRIES = 5000
_LARGEST_UNPACKED = 400 * 1024 * 1024
_LARGEST_MEMBER = 300 * 1024 * 1024
_STEEPEST_RATIO = 200
"""Unpacked ÷ packed, of members above one megabyte; office XML stays below 50."""
_DOCUMENT = frozenset(
    ["[Content_Types].xml", "META-INF/manifest.xml", "META-INF/container.xml", "mimetype"]
)
"""One of these is in every zip that is one document: Office, OpenDocument, e-book."""


def members(file: RawFile) -> frozenset[str]:
    """Return the names in a zip; empty where the file is none."""
    if not file.data.startswith(b"PK\x03\x04"):
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return frozenset()


def is_plain(names: frozenset[str]) -> bool:
    """Return whether a zip with these names packs files, and is no document of its own."""
    return bool(names) and not names & _DOCUMENT and not any(n.endswith(".iwa") for n in names)


def check(file: RawFile) -> None:
    """Refuse a zip that would unpack to something absurd.

    Raises:
        ReadingError: too many entries, too large, too tightly packed, or names that climb out.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise file.refuse("its zip is damaged", "Save or download it again.") from error
    if len(entries) > _MOST_ENTRIES or sum(e.file_size for e in entries) > _LARGEST_UNPACKED:
        raise file.refuse("it unpacks to more than a document can hold", "Save a smaller copy.")
    for entry in entries:
        tight = entry.file_size > 1024**2 and entry.file_size > _STEEPEST_RATIO * max(
            1, entry.compress_size
        )
        if tight or _climbs(entry.filename):
            raise file.refuse("its zip is not safe to unpack", "Pack or save it again.")


def _climbs(name: str) -> bool:
    """A name that leaves the folder it is unpacked in."""
    parts = re.split(r"[\\/]", name)
    return ".." in parts or parts[0] == "" or bool(re.match(r"[A-Za-z]:", name))


def shown(name: str) -> str:
    """Return a member's name as it may stand in messages: forward slashes, nothing unprintable."""
    clean = "".join(letter if letter.isprintable() else "_" for letter in name)
    return clean.replace("\\", "/").strip("/")


def unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the bytes of one member; never more than it claims to have.

    Raises:
        ReadingError: it is too large or damaged.
    """
    if entry.flag_bits & 1:
        raise ReadingError("it is protected by a password", "Unpack it first.")
    if entry.file_size > _LARGEST_MEMBER:
        raise ReadingError("it is too large", "Unpack it and split it.")
    try:
        with archive.open(entry) as member:
            return member.read(entry.file_size)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError,
        ValueError,
    ) as error:  # fmt: skip
        raise ReadingError("it is damaged in the zip", "Pack it again.") from error
