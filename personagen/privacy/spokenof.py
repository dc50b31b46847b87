"""Names that no list has: whoever is spoken of as *he* or *she*, or does what people alone do.

Of a company somebody writes that it said, told, wants and thinks: those words tell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

_WORD = r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿß]{2,}"
_SUBJECT = (
    r"(?:^|[.?!…]\s+|[,;:]\s+|\b(?:that|so|and|but|because|if|when|while|since|what|how|where|than|"
    r"like|as|think|guess|know|remember|suppose|before|after|time)\s+)"
)
_MOST = 60
"""Characters in which a pronoun still means the name before it."""
_NOBODY_BETWEEN = rf"(?:(?!\b(?:he|she|him|her|his|{_WORD})\b)[^\n]){{0,{_MOST}}}?"
_CUES = (
    # "Huw? No! He builds radios.", "so Huw can't give it away even if he wants to"
    re.compile(
        rf"{_SUBJECT}(?P<name>{_WORD})(?:\?|['’](?:d|ll)\b|\s+[a-z]+n?['’]?t?\b)"
        rf"{_NOBODY_BETWEEN}\b(?:[Hh]e|[Ss]he|[Hh]imself|[Hh]erself)\b"
    ),
    re.compile(
        rf"{_SUBJECT}(?P<name>{_WORD})\s+(?:\w+ly\s+|just\s+|always\s+|never\s+|once\s+)?"
        r"(?:reckons|reckoned|swears|laughed|laughs|smiled|smiles|cried|shrugged|nodded|grumbles|"
        r"grumbled|snores|retired|married|rang\s+me|sat\s+down)\b"
    ),
    re.compile(rf"\b(?:married\s+to|me\s+and|between\s+me\s+and)\s+(?P<name>{_WORD})\b"),
)
_FOR_PEOPLE = re.compile(
    r"\b(?:husband|wife|boss|owner|manager|friend|mate|colleague|son|daughter|brother|sister|"
    r"mother|father|mum|dad|man|woman|guy|girl|boy|customer|client|doctor|teacher|nurse)\b",
    re.IGNORECASE,
)
"""Whom a pronoun may mean as well."""


_OF_A_COUNTRY = re.compile(r"(?:[ai]cans?|ians?|ics|ish|ese|stan)$")
_PLACE = re.compile(
    rf"\b(?:in|into|across|near|around|within|throughout|the|an?|every)\s+(?P<name>{_WORD})\b"
)
"""Nobody is *in* a person, or *the* one."""


def spoken_of(texts: Iterable[str], may_be: Callable[[str], bool]) -> Iterator[str]:
    """Yield capitalised words that are spoken of as people are, each as often as it is.

    Args:
        texts: Everything that was said or written in a file.
        may_be: Whether a word may be a name at all: no word of the language, no known thing.
    """
    heard = list(texts)
    things = {hit["name"] for text in heard for hit in _PLACE.finditer(text)}
    for text in heard:
        names = {hit["name"] for cue in _CUES for hit in cue.finditer(text) if _sure(hit)}
        people = (name for name in names - things if not _OF_A_COUNTRY.search(name))
        yield from sorted(filter(may_be, people))


def _sure(hit: re.Match[str]) -> bool:
    return not _FOR_PEOPLE.search(hit.group())
