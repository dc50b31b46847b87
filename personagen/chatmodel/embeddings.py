"""Vectors by a model behind OpenAI's protocol, through LangChain and the one door.

Only masked text is sent, each text once: what came back is kept in the study's folder under a hash
of the model and the text. The vectors are for search; codes stay the encoder's.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, Engine, LargeBinary, MetaData, Table, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DatabaseError

from personagen.chatmodel.making import key_of, silence_telemetry
from personagen.chatmodel.settings import ModelSettings
from personagen.chatmodel.trying import insist
from personagen.egress import Door, purpose
from personagen.errors import ModelError, UsageError
from personagen.store import database
from personagen.tokens import counter_for

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings

FILE = "embeddings.db"
AT_ONCE = 256
"""Texts in one request."""
_REMEDY = "Run again, or go back: personagen reindex --embedder encoder."

_metadata = MetaData()
_rows = Table(
    "vectors",
    _metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("row", LargeBinary, nullable=False),
)


class ModelVectors:
    """Makes vectors with a model."""

    def __init__(
        self,
        settings: ModelSettings,
        door: Door,
        folder: Path,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare to ask.

        Args:
            settings: Which model, and where.
            door: What requests pass on their way out.
            folder: The study's, where vectors are kept.
            sleep: Waits so many seconds.
        """
        self._settings, self._door, self._sleep = settings, door, sleep
        self._file = folder / FILE

    @property
    def fingerprint(self) -> str:
        """Name the model and where it is."""
        return f"{self._settings.qualified} at {self._settings.base_url or self._settings.host}"

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32, shape (n, d), rows of length 1; only texts never met before are sent.

        Raises:
            EgressError: nothing of this study may be sent there.
            ModelError: the server gives no vectors.
        """
        keys = [self._key(text) for text in texts]
        known = self._recall(keys)
        fresh = {k: text for k, text in zip(keys, texts, strict=True) if k not in known}
        waiting = list(fresh.items())
        for first in range(0, len(waiting), AT_ONCE):
            part = waiting[first : first + AT_ONCE]
            rows = self.asked([text for _, text in part])
            learned = {k: row.tobytes() for (k, _), row in zip(part, rows, strict=True)}
            self._keep(learned)
            known |= learned
        return np.stack([np.frombuffer(known[key], np.float32) for key in keys])

    def asked(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of texts, shape (n, d), rows of length 1, without keeping them."""
        tokens = sum(map(counter_for(self._settings.bare).count, texts))
        with purpose("embed", tokens):
            rows = insist(
                lambda: self._model.embed_documents(list(texts)),
                self._settings, self._sleep, _REMEDY,
            )  # fmt: skip
        found = np.asarray(rows, np.float32)
        if found.ndim != 2 or len(found) != len(texts) or not np.isfinite(found).all():
            raise ModelError(f"{self._settings.host} gave no vector for each text", _REMEDY)
        unit: NDArray[np.float32] = found / np.maximum(
            np.linalg.norm(found, axis=1, keepdims=True), 1e-9
        )
        return unit

    def close(self) -> None:
        """Let go of the file and of the connections."""
        if "_engine" in self.__dict__:
            self._engine.dispose()
            del self._engine
        self.__dict__.pop("_model", None)
        self._door.close()

    @cached_property
    def _model(self) -> OpenAIEmbeddings:
        settings = self._settings
        self._door.require(settings.host)
        if settings.provider != "openai":
            raise UsageError(
                f"--embedder: {settings.provider!r} is not known here",
                "Write openai:NAME and, for another server, --embedder-url URL.",
            )
        silence_telemetry()
        from langchain_openai import OpenAIEmbeddings
        from pydantic import SecretStr

        return OpenAIEmbeddings(
            model=settings.bare,
            api_key=SecretStr(key_of(settings)),
            base_url=settings.base_url,
            http_client=self._door.client(settings.timeout, settings.deadline),
            http_async_client=self._door.no_way(),
            max_retries=0,
            chunk_size=AT_ONCE,
            # Else it counts tokens with an encoding that it would fetch.
            check_embedding_ctx_length=False,
        )

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self.fingerprint}\x1f{text}".encode()).digest()

    def _recall(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        with self._engine.connect() as connection:
            for part in _parts(keys):
                query = select(_rows.c.key, _rows.c.row).where(_rows.c.key.in_(part))
                found |= {key: row for key, row in connection.execute(query)}
        return found

    def _keep(self, learned: dict[bytes, bytes]) -> None:
        values = [{"key": key, "row": row} for key, row in learned.items()]
        with self._engine.begin() as connection:
            connection.execute(upsert(_rows).on_conflict_do_nothing(), values)

    @cached_property
    def _engine(self) -> Engine:
        """Open the file; a damaged one is replaced."""
        with suppress(DatabaseError):
            return self._opened()
        for path in self._file.parent.glob(f"{FILE}*"):
            path.unlink()
        return self._opened()

    def _opened(self) -> Engine:
        engine = database.connect(database.sqlite(self._file))
        try:
            _metadata.create_all(engine)
        except DatabaseError:
            engine.dispose()
            raise
        return engine


def _parts(keys: Sequence[bytes]) -> Iterator[tuple[bytes, ...]]:
    unique = list(dict.fromkeys(keys))
    return (tuple(unique[i : i + 500]) for i in range(0, len(unique), 500))
