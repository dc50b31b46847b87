"""What is different in a persona since a person approved it last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from personagen.models import Claim, Findings, Model, Persona, ReviewEvent
from personagen.review.decisions import claims_of
from personagen.review.overlay import snapshot
from personagen.review.people import standing


class Change(Model):
    """One difference between a persona as approved and as it stands."""

    persona: str
    what: Literal["added", "removed", "joined", "left", "renamed", "reworded"]
    """Claims are added and removed, participants join and leave."""
    item: str
    """The id of the claim, participant or persona."""
    text: str
    """The words it has now, or had."""


def changes(findings: Findings, events: Sequence[ReviewEvent]) -> dict[str, list[Change]]:
    """Return persona id to what differs since its last approval that stands.

    Only personas that were approved once are in it; an empty list says that nothing differs.
    """
    approved = {e.target: e for e in standing(events) if e.action == "approve"}
    now = {p.id: p for p in findings.personas}
    claims = {c.id: c for c in findings.claims}
    found = {}
    for target, event in approved.items():
        then = snapshot(event)
        if isinstance(then, Persona) and target in now:
            found[target] = _between(then, now[target], claims)
    return found


def _between(then: Persona, now: Persona, claims: Mapping[str, Claim]) -> list[Change]:
    before, after = claims_of(then), claims_of(now)
    made = [("added", c) for c in after if c not in before]
    made += [("removed", c) for c in before if c not in after]
    lines = [(what, c, claims[c].text if c in claims else "") for what, c in made]
    lines += [("joined", p, p) for p in now.participants if p not in then.participants]
    lines += [("left", p, p) for p in then.participants if p not in now.participants]
    if now.name != then.name:
        lines.append(("renamed", now.id, f"{then.name} → {now.name}"))
    if now.summary != then.summary:
        lines.append(("reworded", now.id, now.summary))
    return [
        Change.model_validate({"persona": now.id, "what": what, "item": item, "text": text})
        for what, item, text in lines
    ]
