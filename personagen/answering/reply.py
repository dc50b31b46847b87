"""A question in, an answer out: from evidence, or that there is none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from personagen.answering import composing
from personagen.answering.dossier import Dossier
from personagen.answering.finding import Found, find
from personagen.answering.question import Question, understood
from personagen.ids import stable_id
from personagen.models import Answer, Evidence, Provenance

ENOUGH = 0.55
"""Share of what a question is about that a sentence must speak of to answer it."""


def answer(question: str, dossier: Dossier, memory: Sequence[Answer] = ()) -> Answer:
    """Return what a persona's people say to a question; the same for the same dossier.

    Args:
        question: In plain words.
        dossier: What the persona can answer from.
        memory: What was said before in this conversation, oldest first.
    """
    asked = understood(question)
    found = find(asked, dossier)
    hits = [h for h in found.hits if h.covered >= ENOUGH]
    evidence = [e for h in hits if (e := dossier.evidence(h.row)) is not None]
    evidence = _one_each(evidence)[: composing.MOST]
    if not evidence:
        return made(
            asked, dossier, answer=composing.declined(dossier.persona.name, dossier.size),
            basis="no_evidence", ask_next=asks_next(asked, dossier), why=_unsaid(found),
        )  # fmt: skip
    people = tuple(dict.fromkeys(e.participant for e in evidence))
    return made(
        asked, dossier,
        answer=composing.quoted(evidence, len(people), dossier.size),
        basis="quoted", evidence=tuple(evidence), participants=people, n=len(people),
        why="These sentences speak of what was asked.",
    )  # fmt: skip


def _one_each(evidence: Sequence[Evidence]) -> list[Evidence]:
    return list({e.participant: e for e in reversed(evidence)}.values())[::-1]


def _unsaid(found: Found) -> str:
    missing = ", ".join(found.unsaid)
    return f"Nobody speaks of {missing}." if missing else "No sentence speaks of what was asked."


def asks_next(asked: Question, dossier: Dossier) -> str:
    """Return the interview question that would find out."""
    return f"“{asked.text.rstrip('?!. ')}?” Tell me about the last time that came up."


def made(asked: Question, dossier: Dossier, **fields: Any) -> Answer:
    """Return an answer with what all answers of a dossier share."""
    at = datetime.now(UTC)
    persona = dossier.persona
    return Answer(
        id=stable_id("a", persona.id, asked.text, at.isoformat()),
        at=at,
        persona=persona.id,
        version=persona.version,
        draft=persona.status != "approved",
        question=asked.text,
        of=dossier.size,
        provenance=Provenance(analyst="extractive", model=dossier.heard.encoder.fingerprint, at=at),
        **fields,
    )
