"""From themes to claims: a sentence, the excerpts for and against it, and how many say so."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from personagen.analysts.base import Analyst, CodedUnits
from personagen.analysts.stance import words
from personagen.clustering import Landscape
from personagen.coding import excerpt_of
from personagen.ids import stable_id
from personagen.models import Claim, ClaimType, Evidence, Insight, Provenance, SourceKind, Theme
from personagen.opposition import opposing, pools_of
from personagen.proximity import content_words


def claims_of(
    themes: Sequence[Theme],
    insights: Sequence[Insight],
    rows: dict[str, int],
    coded: CodedUnits,
    landscape: Landscape,
    analyst: Analyst,
    at: datetime,
) -> list[Claim]:
    """Return one claim a theme, over the whole study, in the order of the themes.

    `participants` are all who support it; `n` counts those of them who belong to the study's base
    (`prevalence.base_of`), `of` is the size of that base, and `sources` counts supporting excerpts
    by kind of source, so that "6 of 14, and 22 tickets" can be said without adding unlike things.

    Args:
        themes: With members among `insights`.
        insights: All of the study's.
        rows: Insight id to the index of its unit.
        coded: The units.
        landscape: Where they lie.
        analyst: Who phrases.
        at: When the run began.
    """
    by_id = {i.id: i for i in insights}
    pools = pools_of(insights, rows, coded, landscape)
    provenance = Provenance(analyst=analyst.name, model=analyst.model, at=at)
    claims = []
    for theme in themes:
        members = [by_id[i] for i in theme.insights]
        against = opposing(theme, rows, coded, landscape, pools)
        claims.append(
            Claim(
                id=stable_id("c", theme.id),
                type=cast("ClaimType", theme.code),
                theme=theme.id,
                text=analyst.phrase_claim(theme),
                supports=tuple(evidence_of(m) for m in spread(members, theme.label)),
                opposes=_against([o.row for o in against], coded),
                participants=theme.participants,
                n=theme.n,
                of=theme.of,
                interval=theme.interval,
                sources=_by_kind([rows[m.id] for m in members], coded),
                age=max(
                    filter(None, (coded.units[rows[m.id]].date for m in members)), default=None
                ),
                provenance=provenance,
            )
        )
    return claims


def evidence_of(insight: Insight) -> Evidence:
    """Return an insight's excerpt as evidence: with the participant who said it."""
    return Evidence(**insight.excerpt.model_dump(), participant=insight.participant)


def spread(members: Sequence[Insight], headline: str = "") -> list[Insight]:
    """Return insights best first, one of each participant before a second of anyone.

    Excerpts of the same words come last, whoever said them: read once, they add nothing.

    Args:
        members: A theme's insights.
        headline: What is claimed of them; what says it in its own words comes first.
    """
    worth = _Worth(headline)
    queues: dict[str, list[Insight]] = defaultdict(list)
    for insight in sorted(members, key=worth):
        queues[insight.participant].append(insight)
    rounds = max(map(len, queues.values()), default=0)
    order = sorted(queues.values(), key=lambda q: worth(q[0]))
    ranked = [q[turn] for turn in range(rounds) for q in order if turn < len(q)]
    seen: set[str] = set()
    first: list[Insight] = []
    again: list[Insight] = []
    for insight in ranked:
        same = " ".join(words(insight.excerpt.quote))
        (again if same in seen else first).append(insight)
        seen.add(same)
    return first + again


class _Worth:
    """What sorts the best quotation first: to the point, able to stand alone, sure, strong."""

    def __init__(self, headline: str) -> None:
        self._claimed = set(content_words(headline))

    def __call__(self, insight: Insight) -> tuple[bool, float, str]:
        length = len(insight.excerpt.quote.split())
        unwieldy = 0.01 * max(0, length - 30) + 0.03 * max(0, 6 - length)
        said = self._claimed.intersection(content_words(insight.excerpt.quote))
        to_the_point = len(said) / max(1, len(self._claimed))
        worth = insight.score + 0.15 * insight.intensity + to_the_point - unwieldy
        return not insight.quotable and to_the_point < 1, -round(worth, 3), insight.id


def _against(rows: Sequence[int], coded: CodedUnits) -> tuple[Evidence, ...]:
    found = []
    for row in rows:
        unit = coded.units[row]
        excerpt = excerpt_of(unit, unit.start, unit.end)
        if excerpt is not None:
            found.append(Evidence(**excerpt.model_dump(), participant=unit.participant))
    return tuple(found)


def _by_kind(rows: Sequence[int], coded: CodedUnits) -> dict[SourceKind, int]:
    return dict(sorted(Counter(coded.units[row].kind for row in rows).items()))
