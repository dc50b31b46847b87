"""Product facts beside claims: which fact speaks to what was said, where any does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.models import Claim, Evidence, Product
from personagen.proximity import content_words

if TYPE_CHECKING:
    from personagen.working import Working

CLOSE = 0.42
"""Cosine below which a fact does not speak to a sentence."""
UNUSUAL = 2.2
"""Standard deviations above the fact's mean likeness to everything said in the study."""
SHARED_WORD = 0.04
"""What each content word in common adds to the cosine, twice at most."""

Floats = NDArray[np.float32]


class Match(NamedTuple):
    """A fact that speaks to a claim."""

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
        said = np.asarray(working.vectors, dtype=np.float32)
        likeness = (
            said @ self._vectors.T if len(said) and self.texts else np.zeros((1, len(self.texts)))
        )
        self._mean, self._spread = likeness.mean(0), likeness.std(0) + 1e-6

    def unit_of(self, evidence: Evidence) -> int | None:
        """Return the unit that an excerpt was cut from."""
        for i in self._rows.get(evidence.utterance, ()):
            unit = self._working.units[i]
            if unit.start < evidence.end and evidence.start < unit.end:
                return i
        return None

    def matching(self, claim: Claim, among: Sequence[Evidence]) -> list[Match]:
        """Return the facts that really speak to a claim, the nearest first; often none.

        Args:
            claim: What is said.
            among: The excerpts under it that count.
        """
        rows = [row for e in among if (row := self.unit_of(e)) is not None]
        if not rows or not self.texts:
            return []
        likeness = np.asarray(self._working.vectors, np.float32)[rows] @ self._vectors.T
        shared = np.array(
            [
                [self._shared(e.quote, fact) for fact in self.texts]
                for e in among
                if self.unit_of(e) is not None
            ]
        )
        scored = likeness + SHARED_WORD * np.minimum(shared, 2)
        unusual = (likeness - self._mean) / self._spread
        best = scored.argmax(0)
        columns = np.arange(len(self.texts))
        good = (scored[best, columns] >= CLOSE) & (unusual[best, columns] >= UNUSUAL)
        found = [
            Match(self.texts[c], round(float(scored[best[c], c]), 3)) for c in columns if good[c]
        ]
        return sorted(found, key=lambda match: (-match.likeness, match.fact))

    def _encoded(self) -> Floats:
        if not self.texts:
            return np.zeros((0, 384), np.float32)
        blank = [""] * len(self.texts)
        encoded = self._working.encoder.encode(
            list(self.texts), blank, kinds=["survey"] * len(self.texts)
        )
        return np.asarray(encoded.vectors, dtype=np.float32)

    @staticmethod
    def _shared(quote: str, fact: str) -> int:
        return len(set(content_words(quote)).intersection(content_words(fact)))


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
