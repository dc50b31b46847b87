"""Word lists that names are told by: given names, and English words that are none."""

from __future__ import annotations

import functools
from importlib.resources import files

from personagen.privacy.names import COMMON


@functools.lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Return common given names, folded; none that is a word in English."""
    return frozenset(word for line in _lines("given_names.txt") for word in line.split())


def english() -> frozenset[str]:
    """Return English words, folded: about 15,000, no given name among them."""
    commonest, others = _english()
    return commonest | others


def is_word(word: str) -> bool:
    """Return whether a folded word is so common that a capital alone makes it no name."""
    return word in COMMON or word in _english()[0]


def is_nobody(word: str) -> bool:
    """Return whether a folded word is an English word that nobody is called by."""
    commonest, others = _english()
    return word not in COMMON and (word in commonest or word in others)


@functools.lru_cache(maxsize=1)
def _english() -> tuple[frozenset[str], frozenset[str]]:
    """Return the commonest words, and the others."""
    text = files("personagen.privacy").joinpath("english_words.txt").read_text(encoding="utf-8")
    commonest, _, others = text.partition("# others\n")
    lines = (line for line in commonest.splitlines() if not line.startswith("#"))
    return frozenset(" ".join(lines).split()), frozenset(others.split())


def _lines(name: str) -> list[str]:
    text = files("personagen.privacy").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]
