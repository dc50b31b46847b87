"""Rows of the ledger, back as models: sources with what was said, people, names, chunks.

Reads only. It is the half of `ledger` that its writing half leans on, never the other way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Table, literal, select

from personagen.chunking import Chunk, ChunkPart, words
from personagen.models import Participant, Source, Utterance
from personagen.store import tables as t
from personagen.store.batches import SLICE, batched

if TYPE_CHECKING:
    from personagen.privacy import Alias, KnownPerson

Open = Callable[[str], str]
"""Opens what the vault sealed."""


def sources(connection: Connection) -> tuple[Source, ...]:
    """Return all sources with their utterances, in the order of import."""
    query = select(t.utterances).join(t.sources)
    query = query.order_by(t.sources.c.position, t.utterances.c.position)
    said = _by_source(connection.execute(query).yield_per(SLICE))
    found = connection.execute(select(t.sources).order_by(t.sources.c.position))
    return tuple(_source(row, said.get(row.id, ())) for row in found)


def said_in(connection: Connection, chunks: Sequence[Chunk]) -> tuple[Source, ...]:
    """Return the chunks' sources with only the utterances that the chunks hold, in order."""
    ids = dict.fromkeys(part.utterance for chunk in chunks for part in chunk.parts)
    rows: list[Any] = []
    for part in batched(ids):
        rows += connection.execute(select(t.utterances).where(t.utterances.c.id.in_(part)))
    said = _by_source(sorted(rows, key=lambda row: (row.source, row.position)))
    found = connection.execute(select(t.sources).where(t.sources.c.id.in_(list(said))))
    return tuple(_source(row, said[row.id]) for row in found)


def _by_source(rows: Iterable[Any]) -> dict[str, tuple[Utterance, ...]]:
    """Return source → its utterances, from rows of which one source's are neighbours."""
    return {
        source: tuple(_utterance(row) for row in group)
        for source, group in groupby(rows, key=lambda row: row.source)
    }


def participants(connection: Connection) -> tuple[Participant, ...]:
    """Return those who said something, in the order in which they were first met."""
    speaks = select(literal(1)).where(t.utterances.c.participant == t.participants.c.id)
    query = select(t.participants).where(speaks.exists()).order_by(t.participants.c.position)
    return tuple(participant_of(row) for row in connection.execute(query))


def known(connection: Connection, opened: Open) -> tuple[KnownPerson, ...]:
    """Return everyone ever met with what they are known by, also those who say nothing now."""
    from personagen.privacy import KnownPerson

    rows = connection.execute(select(t.participants).order_by(t.participants.c.position))
    people = [participant_of(row) for row in rows]
    identities = _by_person(connection, t.identities, t.identities.c.identity, opened)
    names = _by_person(connection, t.aliases, t.aliases.c.name, opened)
    return tuple(
        KnownPerson(
            participant=person,
            identities=tuple(identities.get(person.id, ())),
            names=tuple(dict.fromkeys(names.get(person.id, ()))),
        )
        for person in people
    )


def aliases(connection: Connection, opened: Open) -> tuple[Alias, ...]:
    """Return the names as they stood in the files, with the pseudonym of each."""
    from personagen.privacy import Alias

    rows = connection.execute(select(t.aliases).order_by(t.aliases.c.id))
    return tuple(
        Alias(participant=row.participant, name=opened(row.name), source=row.source) for row in rows
    )


def _by_person(
    connection: Connection, table: Table, column: Column[str], opened: Open
) -> dict[str, list[str]]:
    """Return participant → what the vault holds of them in a column."""
    found: dict[str, list[str]] = {}
    for owner, item in connection.execute(select(table.c.participant, column)):
        found.setdefault(owner, []).append(opened(item))
    return found


def chunks(connection: Connection, ids: Iterable[str]) -> dict[str, Chunk]:
    """Return chunks by id, with their words; an id that is gone is left out."""
    rows = [row for part in batched(ids) for row in _chunk_rows(connection, part)]
    wanted = {part[0] for row in rows for part in row.parts}
    said = dict(pair for part in batched(wanted) for pair in _texts(connection, part))
    return {row.id: _chunk(row, said) for row in rows}


def _chunk_rows(connection: Connection, ids: list[str]) -> Sequence[Any]:
    return connection.execute(select(t.chunks).where(t.chunks.c.id.in_(ids))).all()


def _texts(connection: Connection, ids: list[str]) -> Iterator[tuple[str, str]]:
    query = select(t.utterances.c.id, t.utterances.c.text).where(t.utterances.c.id.in_(ids))
    for row in connection.execute(query):
        yield row.id, row.text


def _chunk(row: Any, said: Mapping[str, str]) -> Chunk:
    parts = tuple(ChunkPart(utterance=u, start=start, end=end) for u, start, end in row.parts)
    text = words(said[part.utterance][part.start : part.end] for part in parts)
    return Chunk(id=row.id, source=row.source, parts=parts, text=text, tokens=row.tokens)


def _source(row: Any, utterances: tuple[Utterance, ...]) -> Source:
    return Source(
        **{name: getattr(row, name) for name in Source.model_fields if hasattr(row, name)},
        utterances=utterances,
        quantities=row.report.get("quantities", ()),
    )


def _utterance(row: Any) -> Utterance:
    return Utterance(**{name: getattr(row, name) for name in Utterance.model_fields})


def participant_of(row: Any) -> Participant:
    """Return the participant in a row."""
    return Participant(**{name: getattr(row, name) for name in Participant.model_fields})
