"""Measure how the encoder codes what people say in ordinary life, on units kept from its training.

    python -m tests.coding_quality --write docs/quality/coding.md

On the files of `corpus/coding` that are kept from teaching.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from personagen.encoder.data import KEPT, read_rows
from personagen.encoder.evaluation import evaluate
from tests.pages import told

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "corpus" / "coding"
_NOTHING = "The encoder that ships learned from nothing of the kind."
_SOMETHING = """\
The encoder that ships learned from {} others of the kind, by twenty-one of the twenty-two who
  wrote them; one wrote for measuring alone."""
_PAGE = """\
# What people say in ordinary life, as coded

Written by `python -m tests.coding_quality --write docs/quality/coding.md`, on {units} sentences of
`corpus/coding` that nothing learned from: {files} products, with trades of their own.

{table}

F1 by code, with the thresholds that ship; a cell has at least 20 positives, or a dash. *Macro* is
the mean of the first five.

- These sentences were written for what the encoder missed: praise told as an event (“It used to be
  my whole weekend, now it's a filter and a download”), requests put as a question or an order, ways
  of coping told as a habit, and near misses that have no code, which are nearly half. So it is
  harder than most material, and it is not drawn from life: figures on real sources, where nothing
  of theirs was learned from, stand in [quality](../quality.md).
- {learned}
- Second readers who saw no codes gave {same} of {again} of them the same codes
  (`corpus/coding/second`). They and who wrote them are of one mind: people who code agree less.
"""


def page() -> str:
    """Return the page."""
    files = sorted(FOLDER.glob(f"*{KEPT}.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "kept.jsonl"
        whole.write_text("\n".join(lines), encoding="utf-8")
        table = evaluate(whole)
    figures = json.loads((ROOT / "docs/quality/encoder.json").read_text(encoding="utf-8"))
    many = figures.get("written", 0)
    learned = _SOMETHING.format(many) if many else _NOTHING
    same, again = _read_again([json.loads(line) for line in lines])
    return _PAGE.format(
        units=f"{len(lines):,}",
        files=len(files) + 2,
        table=table,
        learned=learned,
        same=same,
        again=again,
    )


def _read_again(kept: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """Return how many units second readers gave the same codes, and how many they read."""
    codes = {row["id"]: set(row["codes"]) for row in kept}
    read = [row for file in FOLDER.glob("second/*.jsonl") for row in read_rows(file)]
    return sum(codes[row["id"]] == set(row["codes"]) for row in read), len(read)


if __name__ == "__main__":
    told(page, __doc__)
