"""The encoder at run time: texts in, sentence vectors and code probabilities out, in one pass.

Needs onnxruntime, tokenizers and numpy, all imported on first use.
"""

import hashlib
import json
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.encoder.layout import CODES, DIMENSIONS, Block, block, by_length, rows, sound

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

MODEL = Path(__file__).parent / "model"
MAX_CODES = 2
LENIENT = {"interview": -0.5}
"""Shift of the thresholds' log odds by kind of source, chosen on the random folds: macro-F1 on
interviews rises there (docs/quality.md); more is found, and a little more of it is wrong."""

# Units tokenised at once, and tokens of a batch with padding: what bounds the memory.
_CHUNK, _BATCH_TOKENS = 2048, 1024
_THREADS = 2


class Encoded(NamedTuple):
    """What the encoder says of n texts."""

    vectors: NDArray[np.float32]
    """Shape (n, 384), rows of length 1: of the text, not of its context."""
    scores: NDArray[np.float32]
    """Shape (n, 6), calibrated probabilities in the order of `CODES`."""
    intensity: NDArray[np.float32]
    """Shape (n,), from 0 (none) to 3 (strong)."""
    quotable: NDArray[np.float32]
    """Shape (n,), probability that the text can stand in a document by itself."""


class Settings(NamedTuple):
    """What stands in `encoder.json` beside the model."""

    thresholds: Mapping[str, float]
    """Per code, the probability from which it is given."""
    scale: NDArray[np.float32]
    """Shape (7,): probability = sigmoid(scale * logit + shift), for the codes and `quotable`."""
    shift: NDArray[np.float32]
    """Shape (7,)."""

    @classmethod
    def read(cls, file: Path) -> "Settings":
        """Return the settings that training wrote."""
        raw: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        names = [*CODES, "quotable"]
        scale, shift = zip(*(raw["calibration"][name] for name in names), strict=True)
        return cls(raw["thresholds"], np.array(scale, np.float32), np.array(shift, np.float32))


