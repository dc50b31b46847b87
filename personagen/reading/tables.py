"""A table, whatever it was kept in: to turns, records or people."""

from __future__ import annotations

from collections.abc import Sequence

from personagen.reading.columns import Column, classify, hashed, sample
from personagen.reading.contacts import parse_contacts
from personagen.reading.files import Parsed, RawFile
from personagen.reading.headers import Table
from personagen.reading.kinds import kind_of
from personagen.reading.rows import SPOKEN, by_part, frame_of, parse_rows
from personagen.reading.tabled import is_captions, parse_captions, parse_turns

_SHOWN = 3
_LONGEST_SHOWN = 60


def parse_table(file: RawFile, table: Table, reader: str, warnings: list[str]) -> Parsed:
    """Return what a table holds, and how its columns were understood.

    Raises:
        ReadingError: no column holds open text or describes people.
    """
    columns = classify(table, file.options.mapping)
    warnings = warnings + table.notes + _unmapped(file, columns, table)
    parsed = _parsed(file, table, columns, reader, warnings)
    parsed.columns = {column.header: column.part for column in columns}
    parsed.samples = {column.header: _values(table, column) for column in columns}
    return parsed


def _parsed(
    file: RawFile, table: Table, columns: list[Column], reader: str, warnings: list[str]
) -> Parsed:
    if is_captions(table):
        return parse_captions(table, reader, warnings)
    parts = by_part(columns)
    if "speaker" in parts and "text" in parts:
        return parse_turns(table, parts, reader, warnings)
    if not any(part in parts for part in SPOKEN) and (empty := hashed(table, columns)):
        _refuse_hashes(file, empty)
    kind = file.options.kind or kind_of(table, parts, file.name)
    if kind == "crm":
        return parse_contacts(table, columns, reader, warnings)
    answers = kind == "survey" and {"rating", "attribute"} & parts.keys()
    if not answers and not any(part in parts for part in SPOKEN):
        raise file.refuse(
            "no column of open text found",
            'Name it in a --map file: [columns], then "<header>" = "text".',
        )
    return parse_rows(table, frame_of(table, columns, kind), reader, warnings)


def _refuse_hashes(file: RawFile, headers: list[str]) -> None:
    """Say that a warehouse's copy holds no words; its people may still be asked for."""
    if file.options.kind != "crm":
        raise file.refuse(
            f"{', '.join(headers)}: hashes stand there in place of what people wrote",
            "Export the table with its texts, or read only its people with --kind crm.",
        )


def _values(table: Table, column: Column) -> tuple[str, ...]:
    """Return three different values, shortened, for people to look at."""
    different = dict.fromkeys(" ".join(v.split()) for v in sample(table, column.at))
    return tuple(value[:_LONGEST_SHOWN] for value in list(different)[:_SHOWN])


def _unmapped(file: RawFile, columns: Sequence[Column], table: Table) -> list[str]:
    known = {column.header.casefold() for column in columns}
    known |= {code.casefold().strip() for code in table.codes}
    missing = [h for h in file.options.mapping if h.casefold().strip() not in known]
    return [f"the map names columns that are not here: {', '.join(missing)}"] if missing else []
