"""Findings without a person: what rests on them alone falls, the rest is counted again later."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TypeVar

from personagen.custody.target import Target
from personagen.custody.traces import Traces
from personagen.models import (
    Answer,
    Claim,
    Evidence,
    Findings,
    Insight,
    Model,
    Persona,
    ReviewEvent,
    Theme,
    rests_on_record,
)

T = TypeVar("T", bound=Model)


def without(findings: Findings, target: Target, traces: Traces) -> Findings:
    """Return findings that neither rest on a target nor hold its words.

    Counts and intervals are those of before: an analysis follows. What is left here is what a
    crash before it would leave, and what tells it which theme and persona is which.
    """
    marks = target.marks
    insights = [i for i in findings.insights if i.excerpt.utterance not in marks]
    kept = {insight.id for insight in insights}
    themes = [_theme(theme, kept, target) for theme in findings.themes]
    claims = [_claim(claim, target) for claim in findings.claims]
    clean = Findings(
        insights=_clean(insights, traces),
        themes=_clean([t for t in themes if t.insights], traces),
        claims=_clean([c for c in claims if c.supports or rests_on_record(c)], traces),
        personas=_clean([_persona(p, target) for p in findings.personas], traces),
        messages=_clean(findings.messages, traces),
        skipped=_clean(findings.skipped, traces),
    )
    return _hanging_together(clean, target)


def rests_on(event: ReviewEvent, target: Target, traces: Traces) -> bool:
    """Tell whether a decision holds something of a target: an address, a word, a share in it."""
    if event.before is None and event.after is None:
        return False
    text = json.dumps([event.before, event.after], ensure_ascii=False)
    if any(mark in text for mark in target.marks) or traces.in_text(text):
        return True
    # Merges and splits of people name pseudonyms and nothing else; they stay readable.
    return event.before is not None and f'"{target.participant}"' in text


def holds(said: Answer, target: Target, traces: Traces) -> bool:
    """Tell whether an answer of a persona rests on a target, names it or holds its words."""
    if target.participant in said.participants:
        return True
    text = said.model_dump_json()
    if any(mark in text for mark in target.marks) or traces.in_text(text):
        return True
    return re.search(rf"\b{re.escape(target.participant)}\b", text) is not None


def _clean(items: Sequence[T], traces: Traces) -> tuple[T, ...]:
    return tuple(item for item in items if not traces.in_text(item.model_dump_json()))


def _theme(theme: Theme, kept: set[str], target: Target) -> Theme:
    return theme.model_copy(
        update={
            "insights": tuple(i for i in theme.insights if i in kept),
            "participants": tuple(p for p in theme.participants if p != target.participant),
        }
    )


def _evidence(evidence: Sequence[Evidence], target: Target) -> tuple[Evidence, ...]:
    return tuple(e for e in evidence if e.utterance not in target.marks)


def _claim(claim: Claim, target: Target) -> Claim:
    return claim.model_copy(
        update={
            "supports": _evidence(claim.supports, target),
            "opposes": _evidence(claim.opposes, target),
            "participants": tuple(p for p in claim.participants if p != target.participant),
        }
    )


def _persona(persona: Persona, target: Target) -> Persona:
    return persona.model_copy(
        update={
            "participants": tuple(p for p in persona.participants if p != target.participant),
            "quotes": _evidence(persona.quotes, target),
        }
    )


def _hanging_together(findings: Findings, target: Target) -> Findings:
    """Let fall what names something that fell."""
    insights: dict[str, Insight] = {i.id: i for i in findings.insights}
    claims = {claim.id for claim in findings.claims}
    themes = tuple(
        t.model_copy(update={"insights": tuple(i for i in t.insights if i in insights)})
        for t in findings.themes
    )
    personas = tuple(
        p.model_copy(
            update={
                "fields": {
                    name: tuple(c for c in ids if c in claims) for name, ids in p.fields.items()
                },
                "firmographics": tuple(c for c in p.firmographics if c in claims),
                "journey": (),
            }
        )
        for p in findings.personas
        if p.participants
    )
    named = {persona.id for persona in personas}
    messages = tuple(m for m in findings.messages if set(m.claims) <= claims and m.persona in named)
    skipped = tuple(s for s in findings.skipped if not _names(s.where, target))
    return findings.model_copy(
        update={"themes": themes, "personas": personas, "messages": messages, "skipped": skipped}
    )


def _names(where: str, target: Target) -> bool:
    gone = {source.path for source in target.whole}
    return where in gone or any(mark in where for mark in target.marks)
