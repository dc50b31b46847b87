"""How far a second reader agrees with the author of a panel on which passages answer.

The second readers saw passages and questions, shuffled, and no labels.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.metrics import cohen_kappa_score

from personagen.inference import load
from personagen.inference.examples import lines_of, read_panels

FILES = Path(__file__).parents[1] / "corpus" / "inference"
_TOLD = """\
Labels are one author's word. Of {panels} of the larger panels a second reader, who saw no labels,
said of {questions} questions which passages answer. Both say that some passage does, or that none
does, of {alike} (Cohen's κ {kappa:.2f}); of {both} that both call answerable, one passage at least
is named by both in {shared}. Over all {pairs} pairs of question and passage κ is {kappa_pairs:.2f}.
The second readers share the authors' habits: readers of other schooling may agree less. What is
wrong in the rows above is the networks' fault, not the labels': on these questions the likeliest
passage by the network answers, by the author, in {author}; by the second reader, in {second}.
"""


class Twice(NamedTuple):
    """A question that two readers said the answering passages of."""

    question: str
    said: tuple[str, ...]
    author: frozenset[int]
    second: frozenset[int]


def read_twice() -> list[Twice]:
    """Return the questions that were read twice."""
    found = []
    for line in lines_of([FILES / "second" / "panels.jsonl"]):
        one = json.loads(line)
        name, _, number = one["panel"].partition("/")
        panel = read_panels([FILES / "panels" / f"{name}.jsonl"])[int(number) - 1]
        labels = {**dict.fromkeys(panel.unanswered, ()), **dict(panel.questions)}
        found += [
            Twice(question, panel.said, frozenset(labels[question]), frozenset(places))
            for question, places in one["answers"].items()
        ]
    return found


def agreement() -> str:
    """Return what the page says of it."""
    read = read_twice()
    some = [(bool(r.author), bool(r.second)) for r in read]
    both = [r for r in read if r.author and r.second]
    pairs = [(i in r.author, i in r.second) for r in read for i in range(len(r.said))]
    likeliest = {r: int(load().answers([(r.question, s) for s in r.said]).argmax()) for r in read}
    return _TOLD.format(
        panels=len({r.said for r in read}),
        questions=len(read),
        alike=_share(sum(a == b for a, b in some), len(some)),
        kappa=cohen_kappa_score(*np.array(some).T),
        both=len(both),
        shared=_share(sum(bool(r.author & r.second) for r in both), len(both)),
        pairs=f"{len(pairs):,}",
        kappa_pairs=cohen_kappa_score(*np.array(pairs).T),
        author=_right({r: at in r.author for r, at in likeliest.items() if r.author}),
        second=_right({r: at in r.second for r, at in likeliest.items() if r.second}),
    )


def _right(by: dict[Twice, bool]) -> str:
    return _share(sum(by.values()), len(by))


def _share(k: int, n: int) -> str:
    return f"{k} of {n} ({k / n:.3f})"
