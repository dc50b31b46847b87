"""Questions that a whole field of the persona answers: "what tools do you use?"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from personagen.answering import composing
from personagen.answering.dossier import Dossier
from personagen.answering.question import Question, field_of
from personagen.models import Claim, Evidence

MOST = 3
"""Claims in an answer."""


def from_field(asked: Question, dossier: Dossier) -> dict[str, Any] | None:
    """Return what the claims of a field say, each with how many hold it; None where none fits."""
    field = field_of(asked.text, dossier.heard.document.product.name)
    points = _points(dossier.field(field) if field else (), dossier)
    if not points:
        return None
    claims = [c for c, _ in points]
    people = dossier.members.intersection(p for c in claims for p in c.participants)
    return {
        "answer": composing.gathered(
            [(c.text, _within(c, dossier), voice) for c, voice in points],
            len(people),
            dossier.size,
        ),
        "basis": "inferred",
        "evidence": tuple(voice for _, voice in points),
        "opposes": _against(claims, dossier),
        "participants": tuple(sorted(people)),
        "n": len(people),
        "claims": tuple(c.id for c in claims),
        "why": f"From the persona’s {field.replace('_', ' ')}, with how many hold each.",
    }


def _points(claims: Sequence[Claim], dossier: Dossier) -> list[tuple[Claim, Evidence]]:
    """Return claims with a voice of the persona's people each, another one where there is one."""
    points: list[tuple[Claim, Evidence]] = []
    used: set[str] = set()
    for claim in claims:
        own = [e for e in claim.supports if e.participant in dossier.members]
        voice = next((e for e in own if e.quote not in used), own[0] if own else None)
        if voice is not None:
            points.append((claim, voice))
            used.add(voice.quote)
    return points[:MOST]


def _within(claim: Claim, dossier: Dossier) -> int:
    return len(dossier.members.intersection(claim.participants))


def _against(claims: Sequence[Claim], dossier: Dossier) -> tuple[Evidence, ...]:
    found = [e for c in claims for e in c.opposes if e.participant in dossier.members]
    return tuple(found[: composing.MOST])
