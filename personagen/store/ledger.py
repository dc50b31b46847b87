"""The ledger: what was imported, who said it, and which chunks still lack their vectors.

Everything goes in and comes out as models; a source is written in one transaction, with all that
hangs on it, or not at all. How it is read back stands in `stored`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import URL, Connection, Table, delete, func, insert, literal, select, update

from personagen.chunking import Chunk
from personagen.errors import VaultError
from personagen.models import Participant, Source
from personagen.privacy import keys
from personagen.privacy.vault import Vault
from personagen.store import database, sealed, stored
from personagen.store import tables as t
from personagen.store.batches import batched, insert_all

if TYPE_CHECKING:
    from personagen.privacy import Alias, Doubtful, KnownPerson, Mask

VAULT = "vault"
"""Under this name the ledger notes the id of its vault, which names the key."""


class StoredSource(NamedTuple):
    """How a source stands in the ledger."""

    id: str
    path: str
    options_hash: str
    report: Mapping[str, Any]


class NewSource(NamedTuple):
    """All that one imported file adds to the ledger."""

    source: Source
    people: Sequence[KnownPerson]
    aliases: Sequence[Alias]
    doubtful: Sequence[Doubtful]
    chunks: Sequence[Chunk]
    approximate: bool
    """The chunks' tokens are not the language models'."""
    options: Mapping[str, Any]
    options_hash: str
    report: Mapping[str, Any]
    masks: Sequence[Mask] = ()
    also: Callable[[Connection], None] | None = None
    """Writes what hangs on its utterances, in the same transaction."""


class Pending(NamedTuple):
    """A chunk whose vector is still to be written or removed."""

    chunk: str
    action: str
    """`add` or `delete`."""


class Ledger:
    """The database of one study."""

    def __init__(self, url: str | URL, key_file: Path | None = None) -> None:
        """Open the database.

        Args:
            url: Where it is.
            key_file: Where the user keeps the key of its vault; by default the keyring or the
                configuration folder.
        """
        self.engine = database.connect(url)
        self._key_file = key_file

    def migrate(self, lock: AbstractContextManager[None] | None = None) -> None:
        """Bring the schema up to date, see `database.migrate`; seal what was not sealed."""
        before = database.version(self.engine)
        database.migrate(self.engine, lock)
        if before == "0001":
            vault = self.vault
            with self.engine.begin() as connection:
                sealed.seal_all(connection, vault)
            self.compact()

    @cached_property
    def vault(self) -> Vault:
        """What seals the names of this study; its key is made when first needed.

        Raises:
            VaultError: the key is not on this machine, or not in a place where it may be.
        """
        name = self.fact(VAULT)
        if name is None:
            name = uuid.uuid4().hex
            made = keys.make_key(name, self._folder, self._key_file)
            self.note(VAULT, name)
            return Vault(made)
        key = keys.find_key(name, self._key_file)
        if key is None:
            raise VaultError(
                "the key of this study's vault is not on this machine",
                f"Bring the file {name}.key into {keys.configuration() / 'keys'}, or name it "
                f"in {keys.FILE_SETTING}.",
            )
        return Vault(key)

    @property
    def _folder(self) -> Path | None:
        file = self.engine.url.database
        local = self.engine.url.get_backend_name() == "sqlite" and file
        return Path(file).parent if local and file else None

    def compact(self) -> None:
        """Rewrite the database without what was deleted: no free pages, nothing in its log."""
        journal = "PRAGMA wal_checkpoint(TRUNCATE)"
        self._outside_transactions(journal, "VACUUM", journal)

    def empty_journal(self) -> None:
        """Bring what is in the journal into the database, so that closing it changes nothing."""
        self._outside_transactions("PRAGMA wal_checkpoint(TRUNCATE)")

    def _outside_transactions(self, *statements: str) -> None:
        if self.engine.url.get_backend_name() != "sqlite":
            return
        raw = self.engine.raw_connection()
        try:
            for statement in statements:
                raw.cursor().execute(statement)
        finally:
            raw.close()

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()

    def stored(self, sha256: str) -> StoredSource | None:
        """Return the source that was read from a file with this hash, if there is one."""
        query = select(t.sources).where(t.sources.c.sha256 == sha256)
        with self.engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return StoredSource(row.id, row.path, row.options_hash, row.report) if row else None

    def put(self, new: NewSource) -> None:
        """Write a source and all that hangs on it, in the place of an earlier reading of it.

        A chunk that stood there before keeps its vector; the others are noted as pending in
        the same transaction.
        """
        vault, source = self.vault, new.source.id
        with self.engine.begin() as connection:
            _put_source(connection, new, vault)
            _put_people(connection, new.people)
            sealed.add_identities(connection, vault, new.people)
            sealed.add_aliases(connection, vault, new.aliases)
            insert_all(connection, t.utterances, _utterance_rows(new.source))
            insert_all(connection, t.doubtful, sealed.doubtful_rows(vault, source, new.doubtful))
            insert_all(connection, t.masks, sealed.mask_rows(vault, new.masks))
            _put_chunks(connection, new)
            if new.also:
                new.also(connection)

    def sources(self) -> tuple[Source, ...]:
        """Return all sources with their utterances, in the order of import."""
        with self.engine.connect() as connection:
            return stored.sources(connection)

    def imported_at(self) -> str:
        """Return when something was last imported, ISO 8601; empty where nothing was."""
        with self.engine.connect() as connection:
            return connection.scalar(select(func.max(t.sources.c.imported_at))) or ""

    def participants(self) -> tuple[Participant, ...]:
        """Return those who said something, in the order in which they were first met."""
        with self.engine.connect() as connection:
            return stored.participants(connection)

    def known(self) -> tuple[KnownPerson, ...]:
        """Return everyone ever met with what they are known by, also those who say nothing now.

        Who vanishes from a source that is read again keeps the pseudonym: it is never given to
        another person.
        """
        with self.engine.connect() as connection:
            return stored.known(connection, self._open)

    def aliases(self) -> tuple[Alias, ...]:
        """Return the names as they stood in the files, with the pseudonym of each."""
        with self.engine.connect() as connection:
            return stored.aliases(connection, self._open)

    def _open(self, sealed_words: str) -> str:
        """Return what was sealed; a study that holds no name never asks for a key."""
        return self.vault.open(sealed_words)

    def doubtful(self) -> tuple[Doubtful, ...]:
        """Return the masks that a person should look at."""
        with self.engine.connect() as connection:
            rows = connection.scalars(select(t.doubtful.c.payload).order_by(t.doubtful.c.id)).all()
        return tuple(sealed.doubtful_of(self.vault, payload) for payload in rows)

    def chunks(self, ids: Iterable[str]) -> dict[str, Chunk]:
        """Return chunks by id, with their words; an id that is gone is left out."""
        with self.engine.connect() as connection:
            return stored.chunks(connection, ids)

    def said_in(self, chunks: Sequence[Chunk]) -> tuple[Source, ...]:
        """Return the chunks' sources with only the utterances that the chunks hold, in order."""
        with self.engine.connect() as connection:
            return stored.said_in(connection, chunks)

    def pending(self, limit: int | None = None) -> list[Pending]:
        """Return what the vectors still lack, at most `limit` of it, neighbours together."""
        query = select(t.pending_vectors).outerjoin(
            t.chunks, t.chunks.c.id == t.pending_vectors.c.chunk
        )
        query = query.order_by(t.chunks.c.source, t.chunks.c.position, t.pending_vectors.c.chunk)
        query = query.limit(limit)
        with self.engine.connect() as connection:
            return [Pending(row.chunk, row.action) for row in connection.execute(query)]

    def settle(self, done: Sequence[Pending]) -> None:
        """Note that the vectors of these chunks are as they should be."""
        column = t.pending_vectors.c.chunk
        with self.engine.begin() as connection:
            for part in batched(pending.chunk for pending in done):
                connection.execute(delete(t.pending_vectors).where(column.in_(part)))

    def require_all_vectors(self) -> None:
        """Note every chunk as one that lacks its vector."""
        every = select(t.chunks.c.id, literal("add"))
        with self.engine.begin() as connection:
            connection.execute(delete(t.pending_vectors))
            connection.execute(insert(t.pending_vectors).from_select(["chunk", "action"], every))

    def fact(self, name: str) -> str | None:
        """Return what is noted about the ledger itself under a name."""
        with self.engine.connect() as connection:
            query = select(t.facts.c.value).where(t.facts.c.name == name)
            return connection.scalar(query)

    def note(self, name: str, value: str) -> None:
        """Note something about the ledger itself."""
        with self.engine.begin() as connection:
            connection.execute(delete(t.facts).where(t.facts.c.name == name))
            connection.execute(insert(t.facts), [{"name": name, "value": value}])

    def count(self, table: Table) -> int:
        """Return how many rows a table of `store.tables` has."""
        with self.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0


