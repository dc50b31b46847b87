"""Words of a draft that nobody of a persona used, with what they say instead where that is near."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

import numpy as np

from personagen.analysts.base import Floats
from personagen.analysts.stance import COMMON, FILLERS, stem
from personagen.cues.hits import words as word_lists
from personagen.cues.vocabulary import is_common, uses_of
from personagen.messagetest.heard import Heard
from personagen.messagetest.results import ForeignWord
from personagen.models import Persona

SAME_THING = 0.62
"""Cosine from which two single words may name the same thing, as in the drafting of messages."""
SAID_BY = 2
"""Members who must use a word before it is the one to use instead; of three or fewer, one."""
MOST_OWN = 1_500
"""Words of a persona that a word is compared with, the commonest."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PLACEHOLDER = re.compile(r"\[[^\]]*\]|\bP\d+\b")


class Words:
    """What one persona's people say, and what the others do."""

    def __init__(self, heard: Heard, persona: Persona) -> None:
        self._heard = heard
        self._members = frozenset(persona.participants)
        spoken = heard.spoken
        self._theirs: Counter[str] = Counter()
        self._others: Counter[str] = Counter()
        for who, said in spoken.items():
            (self._theirs if who in self._members else self._others).update(said)
        self._product = {stem(w.lower()) for w in _WORD.findall(heard.document.product.name)}

    def foreign(self, line: str) -> tuple[ForeignWord, ...]:
        """Return the words of a line that nobody of the persona used; sellers' words first."""
        found: dict[str, ForeignWord] = {}
        for match in _WORD.finditer(_PLACEHOLDER.sub(" ", line)):
            word = match.group().replace("’", "'").lower().removesuffix("'s")
            form = stem(word)
            if form in found or not self._is_foreign(word, form):
                continue
            jargon = word in _jargon() or form in _jargon()
            found[form] = ForeignWord(
                word=word, others=self._others[form], theirs=self._instead(word), jargon=jargon
            )
        return tuple(sorted(found.values(), key=lambda w: (not w.jargon, w.others > 0)))

    def _is_foreign(self, word: str, form: str) -> bool:
        if len(word) < 3 or form in self._product or word in COMMON or word in FILLERS:
            return False
        if self._theirs[form] or any(self._theirs[stem(part)] for part in word.split("-")):
            return False
        if any(self._theirs[other] for other in _forms(word)):
            return False
        return word in _jargon() or not is_common(word)

    def _instead(self, word: str) -> str | None:
        if not self._own:
            return None
        near = self._vectors @ np.asarray(self._heard.encoder.encode([word]).vectors[0], np.float32)
        for i in np.argsort(-near):
            if near[i] < SAME_THING:
                return None
            if not _same_word(word, self._own[int(i)]):
                return self._own[int(i)]
        return None

    @cached_property
    def _own(self) -> tuple[str, ...]:
        """Return the things that several members name, as they spell them."""
        said = [
            (u.participant, u.text) for u in self._heard.units if u.participant in self._members
        ]
        uses = uses_of(said)
        people: dict[str, set[str]] = {}
        for who, text in said:
            for word in _WORD.findall(_PLACEHOLDER.sub(" ", text)):
                people.setdefault(word.lower(), set()).add(who)
        least = 1 if len(self._members) <= SAID_BY + 1 else SAID_BY
        kept = [w for w, who in people.items() if len(who) >= least and len(w) > 2]
        kept = [w for w in kept if uses.is_thing(w) and not is_common(w)]
        return tuple(sorted(kept, key=lambda w: (-len(people[w]), w))[:MOST_OWN])

    @cached_property
    def _vectors(self) -> Floats:
        return np.asarray(self._heard.encoder.encode(self._own).vectors, np.float32)


def _forms(word: str) -> tuple[str, ...]:
    """Return other stems under which a word's family may have been said: booking, booked."""
    base = stem(word)
    return (
        base + "e",
        base.removesuffix("i") + "y",
        base[:-1] if base[-2:-1] == base[-1:] else base,
    )


def _jargon() -> frozenset[str]:
    return frozenset(w.casefold() for w in word_lists()["marketing"]["avoid"])


def _same_word(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long.startswith(short[: max(4, len(short) - 3)]) or short in long
