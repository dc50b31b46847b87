"""Embed: the vectors of chunks, from the same pass of the encoder that codes their sentences.

The encoder makes a sentence's vector from the sentence alone and its scores together with the
context, in one pass. An answer, review or ticket is therefore read as it will be coded, and its
vector is the mean of its sentences': what was read at import need not be read again to be coded.
A chunk of an interview holds several people's turns, and is read as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from personagen.analysts.base import SentenceEncoder
from personagen.chunking import Chunk
from personagen.coding import encode, units_of
from personagen.models import Material, Source
from personagen.progress import silent


def chunk_vectors(
    chunks: Sequence[Chunk], sources: Sequence[Source], encoder: SentenceEncoder
) -> NDArray[np.float32]:
    """Return the vectors of chunks.

    Args:
        chunks: n chunks.
        sources: Their sources, with at least the utterances that the chunks hold.
        encoder: Asked for every sentence of a record with the context that coding gives it.

    Returns:
        float32, shape (n, 384), rows of length 1.
    """
    found = _from_sentences(chunks, sources, encoder)
    left = list(dict.fromkeys(c.text for c in chunks if c.id not in found))
    whole = dict(zip(left, encoder.encode(left).vectors, strict=True)) if left else {}
    rows = [found[c.id] if c.id in found else whole[c.text] for c in chunks]
    return np.asarray(rows, np.float32)


def _from_sentences(
    chunks: Sequence[Chunk], sources: Sequence[Source], encoder: SentenceEncoder
) -> dict[str, NDArray[np.float32]]:
    """Return the mean of their sentences' vectors for chunks of records that have any."""
    records = tuple(source for source in sources if source.kind != "interview")
    units, _ = units_of(Material(sources=records))
    vectors = encode(units, encoder, silent).vectors
    said: dict[str, list[tuple[int, int]]] = {}
    for row, unit in enumerate(units):
        said.setdefault(unit.utterance, []).append((unit.start, row))
    found = {}
    for chunk in chunks:
        rows = [
            row
            for part in chunk.parts
            for start, row in said.get(part.utterance, ())
            if part.start <= start < part.end
        ]
        if rows:
            mean = np.asarray(vectors[rows].mean(axis=0), np.float32)
            found[chunk.id] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return found
