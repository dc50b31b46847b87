"""From segments to personas: fields of claims, a name, a journey, and what is unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from personagen.ids import stable_id
from personagen.models import (
    Claim,
    Evidence,
    Findings,
    JourneyStage,
    Persona,
    Skipped,
    Stability,
    Stage,
)
from personagen.personas.alone import claims_alone
from personagen.personas.fields import field_claims
from personagen.personas.journey import journey_of
from personagen.personas.kinds import Part, part_of
from personagen.personas.naming import (
    NEUTRAL,
    OUTSIDER,
    Family,
    capitalised,
    families,
    name_of,
)
from personagen.personas.selection import Selection, selected
from personagen.personas.summary import summary_of
from personagen.personas.terms import term_claims
from personagen.personas.unknowns import unknowns_of
from personagen.prevalence import Base, base_of
from personagen.segments import FEWEST_MEMBERS, Segment, Segments

if TYPE_CHECKING:
    from personagen.working import Working

SMALL = 10
"""Participants below which a study or a group is a small sample."""
MOST_QUOTES = 5
KIND_NOTE = "why this kind"
"""Opens the note that says what the persona's kind rests on."""
SAME_PERSONA = 0.5
"""Overlap of members (Jaccard) from which a new persona is the old one again."""


class Built(NamedTuple):
    """Personas, the claims made for them, and what was left out."""

    personas: tuple[Persona, ...]
    claims: tuple[Claim, ...]
    skipped: tuple[Skipped, ...]


class _Draft(NamedTuple):
    """A segment with what was chosen for it."""

    segment: Segment
    chosen: Selection
    terms: tuple[Claim, ...]
    journey: tuple[JourneyStage, ...]
    part: Part


def build(
    working: Working,
    segments: Segments,
    previous: Findings | None = None,
    avoid_names: Collection[str] = (),
) -> Built:
    """Return a persona for each segment, in order of priority.

    Args:
        working: What the analysis knows so far.
        segments: Groups of participants.
        previous: Findings of an earlier run, whose persona ids live on where members overlap.
        avoid_names: First names that no persona may have, such as those of real participants.
    """
    found = field_claims(working)
    base = base_of(working.material)
    alone = claims_alone(working)
    claims = (*working.claims, *found.claims, *alone)
    drafts = []
    vocabulary: dict[str, Claim] = {}
    for segment in segments.segments:
        terms = term_claims(working, segment, base)
        vocabulary |= {claim.id: claim for claim in terms}
        drafts.append(_draft(working, segment, base, claims, found.places, terms))
    ordered = sorted(
        drafts, key=lambda draft: (-_weight(draft, working), draft.segment.participants)
    )
    personas = _personas(working, segments, ordered, (*claims, *vocabulary.values()), avoid_names)
    used = _used(personas)
    added = tuple(c for c in (*found.claims, *alone, *vocabulary.values()) if c.id in used)
    return Built(
        _inherited(personas, previous),
        added,
        (*segments.skipped, *found.skipped, *_unused(found.claims, used)),
    )


def _draft(
    working: Working,
    segment: Segment,
    base: Base,
    claims: Sequence[Claim],
    places: Mapping[str, tuple[Stage | None, str | None]],
    terms: tuple[Claim, ...],
) -> _Draft:
    members = frozenset(segment.participants)
    intensities = {(i.excerpt.utterance, i.excerpt.start): i.intensity for i in working.insights}
    scores = {(i.code, i.excerpt.utterance, i.excerpt.start): i.score for i in working.insights}
    chosen = selected(claims, members, base.participants | members, intensities, scores)
    journey = journey_of(claims, places, chosen.fields, chosen.ranked)
    part = part_of(chosen.supported, members, segment.misfit)
    return _Draft(segment, chosen, terms, journey, part)


def _personas(
    working: Working,
    segments: Segments,
    drafts: Sequence[_Draft],
    claims: Sequence[Claim],
    avoid_names: Collection[str],
) -> list[Persona]:
    said = capitalised(u.text for s in working.material.sources for u in s.utterances)
    known = {claim.id: claim for claim in claims}
    taken: list[str] = []
    personas = []
    for rank, draft in enumerate(drafts, start=1):
        role_claims = [c for c in claims if c.type == "role"]
        neutral = _neutral(working, draft)
        name = name_of(
            role_claims, draft.segment.participants, neutral, taken, {*said, *avoid_names}
        )
        taken += [name.first] if name.title == neutral else [name.title, name.first]
        personas.append(_persona(working, segments, draft, name.full, rank, known))
    return personas


def _persona(
    working: Working,
    segments: Segments,
    draft: _Draft,
    name: str,
    rank: int,
    known: dict[str, Claim],
) -> Persona:
    segment = draft.segment
    fields = {f: ids for f, ids in draft.chosen.fields.items() if f != "firmographics"}
    fields["vocabulary"] = tuple(claim.id for claim in draft.terms)
    return Persona(
        id=stable_id("p", *segment.participants),
        name=name,
        kind=draft.part.kind,
        summary=summary_of(draft.chosen.fields, known, segment.participants, _family(draft, known)),
        participants=segment.participants,
        assigned=segment.assigned,
        fields=fields,
        firmographics=draft.chosen.fields.get("firmographics", ()),
        journey=draft.journey,
        quotes=_quotes(working, draft, known),
        unknown=unknowns_of(
            working, segment, {**draft.chosen.fields, **fields}, draft.journey, known
        ),
        priority=None if draft.part.kind == "negative" else rank,
        stability=_stability(segments, segment),
        notes=_notes(working, segments, draft, rank),
    )


