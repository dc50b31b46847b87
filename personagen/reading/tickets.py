"""Tickets with their threads, as JSON: Zendesk, Intercom, Help Scout, Freshdesk, GitHub.

Evidence is what the customer wrote in public; staff, machines and internal notes are kept as
context and never coded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from personagen.models import Role
from personagen.reading import replies
from personagen.reading.base import ReadUtterance
from personagen.reading.clock import iso_day
from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.jsontext import shortened
from personagen.reading.loose import freshdesk_ticket, whole
from personagen.reading.markup import letter, plain


class Message(NamedTuple):
    """One message of a ticket."""

    role: Role
    text: str
    speaker: str = ""
    identity: str | None = None
    date: str | None = None
    context: str = ""


class Ticket(NamedTuple):
    """A ticket, and what was written in it, in order."""

    id: str
    messages: list[Message]
    attributes: dict[str, str]


def _sniff(file: RawFile) -> bool:
    return file.json is not None and _shape(file.json) is not None


def _parse(file: RawFile) -> Parsed:
    shape = _shape(file.json or ())
    assert shape is not None
    return parsed(file, *shape)


Reader = Callable[[dict[str, Any]], Ticket | None]


def parsed(file: RawFile, found: list[dict[str, Any]], vendor: str, reader: Reader) -> Parsed:
    """Return the messages of the tickets in a file, and what was left out.

    Raises:
        ReadingError: nobody wrote a word in them.
    """
    tickets = [ticket for one in found if (ticket := reader(one))]
    utterances = [u for n, ticket in enumerate(tickets) for u in _utterances(n, ticket)]
    warnings = list(file.decoded.warnings)
    if len(tickets) < len(found):
        warnings.append(f"{len(found) - len(tickets)} record(s) left out: no tickets")
    silent = sum(
        not any(m.role == "participant" and m.text for m in ticket.messages) for ticket in tickets
    )
    if silent:
        warnings.append(f"{silent} of {len(tickets)} ticket(s) hold no words of the customer")
    if not utterances:
        raise file.refuse("its tickets hold no words", "Export them with comments or descriptions.")
    return Parsed(vendor, "ticket", utterances, len(tickets), warnings, speech=False)


_USERS = "users beside the tickets"
"""Where a ticket is given the people that its file lists: id to person."""


def records_of(documents: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return the records in what was read, taken out of what wraps them."""
    records: list[Any] = list(documents)
    if len(records) == 1:
        only = records[0]
        loose = whole(only) if isinstance(only, dict) else None
        users = _dicts(only.get("users")) if isinstance(only, dict) else []
        for wrap in ("tickets", "conversations", "issues", "items", "data"):
            if isinstance(only, dict) and isinstance(only.get(wrap), list) and "id" not in only:
                only = only[wrap]
        records = loose or (only if isinstance(only, list) else [only])
        if users:
            known = {shortened(user.get("id")): user for user in users}
            records = [r | {_USERS: known} if isinstance(r, dict) else r for r in records]
    if not all(isinstance(record, dict) for record in records):
        return []
    return [freshdesk_ticket(record) for record in records]


def _shape(documents: tuple[Any, ...]) -> tuple[list[dict[str, Any]], str, Reader] | None:
    records = records_of(documents)
    for vendor, signs, reader in _VENDORS:
        if sum(all(sign in record for sign in signs) for record in records) > len(records) / 2:
            return records, vendor, reader
    return None


def _utterances(number: int, ticket: Ticket) -> Iterator[ReadUtterance]:
    for at, message in enumerate(ticket.messages):
        if message.text:
            yield ReadUtterance(
                speaker=message.speaker,
                role=message.role,
                text=message.text,
                place=f"{ticket.id or number + 1}:m{at + 1}"
                if ticket.id
                else f"#{number + 1}:m{at + 1}",
                record=ticket.id or f"r{number + 1}",
                identity=message.identity if message.role == "participant" else None,
                person="requester",
                attributes=ticket.attributes if message.role == "participant" else {},
                context=message.context,
                date=message.date,
            )


def own_words(body: object) -> str:
    """Return a message without quoted replies, signature, markup and HTML comments."""
    text = _without_comments(shortened(body))
    if _QUOTES_IN_HTML.search(text):
        return replies.own_words(letter(text))
    return replies.own_words(plain(text))


