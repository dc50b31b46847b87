"""The command that trains the network of inference and writes what ships.

    python -m personagen.inference.training --out DIR --pairs FILE … --examples DIR

First once over pairs made from public sets (`sources.py`), then three times over what was written
for it (`mixing.py`).
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from personagen.encoder.training import minilm_weights
from personagen.inference.examples import Pair, read_groups, read_pairs, read_panels
from personagen.inference.exporting import export
from personagen.inference.fitting import Recipe, fit
from personagen.inference.mixing import Written, mixed
from personagen.inference.network import Network
from personagen.inference.runtime import Inference
from personagen.inference.transcripts import read_transcripts

PASSES = 3
"""Of the second stage."""
FIRST, SECOND = Recipe(8e-5, 4e-4, 300), Recipe(6e-5, 3e-4, 200)


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
    fit(network, [public], FIRST, given.seed)
    fit(network, [mixed(own, draw) for _ in range(PASSES)], SECOND, given.seed)
    torch.save(network.state_dict(), given.out / "inference.pt")
    export(network, given.out / Inference.file)


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
