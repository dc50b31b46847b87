"""A question in, an answer out: from evidence, or that there is none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from personagen.answering import composing, turns
from personagen.answering.asking import asks_next
from personagen.answering.dossier import Dossier
from personagen.answering.fields import from_field
from personagen.answering.finding import Found, Hit, find
from personagen.answering.judging import OUTSIDE, Judged, judged
from personagen.answering.question import Question, understood
from personagen.answering.sides import against, held, mood, side
from personagen.ids import stable_id
from personagen.models import Answer, Evidence, Provenance, Says

CLOSE = 0.3
"""How far behind the best a sentence may fit and still be quoted beside it."""
SURE = 3.0
"""… and how likely it answers, in log odds, read together with the question."""
FAR = 0.3
"""Probability of an answer below which not even the nearest sentences are shown."""


def answer(question: str, dossier: Dossier, memory: Sequence[Answer] = ()) -> Answer:
    """Return what a persona's people say to a question; the same for the same dossier.

    Args:
        question: In plain words.
        dossier: What the persona can answer from.
        memory: What was said before in this conversation, oldest first.
    """
    asked = understood(question)
    taken_up = turns.taken_up(asked, dossier, memory)
    if taken_up is not None:
        return made(asked, dossier, **taken_up)
    asked = turns.filled_in(asked, memory)
    return made(understood(question), dossier, **_answered(asked, dossier))


def _answered(asked: Question, dossier: Dossier) -> dict[str, Any]:
    of_field = from_field(asked, dossier)
    if of_field is not None:
        return of_field
    found = find(asked, dossier)
    verdict = judged(asked, found, dossier)
    if verdict.answers:
        return _told(asked, found, dossier)
    shown = not verdict.outside and found.answered >= FAR
    near = nearest(found, dossier) if shown else []
    return {**declined(asked, verdict, dossier), "near": tuple(near)}


def nearest(found: Found, dossier: Dossier) -> list[Evidence]:
    """Return the nearest that was said to a question that was declined."""
    return _quotes(found.hits[: composing.MOST - 1], dossier)


def declined(asked: Question, verdict: Judged, dossier: Dossier) -> dict[str, Any]:
    """Return what is said instead of an answer."""
    said = OUTSIDE.get(verdict.outside) or composing.declined(dossier.size)
    ask = asks_next(asked, verdict.outside)
    return {"answer": said, "basis": "no_evidence", "ask_next": ask, "why": verdict.why}


def _told(asked: Question, found: Found, dossier: Dossier) -> dict[str, Any]:
    first = found.hits[0]
    near = [h for h in found.hits if h.fit >= first.fit - CLOSE and (h is first or h.read >= SURE)]
    own = _quotes(near, dossier)
    if not own:
        return declined(asked, Judged(False, "What comes nearest can’t stand alone."), dossier)
    says, borne_out = _says(asked, near, dossier)
    if says == "no" and borne_out:
        own = _opposed_first(asked, near, own, dossier)
    held_against = against(own, dossier)
    if held_against and asked.whether and not asked.leads:
        return _both(own, held_against, dossier)
    if says == "no" and not borne_out:
        text = composing.unsaid(own, dossier.size)
    else:
        text = composing.quoted(own, len(people_of(own)), dossier.size, says)
    return {
        "answer": composing.with_against(text, held_against), "basis": "quoted", "says": says,
        "evidence": tuple(own), "opposes": tuple(held_against),
        "participants": people_of(own), "n": len(people_of(own)), "why": _why(says, borne_out),
        "claims": _claims(own, dossier),
    }  # fmt: skip


def _says(asked: Question, near: Sequence[Hit], dossier: Dossier) -> tuple[Says, bool]:
    """Return yes, no or nothing, and whether sentences bear it out rather than lack it."""
    statement = asked.given or asked.whether
    if not statement:
        return "", True
    verdict = held(statement, [dossier.units[h.row].text for h in near[:3]], dossier)
    # What has a mood of its own is answered by the other mood: "why do you love …?" by a pain,
    # even where all the other words fit.
    wanted, sides = mood(statement), {side(h.row, dossier) for h in near[:3]}
    if verdict == "denied" or (wanted and -wanted in sides and wanted not in sides):
        return "no", True
    if asked.leads and verdict != "carried":
        return "no", False
    if wanted > 0 and wanted not in sides and asked.kind == "why":
        return "no", False
    return ("yes" if asked.whether and not asked.given and verdict == "carried" else ""), True


def _opposed_first(
    asked: Question, near: Sequence[Hit], own: list[Evidence], dossier: Dossier
) -> list[Evidence]:
    """Return quotations with those first that say otherwise than the question supposes."""
    wanted = mood(asked.given or asked.whether)
    against = {
        (dossier.units[h.row].utterance, dossier.units[h.row].start)
        for h in near
        if side(h.row, dossier) == -wanted
    }
    return sorted(own, key=lambda e: (e.utterance, e.start) not in against)


def _both(own: Sequence[Evidence], other: Sequence[Evidence], dossier: Dossier) -> dict[str, Any]:
    """Return an answer of two sides.

    Only what the study holds against a claim makes one: whether two sentences disagree is never
    guessed.
    """
    return {
        "answer": composing.two_sided(own, other), "basis": "quoted", "says": "both",
        "evidence": tuple(own), "opposes": tuple(other),
        "participants": people_of([*own, *other]), "n": len(people_of(own)),
        "claims": _claims([*own, *other], dossier), "why": "The study holds one against the other.",
    }  # fmt: skip


def _quotes(hits: Sequence[Hit], dossier: Dossier) -> list[Evidence]:
    """Return what can be quoted, one sentence a person, the best first."""
    found: dict[str, Evidence] = {}
    for hit in hits:
        evidence = dossier.evidence(hit.row)
        if evidence is not None:
            found.setdefault(evidence.participant, evidence)
    return list(found.values())[: composing.MOST]


def people_of(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Return whose words they are, each once."""
    return tuple(dict.fromkeys(e.participant for e in evidence))


def _claims(evidence: Sequence[Evidence], dossier: Dossier) -> tuple[str, ...]:
    """Return the persona's claims that rest on the same sentences."""
    places = {e.utterance: (e.start, e.end) for e in evidence}
    own = {i for ids in dossier.persona.fields.values() for i in ids}
    return tuple(
        c.id
        for c in dossier.claims.values()
        if c.id in own
        and any(
            s.utterance in places
            and s.start < places[s.utterance][1]
            and s.end > places[s.utterance][0]
            for s in c.supports
        )
    )


def _why(says: Says, borne_out: bool) -> str:
    if says == "no" and not borne_out:
        return "What the question supposes stands in none of the sentences that come nearest."
    if says == "no":
        return "What comes nearest says otherwise than the question supposes."
    return "These sentences come nearest to what was asked."


def made(asked: Question, dossier: Dossier, **fields: Any) -> Answer:
    """Return an answer with what all answers of a dossier share."""
    at, persona = datetime.now(UTC), dossier.persona
    return Answer(
        id=stable_id("a", persona.id, asked.text, at.isoformat()),
        at=at,
        persona=persona.id,
        version=persona.version,
        draft=persona.status != "approved",
        question=asked.text,
        provenance=Provenance(analyst="extractive", model=dossier.heard.fingerprint, at=at),
        **{"of": dossier.size, **fields},
    )