class Encoder:
    """A small network that reads a text and its context once and says all we ask of it."""

    def __init__(self, folder: Path = MODEL) -> None:
        self._folder = folder
        self._settings = Settings.read(folder / "encoder.json")
        self.thresholds: Mapping[str, float] = self._settings.thresholds

    def encode(
        self,
        texts: Sequence[str],
        contexts: Sequence[str] | None = None,
        *,
        kinds: Sequence[str] | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Encoded:
        """Return vectors, code probabilities, intensity and quotability of each text.

        Args:
            texts: What was said, a sentence or a short turn each; of more the beginning is read.
            contexts: The question or the sentence before each; "" where there is none.
            kinds: Kind of source of each; anything but the four known kinds counts as unknown.
            on_progress: Called with the texts done so far, and their number.
        """
        encoded = _empty(len(texts))
        done = 0
        for indexes, part in self._said(texts, contexts, kinds):
            for whole, some in zip(encoded, part, strict=True):
                whole[indexes] = some
            mute = [i for i in indexes if not _says_something(texts[i])]
            for column in encoded[1:]:
                column[mute] = 0
            done += len(indexes)
            if on_progress is not None:
                on_progress(done, len(texts))
        return encoded

    def codes(
        self, scores: NDArray[np.float32], kinds: Sequence[str] | None = None
    ) -> list[list[str]]:
        """Return the codes of each row of scores, none to two of them, the dominant one first.

        Args:
            scores: Shape (n, 6), from `encode`.
            kinds: Kind of source of each row; in interviews less is asked (see `bars`).
        """
        known = np.array([self.thresholds[code] for code in CODES], np.float32)
        asked = bars(known, kinds if kinds is not None else [""] * len(scores))
        return [[CODES[i] for i in chosen] for chosen in decide(scores, asked)]

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens of a text, however long."""
        return len(self._tokenizer.encode(sound(text), add_special_tokens=False).ids)

    @cached_property
    def fingerprint(self) -> str:
        """A short hash of the model and its settings; stands in provenance."""
        digest = hashlib.sha256()
        for name in ("encoder.onnx", "encoder.json"):
            digest.update((self._folder / name).read_bytes())
        return digest.hexdigest()[:12]

    def _batches(
        self,
        texts: Sequence[str],
        contexts: Sequence[str] | None,
        kinds: Sequence[str] | None,
    ) -> Iterator[tuple[list[int], Block]]:
        for start in range(0, len(texts), _CHUNK):
            part = slice(start, start + _CHUNK)
            some = rows(
                self._tokenizer,
                texts[part],
                contexts[part] if contexts is not None else None,
                kinds[part] if kinds is not None else None,
            )
            for indexes in by_length(some, _BATCH_TOKENS):
                yield [start + i for i in indexes], block([some[i] for i in indexes])

    def _said(
        self,
        texts: Sequence[str],
        contexts: Sequence[str] | None,
        kinds: Sequence[str] | None,
    ) -> Iterator[tuple[list[int], Encoded]]:
        """Yield what each batch gives, a batch to a thread: faster than two threads on one."""
        assert self._session  # made before threads could make it twice
        waiting: deque[tuple[list[int], Future[Encoded]]] = deque()
        with ThreadPoolExecutor(_THREADS) as pool:
            for indexes, batch in self._batches(texts, contexts, kinds):
                waiting.append((indexes, pool.submit(self._run, batch)))
                if len(waiting) > _THREADS:
                    done, part = waiting.popleft()
                    yield done, part.result()
            for done, part in waiting:
                yield done, part.result()

    def _run(self, batch: Block) -> Encoded:
        vectors, codes, intensity, quotable = self._session.run(
            None, {"ids": batch.ids, "segments": batch.segments}
        )
        logits = np.concatenate([codes, quotable[:, None]], 1)
        chances = sigmoid(logits * self._settings.scale + self._settings.shift)
        return Encoded(vectors, chances[:, :-1], sigmoid(intensity).sum(1), chances[:, -1])

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        return shipped_tokenizer(self._folder)

    @cached_property
    def _session(self) -> "InferenceSession":
        return session(self._folder / "encoder.onnx", threads=1)


def bars(thresholds: NDArray[np.float32], kinds: Sequence[str]) -> NDArray[np.float32]:
    """Return the probabilities asked of each row, shape (n, 6).

    Spoken evidence is plainer than what people write to complain or to praise, and each interview
    counts for more: there the odds asked are lower by the factor exp(`LENIENT`).
    """
    lenient = np.array([LENIENT.get(kind, 0.0) for kind in kinds], np.float32)
    return sigmoid(log_odds(thresholds)[None] + lenient[:, None])


def decide(scores: NDArray[np.float32], thresholds: NDArray[np.float32]) -> list[list[int]]:
    """Return per row the columns that reach their threshold, at most two.

    Thresholds are (6,), or (n, 6) where rows differ.

    The dominant one comes first: the one furthest above its threshold, as a ratio of odds, so that
    a code with a low threshold is not always second.
    """
    order, reached = _dominant(scores, thresholds)
    return [[int(i) for i in row[ok]] for row, ok in zip(order, reached, strict=True)]


def given(scores: NDArray[np.float32], thresholds: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return the same decisions as a table of the scores' shape."""
    order, reached = _dominant(scores, thresholds)
    table = np.zeros(scores.shape, np.bool_)
    np.put_along_axis(table, order, reached, axis=1)
    return table


def _dominant(
    scores: NDArray[np.float32], thresholds: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the two foremost columns of each row, and whether they reach their threshold."""
    margins = log_odds(scores) - log_odds(thresholds)
    order = np.argsort(-margins, axis=1, kind="stable")[:, :MAX_CODES]
    return order, np.take_along_axis(scores >= thresholds, order, axis=1)


def sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return 1 / (1 + exp(-x)) of each number, without overflow."""
    calm: NDArray[np.float32] = np.clip(logits, -30, 30)
    return (1 / (1 + np.exp(-calm))).astype(np.float32)


def session(graph: Path, threads: int) -> "InferenceSession":
    """Return a graph, ready to run on the processor, with so many threads within a batch.

    Args:
        graph: Its file.
        threads: Within a batch.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # The arena keeps a block for every shape of batch it has met, and never gives one back.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=2)
def shipped_tokenizer(folder: Path = MODEL) -> "Tokenizer":
    """Return MiniLM's tokenizer as it ships, without padding or truncation."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


@lru_cache(maxsize=1)
def load() -> Encoder:
    """Return the encoder that ships in the package; the same one each time."""
    return Encoder()


def _says_something(text: str) -> bool:
    """Return whether there is a letter, a digit or a sign such as an emoji to code."""
    return any(not (c.isspace() or unicodedata.category(c)[0] in "CP") for c in text)


def _empty(n: int) -> Encoded:
    vectors = np.zeros((n, DIMENSIONS), np.float32)
    scores = np.zeros((n, len(CODES)), np.float32)
    return Encoded(vectors, scores, np.zeros(n, np.float32), np.zeros(n, np.float32))


def log_odds(chances: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return log(p / (1 - p)) of each probability, finite at 0 and 1."""
    safe = np.clip(chances, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(safe / (1 - safe)), np.float32)
