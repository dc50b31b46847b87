"""What the second stage of training learns from, drawn anew for each pass."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from personagen.inference.examples import (
    CONTRADICTING,
    Group,
    Pair,
    Panel,
    pairs_of,
    pairs_of_panels,
)
from personagen.inference.runtime import FOLLOWS
from personagen.inference.transcripts import Transcript, pairs_of_transcripts

_T = TypeVar("_T")
_UNANSWERED = 0.2
"""Share of the questions with passages that don't answer which one pass sees."""
_COPIES, _PUBLIC_STATEMENTS, _PUBLIC_QUESTIONS = 1_500, 5_000, 3_000


class Written(NamedTuple):
    """What was written for this network, and a little of the first stage."""

    groups: Sequence[Group]
    panels: Sequence[Panel]
    judged: Sequence[Path]
    """Files in the support check's layout."""
    public: Sequence[Pair]
    transcripts: Sequence[Transcript] = ()


def mixed(written: Written, draw: random.Random) -> list[Pair]:
    """Return the pairs of one pass.

    Of what does not answer, a part; of the first stage, what keeps it from being forgotten: there
    a right statement is near the words, where written ones are often far from them.
    """
    own = [*pairs_of(written.groups), *pairs_of_panels(written.panels, draw)]
    wrong = [p for p in own if _wrong(p)]
    known = [p for p in written.public if p.task == "follows"]
    read = [p for p in written.public if p.task == "answers" and p.weight >= 1]
    return [
        *(p for p in own if not _wrong(p)),
        *_some(wrong, int(len(wrong) * _UNANSWERED), draw),
        *pairs_of_transcripts(written.transcripts, draw),
        *(pair for file in written.judged for pair in judged_pairs(file) for _ in range(2)),
        *(pair for some in _some(written.groups, _COPIES, draw) for pair in copies(some, draw)),
        *_some(known, _PUBLIC_STATEMENTS, draw),
        *_some(read, _PUBLIC_QUESTIONS, draw),
    ]


def _wrong(pair: Pair) -> bool:
    return pair.task == "answers" and not pair.label


def judged_pairs(file: Path) -> Iterator[Pair]:
    """Yield excerpts and statements of a file in the support check's layout."""
    for group in tomllib.loads(file.read_text(encoding="utf-8"))["group"]:
        said = " ".join(group["excerpts"])
        for text in group["faithful"]:
            yield Pair("follows", said, text, FOLLOWS.index("follows"), 1.5)
        for entry in group["unsupported"]:
            kind, text = ("", entry) if isinstance(entry, str) else entry
            label = "contradicts" if kind in CONTRADICTING else "open"
            yield Pair("follows", said, text, FOLLOWS.index(label), 1.5)


def copies(group: Group, draw: random.Random) -> Iterator[Pair]:
    """Yield what was said as a statement on itself: it follows."""
    label = FOLLOWS.index("follows")
    yield Pair("follows", " ".join(group.said), draw.choice(group.said), label, 0.7)


def _some(of: Sequence[_T], most: int, draw: random.Random) -> list[_T]:
    return draw.sample(list(of), min(most, len(of)))
