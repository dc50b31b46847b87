"""Coded passages of a text → their places in the utterances that were read from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from personagen.reading.base import CodedPart, CodedSegment, ReadUtterance


class Passage(NamedTuple):
    """A coded passage by its place in a text with LF line ends."""

    start: int
    end: int
    code: str
    coder: str
    memo: str


def locate(
    passages: Sequence[Passage], text: str, utterances: Sequence[ReadUtterance]
) -> list[CodedSegment]:
    """Return passages with the utterances they stand in; without parts where they stand in none.

    Args:
        passages: In code points of `text`.
        text: What the utterances were read from.
        utterances: With `start` and `end` in `text`.
    """
    placed = [u for u in utterances if u.start is not None and u.end is not None]
    maps: dict[str, list[int | None]] = {}
    found = []
    for passage in passages:
        parts = []
        for utterance in placed:
            if utterance.end > passage.start and utterance.start < passage.end:  # type: ignore[operator]
                if utterance.place not in maps:
                    maps[utterance.place] = _places(utterance, text)
                part = _part(utterance, maps[utterance.place], passage)
                if part:
                    parts.append(part)
        found.append(
            CodedSegment(
                code=passage.code,
                coder=passage.coder,
                quote=" ".join(text[passage.start : passage.end].split()),
                memo=passage.memo,
                parts=tuple(parts),
            )
        )
    return found


def _places(utterance: ReadUtterance, text: str) -> list[int | None]:
    """Return where in the text each character of the utterance comes from; None for white space.

    Reading folds white space and takes out stamps and signs, but adds no letters.
    """
    assert utterance.start is not None
    at, end = utterance.start, utterance.end
    places: list[int | None] = []
    for letter in utterance.text:
        found = -1 if letter.isspace() else text.find(letter, at, end)
        places.append(found if found >= 0 else None)
        at = found + 1 if found >= 0 else at
    return places


def _part(
    utterance: ReadUtterance, places: Sequence[int | None], passage: Passage
) -> CodedPart | None:
    inside = [
        i
        for i, place in enumerate(places)
        if place is not None and passage.start <= place < passage.end
    ]
    if not inside:
        return None
    return CodedPart(place=utterance.place, start=inside[0], end=inside[-1] + 1)