def _put_source(connection: Connection, new: NewSource, vault: Vault) -> None:
    """Write a source's own row; take out the words of its earlier reading.

    Its chunks are compared later, and its aliases stay: a label that was a participant once gets
    the same pseudonym when it is one again.
    """
    row, key = _source_row(new, vault), t.sources.c.id == new.source.id
    if connection.execute(update(t.sources).where(key).values(row)).rowcount:
        for table in (t.utterances, t.doubtful, t.masks):
            connection.execute(delete(table).where(table.c.source == new.source.id))
    else:
        last = connection.scalar(select(func.max(t.sources.c.position))) or 0
        connection.execute(insert(t.sources), [{**row, "position": last + 1}])


def _put_people(connection: Connection, people: Sequence[KnownPerson]) -> None:
    """Write participants; who was met before keeps the place in the order."""
    rows = connection.execute(select(t.participants).order_by(t.participants.c.position))
    before = {row.id: stored.participant_of(row) for row in rows}
    given = {person.participant.id: person.participant for person in people}
    fresh = [person.model_dump() for id_, person in given.items() if id_ not in before]
    last = connection.scalar(select(func.max(t.participants.c.position))) or 0
    insert_all(
        connection, t.participants, ({**r, "position": last + 1 + i} for i, r in enumerate(fresh))
    )
    for id_, person in given.items():
        if id_ in before and person != before[id_]:
            query = update(t.participants).where(t.participants.c.id == id_)
            connection.execute(query.values(person.model_dump()))


