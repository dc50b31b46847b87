"""Linear maps whose outlier features are reckoned apart, so that eight bits are enough.

In eight bits, a few features many times as large as the others leave these no room: what is made
of a pair is blurred, and depends on what else stands in its batch. Apart, the few cost little.

Source:
    LLM.int8(): Dettmers et al. (2022), arXiv:2208.07339.

Training only; nothing at run time imports it.
"""

# mypy: disallow-subclassing-any=False
# Where torch is not installed its classes are unknown to the type checker.

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

FEATURES = 8
"""Outlier features of a map that are reckoned apart."""
OUTLYING = 2.0
"""How many times as large as the next of the others the largest must be for that."""


class Map(nn.Linear):
    """A linear map whose outlier features can be reckoned apart."""

    features: Tensor | None = None
    """Places of the outlier features."""

    def set_apart(self, features: Tensor) -> None:
        """Reckon some features apart from now on; for export, not for training."""
        near = torch.ones(self.in_features)
        near[features] = 0.0
        self.near = nn.Parameter(near, requires_grad=False)
        self.far = nn.Parameter(self.weight[:, features].T.detach().clone(), requires_grad=False)
        self.features = features

    def forward(self, x: Tensor) -> Tensor:
        """Return x mapped, shape (…, out)."""
        if self.features is None:
            return super().forward(x)
        mapped: Tensor = super().forward(x * self.near)
        return mapped + x.index_select(-1, self.features) @ self.far


def set_apart(network: nn.Module, inputs: Sequence[tuple[Tensor, ...]]) -> None:
    """Find which features are outliers where a network reads these inputs, and set them apart."""
    largest: dict[Map, Tensor] = {}
    maps = [module for module in network.modules() if isinstance(module, Map)]
    hooks = [module.register_forward_pre_hook(_watching(largest)) for module in maps]
    with torch.no_grad():
        for given in inputs:
            network(*given)
    for hook in hooks:
        hook.remove()
    for module in maps:
        order = largest[module].sort(descending=True)
        if len(order.values) > FEATURES and order.values[0] > OUTLYING * order.values[FEATURES]:
            module.set_apart(order.indices[:FEATURES].sort().values)


def _watching(largest: dict[Map, Tensor]) -> Callable[[Map, tuple[Tensor, ...]], None]:
    def watch(module: Map, given: tuple[Tensor, ...]) -> None:
        seen = given[0].flatten(0, -2).abs().amax(0)
        largest[module] = torch.maximum(largest.get(module, seen), seen)

    return watch
