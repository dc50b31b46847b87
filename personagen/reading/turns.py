"""Cues to turns: what one speaker said without another coming between."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from personagen.models import Role
from personagen.reading.base import ReadUtterance

LONGEST_TURN = 2000
"""Characters after which a turn goes on in a new utterance, so that places stay useful."""


class Cue(NamedTuple):
    """A timed piece of speech, in the order spoken."""

    speaker: str
    text: str
    place: str
    start: int | None = None
    end: int | None = None
    t_start: float | None = None
    t_end: float | None = None


def merge(cues: Iterable[Cue]) -> list[ReadUtterance]:
    """Return one utterance for each run of cues by the same speaker."""
    groups: list[list[Cue]] = []
    size = 0
    for cue in cues:
        if not cue.text:
            continue
        joins = groups and groups[-1][-1].speaker == cue.speaker
        if joins and size + len(cue.text) <= LONGEST_TURN:
            groups[-1].append(cue)
            size += len(cue.text) + 1
        else:
            groups.append([cue])
            size = len(cue.text)
    return [_turn(group) for group in groups]


def _turn(cues: list[Cue]) -> ReadUtterance:
    first, last = cues[0], cues[-1]
    starts = [cue.start for cue in cues if cue.start is not None]
    ends = [cue.end for cue in cues if cue.end is not None]
    times = [cue.t_end for cue in cues if cue.t_end is not None]
    role: Role = "unknown"
    return ReadUtterance(
        speaker=first.speaker,
        role=role,
        text=" ".join(cue.text for cue in cues),
        start=min(starts, default=None),
        end=max(ends, default=None),
        t_start=first.t_start,
        t_end=max(times, default=last.t_end),
        place=first.place,
    )
