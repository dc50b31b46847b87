"""Answers from whole fields of the persona, each claim with how many hold it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from personagen.answering import composing
from personagen.answering.dossier import Dossier
from personagen.answering.question import Question, outside_of
from personagen.models import Claim, Evidence

MOST = 3
"""Claims in an answer, on either side."""


class _Point(NamedTuple):
    """A claim, and a voice for it."""

    claim: Claim
    voice: Evidence


def from_field(asked: Question, dossier: Dossier) -> dict[str, Any] | None:
    """Return what the claims of a field say, each with how many hold it; None where none fits."""
    if asked.leads or outside_of(asked.text)[0]:
        return None
    whole = dossier.heard.general.heard(asked.text)
    if whole is None:
        return None
    own, other = _first(whole.fields, dossier), _first(whole.against, dossier)
    if not own[1] and not other[1]:
        return None
    return _told(own, other, dossier)


_Said = tuple[str, list[_Point]]
"""A field, and what stands in it."""


def _first(fields: Sequence[str], dossier: Dossier) -> _Said:
    """Return the first field that has anything; no points where none has."""
    found = ((field, _points(dossier.field(field), dossier)) for field in fields)
    return next((said for said in found if said[1]), ("", []))


def _told(own: _Said, other: _Said, dossier: Dossier) -> dict[str, Any]:
    both = [side for side in (own, other) if side[1]]
    points = [point for _, side in both for point in side]
    people = dossier.members.intersection(p for at in points for p in at.claim.participants)
    texts = [
        [(at.claim.text, _within(at.claim, dossier), at.voice) for at in side] for _, side in both
    ]
    names = " and ".join(field.replace("_", " ") for field, _ in both)
    against = tuple(at.voice for at in other[1]) if own[1] else ()
    return {
        "answer": composing.gathered(texts, len(people), dossier.size),
        "basis": "inferred",
        "evidence": tuple(at.voice for at in both[0][1]),
        "opposes": against or _against([at.claim for at in points], dossier),
        "participants": tuple(sorted(people)),
        "n": len(people),
        "claims": tuple(at.claim.id for at in points),
        "why": f"From the persona’s {names}, with how many hold each.",
    }


def _points(claims: Sequence[Claim], dossier: Dossier) -> list[_Point]:
    """Return claims with a voice of the persona's people each, another one where there is one."""
    points: list[_Point] = []
    used: set[str] = set()
    for claim in claims:
        own = [e for e in claim.supports if e.participant in dossier.members]
        voice = next((e for e in own if e.quote not in used), own[0] if own else None)
        if voice is not None:
            points.append(_Point(claim, voice))
            used.add(voice.quote)
    return points[:MOST]


def _within(claim: Claim, dossier: Dossier) -> int:
    return len(dossier.members.intersection(claim.participants))


def _against(claims: Sequence[Claim], dossier: Dossier) -> tuple[Evidence, ...]:
    found = [e for c in claims for e in c.opposes if e.participant in dossier.members]
    return tuple(found[: composing.MOST])
