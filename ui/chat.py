"""Chat: an empty place until answering exists; says so, and what to do meanwhile."""

from __future__ import annotations

from .room import Page, Scene


def show(scene: Scene) -> Page:
    """Return what the room is for and what can be done today."""
    return Page("chat.html", {}, "Chat")
