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
    """Return how the quotation first departs from `said[first:last]`.

    The stretch may be wider than the quotation: what stands around the shared words is no
    difference, unless the quotation has other words there.
    """
    ours, theirs = _spoken(quote, 0, len(quote))[:_LONGEST], _spoken(said, first, last)
    low, heard = [t.lower() for t in ours], [t.lower() for t in theirs]
    steps = SequenceMatcher(None, low, heard, autojunk=False).get_opcodes()
    steps = [s for s in steps if s[0] != "equal"]
    inner = [s for s in steps if not (s[0] == "insert" and s[1] in (0, len(ours)))]
    if not inner:
        return "capital letters, punctuation or an unmarked cut differ"
    tag, i1, i2, j1, j2 = inner[0]
    if tag == "replace" and i1 == 0:
        j1 = max(j1, j2 - (i2 - i1))
    if tag == "replace" and i2 == len(ours):
        j2 = min(j2, j1 + (i2 - i1))
    return _told(ours[i1:i2], theirs[j1:j2])


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
