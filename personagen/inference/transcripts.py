"""Small transcripts with questions put to them afterwards: what answering meets in a study."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.inference.examples import Pair, lines_of
from personagen.inference.pairs import in_context
from personagen.models import Model

NEAREST = 12
"""Sentences that do not answer and lie nearest to a question, of which a pass sees some."""
_NEAR, _FAR = 3, 1
"""How many of those a pass sees with a question, and how many of the rest."""


class Transcript(Model):
    """What several people said when asked, and what somebody might ask of them later."""

    field: str
    """Which product, or whose work, it is."""
    turns: dict[str, tuple[str, ...]]
    """Under `A2` the second turn of the first person: what was asked, or nothing, and then the
    sentences of the answer."""
    questions: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    """Questions in several phrasings, and all sentences that answer: `A2.1` is a turn's first."""
    unanswered: tuple[tuple[str, ...], ...]
    """Questions, in several phrasings, that no sentence answers."""


class Asked(NamedTuple):
    """A phrasing of a question."""

    text: str
    places: frozenset[int]
    """Of the transcript's passages, those that answer."""


Vectors = Callable[[Sequence[str]], NDArray[np.float32]]
"""What turns n texts into float32 of shape (n, d), rows of length 1."""


def read_transcripts(files: Sequence[Path]) -> list[Transcript]:
    """Return the transcripts of JSON Lines files."""
    return [Transcript.model_validate_json(line) for line in lines_of(files)]


def passages(transcript: Transcript) -> dict[str, str]:
    """Return each sentence, by its address, as the network reads it: after what was asked."""
    return {
        f"{key}.{number}": in_context(turn[0], sentence)
        for key, turn in transcript.turns.items()
        for number, sentence in enumerate(turn[1:], 1)
    }


def questions(transcript: Transcript) -> Iterator[Asked]:
    """Yield every phrasing of every question."""
    place = {address: at for at, address in enumerate(passages(transcript))}
    for phrasings, addresses in transcript.questions:
        answering = frozenset(place[address] for address in addresses)
        yield from (Asked(text, answering) for text in phrasings)
    for phrasings in transcript.unanswered:
        yield from (Asked(text, frozenset()) for text in phrasings)


def pairs_of_transcripts(
    transcripts: Sequence[Transcript], draw: random.Random, vectors: Vectors | None = None
) -> list[Pair]:
    """Return pairs of each phrasing with all that answers and some of what does not.

    Most of the latter lie near the question, by the encoder's vectors where none others are
    given: answering reads the nearest sentences alone.
    """
    near = vectors or _encoded
    return [pair for one in transcripts for pair in _pairs(one, near, draw)]


def _encoded(texts: Sequence[str]) -> NDArray[np.float32]:
    from personagen.encoder import load

    return load().encode(texts).vectors


def _pairs(transcript: Transcript, vectors: Vectors, draw: random.Random) -> Iterator[Pair]:
    said = list(passages(transcript).values())
    asked = list(questions(transcript))
    near = vectors([one.text for one in asked]) @ vectors(said).T
    for one, row in zip(asked, near, strict=True):
        wrong = [int(at) for at in np.argsort(-row, kind="stable") if int(at) not in one.places]
        yield from (Pair("answers", one.text, said[at], 1, 1.5) for at in sorted(one.places))
        yield from (Pair("answers", one.text, said[at], 0) for at in _some(wrong, draw))


def _some(wrong: Sequence[int], draw: random.Random) -> list[int]:
    near, far = wrong[:NEAREST], wrong[NEAREST:]
    return [*draw.sample(near, min(_NEAR, len(near))), *draw.sample(far, min(_FAR, len(far)))]
