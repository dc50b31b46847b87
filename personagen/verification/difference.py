"""What is different between a quotation and what was said, in one clause."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from personagen.verification.operators import NUMBER_WORDS, find_operators
from personagen.verification.typography import (
    DASH,
    ELLIPSIS,
    MARK,
    OMISSION,
    STOP,
    Tokens,
)

_SILENT = (DASH, ELLIPSIS, OMISSION, MARK)
_LONGEST = 160


def first_difference(quote: Tokens, said: Tokens, first: int, last: int) -> str:
    """Return how the quotation departs from `said[first:last]` first; words before marks."""
    ours, theirs = _spoken(quote, 0, len(quote)), _spoken(said, first, last)
    if [t.lower() for t in ours] == [t.lower() for t in theirs]:
        return "capital letters or punctuation differ"
    matcher = SequenceMatcher(
        None, [t.lower() for t in ours[:_LONGEST]], [t.lower() for t in theirs[:_LONGEST]], False
    )
    steps = [step for step in matcher.get_opcodes()]
    while steps and steps[0][0] in ("insert",):
        steps.pop(0)
    while steps and steps[-1][0] == "insert":
        steps.pop()
    for tag, i1, i2, j1, j2 in steps:
        if tag != "equal":
            return _told(ours[i1:i2], theirs[j1:j2])
    return "capital letters, punctuation or a cut differ"


def _spoken(tokens: Tokens, first: int, last: int) -> list[str]:
    kept = []
    for i in range(first, last):
        mark = tokens.kind[i] in _SILENT or (tokens.kind[i] == STOP and tokens.exact[i] != "?")
        if not mark:
            kept.append(tokens.exact[i])
    return kept


def _told(ours: Sequence[str], theirs: Sequence[str]) -> str:
    quoted, source = _few(ours), _few(theirs)
    if not ours:
        return "the question mark is left out" if source == "?" else _named(theirs, "is left out")
    if not theirs:
        return "a question mark is added" if quoted == "?" else _named(ours, "is added")
    if any(w[:1].isdigit() or w.lower() in NUMBER_WORDS for w in (*ours, *theirs)):
        return f'another number or date: it says "{quoted}", the source says "{source}"'
    return f'it says "{quoted}", the source says "{source}"'


def _named(words: Sequence[str], happened: str) -> str:
    found = find_operators([w.lower() for w in words])
    said = found[0].phrase if found else _few(words)
    return f'"{said}" {happened}'


def _few(words: Sequence[str]) -> str:
    return " ".join(words[:4]) + (" …" if len(words) > 4 else "")
