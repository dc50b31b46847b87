"""The closer reader: a larger network that reads the few likeliest sentences once more.

Twice as wide and twice as deep as the first, it takes many times as long for a sentence, so it
reads few of them: those that are likeliest to answer, and what a model wrote. Its weights are few
different numbers, packed into a third of their room.

Needs onnxruntime, tokenizers and numpy, all imported on first use.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from personagen.inference.pairs import PASSAGE, QUESTION, Row
from personagen.inference.runtime import Inference

_BEGINS, PADDING, _ENDS, _SHIFT = 0, 1, 2, 4
"""MPNet's own tokens; its others are BERT's, so many places further on."""
LONGEST = QUESTION + PASSAGE + 4


class CloserReader(Inference):
    """The larger network; what it is asked is the same."""

    file = "closer.onnx.z"

    def _inputs(self, rows: Sequence[Row]) -> dict[str, NDArray[np.int64]]:
        return {"ids": padded(rows)}


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
