"""Claims for what one participant said: they fill a field in which members share nothing."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, cast

from personagen.analysts.standalone import reads_alone
from personagen.clustering import is_clear
from personagen.cues.fragments import clip, headline
from personagen.ids import stable_id
from personagen.models import Claim, ClaimType, Evidence, Insight
from personagen.opposition import AGAINST
from personagen.personas.fields import provenance_of
from personagen.personas.labels import LONGEST
from personagen.prevalence import Base, base_of, prevalence

SURE = 0.25
"""Score of an insight that stands alone, at least: one doubtful sentence is no finding."""
SURE_FELT = 0.5
"""The same of a pain and of praise: most of what the encoder doubts there is none, and praise that
is none has the wrong sign."""
PLAIN = 0.6
"""Score from which a sentence is sure enough without being quotable."""
PLAIN_OBJECTION = 0.5
"""The same of an objection: the encoder is seldom surer of one."""
CODES = ("pain_point", "motivation", "objection", "praise", "feature_request", "workaround")

if TYPE_CHECKING:
    from personagen.working import Working


def claims_alone(working: Working) -> list[Claim]:
    """Return a claim for each quotable insight, the most certain first.

    Its text is the participant's own words. A persona shows it only where its members share
    nothing in that field, and says that it rests on one participant. Insights of themes are among
    them: a theme that quotes another group is not shown here in that group's words.
    """
    base = base_of(working.material)
    torn = _torn(working)
    alone = [
        i
        for i in working.insights
        if i.code in CODES
        and (i.quotable or _speaks_plainly(i))
        and is_clear(i, SURE_FELT if i.code in {"pain_point", "praise"} else SURE)
        and i.id not in torn
        and i.participant in base.participants
        and i.status != "rejected"
    ]
    alone.sort(key=lambda i: (-i.score, i.id))
    made = (_claim(working, insight, base) for insight in alone)
    return [claim for claim in made if claim is not None]


def _speaks_plainly(insight: Insight) -> bool:
    """Return whether a sentence that was not said for quoting is sure and can be understood."""
    least = PLAIN_OBJECTION if insight.code == "objection" else PLAIN
    return insight.score >= least and reads_alone(insight.excerpt.quote)


def _torn(working: Working) -> set[str]:
    """Return insights whose sentence says the opposite more clearly.

    "It's dear, but good value" is praise first: as an objection it convinces nobody.
    """
    beside: dict[int, list[Insight]] = defaultdict(list)
    for insight in working.insights:
        beside[working.rows[insight.id]].append(insight)
    return {
        one.id
        for some in beside.values()
        for one in some
        if any(o.code in AGAINST.get(one.code, ()) and o.score > one.score for o in some)
    }


def _claim(working: Working, insight: Insight, base: Base) -> Claim | None:
    unit = working.units[working.rows[insight.id]]
    excerpt = insight.excerpt
    piece = clip(unit.whole, excerpt.start, excerpt.end, LONGEST, lang=unit.lang)
    if piece is None:
        return None
    count = prevalence([insight.participant], base)
    return Claim(
        id=stable_id("c", "alone", insight.id),
        type=cast("ClaimType", insight.code),
        theme=None,
        text=f"“{headline(piece.text)}”",
        supports=(Evidence(**excerpt.model_dump(), participant=insight.participant),),
        participants=(insight.participant,),
        n=count.n,
        of=count.of,
        interval=count.interval,
        sources={unit.kind: 1},
        age=unit.date,
        provenance=provenance_of(working),
    )
