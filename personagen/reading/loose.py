"""Messages that come without their ticket around them, put back into the shape of one.

Zendesk's comments and audits, Help Scout's threads, Freshdesk's account export and GitHub's
webhooks hold the same messages as a ticket does, wrapped in another way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from personagen.reading.jsontext import shortened

Record = dict[str, Any]


def whole(document: Record) -> list[Record] | None:
    """Return the tickets in a document that holds loose messages; None where it holds none.

    Args:
        document: What the file holds, as read from JSON.
    """
    for shape in _SHAPES:
        found = shape(document)
        if found:
            return found
    return None


def freshdesk_ticket(record: Record) -> Record:
    """Return a record of Freshdesk's account export in the shape of its API; others as given."""
    ticket = record.get("helpdesk_ticket")
    if not isinstance(ticket, dict):
        return record
    given = ticket.get("requester")
    asker: Record = given if isinstance(given, dict) else {}
    notes = [one.get("note", one) for one in _dicts(ticket.get("notes"))]
    return {
        **ticket,
        "id": ticket.get("display_id") or ticket.get("id"),
        "description_text": ticket.get("description_text") or ticket.get("description") or "",
        "requester": {
            "name": asker.get("name") or ticket.get("requester_name"),
            "email": asker.get("email") or ticket.get("requester_email"),
        },
        "conversations": [note for note in notes if isinstance(note, dict)],
    }


def _comments(document: Record) -> list[Record] | None:
    """Zendesk's comments of one ticket, with or without the users beside them."""
    comments = _dicts(document.get("comments"))
    if "id" in document or not _are_zendesk(comments):
        return None
    return [_ticket("", comments, _asker(comments, _dicts(document.get("users"))))]


def _are_zendesk(comments: list[Record]) -> bool:
    return bool(comments) and all("author_id" in one and "body" in one for one in comments)


def _asker(comments: list[Record], users: list[Record]) -> str:
    """Return who asked: the first customer who wrote, else who wrote first."""
    customers = {shortened(u.get("id")) for u in users if u.get("role") == "end-user"}
    authors = [shortened(one.get("author_id")) for one in comments]
    return next((author for author in authors if author in customers), authors[0])


def _audits(document: Record) -> list[Record] | None:
    """Zendesk's audits: what happened to tickets; comments stand among changes."""
    audits = _dicts(document.get("audits"))
    tickets: dict[str, list[Record]] = {}
    for audit in audits:
        for event in _dicts(audit.get("events")):
            if event.get("type") == "Comment":
                known = {key: audit.get(key) for key in ("author_id", "created_at")}
                said = tickets.setdefault(shortened(audit.get("ticket_id")), [])
                said.append(known | {k: v for k, v in event.items() if v is not None})
    users = _dicts(document.get("users"))
    return [_ticket(key, said, _asker(said, users)) for key, said in tickets.items()] or None


def _ticket(number: str, comments: list[Record], asker: str) -> Record:
    empty = {"subject": "", "description": "", "via": {}}
    return {"id": number, "requester_id": asker, "comments": comments, **empty}


def _threads(document: Record) -> list[Record] | None:
    """Help Scout's threads of one conversation."""
    inner = document.get("_embedded")
    threads = _dicts(inner.get("threads")) if isinstance(inner, dict) else []
    if "subject" in document or not threads or not all("createdBy" in one for one in threads):
        return None
    told = (one["customer"] for one in threads if isinstance(one.get("customer"), dict))
    asker: Record = next(told, {})
    return [{"subject": "", "primaryCustomer": asker, "_embedded": {"threads": threads}}]


def _hook(document: Record) -> list[Record] | None:
    """GitHub's webhook: an issue, and the comment that set it off."""
    issue, comment = document.get("issue"), document.get("comment")
    if not isinstance(issue, dict) or "action" not in document:
        return None
    return [issue | {"comments": [comment] if isinstance(comment, dict) else []}]


def _dicts(value: object) -> list[Record]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


_SHAPES: tuple[Callable[[Record], list[Record] | None], ...] = (_comments, _audits, _threads, _hook)
