"""Measure how the encoder codes what people say in ordinary life, on units kept from its training.

    python -m tests.coding_quality --write docs/quality/coding.md

On the files of `corpus/coding` that are kept from teaching.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from personagen.encoder.data import KEPT
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
- A second reader who saw no codes gave 440 of them the same codes in 98 % (`corpus/README.md`).
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
    return _PAGE.format(units=f"{len(lines):,}", files=len(files) + 2, table=table, learned=learned)


if __name__ == "__main__":
    told(page, __doc__)
