"""Mask again what is stored: a name that a later import brings, a word that a person decides on.

Texts, the places that point into them (masks, doubtful words, codings, excerpts in findings and in
decisions) and the chunks change in one transaction; each excerpt is cut anew from the new text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from personagen.chunking import chunk
from personagen.models import Source, Utterance
from personagen.privacy.masking import Change, rendered
from personagen.privacy.placeholders import kind_of
from personagen.privacy.vault import Vault
from personagen.store import tables as t
from personagen.store.coded import hashed
from personagen.store.ledger import Ledger
from personagen.store.sealed import MASKING
from personagen.tokens import counter

Finder = Callable[[str, str, Sequence[Change]], list[Change]]
"""Utterance id, text, and the places that are taken → what is to be changed, in order."""
_SAID = frozenset(
    "statement label definition criterion text summary name notes ask_next quote why question "
    "answer".split()
)
"""Fields of findings that hold words, not ids."""


class Edit(NamedTuple):
    """A place in a stored text, and what stands there now."""

    start: int
    end: int
    size: int
    """Of what stands there now."""


class _Field(NamedTuple):
    text: str
    edits: tuple[Edit, ...]


class Places:
    """Where places of the old texts are in the new ones."""

    def __init__(self) -> None:
        self.texts: dict[str, _Field] = {}
        """Utterance → its new text."""

    def moved(self, utterance: str, start: int, end: int) -> tuple[int, int]:
        """Return where a place is now; one that cuts a mask in two holds all of it."""
        field = self.texts.get(utterance)
        return _moved(field.edits, start, end) if field else (start, end)


def _moved(edits: Sequence[Edit], start: int, end: int) -> tuple[int, int]:
    first, last, shift = start, end, 0
    new_start = new_end = None
    for edit in edits:
        grown = edit.size - (edit.end - edit.start)
        if new_start is None and start < edit.end:
            new_start = min(first, edit.start) + shift
        if new_end is None and end <= edit.start:
            new_end = last + shift
        elif new_end is None and end <= edit.end:
            new_end = edit.end + shift + grown
        shift += grown
    return (
        first + shift if new_start is None else new_start,
        last + shift if new_end is None else new_end,
    )


def remask(
    ledger: Ledger, find: Finder, say: Callable[[str], str], note: tuple[str, str] | None = None
) -> int:
    """Change what is stored where `find` says; return how many texts were changed.

    Args:
        ledger: The study's database.
        find: Says what is to be changed in one text.
        say: Changes the sentences that rest on such texts: statements, labels, decisions.
        note: A fact to write in the same transaction.
    """
    vault, count, tokens = ledger.vault, 0, counter()
    with ledger.engine.begin() as connection:
        connection.execute(insert(t.facts), [{"name": MASKING, "value": "now"}])
        places = Places()
        for source in _masked_sources(connection):
            changed = _remask_source(connection, vault, source, find, places)
            if changed:
                count += changed
                _rechunk(connection, source, tokens.count)
        if places.texts:
            _move_codings(connection, places)
            _rewrite_findings(connection, places, say)
            _rewrite_decisions(connection, places, say)
            _rewrite_chats(connection, places, say)
        if note:
            connection.execute(delete(t.facts).where(t.facts.c.name == note[0]))
            connection.execute(insert(t.facts), [{"name": note[0], "value": note[1]}])
        connection.execute(delete(t.facts).where(t.facts.c.name == MASKING))
    return count


def _masked_sources(connection: Connection) -> list[str]:
    rows = connection.execute(select(t.sources.c.id, t.sources.c.options))
    return [row.id for row in rows if row.options.get("redact", True)]


def _remask_source(
    connection: Connection, vault: Vault, source: str, find: Finder, places: Places
) -> int:
    columns = t.utterances.c
    query = select(columns.id, columns.text, columns.context).where(columns.source == source)
    changed = 0
    for row in connection.execute(query).all():
        for field, text in (("text", row.text), ("context", row.context)):
            held = _held(connection, row.id, field) if text else []
            taken = [Change(mask.start, mask.end, None) for mask in held]
            found = [c for c in find(row.id, text, taken) if c.placeholder is not None]
            if not found:
                continue
            changed += 1
            new = _written(connection, vault, source, row.id, field, text, found, held)
            if field == "text":
                places.texts[row.id] = new
                _move_doubtful(connection, source, row.id, new)
    return changed


def _held(connection: Connection, utterance: str, field: str) -> list[Any]:
    columns = t.masks.c
    query = select(t.masks).where(columns.utterance == utterance, columns.field == field)
    return list(connection.execute(query.order_by(columns.start)).all())


def _written(
    connection: Connection,
    vault: Vault,
    source: str,
    utterance: str,
    field: str,
    text: str,
    found: Sequence[Change],
    held: Sequence[Any],
) -> _Field:
    """Write one text and its masks anew."""
    masked = rendered(text, found)
    edits = tuple(Edit(c.start, c.end, len(c.placeholder or "")) for c in found)
    query = update(t.utterances).where(t.utterances.c.id == utterance)
    connection.execute(query.values(**{field: masked.text}))
    gone = [m.id for m in held if any(e.start < m.end and m.start < e.end for e in edits)]
    if gone:
        connection.execute(delete(t.masks).where(t.masks.c.id.in_(gone)))
    for mask in held:
        if mask.id not in gone:
            start, end = _moved(edits, mask.start, mask.end)
            moved = update(t.masks).where(t.masks.c.id == mask.id)
            connection.execute(moved.values(start=start, end=end))
    rows = [
        {
            "source": source,
            "utterance": utterance,
            "field": field,
            "start": span.start,
            "end": span.end,
            "placeholder": span.placeholder,
            "original": vault.seal(span.original),
            "kind": kind_of(span.placeholder),
        }
        for span in masked.spans
        if is_placeholder(span.placeholder)
    ]
    if rows:
        connection.execute(insert(t.masks), rows)
    return _Field(masked.text, edits)


def is_placeholder(text: str) -> bool:
    """Return whether a text stands for somebody: words that are put back do not."""
    return text.startswith("[") or (text[:1] == "P" and text[1:].isdigit())


def _move_doubtful(connection: Connection, source: str, utterance: str, new: _Field) -> None:
    rows = connection.execute(select(t.doubtful).where(t.doubtful.c.source == source)).all()
    for row in rows:
        if row.payload["utterance"] == utterance:
            start, end = _moved(new.edits, row.payload["start"], row.payload["end"])
            query = update(t.doubtful).where(t.doubtful.c.id == row.id)
            connection.execute(query.values(payload={**row.payload, "start": start, "end": end}))


def _move_codings(connection: Connection, places: Places) -> None:
    for row in connection.execute(select(t.codings)).all():
        field = places.texts.get(row.utterance)
        if field:
            start, end = _moved(field.edits, row.start, row.end)
            query = update(t.codings).where(t.codings.c.id == row.id)
            words = hashed(field.text[start:end])
            connection.execute(query.values(start=start, end=end, words=words))


def _rechunk(connection: Connection, source: str, count: Callable[[str], int]) -> None:
    """Cut a source into chunks anew; note what the vectors then lack."""
    whole = _source(connection, source)
    before = connection.execute(select(t.chunks).where(t.chunks.c.source == source)).all()
    now = {one.id: one for one in chunk(whole, count)}
    gone = [row.id for row in before if row.id not in now]
    fresh = [one for one in now if one not in {row.id for row in before}]
    approximate = any(row.approximate for row in before)
    connection.execute(delete(t.chunks).where(t.chunks.c.source == source))
    rows = [
        {
            "id": one.id,
            "source": source,
            "position": position,
            "parts": [[part.utterance, part.start, part.end] for part in one.parts],
            "tokens": one.tokens,
            "approximate": approximate,
        }
        for position, one in enumerate(now.values())
    ]
    if rows:
        connection.execute(insert(t.chunks), rows)
    for chunk_id in (*gone, *fresh):
        connection.execute(delete(t.pending_vectors).where(t.pending_vectors.c.chunk == chunk_id))
    pending = [{"chunk": c, "action": "delete"} for c in gone]
    pending += [{"chunk": c, "action": "add"} for c in fresh]
    if pending:
        connection.execute(insert(t.pending_vectors), pending)


def _source(connection: Connection, source: str) -> Source:
    row = connection.execute(select(t.sources).where(t.sources.c.id == source)).one()
    query = select(t.utterances).where(t.utterances.c.source == source)
    said = connection.execute(query.order_by(t.utterances.c.position)).all()
    fields = ("id", "path", "kind", "reader", "sha256", "lang")
    return Source(
        **{name: getattr(row, name) for name in fields},
        utterances=tuple(
            Utterance(**{name: getattr(u, name) for name in Utterance.model_fields}) for u in said
        ),
    )


def _rewrite_findings(connection: Connection, places: Places, say: Callable[[str], str]) -> None:
    for row in connection.execute(select(t.findings)).all():
        new = json.dumps(_rewritten(json.loads(row.payload), places, say), ensure_ascii=False)
        if new != row.payload:
            key = (t.findings.c.kind == row.kind) & (t.findings.c.id == row.id)
            connection.execute(update(t.findings).where(key).values(payload=new))


def _rewrite_decisions(connection: Connection, places: Places, say: Callable[[str], str]) -> None:
    for row in connection.execute(select(t.review_events)).all():
        both = {name: getattr(row, name) for name in ("before", "after")}
        new = {name: _rewritten(value, places, say) for name, value in both.items() if value}
        if any(new[name] != both[name] for name in new):
            key = t.review_events.c.id == row.id
            connection.execute(update(t.review_events).where(key).values(**new))


def _rewrite_chats(connection: Connection, places: Places, say: Callable[[str], str]) -> None:
    for row in connection.execute(select(t.chats)).all():
        new = json.dumps(_rewritten(json.loads(row.payload), places, say), ensure_ascii=False)
        if new != row.payload:
            query = update(t.chats).where(t.chats.c.position == row.position)
            connection.execute(query.values(payload=new))


def _rewritten(value: Any, places: Places, say: Callable[[str], str], key: str = "") -> Any:
    """Return a part of a finding with its excerpts cut anew and its sentences masked."""
    if isinstance(value, list):
        return [_rewritten(item, places, say, key) for item in value]
    if isinstance(value, str):
        return say(value) if key in _SAID else value
    if not isinstance(value, dict):
        return value
    new = {name: _rewritten(item, places, say, name) for name, item in value.items()}
    field = places.texts.get(str(value.get("utterance")))
    if field and {"start", "end", "quote"} <= value.keys():
        start, end = _moved(field.edits, value["start"], value["end"])
        return {**new, "start": start, "end": end, "quote": field.text[start:end]}
    if {"start", "end", "quote"} <= value.keys():
        return {**new, "quote": value["quote"]}  # its text is as it was
    return new
