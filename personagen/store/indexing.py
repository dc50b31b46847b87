"""Search, and the vectors kept in step with the ledger, also after a crash between the two.

The ledger notes what the vectors lack in the transaction that brings the need about; here it is
worked off. Whatever happens in between, the next call goes on where this one stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from personagen.chunking import Chunk
from personagen.errors import StudyLockedError
from personagen.models import Source
from personagen.progress import Progress, Report, silent
from personagen.store import tables as t
from personagen.store.ledger import Ledger, Pending
from personagen.store.lock import writing
from personagen.store.vectors import Held, Hit, Vectors


class Embedder(Protocol):
    """Who makes the vectors."""

    far: bool
    """It asks another machine: nothing is sent to it unless a person asks for something."""

    @property
    def fingerprint(self) -> str:
        """Name it: other vectors have another fingerprint."""

    def chunks(self, chunks: Sequence[Chunk], sources: Sequence[Source]) -> NDArray[np.float32]:
        """Return float32, shape (n, d), rows of length 1.

        Args:
            chunks: n chunks.
            sources: Their sources, with the utterances they hold.
        """

    def query(self, text: str) -> NDArray[np.float32]:
        """Return float32, shape (d,), of length 1: the vector of what is looked for."""

    def close(self) -> None:
        """Let go of its files."""


FOLDER = "vectors"
BATCH = 2_048
"""Chunks embedded and written at once; bounds what a crash loses and what memory is needed."""
MADE_BY = "vectors made by"
"""Under this name the ledger notes the fingerprint of who made them."""
LABEL = "Embedding"


class Indexing:
    """The vectors of a study, derived from its ledger."""

    def __init__(self, folder: Path, ledger: Ledger, embedder: Embedder) -> None:
        self._folder = folder
        self._ledger = ledger
        self._embedder = embedder
        self.vectors = Vectors(folder / FOLDER)

    @property
    def far(self) -> bool:
        """Return whether another machine makes the vectors."""
        return self._embedder.far

    def close(self) -> None:
        """Let go of the files."""
        self._embedder.close()
        self.vectors.close()

    def search(self, text: str, k: int, held: Held | None = None) -> list[Hit]:
        """Return the k chunks nearest in meaning to a text, nearest first.

        Args:
            text: What is looked for.
            k: How many chunks.
            held: What `held` returned of the study as it stands, where that is at hand.
        """
        if held:
            return held.nearest(self._embedder.query(text), k)
        self._make_current()
        return self.vectors.search(self._embedder.query(text), k)

    def held(self) -> Held:
        """Return all vectors, to be searched many times."""
        self._make_current()
        return self.vectors.held()

    def _make_current(self) -> None:
        """Make vectors again that are missing, damaged or another embedder's.

        Not while another process is writing to the study: then what is there is searched.
        """
        if not self._is_current():
            with suppress(StudyLockedError), writing(self._folder, "reindex"):
                self.catch_up()

    def repair(self, report: Report = silent) -> None:
        """Write the vectors that a crash left out, unless another process is at it."""
        if self._ledger.pending(1) and not self._embedder.far:
            with suppress(StudyLockedError), writing(self._folder, "repair"):
                self.catch_up(report)

    def catch_up(self, report: Report = silent) -> None:
        """Write the vectors that are missing, remove those whose chunks are gone.

        The caller holds the writer lock. Everything is made anew where the vectors are another
        embedder's, or not those that the ledger takes them for: deleted, damaged, put back from
        a copy.
        """
        missing = sum(1 for pending in self._ledger.pending() if pending.action == "add")
        if self._is_foreign() or self._count() + missing < self._ledger.count(t.chunks):
            self.rebuild(report)
            return
        self._work_off(report)
        if self._count() != self._ledger.count(t.chunks):
            self.rebuild(report)

    def rebuild(self, report: Report = silent) -> int:
        """Throw the vectors away and make them all again; return how many there are.

        The caller holds the writer lock.
        """
        self._ledger.require_all_vectors()
        self.vectors.clear()
        self._work_off(report)
        return self.vectors.count()

    def _is_current(self) -> bool:
        if self._ledger.pending(1) or self._is_foreign():
            return False
        return self._count() == self._ledger.count(t.chunks)

    def _is_foreign(self) -> bool:
        return self._ledger.fact(MADE_BY) not in (self._embedder.fingerprint, None)

    def _work_off(self, report: Report) -> None:
        self._ledger.note(MADE_BY, self._embedder.fingerprint)
        total, done = self._ledger.count(t.pending_vectors), 0
        while batch := self._ledger.pending(BATCH):
            self._write(batch)
            self._ledger.settle(batch)
            done += len(batch)
            report(Progress(LABEL, done, total))

    def _write(self, batch: list[Pending]) -> None:
        gone = [pending.chunk for pending in batch if pending.action == "delete"]
        if gone:
            self.vectors.delete(gone)
        wanted = (pending.chunk for pending in batch if pending.action == "add")
        chunks = list(self._ledger.chunks(wanted).values())
        if chunks:
            vectors = self._embedder.chunks(chunks, self._ledger.said_in(chunks))
            self.vectors.upsert([chunk.id for chunk in chunks], vectors)

    def _count(self) -> int:
        """Return how many vectors there are; -1 where Chroma can't open its own files."""
        try:
            return self.vectors.count()
        except Exception:
            # Damaged files show as whatever Chroma's core runs into; it all means: make them anew.
            return -1
