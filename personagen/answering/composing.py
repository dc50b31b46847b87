"""The words of an answer: quotations, counts, and what is honest to say around them."""

from __future__ import annotations

from collections.abc import Sequence

from personagen.models import Evidence

MOST = 3
"""Quotations in an answer."""


def quoted(evidence: Sequence[Evidence], n: int, of: int) -> str:
    """Return an answer in the words of one person or several."""
    lines = " ".join(f"{mark(one.quote)} — {one.participant}." for one in evidence[:MOST])
    return f"{_opening(n, of)} {lines}"


def _opening(n: int, of: int) -> str:
    if of == 1:
        return "In my own words:"
    if n == 1:
        return f"One of the {of} of us I am made of puts it like this:"
    return f"{n} of the {of} of us speak of this:"


def declined(name: str, of: int) -> str:
    """Return what is said where nothing was said."""
    if of == 1:
        return "I can’t say: the one person I rest on never spoke of that."
    return f"I can’t say: none of the {of} people I am made of spoke of that."


def mark(quote: str) -> str:
    """Return a quotation in its marks, on one line."""
    return f"“{' '.join(quote.split()).rstrip('.')}”"
