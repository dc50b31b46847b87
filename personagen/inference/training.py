"""The command that trains the network of inference and writes what ships.

    python -m personagen.inference.training --out DIR --pairs FILE … --examples DIR

First once over pairs made from public sets (`sources.py`), then three times over what was written
for it (`mixing.py`).
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch.nn import functional as F

from personagen.encoder.export import quantise
from personagen.encoder.runtime import shipped_tokenizer
from personagen.encoder.training import minilm_weights
from personagen.inference.examples import Pair, read_groups, read_pairs, read_panels
from personagen.inference.mixing import Written, mixed
from personagen.inference.network import Network
from personagen.inference.pairs import Row, asked, block, stated
from personagen.inference.transcripts import read_transcripts

BATCH = 96
PASSES = 3
"""Of the second stage."""
POOL = 50
"""Batches that are drawn together and cut by length: padding is a third of the time otherwise."""


class Recipe(NamedTuple):
    """How one stage of training goes."""

    rate: float
    """Of the layers; the heads learn five times as fast."""
    warmup: int = 100


class _Item(NamedTuple):
    row: Row
    pair: Pair


def fit(network: Network, passes: Sequence[Sequence[Pair]], recipe: Recipe, seed: int = 0) -> None:
    """Train a network in place, over each of the passes once."""
    draw = random.Random(seed)
    batches = [batch for pairs in passes for batch in _batches(_items(pairs), draw)]
    optimizer = torch.optim.AdamW(_groups(network, recipe.rate), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / recipe.warmup, max(0.0, 1 - s / len(batches)))
    )
    network.train()
    for number, batch in enumerate(batches):
        loss = _loss(network, batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if number % 50 == 0:
            print(f"{number} of {len(batches)}: {loss.item():.3f}", flush=True)  # noqa: T201 - a command
    network.eval()


def export(network: Network, file: Path) -> None:
    """Write the network as an ONNX graph with 8-bit weights.

    Inputs: `ids` and `types` as in `pairs.Block`. Outputs: logits `follows` (n, 3) and `answers`
    (n,), float32.
    """
    example = block([Row([101, 2023, 102, 2003, 102], 3), Row([101, 102, 102], 2)])
    names = ["follows", "answers"]
    axes = {name: {0: "pairs"} for name in names}
    axes |= {name: {0: "pairs", 1: "tokens"} for name in ("ids", "types")}
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "exact.onnx"
        torch.onnx.export(
            network.eval(),
            (torch.from_numpy(example.ids), torch.from_numpy(example.types)),
            str(exact),
            input_names=["ids", "types"],
            output_names=names,
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        quantise(exact, file)


def _items(pairs: Sequence[Pair]) -> list[_Item]:
    tokenizer = shipped_tokenizer()
    items = []
    for task, rows in (("answers", asked), ("follows", stated)):
        own = [p for p in pairs if p.task == task]
        made = rows(tokenizer, [(p.first, p.second) for p in own])
        items += [_Item(row, pair) for row, pair in zip(made, own, strict=True)]
    return items


def _batches(items: Sequence[_Item], draw: random.Random) -> list[list[_Item]]:
    order = draw.sample(list(items), len(items))
    batches: list[list[_Item]] = []
    for start in range(0, len(order), BATCH * POOL):
        pool = sorted(order[start : start + BATCH * POOL], key=lambda i: len(i.row))
        batches += [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
    return draw.sample(batches, len(batches))


def _loss(network: Network, batch: Sequence[_Item]) -> torch.Tensor:
    made = block([item.row for item in batch])
    with torch.autocast("cpu", torch.bfloat16):
        follows, answers = network(torch.from_numpy(made.ids), torch.from_numpy(made.types))
    labels = torch.tensor([item.pair.label for item in batch])
    asks = torch.tensor([item.pair.task == "answers" for item in batch])
    weights = torch.tensor([item.pair.weight for item in batch])
    one = F.cross_entropy(follows, labels, reduction="none", label_smoothing=0.03)
    other = F.binary_cross_entropy_with_logits(
        answers, labels.clamp(max=1).float(), reduction="none"
    )
    return (torch.where(asks, other, one) * weights).sum() / weights.sum()


def _groups(network: Network, rate: float) -> list[dict[str, object]]:
    heads = [*network.follows.parameters(), *network.answers.parameters()]
    return [
        {"params": list(network.layers.parameters()), "lr": rate},
        {"params": heads, "lr": 5 * rate},
    ]


def _pairs(files: Sequence[Path]) -> Iterator[Pair]:
    for file in files:
        yield from read_pairs(file)


def main() -> None:
    """Train in two stages and write the graph."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pairs", type=Path, nargs="*", default=[])
    parser.add_argument("--examples", type=Path, required=True, help="folder of what was written")
    parser.add_argument("--without", default="", help="leave out files whose name holds this")
    parser.add_argument("--judged", type=Path, nargs="*", default=[], help="files of support")
    parser.add_argument("--transcripts", action="store_true", help="learn from them, too")
    parser.add_argument("--minilm", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    given.out.mkdir(parents=True, exist_ok=True)
    network = Network(given.minilm or minilm_weights(given.out))
    public = list(_pairs(given.pairs))
    draw = random.Random(given.seed)
    own = _written(given.examples, given.without, given.judged, public)
    if given.transcripts:
        spoken = _files(given.examples, "transcripts/*.jsonl", given.without)
        own = own._replace(transcripts=read_transcripts(spoken))
    fit(network, [public], Recipe(8e-5, 300), given.seed)
    fit(network, [mixed(own, draw) for _ in range(PASSES)], Recipe(6e-5, 200), given.seed)
    torch.save(network.state_dict(), given.out / "inference.pt")
    export(network, given.out / "inference.onnx")


def _written(folder: Path, without: str, judged: Sequence[Path], public: Sequence[Pair]) -> Written:
    names = ("*.jsonl", "statements/*.jsonl")
    groups = read_groups([file for some in names for file in _files(folder, some, without)])
    return Written(groups, read_panels(_files(folder, "panels/*.jsonl", without)), judged, public)


def _files(folder: Path, names: str, without: str) -> list[Path]:
    return [file for file in folder.glob(names) if not _left_out(file, without)]


def _left_out(file: Path, names: str) -> bool:
    return any(name in file.name for name in names.split(",") if name)


if __name__ == "__main__":
    main()
