"""Cut a source into chunks: what is embedded, searched and sent to a model.

A chunk is neighbouring utterances packed up to a token budget. An utterance that is longer than
the budget is cut between sentences, never inside one. A chunk never reaches over two records (a
review, a ticket, a row of answers): what it holds was said in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from personagen.ids import stable_id
from personagen.models import Model, Source, Utterance
from personagen.sentences import split

BUDGET = 128
"""Tokens a chunk: the encoder reads 160, and of a longer text only the beginning."""


class ChunkPart(Model):
    """A whole utterance, or whole sentences of a long one."""

    utterance: str
    start: int
    """First character in the utterance's text."""
    end: int
    """One past the last character."""


class Chunk(Model):
    """Neighbouring utterances, or parts of a long one, of one source."""

    id: str
    source: str
    parts: tuple[ChunkPart, ...]
    text: str
    """The parts' words, a line each: what is embedded."""
    tokens: int


class _Piece(Model):
    """A part with its words and length, before packing."""

    part: ChunkPart
    text: str
    tokens: int
    record: str | None


def chunk(source: Source, count: Callable[[str], int], budget: int = BUDGET) -> list[Chunk]:
    """Return the chunks of a source, in order; joined again their parts are its utterances.

    Args:
        source: What to cut; utterances without words are left out.
        count: Returns the number of tokens in a text.
        budget: Most tokens a chunk may have. A single sentence that is longer stays whole.
    """
    chunks: list[Chunk] = []
    packed: list[_Piece] = []
    for piece in _pieces(source, count, budget):
        if packed and not _fits(packed, piece, budget):
            chunks.append(_join(source.id, packed))
            packed = []
        packed.append(piece)
    if packed:
        chunks.append(_join(source.id, packed))
    return chunks


def words(parts: Iterable[str]) -> str:
    """Return what is embedded of a chunk: the words of its parts, a line each."""
    return "\n".join(part.strip() for part in parts)


def _pieces(source: Source, count: Callable[[str], int], budget: int) -> Iterator[_Piece]:
    for utterance in source.utterances:
        if not utterance.text.strip():
            continue
        tokens = count(utterance.text)
        if tokens <= budget:
            yield _piece(utterance, 0, len(utterance.text), tokens)
        else:
            yield from _cut(utterance, source.lang, count, budget)


def _cut(
    utterance: Utterance, lang: str, count: Callable[[str], int], budget: int
) -> Iterator[_Piece]:
    """Yield runs of whole sentences of a long utterance; together they are all of its text."""
    start, tokens = 0, 0
    for first, length in _sentences(utterance.text, lang, count):
        if tokens and tokens + length > budget:
            yield _piece(utterance, start, first, tokens)
            start, tokens = first, 0
        tokens += length
    yield _piece(utterance, start, len(utterance.text), tokens)


def _sentences(text: str, lang: str, count: Callable[[str], int]) -> Iterator[tuple[int, int]]:
    """Yield where each sentence begins and how many tokens it has."""
    for start, end in split(text, lang):
        yield start, count(text[start:end])


def _piece(utterance: Utterance, start: int, end: int, tokens: int) -> _Piece:
    return _Piece(
        part=ChunkPart(utterance=utterance.id, start=start, end=end),
        text=utterance.text[start:end],
        tokens=tokens,
        record=utterance.record,
    )


def _fits(packed: list[_Piece], piece: _Piece, budget: int) -> bool:
    if packed[-1].record != piece.record:
        return False
    return sum(p.tokens for p in packed) + piece.tokens <= budget


def _join(source: str, pieces: list[_Piece]) -> Chunk:
    text = words(piece.text for piece in pieces)
    parts = tuple(piece.part for piece in pieces)
    places = (f"{p.utterance}:{p.start}:{p.end}" for p in parts)
    return Chunk(
        # The words are part of the id: a chunk whose words changed is another chunk.
        id=stable_id("ch", source, *places, text),
        source=source,
        parts=parts,
        text=text,
        tokens=sum(piece.tokens for piece in pieces),
    )
