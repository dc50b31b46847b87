"""A network of inference as an ONNX graph with 8-bit weights."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from torch import nn

from personagen.encoder.export import quantise
from personagen.inference.fitting import Reads
from personagen.inference.pairs import Row
from personagen.inference.runtime import TASKS

_EXAMPLE = [Row([101, 2023, 102, 2003, 102], 3), Row([101, 102, 102], 2)]


def export(network: Reads, file: Path) -> None:
    """Write a network's graph.

    Inputs: int64 (n, tokens), named by the network's `given`. Outputs: logits, float32, named by
    `TASKS`: `follows` (n, 3) and `answers` (n,).
    """
    assert isinstance(network, nn.Module)
    axes: dict[str, dict[int, str]] = {task: {0: "pairs"} for task in TASKS}
    axes |= {name: {0: "pairs", 1: "tokens"} for name in network.given}
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "exact.onnx"
        torch.onnx.export(
            network.eval(),
            network.inputs(_EXAMPLE),
            str(exact),
            input_names=list(network.given),
            output_names=list(TASKS),
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        quantise(exact, file)
