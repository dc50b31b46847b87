"""Inference at run time: two texts in, how likely the one answers or follows from the other out.

Needs onnxruntime, tokenizers and numpy, all imported on first use.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal, NamedTuple

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
Task = Literal["follows", "answers"]
TASKS: tuple[Task, ...] = ("follows", "answers")
"""What a network is asked: the outputs of its graph."""
_BATCH_TOKENS = 1024
_PART = 1 << 20
"""Bytes of a packed graph that are unpacked at once."""


class Followed(NamedTuple):
    """What n sentences do to their passages; probabilities, the three add up to 1."""

    follows: NDArray[np.float32]
    open: NDArray[np.float32]
    """Neither follows nor contradicts."""
    contradicts: NDArray[np.float32]


class Inference:
    """A small network that reads two texts together, word by word."""

    file = "inference.onnx.z"
    """Zlib over an ONNX graph."""

    def __init__(self, folder: Path = MODEL) -> None:
        self._path = folder / self.file

    def answers(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return log odds, shape (n,), that passages answer questions.

        Args:
            pairs: Question and passage each, the passage a sentence or a few.
        """
        scores = np.zeros(len(pairs), np.float32)
        for indexes, answered in self._run("answers", asked(shipped_tokenizer(), pairs)):
            scores[indexes] = answered
        return scores

    def follows(self, pairs: Sequence[tuple[str, str]]) -> Followed:
        """Return what sentences do to passages.

        Args:
            pairs: Passage and sentence each.
        """
        logits = np.zeros((len(pairs), len(FOLLOWS)), np.float32)
        for indexes, followed in self._run("follows", stated(shipped_tokenizer(), pairs)):
            logits[indexes] = followed
        powers = np.exp(logits - logits.max(1, keepdims=True, initial=-np.inf))
        return Followed(*(powers / powers.sum(1, keepdims=True)).T)

    @cached_property
    def fingerprint(self) -> str:
        """A short hash of the network; stands in provenance."""
        return hashlib.sha256(self._path.read_bytes()).hexdigest()[:12]

    def _run(
        self, task: Task, rows: Sequence[Row]
    ) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        """Yield what one head says of rows, batch by batch, and which rows they are."""
        for indexes in by_length(rows, _BATCH_TOKENS):
            (read,) = self._session.run([task], self._inputs([rows[i] for i in indexes]))
            yield indexes, read

    def _inputs(self, rows: Sequence[Row]) -> dict[str, NDArray[np.int64]]:
        return block(rows)._asdict()

    @cached_property
    def _session(self) -> InferenceSession:
        # By way of a file: unpacked in memory it would stand there twice while it is loaded.
        with TemporaryDirectory() as folder:
            graph = Path(folder) / "graph.onnx"
            _unpack(self._path, graph)
            return session(graph, threads=2)


def _unpack(packed: Path, graph: Path) -> None:
    unpacker = zlib.decompressobj()
    with packed.open("rb") as source, graph.open("wb") as target:
        while part := source.read(_PART):
            target.write(unpacker.decompress(part))
        target.write(unpacker.flush())


@lru_cache(maxsize=1)
def load() -> Inference:
    """Return the network that ships in the package; the same one each time."""
    return Inference()
