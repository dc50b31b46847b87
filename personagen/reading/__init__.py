"""Files to turns, cells and comments: one file a format, listed in `formats.py`."""

from __future__ import annotations

from personagen.reading.base import Reading, ReadOptions, ReadUtterance, Speaker
from personagen.reading.corrections import (
    corrections_of,
    for_any_file,
    read_corrections,
    together,
    write_corrections,
)
from personagen.reading.items import Item, Refused, items, read, read_all
from personagen.reading.reader import find_files

__all__ = [
    "Item",
    "ReadOptions",
    "ReadUtterance",
    "Reading",
    "Refused",
    "Speaker",
    "corrections_of",
    "find_files",
    "for_any_file",
    "items",
    "read",
    "read_all",
    "read_corrections",
    "together",
    "write_corrections",
]
