"""One run of fine-tuning: prepared examples in, a trained network out."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from personagen.encoder.layout import CODES
from personagen.encoder.network import BOTTOM, INTENSITIES, Network, from_minilm
from personagen.encoder.preparing import Example, Seen, batch_of


class Recipe(NamedTuple):
    """What can be turned in a run; the defaults are what ships."""

    epochs: int = 3
    batch: int = 32
    rate: float = 1.5e-4
    """Learning rate of MiniLM's layers at its height."""
    heads_rate: float = 5e-4
    vectors: float = 1.2
    """Weight of staying near the untuned vectors, beside the cross-entropy of the heads."""
    no_kind: float = 0.3
    """Share of rows whose kind is hidden, so that the encoder manages without."""
    no_context: float = 0.1
    dropout: float = 0.1
    side: float = 0.3
    """Weight of intensity and quotability beside the codes."""


def fit(
    minilm: Path,
    examples: Sequence[Example],
    recipe: Recipe,
    seed: int,
    report: Callable[[int, int, float], None] = lambda *_: None,
) -> Network:
    """Return a network trained on the examples.

    Args:
        minilm: The folder with the weights of all-MiniLM-L6-v2.
        examples: From `prepare`.
        recipe: How to train.
        seed: Decides the heads' first weights and the order of the examples.
        report: Told after each pass: its number, their number, the mean loss.
    """
    torch.manual_seed(seed)
    network = from_minilm(minilm, recipe.dropout)
    run = _Run(network, recipe, np.random.default_rng(seed))
    total = recipe.epochs * math.ceil(len(examples) / recipe.batch)
    plan = torch.optim.lr_scheduler.LambdaLR(run.optimizer, lambda step: _height(step, total))
    for number in range(1, recipe.epochs + 1):
        report(number, recipe.epochs, run.through(examples, plan))
    network.eval()
    return network


class _Run:
    """The steps of one run over batches of like length."""

    def __init__(self, network: Network, recipe: Recipe, rng: np.random.Generator) -> None:
        self.network, self.recipe, self.rng = network.train(), recipe, rng
        for part in (network.words, network.positions, network.types, network.norm):
            part.requires_grad_(False)
        for layer in network.layers[:BOTTOM]:
            layer.requires_grad_(False)
        self.optimizer = torch.optim.AdamW(_groups(network, recipe), fused=True)

    def through(
        self, examples: Sequence[Example], plan: torch.optim.lr_scheduler.LRScheduler
    ) -> float:
        """Take a step for each batch of the examples and return the mean loss."""
        losses = []
        for batch in self._batches(examples):
            losses.append(self._step([examples[i] for i in batch]))
            plan.step()
        return float(np.mean(losses))

    def _batches(self, examples: Sequence[Example]) -> list[NDArray[np.int64]]:
        order = self.rng.permutation(len(examples))
        size = self.recipe.batch
        batches = []
        for start in range(0, len(order), 16 * size):
            part = order[start : start + 16 * size]
            lengths = [len(examples[i].whole.states) for i in part]
            part = part[np.argsort(lengths, kind="stable")]
            batches += [part[i : i + size] for i in range(0, len(part), size)]
        return [batches[i] for i in self.rng.permutation(len(batches))]

    def _step(self, examples: Sequence[Example]) -> float:
        states, segments = batch_of([self._variant(example) for example in examples])
        with torch.autocast("cpu", torch.bfloat16):
            vectors, features = self.network.read(states, segments)
            logits = self.network.out(features)
        loss = self._loss(vectors, logits.float(), examples)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return float(loss.item())

    def _variant(self, example: Example) -> Seen:
        chance = self.rng.random()
        if chance < self.recipe.no_kind:
            return example.no_kind
        return example.no_context if chance > 1 - self.recipe.no_context else example.whole

    def _loss(self, vectors: Tensor, logits: Tensor, examples: Sequence[Example]) -> Tensor:
        targets = torch.from_numpy(np.stack([example.targets for example in examples]))
        teacher = torch.from_numpy(np.stack([example.teacher for example in examples]))
        losses = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
        away = 1 - (vectors * teacher).sum(1).mean()
        return (losses * self._weights()).sum(1).mean() + self.recipe.vectors * away

    def _weights(self) -> Tensor:
        return torch.tensor([1.0] * len(CODES) + [self.recipe.side] * (INTENSITIES + 1))


def _groups(network: Network, recipe: Recipe) -> list[dict[str, object]]:
    heads = [*network.head.parameters(), *network.out.parameters()]
    ours = {id(weight) for weight in heads}
    theirs = [w for w in network.parameters() if w.requires_grad and id(w) not in ours]
    return [{"params": theirs, "lr": recipe.rate}, {"params": heads, "lr": recipe.heads_rate}]


def _height(step: int, total: int) -> float:
    """Return the share of the learning rate at a step: up over a tenth of the run, then down."""
    warm = max(1, total // 10)
    return min((step + 1) / warm, max(0.0, (total - step) / max(1, total - warm)))
