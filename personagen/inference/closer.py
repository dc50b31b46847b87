"""The closer reader: a larger network that reads the few likeliest sentences once more.

Twice as wide and twice as deep as the first, it takes many times as long for a sentence, so it
reads few of them. Its weights are few different numbers, packed into a third of their room.

Needs onnxruntime, tokenizers and numpy, all imported on first use.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from personagen.encoder.layout import by_length
from personagen.encoder.runtime import session, shipped_tokenizer
from personagen.inference.pairs import PASSAGE, QUESTION, Row, asked
from personagen.inference.runtime import MODEL

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

FILE = "closer.onnx.z"
_BEGINS, PADDING, _ENDS, _SHIFT = 0, 1, 2, 4
"""MPNet's own tokens; its others are BERT's, so many places further on."""
LONGEST = QUESTION + PASSAGE + 4
_BATCH_TOKENS = 1024


class CloserReader:
    """A network that reads a question together with a passage."""

    def __init__(self, folder: Path = MODEL) -> None:
        self._folder = folder

    def answers(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return log odds, shape (n,), that passages answer questions.

        Args:
            pairs: Question and passage each, the passage a sentence or a few.
        """
        rows = asked(shipped_tokenizer(), pairs)
        scores = np.zeros(len(rows), np.float32)
        for indexes in by_length(rows, _BATCH_TOKENS):
            (read,) = self._session.run(None, {"ids": padded([rows[i] for i in indexes])})
            scores[indexes] = read
        return scores

    @cached_property
    def fingerprint(self) -> str:
        """A short hash of the network; stands in provenance."""
        return hashlib.sha256((self._folder / FILE).read_bytes()).hexdigest()[:12]

    @cached_property
    def _session(self) -> InferenceSession:
        return session(zlib.decompress((self._folder / FILE).read_bytes()), threads=2)


def padded(rows: Sequence[Row]) -> NDArray[np.int64]:
    """Return rows as MPNet has them, int64, shape (n, length of the longest)."""
    own = [_own(row) for row in rows]
    ids = np.full((len(own), max(map(len, own))), PADDING, np.int64)
    for i, row in enumerate(own):
        ids[i, : len(row)] = row
    return ids


def _own(row: Row) -> list[int]:
    first = [i + _SHIFT for i in row.ids[1 : row.second - 1]]
    second = [i + _SHIFT for i in row.ids[row.second : -1]]
    return [_BEGINS, *first, _ENDS, _ENDS, *second, _ENDS]


@lru_cache(maxsize=1)
def load() -> CloserReader:
    """Return the closer reader that ships in the package; the same one each time."""
    return CloserReader()
