"""Personas: cards, the whole document, side by side; every claim opens what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from personagen.errors import UnknownIdError
from personagen.models import Participant, Persona

from . import adding
from .frame import review_state
from .room import Page, Scene
from .trust import GRADES, lines_of, of_grade, trust

if TYPE_CHECKING:
    from personagen.export.base import ClaimView, PersonaView
    from personagen.review import Change

MOST_COMPARED = 5
"""Claims of each persona under one heading; the persona itself shows them all."""


class Compared(NamedTuple):
    """One heading with what each persona says under it."""

    title: str
    cells: Sequence[Sequence[ClaimView]]


def show(scene: Scene) -> Page:
    """Return the cards, one persona, a comparison, or the form for a claim of one's own."""
    if scene.at.get("compare"):
        return _compared(scene)
    if not scene.at.item:
        return _cards(scene)
    shown = find(scene, scene.at.item)
    return adding.show(scene, shown) if scene.at.get("add") else _document(scene, shown)


def find(scene: Scene, persona: str) -> PersonaView:
    """Return a persona as documents show it.

    Raises:
        UnknownIdError: it is not in the study, or was rejected.
    """
    for shown in scene.now.view.personas:
        if shown.persona.id == persona:
            return shown
    raise UnknownIdError(
        "this persona is not in the study any more, or was rejected", "Go back to Personas."
    )


def _cards(scene: Scene) -> Page:
    values = {
        "personas": scene.now.view.personas,
        "trusts": {p.persona.id: trust(p) for p in scene.now.view.personas},
        "rejected": [p for p in scene.document.personas if p.status == "rejected"],
        "analyzed": bool(scene.document.runs),
        "banner": review_state(scene.document),
    }
    return Page("personas.html", values, "Personas")


def _document(scene: Scene, shown: PersonaView) -> Page:
    people = {p.id: p for p in scene.document.participants}
    wanted = scene.at.get("lines") if scene.at.get("lines") in GRADES else ""
    values = {
        "p": shown,
        "trust": trust(shown),
        "grade": wanted,
        "grade_name": GRADES.get(wanted, ""),
        "kept": {claim.id for claim in of_grade(lines_of(shown), wanted)},
        "firmness": firmness(shown),
        "sections": [s for s in shown.sections if s.claims],
        "members": [people[m] for m in shown.persona.participants if m in people],
        "others": _others(scene, shown.persona),
        "undecided": undecided(scene, shown),
        "journey": journey_alone(shown),
        "changes": changed(scene, shown.persona.id),
        "personas": scene.now.view.personas,
    }
    return Page("persona.html", values, shown.persona.name)


def firmness(shown: PersonaView) -> str:
    """Return how sure it is that a persona is a group at all, as one would say it."""
    stability = shown.persona.stability
    said = ["A small sample."] if "small sample" in shown.firmness.lower() else []
    if stability and stability.resamples:
        came = round(stability.survival * stability.resamples)
        said.append(
            f"Formed again from {stability.resamples} other mixes of the participants, "
            f"this group came out in {came}."
        )
    if stability and stability.least_typical:
        said.append(f"{stability.least_typical} fits it least.")
    return " ".join(said)


def undecided(scene: Scene, shown: PersonaView) -> list[str]:
    """Return the ids of the claims that stand between a persona and its approval."""
    persona = shown.persona
    slots = [ids for s in persona.journey for ids in (s.happens, s.asks, s.where, s.feels)]
    ids = [c for group in (*persona.fields.values(), persona.firmographics, *slots) for c in group]
    status = {c.id: c.status for c in scene.document.claims}
    return [c for c in dict.fromkeys(ids) if status.get(c) == "suggested"]


def journey_alone(shown: PersonaView) -> list[tuple[str, ClaimView]]:
    """Return the claims that stand in the journey only, each with its stage."""
    fields = (*shown.profile, *(f for section in shown.sections for f in section.fields))
    above = {claim.id for field in fields for claim in field.claims}
    slots = ((s.stage, claim) for s in shown.stages for _, claims in s.slots for claim in claims)
    alone = {claim.id: (stage.capitalize(), claim) for stage, claim in slots}
    return [pair for key, pair in alone.items() if key not in above]


def changed(scene: Scene, persona: str) -> Sequence[Change] | None:
    """Return what differs since a persona was approved; None where it never was."""
    if not any(e.action == "approve" and e.target == persona for e in scene.document.reviews):
        return None
    with scene.desk.shelf.open() as study:
        return study.changes(scene.document).get(persona)


def _others(scene: Scene, persona: Persona) -> list[tuple[str, str]]:
    shown = [p for p in scene.document.personas if p.status != "rejected"]
    return [(p.id, p.name) for p in shown if p.id != persona.id]


def _compared(scene: Scene) -> Page:
    wanted = scene.at.get("compare").split(",")
    chosen = [p for p in scene.now.view.personas if p.persona.id in wanted]
    if wanted == ["all"] or not chosen:
        chosen = list(scene.now.view.personas)
    values = {
        "chosen": chosen,
        "personas": scene.now.view.personas,
        "rows": compared(chosen),
        "ids": {p.persona.id for p in chosen},
        "most": MOST_COMPARED,
    }
    return Page("compare.html", values, "Compare personas")


def compared(chosen: Sequence[PersonaView]) -> list[Compared]:
    """Return the headings of personas side by side; those that nobody fills are left out."""
    titles = dict.fromkeys(s.title for p in chosen for s in p.sections if s.claims)
    by_title: list[Mapping[str, Sequence[ClaimView]]] = [
        {s.title: s.claims for s in p.sections} for p in chosen
    ]
    return [Compared(t, [sections.get(t, ()) for sections in by_title]) for t in titles]


def told(participant: Participant) -> str:
    """Return what is known of a participant on one line."""
    return "; ".join(f"{name}: {value}" for name, value in participant.attributes.items())
