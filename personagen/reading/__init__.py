"""Files to turns, cells and comments: one file a format, listed in `formats.py`."""

from __future__ import annotations

from personagen.reading.base import Reading, ReadOptions, ReadUtterance, Speaker
from personagen.reading.mapping import read_mapping
from personagen.reading.reader import find_files, read

__all__ = [
    "ReadOptions",
    "ReadUtterance",
    "Reading",
    "Speaker",
    "find_files",
    "read",
    "read_mapping",
]
