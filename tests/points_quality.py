"""Measure how well the encoder's vectors tell who makes the same point from who is only near it.

    python -m tests.points_quality --write docs/quality/points.md

It is what themes rest on: `corpus/inference/points`, invented studies of seven points each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.metrics import roc_auc_score

from personagen.encoder import load
from tests.pages import told

FILES = Path(__file__).parents[1] / "corpus" / "inference" / "points"
_PAGE = """\
# Who makes the same point, as measured

Written by `python -m tests.points_quality --write docs/quality/points.md`, on {studies} invented
studies with {sentences:,} sentences: seven points each, made by two to six people in words of their
own, some of them close to one another in topic, and sentences that are near a point and make
another (`corpus/inference/points`; labelled by those who wrote them). Nothing learned from them.
*Area* is the area under the ROC curve: how often a pair that makes the same point lies nearer, by
the cosine of the encoder's vectors, than one that does not.

| pairs of one study | same | other | area |
| --- | --: | --: | --: |
{rows}

In the first row the others are all pairs of two points; in the second only those whose sentences
got the same code; in the third a point's sentences with those that were written to be near it.

What a theme may join is therefore often undecided by vectors alone: of the 1,000 nearest pairs
with the same code {thousand:.0%} make the same point, of the 10,000 nearest {more:.0%}, of all
{all:.0%}.
"""


class Study(NamedTuple):
    """The sentences of one study; arrays of length n."""

    texts: list[str]
    point: np.ndarray
    """Which point each makes; those that make none have numbers of their own."""
    code: list[str]
    near: np.ndarray
    """The point that a sentence which makes none is near; -1 for the others."""


class Pairs(NamedTuple):
    """All pairs of a study's sentences; arrays of one length."""

    cosine: np.ndarray
    same: np.ndarray
    coded_alike: np.ndarray
    beside: np.ndarray
    """One of the two is written to be near the other's point."""


def studies() -> Iterator[Study]:
    """Yield the written studies."""
    for file in sorted(FILES.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield _study(json.loads(line))


def pairs(study: Study) -> Pairs:
    """Return every two sentences of a study."""
    vectors = load().encode(study.texts).vectors
    one, other = np.triu_indices(len(study.texts), 1)
    code = np.array(study.code)
    near, point = study.near, study.point
    return Pairs(
        (vectors[one] * vectors[other]).sum(1),
        point[one] == point[other],
        code[one] == code[other],
        (near[one] == point[other]) | (near[other] == point[one]),
    )


def page() -> str:
    """Return the page."""
    read = list(studies())
    every = [pairs(study) for study in read]
    cosine, same, alike, beside = (np.concatenate([p[i] for p in every]) for i in range(4))
    rows = [
        _row("all", cosine, same, np.ones(len(same), bool)),
        _row("same code", cosine, same, alike),
        _row("written to be near", cosine, same, beside | same),
    ]
    return _PAGE.format(
        studies=len(read),
        sentences=sum(len(study.texts) for study in read),
        rows="\n".join(rows),
        thousand=_right(cosine[alike], same[alike], 1_000),
        more=_right(cosine[alike], same[alike], 10_000),
        all=same[alike].mean(),
    )


def _study(line: dict[str, list[dict[str, object]]]) -> Study:
    told = [
        (str(text), number, str(point["code"]), -1)
        for number, point in enumerate(line["points"])
        for text in list(point["said"])  # type: ignore[call-overload]
    ]
    told += [
        (str(one["said"]), 1000 + number, str(one["code"]), int(str(one["near"])))
        for number, one in enumerate(line["alone"])
    ]
    texts, point, code, near = zip(*told, strict=True)
    return Study(list(texts), np.array(point), list(code), np.array(near))


def _row(name: str, cosine: np.ndarray, same: np.ndarray, among: np.ndarray) -> str:
    right = int(same[among].sum())
    area = roc_auc_score(same[among], cosine[among])
    return f"| {name} | {right:,} | {int(among.sum()) - right:,} | {area:.3f} |"


def _right(cosine: np.ndarray, same: np.ndarray, nearest: int) -> float:
    """Return the share of the nearest pairs that make the same point."""
    return float(same[np.argsort(-cosine)[:nearest]].mean())


if __name__ == "__main__":
    told(page, __doc__)
