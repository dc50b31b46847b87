"""Where a passage is quoted: under one line of a persona, and named under the others."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from personagen.export.evidence import in_reading_order
from personagen.models import Claim, Evidence

SHOWN = 2
"""Passages that every line is given before any line gets more."""

Place = tuple[str, int]


def homes(claims: Iterable[Claim], members: Collection[str]) -> dict[Place, str]:
    """Return the line under which each passage is quoted: utterance and start to claim id.

    A line that is itself a quotation keeps the passage it was cut from; then each line in turn
    takes the first ones that are left.

    Args:
        claims: In the order in which they are shown.
        members: Participants of the persona.
    """
    shown = list({claim.id: claim for claim in claims}.values())
    taken: dict[Place, str] = {}
    for claim in shown:
        for item in claim.supports:
            if says(item, claim):
                taken.setdefault(place(item), claim.id)
                break
    for claim in shown:
        own = sum(home == claim.id for home in taken.values())
        free = [item for item in claim.supports if place(item) not in taken]
        for item in in_reading_order(free, members, ())[: SHOWN - own]:
            taken.setdefault(place(item), claim.id)
    return taken


def place(item: Evidence) -> Place:
    """Return where a passage stands."""
    return item.utterance, item.start


def says(item: Evidence, claim: Claim) -> bool:
    """Return whether a claim is a quotation cut from this passage."""
    return claim.text.startswith("“") and _plain(claim.text) in _plain(item.quote)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))
