"""Reports of web analytics (GA4): numbers about many people, with their period; nobody's words."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from personagen.models import Quantity
from personagen.reading.clock import iso_day
from personagen.reading.files import Format, Parsed, RawFile

_PERIOD = re.compile(r"^#\s*(Start|End) date:\s*(\d{8})", re.M)
_HEAD = 4000
_NUMBER = re.compile(r"^-?\d+(?:\.\d+)?%?$|^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$")


def _sniff(file: RawFile) -> bool:
    if not file.is_text:
        return False
    head = file.text[:_HEAD]
    return head.startswith("#") and len(_PERIOD.findall(head)) >= 2


def _parse(file: RawFile) -> Parsed:
    quantities: list[Quantity] = []
    groups = 0
    for period, rows in _tables(file.text):
        found = list(_quantities(rows, period))
        groups += len(rows) - 1
        quantities += found
    if not quantities:
        raise file.refuse("its report holds no numbers", "Export it again with its data.")
    warnings = [
        *file.decoded.warnings,
        f"{len(quantities)} numbers of a report: kept as quantities, nobody speaks in it",
    ]
    hidden = sum(q.group in ("(not set)", "(other)") for q in quantities)
    if hidden:
        warnings.append(f"{hidden} of them stand under (not set) or (other): no group of people")
    return Parsed("analytics", "crm", [], groups, warnings, speech=False, quantities=quantities)


def _tables(text: str) -> Iterator[tuple[dict[str, str | None], list[list[str]]]]:
    """Return each table of the file with its period; blank and `#` lines stand between them."""
    period: dict[str, str | None] = {}
    for block in re.split(r"\n\s*\n", text):
        lines = block.split("\n")
        for line in lines:
            found = _PERIOD.match(line)
            if found:
                period[found[1].lower()] = iso_day(found[2])
        body = "\n".join(line for line in lines if line.strip() and not line.startswith("#"))
        rows = list(csv.reader(io.StringIO(body, newline="")))
        if len(rows) > 1 and len(rows[0]) > 1:
            yield dict(period), rows


def _quantities(rows: Sequence[Sequence[str]], period: dict[str, str | None]) -> Iterator[Quantity]:
    """The first columns that hold words name the group; a row without a name is the total."""
    header, *body = rows
    names = max(1, _named_columns(body, len(header)))
    of = " / ".join(header[:names])
    for row in body:
        group = " / ".join(cell.strip() for cell in row[:names]).strip(" /")
        for metric, cell in zip(header[names:], row[names:], strict=False):
            value = _number(cell)
            if value is not None:
                yield Quantity(
                    of=of,
                    group="" if group.lower() in ("total", "totals", "grand total") else group,
                    metric=metric.strip(),
                    value=value,
                    start=period.get("start"),
                    end=period.get("end"),
                )


def _named_columns(body: Sequence[Sequence[str]], width: int) -> int:
    for at in range(width):
        cells = [row[at] for row in body if at < len(row) and row[at].strip()]
        if cells and all(_NUMBER.match(cell.strip()) for cell in cells):
            return at
    return width


def _number(cell: str) -> float | None:
    cell = cell.strip()
    if not _NUMBER.match(cell):
        return None
    bare = float(cell.rstrip("%").replace(",", ""))
    return round(bare / 100, 6) if cell.endswith("%") else bare


FORMAT = Format("analytics", _sniff, _parse)
