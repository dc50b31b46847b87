"""Lists of people: CRM exports, user tables, case attributes. They say who people are, not words.

Attributes are joined to participants with the same e-mail or id at import; notes in such a list
are staff's words about people and are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from personagen.reading.base import ReadPerson
from personagen.reading.columns import Column
from personagen.reading.files import Parsed
from personagen.reading.headers import Row, Table
from personagen.reading.rows import SPOKEN, Frame, attributes_of, frame_of, speaker_of

_TELLING = re.compile(r"(?=.*[A-Za-z]).{3,}|\d{6,}")
"""A given id that is no other list's by accident: `ID1`, `0035g0…`, `402935450113`; not `151`."""


def parse_contacts(
    table: Table, columns: Sequence[Column], reader: str, warnings: list[str]
) -> Parsed:
    """Return the people of a list with what it says of them."""
    described = [column._replace(part=_as_described(column.part)) for column in columns]
    frame = frame_of(table, described, "crm")
    shared = _shared_mails(table, frame)
    people = [_person(row, frame, shared) for row in table.rows]
    kept = [person for person in people if person.identities or person.name]
    notes = sum(column.part in SPOKEN for column in columns)
    if notes:
        warnings.append(
            f"{notes} column(s) of notes left out: in a list of people they are staff's"
        )
    if len(kept) < len(people):
        warnings.append(f"{len(people) - len(kept)} row(s) without e-mail, id or name left out")
    if shared:
        warnings.append(f"{len(shared)} e-mail(s) that several ids share identify nobody")
    warnings.append(
        "nobody speaks in a list of people: attributes are joined to participants with the same "
        "e-mail or id"
    )
    return Parsed(reader, "crm", [], len(table.rows), warnings, speech=False, people=kept)


def _as_described(part: str) -> str:
    """In a list of people a type or a score describes them, and their texts are no words."""
    if part in SPOKEN or part == "reply":
        return "ignored"
    return "attribute" if part in ("role", "rating") else part


def _shared_mails(table: Table, frame: Frame) -> frozenset[str]:
    """Return e-mails that stand beside more than one id."""
    if not {"id", "person"} & frame.columns.keys():
        return frozenset()
    pairs = {(_mail(row, frame), _given(row, frame)) for row in table.rows}
    counts = Counter(mail for mail, _ in pairs if mail)
    return frozenset(mail for mail, n in counts.items() if n > 1)


def _mail(row: Row, frame: Frame) -> str:
    mail = frame.cell(row, "email").lower()
    return mail if "@" in mail else ""


def _given(row: Row, frame: Frame) -> str:
    return frame.cell(row, "person") or frame.cell(row, "id")


def _person(row: Row, frame: Frame, shared: frozenset[str]) -> ReadPerson:
    mail, given = _mail(row, frame), _given(row, frame)
    identities = [mail] if mail and mail not in shared else []
    if _TELLING.fullmatch(given):
        identities.append(given)
    return ReadPerson(
        place=f"r{row.number}",
        identities=tuple(identities),
        name=speaker_of(row, frame),
        person="requester",
        attributes=attributes_of(row, frame),
    )
