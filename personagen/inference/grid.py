"""Weights on a coarse grid: few different numbers take little room once they are packed.

Training only; nothing at run time imports it.
"""

# mypy: disallow-subclassing-any=False
# Where torch is not installed its classes are unknown to the type checker.

from collections.abc import Iterable

import torch
from torch import Tensor, nn

STEPS = 9
"""From nothing to the largest weight of a row."""


class Grid:
    """Lays a network's weights on their grid, while what is learned stays exact.

    Learned on the grid, weights lose little (straight-through: Bengio et al. 2013,
    arXiv:1308.3432).
    """

    def __init__(self, layers: Iterable[nn.Linear]) -> None:
        self._layers = list(layers)
        self.exact = [layer.weight.detach().clone() for layer in self._layers]
        """What an optimiser changes, in the layers' order."""
        self.lay()

    @property
    def laid(self) -> frozenset[int]:
        """The `id` of each weight that lies on the grid, and that no optimiser may change."""
        return frozenset(id(layer.weight) for layer in self._layers)

    def take(self, *_: object) -> None:
        """Take over what was learned of the rounded weights; before an optimiser's step."""
        for exact, layer in zip(self.exact, self._layers, strict=True):
            exact.grad, layer.weight.grad = layer.weight.grad, None

    def lay(self, *_: object) -> None:
        """Round the exact weights anew; after an optimiser's step."""
        with torch.no_grad():
            for exact, layer in zip(self.exact, self._layers, strict=True):
                layer.weight.copy_(rounded(exact))


def rounded(weight: Tensor) -> Tensor:
    """Return weights, (rows, columns), in whole steps: `STEPS` to the largest of a row."""
    step = weight.abs().amax(1, keepdim=True) / STEPS
    return (weight / step).round() * step
