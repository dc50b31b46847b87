"""Rows to utterances: reviews, tickets and open answers, one record a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from personagen.models import ParticipantKind, Role, SourceKind
from personagen.reading.base import ReadPerson, ReadUtterance
from personagen.reading.clock import is_day_first, iso_day
from personagen.reading.columns import Column, words_of
from personagen.reading.files import Parsed
from personagen.reading.headers import Row, Table
from personagen.reading.markup import plain, without_wiki
from personagen.reading.values import is_hash

PEOPLE: dict[SourceKind, ParticipantKind] = {
    "interview": "interviewee",
    "review": "author",
    "ticket": "requester",
    "survey": "respondent",
    "crm": "requester",
}
SPOKEN = ("title", "text", "pros", "cons")
"""Parts that hold people's own words."""
_MAIL = re.compile(r"\s*[<(]?([^\s<>()@]+@[^\s<>()@]+\.\w+)[>)]?")
_JIRA = re.compile(r"^(\d{1,2}/\w{3}/\d{2} [\d:]+ [AP]M);([^;\n]*);")
_STAFF = frozenset("agent admin staff support operator employee team_member message note".split())
_MACHINES = frozenset({"bot", "system"})
_LONGEST_ATTRIBUTE = 200
_CANONICAL = (
    (r"job title|^role$|your role|position|occupation|^title$|^cargo$|^poste$|^beruf", "role"),
    (r"company size|employees|number of employees|company segment", "company size"),
    (r"^industry|sector", "industry"),
    (r"^(plan|tier|subscription)\b", "plan"),
    (r"^segment$|customer segment", "segment"),
    (r"^country|country$", "country"),
)
WHO_UNKNOWN = (
    "no column says who is customer and who staff: nothing in it is coded; name it in a map: "
    '"<header>" = "role" (values customer, agent) or "author" beside "person"'
)


class Frame(NamedTuple):
    """What is the same for every row."""

    columns: dict[str, list[Column]]
    kind: SourceKind | None
    day_first: bool
    keys: dict[int, str]
    """Column number to the attribute it fills."""
    unknown: bool
    """Whether the rows are messages of which nothing says who wrote them."""
    wiki: bool
    """Whether texts are in Jira's markup."""

    def cell(self, row: Row, part: str) -> str:
        """Return the row's cell in the first column of a part; empty where there is none."""
        found = self.columns.get(part)
        return row.cells[found[0].at].strip() if found else ""


def by_part(columns: Sequence[Column]) -> dict[str, list[Column]]:
    """Return part → its columns, in the order in which they stand."""
    found: dict[str, list[Column]] = {}
    for column in columns:
        found.setdefault(column.part, []).append(column)
    return found


def frame_of(table: Table, columns: Sequence[Column], kind: SourceKind | None) -> Frame:
    """Return how the rows of a table are read."""
    parts = by_part(columns)
    dates = parts.get("date")
    days = [row.cells[dates[0].at] for row in table.rows[:2000]] if dates else []
    headers = {words_of(header) for header in table.headers}
    of_messages = kind == "ticket" and "public" in headers and "role" not in parts
    told = "author" in parts and "person" in parts
    return Frame(
        parts,
        kind,
        is_day_first(days),
        attribute_keys(parts),
        of_messages and not told,
        "issue key" in headers,
    )


def attribute_keys(parts: dict[str, list[Column]]) -> dict[int, str]:
    """Return column number → the name of the attribute that it fills."""
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


def parse_rows(table: Table, frame: Frame, reader: str, warnings: list[str]) -> Parsed:
    """Return what the rows say, and who answered without words."""
    utterances: list[ReadUtterance] = []
    silent: list[ReadPerson] = []
    tests = 0
    for row in table.rows:
        if _is_test(table, frame, row):
            tests += 1
            continue
        said = list(_of_row(row, frame))
        utterances += said
        if not any(u.role in ("participant", "unknown") for u in said) and _is_theirs(row, frame):
            silent.append(_person(row, frame))
    if silent:
        warnings.append(f"{len(silent)} of {len(table.rows)} record(s) hold no open text")
    hashes = sum(is_hash(row.cells[c.at].strip()) for row in table.rows for c in _written(frame))
    if hashes:
        warnings.append(f"{hashes} cell(s) hold a hash in place of words, left out")
    if tests:
        warnings.append(f"{tests} preview response(s) left out")
    if frame.unknown:
        warnings.append(WHO_UNKNOWN)
    answered = [p for p in silent if p.attributes] if frame.kind == "survey" else []
    return Parsed(
        reader, frame.kind, utterances, len(table.rows), warnings, speech=False, people=answered
    )


