"""What a sentence is about: the things it names, told by the article before them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from personagen.analysts.grammar import FINITE, PAST, VERBS, base
from personagen.analysts.stance import BANAL, COMMON, FILLERS
from personagen.support.lexicon import WORD, lexicon, root

_NAMED = re.compile(
    r"\b(?i:the|a|an|my|our|your|their|his|her|its|every|each|this|that|any|another)\s+"
    r"((?:[a-z][\w-]*\s+){0,2}[a-z][\w-]{2,})(?![\w’'-])"
)
_STOP = re.compile(r"(?:ing|ed|ly|ous|ful|ish|able)$")
_LOOSE = frozenset(
    "bit lot thing things way one ones kind sort same other first last next new own whole end time "
    "day week month year morning evening night hour minute people person man woman lady bloke lad "
    "someone somebody else who what when where which that more most much many whose".split()
)
_PARTICLES = frozenset(
    "off along apart straight beside behind round around longer full online home out up down away "
    "back again together ahead over through".split()
)
_PRO = frozenset({"one", "ones", "lot", "else"})


class Topic(NamedTuple):
    """A thing that somebody named."""

    name: str
    """As it was named, without the article."""
    roots: tuple[str, ...]

    @property
    def head(self) -> str:
        """Return the root of the word that says what it is."""
        return self.roots[-1]


def topics(text: str) -> list[Topic]:
    """Return the things that a text names, in order, each once.

    Only what stands after an article or its like: of that one can be sure that it is a thing.
    """
    found: dict[str, Topic] = {}
    for match in _NAMED.finditer(text):
        words = _noun_phrase(match[1].split())
        if words:
            found.setdefault(" ".join(words), Topic(" ".join(words), tuple(map(root, words))))
    return list(found.values())


def _noun_phrase(words: list[str]) -> list[str]:
    """Return the words up to the first that can't be part of a name; empty where it names none."""
    kept: list[str] = []
    for word in words:
        if not kept and word in _LOOSE:
            continue
        if word in _PARTICLES or word in COMMON or word in FILLERS or word in FINITE:
            if word in _PRO:
                return []
            break
        if kept and _is_verb(word):
            # "A pleasant change", "the form insists": which of the two it is, nothing here tells.
            return []
        kept.append(word)
    while kept and _STOP.search(kept[0]):
        kept.pop(0)
    if not kept or kept[-1] in _LOOSE | BANAL or _is_verb(kept[-1]) or _STOP.search(kept[-1]):
        return []
    return kept


def _is_verb(word: str) -> bool:
    return (
        word in PAST
        or word in VERBS
        or word.endswith("ed")
        or (base(word) != word and base(word) in VERBS)
    )


def said_roots(texts: Iterable[str]) -> frozenset[str]:
    """Return the roots of all words in some texts."""
    return frozenset(root(w) for text in texts for w in WORD.findall(text))


def unsaid(words: Iterable[str], said: frozenset[str]) -> bool:
    """Return whether nobody says any of some roots, nor a near-synonym of one."""
    same = lexicon().same
    groups = {g for w in said for g in same.get(w, ())}
    return all(w not in said and not groups & same.get(w, frozenset()) for w in words)
