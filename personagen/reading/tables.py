"""Rows to utterances: reviews, tickets, open answers, and transcripts kept as tables."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from personagen.models import ParticipantKind, Role, SourceKind
from personagen.reading.base import ReadUtterance
from personagen.reading.clock import CLOCK, is_day_first, iso_day, seconds
from personagen.reading.columns import Column, classify, words_of
from personagen.reading.files import Parsed, RawFile
from personagen.reading.headers import Row, Table
from personagen.reading.labels import could_be_label

PEOPLE: dict[SourceKind, ParticipantKind] = {
    "interview": "interviewee",
    "review": "author",
    "ticket": "requester",
    "survey": "respondent",
    "crm": "requester",
}
_SPOKEN = ("title", "text", "pros", "cons")
_BREAKS = re.compile(r"<(?:br|/p|/div|/li|/h\d)\s*/?>", re.I)
_TAGS = re.compile(
    r"</?(?:p|div|span|b|i|u|em|strong|a|ul|ol|li|h\d|blockquote|font|br)(?:\s[^<>]*)?/?>", re.I
)
_SUFFIX = re.compile(r"\s*Review collected by and hosted on G2\.com\.?\s*$")
_MAIL = re.compile(r"\s*[<(]?([^\s<>()@]+@[^\s<>()@]+\.\w+)[>)]?")
_JIRA = re.compile(r"^(\d{1,2}/\w{3}/\d{2} [\d:]+ [AP]M);([^;\n]*);")
_STAFF = frozenset("agent admin staff support operator employee team_member message note".split())
_MACHINES = frozenset({"bot", "system"})
_TICKET = re.compile(
    r"\b(ticket|issue key|case number|case id|requester|conversation|resolution|assignee|agent)\b"
)
_REVIEW = re.compile(
    r"\b(reviews?|stars?|star rating|rating|reviewer|verified|pros|cons|developer reply|"
    r"app version|"
    r"helpful vote|company response)\b"
)
_SURVEY = re.compile(
    r"\b(respondent|response id|responseid|nps|recommend|survey|submit date|collector|timestamp|"
    r"started|submitted|recorded date|segment)\b"
)


class _Frame(NamedTuple):
    """What is the same for every row."""

    columns: dict[str, list[Column]]
    kind: SourceKind | None
    day_first: bool
    keys: dict[int, str]
    """Column number to the attribute it fills."""


def parse_table(file: RawFile, table: Table, reader: str, warnings: list[str]) -> Parsed:
    """Return the utterances of a table.

    Raises:
        ReadingError: no column holds open text.
    """
    columns = classify(table, file.options.mapping)
    warnings = warnings + table.notes + _unmapped(file, columns, table)
    if _is_captions(table):
        return _captions(table, reader, warnings)
    by_part = _by_part(columns)
    if "speaker" in by_part and "text" in by_part:
        return _transcript(table, by_part, reader, warnings, columns)
    if not any(part in by_part for part in _SPOKEN):
        raise file.refuse(
            "no column of open text found",
            'Name it in a --map file: [columns], then "<header>" = "text".',
        )
    kind = file.options.kind or _kind(table, by_part, file.name)
    frame = _Frame(by_part, kind, _day_first(table, by_part), _attribute_keys(by_part))
    return _records(table, frame, reader, warnings, columns)


def _by_part(columns: Sequence[Column]) -> dict[str, list[Column]]:
    by_part: dict[str, list[Column]] = {}
    for column in columns:
        by_part.setdefault(column.part, []).append(column)
    return by_part


def _unmapped(file: RawFile, columns: Sequence[Column], table: Table) -> list[str]:
    known = {column.header.casefold() for column in columns}
    known |= {code.casefold().strip() for code in table.codes}
    missing = [h for h in file.options.mapping if h.casefold().strip() not in known]
    return [f"the map names columns that are not here: {', '.join(missing)}"] if missing else []


def _kind(table: Table, parts: dict[str, list[Column]], name: str) -> SourceKind | None:
    headers = " | ".join(words_of(h) for h in (*table.headers, *table.codes))
    if table.tool or "question" in parts:
        return "survey"
    scores = {
        "ticket": 2 * len(set(_TICKET.findall(headers))) + 2 * ("role" in parts),
        "review": 2 * len(set(_REVIEW.findall(headers))) + ("pros" in parts) + ("title" in parts),
        "survey": len(set(_SURVEY.findall(headers)))
        + 2 * sum(column.header.endswith("?") for column in parts.get("text", []))
        + 2 * sum("how likely" in h.lower() for h in table.headers),
    }
    if re.search(r"nps|respons|answers|feedback", name, re.I):
        scores["survey"] += 2
    for kind in ("review", "ticket", "survey"):
        scores[kind] += 2 * (kind in name.lower())
    best = max(scores, key=lambda k: scores[k])
    kinds: dict[str, SourceKind] = {"ticket": "ticket", "review": "review", "survey": "survey"}
    return kinds[best] if scores[best] else None


def _day_first(table: Table, parts: dict[str, list[Column]]) -> bool:
    dates = parts.get("date")
    if not dates:
        return False
    return is_day_first([row.cells[dates[0].at] for row in table.rows[:2000]])


_CANONICAL = (
    (r"job title|^role$|your role|position|occupation", "role"),
    (r"company size|employees|number of employees|company segment", "company size"),
    (r"^industry|sector", "industry"),
    (r"^(plan|tier|subscription)\b", "plan"),
    (r"^segment$|customer segment", "segment"),
    (r"^country|country$", "country"),
)


def _attribute_keys(parts: dict[str, list[Column]]) -> dict[int, str]:
    keys: dict[int, str] = {}
    for column in (*parts.get("rating", []), *parts.get("attribute", [])):
        key = column.header.strip()
        if column.part == "rating" and "rating" not in keys.values():
            key = "rating"
        for pattern, name in _CANONICAL:
            if re.search(pattern, words_of(column.header)) and name not in keys.values():
                key = name
                break
        keys[column.at] = key
    return keys


def _records(
    table: Table, frame: _Frame, reader: str, warnings: list[str], columns: list[Column]
) -> Parsed:
    utterances: list[ReadUtterance] = []
    empty = tests = 0
    for row in table.rows:
        if table.tool == "qualtrics" and "Survey Preview" in row.cells:
            tests += 1
            continue
        spoken = list(_of_row(row, frame))
        empty += not any(u.role == "participant" for u in spoken)
        utterances += spoken
    if empty:
        warnings.append(f"{empty} of {len(table.rows)} record(s) hold no open text")
    if tests:
        warnings.append(f"{tests} preview response(s) left out")
    if (
        frame.kind == "ticket"
        and "role" not in frame.columns
        and "public" in map(str.lower, table.headers)
    ):
        warnings.append("no column says who is customer and who staff: all are taken as customers")
    return Parsed(
        reader,
        frame.kind,
        utterances,
        len(table.rows),
        warnings,
        {column.header: column.part for column in columns},
        speech=False,
    )


def _of_row(row: Row, frame: _Frame) -> Iterator[ReadUtterance]:
    def cell(part: str) -> str:
        found = frame.columns.get(part)
        return row.cells[found[0].at].strip() if found else ""

    role = _role(cell("role"))
    names = [row.cells[column.at].strip() for column in frame.columns.get("name", [])]
    speaker = " ".join(dict.fromkeys(name for name in names if name))
    in_name = _MAIL.search(speaker) if "@" in speaker and len(speaker) < 200 else None
    if in_name:
        speaker = _MAIL.sub("", speaker).strip()
    email = cell("email").lower() or (in_name[1].lower() if in_name else "")
    base = {
        "record": cell("id") or f"r{row.number}",
        "identity": (email if "@" in email else "") or cell("person") or None,
        "person": PEOPLE[frame.kind or "survey"],
        "attributes": _attributes(row, frame),
        "date": iso_day(cell("date"), frame.day_first),
    }
    question = cell("question")
    for part in (*_SPOKEN, "reply"):
        for column in frame.columns.get(part, []):
            text = plain(row.cells[column.at])
            if not text:
                continue
            yield _utterance(row, column, text, speaker, role, question, base)


def _utterance(
    row: Row,
    column: Column,
    text: str,
    speaker: str,
    role: Role,
    question: str,
    base: dict[str, object],
) -> ReadUtterance:
    comment = _JIRA.match(text)
    said: Role = "agent" if column.part == "reply" else role
    if comment:
        text, said, speaker = text[comment.end() :].strip(), "unknown", comment[2]
    return ReadUtterance.model_validate(
        {
            "speaker": "" if column.part == "reply" else speaker,
            "role": said,
            "text": text,
            "place": f"r{row.number}:{column.header}",
            "context": question or _context(column),
            **base,
        }
    )


def _role(value: str) -> Role:
    word = value.lower()
    if word in _MACHINES:
        return "bot"
    return "agent" if word in _STAFF else "participant"


def _context(column: Column) -> str:
    """A question is context; a bare `Comment` or `Review Text` tells nothing."""
    plain_header = re.sub(r"#\d+$", "", column.header)
    if len(plain_header.split()) >= 4 or plain_header.endswith("?") or "–" in plain_header:
        return plain_header
    return {"title": "title", "pros": "pros", "cons": "cons", "reply": "reply"}.get(column.part, "")


def _attributes(row: Row, frame: _Frame) -> dict[str, str]:
    return {
        key: value
        for at, key in frame.keys.items()
        if (value := row.cells[at].strip()) and value != "-" and len(value) <= 200
    }


def plain(text: str) -> str:
    """Return a cell without the markup that shops and help desks leave in it.

    Only formatting goes: `<script>` in a review is what its author wrote.
    """
    text = text.strip()
    if "<" in text:
        text = _TAGS.sub("", _BREAKS.sub("\n", text))
    if "&" in text:
        text = html.unescape(text)
    text = _SUFFIX.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    return "" if text in ("-", "--") else text


def _is_captions(table: Table) -> bool:
    return [h.lower() for h in table.headers[:3]] == ["start", "end", "text"]


def _captions(table: Table, reader: str, warnings: list[str]) -> Parsed:
    """Whisper's table: start and end in milliseconds, no speakers."""
    from personagen.reading.captions import NO_SPEAKERS
    from personagen.reading.turns import Cue, merge

    cues = []
    for row in table.rows:
        start, end = (_milliseconds(cell) for cell in row.cells[:2])
        text = " ".join(row.cells[2].split())
        cues.append(Cue("", text, f"r{row.number}", t_start=start, t_end=end))
    return Parsed(
        reader, "interview", merge(cues), len(cues), [*warnings, NO_SPEAKERS], speech=False
    )


def _milliseconds(cell: str) -> float | None:
    return int(cell) / 1000 if cell.strip().isdigit() else None


def _transcript(
    table: Table,
    parts: dict[str, list[Column]],
    reader: str,
    warnings: list[str],
    columns: list[Column],
) -> Parsed:
    """One turn a row."""
    speaker, words = parts["speaker"][0].at, parts["text"][0].at
    time = parts["time"][0].at if "time" in parts else None
    utterances = []
    name = ""
    for row in table.rows:
        label = row.cells[speaker].strip().rstrip(":")
        name = label if could_be_label(label) else label or name
        text = plain(row.cells[words])
        stamp = re.match(CLOCK, row.cells[time].strip()) if time is not None else None
        if text:
            utterances.append(
                ReadUtterance(
                    speaker=name,
                    role="unknown",
                    text=text,
                    t_start=seconds(stamp.group()) if stamp else None,
                    place=f"r{row.number}",
                )
            )
    used = {column.header: column.part for column in columns}
    return Parsed(reader, "interview", utterances, len(table.rows), warnings, used)
