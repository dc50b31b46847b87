"""A network of inference as an ONNX graph with 8-bit weights, packed."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from torch import nn

from personagen.encoder.export import quantise
from personagen.encoder.layout import by_length
from personagen.inference.fitting import Reads
from personagen.inference.outliers import FEATURES, set_apart
from personagen.inference.pairs import Row
from personagen.inference.runtime import TASKS

_BATCH_TOKENS = 1024
"""Of the sample, read together."""
_EXAMPLE = [Row([101, 2023, 102, 2003, 102], 3), Row([101, 102, 102], 2)]


def export(network: Reads, file: Path, sample: Sequence[Row] = ()) -> None:
    """Write a network's graph, packed.

    Inputs: int64 (n, tokens), named by the network's `given`. Outputs: logits, float32, named by
    `TASKS`: `follows` (n, 3) and `answers` (n,).

    Args:
        network: What was trained; outlier features are set apart in it.
        file: Where the graph goes.
        sample: Rows such as it will read, which show its outlier features; none: nothing is apart.
    """
    assert isinstance(network, nn.Module)
    network.eval()
    if sample:
        batches = by_length(sample, _BATCH_TOKENS)
        set_apart(network, [network.inputs([sample[i] for i in batch]) for batch in batches])
    axes: dict[str, dict[int, str]] = {task: {0: "pairs"} for task in TASKS}
    axes |= {name: {0: "pairs", 1: "tokens"} for name in network.given}
    with tempfile.TemporaryDirectory() as folder:
        exact, whole = Path(folder) / "exact.onnx", Path(folder) / "whole.onnx"
        torch.onnx.export(
            network,
            network.inputs(_EXAMPLE),
            str(exact),
            input_names=list(network.given),
            output_names=list(TASKS),
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        quantise(exact, whole, _of_outliers(exact))
        file.write_bytes(_packed(whole.read_bytes()))


def _of_outliers(graph: Path) -> list[str]:
    """Return the names of nodes that map outlier features: these few stay in 32 bits."""
    model = onnx.load(graph)
    weights = {one.name: one.dims for one in model.graph.initializer}
    return [
        node.name
        for node in model.graph.node
        if node.op_type == "MatMul" and weights.get(node.input[1], [0])[0] == FEATURES
    ]


def _packed(graph: bytes) -> bytes:
    """Return a graph packed: some of its weights are far more frequent than others."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_HUFFMAN_ONLY)
    return packer.compress(graph) + packer.flush()
