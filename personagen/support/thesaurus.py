"""What words may stand for others, from WordNet: beside the groups written for this project.

`wordnet.txt` holds what of WordNet 3.1 lies between common words, their foremost senses alone.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from personagen.support.lexicon import lexicon, root

MOST_NARROWER = 12
"""A word that may be said of more than this many is too wide to claim anything."""


class Thesaurus(NamedTuple):
    """Roots by the senses they share, and by what they may be said of."""

    senses: dict[str, frozenset[int]]
    narrower: dict[str, frozenset[str]]

    def stands_for(self, key: str, other: str) -> bool:
        """Return whether a root may be said where another is cited."""
        none: frozenset[int] = frozenset()
        shared = self.senses.get(key, none) & self.senses.get(other, none)
        return bool(shared) or other in self.narrower.get(key, frozenset())


@lru_cache(maxsize=1)
def thesaurus() -> Thesaurus:
    """Return the words, read once, on first need."""
    text = Path(__file__).with_name("wordnet.txt").read_text(encoding="utf-8")
    exact = lexicon().persons | lexicon().moments
    senses: dict[str, set[int]] = {}
    narrower: dict[str, frozenset[str]] = {}
    for number, line in enumerate(text.splitlines()):
        mark, _, words = line.partition(" ")
        keys = [root(word) for word in words.split()]
        if mark == "=":
            for key in {*keys} - exact:
                senses.setdefault(key, set()).add(number)
        elif mark == ">" and len(keys) <= MOST_NARROWER + 1:
            narrower[keys[0]] = narrower.get(keys[0], frozenset()).union(keys[1:])
    return Thesaurus({key: frozenset(some) for key, some in senses.items()}, narrower)
