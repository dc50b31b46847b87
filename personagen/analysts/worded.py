"""How a clause that somebody said is worded as a headline: told, or shown in quotation marks.

"I want my evenings back" is told of its speaker: "Wants their evenings back". What happened to one
person, or speaks of "me" and "us" in the middle, would turn to nonsense when told; it stays as it
was said, in quotation marks, and only where the quote gate lets it stand alone.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from personagen.analysts.grammar import third_person, without_lead
from personagen.analysts.stance import words
from personagen.analysts.standalone import LEAST_CONTENT, Reading, clarity, reading
from personagen.verification import standing_alone

MOST_TOLD, MOST_QUOTED = 12, 18
"""Words of a headline that is told, and of one that is quoted."""

_SPEAKS_OF_SELF = re.compile(
    r"\b(?:i|me|my|mine|myself|we|us|our|ours|ourselves|you|your|yours)\b(?:['’]\w+)?", re.I
)
_FIRST = re.compile(r"^i(?:['’](?:m|d|ll))?\b", re.IGNORECASE)
# Told of its speaker only what holds in the present, or what they wanted.
_HOLDS = re.compile(
    r"^(?:(?:\w+(?:(?<!s)s|sses)|can(?:['’]t|not)?|won['’]t|wouldn['’]t|would|doesn['’]t|isn['’]t|must|"
    r"wanted|needed|hoped|wished|dreaded|feared)\b)(?! (?:got|been|the (?:one|only))\b)",
    re.IGNORECASE,
)
# "… communities that | don't have a budget": cut before its verb, a clause has lost who does it.
_VERB_FIRST = re.compile(
    r"^(?:(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|must|might)"
    r"(?:n['’]t)?|can['’]?not|won['’]t|want\w*|need\w*|get|gets|got|make|makes|made)\b",
    re.IGNORECASE,
)
_OPENS_SENTENCE = re.compile(r"(?:^|[.!?…])\s*$")
_PAST_BE = re.compile(r"^(?:was|has|is (?:being|getting))\b", re.IGNORECASE)
_MUDDLED = re.compile(r"\b(?:they|them|they['’]\w+|themselves)\b", re.IGNORECASE)


class Worded(NamedTuple):
    """A clause as it can stand over a theme."""

    text: str
    """With quotation marks where it is as it was said."""
    firm: bool
    """It stands alone; else it is but a thing without a verb."""
    clarity: float


def worded(clause: str, whole: str, lang: str = "en") -> Worded | None:
    """Return a clause as a headline, or None where it can't be one.

    Args:
        clause: A piece of `whole`, as it was said.
        whole: The excerpt.
        lang: ISO 639-1 of the excerpt.
    """
    bare = without_lead(clause)
    found = reading(bare, lang)
    firm = found.alone
    if not firm and not (_is_thing(found) and len(bare.split()) <= MOST_TOLD):
        return None
    before = whole[: max(0, whole.lower().find(bare.lower()))]
    if _VERB_FIRST.match(bare) and not _OPENS_SENTENCE.search(before):
        return None
    told = _told(bare, lang)
    if told is not None and len(told.split()) <= MOST_TOLD:
        return Worded(told[:1].upper() + told[1:], firm, clarity(bare, lang))
    quoted = as_said(clause, whole, lang)
    if quoted is None or len(quoted.split()) > MOST_QUOTED:
        return None
    return Worded(quoted, firm, clarity(bare, lang))


def _is_thing(found: Reading) -> bool:
    """Return whether nothing but a verb is missing."""
    return set(found.faults) <= {"no verb", "too short"} and found.content >= LEAST_CONTENT


def as_said(clause: str, whole: str, lang: str = "en") -> str | None:
    """Return a clause in quotation marks, without the fillers before it; None where it can't be."""
    start = whole.find(clause.strip())
    if start < 0:
        return None
    piece = clause.strip()
    bare = without_lead(piece)
    # Fillers before it may go; those inside it would have to be marked.
    at = piece.lower().rfind(bare.lower())
    if not bare or at < 0:
        return None
    begin, end = start + at, start + at + len(bare)
    if standing_alone(whole, begin, end) is not None or not reading(bare, lang).content:
        return None
    said = whole[begin:end].strip()
    return f"“{said[:1].upper()}{said[1:]}”"


def _told(bare: str, lang: str) -> str | None:
    """Return a clause told of its speaker where that reads well, the clause itself if of no one."""
    if lang not in ("en", "und") or not _SPEAKS_OF_SELF.search(bare):
        return bare
    if not _FIRST.match(bare):
        return None
    told = third_person(bare)
    if told is None or _MUDDLED.search(told) or _PAST_BE.match(told) or not _HOLDS.match(told):
        return None
    # A second thing they do or say has its own subject: the first person would be left over.
    later = words(bare)[1:]
    return None if "i" in later or "i'm" in later or "i've" in later else told
