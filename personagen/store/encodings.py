"""What the encoder said of each sentence, kept so that none is read twice.

Importing and analyzing look at the same sentences, and so does every later analysis. A row holds
numbers under a hash of the sentence, its context and its kind: no words. Whatever is here can be
thrown away; the encoder says the same again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    Column,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    select,
)
from sqlalchemy.exc import DatabaseError

from personagen.store import database

if TYPE_CHECKING:
    from personagen.encoder import Encoder
    from personagen.encoder.runtime import Encoded

FILE = "encodings.db"
_KEYS_AT_ONCE = 500
_ROWS_AT_ONCE = 2_000

_metadata = MetaData()
_rows = Table(
    "encodings",
    _metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("row", LargeBinary, nullable=False),
)
_made_by = Table("made_by", _metadata, Column("fingerprint", Text, primary_key=True))


class CachedEncoder:
    """The encoder, remembering in a study's folder what it said.

    Writes; so whoever uses it holds the study's writer lock.
    """

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._file = folder / FILE
        self._encoder = encoder

    @property
    def fingerprint(self) -> str:
        """Name the model."""
        return self._encoder.fingerprint

    def codes(
        self, scores: NDArray[np.float32], kinds: Sequence[str] | None = None
    ) -> list[list[str]]:
        """Return the codes above threshold of each unit, the dominant one first."""
        return self._encoder.codes(scores, kinds)

    def encode(
        self,
        texts: Sequence[str],
        contexts: Sequence[str] | None = None,
        *,
        kinds: Sequence[str] | None = None,
    ) -> Encoded:
        """Return vectors and scores of the units; only those never met before are read."""
        contexts = contexts if contexts is not None else [""] * len(texts)
        kinds = kinds if kinds is not None else [""] * len(texts)
        units = list(zip(texts, contexts, kinds, strict=True))
        keys = [_key(unit) for unit in units]
        known = self._recall(keys)
        fresh = {key: unit for key, unit in zip(keys, units, strict=True) if key not in known}
        if fresh:
            known |= self._learn(fresh)
        return _unpacked(np.frombuffer(b"".join(known[key] for key in keys), np.float32))

    def close(self) -> None:
        """Let go of the file."""
        if "_engine" in self.__dict__:
            self._engine.dispose()
            del self._engine

    def _learn(self, fresh: dict[bytes, tuple[str, str, str]]) -> dict[bytes, bytes]:
        texts, contexts, kinds = zip(*fresh.values(), strict=True)
        rows = _packed(self._encoder.encode(texts, contexts, kinds=kinds))
        learned = {key: row.tobytes() for key, row in zip(fresh, rows, strict=True)}
        values = ({"key": key, "row": row} for key, row in learned.items())
        with self._engine.begin() as connection:
            while part := list(islice(values, _ROWS_AT_ONCE)):
                connection.execute(insert(_rows), part)
        return learned

    def _recall(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        with self._engine.connect() as connection:
            for part in _batched(dict.fromkeys(keys)):
                query = select(_rows.c.key, _rows.c.row).where(_rows.c.key.in_(part))
                found |= {key: row for key, row in connection.execute(query)}
        return found

    @cached_property
    def _engine(self) -> Engine:
        """Open the file; what another encoder said is forgotten, and a damaged file replaced."""
        try:
            return self._opened()
        except DatabaseError:
            for path in self._file.parent.glob(f"{FILE}*"):
                path.unlink()
            return self._opened()

    def _opened(self) -> Engine:
        engine = database.connect(database.sqlite(self._file))
        try:
            _metadata.create_all(engine)
            with engine.begin() as connection:
                if connection.scalar(select(_made_by.c.fingerprint)) != self.fingerprint:
                    connection.execute(delete(_rows))
                    connection.execute(delete(_made_by))
                    connection.execute(insert(_made_by), [{"fingerprint": self.fingerprint}])
        except DatabaseError:
            engine.dispose()
            raise
        return engine


def _key(unit: tuple[str, str, str]) -> bytes:
    return hashlib.blake2b("\x1f".join(unit).encode(), digest_size=16).digest()


def _batched(keys: Iterable[bytes]) -> Iterator[list[bytes]]:
    keys = iter(keys)
    while part := list(islice(keys, _KEYS_AT_ONCE)):
        yield part


def _packed(said: Encoded) -> NDArray[np.float32]:
    """Return shape (n, d + 8): vector, scores, intensity, quotable."""
    columns = [said.vectors, said.scores, said.intensity[:, None], said.quotable[:, None]]
    return np.ascontiguousarray(np.concatenate(columns, axis=1), np.float32)


def _unpacked(numbers: NDArray[np.float32]) -> Encoded:
    from personagen.encoder.layout import CODES, DIMENSIONS
    from personagen.encoder.runtime import Encoded

    rows = numbers.reshape(-1, DIMENSIONS + len(CODES) + 2)
    scores = rows[:, DIMENSIONS : DIMENSIONS + len(CODES)]
    return Encoded(rows[:, :DIMENSIONS], scores, rows[:, -2], rows[:, -1])
