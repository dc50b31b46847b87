"""The words that answering knows, from `words.toml`."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from personagen.support.lexicon import WORD, root
from personagen.support.lexicon import lexicon as shared


class Lexicon(NamedTuple):
    """Words by what they do in a question; all as roots."""

    empty: frozenset[str]
    """Say nothing of what is asked about."""
    weak: frozenset[str]
    """Say little of it."""
    glad: frozenset[str]
    sorry: frozenset[str]
    same: dict[str, frozenset[int]]
    """Root → numbers of the groups of near-synonyms it stands in."""
    groups: tuple[frozenset[str], ...]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the words, read once."""
    raw = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    same: dict[str, set[int]] = {w: set(groups) for w, groups in shared().same.items()}
    first = 1 + max((n for groups in same.values() for n in groups), default=0)
    for number, group in enumerate(raw["same"], first):
        for word in group.split():
            same.setdefault(root(word), set()).add(number)
    members: dict[int, set[str]] = {}
    for word, numbers in same.items():
        for number in numbers:
            members.setdefault(number, set()).add(word)
    return Lexicon(
        empty=frozenset(root(w) for w in raw["empty"].split()),
        weak=frozenset(root(w) for w in raw["weak"].split()),
        glad=frozenset(root(w) for w in raw["glad"].split()),
        sorry=frozenset(root(w) for w in raw["sorry"].split()),
        same={word: frozenset(numbers) for word, numbers in same.items()},
        groups=tuple(frozenset(members.get(n, ())) for n in range(max(members, default=0) + 1)),
    )


@lru_cache(maxsize=65536)
def content(text: str) -> tuple[str, ...]:
    """Return the roots of the words that say what a text is about, each once."""
    found = (root(word) for word in WORD.findall(text))
    return tuple(dict.fromkeys(w for w in found if w not in lexicon().empty and len(w) > 1))


@lru_cache(maxsize=8192)
def like(word: str) -> frozenset[str]:
    """Return the roots that may stand for a root."""
    numbers = lexicon().same.get(word, frozenset())
    found = {w for n in numbers for w in lexicon().groups[n]}
    return frozenset(found) - shared().opposite.get(word, frozenset()) - {word}


@lru_cache(maxsize=1)
def fitted() -> dict[str, dict[str, float]]:
    """Return the weights that were fitted on questions of their own."""
    text = Path(__file__).with_name("fitted.toml").read_text(encoding="utf-8")
    return {name: dict(table) for name, table in tomllib.loads(text).items()}
