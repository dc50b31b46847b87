"""What stands around every room: which study, how far it is, who decides, the last decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from personagen.models import ReviewEvent, StudyDocument

from .address import ROOMS
from .format import action_name
from .room import Scene


class Door(NamedTuple):
    """One link to a room."""

    room: str
    name: str
    here: bool
    waiting: str
    """How many things wait there; empty where none do."""


def frame(scene: Scene) -> Mapping[str, object]:
    """Return what the page shows around the room."""
    document = scene.document
    last = last_decision(document.reviews)
    waiting = {"sources": len(scene.desk.incoming.files())}
    doors = [
        Door(room, name, room == scene.at.room, f"{n:,}" if (n := waiting.get(room, 0)) else "")
        for room, name in ROOMS.items()
    ]
    return {
        "doors": doors,
        "here": scene.at,
        "study": scene.desk.shelf.folder.resolve().name,
        "has_sources": bool(document.sources),
        "question": document.study.question,
        "by": scene.by,
        "job": scene.desk.jobs.going,
        "review": review_state(document),
        "last": last,
        "last_said": f"{last.by} {action_name(last.action)}" if last else "",
        "version": scene.now.version,
        "items": scene.now.items,
    }


def review_state(document: StudyDocument) -> Mapping[str, object]:
    """Return how far the review is: personas approved, claims still to decide."""
    shown = [p for p in document.personas if p.status != "rejected"]
    approved = sum(p.status == "approved" for p in shown)
    return {
        "personas": len(shown),
        "approved": approved,
        "draft": not shown or approved < len(shown),
        "undecided": sum(c.status == "suggested" for c in document.claims),
        "claims": sum(c.status != "rejected" for c in document.claims),
    }


def last_decision(events: tuple[ReviewEvent, ...]) -> ReviewEvent | None:
    """Return the last decision that was not taken back."""
    undone = {event.target for event in events if event.action == "undo"}
    stand = (e for e in reversed(events) if e.action != "undo" and str(e.id) not in undone)
    return next(stand, None)
