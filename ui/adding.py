"""A claim of one's own: pick the words that it rests on, over several searches, and say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from personagen.export.wording import field_name
from personagen.filtering import InsightFilter
from personagen.models import Insight

from .format import code_name
from .room import Page, Scene, paged

if TYPE_CHECKING:
    from personagen.export.base import PersonaView

PER_PAGE = 20
FIELDS = (
    "goals",
    "motivations",
    "pain_points",
    "objections",
    "triggers",
    "tools",
    "channels",
    "content_formats",
    "vocabulary",
    "decision_power",
    "success_measures",
    "praise",
    "feature_requests",
    "workarounds",
    "role",
)
"""What a person can add claims to."""


class Excerpt(NamedTuple):
    """Words that a claim can rest on."""

    place: str
    """Their address, as a decision names it."""
    participant: str
    quote: str
    inside: bool
    """Said by somebody of this persona."""
    codes: str
    picked: bool
    id: str
    """Of the first insight that was cut there."""


def show(scene: Scene, shown: PersonaView) -> Page:
    """Return the form: a search, what was found, and above it what was picked so far."""
    wanted = InsightFilter(words=scene.at.get("words"), meaning=scene.at.get("meaning"))
    with scene.desk.shelf.open() as study:
        found = study.insights(wanted, scene.document)
    members, picked = frozenset(shown.persona.participants), scene.at.get("picked").split()
    there = [i for i in scene.document.insights if place(i) in picked]
    excerpts = [e for e in _excerpts(found, members, picked) if not e.picked]
    excerpts.sort(key=lambda excerpt: not excerpt.inside)
    values = {
        "p": shown,
        "wanted": wanted,
        "rows": (rows := paged(excerpts, scene.at.number("page"), PER_PAGE)),
        "lines": rows.rows,
        "picked": _excerpts(there, members, picked),
        "fields": [(name, field_name(name)) for name in FIELDS],
    }
    return Page("adding.html", values, f"Add a claim to {shown.persona.name}")


def place(insight: Insight) -> str:
    """Return the address of an insight's words, as a decision names it."""
    excerpt = insight.excerpt
    return f"{excerpt.utterance}:{excerpt.start}-{excerpt.end}"


def _excerpts(
    found: Sequence[Insight], members: frozenset[str], picked: Sequence[str]
) -> list[Excerpt]:
    """Return the words of insights, each place once, whatever number of codes it has."""
    there: dict[str, list[Insight]] = {}
    for insight in found:
        if insight.status != "rejected":
            there.setdefault(place(insight), []).append(insight)
    return [
        Excerpt(
            at,
            (first := insights[0]).participant,
            first.excerpt.quote,
            first.participant in members,
            ", ".join(dict.fromkeys(code_name(i.code) for i in insights)),
            at in picked,
            first.id,
        )
        for at, insights in there.items()
    ]
