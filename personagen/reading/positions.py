"""Which units a coding program counted in: the standard leaves it open, and programs differ.

NVivo for Windows counts UTF-16 units over text with two characters a line end; most others count
code points; some count over text with one. All are tried, and scored by what the passages say.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from personagen.reading.refi import Selection

_TRUNCATED = ("…", "...")


class Units(NamedTuple):
    """One way to count."""

    name: str
    utf16: bool
    crlf: bool
    """Line ends count as they stand in the file; else as one."""


POINTS_RAW = Units("code points", False, True)
POINTS_LF = Units("code points, line ends as one", False, False)
UTF16_RAW = Units("UTF-16 units", True, True)
UTF16_LF = Units("UTF-16 units, line ends as one", True, False)


class Ruler(NamedTuple):
    """Positions in one way to count, and where each lies in the text with LF line ends."""

    marks: tuple[int, ...]
    """Position of each character in the given units, and of the end; ascending."""
    places: tuple[int, ...]
    """Its place in the text with LF line ends."""

    def place(self, position: int) -> int | None:
        """Return the place of a position; None outside the text, the next one inside a pair."""
        if not 0 <= position <= self.marks[-1]:
            return None
        return self.places[bisect_left(self.marks, position)]


def ruler(raw: str, units: Units) -> Ruler:
    """Return how positions in `units` map to places in `raw` with LF line ends."""
    marks, places = [], []
    at = place = 0
    for i, letter in enumerate(raw):
        marks.append(at)
        places.append(place)
        first_of_two = letter == "\r" and raw[i + 1 : i + 2] == "\n"
        place += not first_of_two
        at += (
            0
            if first_of_two and not units.crlf
            else 2
            if units.utf16 and ord(letter) > 0xFFFF
            else 1
        )
    return Ruler((*marks, at), (*places, place))


class Found(NamedTuple):
    """How the positions of a text are read."""

    units: Units
    ruler: Ruler
    sure: bool
    """Whether no other way to count fits as well and gives other passages."""


def find_units(raw: str, selections: Sequence[Selection], origin: str) -> Found:
    """Return the way to count that fits the passages best.

    Args:
        raw: The text as in the file, without its byte-order mark.
        selections: What is coded in it.
        origin: The program, as it names itself; decides between equals.
    """
    ways = [POINTS_RAW, POINTS_LF, UTF16_RAW, UTF16_LF]
    if "nvivo" in origin.lower() and "mac" not in origin.lower():
        ways = [UTF16_RAW, POINTS_RAW, POINTS_LF, UTF16_LF]
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    rulers = {units: ruler(raw, units) for units in ways}
    spans = {units: _spans(rulers[units], selections) for units in ways}
    scores = {units: _score(text, selections, spans[units]) for units in ways}
    best = max(ways, key=lambda units: scores[units])
    rivals = [u for u in ways if spans[u] != spans[best] and scores[u] >= 0.95 * scores[best]]
    named = any(_named(s) for s in selections) or "nvivo" in origin.lower()
    return Found(best, rulers[best], not rivals or (named and scores[rivals[0]] < scores[best]))


_Span = tuple[int, int] | None


def _spans(measure: Ruler, selections: Sequence[Selection]) -> list[_Span]:
    found: list[_Span] = []
    for selection in selections:
        start, end = measure.place(selection.start), measure.place(selection.end)
        found.append((start, end) if start is not None and end is not None else None)
    return found


def _score(text: str, selections: Sequence[Selection], spans: Sequence[_Span]) -> float:
    score = 0.0
    for selection, span in zip(selections, spans, strict=True):
        if span is None:
            continue
        start, end = span
        score += 0.1
        name = _named(selection)
        if name and _folded(text[start:end]).startswith(name):
            score += 4
        score += _edge(text, start) + _edge(text, end)
    return score


def _named(selection: Selection) -> str:
    """Return the words a selection bears as its name, without the mark where they are cut off."""
    name = selection.name
    for mark in _TRUNCATED:
        name = name.removesuffix(mark)
    return _folded(name) if len(name) >= 12 else ""


def _folded(text: str) -> str:
    return " ".join(text.split())


def _edge(text: str, at: int) -> float:
    """Passages begin and end where lines, sentences and words do, and seldom inside a word."""
    before, after = text[at - 1 : at] if at else "\n", text[at : at + 1] or "\n"
    if before == "\n" or after == "\n":
        return 1.0
    if before.isalnum() and after.isalnum():
        return -1.0
    return 0.6 if before.isspace() != after.isspace() else 0.3
