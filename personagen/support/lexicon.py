"""The words that the support check knows, from `words.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from personagen.analysts.stance import stem

WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_ENDINGS = (("ation", 8), ("ment", 8), ("ness", 8), ("ally", 8), ("ly", 6), ("al", 8), ("er", 6))


class Lexicon(NamedTuple):
    """Words by what they do; all as roots."""

    light: frozenset[str]
    negators: frozenset[str]
    strong: frozenset[str]
    turnable: frozenset[str]
    units: frozenset[str]
    same: dict[str, frozenset[int]]
    """Root → numbers of the groups it stands in."""
    opposite: dict[str, frozenset[str]]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the words, read once."""
    raw = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    same: dict[str, set[int]] = {}
    for number, group in enumerate(raw["same"]):
        for word in group.split():
            same.setdefault(root(word), set()).add(number)
    opposite: dict[str, set[str]] = {}
    for pair in raw["opposite"]:
        one, other = map(root, pair.split())
        opposite.setdefault(one, set()).add(other)
        opposite.setdefault(other, set()).add(one)
    return Lexicon(
        light=frozenset(root(w) for w in raw["light"].split()),
        negators=frozenset(raw["negators"].split()),
        strong=frozenset(raw["strong"].split()),
        turnable=frozenset(root(w) for w in raw["turnable"].split()),
        units=frozenset(root(w) for w in raw["units"].split()),
        same={word: frozenset(groups) for word, groups in same.items()},
        opposite={word: frozenset(others) for word, others in opposite.items()},
    )


@lru_cache(maxsize=20_000)
def root(word: str) -> str:
    """Return a word without the endings that inflect or derive it, in lower case."""
    bare = stem(word.lower().replace("’", "'"))
    for ending, least in _ENDINGS:
        if bare.endswith(ending) and len(bare) >= least:
            bare = bare[: -len(ending)]
            break
    if len(bare) > 3 and bare[-1] == bare[-2] and bare[-1] not in "aeiouls":
        bare = bare[:-1]
    if bare.endswith("i") and len(bare) > 3:
        bare = bare[:-1] + "y"
    return bare.removesuffix("e") if len(bare) > 4 else bare


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, straight apostrophes."""
    return [w.group().lower().replace("’", "'") for w in WORD.finditer(text)]
