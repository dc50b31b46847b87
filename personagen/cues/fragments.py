"""Short pieces of what was said that may stand in quotation marks: whole clauses, unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from personagen.analysts.standalone import reads_alone
from personagen.verification import standing_alone

_BORDER = re.compile(
    r"(?<=[,;:—–.!?…])\s+|\s+(?=(?:and|but|so|because|which)\s+(?:I|we|it|you|they|he|she|there|my|our)\b)",
)
_LEAD = re.compile(
    r"(?:(?:yeah|yes|yep|no|um+|uh+|erm?|hm+|oh|okay|ok|well|right|so|and|but|like|because|"
    r"you know|I mean|basically|honestly|actually|to be honest|I guess it's)\b[\s,.…–—-]*)+",
    re.IGNORECASE,
)


# "…, with made-up data in it, so I can …": cut from the middle, nobody knows with what.
_ADJUNCT = re.compile(
    r"(?:with|without|against|in|on|for|at|by|from|under|over|after|before|like)\b", re.IGNORECASE
)
_THEY = re.compile(r"^(?:they|he|she)\b", re.IGNORECASE)


class Fragment(NamedTuple):
    """A piece of one utterance: `text == whole[start:end]`."""

    start: int
    end: int
    text: str


def clip(
    whole: str,
    start: int,
    end: int,
    limit: int,
    holding: tuple[int, int] | None = None,
    least: int = 12,
    *,
    lang: str = "en",
    asks: bool = False,
    theirs: bool = False,
) -> Fragment | None:
    """Return a piece of a sentence that fits and can stand by itself, or None.

    Args:
        whole: The utterance's stored text.
        start: Where the sentence begins in it.
        end: One past its last character.
        limit: Most characters.
        holding: A span of `whole` that must be inside.
        least: Fewest characters.
        lang: ISO 639-1 of the text.
        asks: A question is wanted.
        theirs: A "they" at its opening is whoever judges, decides or tells: no name is missing.

    Returns:
        A run of clauses within the limit that reads alone and passes the quote gate: one that
        opens its sentence before one from the middle, a longer one before a shorter. It keeps a
        leading capital or not: nothing is changed.
    """
    first = opening(whole, start, end)
    fitting = [
        piece
        for piece in _pieces(whole, start, end)
        if least <= piece.end - piece.start <= limit
        and (holding is None or (piece.start <= holding[0] and holding[1] <= piece.end))
    ]
    for piece in sorted(fitting, key=lambda p: (p.start > first, p.start - p.end, p.start)):
        shown = _THEY.sub("somebody", piece.text) if theirs else piece.text
        if piece.start > first and _ADJUNCT.match(piece.text):
            continue
        if _is_whole(piece.text) and reads_alone(shown, lang, asks=asks):
            if standing_alone(whole, piece.start, piece.end) is None:
                return piece
    return None


def opening(whole: str, start: int, end: int) -> int:
    """Return where a sentence begins once the fillers before it are left out."""
    lead = _LEAD.match(whole, start, end)
    return lead.end() if lead and lead.end() < end else start


def placed(whole: str, start: int, end: int) -> Fragment | None:
    """Return the sentence without its leading fillers where that passes the gate, else whole."""
    lead = _LEAD.match(whole, start, end)
    begins = [lead.end()] if lead and end - lead.end() >= 12 else []
    for begin in [*begins, start]:
        if standing_alone(whole, begin, end) is None:
            return Fragment(begin, end, whole[begin:end])
    return None


def headline(text: str) -> str:
    """Return a fragment as it stands between quotation marks: white space and end marks tidied."""
    line = " ".join(text.split()).rstrip(" ,;:–—-.")
    return line[:1].upper() + line[1:]


def _pieces(whole: str, start: int, end: int) -> Iterator[Fragment]:
    borders = sorted({start, end, *(m.end() for m in _BORDER.finditer(whole, start, end))})
    ends = sorted({end, *(m.start() for m in _BORDER.finditer(whole, start, end))})
    for begin in borders[:-1]:
        lead = _LEAD.match(whole, begin, end)
        first = lead.end() if lead and lead.end() < end else begin
        for stop in ends:
            if stop > first:
                yield Fragment(first, stop, whole[first:stop])


def _is_whole(text: str) -> bool:
    """Return whether no bracket or quotation is left open."""
    return (
        len(text.split()) >= 3
        and text.count("(") == text.count(")")
        and text.count("“") == text.count("”")
        and text.count('"') % 2 == 0
        and not text.rstrip().endswith(("(", "“", ":"))
    )


def overlaps(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Return whether two spans share a character."""
    return a[0] < b[1] and b[0] < a[1]
