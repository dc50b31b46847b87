"""Short pieces of what was said that may stand in quotation marks: whole clauses, unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from personagen.verification import standing_alone

_BORDER = re.compile(
    r"(?<=[,;:—–.!?…])\s+|\s+(?=(?:and|but|so|because|which)\s+(?:I|we|it|you|they|he|she|there|my|our)\b)",
)
_LEAD = re.compile(
    r"(?:(?:yeah|yes|yep|no|um+|uh+|erm?|hm+|oh|okay|ok|well|right|so|and|but|like|because|"
    r"you know|I mean|basically|honestly|actually|to be honest|I guess it's)\b[\s,.…–—-]*)+",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"^(?:which|who|whom|whose|than|too|either|then|as well|or|nor|if|unless|until|where|when|"
    r"while|because|that (?!\w+ \w+ (?:is|was)))\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|am|be|been|has|have|had|do|does|did|can|could|will|would|won|get|got|gets|"
    r"go|goes|went|want|wants|need|needs|\w+ed|\w+ing|\w+n['’]t|['’](?:s|m|re|ve|d|ll)|make|makes|made|"
    r"take|takes|took|lose|lost|keep|keeps|kept|know|knew|tell|told|say|said|write|wrote|ring|rang|"
    r"find|found|spend|spent|pay|paid|run|ran|come|came|give|gave|see|saw|think|thought|put|let|hate|"
    r"love|break|broke|use|feel|felt|leave|left|work|works|stop|stops|cost|costs|send|sent|buy|bought)\b|"
    r"['’](?:s|m|re|ve|d|ll)\b",
    re.IGNORECASE,
)


_HANGS = re.compile(
    r"\b(?:not|and|but|or|the|an?|to|of|that|if|when|because|which|who|so|as|than|with|for|in|on|"
    r"at|by|from|my|our|your|their|is|are|was|were|i|we|you|they|he|she)[\s,;:–—-]*$",
    re.IGNORECASE,
)


_VAGUE = re.compile(
    r"(?:(?:it|they|this|these|those|he|she|there|with|them|him|her|his)\b|that(?:['’]s|\s+is)?\s+"
    r"(?!when\b|was when\b|was the (?:day|moment|last)))",
    re.IGNORECASE,
)


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
) -> Fragment | None:
    """Return a piece of a sentence that fits and can stand by itself, or None.

    Args:
        whole: The utterance's stored text.
        start: Where the sentence begins in it.
        end: One past its last character.
        limit: Most characters.
        holding: A span of `whole` that must be inside.
        least: Fewest characters.

    Returns:
        The longest run of clauses within the limit that passes the quote gate; the earliest of
        equals. It keeps a leading capital or not: nothing is changed.
    """
    fitting = [
        piece
        for piece in _pieces(whole, start, end)
        if least <= piece.end - piece.start <= limit
        and (holding is None or (piece.start <= holding[0] and holding[1] <= piece.end))
    ]
    for piece in sorted(fitting, key=lambda p: (p.start - p.end, p.start)):
        if _reads_alone(piece.text) and standing_alone(whole, piece.start, piece.end) is None:
            return piece
    return None


def placed(whole: str, start: int, end: int) -> Fragment | None:
    """Return the sentence without its leading fillers where that passes the gate, else whole."""
    lead = _LEAD.match(whole, start, end)
    begins = [lead.end()] if lead and end - lead.end() >= 12 else []
    for begin in [*begins, start]:
        if standing_alone(whole, begin, end) is None:
            return Fragment(begin, end, whole[begin:end])
    return None


def points_back(text: str) -> bool:
    """Return whether words open with what only the conversation explains: it, that, they."""
    return _VAGUE.match(text) is not None


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


def _reads_alone(text: str) -> bool:
    words = text.split()
    return (
        len(words) >= 3
        and not _POINTS_BACK.search(text)
        and not _HANGS.search(text)
        and _VERB.search(text) is not None
        and text.count("(") == text.count(")")
        and text.count("“") == text.count("”")
        and not text.rstrip().endswith(("(", "“", ":"))
    )


def overlaps(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Return whether two spans share a character."""
    return a[0] < b[1] and b[0] < a[1]
