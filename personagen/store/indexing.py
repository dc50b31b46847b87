"""Keep the vectors in step with the ledger, also after a crash between the two.

The ledger notes what the vectors lack in the transaction that brings the need about; here it is
worked off. Whatever happens in between, the next call goes on where this one stopped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen.progress import Progress, Report, silent
from personagen.store import tables as t
from personagen.store.ledger import Ledger, Pending
from personagen.store.vectors import Vectors

if TYPE_CHECKING:
    from personagen.encoder import Encoder

BATCH = 2_048
"""Chunks embedded and written at once; bounds what a crash loses and what memory is needed."""
ENCODER = "vectors made by"
LABEL = "Embedding"


def is_current(ledger: Ledger, vectors: Vectors, encoder: Encoder) -> bool:
    """Return whether every chunk has its vector, made by this encoder, and nothing else has."""
    if ledger.pending(1) or ledger.fact(ENCODER) not in (encoder.fingerprint, None):
        return False
    return _count(vectors) == ledger.count(t.chunks)


def catch_up(ledger: Ledger, vectors: Vectors, encoder: Encoder, report: Report = silent) -> None:
    """Write the vectors that are missing, remove those whose chunks are gone.

    Everything is made anew where the vectors are another encoder's, or are not those that the
    ledger takes them for: a folder deleted, damaged or put back from a copy.
    """
    if ledger.fact(ENCODER) not in (encoder.fingerprint, None):
        rebuild(ledger, vectors, encoder, report)
        return
    missing = sum(1 for pending in ledger.pending() if pending.action == "add")
    if _count(vectors) + missing < ledger.count(t.chunks):
        rebuild(ledger, vectors, encoder, report)
        return
    _work_off(ledger, vectors, encoder, report)
    if _count(vectors) != ledger.count(t.chunks):
        rebuild(ledger, vectors, encoder, report)


def rebuild(ledger: Ledger, vectors: Vectors, encoder: Encoder, report: Report = silent) -> None:
    """Throw the vectors away and make them all again from the ledger."""
    ledger.require_all_vectors()
    vectors.clear()
    _work_off(ledger, vectors, encoder, report)


def _work_off(ledger: Ledger, vectors: Vectors, encoder: Encoder, report: Report) -> None:
    ledger.note(ENCODER, encoder.fingerprint)
    total, done = ledger.count(t.pending_vectors), 0
    while batch := ledger.pending(BATCH):
        _write(ledger, vectors, encoder, batch)
        ledger.settle(batch)
        done += len(batch)
        report(Progress(LABEL, done, total))


def _write(ledger: Ledger, vectors: Vectors, encoder: Encoder, batch: list[Pending]) -> None:
    gone = [pending.chunk for pending in batch if pending.action == "delete"]
    if gone:
        vectors.delete(gone)
    chunks = ledger.chunks(pending.chunk for pending in batch if pending.action == "add")
    if chunks:
        texts = [chunk.text for chunk in chunks.values()]
        vectors.upsert(list(chunks), encoder.encode(texts).vectors)


def _count(vectors: Vectors) -> int:
    """Return how many vectors there are; -1 where Chroma can't open its own files."""
    try:
        return vectors.count()
    except Exception:
        # Damaged files show as whatever Chroma's core runs into; all of it means: make them anew.
        return -1
