"""Weights of a closer reader that ships, read back from its graph.

So what ships can be written anew, or go on learning, without the file that training left behind.
The weights are those that run: rounded to eight bits.

Training only; nothing at run time imports it.
"""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

from personagen.inference.mpnet import Reader

_TABLES = "words", "positions", "relative"
"""Weights that are looked up rather than multiplied."""
_MULTIPLIED = "MatMulInteger"


def weights_of(file: Path) -> dict[str, Tensor]:
    """Return the state of a `Reader` by a packed graph.

    Args:
        file: `closer.onnx.z`, as `exporting.export` writes it.
    """
    model = onnx.load_from_string(zlib.decompress(file.read_bytes()))
    kept = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    found = {f"{name}.weight": _exact(kept, f"{name}.weight") for name in _TABLES}
    for node in model.graph.node:
        if node.op_type == _MULTIPLIED:
            weight = _exact(kept, node.input[1].removesuffix("_quantized"))
            found[f"{_module(node.name)}.weight"] = weight.T
    found |= {name: array for name, array in kept.items() if array.dtype == np.float32}
    layers = 1 + max(int(name.split(".")[1]) for name in found if name.startswith("layers."))
    return {name: torch.tensor(found[name]) for name in Reader(layers).state_dict()}


def _module(node: str) -> str:
    """Return whose weights a node multiplies: `/layers.0/query/MatMul_quant` is `layers.0.query`.

    The path of a part of a head names the head twice: `/follows/follows.1/…`.
    """
    *path, _ = node.strip("/").split("/")
    first, *rest = path
    return rest[-1] if rest and rest[-1].startswith(f"{first}.") else ".".join(path)


def _exact(kept: dict[str, NDArray[np.generic]], name: str) -> NDArray[np.float32]:
    """Return weights as the whole numbers stand for them."""
    whole, zero = (kept[f"{name}_{part}"] for part in ("quantized", "zero_point"))
    scale = kept[f"{name}_scale"].astype(np.float32)
    exact: NDArray[np.float32] = (whole.astype(np.float32) - zero.astype(np.float32)) * scale
    return exact
