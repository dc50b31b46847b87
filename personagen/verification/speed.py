"""How fast the gate answers, on what a study really holds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from personagen.models import Source
from personagen.verification.gate import QuoteIndex


class GateSpeed(NamedTuple):
    """What `measure` found, in processor time: a busy machine does not make the gate slower."""

    characters: int
    """Length of everything that was indexed."""
    build_seconds: float
    verbatim_ms: float
    """Mean of a quotation that stands there."""
    altered_ms: float
    """Mean of a quotation with one word replaced."""
    of_limit: float
    """The slower of the two as a share of the 5 ms that one quotation may take."""


_LIMIT_MS = 5.0


def measure(sources: Sequence[Source], quotations: int = 200) -> GateSpeed:
    """Return how long the gate takes for quotations drawn evenly from the sources.

    Args:
        sources: At least one with words of a participant.
        quotations: How many are judged of each kind.

    Raises:
        ValueError: there is nothing to quote.
    """
    began = time.process_time()
    index = QuoteIndex.build(sources)
    built = time.process_time() - began
    said = [u.text for s in sources for u in s.utterances if len(u.text.split()) >= 4]
    if not said:
        raise ValueError("no utterance has four words to quote")
    chosen = [_stretch(said[k * len(said) // quotations]) for k in range(quotations)]
    index.check(chosen[0])  # the first one pays for tables that are built once
    verbatim = _mean_ms(index, chosen)
    altered = _mean_ms(index, [_spoiled(quote) for quote in chosen])
    characters = sum(len(u.text) for s in sources for u in s.utterances)
    return GateSpeed(characters, built, verbatim, altered, max(verbatim, altered) / _LIMIT_MS)


def _stretch(text: str) -> str:
    return " ".join(text.split()[:20])


def _spoiled(quote: str) -> str:
    words = quote.split()
    return " ".join([*words[: len(words) // 2], "quicksilver", *words[len(words) // 2 + 1 :]])


def _mean_ms(index: QuoteIndex, quotes: Sequence[str]) -> float:
    began = time.process_time()
    for quote in quotes:
        index.check(quote)
    return (time.process_time() - began) * 1000 / len(quotes)
