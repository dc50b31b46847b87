"""Take a person out of the ledger: one transaction, overwritten on disk as it goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, delete, insert, literal, null, select, update

from personagen.chunking import Chunk
from personagen.models import Findings
from personagen.privacy.names import fold, forms, full_key, is_generic
from personagen.store import exams
from personagen.store import tables as t
from personagen.store.chats import forget
from personagen.store.ledger import Ledger
from personagen.store.record import write_findings

UNFINISHED = "erasure unfinished"
"""While this fact stands, words are gone from the ledger and what is derived is to be made anew."""
_NUMBERED = re.compile(r"\[[a-z]+ \d+\]")


class Erasure(NamedTuple):
    """What the ledger is to lose, and what takes its place."""

    participant: str
    ids: Sequence[str]
    """Pseudonyms of which nothing is left."""
    sources: Sequence[str]
    """Whole sources."""
    hashes: Sequence[str]
    """SHA-256 of every source they spoke in, whole or not."""
    utterances: Sequence[str]
    chunks: dict[str, Sequence[Chunk]]
    """Source that stays → its chunks as they are now."""
    findings: Findings
    events: Sequence[int]
    """Decisions to blank."""
    chats: Sequence[str] = ()
    """Answers of personas to erase."""


class Tombstone(NamedTuple):
    """What would bring a person back who withdrew."""

    participant: str
    at: str
    kind: str
    """`participant`, `source`, `identity` or `name`."""
    hash: str


def erase(ledger: Ledger, erasure: Erasure) -> None:
    """Take everything of a person out of the ledger; leave a tombstone."""
    vault = ledger.vault
    stones = list(_stones(ledger, erasure))
    names = _folded_names(ledger, erasure.ids)
    with ledger.engine.begin() as connection:
        _note(connection, erasure.participant)
        _insert(connection, stones)
        _delete_in(connection, t.utterances.c.id, erasure.utterances)
        _delete_in(connection, t.masks.c.utterance, erasure.utterances)
        _delete_in(connection, t.mask_choices.c.utterance, erasure.utterances)
        _delete_in(connection, t.sources.c.id, erasure.sources)
        _delete_in(connection, t.aliases.c.source, erasure.sources)
        _delete_in(connection, t.masks.c.placeholder, erasure.ids)
        _delete_in(connection, t.mask_choices.c.placeholder, erasure.ids)
        _delete_in(connection, t.aliases.c.participant, erasure.ids)
        _delete_in(connection, t.identities.c.participant, erasure.ids)
        _delete_in(connection, t.participants.c.id, erasure.ids)
        _drop_doubtful(connection, vault.open, set(erasure.utterances), names)
        _drop_shared_names(connection, vault.open, names)
        _drop_unused_placeholders(connection)
        _rechunk(connection, erasure.chunks)
        connection.execute(delete(t.findings))
        write_findings(connection, erasure.findings)
        _blank(connection, erasure.events)
        forget(connection, erasure.chats)
        exams.forget(connection)


def finish(ledger: Ledger) -> None:
    """Note that what is derived was made anew."""
    with ledger.engine.begin() as connection:
        connection.execute(delete(t.facts).where(t.facts.c.name == UNFINISHED))


def tombstones(ledger: Ledger) -> tuple[Tombstone, ...]:
    """Return what must not come back unasked."""
    query = select(t.tombstones).order_by(t.tombstones.c.id)
    with ledger.engine.connect() as connection:
        rows = connection.execute(query).all()
    return tuple(Tombstone(row.participant, row.at, row.kind, row.hash) for row in rows)


def _stones(ledger: Ledger, erasure: Erasure) -> Iterable[Tombstone]:
    """Yield keyed hashes of what they would be known by again."""
    at = datetime.now(UTC).date().isoformat()
    hashed = ledger.vault.hash
    ids = dict.fromkeys([erasure.participant, *erasure.ids])
    for pid in ids:
        yield Tombstone(pid, at, "participant", hashed(pid))
    for sha256 in erasure.hashes:
        yield Tombstone(erasure.participant, at, "source", hashed(sha256))
    for person in ledger.known():
        if person.participant.id in ids:
            for identity in person.identities:
                if not identity.startswith("s_"):  # where they spoke, not who they are
                    yield Tombstone(erasure.participant, at, "identity", hashed(identity))
            for name in person.names:
                if full_key(name):
                    yield Tombstone(
                        erasure.participant, at, "name", hashed(" ".join(full_key(name)))
                    )


def _folded_names(ledger: Ledger, ids: Sequence[str]) -> frozenset[str]:
    names = [a.name for a in ledger.aliases() if a.participant in ids and not is_generic(a.name)]
    return frozenset(word for name in names for word in forms(name).single)


def _note(connection: Connection, participant: str) -> None:
    connection.execute(delete(t.facts).where(t.facts.c.name == UNFINISHED))
    connection.execute(insert(t.facts), [{"name": UNFINISHED, "value": participant}])


def _insert(connection: Connection, stones: Sequence[Tombstone]) -> None:
    if stones:
        connection.execute(insert(t.tombstones), [stone._asdict() for stone in stones])


def _delete_in(connection: Connection, column: Column[Any], values: Sequence[object]) -> None:
    for first in range(0, len(values), 500):
        part = values[first : first + 500]
        connection.execute(delete(column.table).where(column.in_(part)))


def _drop_doubtful(
    connection: Connection, opened: Callable[[str], str], gone: set[str], names: frozenset[str]
) -> None:
    rows = connection.execute(select(t.doubtful.c.id, t.doubtful.c.payload)).all()
    drop = [
        row.id
        for row in rows
        if row.payload["utterance"] in gone or fold(opened(row.payload["name"])) in names
    ]
    _delete_in(connection, t.doubtful.c.id, drop)


def _drop_shared_names(
    connection: Connection, opened: Callable[[str], str], names: frozenset[str]
) -> None:
    """Forget what `[name]` stood for where it stood for one of their names."""
    rows = connection.execute(select(t.aliases).where(t.aliases.c.participant == "[name]")).all()
    drop = [row.id for row in rows if fold(opened(row.name)) in names]
    _delete_in(connection, t.aliases.c.id, drop)


def _drop_unused_placeholders(connection: Connection) -> None:
    """Forget colleagues, e-mails and the like that only they mentioned."""
    used = set(connection.scalars(select(t.masks.c.placeholder).distinct()))
    held = set(connection.scalars(select(t.aliases.c.participant).distinct()))
    gone = [name for name in held - used if _NUMBERED.fullmatch(name)]
    _delete_in(connection, t.aliases.c.participant, gone)
    _delete_in(connection, t.mask_choices.c.placeholder, gone)


def _rechunk(connection: Connection, chunks: dict[str, Sequence[Chunk]]) -> None:
    """Write the chunks of trimmed sources; every vector is to be made anew."""
    for source, now in chunks.items():
        rows = connection.execute(select(t.chunks).where(t.chunks.c.source == source)).all()
        approximate = any(row.approximate for row in rows)
        connection.execute(delete(t.chunks).where(t.chunks.c.source == source))
        values = [
            {
                "id": chunk.id,
                "source": source,
                "position": position,
                "parts": [[part.utterance, part.start, part.end] for part in chunk.parts],
                "tokens": chunk.tokens,
                "approximate": approximate,
            }
            for position, chunk in enumerate(now)
        ]
        if values:
            connection.execute(insert(t.chunks), values)
    connection.execute(delete(t.pending_vectors))
    every = select(t.chunks.c.id, literal("add"))
    connection.execute(insert(t.pending_vectors).from_select(["chunk", "action"], every))


def _blank(connection: Connection, events: Sequence[int]) -> None:
    for first in range(0, len(events), 500):
        part = events[first : first + 500]
        query = update(t.review_events).where(t.review_events.c.id.in_(part))
        connection.execute(query.values(before=null(), after=null()))


def record_exports(ledger: Ledger, paths: Iterable[str]) -> None:
    """Note where documents were written that erasure can't reach."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    fresh = {path: {"at": at, "path": path} for path in paths}
    if fresh:
        with ledger.engine.begin() as connection:
            _delete_in(connection, t.exports.c.path, list(fresh))
            connection.execute(insert(t.exports), list(fresh.values()))


def exported(ledger: Ledger) -> tuple[tuple[str, str], ...]:
    """Return when and where documents were written outside the study's own folder."""
    with ledger.engine.connect() as connection:
        rows = connection.execute(select(t.exports).order_by(t.exports.c.id)).all()
    return tuple((row.at, row.path) for row in rows)
