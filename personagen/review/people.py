"""Who is one participant: merges and splits that a person decided, laid over the study."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from personagen.models import (
    Claim,
    Evidence,
    Findings,
    Insight,
    Material,
    Participant,
    Persona,
    ReviewEvent,
    Source,
    Theme,
)

Who = Callable[[str, str | None], str]
"""(participant id, source id) to the id that the person bears after merges and splits."""


def standing(events: Sequence[ReviewEvent]) -> list[ReviewEvent]:
    """Return the events that no undo took back and no erasure blanked, in order."""
    undone = {int(e.target) for e in events if e.action == "undo"}
    return [e for e in events if e.action != "undo" and e.id not in undone and not _is_blank(e)]


def _is_blank(event: ReviewEvent) -> bool:
    """Tell whether erasure took the words of a decision; what it was on is decided anew."""
    return event.before is None and event.after is None


def last_decision(events: Sequence[ReviewEvent]) -> list[ReviewEvent]:
    """Return the events of the last decision that stands: fifty where fifty were taken at once."""
    stand = standing(events)
    return [e for e in stand if e.at == stand[-1].at] if stand else []


def who_is(events: Sequence[ReviewEvent]) -> Who | None:
    """Return the mapping that the events make, or None where nobody was merged or split."""
    merged: dict[str, str] = {}
    split: dict[tuple[str, str], str] = {}
    for event in standing(events):
        after = event.after or {}
        if event.action == "merge_participant":
            merged[event.target] = str(after["into"])
        elif event.action == "split_participant":
            split[event.target, str(after["source"])] = str(after["to"])
    if not merged and not split:
        return None

    def who(participant: str, source: str | None) -> str:
        seen = {participant}
        now = split.get((participant, source or ""), participant)
        while now in merged and merged[now] not in seen:
            now = merged[now]
            seen.add(now)
        return now

    return who


def people(material: Material, events: Sequence[ReviewEvent]) -> Material:
    """Return the material with merged and split participants under their new ids."""
    who = who_is(events)
    if who is None:
        return material
    sources = tuple(_source(source, who) for source in material.sources)
    heard = {u.participant for source in sources for u in source.utterances if u.participant}
    known = {p.id: p for p in material.participants}
    born = {
        str((e.after or {})["to"]): e.target
        for e in standing(events)
        if e.action == "split_participant"
    }
    everyone = [*material.participants]
    everyone += [
        known[old].model_copy(update={"id": new}) for new, old in born.items() if old in known
    ]
    kept = tuple(_unique([p for p in everyone if p.id in heard or who(p.id, None) == p.id]))
    return material.model_copy(update={"sources": sources, "participants": kept})


def _unique(participants: list[Participant]) -> list[Participant]:
    return list({p.id: p for p in participants}.values())


def _source(source: Source, who: Who) -> Source:
    utterances = tuple(
        u
        if u.participant is None or who(u.participant, source.id) == u.participant
        else u.model_copy(
            update={
                "participant": who(u.participant, source.id),
                "speaker": who(u.participant, source.id),
            }
        )
        for u in source.utterances
    )
    return source.model_copy(update={"utterances": utterances})


def rename(findings: Findings, events: Sequence[ReviewEvent]) -> Findings:
    """Return the findings with everyone under the id they bear now; counts come later."""
    who = who_is(events)
    if who is None:
        return findings
    return findings.model_copy(
        update={
            "insights": tuple(_insight(i, who) for i in findings.insights),
            "themes": tuple(_theme(t, who) for t in findings.themes),
            "claims": tuple(_claim(c, who) for c in findings.claims),
            "personas": tuple(_persona(p, who) for p in findings.personas),
        }
    )


def _insight(insight: Insight, who: Who) -> Insight:
    now = who(insight.participant, insight.excerpt.source)
    excerpt = insight.excerpt.model_copy(update={"speaker": now})
    return insight.model_copy(update={"participant": now, "excerpt": excerpt})


def _evidence(evidence: Evidence, who: Who) -> Evidence:
    now = who(evidence.participant, evidence.source)
    return evidence.model_copy(update={"participant": now, "speaker": now})


def _theme(theme: Theme, who: Who) -> Theme:
    return theme.model_copy(update={"participants": _ids(theme.participants, who)})


def _claim(claim: Claim, who: Who) -> Claim:
    return claim.model_copy(
        update={
            "supports": tuple(_evidence(e, who) for e in claim.supports),
            "opposes": tuple(_evidence(e, who) for e in claim.opposes),
            "participants": _ids(claim.participants, who),
        }
    )


def _persona(persona: Persona, who: Who) -> Persona:
    return persona.model_copy(
        update={
            "participants": _ids(persona.participants, who),
            "quotes": tuple(_evidence(e, who) for e in persona.quotes),
        }
    )


def _ids(ids: Sequence[str], who: Who) -> tuple[str, ...]:
    return tuple(dict.fromkeys(who(i, None) for i in ids))
