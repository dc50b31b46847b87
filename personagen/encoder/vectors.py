"""The last layer of the sentence vectors, fitted in one go after training and quantising.

Training keeps the vectors near the untuned model's, but the codes pull at them. What the pull has
left can be brought back by a linear map: closed form, from the states as the quantised layers give
them. App reviews group about as well as before with it, and a tenth worse without; where
written units pull, too, the map needs other sentences beside the units for that.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from personagen.encoder.layout import DIMENSIONS, Row, block, by_length

LAYER = "/network/vector/Gemm_MatMul"
"""The node that gives the vectors; left out of quantisation, it is small.

The exporter calls it Gemm; before quantising it is split into a product and a sum.
"""

_BIAS = "network.vector.bias"

_RIDGE = 10.0
_BUDGET = 4096


def fit_vectors(file: Path, some: Sequence[Row], untuned: NDArray[np.float32]) -> None:
    """Rewrite a graph so that its vectors come as near to the untuned ones as they can.

    Args:
        file: A quantised graph from `export`.
        some: n rows that may be learned from.
        untuned: Shape (n, 384), the untuned vectors of these rows' texts.
    """
    model = onnx.load(str(file))
    layer = next(node for node in model.graph.node if node.name == LAYER)
    states = _states(model, layer.input[0], some)
    weights, bias = _ridge(states, untuned)
    for name, values in ((layer.input[1], weights), (_BIAS, bias)):
        kept = next(x for x in model.graph.initializer if x.name == name)
        kept.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float32), name))
    onnx.save(model, str(file))


def _states(model: onnx.ModelProto, name: str, some: Sequence[Row]) -> NDArray[np.float32]:
    """Return the mean states of rows, shape (n, 384), which the graph keeps to itself."""
    opened = onnx.ModelProto()
    opened.CopyFrom(model)
    shown = onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
    opened.graph.output.append(shown)
    session = onnxruntime.InferenceSession(opened.SerializeToString())
    states = np.zeros((len(some), DIMENSIONS), np.float32)
    for indexes in by_length(some, _BUDGET):
        made = block([some[i] for i in indexes])
        [states[indexes]] = session.run([name], {"ids": made.ids, "segments": made.segments})
    return states


def _ridge(
    states: NDArray[np.float32], untuned: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weights, shape (384, 384), and bias, shape (384,)."""
    design = np.concatenate([states, np.ones((len(states), 1))], 1).astype(np.float64)
    penalty = _RIDGE * np.eye(DIMENSIONS + 1)
    solved = np.linalg.solve(design.T @ design + penalty, design.T @ untuned.astype(np.float64))
    return np.asarray(solved[:-1], np.float64), np.asarray(solved[-1], np.float64)
