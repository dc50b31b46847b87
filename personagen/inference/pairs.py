"""How two texts become one row of token ids: the same for training and for use.

A row is `[CLS] first [SEP] second [SEP]`: a question and a passage, or a passage and a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.encoder.layout import sound

if TYPE_CHECKING:
    from tokenizers import Tokenizer

QUESTION, PASSAGE, STATEMENT = 48, 96, 48
"""Tokens that are read of each; of what is longer the beginning."""
_CLS, _SEP = 101, 102
_ASKED = 25
"""Words of an interviewer's question that are read before a sentence, its last."""
_CHARACTERS_A_TOKEN = 12
"""Few wordpieces are longer: a text is cut by characters before it is taken to pieces."""


class Row(NamedTuple):
    """Two texts as token ids."""

    ids: list[int]
    second: int
    """Where the second begins."""

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self.ids)


class Block(NamedTuple):
    """A padded batch: int64, both of shape (n, length of the longest row)."""

    ids: NDArray[np.int64]
    """0 is padding."""
    types: NDArray[np.int64]
    """1 in the second text."""


def in_context(asked: str, said: str) -> str:
    """Return a sentence after what was asked: “Twice a week.” answers nothing alone."""
    return " ".join([*asked.split()[-_ASKED:], said])


def asked(tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]) -> list[Row]:
    """Return the rows of questions with passages."""
    return _rows(tokenizer, pairs, QUESTION, PASSAGE)


def stated(tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]) -> list[Row]:
    """Return the rows of passages with sentences that may follow from them.

    Each ends in a stop, so that nothing can be read from there being none.
    """
    ended = [(said, f"{text.rstrip(' .')}.") for said, text in pairs]
    return _rows(tokenizer, ended, PASSAGE, STATEMENT)


def block(some: Sequence[Row]) -> Block:
    """Return rows as one padded batch."""
    shape = len(some), max(map(len, some))
    ids, types = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for i, row in enumerate(some):
        ids[i, : len(row)] = row.ids
        types[i, row.second : len(row)] = 1
    return Block(ids, types)


def _rows(
    tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]], most: int, most_second: int
) -> list[Row]:
    firsts = _ids(tokenizer, [first for first, _ in pairs], most)
    seconds = _ids(tokenizer, [second for _, second in pairs], most_second)
    return [
        Row([_CLS, *first, _SEP, *second, _SEP], len(first) + 2)
        for first, second in zip(firsts, seconds, strict=True)
    ]


def _ids(tokenizer: Tokenizer, texts: Sequence[str], most: int) -> list[list[int]]:
    cut = [sound(text[: most * _CHARACTERS_A_TOKEN]) for text in texts]
    encodings = tokenizer.encode_batch_fast(cut, add_special_tokens=False)
    return [encoding.ids[:most] for encoding in encodings]
