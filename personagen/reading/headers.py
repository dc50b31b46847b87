"""Rows to a table: where the header is, what a survey tool put above the answers, the footer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One record of a table."""

    number: int
    """Counted from 1 below the header, blank rows included."""
    cells: list[str]


class Table(NamedTuple):
    """A table with one header for each column."""

    headers: list[str]
    """Unique; the question where the tool gives one."""
    codes: list[str]
    """The tool's own short names, where they differ; else the same as the headers."""
    rows: list[Row]
    notes: list[str]
    tool: str = ""
    """`qualtrics` or `surveymonkey` where the header rows say so."""
    hints: tuple[str, ...] = ()
    """The part of each column where the tool itself says it, else empty."""


_FOOTER = re.compile(r"^(grand totals?\b|total\b|confidential information|copyright \(c\)|©)", re.I)
_IMPORT_ID = re.compile(r"^\s*\{\s*['\"]+ImportId")
_TYPED = frozenset(
    {
        "open-ended response", "respuesta abierta", "respuesta de extremo abierto",
        "réponse ouverte", "offene antwort", "antwort mit offenem ende", "risposta aperta",
        "open antwoord", "resposta aberta",
    }
)  # fmt: skip
"""What survey tools write under a question that was answered in own words."""
_GENERIC = _TYPED | {
    "", "response", "selected choice", "respuesta", "réponse", "antwort", "risposta", "antwoord",
    "resposta",
}  # fmt: skip


def to_table(rows: Sequence[Sequence[str]]) -> Table:
    """Return the table in `rows`; the header is the first row that is no comment and not blank."""
    notes: list[str] = []
    body = [list(row) for row in rows]
    comments = sum(_is_comment(row) for row in body)
    body = [row for row in body if not _is_comment(row)]
    while body and not any(cell.strip() for cell in body[0]):
        body.pop(0)
    if comments:
        notes.append(f"{comments} comment line(s) left out")
    titles = _titles(body)
    if titles:
        notes.append(f"{titles} title line(s) above the header left out")
        body = body[titles:]
    if not body:
        return Table([], [], [], notes)
    width = max(len(row) for row in body)
    body = [row + [""] * (width - len(row)) for row in body]
    head = _header(body)
    rows_kept, footers = _records(body[head.rows :])
    if footers:
        notes.append(f"{footers} footer line(s) left out")
    return Table(_unique(head.questions), head.codes, rows_kept, notes, head.tool, head.hints)


def _is_comment(row: Sequence[str]) -> bool:
    first = row[0].strip() if row else ""
    return (first.startswith("# ") and len([c for c in row if c.strip()]) == 1) or (
        first == "#" and (len(row) == 1)
    )


_MOST_TITLES = 3


def _titles(body: Sequence[Sequence[str]]) -> int:
    """Return how many lines at the top are a title: one cell, over a header of three and more."""
    for at, row in enumerate(body[: _MOST_TITLES + 1]):
        filled = sum(bool(cell.strip()) for cell in row)
        if filled >= 3 and at:
            return at if any(cell.strip() for cell in row[:1]) else 0
        if filled > 1 or (filled == 1 and not row[0].strip()):
            return 0
    return 0


class _Header(NamedTuple):
    codes: list[str]
    questions: list[str]
    rows: int
    """How many rows it takes."""
    tool: str = ""
    hints: tuple[str, ...] = ()


def _header(body: Sequence[list[str]]) -> _Header:
    for at, row in enumerate(body[1:4], 1):
        if sum(bool(_IMPORT_ID.match(cell)) for cell in row) > len(row) // 2:
            questions = [_plain(cell) for cell in body[at - 1]]
            hints = tuple(_hint(*cells) for cells in zip(body[0], row, strict=True))
            return _Header(list(body[0]), questions, at + 1, "qualtrics", hints)
    if len(body) > 2 and _is_old_qualtrics(body[0], body[1]):
        codes = [
            under if _FIXED.fullmatch(over) else over
            for over, under in zip(body[0], body[1], strict=True)
        ]
        return _Header(codes, [_plain(cell) for cell in body[1]], 2, "qualtrics")
    if len(body) > 2 and _is_second_header(body[0], body[1]):
        hints = tuple("text" if cell.strip().lower() in _TYPED else "" for cell in body[1])
        return _Header(list(body[0]), _joined(body[0], body[1]), 2, "surveymonkey", hints)
    return _Header(list(body[0]), [_plain(cell) for cell in body[0]], 1)


