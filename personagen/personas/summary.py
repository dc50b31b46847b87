"""The sentence under a persona's name: what most of them are, what hurts most, what they want.

Each part is a claim that several members support, as it stands in its field; a part without one is
left out. Nobody's own role or word stands for the group.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from personagen.models import Claim
from personagen.personas.naming import Family

SEVERAL = 2
"""Members who must support what is said of the group."""
TINY = 3
"""Members up to which one is enough."""
MOST = 0.4
"""Share of members who must give themselves the role that is said of all."""
_LEAST_WORDS = 3


def summary_of(
    fields: Mapping[str, Sequence[str]],
    known: Mapping[str, Claim],
    members: Collection[str],
    family: Family | None,
) -> str:
    """Return one or two plain sentences from the persona's best supported claims.

    Args:
        fields: Claim ids by field, the most typical first.
        known: Claims by id.
        members: The persona's participants.
        family: The role that several of them share, if any.
    """
    parts = []
    if family is not None and len(family.people) >= max(SEVERAL, MOST * len(members)):
        parts.append(f"{family.said} ({len(family.people)} of these {len(members)}).")
    pain = _first(("pain_points",), fields, known, members)
    want = _first(("goals", "motivations", "feature_requests"), fields, known, members)
    if pain is not None:
        parts.append(f"What hurts most: {_inside(pain.text)}.")
    if want is not None:
        parts.append(
            f"{'What drives them' if pain else 'What drives them most'}: {_inside(want.text)}."
        )
    if parts:
        return " ".join(parts)
    return (
        f"{len(members)} participants who say like things; no claim is shared by several of them."
    )


def _first(
    names: Sequence[str],
    fields: Mapping[str, Sequence[str]],
    known: Mapping[str, Claim],
    members: Collection[str],
) -> Claim | None:
    """Return the best supported claim of the first field that has one shared by several."""
    least = 1 if len(members) <= TINY else SEVERAL
    for name in names:
        shared = [
            claim
            for i in fields.get(name, ())
            if len(set(members).intersection((claim := known[i]).participants)) >= least
            and len(claim.text.split()) >= _LEAST_WORDS
        ]
        if shared:
            return max(shared, key=lambda claim: len(set(members).intersection(claim.participants)))
    return None


def _inside(text: str) -> str:
    """Return a claim's text as it stands after a colon, without its final stop."""
    bare = text.strip().rstrip(".")
    if bare.startswith("“") or bare.split()[0][1:] != bare.split()[0][1:].lower():
        return bare
    return bare if bare.startswith("I ") else bare[:1].lower() + bare[1:]
