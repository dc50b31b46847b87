"""Claims for the fields that coding does not give: roles, tools, channels, triggers, goals.

Each rests on sentences in which participants say so of themselves; sentences that say the opposite
stand against it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.analysts.standalone import reads_alone
from personagen.cues import hits as cues
from personagen.cues import roles, tools
from personagen.cues.fragments import placed
from personagen.cues.hits import Hit
from personagen.ids import stable_id
from personagen.membership import Told, said_by
from personagen.models import Claim, ClaimType, Evidence, Provenance, Skipped, SourceKind, Stage
from personagen.personas.labels import Cued, label_of
from personagen.prevalence import Base, base_of, prevalence
from personagen.proximity import space

if TYPE_CHECKING:
    from personagen.analysts.base import Unit
    from personagen.working import Working

MOST_OF_ONE = 2
"""Excerpts of one participant under one claim: nobody speaks for all."""
APART = 0.66
"""Average-link distance at which groups stop growing, as for themes: what triggered two people's
search is often two stories."""
ANSWER = 240
"""Characters of a turn that still answer the question."""
MOST_COMPARED = 2000
"""Sentences of one field that are compared with each other."""

_FELT: dict[str, Stage] = {
    "pain_point": "awareness",
    "motivation": "awareness",
    "objection": "consideration",
    "praise": "use",
}
_BY_MEANING: frozenset[ClaimType] = frozenset(
    (
        "trigger",
        "success_measure",
        "goal",
        "journey",
        "channel",
        "content_format",
        "decision_power",
        "feature_request",
        "workaround",
    )
)
_NAMED: frozenset[ClaimType] = frozenset(("channel", "content_format", "decision_power"))
"""Of these most have a name, and what is said around it adds no other."""


class Said(NamedTuple):
    """One sentence that tells something for a field."""

    unit: int
    hit: Hit
    evidence: Evidence


class Group(NamedTuple):
    """Sentences that tell the same thing."""

    type: ClaimType
    value: str | None
    stage: Stage | None
    slot: str | None
    saying: tuple[Said, ...]
    against: tuple[Said, ...]


class FieldClaims(NamedTuple):
    """Claims, where in the journey each belongs, and what was left out."""

    claims: tuple[Claim, ...]
    places: dict[str, tuple[Stage | None, str | None]]
    """Claim id to journey stage and slot."""
    skipped: tuple[Skipped, ...]


def field_claims(working: Working) -> FieldClaims:
    """Return the claims that cues, role words and attribute columns support."""
    provenance = provenance_of(working)
    said, skipped = _collect(working)
    base = base_of(working.material)
    groups = _groups(working, said, base)
    made = [
        (claim, group)
        for group in groups
        if (claim := _claim(working, group, base, provenance)) is not None
    ]
    claims = {claim.id: claim for claim, _ in made}
    claims |= {claim.id: claim for claim in recorded_claims(working, base, provenance)}
    places = {claim.id: (group.stage, group.slot) for claim, group in made}
    unclear = Counter(group.type for group in groups) - Counter(group.type for _, group in made)
    return FieldClaims(tuple(claims.values()), places, (*skipped, *_unclear(unclear)))


def _unclear(counts: Counter[ClaimType]) -> tuple[Skipped, ...]:
    return tuple(
        Skipped(
            what=f"{count} candidate{'s' * (count != 1)} for {kind.replace('_', ' ')}",
            where="persona fields",
            why="no sentence says it in words that can be understood alone",
        )
        for kind, count in sorted(counts.items())
    )


def provenance_of(working: Working) -> Provenance:
    """Return who analyzed, and when, as it stands on every claim."""
    return Provenance(analyst=working.analyst.name, model=working.analyst.model, at=working.at)


def _collect(working: Working) -> tuple[list[Said], tuple[Skipped, ...]]:
    """Return every sentence that tells something, and how many could not be quoted."""
    product = working.material.product.name
    names = tools.recurring_names(((u.participant, u.text) for u in working.units), product)
    said: list[Said] = []
    left: Counter[str] = Counter()
    coded = _codes(working)
    for i, unit in enumerate(working.units):
        found = [
            *(_staged(hit, coded.get(i, "")) for hit in cues.hits(unit.text, _asked(unit))),
            *tools.tools_in(unit.text, names, product),
            *tools.tools_listed(unit.text, unit.question, product),
            *roles.roles_in(unit.text),
            *roles.sizes_in(unit.text),
        ]
        if not found:
            continue
        evidence = evidence_of(unit)
        if evidence is None:
            left.update(hit.type for hit in found)
        else:
            said.extend(Said(i, hit, evidence) for hit in found)
    skipped = tuple(
        Skipped(
            what=f"{count} sentence{'s' * (count != 1)} for {kind.replace('_', ' ')}",
            where="persona fields",
            why="the words can't stand alone without changing what was said",
        )
        for kind, count in sorted(left.items())
    )
    return said, skipped


def _codes(working: Working) -> dict[int, str]:
    """Return the dominant code of each coded unit."""
    codes: dict[int, str] = {}
    for insight in sorted(working.insights, key=lambda i: i.score):
        codes[working.rows[insight.id]] = insight.code
    return codes


def _asked(unit: Unit) -> str:
    """Return what the turn answers, for its first sentences; later ones have left the question."""
    return unit.question if unit.start <= ANSWER else ""


def _staged(hit: Hit, code: str) -> Hit:
    """Return a feeling with the stage that the sentence's code belongs to."""
    return hit._replace(stage=_FELT.get(code)) if hit.slot == "feels" else hit


