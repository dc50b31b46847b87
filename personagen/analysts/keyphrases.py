"""What a theme speaks of: its telling words and phrases, against its sibling themes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import log
from typing import NamedTuple

from personagen.analysts.base import Member
from personagen.analysts.grammar import VERBS, base
from personagen.analysts.stance import BANAL, COMMON, FILLERS, stem

MOST = 8
"""Key phrases of a theme."""


class Terms(NamedTuple):
    """What a theme speaks of, against its siblings."""

    weight: dict[str, float]
    """Stem to its class-based TF-IDF, the theme's largest is 1."""
    shared: dict[str, int]
    """Stem to the number of participants who use it."""
    phrases: tuple[str, ...]
    """Key phrases as people wrote them, the most telling first."""


def terms_of(themes: Sequence[Sequence[Member]]) -> list[Terms]:
    """Return each theme's telling words and phrases, by class-based TF-IDF over 1- to 3-grams.

    A word counts once a participant: who repeats himself says nothing more.

    Source:
        Grootendorst (2022), BERTopic, arXiv:2203.05794, section 3.3.
    """
    shared = [_people_by_term(members) for members in themes]
    spread: Counter[str] = Counter()
    for counts in shared:
        spread.update({term: len(people) for term, people in counts.items()})
    total = sum(len({m.participant for m in members}) for members in themes)
    return [
        _terms(members, counts, spread, total)
        for members, counts in zip(themes, shared, strict=True)
    ]


def _people_by_term(members: Sequence[Member]) -> dict[str, set[str]]:
    people: dict[str, set[str]] = defaultdict(set)
    for member in members:
        for gram in _grams(member.text):
            people[gram].add(member.participant)
    return people


def _terms(
    members: Sequence[Member], counts: dict[str, set[str]], spread: Counter[str], total: int
) -> Terms:
    size = len({m.participant for m in members})
    weight = {
        gram: len(people) / size * log(1 + total / spread[gram]) * (1 + 0.35 * gram.count(" "))
        for gram, people in counts.items()
    }
    single = {g: w for g, w in weight.items() if " " not in g}
    most = max(single.values(), default=1.0)
    return Terms(
        {g: w / most for g, w in single.items()},
        {g: len(counts[g]) for g in single},
        _phrases(members, weight, {g: len(p) for g, p in counts.items()}),
    )


def _runs(text: str) -> Iterator[list[str]]:
    """Yield runs of neighbouring content words, as written, lower case."""
    run: list[str] = []
    for token in re.findall(
        r"[^\W_]+(?:['’+#.-][^\W_]+)*[+#]*|[^\w\s]", text.lower().replace("’", "'")
    ):
        if (
            token[0].isalnum()
            and len(token) > 1
            and "'" not in token
            and token not in COMMON
            and token not in FILLERS
        ):
            run.append(token)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _grams(text: str) -> Iterator[str]:
    for run in _runs(text):
        stems = [stem(w) for w in run]
        for length in (1, 2, 3):
            for i in range(len(stems) - length + 1):
                yield " ".join(stems[i : i + length])


def _phrases(
    members: Sequence[Member], weight: dict[str, float], shared: dict[str, int]
) -> tuple[str, ...]:
    """Return the most telling phrases, each as most people write it, none inside another."""
    surfaces: dict[str, Counter[str]] = defaultdict(Counter)
    for member in members:
        for run in _runs(member.text):
            for length in (1, 2, 3):
                for i in range(len(run) - length + 1):
                    gram = " ".join(stem(w) for w in run[i : i + length])
                    surfaces[gram][" ".join(run[i : i + length])] += 1
    chosen: list[str] = []
    for gram in sorted(weight, key=lambda g: (-round(weight[g], 6), g)):
        surface = min(surfaces[gram], key=lambda s: (-surfaces[gram][s], s))
        if shared[gram] < 2 or not _thing_like(surface) or _inside(gram, chosen):
            continue
        chosen.append(gram)
        if len(chosen) == MOST:
            break
    return tuple(min(surfaces[g], key=lambda s: (-surfaces[g][s], s)) for g in chosen)


def _inside(gram: str, chosen: list[str]) -> bool:
    own = set(gram.split())
    return any(own & set(other.split()) for other in chosen)


def _thing_like(phrase: str) -> bool:
    """Return whether a phrase names a thing: no verb at its ends, not banal throughout."""
    parts = phrase.split()
    if all(p in BANAL for p in parts) or parts[-1] in BANAL or parts[0] in ("able", "make"):
        return False
    last, first = parts[-1], parts[0]
    if (last in VERBS and last not in _NOUNS) or (base(last) != last and base(last) not in _NOUNS):
        return False
    if last.endswith("ly") or first.endswith("ly") or last.isdigit():
        return False
    return not (first in VERBS and first not in _NOUNS)


# Base forms that customers use as nouns more often than as verbs.
_NOUNS = frozenset(
    """
    access answer attach cause change charge charge code contact control cost cover crash cut deal
    debug design download email error export fear file fit help import issue label lack launch lead
    limit link list load log match measure meeting mention move need notice offer order pay plan
    plot post price print produce question record refund repeat reply report request review ring
    risk run save scan schedule screenshot search share show sign sort spread start stop store
    study support sync talk test text track train transfer trust turn type update upgrade upload
    use user value view visit wait walk watch work worry test map format feature graph chart
    """.split()
)
