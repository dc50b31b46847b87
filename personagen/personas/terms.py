"""Claims for the words that mark how a group speaks, each with sentences that use it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from personagen.analysts.standalone import reads_alone
from personagen.cues.vocabulary import Term, distinctive, terms
from personagen.ids import stable_id
from personagen.models import Claim, Evidence, SourceKind
from personagen.personas.fields import evidence_of, provenance_of
from personagen.prevalence import Base, prevalence
from personagen.segments import Segment

if TYPE_CHECKING:
    from personagen.working import Working

MOST_TERMS = 8


def term_claims(working: Working, segment: Segment, base: Base) -> tuple[Claim, ...]:
    """Return a claim for each word that a segment uses more than others, strongest first."""
    members = frozenset(segment.participants)
    people = base.participants | members
    product = working.material.product.name.casefold()
    spoken = [(u.participant, u.text) for u in working.units if u.participant in people]
    stances = {working.rows[insight.id] for insight in working.insights}
    pointed = [(working.units[row].participant, working.units[row].text) for row in sorted(stances)]
    banned = {product} if product else set()
    found = distinctive(spoken, members, MOST_TERMS, banned, pointed)
    return tuple(
        claim for term in found if (claim := _term_claim(working, term, members, base)) is not None
    )


def _term_claim(working: Working, term: Term, members: frozenset[str], base: Base) -> Claim | None:
    supports: dict[str, Evidence] = {}
    kinds = Counter[SourceKind]()
    for unit in working.units:
        if unit.participant in term.users and unit.participant not in supports:
            plain = unit.text.casefold()
            if all(part[:-1] in plain for part in term.text.split()) and term.text in terms(
                unit.text
            ):
                evidence = evidence_of(unit)
                if evidence is not None:
                    supports[unit.participant] = evidence
                    kinds[unit.kind] += 1
    if not members.intersection(supports):
        return None
    count = prevalence(supports, base)
    ordered = sorted(
        supports.values(),
        key=lambda e: (e.participant not in members, not reads_alone(e.quote), len(e.quote)),
    )
    return Claim(
        id=stable_id("c", "vocabulary", term.text),
        type="vocabulary",
        theme=None,
        text=term.text,
        supports=tuple(ordered),
        participants=tuple(sorted(supports)),
        n=count.n,
        of=count.of,
        interval=count.interval,
        sources=dict(kinds),
        provenance=provenance_of(working),
    )