def evidence_of(unit: Unit) -> Evidence | None:
    """Return the unit as evidence, or None where its words can't stand alone."""
    place = placed(unit.whole, unit.start, unit.end)
    if place is None:
        return None
    return Evidence(
        source=unit.source,
        utterance=unit.utterance,
        start=place.start,
        end=place.end,
        quote=place.text,
        speaker=unit.speaker,
        role=unit.role,
        t_start=unit.t_start,
        participant=unit.participant,
    )


def _groups(working: Working, said: Sequence[Said], base: Base) -> list[Group]:
    by_value: dict[tuple[ClaimType, str, Stage | None, str | None], list[Said]] = defaultdict(list)
    by_meaning: dict[tuple[ClaimType, Stage | None, str | None], list[Said]] = defaultdict(list)
    named = {_answer(one) for one in said if one.hit.value is not None and not one.hit.denied}
    for one in said:
        hit = one.hit
        if hit.slot == "feels" and hit.stage is None:
            continue
        if hit.value is None and hit.type in _BY_MEANING:
            if hit.type in _NAMED and _answer(one) in named:
                continue  # the rest of an answer that has named it
            by_meaning[hit.type, hit.stage, hit.slot].append(one)
        elif hit.value is not None:
            by_value[hit.type, hit.value.casefold(), hit.stage, hit.slot].append(one)
    groups = [_of_one_value(key, members) for key, members in by_value.items()]
    near = [
        Group(kind, None, stage, slot, tuple(part), ())
        for (kind, stage, slot), members in by_meaning.items()
        for part in _alike(working, members)
    ]
    groups += [part for group in _that_say_so(working, near, base) for part in group]
    return [group for group in groups if group.saying]


def _that_say_so(working: Working, near: Sequence[Group], base: Base) -> list[list[Group]]:
    """Return groups of those that say what the group would be called; each of the others alone."""
    lines = [_text(working, g, _most_central_first(working, g.saying), base) or "" for g in near]
    told = [[_told(working, one) for one in group.saying] for group in near]
    return [_parted(group, says) for group, says in zip(near, said_by(lines, told), strict=True)]


def _told(working: Working, one: Said) -> Told:
    return Told(one.evidence.quote, working.units[one.unit].lang, working.vectors[one.unit])


def _parted(group: Group, says: Sequence[bool]) -> list[Group]:
    """Return a group without those that don't say so, unless others of their speaker's do."""
    who = {one.evidence.participant for one, so in zip(group.saying, says, strict=True) if so}
    inside = tuple(one for one in group.saying if one.evidence.participant in who)
    others = [one for one in group.saying if one.evidence.participant not in who]
    return [group._replace(saying=part) for part in (inside, *((one,) for one in others))]


def _answer(one: Said) -> tuple[str, ClaimType]:
    return one.evidence.utterance, one.hit.type


def _of_one_value(
    key: tuple[ClaimType, str, Stage | None, str | None], members: Sequence[Said]
) -> Group:
    kind, _, stage, slot = key
    value = Counter(one.hit.value for one in members).most_common(1)[0][0]
    saying = tuple(one for one in members if not one.hit.denied)
    deniers = {one.evidence.participant for one in saying}
    against = tuple(
        one for one in members if one.hit.denied and one.evidence.participant not in deniers
    )
    return Group(kind, value, stage, slot, saying, against)


def _alike(working: Working, members: Sequence[Said]) -> list[list[Said]]:
    """Return the sentences in groups of like meaning, as themes are grouped."""
    units = [working.units[one.unit] for one in members]
    vectors = np.asarray(working.vectors, dtype=np.float32)[[one.unit for one in members]]
    points = space([u.text for u in units], vectors, [u.lang for u in units])
    return [[members[i] for i in group] for group in _linked(points)]


