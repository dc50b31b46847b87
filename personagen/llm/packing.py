"""What participants said, packed for a model: numbered turns of numbered sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from personagen.analysts.base import Unit
from personagen.prompt import as_data

MOST_SENTENCES = 40
"""In one part: a model loses count of more."""
_FRAME = 8
"""Tokens that number and mark a sentence or a turn."""
_ASKED = 160
"""Characters shown of the question that a turn answers."""


class Turn(NamedTuple):
    """One utterance, or a piece of a long one, as a model sees it."""

    number: int
    asked: str
    """The question it answers; empty where none is known."""
    sentences: tuple[str, ...]


class Part(NamedTuple):
    """What is coded in one request."""

    source: str
    turns: tuple[Turn, ...]
    rows: dict[tuple[int, int], int]
    """Number of turn and of sentence, from 1, to the index of the unit."""


def packed(units: Sequence[Unit], most: int, count: Callable[[str], int]) -> list[Part]:
    """Return parts of whole neighbouring sentences of one source each.

    Args:
        units: All sentences, in order.
        most: Tokens of a part; a longer sentence has a part of its own.
        count: Counts tokens.
    """
    parts: list[Part] = []
    numbered = enumerate(units)
    for source, group in groupby(numbered, key=lambda pair: pair[1].source):
        for rows in _filled([row for row, _ in group], units, most, count):
            parts.append(_part(source, rows, units))
    return parts


def _filled(
    rows: Sequence[int], units: Sequence[Unit], most: int, count: Callable[[str], int]
) -> Iterator[list[int]]:
    filled: list[int] = []
    tokens = 0
    for row in rows:
        cost = count(units[row].text) + _FRAME
        if not filled or units[row].utterance != units[filled[-1]].utterance:
            cost += count(_asked(units[row])) + _FRAME
        if filled and (tokens + cost > most or len(filled) >= MOST_SENTENCES):
            yield filled
            filled, tokens = [], 0
        filled.append(row)
        tokens += cost
    if filled:
        yield filled


def _part(source: str, rows: Sequence[int], units: Sequence[Unit]) -> Part:
    turns: list[Turn] = []
    places: dict[tuple[int, int], int] = {}
    for number, (_, group) in enumerate(groupby(rows, key=lambda r: units[r].utterance), 1):
        own = list(group)
        for sentence, row in enumerate(own, 1):
            places[number, sentence] = row
        texts = tuple(as_data(units[row].text) for row in own)
        turns.append(Turn(number, _asked(units[own[0]]), texts))
    return Part(source, tuple(turns), places)


def _asked(unit: Unit) -> str:
    question = unit.question.removeprefix("INTERVIEWER: ").removeprefix("QUESTION: ")
    return as_data(question[-_ASKED:])