def _put_chunks(connection: Connection, new: NewSource) -> None:
    """Replace a source's chunks; note which vectors that adds and removes."""
    query = select(t.chunks.c.id).where(t.chunks.c.source == new.source.id)
    before = set(connection.scalars(query))
    after = {chunk.id for chunk in new.chunks}
    connection.execute(delete(t.chunks).where(t.chunks.c.source == new.source.id))
    insert_all(connection, t.chunks, _chunk_values(new))
    pending = [(chunk, "delete") for chunk in sorted(before - after)]
    pending += [(chunk.id, "add") for chunk in new.chunks if chunk.id not in before]
    for part in batched(chunk for chunk, _ in pending):
        column = t.pending_vectors.c.chunk
        connection.execute(delete(t.pending_vectors).where(column.in_(part)))
    insert_all(connection, t.pending_vectors, ({"chunk": c, "action": a} for c, a in pending))


def _source_row(new: NewSource, vault: Vault) -> dict[str, Any]:
    return {
        **new.source.model_dump(exclude={"utterances", "quantities"}),
        "options": sealed.options_row(vault, new.options),
        "options_hash": new.options_hash,
        "report": dict(new.report),
        "imported_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _utterance_rows(source: Source) -> Iterator[dict[str, Any]]:
    for position, utterance in enumerate(source.utterances):
        yield {**utterance.model_dump(), "source": source.id, "position": position}


def _chunk_values(new: NewSource) -> Iterator[dict[str, Any]]:
    for position, chunk in enumerate(new.chunks):
        yield {
            "id": chunk.id,
            "source": chunk.source,
            "position": position,
            "parts": [[part.utterance, part.start, part.end] for part in chunk.parts],
            "tokens": chunk.tokens,
            "approximate": new.approximate,
        }
