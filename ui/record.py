"""Record: who decided what and when, which analyst and prompts, what was left out and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from personagen.models import ReviewEvent, StudyDocument

from .format import counted, shortened
from .room import Page, Scene, paged
from .shelf import Item

PER_PAGE = 40
TABS = {"": "Decisions", "rejected": "Rejected", "left-out": "Left out", "analyses": "Analyses"}
NOUNS = {
    "Insight": "insight",
    "Theme": "theme",
    "Claim": "claim",
    "Persona": "persona",
    "Message": "message",
}


class Entry(NamedTuple):
    """One decision in words."""

    event: ReviewEvent
    noun: str
    what: str
    """The words of what was decided on."""
    now: str
    """The new words, where there are any."""
    undone: bool
    more: int = 0
    """Further items that the same decision was taken on."""


def show(scene: Scene) -> Page:
    """Return decisions, newest first; or what was rejected, left out, or analyzed."""
    tab = scene.at.get("show") if scene.at.get("show") in TABS else ""
    rows, values = _TABLES[tab](scene.document)
    page = paged(rows, scene.at.number("page"), PER_PAGE)
    everything = {"tabs": TABS, "tab": tab, "rows": page, "lines": page.rows, **values}
    return Page("record.html", everything, "Record")


def _decisions(document: StudyDocument) -> tuple[Sequence[object], Mapping[str, object]]:
    undone = {e.target for e in document.reviews if e.action == "undo"}
    taken = groupby(reversed(document.reviews), key=lambda e: (e.at, e.by, e.action))
    return [_together(list(events), undone) for _, events in taken], {"what": "decisions"}


def _together(events: Sequence[ReviewEvent], undone: Collection[str]) -> Entry:
    """Return the events of one decision, of fifty where fifty were taken at once, as one line."""
    return entry(events[-1], undone)._replace(more=len(events) - 1)


def _rejected(document: StudyDocument) -> tuple[Sequence[object], Mapping[str, object]]:
    nouns: tuple[Sequence[Item], ...] = (
        document.personas,
        document.themes,
        document.claims,
        document.messages,
        document.insights,
    )
    found = [i for noun in nouns for i in noun if i.status == "rejected"]
    return [(item, NOUNS[type(item).__name__], words(item)) for item in found], {"what": "rejected"}


def _left_out(document: StudyDocument) -> tuple[Sequence[object], Mapping[str, object]]:
    return document.skipped, {"what": "left out"}


def _analyses(document: StudyDocument) -> tuple[Sequence[object], Mapping[str, object]]:
    values = {"what": "analyses", "made": document.provenance}
    return list(reversed(document.runs)), values


_TABLES = {
    "": _decisions,
    "rejected": _rejected,
    "left-out": _left_out,
    "analyses": _analyses,
}


def entry(event: ReviewEvent, undone: Collection[str]) -> Entry:
    """Return one decision in words; `undone` holds the numbers of those taken back."""
    before, after = event.before or {}, event.after or {}
    item = before.get("item")
    if event.action == "undo":
        what = f"decision {event.target}"
        return Entry(event, "", what, "", False)
    said = _said(item) if isinstance(item, dict) else event.target
    now = str(after.get("text", "")) or _added(after)
    return Entry(event, str(before.get("noun", "")), said, now, str(event.id) in undone)


def _said(item: Mapping[str, object]) -> str:
    names = ("label", "text", "statement", "name")
    return shortened(next((str(item[n]) for n in names if item.get(n)), str(item.get("id", ""))))


def _added(after: Mapping[str, object]) -> str:
    for noun in ("claim", "message"):
        made = after.get(noun)
        if isinstance(made, dict):
            return str(made.get("text", ""))
    if insights := after.get("insights"):
        return counted(len(insights) if isinstance(insights, list) else 1, "insight")
    return str(after.get("into") or after.get("to") or "")


def words(item: Item) -> str:
    """Return the words of an item."""
    return _said(item.model_dump())
