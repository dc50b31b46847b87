"""People for whom the product is plainly wrong: they say so, and say nothing in its favour."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from personagen.working import Working

_WRONG = re.compile(
    r"\b(?:(?:I|we) (?:thought|assumed|expected|hoped|figured) (?:it|this|that) (?:was|would"
    r"|is|did)"
    r"|not (?:what (?:I|we) (?:want|need|expect|was|were|am)|(?:made |meant |built |really )?for "
    r"(?:me|us|people like|someone like|somebody like|anyone who|anybody who))"
    r"|nothing (?:in it )?for (?:me|us|somebody|someone|anybody|anyone|people)"
    r"|wrong (?:app|product|tool|thing|software|service|place)|misleading"
    r"|(?:no use|useless|pointless|no good) (?:to|for|if) (?:me|us|you|somebody|someone|anybody)"
    r"|(?:I|we) (?:only|just) (?:want|wanted|need|needed) (?:to|a|an|somebody|someone|my|it)"
    r"|(?:wanted|want|asked for|got) (?:the|my|our) money back|refund(?:ed)?|uninstalled"
    r"|deleted (?:it|the app)|cancel(?:led)? (?:it|my|the) (?:the )?(?:same|account|first)?"
    r"|I don['’]?t (?:have|own|run|need) (?:a|an|any) \w+)\b",
    re.IGNORECASE,
)
FEWEST = 3
"""People who must say so before they are shown as a group."""


def misfits(working: Working, inside: Collection[str]) -> list[str]:
    """Return people outside the groups who say that the product is not for them, in id order.

    Args:
        working: Units and insights.
        inside: Members of groups: who is studied as a customer is no misfit.
    """
    codes: dict[str, set[str]] = defaultdict(set)
    saying: set[str] = set()
    for insight in working.insights:
        if insight.participant not in inside:
            codes[insight.participant].add(insight.code)
    for unit in working.units:
        if unit.participant in codes and _WRONG.search(unit.text):
            saying.add(unit.participant)
    refusing = sorted(
        person
        for person in saying
        if codes[person] & {"objection", "pain_point"} and "praise" not in codes[person]
    )
    return refusing if len(refusing) >= FEWEST else []