_QUOTES_IN_HTML = re.compile(r"<blockquote|gmail_quote|yahoo_quoted|divRplyFwdMsg", re.I)


def _without_comments(text: str) -> str:
    """Return Markdown without `<!-- … -->`; one that never closes stays."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join([*kept, text[at:]])


def _day(value: object) -> str | None:
    return iso_day(shortened(value))


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _closed(record: dict[str, Any], *keys: str) -> dict[str, str]:
    """Return closed fields that describe the ticket."""
    return {
        key: shortened(record[key])
        for key in keys
        if isinstance(record.get(key), (str, int, float)) and shortened(record[key])
    }


def _zendesk(record: dict[str, Any]) -> Ticket:
    requester = shortened(record.get("requester_id"))
    sender = _dict(_dict(_dict(record.get("via")).get("source")).get("from"))
    mail = shortened(sender.get("address")).lower()
    users = _dict(record.get(_USERS))
    asks = _dict(users.get(requester))
    mail = mail or shortened(asks.get("email")).lower()
    name = shortened(sender.get("name") or asks.get("name"))
    who = (name, mail or requester or None)
    # Staff open tickets for people who phoned: subject and description are then theirs.
    submitter = shortened(record.get("submitter_id"))
    by: Role = "agent" if submitter and requester and submitter != requester else "participant"
    subject = plain(shortened(record.get("subject")))
    day = _day(record.get("created_at"))
    by_whom = who if by == "participant" else ("", None)
    messages = [Message(by, subject, *by_whom, context="subject", date=day)]
    comments = _dicts(record.get("comments"))
    if not comments:
        messages.append(Message(by, own_words(record.get("description")), *by_whom, date=day))
    messages += [_zendesk_comment(comment, requester, who, users) for comment in comments]
    rated = _dict(record.get("satisfaction_rating"))
    if rated.get("comment"):
        messages.append(
            Message(
                "participant", own_words(rated["comment"]), *who, context="satisfaction comment"
            )
        )
    attributes = _closed(record, "priority", "status", "type")
    if rated.get("score"):
        attributes["satisfaction"] = shortened(rated["score"])
    return Ticket(shortened(record.get("id")), messages, attributes)


def _zendesk_comment(
    comment: dict[str, Any], requester: str, who: tuple[str, str | None], users: dict[str, Any]
) -> Message:
    author = shortened(comment.get("author_id"))
    body = own_words(comment.get("plain_body") or comment.get("body"))
    day = _day(comment.get("created_at"))
    if author == requester and comment.get("public") is not False:
        return Message("participant", body, *who, date=day)
    other = _dict(users.get(author))
    return Message(_zendesk_role(other), body, shortened(other.get("name")), date=day)


def _zendesk_role(user: dict[str, Any]) -> Role:
    """Another customer in copy is not whose ticket it is: their words are kept and not coded."""
    return "unknown" if user.get("role") == "end-user" else "agent"


_INTERCOM_ROLES: dict[str, Role] = {"admin": "agent", "bot": "bot", "team": "agent"}


def _intercom(record: dict[str, Any]) -> Ticket:
    source = _dict(record.get("source"))
    first = _dict(source.get("author"))
    customer = _customer(first)
    messages = [
        Message(
            "participant", plain(shortened(source.get("subject"))), *customer, context="subject"
        )
    ]
    parts = _dicts(_dict(record.get("conversation_parts")).get("conversation_parts"))
    for part in [source | {"part_type": "comment", "created_at": record.get("created_at")}, *parts]:
        author = _dict(part.get("author"))
        role: Role = _INTERCOM_ROLES.get(shortened(author.get("type")), "participant")
        if part.get("part_type") == "note":
            role = "agent"
        body = own_words(part.get("body"))
        day = _day(part.get("created_at"))
        if role == "participant":
            # Later parts may carry another id for the same person: the ticket has one requester.
            messages.append(Message(role, body, *customer, day))
        else:
            messages.append(Message(role, body, shortened(author.get("name")), date=day))
    rating = _dict(record.get("conversation_rating"))
    remark = own_words(rating.get("remark"))
    messages.append(Message("participant", remark, *customer, context="satisfaction comment"))
    attributes = _closed(record, "state", "priority")
    if rating.get("rating") is not None:
        attributes["rating"] = shortened(rating["rating"])
    return Ticket(shortened(record.get("id")), messages, attributes)


def _customer(author: dict[str, Any]) -> tuple[str, str | None]:
    mail = shortened(author.get("email")).lower()
    return shortened(author.get("name")), mail or shortened(author.get("id")) or None


def _helpscout(record: dict[str, Any]) -> Ticket:
    person = _dict(record.get("primaryCustomer")) or _dict(record.get("createdBy"))
    name = " ".join(filter(None, (shortened(person.get("first")), shortened(person.get("last")))))
    mail = shortened(person.get("email")).lower()
    who = (name, mail or shortened(person.get("id")) or None)
    messages = [
        Message(
            "participant",
            plain(shortened(record.get("subject"))),
            *who,
            context="subject",
            date=_day(record.get("createdAt")),
        )
    ]
    threads = _dicts(_dict(record.get("_embedded")).get("threads"))
    for thread in sorted(threads, key=lambda t: shortened(t.get("createdAt"))):
        body, day = own_words(thread.get("body")), _day(thread.get("createdAt"))
        by = shortened(_dict(thread.get("createdBy")).get("type"))
        if thread.get("type") in ("customer", "beaconchat", "chat") and by != "user":
            messages.append(Message("participant", body, *who, day))
        else:
            messages.append(Message("agent", body, date=day))
    return Ticket(
        shortened(record.get("number") or record.get("id")), messages, _closed(record, "status")
    )


def _freshdesk(record: dict[str, Any]) -> Ticket:
    person = _dict(record.get("requester"))
    mail = shortened(person.get("email") or record.get("email")).lower()
    who = (
        shortened(person.get("name") or record.get("name")),
        mail or shortened(record.get("requester_id")) or None,
    )
    day = _day(record.get("created_at"))
    messages = [
        Message("participant", plain(shortened(record.get("subject"))), *who, day, "subject"),
        Message("participant", own_words(record.get("description_text")), *who, day),
    ]
    for one in _dicts(record.get("conversations")):
        body, when = own_words(one.get("body_text") or one.get("body")), _day(one.get("created_at"))
        if one.get("incoming") is True and not one.get("private"):
            messages.append(Message("participant", body, *who, when))
        else:
            messages.append(Message("agent", body, date=when))
    return Ticket(shortened(record.get("id")), messages, _closed(record, "priority", "type"))


def _is_maintainer(record: dict[str, Any]) -> bool:
    """Who maintains the project speaks for it, not as its user."""
    association = record.get("authorAssociation") or record.get("author_association")
    return association in ("OWNER", "MEMBER", "COLLABORATOR")


def _github(record: dict[str, Any]) -> Ticket | None:
    if "pull_request" in record:
        return None
    author = _dict(record.get("user") or record.get("author"))
    login = shortened(author.get("login"))
    role: Role = "agent" if _is_maintainer(record) else "participant"
    if author.get("type") == "Bot" or login.endswith("[bot]"):
        role = "bot"
    who = (login, login or None, _day(record.get("created_at") or record.get("createdAt")))
    messages = [
        Message(role, plain(shortened(record.get("title"))), *who, context="title"),
        Message(role, own_words(record.get("body")), *who),
    ]
    for comment in _dicts(record.get("comments")):
        by = shortened(_dict(comment.get("author") or comment.get("user")).get("login"))
        said: Role = role if by == login else "agent" if _is_maintainer(comment) else "unknown"
        day = _day(comment.get("createdAt") or comment.get("created_at"))
        messages.append(Message(said, own_words(comment.get("body")), by, by or None, day))
    return Ticket(shortened(record.get("number")), messages, _closed(record, "state"))


_VENDORS: tuple[tuple[str, tuple[str, ...], Reader], ...] = (
    ("zendesk-json", ("requester_id", "subject", "description", "via"), _zendesk),
    ("intercom-json", ("source", "conversation_parts"), _intercom),
    ("helpscout-json", ("_embedded", "subject"), _helpscout),
    ("freshdesk-json", ("subject", "description_text"), _freshdesk),
    ("github-json", ("number", "title", "body", "state"), _github),
)

FORMAT = Format("tickets-json", _sniff, _parse)
