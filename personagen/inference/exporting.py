"""A network of inference as an ONNX graph with 8-bit weights, packed."""

from __future__ import annotations

import tempfile
import zlib
from pathlib import Path

import torch
from torch import nn

from personagen.encoder.export import quantise
from personagen.inference.fitting import Reads
from personagen.inference.pairs import Row
from personagen.inference.runtime import TASKS

_EXAMPLE = [Row([101, 2023, 102, 2003, 102], 3), Row([101, 102, 102], 2)]


def export(network: Reads, file: Path) -> None:
    """Write a network's graph, packed.

    Inputs: int64 (n, tokens), named by the network's `given`. Outputs: logits, float32, named by
    `TASKS`: `follows` (n, 3) and `answers` (n,).
    """
    assert isinstance(network, nn.Module)
    axes: dict[str, dict[int, str]] = {task: {0: "pairs"} for task in TASKS}
    axes |= {name: {0: "pairs", 1: "tokens"} for name in network.given}
    with tempfile.TemporaryDirectory() as folder:
        exact, whole = Path(folder) / "exact.onnx", Path(folder) / "whole.onnx"
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
        quantise(exact, whole)
        file.write_bytes(_packed(whole.read_bytes()))


def _packed(graph: bytes) -> bytes:
    """Return a graph packed: some of its weights are far more frequent than others."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_HUFFMAN_ONLY)
    return packer.compress(graph) + packer.flush()
