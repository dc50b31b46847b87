"""The command that trains the closer reader and writes what ships.

    python -m personagen.inference.closer_training --out DIR --mpnet FOLDER --examples DIR

Once over questions of panels and transcripts (`corpus/inference`), then, with weights on a coarse
grid, over a second draw of them together with statements. What does not answer is drawn from what
the small network takes for the likeliest: that is what the closer reader meets in use.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from personagen.encoder import load as load_encoder
from personagen.inference.closer import CloserReader
from personagen.inference.examples import (
    Group,
    Pair,
    Panel,
    pairs_of,
    pairs_of_panels,
    read_groups,
    read_panels,
)
from personagen.inference.exporting import export
from personagen.inference.fitting import Recipe, fit, rows_of
from personagen.inference.grid import Grid, rounded
from personagen.inference.mixing import copies, judged_pairs
from personagen.inference.mpnet import Reader, from_mpnet
from personagen.inference.outliers import Map
from personagen.inference.reworded import Asked
from personagen.inference.runtime import FOLLOWS
from personagen.inference.runtime import load as load_inference
from personagen.inference.transcripts import Transcript, passages, questions, read_transcripts
from personagen.inference.unpacking import weights_of

NEAREST, LIKELIEST = 12, 5
"""Passages that do not answer and lie nearest to a question, by the encoder's vectors; and those of
them that the small network takes for the likeliest, of which some are drawn."""
RIGHT, WRONG, WRONG_ALONE = 2, 3, 4
"""Passages drawn that answer; that don't; that don't where none does."""
FARTHER = 0.5
"""Share of the questions with one that is less likely."""
SAMPLE = 300
"""Pairs that show which features are outliers."""


class Stage(NamedTuple):
    """What one pass is over, and how it goes."""

    recipe: Recipe
    drawn: tuple[int, int, int]
    """Questions of larger panels, of smaller ones, and phrasings of transcripts' questions."""
    last: bool
    """Statements are read as well, and weights lie on their grid."""


FROZEN = 5
"""Lowest layers that stay as they are, but for the grid."""
STAGES = (
    Stage(Recipe(3e-5, 2e-4, batch=32, pool=40), (9_000, 2_500, 5_000), False),
    Stage(Recipe(3e-5, 9e-5, batch=64, pool=40, first=0.4), (15_000, 5_500, 12_500), True),
)
OF_PANELS, COPIES, ELSEWHERE, BESIDE, AMONG = 14_000, 1_000, 6_000, 2_500, 2_500
"""Statements of panels; groups of which a sentence is stated as it was said; statements beside what
others said of something else, since near misses alone don't teach that these carry nothing; beside
what others said of the same; and beside that and what they rest on."""


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


def asked_pairs(some: Sequence[Asked], draw: random.Random) -> list[Pair]:
    """Return questions with passages that answer and passages that nearly do."""
    wrong = _likeliest(some)
    return [
        pair._replace(group=number)
        for number, one in enumerate(some)
        for pair in _pairs(one, next(wrong), draw)
    ]


def _likeliest(some: Sequence[Asked]) -> Iterator[list[int]]:
    """Yield where of each question what does not answer stands, the likeliest first."""
    texts = sorted({q.text for q in some} | {said for q in some for said in q.said})
    vectors = dict(zip(texts, load_encoder().encode(texts).vectors, strict=True))
    for one in some:
        near = np.argsort([-float(vectors[one.text] @ vectors[said]) for said in one.said])
        wrong = [int(at) for at in near if int(at) not in one.places]
        pairs = [(one.text, one.said[at]) for at in wrong[:NEAREST]]
        likely = np.argsort(-load_inference().answers(pairs), kind="stable")
        yield [*(wrong[at] for at in likely), *wrong[NEAREST:]]


def _pairs(one: Asked, wrong: Sequence[int], draw: random.Random) -> Iterator[Pair]:
    likely, others = wrong[:LIKELIEST], wrong[LIKELIEST:]
    most = WRONG if one.places else WRONG_ALONE
    drawn = draw.sample(likely, min(most, len(likely)))
    if others and draw.random() < FARTHER:
        drawn.append(draw.choice(others))
    for at in draw.sample(sorted(one.places), min(RIGHT, len(one.places))):
        yield Pair("answers", one.text, one.said[at], 1, 1.3)
    yield from (Pair("answers", one.text, one.said[at], 0) for at in drawn)


def stated_of(
    examples: Path, without: str, judged: Sequence[Path], draw: random.Random
) -> list[Pair]:
    """Return sentences with what was said: of groups and sets all, of panels a part."""
    files = [*examples.glob("*.jsonl"), *examples.glob("statements/*.jsonl")]
    groups = read_groups([file for file in files if without not in file.name])
    panels = read_panels(_files(examples, "panels", without))
    some = [pair for pair in pairs_of_panels(panels, draw) if pair.task == "follows"]
    return [
        *(pair for pair in pairs_of(groups) if pair.task == "follows"),
        *draw.sample(some, min(OF_PANELS, len(some))),
        *(pair for file in judged for pair in judged_pairs(file)),
        *(p for g in draw.sample(groups, min(COPIES, len(groups))) for p in copies(g, draw)),
        *elsewhere(groups, draw, ELSEWHERE),
        *beside(panels, draw, BESIDE),
        *among(panels, draw, AMONG),
    ]


