"""What a field's claim says where no label exists: the clearest words of those who support it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, TypedDict

from personagen.analysts.base import Unit
from personagen.analysts.standalone import clarity
from personagen.cues.fragments import clip, headline

LONGEST = 110
"""Characters of a claim that is a participant's own words."""
WHOLE = 170
"""Characters of a sentence that is shown whole where no clause of it stands alone."""
ANSWER_SHARE = 0.6
"""Share of a sentence that a cue must cover to speak of the sentence as a whole."""
OPENING = 6
"""Characters within which a cue opens its sentence."""
LOOKED_AT = 6
"""Sentences among which the clearest is looked for, the most central first."""


# "When …, I want …, so that I can …", said by one person in one breath.
_JOB = re.compile(
    r"\b(?:when|whenever|every time|if)\b.+\b(?:want|need|like|have)\b.+"
    r"\bso (?:that )?(?:I|we|my|our)\b",
    re.IGNORECASE,
)
_MARKS = re.compile('[“”„"«»]')


class Cued(NamedTuple):
    """A unit and the place in it that tells something."""

    unit: Unit
    start: int
    """First character of the cue in the unit's text."""
    end: int
    asks: bool = False
    """A question is what is looked for."""
    counted: bool = True
    """Its speaker is among the people that the study counts."""


class _How(TypedDict):
    lang: str
    asks: bool
    theirs: bool


def label_of(cued: Iterable[Cued]) -> str | None:
    """Return the clearest piece in quotation marks, or None where no sentence stands alone.

    Args:
        cued: Sentences of like meaning, the most central first.
    """
    some = list(cued)[:LOOKED_AT]
    found = [(one.counted, piece) for one in some if (piece := piece_of(one)) is not None]
    if not found:
        return None
    best = max(found, key=lambda f: (f[0], bool(_JOB.search(f[1])), clarity(f[1]), -len(f[1])))
    return f"“{headline(best[1])}”"


def piece_of(one: Cued) -> str | None:
    """Return a clause that holds the cue, or the whole sentence, if it reads alone."""
    unit = one.unit
    covers = one.end - one.start >= ANSWER_SHARE * len(unit.text)
    holding = None if covers else (unit.start + one.start, unit.start + one.end)
    # "They judge me on …" opens with the cue itself and is understood.
    how: _How = {"lang": unit.lang, "asks": one.asks, "theirs": one.start <= OPENING}
    for limit in (LONGEST, WHOLE):
        piece = clip(unit.whole, unit.start, unit.end, limit, holding, **how)
        if piece is not None and not _MARKS.search(piece.text):
            return piece.text
    return None
