"""The vectors of the chunks: ids and numbers in Chroma, no words.

What is here can be thrown away at any time and made again from the ledger.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from chromadb import Collection

NAME = "chunks"
# Rows that are not on disk yet enter the graph again each time the vectors are opened: with 6,500
# rows that took 3.5 s at a threshold of 10,000, and 0.4 s at this one; writing took no longer.
INDEX = {"space": "cosine", "batch_size": 1000, "sync_threshold": 2_000}


class Hit(NamedTuple):
    """A chunk near to what was searched."""

    chunk: str
    similarity: float
    """Cosine, 1 for the same direction."""


class Held(NamedTuple):
    """All vectors of a study, in memory: for whoever searches again and again."""

    chunks: Sequence[str]
    rows: NDArray[np.float32]
    """Shape (n, d), rows of length 1."""

    def nearest(self, vector: NDArray[np.float32], k: int) -> list[Hit]:
        """Return the k chunks nearest to a vector of shape (d,), nearest first."""
        if not self.chunks:
            return []
        near = self.rows @ vector
        best = np.argsort(-near, kind="stable")[:k]
        return [Hit(self.chunks[i], float(near[i])) for i in best]


class Vectors:
    """The vectors of one study, in its folder `vectors/`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def upsert(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Write the vectors of chunks.

        Args:
            ids: n chunk ids.
            vectors: float32, shape (n, d), rows of length 1.
        """
        size = self._client.get_max_batch_size()
        for first in range(0, len(ids), size):
            self._collection.upsert(
                ids=list(ids[first : first + size]), embeddings=vectors[first : first + size]
            )

    def delete(self, ids: Sequence[str]) -> None:
        """Remove the vectors of chunks; an id without a vector is passed over."""
        size = self._client.get_max_batch_size()
        for first in range(0, len(ids), size):
            self._collection.delete(ids=list(ids[first : first + size]))

    def search(self, vector: NDArray[np.float32], k: int) -> list[Hit]:
        """Return the k chunks nearest to a vector of shape (d,), nearest first."""
        k = min(k, self.count())
        if not k:
            return []
        found = self._collection.query(
            query_embeddings=vector.reshape(1, -1), n_results=k, include=["distances"]
        )
        distances = found["distances"] or [[]]
        pairs = zip(found["ids"][0], distances[0], strict=True)
        return [Hit(chunk, 1.0 - float(distance)) for chunk, distance in pairs]

    def held(self) -> Held:
        """Return all of them."""
        found = self._collection.get(include=["embeddings"])
        rows = found["embeddings"]
        return Held(found["ids"], np.asarray(() if rows is None else rows, np.float32))

    def count(self) -> int:
        """Return how many chunks have a vector."""
        return self._collection.count()

    def clear(self) -> None:
        """Throw all vectors away, and the space they take."""
        self.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        """Let go of the files."""
        if "_client" in self.__dict__:
            self._client.close()
        for name in ("_client", "_collection"):
            self.__dict__.pop(name, None)

    @cached_property
    def _client(self) -> Any:
        from chromadb import PersistentClient
        from chromadb.config import Settings

        settings = Settings(
            anonymized_telemetry=False,
            chroma_otel_collection_endpoint="",
            chroma_api_impl="chromadb.api.rust.RustBindingsAPI",
        )
        return PersistentClient(self._folder, settings)

    @cached_property
    def _collection(self) -> Collection:
        collection: Collection = self._client.get_or_create_collection(
            NAME, embedding_function=None, configuration={"hnsw": INDEX}
        )
        return collection