def elsewhere(groups: Sequence[Group], draw: random.Random, most: int) -> Iterator[Pair]:
    """Yield statements beside what was said in another field: they are open."""
    for _ in range(most):
        one, other = draw.sample(groups, 2)
        if one.field != other.field:
            text = draw.choice([*one.faithful, *(text for _, text in one.unsupported)])
            yield Pair("follows", " ".join(other.said), text, FOLLOWS.index("open"))


def beside(panels: Sequence[Panel], draw: random.Random, most: int) -> Iterator[Pair]:
    """Yield claims beside what somebody else said of the same: most are open."""
    for panel in draw.choices([panel for panel in panels if panel.claims], k=most):
        claim, at = draw.choice(panel.claims)
        other = draw.choice([said for place, said in enumerate(panel.said) if place != at])
        yield Pair("follows", other, claim, FOLLOWS.index("open"), 0.7)


def among(panels: Sequence[Panel], draw: random.Random, most: int) -> Iterator[Pair]:
    """Yield sentences beside several passages, one of which they were written on."""
    for panel in draw.choices([panel for panel in panels if panel.claims], k=most):
        wrong = [(text, at, "open") for _, text, at in panel.unsupported]
        right = [(text, at, "follows") for text, at in panel.claims]
        text, at, label = draw.choice(draw.choice([right, wrong or right]))
        others = [said for place, said in enumerate(panel.said) if place != at]
        said = [panel.said[at], *draw.sample(others, min(2, len(others)))]
        together = " ".join(draw.sample(said, len(said)))
        yield Pair("follows", together, text, FOLLOWS.index(label), 0.7)


def freeze(reader: Reader) -> None:
    """Hold the lowest layers fast, and what all share: then learning need not go down to them."""
    reader.relative.requires_grad_(False)
    for layer in reader.layers[:FROZEN]:
        layer.requires_grad_(False)


def on_grid(reader: Reader) -> Grid:
    """Lay all of a reader's layers on their grid, and return that of those that still learn."""
    layers = _linear(reader.layers)
    with torch.no_grad():
        for layer in layers:
            if not layer.weight.requires_grad:
                layer.weight.copy_(rounded(layer.weight))
    return Grid(layer for layer in layers if layer.weight.requires_grad)


def _linear(layers: nn.Module) -> list[Map]:
    return [module for module in layers.modules() if isinstance(module, Map)]


def main() -> None:
    """Train in two stages and write the packed graph."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    begun = parser.add_mutually_exclusive_group(required=True)
    begun.add_argument("--mpnet", type=Path, help="folder of all-mpnet-base-v2, to learn from")
    begun.add_argument("--mean", type=Path, nargs="+", help="mean of weights, and no training")
    begun.add_argument("--graph", type=Path, help="what ships, written anew, and no training")
    parser.add_argument("--examples", type=Path, required=True, help="folder of what was written")
    parser.add_argument("--without", default="-05.", help="leave out files whose name holds this")
    parser.add_argument("--judged", type=Path, nargs="*", default=[], help="files of support")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(0)
    given.out.mkdir(parents=True, exist_ok=True)
    reader = _made(given)
    torch.save(reader.state_dict(), given.out / "closer.pt")
    export(reader, given.out / CloserReader.file, rows_of(_sample(given)))


def _made(given: argparse.Namespace) -> Reader:
    """Return the reader that a graph or a mean of weights gives; without either, a trained one."""
    if given.graph or given.mean:
        reader = Reader()
        known = weights_of(given.graph) if given.graph else mean_of(given.mean)
        reader.load_state_dict(known)
        return reader
    reader = from_mpnet(given.mpnet)
    _train(reader, given)
    return reader


def mean_of(files: Sequence[Path]) -> dict[str, torch.Tensor]:
    """Return the mean of weights that were learned one from the other.

    It often knows more than either (Wortsman et al. 2022, arXiv:2203.05482).
    """
    states = [torch.load(file) for file in files]
    return {name: torch.stack([s[name] for s in states]).mean(0) for name in states[0]}


def _train(reader: Reader, given: argparse.Namespace) -> None:
    freeze(reader)
    for number, stage in enumerate(STAGES):
        pairs = _pairs_of(stage, given, random.Random(number))
        fit(reader, [pairs], stage.recipe, number, on_grid(reader) if stage.last else None)


def _sample(given: argparse.Namespace) -> list[Pair]:
    """Return pairs such as it will read: they show which features are outliers."""
    groups = read_groups([f for f in given.examples.glob("*.jsonl") if given.without not in f.name])
    return random.Random(0).sample(pairs_of(groups), SAMPLE)


def _pairs_of(stage: Stage, given: argparse.Namespace, draw: random.Random) -> list[Pair]:
    files = [_files(given.examples, kind, given.without) for kind in ("panels", "transcripts")]
    kinds = questions_of(read_panels(files[0]), read_transcripts(files[1]))
    drawn = [draw.sample(k, min(n, len(k))) for k, n in zip(kinds, stage.drawn, strict=True)]
    some = [question for kind in drawn for question in kind]
    pairs = asked_pairs(draw.sample(some, len(some)), draw)
    if stage.last:
        pairs += stated_of(given.examples, given.without, given.judged, draw)
    return pairs


def _files(folder: Path, kind: str, without: str) -> list[Path]:
    return [file for file in sorted(folder.glob(f"{kind}/*.jsonl")) if without not in file.name]


if __name__ == "__main__":
    main()
