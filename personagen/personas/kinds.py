"""Which part a group plays in buying, as far as its members say: who decides, pays, recommends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from personagen.cues import roles as role_words
from personagen.models import Claim, PersonaKind
from personagen.segments import FEWEST_MEMBERS

DECIDES = "Can decide alone"
NEEDS_YES = "Needs someone else's yes"
GATE = "Goes past procurement, legal or IT"
RECOMMENDS = "Recommends, others decide"
PAYS = "Pays for it"
OWNS = "role"

MOST = 0.4
"""Share of members who must say that the decision is theirs."""
SOME = 0.25
"""Share of members from which paying, owning or recommending counts."""
ROLE_COUNTS = 0.5
"""What a role that may buy weighs beside saying so."""

_SAYS: Mapping[str, tuple[str, str]] = {
    DECIDES: ("decides alone", "decide alone"),
    OWNS: ("owns or heads the place", "own or head the place"),
    PAYS: ("pays", "pay"),
    RECOMMENDS: ("recommends while others decide", "recommend while others decide"),
    NEEDS_YES: ("needs someone else's yes", "need someone else's yes"),
    GATE: ("goes past procurement, legal or IT", "go past procurement, legal or IT"),
}
"""What of one member is said, and of several."""


class Part(NamedTuple):
    """A kind of persona and what it rests on."""

    kind: PersonaKind
    why: str
    """One clause for the reader, with the counts."""


def part_of(claims: Sequence[Claim], members: Collection[str], misfit: bool) -> Part:
    """Return the part they play in buying, as far as they say.

    Args:
        claims: Those that members support.
        members: The group.
        misfit: They were found to be people for whom the product is wrong.
    """
    if misfit:
        return Part("negative", "they looked for something else, and say so")
    if _refuses(claims, members):
        return Part("negative", "they speak against it and hardly ever for it")
    who = _who_says(claims, members)
    share = {label: len(people) / len(members) for label, people in who.items()}
    kind = _kind(share)
    told = [
        f"{len(who[label])} of these {len(members)} {says[len(who[label]) > 1]}"
        for label, says in _SAYS.items()
        if who.get(label)
    ]
    silent = f"nobody of these {len(members)} says who decides, pays or recommends"
    return Part(kind, "; ".join(told[:3]) or silent)


def _kind(share: Mapping[str, float]) -> PersonaKind:
    alone = share.get(DECIDES, 0.0) + ROLE_COUNTS * share.get(OWNS, 0.0)
    asks = share.get(NEEDS_YES, 0.0) + share.get(GATE, 0.0)
    pays = max(share.get(PAYS, 0.0), share.get(OWNS, 0.0))
    if alone >= MOST and alone > asks:
        return "buyer" if pays >= SOME else "decision_maker"
    if share.get(PAYS, 0.0) >= MOST:
        return "payer"
    return "influencer" if share.get(RECOMMENDS, 0.0) >= SOME else "user"


def _who_says(claims: Sequence[Claim], members: Collection[str]) -> dict[str, set[str]]:
    who: dict[str, set[str]] = {}
    for claim in claims:
        inside = set(members).intersection(claim.participants)
        if claim.type == "decision_power" and claim.text in _SAYS:
            who.setdefault(claim.text, set()).update(inside)
        elif claim.type == "role" and role_words.may_buy(claim.text):
            who.setdefault(OWNS, set()).update(inside)
    return {label: people for label, people in who.items() if people}


def _refuses(claims: Sequence[Claim], members: Collection[str]) -> bool:
    """Return whether the group speaks against the product and hardly ever for it."""
    voiced: Counter[str] = Counter()
    for claim in claims:
        for one in claim.supports:
            voiced[claim.type] += one.participant in members
    against = voiced["objection"]
    wanting = voiced["motivation"] + voiced["praise"] + voiced["feature_request"]
    return len(members) >= FEWEST_MEMBERS and against >= len(members) and against > 3 * wanting
