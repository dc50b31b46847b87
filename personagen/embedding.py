"""Embed: the vectors of chunks, from the same pass of the encoder that codes their sentences.

The encoder makes a sentence's vector from the sentence alone and its scores together with the
context, in one pass. An answer, review or ticket is therefore read as it will be coded, and its
vector is the mean of its sentences': what was read at import need not be read again to be coded.
A chunk of an interview holds several people's turns, and is read as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from personagen.analysts.base import SentenceEncoder
from personagen.chatmodel import ModelSettings
from personagen.chatmodel.embeddings import ModelVectors
from personagen.chatmodel.pricing import price_of
from personagen.chunking import Chunk
from personagen.coding import encode, units_of
from personagen.egress import Door, Rules
from personagen.models import Material, Model, Source
from personagen.privacy.typed import typed_masker
from personagen.progress import silent
from personagen.store import tables
from personagen.store.indexing import Embedder
from personagen.store.ledger import Ledger
from personagen.store.masked import holds_names
from personagen.tokens import counter_for

NAMED = "embedder"
"""Under this name the ledger notes whose vectors a study has; nothing: the encoder's."""


class Choice(Model):
    """A model that makes a study's vectors in the place of the encoder."""

    settings: ModelSettings
    send_unmasked: bool = False
    """Let a study that was imported with its names go to another machine."""


def chosen(ledger: Ledger) -> Choice | None:
    """Return which model makes a study's vectors; None: the encoder."""
    noted = ledger.fact(NAMED)
    return Choice.model_validate_json(noted) if noted else None


def choose(ledger: Ledger, choice: Choice | None) -> None:
    """Note who makes a study's vectors from now on."""
    ledger.note(NAMED, choice.model_dump_json() if choice else "")


class EmbeddingEstimate(Model):
    """What having a study's vectors made by a model would send."""

    model: str
    host: str
    passages: int
    tokens: int
    usd: float | None
    """None: the price is unknown."""
    approximate: bool
    """The tokens are those of another tokenizer than the model's."""


def embedding_estimate(folder: Path, ledger: Ledger, choice: Choice) -> EmbeddingEstimate:
    """Return what would be sent; nothing is.

    Args:
        folder: The study's.
        ledger: Its ledger.
        choice: The model.
    """
    counter, price = counter_for(choice.settings.bare), price_of(choice.settings, folder)
    with ledger.engine.connect() as connection:
        ids = connection.scalars(select(tables.chunks.c.id)).all()
    texts = {chunk.text for chunk in ledger.chunks(ids).values()}
    tokens = sum(map(counter.count, texts))
    return EmbeddingEstimate(
        model=choice.settings.qualified,
        host=choice.settings.host,
        passages=len(texts),
        tokens=tokens,
        usd=None if price is None else price.of(tokens, 0),
        approximate=counter.approximate,
    )


def embedder_for(
    folder: Path, ledger: Ledger, choice: Choice | None, encoder: Callable[[], SentenceEncoder]
) -> Embedder:
    """Return who makes a study's vectors.

    Args:
        folder: The study's.
        ledger: Its ledger.
        choice: The model; None: the encoder.
        encoder: Returns the one that remembers; the caller holds the writer lock then.
    """
    if choice is None:
        return ByEncoder(encoder)
    rules = Rules(holds_names(ledger.engine), choice.send_unmasked)
    vectors = ModelVectors(choice.settings, Door(folder, rules), folder)
    return ByModel(vectors, not choice.settings.local, typed_masker(ledger.aliases()))


class ByEncoder:
    """Vectors of the encoder that ships in the package."""

    far = False

    def __init__(self, encoder: Callable[[], SentenceEncoder]) -> None:
        self._encoder = encoder

    @property
    def fingerprint(self) -> str:
        """Name the encoder."""
        from personagen.encoder import load

        return load().fingerprint

    def chunks(self, chunks: Sequence[Chunk], sources: Sequence[Source]) -> NDArray[np.float32]:
        """Return the vectors of chunks, from the pass that codes their sentences."""
        return chunk_vectors(chunks, sources, self._encoder())

    def query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of what is looked for; nothing is written."""
        from personagen.encoder import load

        row: NDArray[np.float32] = load().encode([text]).vectors[0]
        return row

    def close(self) -> None:
        """Keep the encoder: it is the study's."""


class ByModel:
    """Vectors of a model behind OpenAI's protocol."""

    def __init__(self, vectors: ModelVectors, far: bool, mask: Callable[[str], str]) -> None:
        self._vectors, self.far, self._mask = vectors, far, mask

    @property
    def fingerprint(self) -> str:
        """Name the model and where it is."""
        return self._vectors.fingerprint

    def chunks(self, chunks: Sequence[Chunk], sources: Sequence[Source]) -> NDArray[np.float32]:
        """Return the vectors of the chunks' masked text."""
        return self._vectors.vectors([chunk.text for chunk in chunks])

    def query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of what is looked for, with pseudonyms in the place of names."""
        row: NDArray[np.float32] = self._vectors.asked([self._mask(text)])[0]
        return row

    def close(self) -> None:
        """Let go of the file and of the connections."""
        self._vectors.close()


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
