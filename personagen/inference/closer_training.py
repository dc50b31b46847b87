"""The command that trains the closer reader and writes what ships.

    python -m personagen.inference.closer_training --out DIR --mpnet FOLDER --examples DIR

Once over questions of panels and transcripts (`corpus/inference`), then, with weights on a coarse
grid, over a second draw of them. What does not answer is drawn from what lies nearest to the
question, by the encoder's vectors: that is what it meets in use.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import parametrize

from personagen.encoder import load as load_encoder
from personagen.encoder.export import quantise
from personagen.encoder.runtime import shipped_tokenizer
from personagen.inference.closer import FILE, padded
from personagen.inference.examples import Pair, Panel, read_panels
from personagen.inference.mpnet import Coarse, Reader, from_mpnet, rounded
from personagen.inference.pairs import Row, asked
from personagen.inference.transcripts import Transcript, passages, questions, read_transcripts

BATCH, POOL = 32, 40
"""Pairs, and batches that are drawn together and cut by length."""
NEAREST = 6
"""Passages that do not answer and lie nearest to a question, of which some are drawn."""
RIGHT, WRONG, WRONG_ALONE = 2, 2, 3
"""Passages drawn that answer; that don't; that don't where none does."""
FARTHER = 0.3
"""Share of the questions with one that lies farther off."""


class Asked(NamedTuple):
    """A question, what was said, and which of it answers."""

    text: str
    said: tuple[str, ...]
    places: frozenset[int]


class Stage(NamedTuple):
    """How one pass goes."""

    rate: float
    """Of the layers."""
    head_rate: float
    drawn: tuple[int, int, int]
    """Questions of larger panels, of smaller ones, and phrasings of transcripts' questions."""
    coarse: bool
    """Weights lie on their grid."""


FROZEN = 5
"""Lowest layers that stay as they are, but for the grid."""
STAGES = (
    Stage(3e-5, 2e-4, (9_000, 2_500, 5_000), False),
    Stage(2.5e-5, 1e-4, (7_000, 3_000, 5_000), True),
)


def questions_of(panels: Sequence[Panel], transcripts: Sequence[Transcript]) -> list[list[Asked]]:
    """Return the questions of larger panels, of smaller ones, and of transcripts."""
    kinds: list[list[Asked]] = [[], [], []]
    for panel in panels:
        own = [Asked(text, panel.said, frozenset(places)) for text, places in panel.questions]
        own += [Asked(text, panel.said, frozenset()) for text in panel.unanswered]
        kinds[bool(panel.claims)] += own
    for transcript in transcripts:
        said = tuple(passages(transcript).values())
        kinds[2] += [Asked(q.text, said, q.places) for q in questions(transcript)]
    return kinds


def pairs_of(some: Sequence[Asked], draw: random.Random) -> list[Pair]:
    """Return questions with passages that answer and passages that nearly do."""
    texts = sorted({q.text for q in some} | {said for q in some for said in q.said})
    vectors = dict(zip(texts, load_encoder().encode(texts).vectors, strict=True))
    return [pair for one in some for pair in _pairs(one, vectors, draw)]


def _pairs(one: Asked, vectors: dict[str, np.ndarray], draw: random.Random) -> Iterator[Pair]:
    near = np.argsort([-float(vectors[one.text] @ vectors[said]) for said in one.said])
    wrong = [int(at) for at in near if int(at) not in one.places]
    most = WRONG if one.places else WRONG_ALONE
    for at in draw.sample(sorted(one.places), min(RIGHT, len(one.places))):
        yield Pair("answers", one.text, one.said[at], 1, 1.3)
    for at in draw.sample(wrong[:NEAREST], min(most, len(wrong[:NEAREST]))):
        yield Pair("answers", one.text, one.said[at], 0)
    if wrong[NEAREST:] and draw.random() < FARTHER:
        yield Pair("answers", one.text, one.said[draw.choice(wrong[NEAREST:])], 0, 0.7)


