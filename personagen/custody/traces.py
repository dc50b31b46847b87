"""How to tell that something still holds a person's words: names, runs of five words, file names.

The words of two texts are compared without case, punctuation and line ends, so that a run is found
whatever format it was written in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from personagen.privacy.lexicon import is_word
from personagen.privacy.names import fold, forms, is_generic

RUN = 5
"""Words in a row that only one person said identify them."""
_WORD = re.compile(r"[^\W_]+")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\[nrt]")
_BLOCK = 1 << 22
_OVERLAP = 1 << 12
_SURE = 5
"""Letters from which a single name is looked for in bytes; shorter ones turn up by chance."""


class Traces(NamedTuple):
    """What of a person may be left nowhere."""

    runs: frozenset[tuple[str, ...]]
    names: frozenset[tuple[str, ...]]
    """Full names, and single ones that are no words and nobody else's; folded."""

    def in_text(self, text: str) -> bool:
        """Return whether a text holds one of them."""
        return self._among(words(text))

    def in_file(self, path: Path) -> bool:
        """Return whether a file holds one of them, in whatever encoding of eight bits it is."""
        return any(self._among(words(block)) for block in _blocks(path))

    def _among(self, said: list[str]) -> bool:
        if self.names:
            sizes = sorted({len(name) for name in self.names})
            for size in sizes:
                if any(run in self.names for run in _runs(said, size)):
                    return True
        return bool(self.runs) and any(run in self.runs for run in _runs(said, RUN))


def words(text: str) -> list[str]:
    """Return the folded words of a text; JSON's escapes are read as what they stand for."""
    if "\\" in text:
        text = _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else " ", text)
    return [fold(word) for word in _WORD.findall(text)]


def traces_of(theirs: Iterable[str], left: Iterable[str], labels: Iterable[str]) -> Traces:
    """Return what may be left nowhere.

    Args:
        theirs: Texts that they said.
        left: Texts that stay: what others said, too, is not theirs alone.
        labels: Their names as they stood in the files.
    """
    runs = {run for text in theirs for run in _runs(words(text), RUN)}
    spoken: set[str] = set()
    for text in left:
        said = words(text)
        runs.difference_update(_runs(said, RUN))
        spoken.update(said)
    return Traces(frozenset(runs), frozenset(_names(labels, spoken)))


def _names(labels: Iterable[str], spoken: set[str]) -> Iterator[tuple[str, ...]]:
    for label in labels:
        if is_generic(label):
            continue
        found = forms(label)
        yield from found.whole
        for name in found.single:
            if len(name) >= _SURE and not is_word(name) and name not in spoken:
                yield (name,)


def _runs(said: list[str], size: int) -> Iterator[tuple[str, ...]]:
    return zip(*(said[at:] for at in range(size)), strict=False)


def _blocks(path: Path) -> Iterator[str]:
    """Yield a file in pieces that overlap, so that nothing is cut in two unseen."""
    with path.open("rb") as file:
        before = b""
        while block := file.read(_BLOCK):
            yield (before + block).decode("utf-8", "ignore")
            before = block[-_OVERLAP:]
