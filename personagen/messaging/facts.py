"""Product facts beside claims: which fact speaks to what was said, where any does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.models import Evidence, Product
from personagen.proximity import content_words

if TYPE_CHECKING:
    from personagen.working import Working

# Calibrated on sentences about invented products, twenty that a fact answers and twenty-five that
# none does (`tests/test_messaging.py`): no wrong fact, and a third of the right ones. A blank that
# is marked costs a question; a fact that is beside the point costs the reader's trust.
SURE, AHEAD = 0.55, 0.10
"""Cosine that suffices without a word in common, and the lead over the next fact it needs."""
CLOSE, CLEARLY_AHEAD = 0.50, 0.15
"""Cosine that suffices with one content word in common, and the lead it needs."""
NEAR, SEVERAL_WORDS = 0.48, 2
"""Cosine that suffices with several content words in common."""

Floats = NDArray[np.float32]


class Match(NamedTuple):
    """A fact that speaks to what was said."""

    fact: str
    likeness: float


class Facts:
    """The product facts of a study, ready to be compared with claims."""

    def __init__(self, working: Working) -> None:
        self._working = working
        product = working.material.product
        self.texts: tuple[str, ...] = (*product.does, *product.proof)
        self._rows: dict[str, list[int]] = defaultdict(list)
        for i, unit in enumerate(working.units):
            self._rows[unit.utterance].append(i)
        self._vectors = self._encoded()

    def unit_of(self, evidence: Evidence) -> int | None:
        """Return the unit that an excerpt was cut from."""
        for i in self._rows.get(evidence.utterance, ()):
            unit = self._working.units[i]
            if unit.start < evidence.end and evidence.start < unit.end:
                return i
        return None

    def matching(self, evidence: Evidence) -> Match | None:
        """Return the fact that really speaks to what was said; mostly there is none.

        Args:
            evidence: One excerpt: a fact answers a sentence, not a theme.
        """
        row = self.unit_of(evidence)
        if row is None or not self.texts:
            return None
        vector = np.asarray(self._working.vectors[row], np.float32)
        return match(vector @ self._vectors.T, evidence.quote, self.texts)

    def _encoded(self) -> Floats:
        if not self.texts:
            return np.zeros((0, 384), np.float32)
        blank = [""] * len(self.texts)
        encoded = self._working.encoder.encode(
            list(self.texts), blank, kinds=["survey"] * len(self.texts)
        )
        return np.asarray(encoded.vectors, dtype=np.float32)


def match(likeness: Floats, said: str, facts: Sequence[str]) -> Match | None:
    """Return the fact that speaks to a sentence, or None.

    Args:
        likeness: float32, shape (n,): cosine of the sentence with each fact.
        said: The sentence.
        facts: The n facts.
    """
    order = np.argsort(-likeness)
    best = int(order[0])
    near = float(likeness[best])
    ahead = near - float(likeness[order[1]]) if len(order) > 1 else CLEARLY_AHEAD
    shared = len(set(content_words(said)).intersection(content_words(facts[best])))
    speaks = (
        (near >= SURE and ahead >= AHEAD)
        or (near >= CLOSE and ahead >= CLEARLY_AHEAD and shared >= 1)
        or (near >= NEAR and shared >= SEVERAL_WORDS)
    )
    return Match(facts[best], round(near, 3)) if speaks else None


def as_sentence(product: Product, fact: str) -> str:
    """Return a fact as a sentence of its own, whichever way `study.toml` words it.

    `prints a tag` gets the product's name before it; a sentence stays one; a noun phrase is set
    after a colon.
    """
    text = fact.strip().rstrip(".")
    name = product.name or "It"
    first = text.split()[0] if text else ""
    if text.lower().startswith(name.lower()):
        return f"{text[:1].upper()}{text[1:]}."
    if _is_sentence(text):
        return f"{text[:1].upper()}{text[1:]}."
    if first.islower() and first.endswith("s") and not first.endswith(("ss", "us", "is")):
        return f"{name} {text}."
    return f"{name}: {text}."


_VERBS = frozenset(
    "is are was were has have had can does do will works work stays stayed stay shows show use "
    "uses used runs run keeps keep takes take opens open costs cost gets get comes come stands "
    "sends ends "
    "closes fits holds reads counts starts stops goes go saves save".split()
)


def _is_sentence(text: str) -> bool:
    """Return whether a fact has a subject before its first verb."""
    words = text.split()
    return (
        any(word.lower() in _VERBS for word in words[1:6])
        and words[0].lower() not in _VERBS
        and (
            words[0].lower()
            in (
                "the",
                "a",
                "an",
                "every",
                "all",
                "your",
                "you",
                "no",
                "it",
                "each",
                "any",
                "nobody",
                "there",
            )
            or words[0][0].isupper()
            or words[0][0].isdigit()
            or not words[0].endswith("s")
            or words[0].lower()
            in ("messages", "customers", "users", "files", "records", "updates", "backups")
        )
    )
