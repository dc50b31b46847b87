"""One question of a browser tab, one answer: do what was asked, then draw the page."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from personagen.errors import ChangedError, PersonagenError
from personagen.models import Model

from . import (
    analyze,
    chat,
    deciding,
    documents,
    insights,
    journey,
    messaging,
    personas,
    record,
    sources,
    themes,
    trying,
)
from .address import ROOMS, Address
from .frame import frame
from .room import Act, Asked, Desk, Outcome, Page, Scene, Show
from .templating import rendered

SHOWS: Mapping[str, Show] = {
    "sources": sources.show,
    "analyze": analyze.show,
    "insights": insights.show,
    "themes": themes.show,
    "personas": personas.show,
    "journey": journey.show,
    "messaging": messaging.show,
    "chat": chat.show,
    "documents": documents.show,
    "record": record.show,
}
ACTS: Mapping[str, Act] = {
    **deciding.ACTS,
    **sources.ACTS,
    **analyze.ACTS,
    **documents.ACTS,
    **chat.ACTS,
    **trying.ACTS,
}


class Answer(Model):
    """What a browser tab gets back."""

    turn: int
    at: str
    title: str
    html: str
    said: str = ""
    tone: str = ""
    """`done`, `problem` or nothing."""
    undo: bool = False
    fetch: str = ""
    poll: bool = False


class Notice(NamedTuple):
    """What is said of what was done, and whether it went wrong."""

    outcome: Outcome
    tone: str


def answer(desk: Desk, data: Mapping[str, Any], user: str) -> dict[str, Any]:
    """Return what the tab shows next.

    Args:
        desk: The study and what goes on in it.
        data: What the tab sent; nothing in it is trusted.
        user: Who is logged in; where nobody has to, the name that the tab says counts.
    """
    try:
        asked = Asked.model_validate(dict(data))
    except (ValidationError, TypeError, ValueError):
        asked = Asked(at="")
    by = user or asked.by.strip() or "someone"
    notice = _done(desk, asked, by)
    at = Address.read(notice.outcome.go or asked.at)
    return _drawn(desk, asked, at, by, notice).model_dump()


def shows_problems(act: Act) -> Callable[[Scene, Asked], Notice]:
    """Turn what goes wrong in an action into words with a remedy."""

    @functools.wraps(act)
    def guarded(scene: Scene, asked: Asked) -> Notice:
        try:
            return Notice(act(scene, asked), "done")
        except ChangedError as error:
            return Notice(Outcome(f"Not done: {error}"), "problem")
        except PersonagenError as error:
            return Notice(Outcome(str(error)), "problem")

    return guarded


def _done(desk: Desk, asked: Asked, by: str) -> Notice:
    if not asked.do:
        return Notice(Outcome(), "")
    act = ACTS.get(asked.do)
    if act is None:
        return Notice(Outcome("That can't be done here. Reload the page."), "problem")
    try:
        scene = Scene(desk, desk.shelf.now(), Address.read(asked.at), by)
        return shows_problems(act)(scene, asked)
    except Exception as error:
        # A fault of ours: the person is told and can go on; the terminal has the rest.
        traceback.print_exc()
        said = f"That failed ({type(error).__name__}), and nothing was changed. The terminal says"
        return Notice(Outcome(f"{said} more."), "problem")


def _drawn(desk: Desk, asked: Asked, at: Address, by: str, notice: Notice) -> Answer:
    scene = Scene(desk, desk.shelf.now(), at, by)
    if not at.room:
        at = Address(_first_room(scene))
        scene = Scene(desk, scene.now, at, by)
    page = _page(scene)
    return Answer(
        turn=asked.turn,
        at=str(scene.at),
        title=f"{page.title} · {desk.shelf.folder.resolve().name}",
        html=str(rendered(page.template, {**frame(scene), **page.values, "title": page.title})),
        said=notice.outcome.said,
        tone=notice.tone,
        undo=notice.outcome.undo,
        fetch=notice.outcome.fetch,
        poll=page.poll,
    )


def _page(scene: Scene) -> Page:
    try:
        return SHOWS[scene.at.room](scene)
    except PersonagenError as error:
        values = {"problem": str(error), "room": scene.at.room}
        return Page("problem.html", values, ROOMS[scene.at.room])


def _first_room(scene: Scene) -> str:
    """Return where to begin: where the next thing is to be done."""
    if not scene.document.sources:
        return "sources"
    return "personas" if scene.document.personas else "analyze"
