"""Files that were dropped and not imported yet: in the study's folder, under safe names."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath, PureWindowsPath

from personagen.errors import ReadingError, UsageError

LARGEST = 300 * 1024 * 1024
"""Bytes of one file."""
MOST = 500
"""Files that may wait at once."""
_LONGEST_NAME = 120
_STRANGE = re.compile(r"[^\w .,()+@&'=-]+")


class Incoming:
    """A folder that only its owner can read; files leave it when they are imported or put back."""

    def __init__(self, study: Path, uploads: Path) -> None:
        self.folder = study / "incoming"
        self.uploads = uploads.resolve()
        """What the server has received, and what it hands out for one download."""

    def files(self) -> list[Path]:
        """Return the files that wait, by name."""
        return sorted(p for p in self.folder.glob("*") if p.is_file() and p.name[0] != ".")

    def take(self, uploaded: str, name: str) -> Path:
        """Move an uploaded file here under a safe name; return where it is.

        Args:
            uploaded: Where the server has put it; any other path is refused.
            name: What the browser calls it.

        Raises:
            UsageError: the path is not one of an upload, or too many files wait.
            ReadingError: the file is too large.
        """
        source = Path(uploaded).resolve()
        if not (source.is_relative_to(self.uploads) and source.is_file()):
            raise UsageError("that is no uploaded file", "Drop the file again.")
        if len(self.files()) >= MOST:
            raise UsageError(f"{MOST} files are waiting", "Import them, then drop the rest.")
        if source.stat().st_size > LARGEST:
            limit = LARGEST // 1024**2
            raise ReadingError(f"{name}: larger than {limit} MB", "Split it into smaller files.")
        self.folder.mkdir(mode=0o700, exist_ok=True)
        place = self.folder / _free(safe_name(name), {p.name for p in self.files()})
        shutil.move(source, place)
        place.chmod(0o600)
        return place

    def find(self, name: str) -> Path:
        """Return the waiting file of this name.

        Raises:
            UsageError: none is waiting under it.
        """
        for path in self.files():
            if path.name == name:
                return path
        raise UsageError(f"{name!r} is not waiting any more", "Drop it again.")

    def drop(self, paths: Iterable[Path]) -> None:
        """Forget files that are here."""
        for path in paths:
            if path.parent == self.folder:
                path.unlink(missing_ok=True)


def safe_name(name: str) -> str:
    """Return a base name that stays in its folder, on every system.

    Folders in it, control characters and characters with a meaning to a shell or a file system are
    dropped; it never begins with a dot.
    """
    base = PurePosixPath(PureWindowsPath(name).name).name
    plain = "".join(c for c in unicodedata.normalize("NFC", base) if c.isprintable())
    stem, dot, ending = _STRANGE.sub("_", plain).strip(" .").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    stem = stem.strip(" .")[: _LONGEST_NAME - len(ending[:10])] or "file"
    return f"{stem}.{ending[:10]}" if ending else stem


def _free(name: str, taken: set[str]) -> str:
    stem, ending = os.path.splitext(name)
    number = 2
    while name in taken:
        name = f"{stem} ({number}){ending}"
        number += 1
    return name
