"""Journey: stage by stage, what happens, what they ask, where, and how it feels."""

from __future__ import annotations

from .personas import find
from .room import Page, Scene


def show(scene: Scene) -> Page:
    """Return the journey of one persona, the first to serve by default."""
    personas = scene.now.view.personas
    if not personas:
        return Page("journey.html", {"personas": (), "p": None}, "Journey")
    shown = find(scene, scene.at.item) if scene.at.item else personas[0]
    return Page("journey.html", {"personas": personas, "p": shown}, "Journey")
