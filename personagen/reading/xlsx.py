"""Excel workbooks: the sheet with the most cells, read without formulas or macros."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from personagen.reading import archives
from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.headers import to_table
from personagen.reading.jsontext import shortened
from personagen.reading.tables import parse_table

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_MOST_SHEETS = 50
_MOST_CELLS = 30_000_000


def _sniff(file: RawFile) -> bool:
    return "xl/workbook.xml" in archives.members(file)


def _parse(file: RawFile) -> Parsed:
    archives.check(file)
    sheets = _sheets(file)
    filled = {name: rows for name, rows in sheets.items() if rows}
    if not filled:
        raise file.refuse("all its sheets are empty", "Export it again with its data.")
    name = max(filled, key=lambda n: sum(sum(map(bool, row)) for row in filled[n]))
    warnings = []
    if len(filled) > 1:
        warnings.append(f"read sheet {name!r}; {len(filled) - 1} other sheet(s) left out")
    table = to_table(filled[name])
    if not table.rows:
        raise file.refuse("it has a header and no rows", "Export it again with its data.")
    return parse_table(file, table, "xlsx", warnings)


def _sheets(file: RawFile) -> dict[str, list[list[str]]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(file.data), read_only=True, data_only=True)
        return {sheet.title: _rows(file, sheet) for sheet in book.worksheets[:_MOST_SHEETS]}
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise file.refuse(
            "the workbook is damaged", "Open it in Excel and save it again."
        ) from error


def _rows(file: RawFile, sheet: Worksheet) -> list[list[str]]:
    """Return a sheet's cells; the size that it claims for itself is not believed."""
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()
    rows: list[list[str]] = []
    seen = 0
    for row in sheet.iter_rows(values_only=True):
        seen += len(row)
        if seen > _MOST_CELLS:
            raise file.refuse("a sheet has more cells than can be read", "Split it, or use .csv.")
        cells = [_cell(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        rows.append(cells)
    return rows


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return shortened(value)


FORMAT = Format("xlsx", _sniff, _parse)
