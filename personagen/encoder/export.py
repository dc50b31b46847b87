"""From a trained network to the files that ship: an ONNX graph in whole numbers."""

# mypy: disallow-subclassing-any=False
# Where torch is not installed its classes are unknown to the type checker.

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from personagen.encoder.layout import Row, block

if TYPE_CHECKING:
    from torch import Tensor, nn

    from personagen.encoder.network import Network

_INPUTS = ["ids", "segments"]
_OUTPUTS = ["vectors", "codes", "intensity", "quotable"]
_OPSET = 17


def export(network: "Network", file: Path) -> None:
    """Write the network as an ONNX graph with 8-bit weights.

    Inputs: `ids` and `segments` as in `layout.Block`. Outputs: `vectors` (n, 384), and logits
    `codes` (n, 6), `intensity` (n, 3), `quotable` (n,), all float32.
    """
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "exact.onnx"
        _export_exact(network, exact)
        quantise(exact, file, _kept_exact())


def _export_exact(network: "Network", file: Path) -> None:
    import torch

    example = block([Row([101, 2023, 102], [1, 2003, 102]), Row([101, 102], [1, 102])])
    axes = {name: {0: "units"} for name in _OUTPUTS}
    axes |= {name: {0: "units", 1: "tokens"} for name in _INPUTS}
    torch.onnx.export(
        _plain(network),
        (torch.from_numpy(example.ids), torch.from_numpy(example.segments)),
        str(file),
        input_names=_INPUTS,
        output_names=_OUTPUTS,
        dynamic_axes=axes,
        opset_version=_OPSET,
        dynamo=False,
    )


def _plain(network: "Network") -> "nn.Module":
    """Return the network giving a bare tuple, which is all that the exporter takes."""
    from torch import nn

    class Plain(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, ids: "Tensor", segments: "Tensor") -> "tuple[Tensor, ...]":
            return tuple(self.network(ids, segments))

    return Plain().eval()


def quantise(exact: Path, file: Path, kept: Sequence[str] = ()) -> None:
    """Write a graph with 8-bit weights.

    Args:
        exact: The graph in 32 bits.
        file: Where the other goes.
        kept: Names of nodes that stay as they are.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # Seven of the eight bits: with all of them, processors without VNNI add up past 16 bits and
    # clip, and the same text would be judged differently on an older machine.
    quantize_dynamic(
        exact,
        file,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        nodes_to_exclude=list(kept),
    )


def _kept_exact() -> list[str]:
    from personagen.encoder.vectors import LAYER

    return [LAYER]
