"""The words that the support check knows, from `words.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from personagen.analysts.grammar import VERBS
from personagen.analysts.stance import stem

WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_ENDINGS = (("ation", 8), ("ment", 8), ("ness", 8), ("ally", 8), ("ly", 6), ("al", 8), ("er", 6))
_AS_THEY_ARE = frozenset(
    "letter dinner corner matter summer winter number member answer center server border master "
    "butter better former gather weather quarter shoulder character computer customer".split()
)
_FORMS = (("ies", "y"), ("ied", "y"), ("es", ""), ("es", "e"), ("s", ""), ("ed", ""), ("ed", "e"),
          ("ing", ""), ("ing", "e"))  # fmt: skip


class Lexicon(NamedTuple):
    """Words by what they do; all as roots."""

    light: frozenset[str]
    negators: frozenset[str]
    strong: frozenset[str]
    vague: frozenset[str]
    """Negators that mostly are none: they cloud a clause, and claim nothing."""
    telling: frozenset[str]
    """Negators that say something of their own: somebody must say it, too."""
    turnable: frozenset[str]
    units: frozenset[str]
    same: dict[str, frozenset[int]]
    """Root → numbers of the groups it stands in."""
    opposite: dict[str, frozenset[str]]
    broader: dict[str, frozenset[str]]
    """Root → roots of what it may be said of: a sister is family."""
    verbs: frozenset[str]
    """Base forms."""
    hedges: frozenset[str]
    persons: frozenset[str]
    """Who people are to one another: none stands for another."""
    moments: frozenset[str]
    """Times of day, days, months, seasons: none stands for another."""
    lengths: dict[str, int]
    """Length of time → its rank, the shortest first."""
    past: dict[str, str]
    """Irregular form → base form."""


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the words, read once."""
    raw = _raw()
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
        vague=frozenset(raw["vague"].split()),
        telling=frozenset(raw["telling"].split()),
        turnable=frozenset(root(w) for w in raw["turnable"].split()),
        units=frozenset(root(w) for w in raw["units"].split()),
        same={word: frozenset(groups) for word, groups in same.items()},
        opposite={word: frozenset(others) for word, others in opposite.items()},
        broader=_broader(raw["broader"]),
        verbs=VERBS | frozenset(raw["verbs"].split()) | frozenset(past().values()),
        hedges=frozenset(raw["hedges"].split()),
        persons=frozenset(root(w) for w in raw["persons"].split()),
        moments=frozenset(root(w) for w in raw["moments"].split()),
        lengths={root(w): rank for rank, line in enumerate(raw["lengths"]) for w in line.split()},
        past=past(),
    )


def _broader(lines: Sequence[str]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for words, narrower in (line.split(":") for line in lines):
        for word in map(root, words.split()):
            found[word] = found.get(word, frozenset()).union(map(root, narrower.split()))
    return found


@lru_cache(maxsize=1)
def _raw() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def past() -> dict[str, str]:
    """Return irregular past forms with their base forms."""
    pairs = (line.split() for line in _raw()["past"])
    return {form: base for base, *forms in pairs for form in forms}


@lru_cache(maxsize=20_000)
def present(word: str) -> str:
    """Return the base form of a form of a verb, or the word itself."""
    if word in past():
        return past()[word]
    verbs = lexicon().verbs
    if word in verbs:
        return word
    for ending, put in _FORMS:
        bare = word[: -len(ending)] + put
        if word.endswith(ending) and bare in verbs:
            return bare
        if word.endswith(("ing", "ed")) and len(bare) > 2 and bare[-1] == bare[-2]:
            if bare[:-1] in verbs:
                return bare[:-1]
    return word


@lru_cache(maxsize=20_000)
def root(word: str) -> str:
    """Return a word without the endings that inflect or derive it, in lower case."""
    plain = word.lower().replace("’", "'")
    bare = stem(past().get(plain, plain))
    for ending, least in _ENDINGS:
        if bare.endswith(ending) and bare not in _AS_THEY_ARE and len(bare) >= least:
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
