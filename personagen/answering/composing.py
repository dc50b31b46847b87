"""The words of an answer: quotations, counts, and what is honest to say around them."""

from __future__ import annotations

from collections.abc import Sequence

from personagen.models import Evidence, Says

MOST = 3
"""Quotations in an answer."""


def quoted(evidence: Sequence[Evidence], n: int, of: int, says: Says = "") -> str:
    """Return an answer in the words of one person or several."""
    opening = {"yes": f"Yes, going by {_voices(n, of)}:", "no": _corrected(n, of)}
    return f"{opening.get(says) or _opening(n, of)} {lines(evidence)}"


def two_sided(one: Sequence[Evidence], other: Sequence[Evidence]) -> str:
    """Return an answer where they disagree."""
    return f"We don’t agree on that. On one side: {lines(one)} On the other: {lines(other)}"


def with_against(text: str, evidence: Sequence[Evidence]) -> str:
    """Return an answer with what the study itself holds against the claims under it."""
    return f"{text} Against it: {lines(evidence)}" if evidence else text


def unsaid(evidence: Sequence[Evidence], of: int) -> str:
    """Return an answer to a question that supposes what nobody said."""
    return f"That is not how any of the {of} of us put it. What was said: {lines(evidence)}"


def gathered(sides: Sequence[Sequence[tuple[str, int, Evidence]]], n: int, of: int) -> str:
    """Return an answer from several claims, each with how many hold it and one voice.

    A claim that is a quotation itself may be in the words of somebody else's people: there the
    voice stands alone.

    Args:
        sides: Claims; of a question with two sides those for it, then those against it.
        n: How many people they rest on.
        of: How many people the persona is made of.
    """
    said = " On the other side: ".join(" ".join(_counted(*one, of) for one in s) for s in sides)
    return f"From {_voices(n, of)}. {said}"


def _counted(text: str, count: int, voice: Evidence, of: int) -> str:
    claim = "" if "“" in text else f"{text.rstrip('.')}: "
    return f"{claim}“{plain(voice.quote)}” — {voice.participant} ({count} of {of})."


def others(evidence: Sequence[Evidence], n: int, of: int) -> str:
    """Return what people outside the persona say."""
    return f"Outside my group, {n} of {of} others speak of it: {lines(evidence)}"


def declined(of: int) -> str:
    """Return what is said where nothing was said."""
    if of == 1:
        return "I can’t say: the one person I rest on never spoke of that."
    return f"I can’t say: as far as I can tell, none of the {of} people I am made of spoke of that."


def lines(evidence: Sequence[Evidence]) -> str:
    """Return quotations with who said each."""
    return " ".join(f"“{plain(e.quote)}” — {e.participant}." for e in evidence[:MOST])


def plain(quote: str) -> str:
    """Return a quotation on one line, without the full stop that its sentence ends with."""
    line = " ".join(quote.split())
    return line[:-1] if line.endswith(".") and not line.endswith("..") else line


def cited(said: Sequence[tuple[str, Sequence[int]]], n: int, of: int) -> str:
    """Return sentences that a model worded, each with the numbers of its passages."""
    lines = (f"{text} [{', '.join(map(str, numbers))}]" for text, numbers in said)
    return f"{' '.join(lines)} (From {_voices(n, of)}.)"


def _voices(n: int, of: int) -> str:
    return "the one person I rest on" if of == 1 else f"{n} of the {of} people I am made of"


def _opening(n: int, of: int) -> str:
    if of == 1:
        return "In the words of the one person I rest on:"
    if n == 1:
        return f"One of the {of} people I am made of says:"
    return f"{n} of the {of} people I am made of speak to that:"


def _corrected(n: int, of: int) -> str:
    return f"No, going by {_voices(n, of)}:"
