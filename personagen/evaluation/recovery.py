"""Findings against what was planted: recall of passages, themes as pairs, groups of people."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import combinations
from typing import NamedTuple

from personagen.evaluation.truth import Planted, Truth
from personagen.models import Insight, SourceKind, StudyDocument

SAME = 0.6
"""Share of the shorter one's words that stand in one row in both wordings of a passage. Words in
any order are not enough: "I can't fix a puncture" shares four of five with most long sentences."""
FEWEST = 3
"""Words in a row below which chance may have done it; of shorter passages all of them."""


class Recovery(NamedTuple):
    """What came out of a study of what was planted; shares are from 0 to 1."""

    planted: int
    """Passages with a code."""
    coded: float
    """Share of them that have an insight."""
    right_code: float
    """Share of them that have an insight of the planted code."""
    pairs: int
    """Pairs of different people's passages that stand in one theme."""
    pair_precision: float
    """Share of these pairs that were planted as one point."""
    pair_recall: float
    """Share of the planted pairs, found as insights of one code, that stand in one theme."""
    adjusted_rand: float
    """Agreement of personas and planted groups over interviewees: 1 equal, 0 chance."""
    people: int
    """Interviewees in planted groups."""


def recovery(document: StudyDocument, truth: Truth) -> Recovery:
    """Return how much of what was planted the study's findings show, and how truly."""
    stances = [p for p in truth.passages if p.code]
    found = _found(stances, document)
    together = _pairs_in_themes(found, document)
    possible = set(_same_point(stances, found))
    right = together & set(_same_point(stances, found, any_code=True))
    agreement, people = _agreement(document, truth)
    return Recovery(
        planted=len(stances),
        coded=_share(bool(some) for some in found),
        right_code=_share(
            any(i.code == p.code for i in some) for p, some in zip(stances, found, strict=True)
        ),
        pairs=len(together),
        pair_precision=len(right) / max(1, len(together)),
        pair_recall=len(together & possible) / max(1, len(possible)),
        adjusted_rand=agreement,
        people=people,
    )


def render(name: str, result: Recovery) -> str:
    """Return a recovery as a Markdown table."""
    rows = [
        (f"passages planted with a code: {result.planted}", ""),
        ("… that have an insight", f"{result.coded:.2f}"),
        ("… of the planted code", f"{result.right_code:.2f}"),
        (f"pairs of two people's planted passages in one theme: {result.pairs}", ""),
        ("… planted as one point (precision)", f"{result.pair_precision:.2f}"),
        ("… of the pairs that could be (recall)", f"{result.pair_recall:.2f}"),
        (f"groups of {result.people} interviewees, adjusted Rand", f"{result.adjusted_rand:.2f}"),
    ]
    return "\n".join([f"| {name} | |", "| --- | ---: |", *(f"| {a} | {b} |" for a, b in rows)])


def _share(hits: Iterable[bool]) -> float:
    some = list(hits)
    return sum(some) / max(1, len(some))


def _found(passages: Sequence[Planted], document: StudyDocument) -> list[list[Insight]]:
    """Return the insights that show each passage; names are masked, so words are compared."""
    kinds = {source.id: source.kind for source in document.sources}
    by_kind: dict[SourceKind, list[tuple[tuple[str, ...], Insight]]] = defaultdict(list)
    for insight in document.insights:
        words = _in_order(insight.excerpt.quote)
        by_kind[kinds[insight.excerpt.source]].append((words, insight))
    return [
        [i for words, i in by_kind[p.kind] if _alike(_in_order(p.quote), words)] for p in passages
    ]


def words_in(text: str) -> set[str]:
    """Return the words of a text in lower case, each once."""
    return set(_in_order(text))


def _in_order(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.lower()))


def _alike(planted: tuple[str, ...], shown: tuple[str, ...]) -> bool:
    fewer = min(len(planted), len(shown))
    enough = max(SAME * fewer, min(FEWEST, fewer - 1))
    if (Counter(planted) & Counter(shown)).total() <= enough:  # The run below takes its time.
        return False
    run = SequenceMatcher(None, planted, shown, autojunk=False).find_longest_match()
    return run.size > enough


def _pairs_in_themes(
    found: Sequence[Sequence[Insight]], document: StudyDocument
) -> set[tuple[int, int]]:
    themes = {i: theme.id for theme in document.themes for i in theme.insights}
    members: dict[str, set[int]] = defaultdict(set)
    for place, insights in enumerate(found):
        for insight in insights:
            if insight.id in themes:
                members[themes[insight.id]].add(place)
    pairs = {pair for some in members.values() for pair in combinations(sorted(some), 2)}
    return {(a, b) for a, b in pairs if _people(found[a]).isdisjoint(_people(found[b]))}


def _people(insights: Iterable[Insight]) -> set[str]:
    return {insight.participant for insight in insights}


def _same_point(
    passages: Sequence[Planted], found: Sequence[Sequence[Insight]], *, any_code: bool = False
) -> Iterator[tuple[int, int]]:
    """Yield pairs of different people's passages planted as one point, if they were found."""
    for a, b in combinations(range(len(passages)), 2):
        if passages[a].theme is None or passages[a].theme != passages[b].theme:
            continue
        codes = {i.code for i in found[a]} & {i.code for i in found[b]}
        if (codes or any_code) and _people(found[a]).isdisjoint(_people(found[b])):
            yield a, b


def _agreement(document: StudyDocument, truth: Truth) -> tuple[float, int]:
    from sklearn.metrics import adjusted_rand_score

    persona = {who: p.id for p in document.personas for who in p.participants}
    planted = planted_groups(document, truth.groups)
    if not planted:
        return 0.0, 0
    found = [persona.get(who, who) for who in planted]
    return float(adjusted_rand_score(list(planted.values()), found)), len(planted)


def planted_groups(document: StudyDocument, groups: Mapping[str, str | None]) -> dict[str, str]:
    """Return each interviewee's planted group; interviews are imported in the order of names."""
    interviewees = sorted(
        (p.id for p in document.participants if p.kind == "interviewee"), key=_number
    )
    pairs = zip(interviewees, groups.values(), strict=False)
    return {who: group for who, group in pairs if group}


def _number(participant: str) -> int:
    return int(re.sub(r"\D", "", participant) or 0)
