"""Each word of a text where it stands: whether a denial is felt over it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from personagen.support.lexicon import lexicon, root, words_of

SCOPE = 5
"""Words after a denial that it is felt over."""

_CLAUSES = re.compile(
    r"[,;:.!?—–]+|\b(?:and|but|so|because|or|which|then|if|when|until|what|who|where|how|"
    r"although|though|unless|whether)\b",
    re.IGNORECASE,
)
_WISHES = frozenset("want wants wanted wish wishes need needs should ask asks would".split())


class Word(NamedTuple):
    """A word where it stands."""

    text: str
    denied: bool
    """A denial stands within a few words before it."""
    turned: bool
    """It is what the denial turns round: the first word after it that says something."""
    clouded: bool
    """Something in its clause denies or complains."""


class Mood(NamedTuple):
    """What the rest of a sentence does to a word."""

    negative: bool
    wishes: bool


class Said(NamedTuple):
    """What the evidence says, taken apart."""

    roots: dict[str, list[Word]]
    denies: bool
    texts: tuple[str, ...]


def content(text: str) -> list[Word]:
    """Return the words that are not light, and the light verbs that can be turned round."""
    lex = lexicon()
    heavy = lex.turnable | {root(w) for w in lex.negators - lex.vague}
    return [
        word
        for word in _in_place(text)
        if (root(word.text) not in lex.light or root(word.text) in heavy)
        and word.text not in lex.strong
        and len(word.text) > 2
    ]


def mood_of(text: str, apart_from: str) -> Mood:
    """Return what a text does to one of its words."""
    words = {w for w in words_of(text) if w != apart_from}
    rather = " rather than " in text or " instead of " in text
    return Mood(rather or bool(words & lexicon().negators), bool(words & _WISHES))


def _in_place(text: str) -> list[Word]:
    """Return each word with whether it stands under a denial, clause by clause."""
    found: list[Word] = []
    for clause in _CLAUSES.split(text):
        words = words_of(clause)
        dark = lexicon().negators.intersection(words)
        left, waiting = 0, False
        for at, word in enumerate(words):
            says = _says_something(word)
            found.append(Word(word, left > 0, waiting and left > 0 and says, bool(dark - {word})))
            waiting = waiting and not says
            if _denies(words, at):
                left, waiting = SCOPE, True
            else:
                left -= 1
    return found


def _says_something(word: str) -> bool:
    key, lex = root(word), lexicon()
    said = key not in lex.light or key in lex.turnable
    return len(word) > 2 and said and word != "longer"


def _denies(words: Sequence[str], at: int) -> bool:
    """Return whether the word at a place turns round what follows it."""
    word = words[at]
    if word == "to":
        return "too" in words[max(0, at - 5) : at]
    if word in {"than", "of"} and at:
        return (words[at - 1], word) in {("rather", "than"), ("instead", "of")}
    if word == "up":
        return at > 0 and words[at - 1] in {"give", "gives", "gave", "given", "giving"}
    return word in lexicon().strong


def take_apart(texts: Sequence[str]) -> Said:
    """Return what texts say, by root."""
    roots: dict[str, list[Word]] = {}
    for text in texts:
        for word in _in_place(text):
            roots.setdefault(root(word.text), []).append(word)
    every = {w for text in texts for w in words_of(text)}
    return Said(roots, bool(every & lexicon().negators), tuple(texts))
