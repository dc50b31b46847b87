"""From insights to themes: insights of one code that belong together across participants."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from personagen.analysts.base import (
    Analyst,
    CodedUnits,
    Floats,
    Member,
    ThemeName,
    provenance_of,
)
from personagen.analysts.stance import BANAL, stem
from personagen.ids import stable_id
from personagen.membership import Told, said_by, unread
from personagen.models import Findings, Insight, Provenance, Skipped, Theme
from personagen.prevalence import Base, prevalence
from personagen.progress import Progress, Report
from personagen.proximity import centre, content_words, groups

SAME_THEME = 0.5
"""Overlap of members (Jaccard) from which a new theme is the old one again."""
CLEAR = 0.5
"""Score that at least one member has: a theme of doubtful insights alone is mostly chance."""
CLEAR_OF_CODE = {"workaround": 0.12}
"""The same for a code so rare that its probabilities stay low."""
SURE_OF_CODE = {"pain_point": 0.5, "objection": 0.5}
"""Score from which an insight belongs to a theme by its own right; of a complaint that the encoder
doubts, most are none (`personagen evaluate --truth`)."""
SAYS_THE_SAME = 0.5
"""Similarity to a clear member from which a doubtful insight belongs to a theme all the same."""
STRAY = 0.1
"""Mean similarity to the other members below which an insight does not belong."""


ALONE = "no second participant says the same: kept as insights, in no theme"
UNCLEAR = "nobody says it clearly: kept as insights, in no theme"
STRAYED = "near a theme, but says something else than its name: kept as insights, in no theme"
UNREAD = "too many to read each together with its theme's name: they count by nearness alone"
NAMELESS = "nothing that they have in common can be named: kept as insights, in no theme"


class Landscape(NamedTuple):
    """Where units lie: points whose dot product says how alike two excerpts are."""

    points: Floats
    """float32, shape (m, d)."""
    place: dict[int, int]
    """Index of a unit to its row in `points`; units without a stance have none."""

    def of(self, rows: Iterable[int]) -> Floats:
        """Return the points of some units, in their order."""
        found: Floats = self.points[[self.place[row] for row in rows]]
        return found


_Left = Counter[tuple[str, str]]
"""Code and reason → how many insights no theme holds."""


class _Named(NamedTuple):
    """A theme to be."""

    code: str
    name: ThemeName
    insights: list[Insight]
    members: list[Member]
    """The same as naming sees them; in the order of the insights that were named."""


class Grouped(NamedTuple):
    """Themes, and the insights that no theme holds."""

    themes: list[Theme]
    skipped: list[Skipped]


def themes_of(
    insights: Sequence[Insight],
    rows: dict[str, int],
    coded: CodedUnits,
    landscape: Landscape,
    analyst: Analyst,
    base: Base,
    at: datetime,
    *,
    previous: Findings | None = None,
    seed: int = 0,
    report: Report,
) -> Grouped:
    """Return themes of two or more participants, most people first; the rest is counted.

    Args:
        insights: All of the study's.
        rows: Insight id to the index of its unit.
        coded: Units with vectors.
        landscape: Where the units lie.
        analyst: Who names the themes.
        base: Whom n of N counts.
        at: When the run began.
        previous: Findings of an earlier run, whose theme ids live on where members overlap.
        seed: Of the grouping.
        report: Told which code is being grouped.
    """
    by_code: dict[str, list[Insight]] = defaultdict(list)
    for insight in sorted(insights, key=lambda i: i.id):
        by_code[insight.code].append(insight)
    named: list[_Named] = []
    left: _Left = Counter()
    for done, (code, some) in enumerate(sorted(by_code.items())):
        report(Progress("Grouping", done, len(by_code)))
        kept, alone = _groups_of_people(some, landscape.of(rows[i.id] for i in some), seed)
        kept, doubtful = _clear(kept)
        members = [[_member(i, rows[i.id], coded) for i in group] for group in kept]
        names = analyst.name_themes(code, members)
        found = [_Named(code, *parts) for parts in zip(names, kept, members, strict=True)]
        named += [one for one in found if one.name.label]
        left[code, ALONE] += len(alone)
        left[code, NAMELESS] += sum(len(one.insights) for one in found if not one.name.label)
        left[code, UNCLEAR] += sum(map(len, doubtful))
    report(Progress("Grouping", len(by_code), len(by_code)))
    report(Progress("Reading themes", 0, 1))
    told = [[Told(m.text, m.lang, m.vector) for m in one.members] for one in named]
    themes = [
        _theme(one.name, one.insights, base, provenance_of(analyst, one.name.maker, at))
        for one in _that_say_so(named, told, left)
    ]
    report(Progress("Reading themes", 1, 1))
    themes.sort(key=lambda t: (-t.n, -len(t.participants), -len(t.insights), t.id))
    skipped = [_skipped(code, why, n) for (code, why), n in left.items() if n]
    if more := unread(told):
        skipped.append(Skipped(what=f"{more} insights", where="the largest themes", why=UNREAD))
    return Grouped(inherit_ids(themes, previous), skipped)


def _that_say_so(
    named: Sequence[_Named], told: Sequence[Sequence[Told]], left: _Left
) -> list[_Named]:
    """Return the themes with those alone that say what each is called; count the others."""
    said = said_by([one.name.label for one in named], told)
    carried: list[_Named] = []
    for one, says in zip(named, said, strict=True):
        insights = [i for i, so in zip(one.insights, says, strict=True) if so]
        left[one.code, STRAYED] += len(one.insights) - len(insights)
        if len({i.participant for i in insights}) < 2:
            left[one.code, ALONE] += len(insights)
        elif not any(map(is_clear, insights)):
            left[one.code, UNCLEAR] += len(insights)
        else:
            carried.append(one._replace(insights=insights))
    return carried


def merged(themes: Sequence[Theme], same: Sequence[Sequence[str]], base: Base) -> list[Theme]:
    """Return themes with those that mean the same in one; the largest gives id and name.

    Args:
        themes: In order.
        same: Ids of themes that mean the same; of one code, or they stay apart.
        base: Whom n of N counts.
    """
    known = {theme.id: theme for theme in themes}
    gone: set[str] = set()
    for group in same:
        some = [known[i] for i in dict.fromkeys(group) if i in known and i not in gone]
        if len(some) < 2 or len({theme.code for theme in some}) > 1:
            continue
        largest = max(some, key=lambda theme: (len(theme.insights), theme.id))
        known[largest.id] = _together(largest, some, base)
        gone |= {theme.id for theme in some} - {largest.id}
    left = [known[theme.id] for theme in themes if theme.id not in gone]
    return sorted(left, key=lambda t: (-t.n, -len(t.participants), -len(t.insights), t.id))


def _together(largest: Theme, some: Sequence[Theme], base: Base) -> Theme:
    participants = tuple(sorted({p for theme in some for p in theme.participants}))
    count = prevalence(participants, base)
    return largest.model_copy(
        update={
            "insights": tuple(sorted({i for theme in some for i in theme.insights})),
            "participants": participants,
            "n": count.n,
            "of": count.of,
            "interval": count.interval,
        }
    )


def inherit_ids(themes: Sequence[Theme], previous: Findings | None) -> list[Theme]:
    """Return themes that carry the id of the earlier theme they continue.

    Overlap is counted over insights that both runs know: a theme that only grew is the same theme.
    """
    if previous is None or not previous.themes:
        return list(themes)
    known = {i.id for i in previous.insights} or {i for t in previous.themes for i in t.insights}
    now = {i for t in themes for i in t.insights}
    both = known & now
    holders: dict[str, list[Theme]] = defaultdict(list)
    for old in previous.themes:
        for insight in both.intersection(old.insights):
            holders[insight].append(old)
    pairs = []
    for place, new in enumerate(themes):
        touched = {old.id: old for i in new.insights for old in holders.get(i, ())}
        for old in touched.values():
            overlap = _overlap(old, new, both)
            if old.code == new.code and overlap >= SAME_THEME:
                pairs.append((-overlap, old.id, place))
    taken: dict[int, str] = {}
    given: set[str] = set()
    for _, old_id, place in sorted(pairs):
        if place not in taken and old_id not in given:
            taken[place] = old_id
            given.add(old_id)
    return [
        t.model_copy(update={"id": taken[i]}) if i in taken else t for i, t in enumerate(themes)
    ]


def _overlap(old: Theme, new: Theme, both: set[str]) -> float:
    before, after = both.intersection(old.insights), both.intersection(new.insights)
    union = before | after
    return len(before & after) / len(union) if union else 0.0


def _groups_of_people(
    insights: list[Insight], points: Floats, seed: int
) -> tuple[list[list[Insight]], list[Insight]]:
    """Return groups of two or more participants, and the insights that are in none."""
    kept: list[list[Insight]] = []
    about = [i for i, insight in enumerate(insights) if _specific(insight)]
    alone = [insight for insight in insights if not _specific(insight)]
    insights, points = [insights[i] for i in about], points[about]
    for group in groups(points, seed):
        inside, strays = _without_strays(group, points)
        inside, doubted = _without_doubtful(inside, insights, points)
        alone += [insights[i] for i in (*strays, *doubted)]
        members = [insights[i] for i in inside]
        if len({m.participant for m in members}) >= 2:
            kept.append(members)
        else:
            alone += members
    return kept, alone


def _clear(groups: list[list[Insight]]) -> tuple[list[list[Insight]], list[list[Insight]]]:
    """Return groups in which somebody says it clearly, and the others."""
    clear: list[list[Insight]] = []
    doubtful: list[list[Insight]] = []
    for group in groups:
        (clear if any(map(is_clear, group)) else doubtful).append(group)
    return clear, doubtful


def is_clear(insight: Insight, least: float = CLEAR) -> bool:
    """Return whether an analyst is sure of an insight, or a person has said so."""
    if insight.status in {"accepted", "edited"}:
        return True
    return insight.score >= CLEAR_OF_CODE.get(insight.code, least)


def _without_strays(group: list[int], points: Floats) -> tuple[list[int], list[int]]:
    if len(group) < 4:
        return group, []
    own = points[group]
    others = (own @ centre(own) * len(group) - np.einsum("ij,ij->i", own, own)) / (len(group) - 1)
    pairs = list(zip(group, others, strict=True))
    inside = [i for i, near in pairs if near >= STRAY]
    return inside, [i for i, near in pairs if near < STRAY]


def _without_doubtful(
    group: list[int], insights: Sequence[Insight], points: Floats
) -> tuple[list[int], list[int]]:
    """Return the members that are sure or say what a clear one says, and the others."""
    clear = [i for i in group if is_clear(insights[i])]
    if not clear:
        return group, []
    near = (points[group] @ points[clear].T).max(axis=1)
    pairs = list(zip(group, near, strict=True))
    sure = {i for i, n in pairs if n >= SAYS_THE_SAME or _is_sure(insights[i])}
    return [i for i in group if i in sure], [i for i in group if i not in sure]


def _is_sure(insight: Insight) -> bool:
    return is_clear(insight, SURE_OF_CODE.get(insight.code, 0.0))


def _skipped(code: str, why: str, count: int) -> Skipped:
    what = f"{count} insight{'' if count == 1 else 's'}"
    return Skipped(what=what, where=f"themes of {code}", why=why)


def _specific(insight: Insight) -> bool:
    """Return whether an insight names what it is about: "I don't know, it's hard" does not."""
    quote = insight.excerpt.quote
    things = {word for word in content_words(quote) if word not in _BANAL_STEMS}
    return len(things) >= (1 if len(quote.split()) <= 4 else 2)


_BANAL_STEMS = frozenset(map(stem, BANAL))


def _member(insight: Insight, row: int, coded: CodedUnits) -> Member:
    return Member(
        text=insight.excerpt.quote,
        participant=insight.participant,
        quotable=insight.quotable,
        intensity=insight.intensity,
        vector=coded.vectors[row],
        lang=coded.units[row].lang,
    )


def _theme(
    name: ThemeName, members: Sequence[Insight], base: Base, provenance: Provenance
) -> Theme:
    participants = tuple(sorted({m.participant for m in members}))
    count = prevalence(participants, base)
    ids = tuple(sorted(m.id for m in members))
    return Theme(
        id=stable_id("t", members[0].code, *ids),
        code=members[0].code,
        label=name.label,
        definition=name.definition,
        criterion=name.criterion,
        insights=ids,
        participants=participants,
        n=count.n,
        of=count.of,
        interval=count.interval,
        provenance=provenance,
    )
