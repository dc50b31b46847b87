"""Before a document leaves: is a persona really one person, does an attribute point at one?

Names are masked at import; a group of one, or the only buyer of a small firm, can still be known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from personagen.models import Claim, Findings, Material, Model, Persona

MOST = 0.7
"""Share of a persona's quotations from one participant from which it is that person."""
FEW = 4
"""Quotations below which no share is looked at; two that are all one person's are enough."""
_COMBINED = 3
"""Attributes that together are looked at for being somebody's alone."""


class Risk(Model):
    """Something by which a person may be known again."""

    where: str
    """A persona's id, or a participant's."""
    why: str


def risks_of(material: Material, findings: Findings) -> list[Risk]:
    """Return what a reader could know a person by, personas first."""
    claims = {claim.id: claim for claim in findings.claims if claim.status != "rejected"}
    found = [risk for persona in findings.personas for risk in _of_persona(persona, claims)]
    return [*found, *_alone(material)]


def noted(findings: Findings, risks: Sequence[Risk]) -> Findings:
    """Return the findings with each risk among the notes of its persona."""
    of: dict[str, list[str]] = {}
    for risk in risks:
        of.setdefault(risk.where, []).append(risk.why)
    personas = tuple(
        persona.model_copy(update={"notes": (*persona.notes, *of[persona.id])})
        if persona.id in of
        else persona
        for persona in findings.personas
    )
    return findings.model_copy(update={"personas": personas})


def _of_persona(persona: Persona, claims: dict[str, Claim]) -> Iterator[Risk]:
    if persona.status == "rejected":
        return
    if len(persona.participants) == 1:
        why = f"this is {persona.participants[0]} alone: who knows them will know them here"
        yield Risk(where=persona.id, why=why)
        return
    shown = [claims[c] for ids in persona.fields.values() for c in ids if c in claims]
    places = {(e.utterance, e.start, e.participant) for claim in shown for e in claim.supports}
    places |= {(e.utterance, e.start, e.participant) for e in persona.quotes}
    members = frozenset(persona.participants)
    own = Counter(who for _, _, who in places if who in members)
    who, n = own.most_common(1)[0] if own else ("", 0)
    of = sum(own.values())
    if (of >= FEW and n >= MOST * of) or (of > 1 and n == of):
        why = f"{n} of its {of} quotations are {who}'s: who knows them may know them here"
        yield Risk(where=persona.id, why=why)
    yield from _described(persona, [claims[c] for c in persona.firmographics if c in claims])


def _described(persona: Persona, said: Sequence[Claim]) -> Iterator[Risk]:
    """Yield what is said of a group and holds for one person, alone or taken together."""
    shared = [claim for claim in said if len(claim.participants) > 1]
    for claim in said:
        if len(claim.participants) == 1:
            why = f"{claim.text!r} holds for {claim.participants[0]} alone"
            yield Risk(where=persona.id, why=why)
    for one, other in combinations(shared, 2):
        both = set(one.participants) & set(other.participants)
        if len(both) == 1:
            why = f"{one.text!r} and {other.text!r} hold together for {both.pop()} alone"
            yield Risk(where=persona.id, why=why)
            return  # one pair is reason enough to look


def _alone(material: Material) -> Iterator[Risk]:
    """Yield how many participants have attributes that together nobody else has."""
    kinds = [frozenset(person.attributes.items()) for person in material.participants]
    times = Counter(kind for kind in kinds if len(kind) >= _COMBINED)
    alone = sum(1 for n in times.values() if n == 1)
    if alone:
        yield Risk(
            where="participants",
            why=f"{alone} of {len(kinds)} are alone with their attributes: who knows these knows "
            "them; study.json and the CSV files list attributes",
        )
