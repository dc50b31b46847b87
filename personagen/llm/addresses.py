"""From what a model points at to sentences that are there: by number, or by first and last words.

A number says which sentence of a turn is meant; words say it by standing in it. Either way code
cuts whole sentences from the source: a clause taken out by its words could lose its "not".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from personagen.analysts.base import Refused
from personagen.chatmodel import Answered
from personagen.llm.outputs import CodedSentence, CodedSentences
from personagen.llm.packing import Part, Turn

LONGEST = 3
"""Sentences that one address may span."""
NOT_THERE = "the model named a sentence that is not there"
NOT_SAID = "the model named words that nobody says there"
SEVERAL = "the words that the model named stand in several places"
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’‘`")


class Found(NamedTuple):
    """One address that the model gave, and that is there."""

    row: int
    """Index of the first unit."""
    last: int
    """Index of the last unit; of the same utterance."""
    code: str
    intensity: int
    prompt: str


class _Run(NamedTuple):
    """Words that stand one after another in a turn."""

    turn: int
    begin: int
    """Index of the first word in the turn."""
    first: int
    """Number of the sentence that the first word stands in."""
    last: int
    """Number of the sentence that the last word stands in."""
    opens: bool
    """The first word is the first of its sentence."""


def problem(answer: CodedSentences, part: Part) -> str:
    """Return why an answer is refused: not one of its addresses is there; single ones are left out.

    Empty where one is, and where the answer names nothing.
    """
    whys = [found for one in answer.coded if isinstance(found := _placed(one, part), str)]
    if not answer.coded or len(whys) < len(answer.coded):
        return ""
    return whys[0] if len(set(whys)) == 1 else "no sentence that it names is there"


def addresses(answer: Answered, part: Part) -> tuple[list[Found], list[Refused]]:
    """Return the addresses of an answer that are there, and those that are not, with the reason."""
    found: list[Found] = []
    refused: list[Refused] = []
    for one in answer.value.coded:
        place = _placed(one, part)
        if isinstance(place, str):
            refused.append(Refused(min(part.rows.values()), one.code, place))
        else:
            found.append(Found(*place, one.code, min(3, max(1, one.intensity)), answer.prompt))
    return found, refused


def _placed(one: CodedSentence, part: Part) -> tuple[int, int] | str:
    """Return the first and the last row of an address, or why there is none."""
    number = one.first_sentence
    run = _Run(one.turn, 0, number, number, True) if isinstance(number, int) else _meant(one, part)
    if isinstance(run, str):
        return run
    row = part.rows.get((run.turn, run.first))
    if row is None:
        return NOT_THERE
    last = min(_last(one, part, run), run.first + LONGEST - 1)
    return row, part.rows.get((run.turn, last), row)


def _meant(one: CodedSentence, part: Part) -> _Run | str:
    """Return where the first words stand: in the turn that is named, else in any, but in one."""
    runs = list(_runs(str(one.first_sentence), part.turns))
    near = [run for run in runs if run.turn == one.turn] or runs
    near = [run for run in near if run.opens] or near
    if isinstance(one.last_sentence, str) and len(near) > 1:
        near = _tightest(near, one.last_sentence, part) or near
    if not near:
        return NOT_SAID
    return near[0] if len({(run.turn, run.first) for run in near}) == 1 else SEVERAL


def _tightest(runs: Sequence[_Run], words: str, part: Part) -> list[_Run]:
    """Return the runs from which words end after the fewest sentences."""
    spans = [(min(ends) - run.first, run) for run in runs if (ends := _ends(words, part, run))]
    least = min((span for span, _ in spans), default=0)
    return [run for span, run in spans if span == least]


def _last(one: CodedSentence, part: Part, run: _Run) -> int:
    """Return the number of the last sentence; the first one's where it names none that is there."""
    named = one.last_sentence
    last = named if isinstance(named, int) else min(_ends(named, part, run), default=run.last)
    return max(last, run.last)


def _ends(words: str, part: Part, run: _Run) -> list[int]:
    """Return the sentences, from a run on and not too far, in which words end."""
    found = _runs(words, [turn for turn in part.turns if turn.number == run.turn])
    near = (one for one in found if one.begin >= run.begin and one.first >= run.first)
    return [one.last for one in near if one.last < run.first + LONGEST]


def _runs(text: str, turns: Iterable[Turn]) -> Iterator[_Run]:
    """Yield where words stand one after another, whatever their case and the marks between them."""
    wanted = _words(text)
    for turn in turns if wanted else ():
        words, numbers = _numbered(turn.sentences)
        for at in range(len(words) - len(wanted) + 1):
            if words[at : at + len(wanted)] == wanted:
                opens = at == 0 or numbers[at - 1] != numbers[at]
                yield _Run(turn.number, at, numbers[at], numbers[at + len(wanted) - 1], opens)


@lru_cache(maxsize=64)
def _numbered(sentences: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the words of sentences, and the number of the sentence that each stands in."""
    pairs = [(word, n) for n, sentence in enumerate(sentences, 1) for word in _words(sentence)]
    return tuple(word for word, _ in pairs), tuple(number for _, number in pairs)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold().translate(_APOSTROPHES)))
