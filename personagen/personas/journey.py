"""The journey: what happens, what is asked, where and how it feels, from awareness to use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from personagen.models import Claim, JourneyStage, Stage

STAGES: tuple[Stage, ...] = ("awareness", "consideration", "decision", "use")
MOST_PER_SLOT = 3

Rank = Callable[[Sequence[Claim]], list[Claim]]
"""Puts claims in order for one persona and leaves out those that its members don't support."""


def journey_of(
    claims: Sequence[Claim],
    places: Mapping[str, tuple[Stage | None, str | None]],
    fields: Mapping[str, tuple[str, ...]],
    rank: Rank,
) -> tuple[JourneyStage, ...]:
    """Return the stages that evidence speaks of, in order.

    Args:
        claims: All claims of the study.
        places: Claim id to stage and slot, for claims that cues placed.
        fields: The persona's fields, whose triggers, channels, formats, decisions and praise belong
            to a stage too.
        rank: Order and choose for this persona.
    """
    known = {claim.id: claim for claim in claims}

    def slot(stage: Stage, name: str) -> list[Claim]:
        return rank(
            [c for c in claims if c.type == "journey" and places.get(c.id) == (stage, name)]
        )

    def field(*names: str) -> list[Claim]:
        return [known[i] for name in names for i in fields.get(name, ()) if i in known]

    def stage_field(name: str, stage: Stage) -> list[Claim]:
        return [c for c in field(name) if places.get(c.id, (None, None))[0] == stage]

    stages = {
        "awareness": {
            "happens": field("triggers"),
            "where": stage_field("channels", "awareness"),
        },
        "consideration": {
            "happens": slot("consideration", "happens"),
            "where": field("content_formats"),
        },
        "decision": {
            "happens": [*slot("decision", "happens"), *field("decision_power")],
        },
        "use": {"happens": [*slot("use", "happens"), *field("praise")]},
    }
    made = []
    for stage in STAGES:
        slots = stages[stage]
        made.append(
            JourneyStage(
                stage=stage,
                happens=_ids(slots.get("happens", ())),
                asks=_ids(slot(stage, "asks")),
                where=_ids(slots.get("where", ())),
                feels=_ids(slot(stage, "feels")),
            )
        )
    return tuple(s for s in made if s.happens or s.asks or s.where or s.feels)


def _ids(claims: Sequence[Claim]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(claim.id for claim in claims))[:MOST_PER_SLOT]