def _neutral(working: Working, draft: _Draft) -> str:
    """Return what members without a shared role are called: how most came into the study."""
    if draft.part.kind == "negative":
        return OUTSIDER
    members = set(draft.segment.participants)
    kinds = Counter(p.kind for p in working.material.participants if p.id in members)
    return NEUTRAL[kinds.most_common(1)[0][0]] if kinds else NEUTRAL["interviewee"]


def _family(draft: _Draft, known: Mapping[str, Claim]) -> Family | None:
    roles = [claim for claim in known.values() if claim.type == "role"]
    return next(iter(families(roles, draft.segment.participants)), None)


def _weight(draft: _Draft, working: Working) -> float:
    """Return size × intensity × how many others read like them; negative personas come last."""
    if draft.part.kind == "negative":
        return -1.0
    members = frozenset(draft.segment.participants)
    levels = [i.intensity for i in working.insights if i.participant in members]
    intensity = sum(levels) / len(levels) if levels else 0.0
    readers = sum(draft.segment.assigned.values())
    return len(draft.segment.participants) * (1 + intensity) * (1 + readers / 100)


def _quotes(working: Working, draft: _Draft, known: dict[str, Claim]) -> tuple[Evidence, ...]:
    """Return a few quotable excerpts: other people, other claims, the strongest first."""
    members = frozenset(draft.segment.participants)
    good = {
        (i.excerpt.utterance, i.excerpt.start): (i.quotable, i.intensity) for i in working.insights
    }
    shown: list[Evidence] = []
    for field in ("pain_points", "motivations", "objections", "praise", "goals", "workarounds"):
        for claim_id in draft.chosen.fields.get(field, ())[:2]:
            rank = [
                (*good.get((e.utterance, e.start), (False, 0)), e)
                for e in known[claim_id].supports
                if e.participant in members and 25 <= len(e.quote) <= 240
            ]
            rank.sort(key=lambda r: (not r[0], -r[1], abs(len(r[2].quote) - 90), r[2].utterance))
            free = [r[2] for r in rank if r[2].participant not in {s.participant for s in shown}]
            if free:
                shown.append(free[0])
    return tuple(shown[:MOST_QUOTES])


def _stability(segments: Segments, segment: Segment) -> Stability:
    groups = sum(not s.misfit for s in segments.segments)
    note = f"mean overlap {segment.jaccard:.2f}" if groups > 1 else ""
    if segment.misfit:
        note = "found by what they say, not by resampling: the product is not for them"
    firm = len(segment.participants) >= FEWEST_MEMBERS and not segment.misfit
    return Stability(
        survival=segment.survival,
        resamples=0 if segment.misfit else segments.resamples,
        groups=groups,
        least_typical=segment.least_typical if firm else None,
        note=note,
    )


def _notes(working: Working, segments: Segments, draft: _Draft, rank: int) -> tuple[str, ...]:
    members = draft.segment.participants
    notes = [*segments.notes, f"{KIND_NOTE}: {draft.part.why}"]
    if len(members) < FEWEST_MEMBERS:
        notes.append(
            f"a draft from too few: {len(members)} participants, {FEWEST_MEMBERS} are asked for"
        )
    elif len(members) < SMALL:
        notes.append(
            f"small sample: {len(members)} participants; shares can move by tens of per cent"
        )
    if draft.chosen.thin:
        names = ", ".join(name.replace("_", " ") for name in draft.chosen.thin)
        notes.append(f"rest on one participant each: {names}")
    heard = frozenset(members)
    langs = Counter(unit.lang for unit in working.units if unit.participant in heard)
    foreign = sum(n for lang, n in langs.items() if lang not in ("en", "und"))
    if foreign > 0.2 * max(1, langs.total()):
        notes.append("much of this is not in English, where coding is less reliable")
    readers = sum(draft.segment.assigned.values())
    if draft.part.kind != "negative" and len(segments.segments) > 1:
        notes.append(
            f"priority {rank}: {len(members)} participants × how strongly they speak"
            f" × {readers} others who read like them"
        )
    return tuple(notes)


def _used(personas: Iterable[Persona]) -> set[str]:
    used: set[str] = set()
    for persona in personas:
        used.update(i for ids in persona.fields.values() for i in ids)
        used.update(persona.firmographics)
        for stage in persona.journey:
            used.update((*stage.happens, *stage.asks, *stage.where, *stage.feels))
    return used


def _unused(claims: Sequence[Claim], used: set[str]) -> tuple[Skipped, ...]:
    counts = Counter(claim.type for claim in claims if claim.id not in used)
    return tuple(
        Skipped(
            what=f"{count} claim{'s' * (count != 1)} of type {kind}",
            where="persona fields",
            why="not typical of any persona, or said by too few of its members",
        )
        for kind, count in sorted(counts.items())
    )


def _inherited(personas: Sequence[Persona], previous: Findings | None) -> tuple[Persona, ...]:
    """Return personas that carry the id of the earlier one they continue.

    Overlap is counted over participants that both runs know: a persona that only grew is the same.
    """
    if previous is None or not previous.personas:
        return tuple(personas)
    known = {p for persona in previous.personas for p in persona.participants}
    now = {p for persona in personas for p in persona.participants}
    pairs = sorted(
        (-_overlap(old, new, known & now), old.id, place)
        for old in previous.personas
        for place, new in enumerate(personas)
    )
    heirs: dict[int, str] = {}
    for overlap, old_id, place in pairs:
        if -overlap >= SAME_PERSONA and place not in heirs and old_id not in heirs.values():
            heirs[place] = old_id
    return tuple(
        persona.model_copy(update={"id": heirs.get(place, persona.id)})
        for place, persona in enumerate(personas)
    )


def _overlap(old: Persona, new: Persona, both: set[str]) -> float:
    before, after = both.intersection(old.participants), both.intersection(new.participants)
    union = before | after
    return len(before & after) / len(union) if union else 0.0
