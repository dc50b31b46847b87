"""Words that a group of participants uses more than others, and words that nobody there uses."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from math import log, sqrt
from typing import NamedTuple

from personagen.analysts.grammar import FINITE, PAST, VERBS, base
from personagen.cues.hits import PLACEHOLDER, singular, words

LEAST_USERS = 2
"""Members who must use a word before it is the group's."""
LEAST_SHARE, MOST_ASKED = 0.2, 4
"""Share of the members who must use it, up to so many."""
LIFT = 1.5
"""Times the others' share of people from which a word is rather the group's than everybody's."""
PAIR = 1.4
"""What two words that stand together weigh beside one."""
THING = 0.3
"""Share of its uses with an article, a possessive or a number before it from which a word is a
noun."""
VERB_THING = 0.6
"""The same for a word that is also a verb: "a sign", "we sign"."""
TYPICAL = 0.4
"""Standardised log-odds from which a word is rather theirs than everybody's."""
PRIOR = 20.0
"""Weight of the whole study's usage in the estimate, in words."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NUMBERS = frozenset(
    "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty "
    "forty fifty sixty seventy eighty ninety hundred thousand million dozen half quarter first "
    "second third fourth fifth sixth".split()
)
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
    pointed: Iterable[tuple[str, str]] | None = None,
) -> list[Term]:
    """Return the terms that mark how the members speak, the most distinctive first.

    Args:
        spoken: Pairs of participant and what they said.
        members: Whose words are wanted.
        most: How many.
        banned: Words that say nothing here: the product's own name, names of people.
        pointed: Pairs of participant and what they said with a stance: what is only said in
            passing is no word for the matter; by default everything counts.

    Source:
        Monroe, Colaresi and Quinn (2008), doi:10.1093/pan/mpn018: weighted log-odds with an
        informative Dirichlet prior, here the whole study.
    """
    inside: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    users: dict[str, set[str]] = defaultdict(set)
    heard = list(spoken)
    for participant, text in heard:
        for term, count in Counter(terms(text)).items():
            users[term].add(participant)
            # One voice counts once or twice, however often it repeats itself.
            (inside if participant in members else outside)[term] += min(count, 2)
    barred = {word.casefold() for word in banned}
    everyone = {participant for participant, _ in heard}
    uses = uses_of(heard)
    matters: dict[str, set[str]] = defaultdict(set)
    for participant, text in heard if pointed is None else pointed:
        if participant in members:
            for term in terms(text):
                matters[term].add(participant)
    found = []
    for term in inside:
        who = users[term].intersection(members)
        least = max(LEAST_USERS, min(MOST_ASKED, LEAST_SHARE * len(members)))
        if len(who) < least or len(matters[term]) < LEAST_USERS:
            continue
        if barred.intersection(term.split()) or not _rather_theirs(
            who, users[term], members, everyone
        ):
            continue
        z = _log_odds(term, inside, outside)
        if z >= TYPICAL and uses.is_thing(term):
            found.append(Term(term, frozenset(users[term]), z))
    # How many of the members say it counts beside how much more than others.
    found.sort(key=lambda t: (-_weight(t, members), t.text))
    return _without_parts(found, most)


def _weight(term: Term, members: Collection[str]) -> float:
    pair = PAIR if " " in term.text else 1.0
    return term.z * sqrt(len(term.users.intersection(members))) * pair


def _rather_theirs(
    who: Collection[str],
    users: Collection[str],
    members: Collection[str],
    everyone: Collection[str],
) -> bool:
    """Return whether a clearly larger share of the members than of the others says a word."""
    others = len(everyone) - len(set(everyone).intersection(members))
    if not others:
        return True
    outside = (len(users) - len(who) + 0.5) / (others + 1)
    return (len(who) + 0.5) / (len(members) + 1) >= LIFT * outside


class Uses(NamedTuple):
    """How often each term is said, and how often as a noun."""

    said: Counter[str]
    as_thing: Counter[str]

    def is_thing(self, term: str) -> bool:
        """Return whether a term is used as a noun: with an article before it, or in the plural."""
        last = term.split()[-1]
        if last in PAST or last in FINITE:
            return False
        least = VERB_THING if base(last) in VERBS else THING
        return bool(self.said[term]) and self.as_thing[term] >= least * self.said[term]


def uses_of(spoken: Iterable[tuple[str, str]]) -> Uses:
    """Return how terms are used.

    Args:
        spoken: Pairs of participant and what they said.
    """
    said: Counter[str] = Counter()
    as_thing: Counter[str] = Counter()
    for _, text in spoken:
        for use in _uses(text):
            said[use.term] += 1
            as_thing[use.term] += use.as_thing
    return Uses(said, as_thing)


_BEFORE_NOUNS = frozenset(
    "the a an my our your his her their its this that these those each every no any some one two "
    "three four five six seven eight nine ten many few several both another own".split()
)


def terms(text: str) -> list[str]:
    """Return the content words of a text and the pairs that stand side by side, in lower case."""
    return [use.term for use in _uses(text)]


_VERBAL = re.compile(
    r" (?:the|an?|my|our|your|his|her|their|its|it|me|us|them|him|on|in|into|over|onto|when|"
    r"whenever|because|every|each|no)\b",
    re.IGNORECASE,
)


class _Use(NamedTuple):
    term: str
    as_thing: bool


def _uses(text: str) -> Iterator[_Use]:
    """Yield the terms of a text, each with whether it stands there as a noun."""
    plain = PLACEHOLDER.sub(" . ", text)
    before = ""
    at = 0
    led = [False, False]
    for match in _WORD.finditer(plain):
        surface = match[0].replace("’", "'").casefold()
        word = singular(match[0].replace("’", "'")).casefold()
        beside = plain[at : match.start()] == " "
        good = (
            len(word) >= 3
            and "'" not in word
            and not is_common(word)
            and word not in _NUMBERS
            and not is_common(match[0].casefold())
        )
        if good:
            # "The glaze drips on …": an s before an object or a place is a verb's as often.
            verbal = bool(_VERBAL.match(plain, match.end()))
            plural = word != surface and not verbal
            yield _Use(word, (beside and any(led)) or plural)
            if before and beside:
                ends_well = not surface.endswith(("ed", "ing")) and (plural or word == surface)
                yield _Use(f"{before} {word}", ends_well)
        before = word if good else ""
        led = [beside and led[1], surface in _BEFORE_NOUNS]
        at = match.end()


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


def marketing_words(said: Iterable[str], most: int) -> list[str]:
    """Return sellers' words that nobody says.

    Args:
        said: Everything that participants said.
        most: How many.
    """
    spoken = {w.casefold() for text in said for w in _WORD.findall(text)}
    return [w for w in words()["marketing"]["avoid"] if not _said(w.casefold(), spoken)][:most]


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
