"""Is it the same interview in another format? How many runs of words two sources share.

A WebVTT and a Word file of one call have other bytes, other cues and other labels, and the same
words: more than a third of their four-word runs, where different interviews of one study share
almost none. Nothing is kept: texts are compared when a file comes in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from personagen.models import Source
from personagen.store.ledger import Ledger

RUN = 4
"""Words a run."""
SAME = 0.4
"""Share of the shorter source's runs above which two sources are the same words."""
_FEWEST_RUNS = 12
"""A text shorter than this may be like another by chance."""
_MOST_UNLIKE = 3.0
"""Sources whose lengths differ more than this are not compared."""
_MANY_WORDS, _STEP = 200_000, 16
"""Of a longer text each 16th run is enough to compare."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_PLACEHOLDER = re.compile(r"\[[^\]\n]{1,30}\]|\bP\d{2,}\b")


class _Sketch(NamedTuple):
    path: str
    table: bool
    """Whether it is records: their order tells nothing."""
    words: int
    step: int
    """Every how manieth run is kept; by value, so that two sources keep the same ones."""
    runs: frozenset[int]


class Twin(NamedTuple):
    """A source that holds the same words."""

    source: str
    path: str
    share: float
    """Of the shorter one's runs, 0–1."""


class Sameness:
    """The words of what is in the ledger; each source is looked at once an import."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._seen: dict[str, _Sketch] | None = None

    def twins(self, source: Source) -> tuple[Twin, ...]:
        """Return the sources that hold the same words as one that is not written yet."""
        if self._seen is None:
            self._seen = {one.id: _sketch(one) for one in self._ledger.sources()}
        mine = self._seen[source.id] = _sketch(source)
        others = ((id_, other) for id_, other in self._seen.items() if id_ != source.id)
        shares = [(id_, other.path, _shared(mine, other)) for id_, other in others]
        twins = [Twin(*found) for found in shares if found[2] >= SAME]
        return tuple(sorted(twins, key=lambda twin: -twin.share))

    def forget(self, source: str) -> None:
        """Leave a source out that was not stored after all."""
        if self._seen is not None:
            self._seen.pop(source, None)


def _shared(mine: _Sketch, other: _Sketch) -> float:
    if mine.table != other.table or min(len(mine.runs), len(other.runs)) < _FEWEST_RUNS:
        return 0.0
    if max(mine.words, other.words) > _MOST_UNLIKE * min(mine.words, other.words):
        return 0.0
    step = max(mine.step, other.step)
    runs, theirs = (_every(sketch, step) for sketch in (mine, other))
    return len(runs & theirs) / max(1, min(len(runs), len(theirs)))


def _every(sketch: _Sketch, step: int) -> frozenset[int]:
    if sketch.step == step:
        return sketch.runs
    return frozenset(run for run in sketch.runs if run % step == 0)


def _sketch(source: Source) -> _Sketch:
    said = [u for u in source.utterances if u.role in ("participant", "unknown")]
    table = any(u.record is not None for u in said)
    texts = [u.text for u in said] if table else [" ".join(u.text for u in said)]
    streams = [_words(text) for text in texts]
    words = sum(map(len, streams))
    step = _STEP if words > _MANY_WORDS else 1
    runs = frozenset(run for run in _runs(streams, table) if run % step == 0)
    return _Sketch(source.path, table, words, step, runs)


def _words(text: str) -> list[str]:
    return [w.casefold().replace("’", "'") for w in _WORD.findall(_PLACEHOLDER.sub(" ", text))]


def _runs(streams: Iterable[Sequence[str]], table: bool) -> Iterator[int]:
    """A short answer of a table counts whole; in a transcript runs go on over turns.

    Python's own hashes do: they differ from process to process, and none is kept.
    """
    for words in streams:
        if table and 0 < len(words) < RUN:
            yield hash(tuple(words))
        for at in range(len(words) - RUN + 1):
            yield hash(tuple(words[at : at + RUN]))
