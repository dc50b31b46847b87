"""Words that a group of participants uses more than others, and words that nobody there uses."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from math import log, sqrt
from typing import NamedTuple

from personagen.cues.hits import PLACEHOLDER, singular, words

LEAST_USERS = 2
"""Members who must use a word before it is the group's."""
TYPICAL = 0.4
"""Standardised log-odds from which a word is rather theirs than everybody's."""
PRIOR = 20.0
"""Weight of the whole study's usage in the estimate, in words."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_GLUE = frozenset("the a an of to in on at for and or my our your his her their its".split())


class Term(NamedTuple):
    """A word or a pair of words, and who uses it."""

    text: str
    users: frozenset[str]
    z: float
    """Standardised log-odds of the group's use against everybody else's."""


def distinctive(
    spoken: Iterable[tuple[str, str]],
    members: Collection[str],
    most: int,
    banned: Collection[str] = (),
) -> list[Term]:
    """Return the terms that mark how the members speak, the most distinctive first.

    Args:
        spoken: Pairs of participant and what they said.
        members: Whose words are wanted.
        most: How many.
        banned: Words that say nothing here: the product's own name, names of people.

    Source:
        Monroe, Colaresi and Quinn (2008), doi:10.1093/pan/mpn018: weighted log-odds with an
        informative Dirichlet prior, here the whole study.
    """
    inside: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    users: dict[str, set[str]] = defaultdict(set)
    for participant, text in spoken:
        for term, count in Counter(terms(text)).items():
            users[term].add(participant)
            # One voice counts once or twice, however often it repeats itself.
            (inside if participant in members else outside)[term] += min(count, 2)
    barred = {word.casefold() for word in banned}
    found = [
        Term(term, frozenset(users[term]), z)
        for term in inside
        if len(users[term].intersection(members)) >= LEAST_USERS
        and not barred.intersection(term.split())
        and (z := _log_odds(term, inside, outside)) >= TYPICAL
    ]
    # How many of the members say it counts beside how much more than others.
    found.sort(key=lambda t: (-t.z * sqrt(len(t.users.intersection(members))), t.text))
    return _without_parts(found, most)


def terms(text: str) -> list[str]:
    """Return the content words of a text and the pairs that stand side by side, in lower case."""
    plain = PLACEHOLDER.sub(" . ", text)
    found = []
    before = ""
    at = 0
    for match in _WORD.finditer(plain):
        word = singular(match[0].replace("’", "'")).casefold()
        beside = plain[at : match.start()] == " "
        good = (
            len(word) >= 3
            and "'" not in word
            and not is_common(word)
            and not is_common(match[0].casefold())
        )
        if good:
            found.append(word)
            if before and beside:
                found.append(f"{before} {word}")
        before = word if good else ""
        at = match.end()
    return found


@cache
def _everyday() -> frozenset[str]:
    return frozenset(" ".join(words()["common"]["words"]).split())


@cache
def is_common(word: str) -> bool:
    """Return whether a word is everybody's: article, everyday verb, number, filler."""
    return (
        word in _everyday()
        or word in _GLUE
        or (word.endswith("ly") and len(word) > 4)
        or any(
            word.endswith(tail) and word.removesuffix(tail) in _everyday()
            for tail in ("s", "ed", "ing", "er", "'s", "d")
        )
    )


def marketing_words(said: Iterable[str], written: Iterable[str], most: int) -> list[str]:
    """Return words to avoid: sellers' words, those in the product facts first, that nobody says.

    Args:
        said: Everything that participants said.
        written: The product facts.
        most: How many.
    """
    spoken = {w.casefold() for text in said for w in _WORD.findall(text)}
    facts = [w.casefold() for text in written for w in _WORD.findall(text)]
    theirs = [
        w for w in dict.fromkeys(facts) if len(w) > 4 and not is_common(w) and not _said(w, spoken)
    ]
    sellers = [w for w in words()["marketing"]["avoid"] if not _said(w.casefold(), spoken)]
    return list(dict.fromkeys([*theirs[: most // 2], *sellers]))[:most]


def _said(word: str, spoken: set[str]) -> bool:
    stem = singular(word)
    return any(
        form in spoken
        for form in (
            word,
            stem,
            stem + "s",
            stem + "ed",
            stem + "ing",
            stem.rstrip("e") + "ing",
            stem + "d",
        )
    )


def _log_odds(term: str, inside: Counter[str], outside: Counter[str]) -> float:
    total_in, total_out = inside.total(), outside.total()
    if not total_out:
        return sqrt(inside[term])
    share = (inside[term] + outside[term]) / (total_in + total_out)
    a = PRIOR * share
    here, there = inside[term] + a, outside[term] + a
    odds = log(here / (total_in + PRIOR - here)) - log(there / (total_out + PRIOR - there))
    return odds / sqrt(1 / here + 1 / there)


def _without_parts(found: Sequence[Term], most: int) -> list[Term]:
    """Return terms of which none is part of another that is as widely used."""
    pairs = [t for t in found if " " in t.text]
    kept: list[Term] = []
    for term in found:
        inside_pair = any(
            term.text in pair.text.split() and len(pair.users) >= 0.7 * len(term.users)
            for pair in pairs
        )
        clash = any(set(term.text.split()) & set(k.text.split()) for k in kept)
        if not inside_pair and not clash:
            kept.append(term)
        if len(kept) == most:
            break
    return kept
