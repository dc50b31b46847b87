"""Messaging: lines to try, by persona and stage, each beside the words that it rests on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, get_args

from personagen.export.wording import MESSAGE_KINDS
from personagen.models import Claim, Evidence, MessageKind, Stage

from .personas import find
from .room import Page, Scene
from .trying import panel

if TYPE_CHECKING:
    from personagen.export.base import ClaimView, MessageView, PersonaView

BESIDE = 2
"""Quotations that stand beside a line without being asked for."""
QUOTES = 2
"""Quotations shown beside a line for each claim; the persona shows them all."""


class Line(NamedTuple):
    """One message with the claims under it."""

    view: MessageView
    claims: Sequence[tuple[Claim, str]]
    """Each with its count among the members, as `5 of 7`."""
    behind: str
    """How many people stand behind it, and how many against, as it is read first."""
    voices: Sequence[Evidence]
    """What is quoted beside it: of each claim the first words of a member of the persona."""


class Group(NamedTuple):
    """Messages of one kind at one stage: variants of each other."""

    title: str
    lines: Sequence[Line]


def show(scene: Scene) -> Page:
    """Return the messages of one persona, the first to serve by default."""
    personas = scene.now.view.personas
    if not personas:
        return Page("messaging.html", {"personas": (), "p": None}, "Messaging")
    shown = find(scene, scene.at.item) if scene.at.item else personas[0]
    stage = scene.at.get("stage")
    values = {
        "personas": personas,
        "p": shown,
        "groups": groups(scene, shown, stage),
        "rejected": _rejected(scene, shown),
        "stage": stage,
        "stages": [(name, name.capitalize()) for name in get_args(Stage)],
        "kinds": [(kind, MESSAGE_KINDS[kind]) for kind in get_args(MessageKind)],
        "claims": claims_of(shown),
        "writing": bool(scene.at.get("draft")),
        "product": scene.document.product,
        "quotes": QUOTES,
        **panel(scene),
    }
    return Page("messaging.html", values, f"Messaging: {shown.persona.name}")


def groups(scene: Scene, shown: PersonaView, stage: str) -> list[Group]:
    """Return a persona's messages as variants stand together; at one stage where one is asked."""
    found: dict[str, list[Line]] = {}
    for view in shown.messages:
        message = view.message
        if stage and message.stage != stage:
            continue
        at = f", {message.stage}" if message.stage else ""
        found.setdefault(f"{view.kind}{at}", []).append(_line(scene, shown, view))
    return [Group(title, lines) for title, lines in found.items()]


def _line(scene: Scene, shown: PersonaView, view: MessageView) -> Line:
    members = set(shown.persona.participants)
    claims = [c for i in view.message.claims if isinstance(c := scene.now.items.get(i), Claim)]
    counts = [len(members & set(c.participants)) for c in claims]
    return Line(
        view,
        [(c, f"{n} of {len(members)}") for c, n in zip(claims, counts, strict=True)],
        behind(claims, counts, len(members)),
        voices(claims, members),
    )


def behind(claims: Sequence[Claim], counts: Sequence[int], members: int) -> str:
    """Return how many people stand behind a line: it is as firm as the weakest of its claims."""
    if not claims:
        return "Rests on no claim: your own words"
    said = f"{min(counts)} of {members} people"
    said = (
        f"Behind each claim under it: {said} or more" if len(claims) > 1 else f"Behind it: {said}"
    )
    against = len({e.participant for claim in claims for e in claim.opposes})
    return f"{said}; {against} against" if against else said


def voices(claims: Sequence[Claim], members: Collection[str]) -> list[Evidence]:
    """Return what is quoted beside a line, of as many people as there are."""
    own = [[e for e in claim.supports if e.participant in members] for claim in claims]
    found: dict[str, Evidence] = {}
    for several in own:
        for said in sorted(several, key=lambda e: e.participant in found)[:1]:
            found.setdefault(said.participant, said)
    return list(found.values())[:BESIDE]


def _rejected(scene: Scene, shown: PersonaView) -> list[object]:
    mine = [m for m in scene.document.messages if m.persona == shown.persona.id]
    return [m for m in mine if m.status == "rejected"]


def claims_of(shown: PersonaView) -> Mapping[str, Sequence[ClaimView]]:
    """Return what a message for this persona can rest on, by heading."""
    return {section.title: section.claims for section in shown.sections if section.claims}
