"""Themes: what is said by how many, by persona and kind of source; merge, split, rename, move."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from personagen.errors import UnknownIdError
from personagen.models import Claim, Evidence, StudyDocument, Theme

from .format import KIND_NAMES, Turn, code_name, turn
from .insights import Row, row, theme_labels
from .room import Page, Scene, paged

PER_PAGE = 30
MEMBERS_PER_PAGE = 25


class Bar(NamedTuple):
    """So many people of so many."""

    name: str
    n: int
    of: int


class ThemeRow(NamedTuple):
    """One theme as it is listed."""

    theme: Theme
    against: int
    """People whose words speak against it."""
    personas: Sequence[Bar]
    kinds: Sequence[Bar]


class Against(NamedTuple):
    """An excerpt that speaks against a theme."""

    evidence: Evidence
    turn: Turn


def show(scene: Scene) -> Page:
    """Return the list of themes, or one theme with its members."""
    return _one(scene) if scene.at.item else _all(scene)


def _all(scene: Scene) -> Page:
    document, code = scene.document, scene.at.get("code")
    kept = [t for t in document.themes if code in {"", t.code}]
    if scene.at.get("rejected") != "yes":
        kept = [t for t in kept if t.status != "rejected"]
    kept.sort(key=lambda t: (-t.n, t.label))
    rows = paged(kept, scene.at.number("page"), PER_PAGE)
    count = Prevalence(document)
    return Page(
        "themes.html",
        {
            "rows": rows,
            "lines": [count.row(theme) for theme in rows.rows],
            "codes": [(c, code_name(c)) for c in dict.fromkeys(t.code for t in document.themes)],
            "code": code,
            "everything": len(document.themes),
        },
        "Themes",
    )


def _one(scene: Scene) -> Page:
    document = scene.document
    theme = next((t for t in document.themes if t.id == scene.at.item), None)
    if theme is None:
        raise UnknownIdError("this theme is not in the study any more", "Go back to Themes.")
    members = [i for i in document.insights if i.id in set(theme.insights)]
    page = paged(members, scene.at.number("page"), MEMBERS_PER_PAGE)
    labels = theme_labels(document)
    lines: list[Row] = [row(scene.now, insight, labels) for insight in page.rows]
    return Page(
        "theme.html",
        {
            "theme": theme,
            "line": Prevalence(document).row(theme),
            "rows": page,
            "lines": lines,
            "against": _against(scene, theme),
            "siblings": _siblings(document, theme),
        },
        f"Theme: {theme.label}",
    )


def _siblings(document: StudyDocument, theme: Theme) -> list[tuple[str, str]]:
    same = [t for t in document.themes if t.code == theme.code and t.id != theme.id]
    return [(t.id, t.label) for t in same if t.status != "rejected"]


def _against(scene: Scene, theme: Theme) -> list[Against]:
    claims: Sequence[Claim] = [c for c in scene.document.claims if c.theme == theme.id]
    found = {(e.utterance, e.start): e for claim in claims for e in claim.opposes}
    return [
        Against(e, turn(seat.source.utterances[seat.position], e))
        for e in found.values()
        if (seat := scene.now.seats.get(e.utterance))
    ]


class Prevalence:
    """How many people voice a theme: by persona and by kind of source."""

    def __init__(self, document: StudyDocument) -> None:
        self._kind_of = {s.id: KIND_NAMES[s.kind] for s in document.sources}
        self._insights = {i.id: i for i in document.insights}
        shown = [p for p in document.personas if p.status != "rejected"]
        self._personas = {p.name: frozenset(p.participants) for p in shown}
        self._heard: dict[str, set[str]] = {}
        self._against: dict[str, set[str]] = {}
        for source in document.sources:
            people = {u.participant for u in source.utterances if u.participant}
            self._heard.setdefault(KIND_NAMES[source.kind], set()).update(people)
        for claim in document.claims:
            if claim.theme:
                people = {e.participant for e in claim.opposes}
                self._against.setdefault(claim.theme, set()).update(people)

    def row(self, theme: Theme) -> ThemeRow:
        """Return one theme, counted."""
        voiced: dict[str, set[str]] = {}
        for insight in (self._insights[i] for i in theme.insights if i in self._insights):
            kind = self._kind_of.get(insight.excerpt.source)
            if kind and insight.status != "rejected":
                voiced.setdefault(kind, set()).add(insight.participant)
        everywhere = dict.fromkeys(self._personas, frozenset(theme.participants))
        return ThemeRow(
            theme,
            len(self._against.get(theme.id, ())),
            _bars(self._personas, everywhere),
            _bars(self._heard, voiced),
        )


def _bars(
    people: Mapping[str, Collection[str]], voiced: Mapping[str, Collection[str]]
) -> list[Bar]:
    return [
        Bar(name, len(set(members) & set(voiced.get(name, ()))), len(members))
        for name, members in people.items()
        if members
    ]
