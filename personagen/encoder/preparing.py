"""Examples with their lowest states worked out once, for all epochs and folds of a command."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from personagen.encoder.data import Unit, read_units, read_written
from personagen.encoder.layout import CODES, CONTEXT, TEXT, Row, block, by_length, rows
from personagen.encoder.network import INTENSITIES, Network, Output, from_minilm
from personagen.encoder.runtime import shipped_tokenizer

_BUDGET = 4096


class Seen(NamedTuple):
    """One row as the trained layers receive it."""

    states: Tensor
    """bfloat16, shape (tokens, 384): after the layers that stay as they are."""
    text: int
    """How many of the tokens are the text's."""


class Example(NamedTuple):
    """One text with everything that a step of training needs."""

    whole: Seen
    no_kind: Seen
    no_context: Seen
    targets: NDArray[np.float32]
    """Shape (OUTPUTS,): the codes, intensity at least 1, 2 and 3, quotable; 0 or 1."""
    teacher: NDArray[np.float32]
    """Shape (384,): the untuned vector of the text."""


def prepare(data: Path, minilm: Path, work: Path, written: Path | None = None) -> list[Example]:
    """Return all units as examples, kept in the work folder: numbers only, no text.

    Those of the data folder come first, in the order of its file; written ones follow.
    """
    file = work / "prepared.pt"
    if not file.exists():
        torch.save(prepare_units(minilm, read_units(data) + read_written(written)), file)
    # Pickled tuples, written by ourselves a moment ago.
    examples: list[Example] = torch.load(file, weights_only=False)
    return examples


def prepare_units(minilm: Path, units: Sequence[Unit]) -> list[Example]:
    """Return units as examples."""
    texts, contexts = [u.text for u in units], [u.context for u in units]
    kinds = [u.kind for u in units]
    tokenizer, network = shipped_tokenizer(), from_minilm(minilm).eval()
    made = rows(tokenizer, texts, contexts, kinds)
    variants = [
        _lowest(network, made),
        _lowest(network, rows(tokenizer, texts, contexts)),
        _lowest(network, rows(tokenizer, texts, None, kinds)),
    ]
    teachers = predict(network, made).vectors.numpy()
    return [
        Example(whole, no_kind, no_context, _targets(unit), teacher)
        for unit, teacher, whole, no_kind, no_context in zip(
            units, teachers, *variants, strict=True
        )
    ]


def batch_of(some: Sequence[Seen]) -> tuple[Tensor, Tensor]:
    """Return padded states, bfloat16 (n, longest, 384), and segments, int64 (n, longest)."""
    longest = max(len(seen.states) for seen in some)
    states = torch.zeros(len(some), longest, some[0].states.shape[1], dtype=torch.bfloat16)
    segments = torch.zeros(len(some), longest, dtype=torch.int64)
    for i, seen in enumerate(some):
        states[i, : len(seen.states)] = seen.states
        segments[i, : seen.text] = TEXT
        segments[i, seen.text : len(seen.states)] = CONTEXT
    return states, segments


def predict(network: Network, some: Sequence[Row]) -> Output:
    """Return what a network says of rows, as float32 tensors, nothing quantised."""
    network.eval()
    parts: list[tuple[Tensor, ...]] = []
    order: list[int] = []
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for indexes in by_length(some, _BUDGET):
            made = block([some[i] for i in indexes])
            output = network(torch.from_numpy(made.ids), torch.from_numpy(made.segments))
            parts.append(tuple(part.float() for part in output))
            order += indexes
    back = torch.from_numpy(np.argsort(order))
    return Output(*(torch.cat(part)[back] for part in zip(*parts, strict=True)))


def _lowest(network: Network, some: Sequence[Row]) -> list[Seen]:
    found: dict[int, Seen] = {}
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for indexes in by_length(some, _BUDGET):
            made = block([some[i] for i in indexes])
            states = network.bottom(torch.from_numpy(made.ids), torch.from_numpy(made.segments))
            for i, of_row in zip(indexes, states, strict=True):
                found[i] = Seen(of_row[: len(some[i])].clone(), len(some[i].text))
    return [found[i] for i in range(len(some))]


def _targets(unit: Unit) -> NDArray[np.float32]:
    codes = [code in unit.codes for code in CODES]
    steps = [unit.intensity >= step for step in range(1, INTENSITIES + 1)]
    return np.array([*codes, *steps, unit.quotable], np.float32)
