"""Insights: what each participant said, coded, in its place; decide on one or on fifty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from personagen.filtering import InsightFilter
from personagen.models import Insight, StudyDocument

from .format import KIND_NAMES, STATUS_NAMES, Piece, Turn, around, asked, code_name, pieces, turn
from .room import Page, Scene, paged
from .shelf import Snapshot

PER_PAGE, MORE_PER_PAGE = 25, 50
ASKED = ("code", "theme", "participant", "attribute", "kind", "status", "words", "meaning")
MOST_CHOICES = 300
"""Values offered in one list; a longer list helps nobody find anything."""


class Row(NamedTuple):
    """One insight as it is listed."""

    insight: Insight
    asked: str
    """The question or turn before."""
    pieces: tuple[Piece, ...]
    """The turn with the excerpt marked in it."""
    source: str
    when: str
    themes: tuple[tuple[str, str], ...]
    """Id and label of each theme it is in."""
    around: Sequence[Turn]


class Choices(NamedTuple):
    """What the filters offer: value and name."""

    code: Sequence[tuple[str, str]]
    theme: Sequence[tuple[str, str]]
    participant: Sequence[tuple[str, str]]
    attribute: Sequence[tuple[str, str]]
    kind: Sequence[tuple[str, str]]
    status: Sequence[tuple[str, str]]


def show(scene: Scene) -> Page:
    """Return the list of insights that the address asks for."""
    wanted = InsightFilter.model_validate({n: v for n in ASKED if (v := scene.at.get(n))})
    with scene.desk.shelf.open() as study:
        found = study.insights(wanted, scene.document)
    if not scene.desk.jobs.going:
        scene.desk.shelf.expect_search()
    size = MORE_PER_PAGE if scene.at.get("per") == str(MORE_PER_PAGE) else PER_PAGE
    page = paged(found, scene.at.number("page"), size)
    labels = theme_labels(scene.document)
    return Page(
        "insights.html",
        {
            "rows": page,
            "lines": [row(scene.now, insight, labels) for insight in page.rows],
            "choices": choices(scene.document),
            "wanted": wanted,
            "sizes": (PER_PAGE, MORE_PER_PAGE) if len(found) > PER_PAGE else (),
            "size": size,
            "everything": len(scene.document.insights),
            "analyzed": bool(scene.document.runs),
            "move_to": _targets(scene.document, page.rows),
        },
        "Insights",
    )


def row(now: Snapshot, insight: Insight, labels: dict[str, list[tuple[str, str]]]) -> Row:
    """Return one insight with the turn that it stands in."""
    seat = now.seats.get(insight.excerpt.utterance)
    themes = tuple(labels.get(insight.id, ()))
    if seat is None:
        gone = (Piece(insight.excerpt.quote, True),)
        return Row(insight, "", gone, "", "", themes, ())
    said = seat.source.utterances[seat.position]
    return Row(
        insight,
        asked(seat),
        pieces(said.text, insight.excerpt),
        seat.source.path,
        turn(said).when,
        themes,
        around(seat, insight.excerpt),
    )


def theme_labels(document: StudyDocument) -> dict[str, list[tuple[str, str]]]:
    """Return insight id to the themes that hold it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for theme in document.themes:
        if theme.status != "rejected":
            for insight in theme.insights:
                found.setdefault(insight, []).append((theme.id, theme.label))
    return found


def choices(document: StudyDocument) -> Choices:
    """Return what the filters offer: only what some insight has."""
    spoke = Counter(i.participant for i in document.insights)
    people = [p for p in document.participants if p.id in spoke]
    attributes = Counter(f"{n}={v}" for p in people for n, v in p.attributes.items() if v)
    common = [pair for pair, number in attributes.most_common(MOST_CHOICES) if number > 1]
    kinds = {s.kind for s in document.sources}
    themes = sorted(
        (t for t in document.themes if t.status != "rejected"), key=lambda t: (t.code, -t.n)
    )
    return Choices(
        code=[(c, code_name(c)) for c in dict.fromkeys(i.code for i in document.insights)],
        theme=[(t.id, f"{code_name(t.code)}: {t.label} ({t.n})") for t in themes],
        participant=[(p.id, f"{p.id} ({spoke[p.id]})") for p in people[:MOST_CHOICES]],
        attribute=[(pair, pair.replace("=", ": ")) for pair in sorted(common)],
        kind=[(kind, name) for kind, name in KIND_NAMES.items() if kind in kinds],
        status=[(s, STATUS_NAMES[s]) for s in ("suggested", "accepted", "edited", "rejected")],
    )


def _targets(document: StudyDocument, rows: Sequence[Insight]) -> list[tuple[str, str]]:
    """Return the themes that ticked insights can be moved to: of the codes on this page."""
    codes = {insight.code for insight in rows}
    kept = [t for t in document.themes if t.code in codes and t.status != "rejected"]
    return [(t.id, f"{code_name(t.code)}: {t.label}") for t in sorted(kept, key=lambda t: t.code)]