def _is_theirs(row: Row, frame: Frame) -> bool:
    """A row that staff or a machine wrote is no record of a person without words."""
    return _role(row, frame) in ("participant", "unknown")


def _is_test(table: Table, frame: Frame, row: Row) -> bool:
    """Qualtrics keeps previews among the answers: `Survey Preview`, or status 1."""
    if table.tool != "qualtrics":
        return False
    if "Survey Preview" in row.cells:
        return True
    status = [at for at, code in enumerate(table.codes) if code == "Status"]
    return bool(status) and row.cells[status[0]].strip() == "1"


def identity_of(row: Row, frame: Frame) -> str | None:
    """Return what makes the row's person the same over files: e-mail, else a given id."""
    email = frame.cell(row, "email").lower()
    if "@" not in email:
        email = _mail_in(_names(row, frame))
    return email or frame.cell(row, "person") or None


def speaker_of(row: Row, frame: Frame) -> str:
    """Return the name of the row's person, without an e-mail in it."""
    name = _names(row, frame)
    return _MAIL.sub("", name).strip() if _mail_in(name) else name


def _names(row: Row, frame: Frame) -> str:
    names = [row.cells[column.at].strip() for column in frame.columns.get("name", [])]
    return " ".join(dict.fromkeys(name for name in names if name and name != "-"))


def _mail_in(name: str) -> str:
    found = _MAIL.search(name) if "@" in name and len(name) < 200 else None
    return found[1].lower() if found else ""


def attributes_of(row: Row, frame: Frame) -> dict[str, str]:
    """Return the row's closed answers."""
    return {
        key: value
        for at, key in frame.keys.items()
        if (value := row.cells[at].strip()) and value != "-" and len(value) <= _LONGEST_ATTRIBUTE
    }


def _person(row: Row, frame: Frame) -> ReadPerson:
    identity = identity_of(row, frame)
    return ReadPerson(
        place=f"r{row.number}",
        identities=(identity,) if identity else (),
        name=speaker_of(row, frame),
        person=PEOPLE[frame.kind or "survey"],
        attributes=attributes_of(row, frame),
    )


def _of_row(row: Row, frame: Frame) -> Iterator[ReadUtterance]:
    speaker, identity = speaker_of(row, frame), identity_of(row, frame)
    role = _role(row, frame)
    base = {
        "record": frame.cell(row, "id") or f"r{row.number}",
        "identity": identity,
        "person": PEOPLE[frame.kind or "survey"],
        "attributes": attributes_of(row, frame),
        "date": iso_day(frame.cell(row, "date"), frame.day_first),
    }
    question = frame.cell(row, "question")
    for column in _written(frame):
        text = plain(row.cells[column.at])
        if is_hash(text):
            continue
        if text and frame.wiki:
            text = without_wiki(text)
        if text:
            said = {"speaker": speaker, "role": role, "text": text}
            said |= _as_comment(text, said, identity)
            if column.part == "reply":
                said |= {"speaker": "", "role": "agent"}
            place = {"place": f"r{row.number}:{column.header}"}
            context = {"context": question or _context(column)}
            yield ReadUtterance.model_validate({**base, **said, **place, **context})


def _written(frame: Frame) -> list[Column]:
    """A title stands above its text, wherever its column is; the rest as in the table."""
    columns = [column for part in (*SPOKEN, "reply") for column in frame.columns.get(part, [])]
    return sorted(columns, key=lambda column: (column.part != "title", column.at))


def _as_comment(text: str, said: dict[str, Any], identity: str | None) -> dict[str, Any]:
    """Jira puts date and account before a comment; only the reporter's are known."""
    comment = _JIRA.match(text)
    if not comment:
        return {}
    mine = bool(identity) and comment[2].strip() == identity
    return {
        "text": text[comment.end() :].strip(),
        "speaker": said["speaker"] if mine else comment[2].strip(),
        "role": "participant" if mine else "unknown",
    }


def _role(row: Row, frame: Frame) -> Role:
    if frame.unknown:
        return "unknown"
    author = frame.cell(row, "author")
    if author and "role" not in frame.columns:
        return "participant" if author == frame.cell(row, "person") else "agent"
    word = frame.cell(row, "role").lower()
    if word in _MACHINES:
        return "bot"
    return "agent" if word in _STAFF else "participant"


def _context(column: Column) -> str:
    """A question is context; a bare `Comment` or `Review Text` tells nothing."""
    plain_header = re.sub(r"#\d+$", "", column.header)
    if len(plain_header.split()) >= 4 or plain_header.endswith("?") or "–" in plain_header:
        return plain_header
    return {"title": "title", "pros": "pros", "cons": "cons", "reply": "reply"}.get(column.part, "")
