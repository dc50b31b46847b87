"""What the charts say: how many people voice each theme, by persona and by kind of source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from personagen.export.base import Bar, BarGroup, Chart
from personagen.export.wording import THEME_NAMES, unquoted
from personagen.models import Persona, SourceKind, StudyDocument, Theme

MOST_THEMES = 12
People = Mapping[str, Collection[str]]
"""Name of a series to the participants in it."""

_KIND_SERIES: Mapping[SourceKind, str] = {
    "interview": "Interviews",
    "review": "Reviews",
    "ticket": "Tickets",
    "survey": "Surveys",
    "crm": "CRM notes",
}


def charts(document: StudyDocument, personas: Sequence[Persona]) -> tuple[Chart, ...]:
    """Return the charts that the study can fill: none without themes, one series at least."""
    themes = [theme for theme in document.themes if theme.status != "rejected" and theme.n]
    by_persona = _by_persona(themes, personas)
    by_kind = _by_kind(document, themes)
    return tuple(chart for chart in (by_persona, by_kind) if chart.groups)


def _by_persona(themes: Sequence[Theme], personas: Sequence[Persona]) -> Chart:
    people = {persona.name: frozenset(persona.participants) for persona in personas}
    voiced = {theme.id: dict.fromkeys(people, theme.participants) for theme in themes}
    return _chart(
        "themes-by-persona",
        "Who says what",
        "People of each persona who voice a theme, of all people of that persona.",
        themes,
        people,
        voiced,
    )


def _by_kind(document: StudyDocument, themes: Sequence[Theme]) -> Chart:
    kind_of = {source.id: source.kind for source in document.sources}
    insights = {insight.id: insight for insight in document.insights}
    voiced: dict[str, dict[str, set[str]]] = {}
    for theme in themes:
        by_kind: dict[str, set[str]] = defaultdict(set)
        for insight in (insights[i] for i in theme.insights if i in insights):
            kind = kind_of.get(insight.excerpt.source)
            if kind and insight.status != "rejected":
                by_kind[_KIND_SERIES[kind]].add(insight.participant)
        voiced[theme.id] = by_kind
    return _chart(
        "themes-by-source",
        "Where it is said",
        "People who voice a theme in each kind of source, of all people heard there.",
        themes,
        _heard(document),
        voiced,
    )


def _heard(document: StudyDocument) -> dict[str, set[str]]:
    heard: dict[str, set[str]] = defaultdict(set)
    for source in document.sources:
        people = {u.participant for u in source.utterances if u.participant}
        heard[_KIND_SERIES[source.kind]] |= people
    return {name: heard[name] for name in _KIND_SERIES.values() if heard.get(name)}


def _chart(
    anchor: str,
    title: str,
    description: str,
    themes: Sequence[Theme],
    people: People,
    voiced: Mapping[str, Mapping[str, Collection[str]]],
) -> Chart:
    groups = [
        BarGroup(
            theme=theme.id,
            label=unquoted(theme.label),
            code=THEME_NAMES.get(theme.code, theme.code.replace("_", " ")),
            bars=_bars(people, voiced[theme.id]),
        )
        for theme in sorted(themes, key=lambda theme: -theme.n)
    ]
    kept = [group for group in groups if any(bar.n for bar in group.bars)]
    drawn = tuple(kept[:MOST_THEMES]) if people else ()
    return Chart(anchor, title, description, drawn, more=len(kept) - len(drawn))


def _bars(people: People, voiced: People) -> tuple[Bar, ...]:
    return tuple(
        Bar(name, len(frozenset(members).intersection(voiced.get(name, ()))), len(members))
        for name, members in people.items()
    )