def fit(reader: Reader, pairs: Sequence[Pair], stage: Stage, seed: int = 0) -> None:
    """Train a reader in place, once over the pairs."""
    batches = _batches(pairs, random.Random(seed))
    _prepare(reader, stage.coarse)
    head = list(reader.answers.parameters())
    others = [p for n, p in reader.named_parameters() if p.requires_grad and "answers" not in n]
    groups = [{"params": others, "lr": stage.rate}, {"params": head, "lr": stage.head_rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / 100, 1.0) * max(0.0, 1 - s / len(batches))
    )
    reader.train()
    for number, batch in enumerate(batches):
        loss = _loss(reader, batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if number % 50 == 0:
            print(f"{number} of {len(batches)}: {loss.item():.3f}", flush=True)  # noqa: T201 - a command
    reader.eval()
    for module in _linear(reader.layers):
        if parametrize.is_parametrized(module):
            parametrize.remove_parametrizations(module, "weight", leave_parametrized=True)


def _prepare(reader: Reader, coarse: bool) -> None:
    for layer in reader.layers[:FROZEN]:
        layer.requires_grad_(False)
    for module in _linear(reader.layers) if coarse else ():
        if module.weight.requires_grad:
            parametrize.register_parametrization(module, "weight", Coarse())
        else:
            module.weight.copy_(rounded(module.weight))


def _linear(layers: nn.Module) -> list[nn.Linear]:
    return [module for module in layers.modules() if isinstance(module, nn.Linear)]


def _batches(pairs: Sequence[Pair], draw: random.Random) -> list[list[tuple[Row, Pair]]]:
    rows = asked(shipped_tokenizer(), [(p.first, p.second) for p in pairs])
    order = draw.sample(list(zip(rows, pairs, strict=True)), len(pairs))
    batches: list[list[tuple[Row, Pair]]] = []
    for start in range(0, len(order), BATCH * POOL):
        pool = sorted(order[start : start + BATCH * POOL], key=lambda one: len(one[0]))
        batches += [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
    return draw.sample(batches, len(batches))


def _loss(reader: Reader, batch: Sequence[tuple[Row, Pair]]) -> torch.Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        read = reader(torch.from_numpy(padded([row for row, _ in batch])))
    labels = torch.tensor([float(pair.label) for _, pair in batch])
    weights = torch.tensor([pair.weight for _, pair in batch])
    lost = F.binary_cross_entropy_with_logits(read, labels, reduction="none")
    return (lost * weights).sum() / weights.sum()


def export(reader: Reader, file: Path) -> None:
    """Write a reader as a packed ONNX graph with 8-bit weights.

    Input: `ids`, int64 (n, tokens), as `closer.padded` gives them. Output: `answers`, float32
    (n,), log odds.
    """
    example = padded([Row([101, 2023, 102, 2003, 102], 3), Row([101, 102, 102], 2)])
    with tempfile.TemporaryDirectory() as folder:
        exact, whole = Path(folder) / "exact.onnx", Path(folder) / "whole.onnx"
        torch.onnx.export(
            reader.eval(),
            (torch.from_numpy(example),),
            str(exact),
            input_names=["ids"],
            output_names=["answers"],
            dynamic_axes={"ids": {0: "pairs", 1: "tokens"}, "answers": {0: "pairs"}},
            opset_version=17,
            dynamo=False,
        )
        quantise(exact, whole)
        packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_HUFFMAN_ONLY)
        file.write_bytes(packer.compress(whole.read_bytes()) + packer.flush())


def main() -> None:
    """Train in two stages and write the packed graph."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--mpnet", type=Path, required=True, help="folder of all-mpnet-base-v2")
    parser.add_argument("--examples", type=Path, required=True, help="folder of what was written")
    parser.add_argument("--without", default="-05.", help="leave out files whose name holds this")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(0)
    given.out.mkdir(parents=True, exist_ok=True)
    panels, transcripts = (
        [f for f in sorted(given.examples.glob(f"{kind}/*.jsonl")) if given.without not in f.name]
        for kind in ("panels", "transcripts")
    )
    kinds = questions_of(read_panels(panels), read_transcripts(transcripts))
    reader = from_mpnet(given.mpnet)
    for number, stage in enumerate(STAGES):
        draw = random.Random(number)
        chosen = [
            q
            for kind, n in zip(kinds, stage.drawn, strict=True)
            for q in draw.sample(kind, min(n, len(kind)))
        ]
        fit(reader, pairs_of(draw.sample(chosen, len(chosen)), draw), stage, number)
    torch.save(reader.state_dict(), given.out / "closer.pt")
    export(reader, given.out / FILE)


if __name__ == "__main__":
    main()
