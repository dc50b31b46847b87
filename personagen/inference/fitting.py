"""How a network of inference learns from pairs, the small one as well as the closer reader."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from personagen.encoder.runtime import shipped_tokenizer
from personagen.inference.examples import ALONE, Pair
from personagen.inference.grid import Grid
from personagen.inference.pairs import Row, asked, stated
from personagen.inference.runtime import TASKS, Task

_ROWS: dict[Task, Callable[..., list[Row]]] = {"follows": stated, "answers": asked}


class Reads(Protocol):
    """A torch module that reads rows and has a head for each of `TASKS`, of the task's name."""

    given: tuple[str, ...]
    """Names of what it is called with."""

    def inputs(self, rows: Sequence[Row]) -> tuple[Tensor, ...]:
        """Return what the module is called with."""

    def __call__(self, *inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits of what follows, (n, 3), and of what answers, (n,)."""


class Recipe(NamedTuple):
    """How one stage of training goes."""

    rate: float
    """Of the layers; it grows to this and falls to nothing."""
    head_rate: float
    warmup: int = 100
    batch: int = 96
    """Pairs."""
    pool: int = 50
    """Batches drawn together and cut by length: padding is a third of the time otherwise."""
    first: float = 0.0
    """What it counts that of a question's passages those that answer come first."""


class _Item(NamedTuple):
    row: Row
    pair: Pair


def fit(
    network: Reads,
    passes: Sequence[Sequence[Pair]],
    recipe: Recipe,
    seed: int = 0,
    grid: Grid | None = None,
) -> None:
    """Train a network in place, over each of the passes once; weights of a grid stay on it."""
    assert isinstance(network, nn.Module)
    draw = random.Random(seed)
    batches = [batch for pairs in passes for batch in _batches(_items(pairs), recipe, draw)]
    optimizer = torch.optim.AdamW(_groups(network, recipe, grid), weight_decay=0.01)
    if grid is not None:
        optimizer.register_step_pre_hook(grid.take)
        optimizer.register_step_post_hook(grid.lay)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / recipe.warmup, 1.0) * max(0.0, 1 - s / len(batches))
    )
    network.train()
    for number, batch in enumerate(batches):
        loss = _loss(network, batch, recipe)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if number % 50 == 0:
            print(f"{number} of {len(batches)}: {loss.item():.3f}", flush=True)  # noqa: T201 - a command
    network.eval()


def rows_of(pairs: Sequence[Pair]) -> list[Row]:
    """Return pairs as rows, task by task."""
    return [item.row for item in _items(pairs)]


def _items(pairs: Sequence[Pair]) -> list[_Item]:
    tokenizer = shipped_tokenizer()
    items = []
    for task, rows in _ROWS.items():
        own = [p for p in pairs if p.task == task]
        made = rows(tokenizer, [(p.first, p.second) for p in own])
        items += [_Item(row, pair) for row, pair in zip(made, own, strict=True)]
    return items


def _batches(items: Sequence[_Item], recipe: Recipe, draw: random.Random) -> list[list[_Item]]:
    together = _together(items)
    batches: list[list[_Item]] = []
    for pool in _cut(draw.sample(together, len(together)), recipe.batch * recipe.pool):
        by_length = sorted(pool, key=lambda some: max(len(item.row) for item in some))
        batches += [[i for some in cut for i in some] for cut in _cut(by_length, recipe.batch)]
    return draw.sample(batches, len(batches))


def _together(items: Sequence[_Item]) -> list[list[_Item]]:
    """Return what is read in one batch: the passages of a question, or one statement."""
    groups: dict[tuple[Task, int], list[_Item]] = defaultdict(list)
    alone = []
    for item in items:
        if item.pair.group == ALONE:
            alone.append([item])
        else:
            groups[item.pair.task, item.pair.group].append(item)
    return [*groups.values(), *alone]


def _cut(order: Sequence[list[_Item]], most: int) -> Iterator[list[list[_Item]]]:
    """Yield what is read together, so much at a time that it holds as many items."""
    cut, size = [], 0
    for some in order:
        cut.append(some)
        size += len(some)
        if size >= most:
            yield cut
            cut, size = [], 0
    if cut:
        yield cut


def _groups(network: nn.Module, recipe: Recipe, grid: Grid | None) -> list[dict[str, object]]:
    laid = grid.laid if grid else frozenset()
    free = [(n, p) for n, p in network.named_parameters() if p.requires_grad and id(p) not in laid]
    heads = [p for name, p in free if name.split(".")[0] in _ROWS]
    layers = [p for name, p in free if name.split(".")[0] not in _ROWS]
    layers += grid.exact if grid else []
    return [{"params": layers, "lr": recipe.rate}, {"params": heads, "lr": recipe.head_rate}]


def _loss(network: Reads, batch: Sequence[_Item], recipe: Recipe) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        read = network(*network.inputs([item.row for item in batch]))
    labels = torch.tensor([item.pair.label for item in batch])
    weights = torch.tensor([item.pair.weight for item in batch])
    lost = torch.zeros(())
    for task, logits in zip(TASKS, read, strict=True):
        own = torch.tensor([item.pair.task == task for item in batch])
        lost = lost + (_lost(logits, labels) * weights * own).sum()
    behind = _behind(read[TASKS.index("answers")], batch) if recipe.first else 0.0
    return lost / weights.sum() + recipe.first * behind


def _lost(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the loss of each pair, (n,); of pairs of another task it means nothing."""
    if logits.dim() == 2:
        return F.cross_entropy(logits, labels, reduction="none", label_smoothing=0.03)
    return F.binary_cross_entropy_with_logits(logits, labels.clamp(max=1).float(), reduction="none")


def _behind(logits: Tensor, batch: Sequence[_Item]) -> Tensor:
    """Return how far passages that answer stand behind others of their question, on average."""
    places = defaultdict(list)
    for place, item in enumerate(batch):
        if item.pair.task == "answers" and item.pair.group != ALONE:
            places[item.pair.group].append(place)
    lost = []
    for some in places.values():
        right = [place for place in some if batch[place].pair.label]
        if 0 < len(right) < len(some):
            lost.append(logits[some].logsumexp(0) - logits[right].logsumexp(0))
    return torch.stack(lost).mean() if lost else torch.zeros(())
