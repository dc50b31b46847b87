"""What the evidence is silent on, what to ask, and whom to talk to next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from personagen.models import Claim, JourneyStage, SourceKind, Unknown
from personagen.personas.journey import STAGES
from personagen.personas.kinds import DECIDES, NEEDS_YES
from personagen.personas.questions import questions_for
from personagen.personas.selection import FIELDS
from personagen.segments import Segment

if TYPE_CHECKING:
    from personagen.working import Working

PEOPLE = "people to talk to next"
"""The field of an `Unknown` that names a person to talk to, rather than a question."""
MOST_PEOPLE = 3

_LEFT = re.compile(
    r"\b(?:cancel(?:led|ed)|uninstalled|unsubscribed|gave (?:it |up on it|up on them)|gave up on|"
    r"stopped using|stopped paying|went back to|switched (?:away|back)|sent (?:it|mine) back|"
    r"returned it|(?:I|we) left (?:it|them)|moved away from|got rid of|decided against|"
    r"said no to|turned it down)\b",
    re.IGNORECASE,
)
_WRITERS: Mapping[SourceKind, str] = {
    "review": "authors of reviews",
    "ticket": "people who wrote to support",
    "survey": "people who answered the survey",
}


def unknowns_of(
    working: Working,
    segment: Segment,
    fields: Mapping[str, Sequence[str]],
    journey: Sequence[JourneyStage],
    known: Mapping[str, Claim],
) -> tuple[Unknown, ...]:
    """Return each silent field with a question, and after them whom to talk to next.

    Args:
        working: Units and the product's name.
        segment: The persona's group.
        fields: Claim ids by field.
        journey: Its stages.
        known: Claims by id.
    """
    pains = [known[i].text for i in fields.get("pain_points", ())]
    ask = questions_for(working.material.product.name, pains)
    empty = [name for name in (*FIELDS, "vocabulary") if not fields.get(name)]
    seen = {stage.stage for stage in journey}
    missing = [f"journey.{stage}" for stage in STAGES if stage not in seen]
    silent = tuple(Unknown(field=name, ask_next=ask[name]) for name in (*empty, *missing))
    people = islice(_people(working, segment, fields, known), MOST_PEOPLE)
    return (*silent, *(Unknown(field=PEOPLE, ask_next=whom) for whom in people))


def _people(
    working: Working,
    segment: Segment,
    fields: Mapping[str, Sequence[str]],
    known: Mapping[str, Claim],
) -> Iterator[str]:
    """Yield who is missing among those heard, the most telling first; each a question."""
    members = frozenset(segment.participants)
    size = len(members)
    power = {known[i].text: known[i] for i in fields.get("decision_power", ())}
    if NEEDS_YES in power and DECIDES not in power:
        needing = len(members.intersection(power[NEEDS_YES].participants))
        yield f"Whoever gives the yes that {needing} of these {size} need: what makes them say it?"
    said = [(u.participant, u.text) for u in working.units if u.participant in members]
    if not any(_LEFT.search(text) for _, text in said):
        yield f"Somebody who tried it and left, or decided against it: nobody of these {size} did."
    for i in fields.get("role", ()):
        inside = members.intersection(known[i].participants)
        if len(inside) == 1 and size > 2:
            role = known[i].text.removesuffix(" (recorded)")
            yield f"Another who says they are “{role}”: so far only {next(iter(inside))} does."
            break
    yield from _writers(working, segment)


def _writers(working: Working, segment: Segment) -> Iterator[str]:
    most = sorted(segment.assigned.items(), key=lambda pair: -pair[1])
    for kind, count in most[:1]:
        if kind in _WRITERS and count > 1:
            yield f"One of the {count} {_WRITERS[kind]} who read like them: nobody spoke to them."
    if not any(s.kind == "interview" for s in working.material.sources):
        yield "Anyone of this group, in an interview: all that is known of them was written."
