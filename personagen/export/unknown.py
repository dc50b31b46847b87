"""What a persona's document says of the gaps: silent fields, a few questions, whom to talk to."""

from __future__ import annotations

from typing import NamedTuple

from personagen.export.wording import PROFILE, STAGES, canonical, field_name, unquoted
from personagen.models import Persona, Unknown
from personagen.personas.unknowns import PEOPLE

MOST_QUESTIONS = 6
_WEIGHT = (
    "decision_power",
    "pain_point",
    "trigger",
    "motivation",
    "goal",
    "objection",
    "success_measure",
    "workaround",
    "channel",
    "feature_request",
    "praise",
    "content_format",
    "vocabulary",
)
"""Fields in the order in which their silence matters most."""
_SAME = {
    "trigger": "journey.awareness",
    "objection": "journey.consideration",
    "decision_power": "journey.decision",
}
"""Fields whose question the journey asks already where its stage is silent too."""


class Gaps(NamedTuple):
    """What is not in the data."""

    questions: tuple[tuple[str, str], ...]
    """Field in the reader's words, and the question: those that no table asks already."""
    silent: tuple[str, ...]
    people: tuple[str, ...]


def gaps_of(persona: Persona) -> Gaps:
    """Return what a persona's evidence is silent on, the weightiest questions first."""
    fields = [u for u in persona.unknown if u.field != PEOPLE]
    names = {u.field for u in fields}
    open_ones = [u for u in fields if _asked_here(u, names)]
    open_ones.sort(key=lambda u: _rank(canonical(u.field)))
    return Gaps(
        questions=tuple(
            (field_name(u.field), unquoted(u.ask_next)) for u in open_ones[:MOST_QUESTIONS]
        ),
        silent=tuple(field_name(u.field).partition(", as ")[0] for u in fields),
        people=tuple(unquoted(u.ask_next) for u in persona.unknown if u.field == PEOPLE),
    )


def _asked_here(unknown: Unknown, silent: set[str]) -> bool:
    """Return whether neither the table nor the journey asks the question already."""
    name = canonical(unknown.field)
    stage = name.removeprefix("journey").strip("_.: ")
    return name not in PROFILE and stage not in STAGES and _SAME.get(name) not in silent


def _rank(name: str) -> int:
    return _WEIGHT.index(name) if name in _WEIGHT else len(_WEIGHT)