_OWN_COLUMNS = {
    "status": "ignored",
    "finished": "ignored",
    "progress": "ignored",
    "duration": "ignored",
    "ipAddress": "ignored",
    "endDate": "ignored",
    "distributionChannel": "ignored",
    "_recordId": "id",
    "recordedDate": "date",
    "recipientEmail": "email",
    "recipientFirstName": "name",
    "recipientLastName": "name",
    "userLanguage": "attribute",
}
"""Qualtrics' ImportId → part."""
_FIXED = re.compile(r"V\d{1,2}")
_QUESTION_ID = re.compile(r"ImportId['\"]+\s*:\s*['\"]+([\w#]+)")


def _hint(code: str, import_id: str) -> str:
    """Qualtrics says in any language what a column is, and which were typed into: `QID2_TEXT`."""
    found = _QUESTION_ID.search(import_id)
    if not found:
        return ""
    if not found[1].startswith("QID"):
        return _OWN_COLUMNS.get(found[1], "")
    if found[1].endswith("_TEXT"):
        return "text"
    return "rating" if code.endswith("_NPS") or found[1].endswith("_NPS") else ""


def _is_old_qualtrics(first: Sequence[str], second: Sequence[str]) -> bool:
    """Before 2017: `V1`, `V2` … above `ResponseID`, `ResponseSet` …, and no third row."""
    return first[0].strip() == "V1" and second[0].strip().lower() == "responseid"


def _is_second_header(first: Sequence[str], second: Sequence[str]) -> bool:
    if all(cell.strip().lower() in _GENERIC for cell in second) and any(map(str.strip, second)):
        return True
    if _are_groups(first, second):
        return True
    if second[0].strip() or not any(cell.strip() for cell in second):
        return False
    options = any(not a.strip() and b.strip() for a, b in zip(first, second, strict=True))
    answers = any(cell.strip().lower() in _GENERIC - {""} for cell in second)
    return answers or (
        options and (sum(not a.strip() for a in first) > 1 or _merged(first, second))
    )


def _are_groups(first: Sequence[str], second: Sequence[str]) -> bool:
    """Return whether headings of groups stand over questions: `Sobre usted` over name and age."""
    pairs = list(zip(first, second, strict=True))
    return (
        bool(first[0].strip())
        and sum(not over.strip() for over in first) > 1
        and any(under.strip().endswith("?") for under in second)
        and all(under.strip() or over.strip() for over, under in pairs)
        and all(_is_option(under.strip()) or under.strip().endswith("?") for under in second)
    )


def _merged(first: Sequence[str], second: Sequence[str]) -> bool:
    """Return whether one heading stands over several columns that have names of their own."""
    pairs = list(zip(first, second, strict=True))
    named = all(over.strip() or under.strip() for over, under in pairs)
    under = [at for at, (over, option) in enumerate(pairs) if not over.strip() and option.strip()]
    whole = all(pairs[at - 1][1].strip() for at in under)
    short = all(_is_option(option.strip()) for _, option in pairs)
    return named and whole and short


def _is_option(cell: str) -> bool:
    """Return whether a cell can be a heading: no number, no sentence that somebody wrote."""
    return not cell.isdecimal() and len(cell.split()) <= 5 and not cell.endswith((".", "!"))


def _joined(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """A question reaches right over its empty cells; its options stand under it."""
    question, headers = "", []
    grouped = _are_groups(first, second)
    for over, under in zip(first, second, strict=True):
        question = _plain(over) or question
        option = _plain(under)
        whole = f"{question} – {option}"
        if grouped and option:
            whole = option  # under a group's heading a question is whole, and a `Name` is a name
        headers.append(question if option.lower() in _GENERIC else whole)
    return headers


def _plain(header: str) -> str:
    """Return a header without HTML, recall tokens, Markdown stars and line breaks."""
    text = re.sub(r"<[^>]{1,80}>", " ", header[:1000].replace("\ufeff", ""))
    text = re.sub(r"\{\{[^}]*\}\}", "…", text).replace("&nbsp;", " ").replace("&amp;", "&")
    text = re.sub(r"\*(\S[^*]*\S|\S)\*", r"\1", text)
    return re.sub(r"\s+", " ", text).strip(" ,")


def _unique(headers: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    unique = []
    for at, header in enumerate(headers):
        name = header or f"column {at + 1}"
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return unique


def _records(body: Sequence[list[str]]) -> tuple[list[Row], int]:
    """Return rows that hold something; lines after the last blank row with one cell are footer."""
    rows = [Row(n, row) for n, row in enumerate(body, 1) if any(cell.strip() for cell in row)]
    footers = 0
    while rows and len(rows[-1].cells) > 2:
        filled = [cell for cell in rows[-1].cells if cell.strip()]
        if len(filled) != 1 or not _FOOTER.match(filled[0].strip()):
            break
        rows.pop()
        footers += 1
    return rows, footers
