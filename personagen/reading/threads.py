"""Tickets of any program as JSON: records that hold a list of messages, each with its author.

Who asked is the one whom the ticket names, else who wrote first; staff, machines and internal notes
are kept as context, and other people's words, too, as nobody knows whose side they are on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from personagen.models import Role
from personagen.reading.clock import iso_day
from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.jsontext import shortened
from personagen.reading.markup import plain
from personagen.reading.tickets import Message, Ticket, own_words, parsed, records_of

_LISTS = ("comments", "messages", "replies", "thread", "threads", "conversation", "posts", "notes")
_BODY = ("body", "text", "content", "message", "plain_body", "body_text", "comment", "html_body")
_AUTHOR = ("author", "user", "from", "sender", "by", "author_name", "name", "created_by", "creator")
_ASKER = ("requester", "customer", "reporter", "author", "user", "contact", "from", "creator")
_SIDE = ("role", "type", "author_type", "author_role", "sender_type", "kind")
_SUBJECT = ("subject", "title", "summary")
_FIRST = ("description", "body", "text", "content", "message")
_DAY = ("created_at", "created", "date", "timestamp", "time", "createdAt", "sent_at")
_SIDES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("bot", re.compile(r"\b(bot|assistant|system|automated|automation|ai)\b", re.I)),
    (
        "agent",
        re.compile(
            r"\b(agent|admin|staff|support|employee|operator|help ?desk|team|moderator|service)\b",
            re.I,
        ),
    ),
    (
        "participant",
        re.compile(r"\b(customer|client|user|requester|contact|lead|visitor|buyer)\b", re.I),
    ),
)


def _sniff(file: RawFile) -> bool:
    records = records_of(file.json or ())
    return bool(records) and sum(map(_is_thread, records)) > len(records) / 2


def _parse(file: RawFile) -> Parsed:
    return parsed(file, records_of(file.json or ()), "thread-json", _read)


def _is_thread(record: dict[str, Any]) -> bool:
    messages = _messages(record)
    return bool(messages) and all(_first(one, _BODY) for one in messages[:5])


def _messages(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the messages of a record; a list of plain words holds none that anybody signed."""
    for key in _LISTS:
        found = record.get(key)
        if isinstance(found, list) and found and all(isinstance(one, dict) for one in found):
            if any(_author(one) or _side(one) for one in found):
                return found
    return []


def _read(record: dict[str, Any]) -> Ticket | None:
    messages = _messages(record)
    if not messages:
        return None
    asker = next((name for key in _ASKER if (name := _name(record.get(key)))), "")
    asker = asker or _first_author(messages)
    subject = plain(_first(record, _SUBJECT))
    opening = own_words(_first(record, _FIRST))
    said = [_message(one, asker) for one in messages]
    day = iso_day(_first(record, _DAY))
    first = [Message("participant", subject, asker, asker or None, day, "subject")]
    if opening and all(_same(opening) != _same(one.text) for one in said):
        first.append(Message("participant", opening, asker, asker or None, day))
    record_id = _first(record, ("id", "key", "number", "ticket_id", "conversation_id"))
    closed = {key: value for key in ("status", "priority") if (value := _first(record, (key,)))}
    return Ticket(record_id, [*first, *said], closed)


def _message(one: dict[str, Any], asker: str) -> Message:
    name = _author(one)
    role = _role(one, name, asker)
    who = name or (asker if role == "participant" else "")
    day = iso_day(_first(one, _DAY))
    return Message(role, own_words(_first(one, _BODY)), who, who or None, day)


def _role(one: dict[str, Any], name: str, asker: str) -> Role:
    hidden = one.get("public") is False or one.get("private") is True or one.get("internal") is True
    if hidden or one.get("incoming") is False or one.get("inbound") is False:
        return "agent"
    told = _side(one)
    for role, pattern in _SIDES:
        if told and pattern.search(told):
            return role
    if not name or _same(name) == _same(asker):
        return "participant"
    for role, pattern in _SIDES[:2]:
        if pattern.search(name):
            return role
    return "unknown"


def _first_author(messages: Sequence[dict[str, Any]]) -> str:
    """Return who wrote the first message that no machine and no staff wrote."""
    for one in messages:
        name = _author(one)
        if name and _role(one, name, name) == "participant":
            if not any(pattern.search(name) for _, pattern in _SIDES[:2]):
                return name
    return ""


def _side(one: dict[str, Any]) -> str:
    """Return what a message says of its author's side: `admin`, `customer`."""
    inner: dict[str, Any] = next((v for k in _AUTHOR if isinstance(v := one.get(k), dict)), {})
    return _first(one, _SIDE) or _first(inner, _SIDE)


def _author(one: dict[str, Any]) -> str:
    return next((name for key in _AUTHOR if (name := _name(one.get(key)))), "")


def _name(value: object) -> str:
    if isinstance(value, dict):
        return _first(value, ("name", "display_name", "displayName", "login", "email", "address"))
    return shortened(value) if isinstance(value, str) else ""


def _first(record: dict[str, Any], keys: Sequence[str]) -> str:
    for key in keys:
        value = record.get(key)
        if isinstance(value, (str, int, float)) and shortened(value):
            return shortened(value)
    return ""


def _same(text: str) -> str:
    return " ".join(text.casefold().split())


FORMAT = Format("thread-json", _sniff, _parse)
