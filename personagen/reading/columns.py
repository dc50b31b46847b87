"""Which part each column of a table plays: by its header, then by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from personagen.reading.clock import iso_day
from personagen.reading.headers import Table
from personagen.reading.synonyms import EITHER, RULES
from personagen.reading.values import (
    ROLE_VALUES,
    are_counted,
    are_hashed,
    part_by_values,
    score,
    share,
)


class Column(NamedTuple):
    """One column, and what it is for."""

    at: int
    header: str
    part: str
    """A member of `mapping.Part`."""


_SAMPLE = 400
_ONCE = ("id", "person", "author", "email", "speaker", "role", "question", "date", "time")
"""Parts that one column plays; further ones are left out."""
_IN_QUESTIONS = ("pros", "cons", "rating", "ignored")
"""Parts that the words of a whole question may point to."""
_OTHER = re.compile(
    r"other\b.*(specify|write|text)|write[- ]?in|_TEXT$|please specify|– other$|^other$", re.I
)


_REPLY, _TEXT = (dict(RULES)[part] for part in ("reply", "text"))


def classify(table: Table, mapping: Mapping[str, str]) -> list[Column]:
    """Return the part of every column.

    Args:
        table: With one header a column.
        mapping: The user's word, by header, by the tool's short name, in any case.
    """
    told = {header.casefold().strip(): part for header, part in mapping.items()}
    columns = []
    for at, header in enumerate(table.headers):
        values = sample(table, at)
        code = table.codes[at] if at < len(table.codes) else ""
        part = told.get(header.casefold()) or told.get(code.casefold().strip())
        hint = table.hints[at] if at < len(table.hints) and values else ""
        if not part and (not hint or hint == "text"):
            found = _part(header, code, values)  # an e-mail was typed in, too
            part = found if not hint or found == "email" else hint
        columns.append(Column(at, header, part or hint))
    return _settled(table, columns, set(told.values()))


def sample(table: Table, at: int, most: int = _SAMPLE) -> list[str]:
    """Return the first filled cells of a column."""
    values = []
    for row in table.rows:
        if at < len(row.cells) and row.cells[at].strip() not in ("", "-"):
            values.append(row.cells[at].strip())
            if len(values) == most:
                break
    return values


def words_of(header: str, *, whole: bool = False) -> str:
    """Return a header as lower-case words: `reviewCreatedVersion` → `review created version`.

    Of a path in JSON (`author.name`) the last key counts, or with `whole` all of them.
    """
    last = header if whole or " " in header else header.rsplit(".", 1)[-1]
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", last)
    words = re.sub(r"[^\w#]+|_", " ", re.sub(r"\(.*?\)", " ", spaced)).lower().strip()
    return re.sub(r"\s+", " ", words)


def hashed(table: Table, columns: Sequence[Column]) -> list[str]:
    """Return the headers of columns that would hold what people wrote, and hold hashes of it."""
    spoken = [dict(RULES)[part] for part in ("text", "title", "pros", "cons", "reply")]
    return [
        column.header
        for column in columns
        if column.part == "ignored"
        and any(rule.search(words_of(column.header)) for rule in spoken)
        and are_hashed(sample(table, column.at))
    ]


def _part(header: str, code: str, values: Sequence[str]) -> str:
    if not values or are_hashed(values):
        return "ignored"
    if _OTHER.search(header) or _OTHER.search(code):
        return "text"
    is_question = header.strip().endswith("?") or len(header.split()) > 6
    if "." in header and " " not in header and _REPLY.search(words_of(header, whole=True)):
        # `companyReply.text` is a reply and no text, `companyReply.createdAt` no date of it.
        return "reply" if _TEXT.search(words_of(header)) else "ignored"
    for words in dict.fromkeys((words_of(header), words_of(code))):
        for part, pattern in RULES:
            if is_question and part not in _IN_QUESTIONS:
                continue
            if pattern.search(words) and _fits(part, words, values):
                return part
    return part_by_values(header, words_of(header), values)


def _fits(part: str, words: str, values: Sequence[str]) -> bool:
    """A header's word counts only where the values agree with it."""
    match part:
        case "email":
            return share(values, lambda v: "@" in v) > 0.6
        case "date":
            return share(values, lambda v: iso_day(v) is not None) > 0.6
        case "rating":
            return share(values, lambda v: score(v) is not None) > 0.6
        case "role":
            return share(values, lambda v: v.lower() in ROLE_VALUES) > 0.6
        case "time":
            return share(values, lambda v: re.match(r"^[\d:.,]+$", v)) > 0.6
        case "text" | "title" | "pros" | "cons" | "reply" | "question":
            return share(values, lambda v: any(letter.isalpha() for letter in v)) > 0.5
        case "name":
            return share(values, lambda v: len(v) < 80) > 0.9
    return True


def _settled(table: Table, columns: list[Column], told: set[str]) -> list[Column]:
    """Settle what single columns can't know: counters, a lone title, times of surveys."""
    parts = {column.part for column in columns}
    settled = []
    for at, column in enumerate(columns):
        part = column.part
        values = sample(table, column.at)
        if part == "person" and "person" not in told and are_counted(values):
            part = "id" if "id" not in parts else "ignored"
        if part in ("time", "speaker") and "speaker" not in parts and "time" not in told:
            part = "date" if values and iso_day(values[0]) else "ignored"
        if part == "title" and _is_job_title(column.header, parts):
            part = "attribute"
        if part == "ignored" and "date" not in parts and column.header.lower() == "updated":
            part = "date"
        if part == "email" and "email" not in told and _is_one_for_all(values):
            part = "ignored"  # the mailbox that everyone wrote to
        if part == "text" and EITHER.search(words_of(column.header)) and _is_rated(columns, at):
            part = "reply"
        settled.append(column._replace(part=part))
    return _one_each(settled)


def _is_rated(columns: Sequence[Column], at: int) -> bool:
    """Return whether another column holds the review that a rating belongs to."""
    others = {column.part for column in columns if column.at != at}
    return {"rating", "text"} <= others


def _is_job_title(header: str, parts: set[str]) -> bool:
    """In a list of contacts, `Title` is what a person is, not what a person wrote."""
    return "job" in header.lower() or (
        words_of(header) == "title" and not parts & {"text", "pros", "cons", "reply"}
    )


def _is_one_for_all(values: Sequence[str]) -> bool:
    return len(values) > 2 and len(set(map(str.casefold, values))) == 1


def _one_each(columns: list[Column]) -> list[Column]:
    """Of ids, people and dates the first counts; the others are left out."""
    seen: set[str] = set()
    kept = []
    for column in columns:
        if column.part in _ONCE and column.part in seen:
            kept.append(column._replace(part="ignored"))
            continue
        seen.add(column.part)
        kept.append(column)
    return kept