def _linked(points: NDArray[np.float32]) -> list[list[int]]:
    """Return groups of like points by average linkage; beyond `MOST_COMPARED` each stays alone."""
    from sklearn.cluster import AgglomerativeClustering

    few = points[:MOST_COMPARED]
    alone = [[i] for i in range(len(few), len(points))]
    if len(few) < 2:
        return [[i] for i in range(len(points))]
    model = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=APART
    )
    labels = model.fit_predict(np.clip(1 - few @ few.T, 0, 2))
    found: dict[int, list[int]] = defaultdict(list)
    for i, label in enumerate(labels):
        found[int(label)].append(i)
    return [*found.values(), *alone]


def _claim(working: Working, group: Group, base: Base, provenance: Provenance) -> Claim | None:
    ordered = _most_central_first(working, group.saying)
    text = _text(working, group, ordered, base)
    if text is None:
        return None
    ordered.sort(key=lambda one: not reads_alone(one.evidence.quote, working.units[one.unit].lang))
    supports = _without_talkers(ordered)
    people = tuple(sorted({one.evidence.participant for one in group.saying}))
    count = prevalence(people, base)
    return Claim(
        id=_id(group, ordered[0]),
        type=group.type,
        theme=None,
        text=text,
        supports=tuple(one.evidence for one in supports),
        opposes=tuple(one.evidence for one in _without_talkers(group.against)),
        participants=people,
        n=count.n,
        of=count.of,
        interval=count.interval,
        sources=_kinds(working, supports),
        age=_newest(working, supports),
        provenance=provenance,
    )


def _id(group: Group, first: Said) -> str:
    """Return an id that depends on the value, or on the central excerpt's address."""
    anchor = group.value or (first.evidence.source, first.evidence.utterance, first.evidence.start)
    return stable_id("c", group.type, group.stage or "", group.slot or "", anchor)


def _text(working: Working, group: Group, ordered: Sequence[Said], base: Base) -> str | None:
    if group.value is not None:
        return group.value[:1].upper() + group.value[1:]
    return label_of(
        Cued(
            working.units[one.unit],
            one.hit.start,
            one.hit.end,
            asks=one.hit.slot == "asks",
            counted=one.evidence.participant in base.participants,
        )
        for one in ordered
    )


def _most_central_first(working: Working, said: Sequence[Said]) -> list[Said]:
    vectors = np.asarray([working.vectors[one.unit] for one in said], dtype=np.float32)
    closeness = vectors @ vectors.mean(0)
    return [
        said[i]
        for i in sorted(
            range(len(said)),
            key=lambda i: (-round(float(closeness[i]), 3), len(said[i].evidence.quote), i),
        )
    ]


def _without_talkers(said: Sequence[Said]) -> list[Said]:
    """Return the sentences, a participant's first ones only, each excerpt once."""
    spoken: Counter[str] = Counter()
    seen: set[tuple[str, int]] = set()
    kept = []
    for one in said:
        place = (one.evidence.utterance, one.evidence.start)
        if place not in seen and spoken[one.evidence.participant] < MOST_OF_ONE:
            seen.add(place)
            spoken[one.evidence.participant] += 1
            kept.append(one)
    return kept


def _kinds(working: Working, said: Iterable[Said]) -> dict[SourceKind, int]:
    return dict(Counter(working.units[one.unit].kind for one in said))


def _newest(working: Working, said: Iterable[Said]) -> str | None:
    return max((d for one in said if (d := working.units[one.unit].date)), default=None)


def recorded_claims(working: Working, base: Base, provenance: Provenance) -> list[Claim]:
    """Return what attribute columns record: role and the organisation, shared by two or more.

    Such a claim rests on the table's cells, not on words: it has no excerpt and says *recorded*.
    """
    holders: dict[tuple[ClaimType, str], list[str]] = defaultdict(list)
    for person in working.material.participants:
        role = roles.recorded_role(person.attributes)
        if role:
            holders["role", f"{role} (recorded)"].append(person.id)
        for key, value in roles.recorded_facts(person.attributes).items():
            holders["firmographic", f"{key}, as recorded: {value}"].append(person.id)
    return [
        _recorded(kind, text, people, base, provenance)
        for (kind, text), people in sorted(holders.items())
        if len(people) >= 2
    ]


def _recorded(
    kind: ClaimType, text: str, people: Sequence[str], base: Base, provenance: Provenance
) -> Claim:
    count = prevalence(people, base)
    return Claim(
        id=stable_id("c", kind, "recorded", text),
        type=kind,
        theme=None,
        text=text[:1].upper() + text[1:],
        supports=(),
        participants=tuple(sorted(people)),
        n=count.n,
        of=count.of,
        interval=count.interval,
        sources={},
        provenance=provenance,
    )
