"""Words to use and to avoid, for one persona: theirs, and those they have another word for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from personagen.cues.vocabulary import marketing_words, terms, uses_of
from personagen.models import Claim, Persona

if TYPE_CHECKING:
    from personagen.working import Working

MOST_AVOIDED = 5
MOST_SELLERS = 3
"""Sellers' words at the end of the list."""
SAME_THING = 0.62
"""Cosine from which two single words may name the same thing."""
SAID_BY = 2
"""Members who must use a word before it is the one to use instead."""
CANDIDATES = 60
"""Words compared with theirs."""


class Instead(NamedTuple):
    """A word to avoid and the one that they use for it."""

    avoid: str
    theirs: str


def instead_of(working: Working, persona: Persona, others: Iterable[Claim]) -> list[Instead]:
    """Return words of the product's facts and of other groups that members say otherwise.

    Args:
        working: What was said, and the product facts.
        persona: Whose words count.
        others: Vocabulary claims of the other personas.
    """
    members = frozenset(persona.participants)
    said = [(u.participant, u.text) for u in working.units if u.participant in members]
    theirs = _used(said)
    uses = uses_of(said)
    own = [word for word, people in theirs.items() if people >= SAID_BY and uses.is_thing(word)]
    product = working.material.product
    foreign = [t for fact in (*product.does, *product.proof) for t in terms(fact)]
    foreign += [claim.text for claim in others]
    spoken = frozenset(theirs)
    candidates = [w for w in dict.fromkeys(foreign) if " " not in w and w not in spoken]
    return _nearest(working, candidates[:CANDIDATES], own)


def vocabulary_line(
    terms_used: Sequence[str], instead: Sequence[Instead], sellers: Sequence[str]
) -> str:
    """Return the line of a message: what to say, what not, and what they say for it."""
    text = f"Use: {', '.join(terms_used)}."
    if instead:
        pairs = ", ".join(f"{one.avoid} (they say {one.theirs})" for one in instead)
        text += f" Avoid: {pairs}."
    if sellers:
        text += f" Nobody here says: {', '.join(sellers)}."
    return text


def sellers_words(working: Working) -> list[str]:
    """Return a few words of sellers that nobody in the study says."""
    return marketing_words((u.text for u in working.units), MOST_SELLERS)


def _used(said: Iterable[tuple[str, str]]) -> Counter[str]:
    """Return how many people use each word."""
    pairs = {(who, term) for who, text in said for term in terms(text) if " " not in term}
    return Counter(term for _, term in pairs)


def _nearest(working: Working, candidates: Sequence[str], own: Collection[str]) -> list[Instead]:
    words = list(own)
    if not candidates or not words:
        return []
    vectors = _encoded(working, [*candidates, *words])
    likeness = vectors[: len(candidates)] @ vectors[len(candidates) :].T
    best = likeness.argmax(axis=1)
    found = [
        (float(likeness[i, best[i]]), Instead(candidates[i], words[int(best[i])]))
        for i in range(len(candidates))
    ]
    good = [f for f in found if f[0] >= SAME_THING and not _same_word(*f[1])]
    good.sort(key=lambda f: (-f[0], f[1].avoid))
    return [one for _, one in good[:MOST_AVOIDED]]


def _same_word(one: str, other: str) -> bool:
    """Return whether two words are forms or parts of one another: bookkeeper, bookkeeping."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short[: max(4, len(short) - 3)]) or short in long


def _encoded(working: Working, words: Sequence[str]) -> np.ndarray:
    encoded = working.encoder.encode(list(words), [""] * len(words), kinds=["survey"] * len(words))
    return np.asarray(encoded.vectors, dtype=np.float32)
