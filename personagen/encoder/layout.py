"""How a text and its context become rows of token ids: the same for training and for use.

A row is `[CLS] text [SEP] <kind> context [SEP]`. The text block comes first and never sees the
context block (see `network.py`), so that a sentence vector is that of the text alone.
"""

import re
from collections.abc import Iterator, Sequence, Sized
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CODES = ("pain_point", "motivation", "objection", "praise", "feature_request", "workaround")
DIMENSIONS = 384

KINDS = ("interview", "review", "survey", "ticket")
MAX_TEXT_TOKENS = 160
MAX_CONTEXT_TOKENS = 48

_CLS, _SEP = 101, 102
# BERT's vocabulary keeps ids 1 to 99 free; id 1 says that the kind is not known.
_UNKNOWN_KIND = 1
# A wordpiece has at least one character, and few have more than this on average: cutting the string
# first keeps a text of 100,000 characters as cheap as one of 2,000.
_CHARACTERS_A_TOKEN = 12
_ASKER = re.compile(r"^\s*\[?interviewer\]?\s*:\s*", re.IGNORECASE)

PADDING, TEXT, CONTEXT = 0, 1, 2


class Row(NamedTuple):
    """One unit as token ids, the text's first, then the kind's and the context's."""

    text: list[int]
    context: list[int]

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self.text) + len(self.context)


class Block(NamedTuple):
    """A padded batch: int64, both of shape (n, length of the longest row)."""

    ids: NDArray[np.int64]
    segments: NDArray[np.int64]
    """0 padding, 1 text, 2 kind and context."""


def kind_token(kind: str | None) -> int:
    """Return the token id that stands for a kind of source, known or not."""
    return 2 + KINDS.index(kind) if kind in KINDS else _UNKNOWN_KIND


def rows(
    tokenizer: "Tokenizer",
    texts: Sequence[str],
    contexts: Sequence[str] | None = None,
    kinds: Sequence[str] | None = None,
) -> list[Row]:
    """Return the token ids of each unit, cut to what the encoder reads.

    Of a long text the beginning is kept, of a long context the end: it is nearest to the text.
    """
    contexts = contexts if contexts is not None else [""] * len(texts)
    known = kinds if kinds is not None else [""] * len(texts)
    text_ids = _ids(tokenizer, [t[: MAX_TEXT_TOKENS * _CHARACTERS_A_TOKEN] for t in texts])
    context_ids = _ids(tokenizer, [_context(c) for c in contexts])
    return [
        Row(
            [_CLS, *text[: MAX_TEXT_TOKENS - 2], _SEP],
            [kind_token(kind), *context[-MAX_CONTEXT_TOKENS:], _SEP],
        )
        for text, context, kind in zip(text_ids, context_ids, known, strict=True)
    ]


def block(some: Sequence[Row]) -> Block:
    """Return rows as one padded batch."""
    shape = len(some), max(map(len, some))
    ids, segments = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for i, row in enumerate(some):
        ids[i, : len(row)] = row.text + row.context
        segments[i, : len(row.text)] = TEXT
        segments[i, len(row.text) : len(row)] = CONTEXT
    return Block(ids, segments)


def by_length(some: Sequence[Sized], budget: int) -> Iterator[list[int]]:
    """Yield indexes of rows in batches of like length, at most `budget` tokens with padding."""
    batch: list[int] = []
    for index in sorted(range(len(some)), key=lambda i: len(some[i])):
        if batch and (len(batch) + 1) * len(some[index]) > budget:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def sound(text: str) -> str:
    """Return a text with lone surrogates, which no tokenizer takes, as question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _context(context: str) -> str:
    # Transcripts write who asks before the question; other sources don't, so it tells nothing.
    bare = _ASKER.sub("", context)
    return bare[-MAX_CONTEXT_TOKENS * _CHARACTERS_A_TOKEN :]


def _ids(tokenizer: "Tokenizer", texts: Sequence[str]) -> list[list[int]]:
    encodings = tokenizer.encode_batch_fast(list(map(sound, texts)), add_special_tokens=False)
    return [encoding.ids for encoding in encodings]
