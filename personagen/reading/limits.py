"""How much one file may hold: more than any export has, less than stops a computer.

What is over a limit is refused before it is worked on, so that a hostile file costs little.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from personagen.reading.files import RawFile

LARGEST_TEXT = 200 * 1024 * 1024
"""Bytes of a file that is all text."""
LARGEST_JSON = 120 * 1024 * 1024
"""Characters of one JSON document, which takes about ten times that once it is understood."""
MOST_LINES = 400_000
"""Of a transcript: a week of talk without a pause has fewer."""
LONGEST_LINE = 2_000_000
"""Characters: a transcript without line breaks of a working day has fewer."""
LONGEST_ROW = 10_000_000
"""Characters of a line of a table."""
MOST_CUES = 200_000
"""Of captions: a hundred hours have fewer."""
MOST_ROWS = 1_000_000
MOST_COLUMNS = 5_000
MOST_CELLS = 30_000_000


def check_transcript(file: RawFile, text: str) -> None:
    """Refuse text that is no transcript by its size.

    Raises:
        ReadingError: it has too many lines, or a line that is too long.
    """
    if text.count("\n") >= MOST_LINES:
        raise file.refuse(
            f"it has more than {MOST_LINES:,} lines, as no transcript has", "Split it."
        )
    if len(text) > LONGEST_LINE and max(map(len, text.split("\n"))) > LONGEST_LINE:
        raise file.refuse(
            f"a line in it has more than {LONGEST_LINE:,} characters, as in no transcript",
            "Check that the export worked; split it into paragraphs.",
        )


def check_cues(file: RawFile, text: str) -> None:
    """Refuse captions with more cues than anybody speaks.

    Raises:
        ReadingError: it has too many.
    """
    if text.count("-->") > MOST_CUES or text.count("\n") > 20 * MOST_CUES:
        raise file.refuse(f"it has more than {MOST_CUES:,} cues", "Split it.")
    check_width(file, text)


def check_width(file: RawFile, text: str, longest: int = LONGEST_LINE) -> None:
    """Refuse captions or a table with a line that is none.

    Raises:
        ReadingError: a line is too long.
    """
    if len(text) > longest and max(map(len, text.split("\n"))) > longest:
        raise file.refuse(f"a line in it has more than {longest:,} characters", "Export it again.")


def bounded_rows(file: RawFile, rows: Iterable[list[str]]) -> list[list[str]]:
    """Return the rows of a table.

    Raises:
        ReadingError: there are too many rows, columns or cells, or they can't be told apart.
    """
    kept: list[list[str]] = []
    cells = 0
    try:
        for row in rows:
            cells += len(row)
            if len(row) > MOST_COLUMNS or len(kept) >= MOST_ROWS or cells > MOST_CELLS:
                raise too_large(file)
            kept.append(row)
    except csv.Error as error:
        raise file.refuse(f"its rows can't be told apart ({error})", "Save it as .xlsx.") from error
    return kept


def check_table(file: RawFile, rows: int, columns: int) -> None:
    """Refuse a table of records that would be too large.

    Raises:
        ReadingError: there are too many rows, columns or cells.
    """
    if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        raise too_large(file)


def too_large(file: RawFile) -> Exception:
    """Return the error for a table that is too large."""
    return file.refuse(
        f"it has more than {MOST_ROWS:,} rows, {MOST_COLUMNS:,} columns or {MOST_CELLS:,} cells",
        "Split it, or export fewer columns.",
    )
