"""What the model answered, kept in the study's folder, so that nothing is paid for twice.

The key of an answer is a hash of all that decides it: model, address, settings, prompt and input.
Only answers are kept, never failures. What each call took is kept beside them.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Container, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Float,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    delete,
    insert,
    select,
)
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from personagen.store import database

FILE = "answers.db"

_metadata = MetaData()
_answers = Table(
    "answers",
    _metadata,
    Column("key", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("rests_on", Text, nullable=False, comment="JSON list of participants in the input"),
)
_calls = Table(
    "calls",
    _metadata,
    Column("position", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("sent", Integer, nullable=False, comment="tokens, as the server counted"),
    Column("written", Integer, nullable=False),
    Column("usd", Float, nullable=True, comment="null: the price is unknown"),
    Column("seconds", Float, nullable=False),
    Column("outcome", Text, nullable=False, comment="answered | unreadable | refused"),
)


_batches = Table(
    "batches",
    _metadata,
    Column("file", Text, primary_key=True, comment="of the uploaded requests"),
    Column("batch", Text, nullable=False, comment="empty: the file is there, no batch known"),
    Column("host", Text, nullable=False),
)


class OpenBatch(NamedTuple):
    """A batch that was sent and is not fetched yet."""

    file: str
    batch: str
    """Empty where the run ended before it was known."""
    host: str


class Call(NamedTuple):
    """One request that the server answered."""

    key: str
    purpose: str
    sent: int
    """Tokens that went out, as the server counted them."""
    written: int
    usd: float | None
    seconds: float
    outcome: str
    """`answered`, `unreadable` or `refused`."""


class Answers:
    """The answers of one study; may be used by several threads at once."""

    def __init__(self, folder: Path | None, *, held: bool = False) -> None:
        """Open the cache.

        Args:
            folder: The study's; None keeps the answers in memory.
            held: Hold back what is to be written until `settle`.
        """
        self._folder, self._holds = folder, held
        self._held: dict[str, tuple[str, frozenset[str]]] = {}
        self._calls: list[Call] = []
        self._lock = threading.Lock()
        try:
            self._open()
        except DatabaseError:
            # A cache can be thrown away; a damaged one is.
            self.close()
            assert folder is not None
            for path in folder.glob(f"{FILE}*"):
                path.unlink()
            self._open()

    def _open(self) -> None:
        if self._folder is None:
            self._engine = create_engine(
                "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
            )
        else:
            self._engine = database.connect(database.sqlite(self._folder / FILE))
        _metadata.create_all(self._engine)

    def find(self, key: str) -> str | None:
        """Return the answer to a request that was answered before."""
        query = select(_answers.c.text).where(_answers.c.key == key)
        if key in self._held:
            return self._held[key][0]
        with self._lock, self._engine.connect() as connection:
            found: str | None = connection.scalar(query)
        return found

    def keep(self, key: str, text: str, rests_on: Iterable[str]) -> None:
        """Keep an answer, on disk before this returns where nothing is held back."""
        if self._holds:
            self._held[key] = (text, frozenset(rests_on))
        else:
            self._keep(key, text, rests_on)

    def _keep(self, key: str, text: str, rests_on: Iterable[str]) -> None:
        row = {"key": key, "text": text, "rests_on": json.dumps(sorted(set(rests_on)))}
        with self._lock, self._engine.begin() as connection:
            connection.execute(upsert(_answers).values(row).on_conflict_do_nothing())

    def record(self, call: Call) -> None:
        """Put on record what a call took."""
        if self._holds:
            self._calls.append(call)
        else:
            self._record(call)

    def _record(self, call: Call) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._lock, self._engine.begin() as connection:
            connection.execute(insert(_calls).values(at=at, **call._asdict()))

    def settle(self, people: Container[str]) -> None:
        """Write what was held back; the caller holds the study's writer lock.

        Args:
            people: The participants of the study as it stands now. An answer whose input held
                what somebody else said is forgotten: they have withdrawn meanwhile.
        """
        # A withdrawal throws the file away; then there is a new one.
        _metadata.create_all(self._engine)
        while self._calls:
            self._record(self._calls.pop(0))
        for key in list(self._held):
            text, rests_on = self._held.pop(key)
            if all(one in people for one in rests_on):
                self._keep(key, text, rests_on)

    def calls(self) -> list[Call]:
        """Return every call on record, oldest first."""
        with self._lock, self._engine.connect() as connection:
            rows = connection.execute(select(_calls).order_by(_calls.c.position))
            return [Call(**{name: getattr(row, name) for name in Call._fields}) for row in rows]

    def note_batch(self, batch: OpenBatch) -> OpenBatch:
        """Note a batch, on disk before this returns."""
        row = batch._asdict()
        query = upsert(_batches).values(row)
        with self._lock, self._engine.begin() as connection:
            connection.execute(query.on_conflict_do_update(index_elements=["file"], set_=row))
        return batch

    def open_batches(self, host: str) -> list[OpenBatch]:
        """Return the batches that were sent to a host and are not fetched yet."""
        query = select(_batches).where(_batches.c.host == host)
        with self._lock, self._engine.connect() as connection:
            return [OpenBatch(row.file, row.batch, row.host) for row in connection.execute(query)]

    def forget_batch(self, batch: OpenBatch) -> None:
        """Forget a batch that was fetched."""
        with self._lock, self._engine.begin() as connection:
            connection.execute(delete(_batches).where(_batches.c.file == batch.file))

    def forget(self, participant: str) -> int:
        """Forget every answer whose input held what a participant said; return how many."""
        with self._lock, self._engine.connect() as connection:
            rows = connection.execute(select(_answers.c.key, _answers.c.rests_on)).all()
        keys = [row.key for row in rows if participant in json.loads(row.rests_on)]
        with self._lock, self._engine.begin() as connection:
            for key in keys:
                connection.execute(delete(_answers).where(_answers.c.key == key))
        return len(keys)

    def close(self) -> None:
        """Let go of the file."""
        if hasattr(self, "_engine"):
            self._engine.dispose()
