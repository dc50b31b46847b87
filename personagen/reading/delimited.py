"""CSV and TSV: any delimiter, quoted line breaks, ragged rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from personagen.reading.clock import CLOCK
from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.headers import to_table
from personagen.reading.labels import could_be_label
from personagen.reading.limits import LONGEST_ROW, bounded_rows, check_width
from personagen.reading.tables import parse_table

_DELIMITERS = ",\t;|"
_HEAD = 64_000
csv.field_size_limit(16 * 1024 * 1024)


def _sniff(file: RawFile) -> bool:
    if not file.is_text:
        return False
    if file.suffix in (".csv", ".tsv", ".tab"):
        return True
    delimiter, width, steady = _delimiter(file.text)
    many = width >= 3 or (width == 2 and delimiter == "\t")
    return bool(delimiter) and many and steady >= 0.95


def _delimiter(text: str) -> tuple[str, int, float]:
    """Return the delimiter that cuts the first rows most evenly, the width, and how evenly."""
    head = text[:_HEAD]
    if len(text) > _HEAD:
        head = head[: head.rfind("\n") + 1]
    best = ("", 1, 0.0)
    for delimiter in _DELIMITERS:
        try:
            rows = [r for r in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter) if r]
        except csv.Error:
            continue
        rows = [row for row in rows if not row[0].startswith("#")]
        if len(rows) < 2:
            continue
        width, n = Counter(len(row) for row in rows).most_common(1)[0]
        steady = n / len(rows)
        if width > 1 and (steady * min(width, 8), width) > (best[2] * min(best[1], 8), best[1]):
            best = (delimiter, width, steady)
    return best


def _parse(file: RawFile) -> Parsed:
    delimiter = _delimiter(file.text)[0] or ("\t" if file.suffix == ".tsv" else ",")
    check_width(file, file.text, LONGEST_ROW)
    lines = csv.reader(io.StringIO(file.text, newline=""), delimiter=delimiter)
    rows = bounded_rows(file, lines)
    table = to_table(_with_header(rows))
    if not table.rows:
        raise file.refuse("it has a header and no rows", "Export it again with its data.")
    reader = "tsv" if delimiter == "\t" else "csv"
    return parse_table(file, table, reader, list(file.decoded.warnings))


_LEAST_TURNS = 4


def _with_header(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows of a transcript whose columns have no names with a header above them."""
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    width = len(rows[0]) if rows else 0
    if width not in (2, 3) or len(rows) < _LEAST_TURNS:
        return rows
    if width == 3 and not all(re.fullmatch(CLOCK, row[0].strip(" []()")) for row in rows[:20]):
        return rows
    names = Counter(row[width - 2].strip().rstrip(":") for row in rows if len(row) == width)
    first = rows[0][width - 2].strip().rstrip(":")
    told = sum(len(row[-1].split()) for row in rows) >= 4 * len(rows)
    few = 2 <= len(names) <= len(rows) // 2 and all(map(could_be_label, names))
    if not told or not few or names[first] < 2:
        return rows
    return [["time", "speaker", "text"][3 - width :], *rows]


FORMAT = Format("csv", _sniff, _parse)
