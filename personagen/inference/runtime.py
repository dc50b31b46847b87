"""Inference at run time: two texts in, how likely the one answers or follows from the other out.

Needs onnxruntime, tokenizers and numpy, all imported on first use.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.encoder.layout import by_length
from personagen.encoder.runtime import session, shipped_tokenizer
from personagen.inference.pairs import Row, asked, block, stated

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

MODEL = Path(__file__).parent / "model"
FOLLOWS = ("follows", "open", "contradicts")
"""What a sentence may do, in the order of the network's outputs."""
_BATCH_TOKENS = 1024


class Followed(NamedTuple):
    """What n sentences do to their passages; probabilities, the three add up to 1."""

    follows: NDArray[np.float32]
    open: NDArray[np.float32]
    """Neither follows nor contradicts."""
    contradicts: NDArray[np.float32]


class Inference:
    """A small network that reads two texts together, word by word."""

    def __init__(self, folder: Path = MODEL) -> None:
        self._folder = folder

    def answers(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return log odds, shape (n,), that passages answer questions.

        Args:
            pairs: Question and passage each, the passage a sentence or a few.
        """
        scores = np.zeros(len(pairs), np.float32)
        for indexes, (_, answered) in self._run(asked(shipped_tokenizer(), pairs)):
            scores[indexes] = answered
        return scores

    def follows(self, pairs: Sequence[tuple[str, str]]) -> Followed:
        """Return what sentences do to passages.

        Args:
            pairs: Passage and sentence each.
        """
        logits = np.zeros((len(pairs), len(FOLLOWS)), np.float32)
        for indexes, (followed, _) in self._run(stated(shipped_tokenizer(), pairs)):
            logits[indexes] = followed
        powers = np.exp(logits - logits.max(1, keepdims=True, initial=-np.inf))
        return Followed(*(powers / powers.sum(1, keepdims=True)).T)

    @cached_property
    def fingerprint(self) -> str:
        """A short hash of the network; stands in provenance."""
        return hashlib.sha256((self._folder / "inference.onnx").read_bytes()).hexdigest()[:12]

    def _run(
        self, rows: Sequence[Row]
    ) -> list[tuple[list[int], tuple[NDArray[np.float32], NDArray[np.float32]]]]:
        done = []
        for indexes in by_length(rows, _BATCH_TOKENS):
            batch = block([rows[i] for i in indexes])
            followed, answered = self._session.run(None, {"ids": batch.ids, "types": batch.types})
            done.append((indexes, (followed, answered)))
        return done

    @cached_property
    def _session(self) -> InferenceSession:
        return session(self._folder / "inference.onnx", threads=2)


@lru_cache(maxsize=1)
def load() -> Inference:
    """Return the network that ships in the package; the same one each time."""
    return Inference()
