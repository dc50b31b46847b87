"""Corrections kept for the next file: columns, kind, who asks; in the study's `corrections/`."""

from __future__ import annotations

from pathlib import Path

from personagen.errors import UsageError
from personagen.reading import (
    Reading,
    ReadOptions,
    corrections_of,
    for_any_file,
    read_corrections,
    together,
    write_corrections,
)

from .incoming import safe_name

FOLDER = "corrections"
"""What a withdrawal looks through, too; the same as `personagen.custody.waiting.CORRECTIONS`."""


def names(study: Path) -> list[str]:
    """Return what corrections are kept under, by name."""
    return sorted(path.stem for path in (study / FOLDER).glob("*.toml"))


def keep(study: Path, name: str, reading: Reading, options: ReadOptions) -> str:
    """Keep how a file is read, for the next one of its sort; return the name it is kept under.

    The command line reads the same file: `personagen import --map`.

    Raises:
        UsageError: there is no name.
    """
    if not name.strip():
        raise UsageError("the corrections have no name", "Write one, as `Zoom calls`.")
    path = study / FOLDER / safe_name(f"{name.strip()}.toml")
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_corrections(path, for_any_file(corrections_of(reading, options)))
    path.chmod(0o600)
    return path.stem


def reuse(study: Path, name: str, options: ReadOptions) -> ReadOptions:
    """Return corrections with kept ones laid over them.

    Raises:
        UsageError: nothing is kept under this name, or its file was spoilt.
    """
    if name not in names(study):
        raise UsageError(f"no corrections are kept as {name!r}", "Choose one of the list.")
    return together(options, read_corrections(study / FOLDER / f"{name}.toml"))
