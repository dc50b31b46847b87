"""Questions that whole fields of a persona answer: "what frustrates you most?".

One is heard by its nearest example, and only where it names nothing that the examples beside it
don't: "what frustrates you about the landlord?" is a question of its own.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from personagen.analysts.base import Floats, SentenceEncoder
from personagen.answering.lexicon import content, lexicon, like
from personagen.answering.question import understood
from personagen.support.lexicon import lexicon as shared
from personagen.support.lexicon import words_of

NEAR = 0.67
"""Cosine of a question and an example from which they ask the same."""


class Whole(NamedTuple):
    """What a general question asks for."""

    fields: tuple[str, ...]
    """Fields that answer; the first that has anything does."""
    against: tuple[str, ...]
    """Fields that say the other side; empty where there is none."""


class _Known(NamedTuple):
    """One way of asking for whole fields."""

    whole: Whole
    asked: tuple[str, ...]
    words: frozenset[str]
    """Roots of what its examples name."""


class General:
    """The general questions, for one product."""

    def __init__(self, product: str, encoder: SentenceEncoder) -> None:
        """Encode the examples.

        Args:
            product: Its name; "about Benchwren" asks for no other thing than "about it".
            encoder: What compares questions.
        """
        self._encoder = encoder
        # A name draws all questions with it together, whatever they ask.
        self._product = _named_so(product) if product else None
        named = [(k, a.replace("PRODUCT", "it")) for k in _known() for a in k.asked]
        self._of = tuple(known for known, _ in named)
        self._sorts = tuple(_sort(text) for _, text in named)
        self._vectors: Floats = encoder.encode([text for _, text in named]).vectors

    def heard(self, question: str) -> Whole | None:
        """Return what a question asks for as a whole, or None where it asks for one thing."""
        if self._product:
            question = self._product.sub("it", question)
        named = set(content(question)) - lexicon().weak
        near, sort = self._vectors @ self._encoder.encode([question]).vectors[0], _sort(question)
        order = [int(i) for i in np.argsort(-near) if near[i] >= NEAR and sort == self._sorts[i]]
        # What an example names itself comes before what only means nearly the same.
        for among in (_named, _among):
            for known in (self._of[i] for i in order):
                if all(among(word, known) for word in named):
                    return known.whole
        return None


def _named_so(product: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(product)}(?!\w)", re.IGNORECASE)


def _sort(text: str) -> tuple[str, bool]:
    """Return the kind of a question, and whether it asks for what is not: "like least"."""
    turned = any(w in shared().strong or w in {"least", "less"} for w in words_of(text))
    return understood(text).kind, turned


def _named(word: str, known: _Known) -> bool:
    return word in known.words


def _among(word: str, known: _Known) -> bool:
    return _named(word, known) or bool(like(word) & known.words)


@lru_cache(maxsize=1)
def _known() -> tuple[_Known, ...]:
    raw = tomllib.loads(Path(__file__).with_name("general.toml").read_text(encoding="utf-8"))
    return tuple(
        _Known(
            Whole(tuple(one["fields"]), tuple(one.get("against", ()))),
            tuple(one["asked"]),
            frozenset(word for text in one["asked"] for word in content(text)),
        )
        for one in raw["general"]
    )
