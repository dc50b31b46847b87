"""Would the study have known? People held out in pairs, their objections guessed from the others'.

Of two people, one voiced an objection or a pain and one did not. Both are held out, and from the
people most like each it is guessed which of the two it was. The base rate can't tell them apart: a
coin. Pairs, not single people, because leaving out one voice of a rare objection makes it look
rarer for the very person who holds it. The themes and personas were found with everybody's words
in, so this flatters a little; the persona of who is held out is not read off but found again, from
what else they said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.messagetest.heard import Heard
from personagen.models import Model, Persona, Theme
from personagen.prevalence import wilson

CODES = frozenset({"objection", "pain_point"})
"""Of the themes that a message can run into."""
FEWEST_VOICES = 2
"""People who voice a theme before anybody can be held out of it."""
FEWEST_PEOPLE = 6
"""People below which nothing is said."""
BRIER_BASE = 0.25
"""Of a coin."""
FEWEST_THEMES = 3
"""Shared objections and pains below which nothing is said."""
MOST_PAIRS = 4_000
"""Pairs that are looked at; of more, some are drawn."""
PRIOR = 2.0
"""People that the base rate counts for beside a persona's own."""
BINS = (0.5, 0.6, 0.75, 0.9, 1.0)
"""How sure a guess is; one of exactly a half prefers nobody and is in no bin."""
RESAMPLES = 2_000

Floats = NDArray[np.float64]


class Bin(Model):
    """Guesses of about one sureness, and how often they were right."""

    low: float
    high: float
    guesses: int
    sure: float
    """Mean sureness, 0.5–1."""
    right: float
    """Share."""
    interval: tuple[float, float]
    """95 % Wilson interval of `right`; guesses about one person go together, so that it is rather
    too narrow."""


class BackTest(Model):
    """How well held-out people's objections are known from the others'."""

    people: int
    themes: int
    pairs: int
    """Two people held out together, of whom one voiced an objection and one did not."""
    hit_rate: float
    """Of these, how often the one who voiced it was thought likelier to; a tie counts half. The
    base rate thinks both alike: 0.5."""
    hit_interval: tuple[float, float]
    """95 % interval over resampled objections."""
    brier: float
    """Mean squared difference of sureness and truth; 0 is best, the base rate's is 0.25."""
    brier_interval: tuple[float, float]
    bins: tuple[Bin, ...]
    said: str


class _Field(NamedTuple):
    """Who voiced what."""

    people: tuple[str, ...]
    voiced: Floats
    """1 where they did, shape (people, themes)."""
    profiles: Floats
    """Shape (people, 384): mean of what else they said, less the mean of all, rows of length 1."""
    groups: tuple[Floats, ...]
    """A persona each: 1 for its people, shape (people,)."""


def back_test(heard: Heard, seed: int = 0) -> BackTest:
    """Return how well each person's objections are predicted from the others'.

    Args:
        heard: The study.
        seed: Of what is drawn.
    """
    field = _field(heard)
    n, themes = field.voiced.shape
    if n < FEWEST_PEOPLE or themes < FEWEST_THEMES or not field.groups:
        return _too_small(n, themes)
    return _summary(field, _pairs(field, np.random.default_rng(seed)), seed)


def _field(heard: Heard) -> _Field:
    people = tuple(sorted(heard.base.participants))
    themes = [t for t in heard.document.themes if _is_target(t, people)]
    voiced = np.array([[float(who in t.participants) for t in themes] for who in people])
    shown = [p for p in heard.document.personas if _is_shown(p)]
    groups = tuple(
        np.array([float(who in persona.participants) for who in people]) for persona in shown
    )
    voiced = voiced.reshape(len(people), len(themes))
    return _Field(people, voiced, _profiles(heard, people, themes), groups)


def _is_target(theme: Theme, people: Sequence[str]) -> bool:
    voices = len(set(people).intersection(theme.participants))
    return theme.code in CODES and theme.status != "rejected" and voices >= FEWEST_VOICES


def _is_shown(persona: Persona) -> bool:
    return persona.kind != "negative" and persona.status != "rejected"


def _profiles(heard: Heard, people: Sequence[str], themes: Sequence[Theme]) -> Floats:
    """Return what each person is like, by the sentences that no theme to be guessed rests on."""
    inside = {i for theme in themes for i in theme.insights}
    taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for insight in heard.document.insights:
        if insight.id in inside:
            taken[insight.excerpt.utterance].append((insight.excerpt.start, insight.excerpt.end))
    rows: Mapping[str, list[int]] = defaultdict(list)
    for row, unit in enumerate(heard.units):
        if not any(unit.start < end and start < unit.end for start, end in taken[unit.utterance]):
            rows[unit.participant].append(row)
    found = np.zeros((len(people), heard.meanings.shape[1]))
    for i, who in enumerate(people):
        if rows[who]:
            found[i] = heard.meanings[rows[who]].mean(axis=0)
    found -= found.mean(axis=0)
    profiles: Floats = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
    return profiles


def _like_them(field: _Field, person: int, other: int) -> Floats:
    """Return how likely a person is to voice each objection, by the persona most like them.

    Args:
        field: Who voiced what.
        person: Held out.
        other: Held out too.
    """
    out = [person, other]
    best, said, size = -np.inf, np.zeros(field.voiced.shape[1]), 0
    for members in field.groups:
        inside = [i for i in out if members[i]]
        count = int(members.sum()) - len(inside)
        if count:
            profile = members @ field.profiles - field.profiles[inside].sum(0)
            near = float(profile @ field.profiles[person]) / count
            if near > best:
                best, size = near, count
                said = members @ field.voiced - field.voiced[inside].sum(0)
    n = len(field.people) - len(out)
    base = (field.voiced.sum(0) - field.voiced[out].sum(0) + 0.5) / (n + 1)
    likely: Floats = (said + PRIOR * base) / (size + PRIOR)
    return likely


def _pairs(field: _Field, draw: np.random.Generator) -> list[Floats]:
    """Return, for each theme, how sure it is of each pair that the one who voiced it did."""
    most = max(1, MOST_PAIRS // field.voiced.shape[1])
    odds: dict[tuple[int, int], Floats] = {}

    def odds_of(person: int, other: int) -> Floats:
        if (person, other) not in odds:
            likely = _like_them(field, person, other)
            odds[person, other] = likely / (1 - likely)
        return odds[person, other]

    found = []
    for theme, column in enumerate(field.voiced.T):
        silent = np.flatnonzero(column == 0)
        pairs = [(int(a), int(b)) for a in np.flatnonzero(column) for b in silent]
        if len(pairs) > most:
            pairs = [pairs[i] for i in sorted(draw.choice(len(pairs), most, replace=False))]
        if pairs:
            two = [(odds_of(a, b)[theme], odds_of(b, a)[theme]) for a, b in pairs]
            found.append(np.round([voice / (voice + other) for voice, other in two], 9))
    return found


def _summary(field: _Field, pairs: Sequence[Floats], seed: int) -> BackTest:
    draw = np.random.default_rng(seed)
    hits = np.array([((np.sign(some - 0.5) + 1) / 2).mean() for some in pairs])
    brier = np.array([((1 - some) ** 2).mean() for some in pairs])
    result = BackTest(
        people=len(field.people),
        themes=field.voiced.shape[1],
        pairs=sum(map(len, pairs)),
        hit_rate=round(float(hits.mean()), 4) if len(hits) else 0.5,
        hit_interval=_resampled(hits, draw),
        brier=round(float(brier.mean()), 4) if len(brier) else BRIER_BASE,
        brier_interval=_resampled(brier, draw),
        bins=tuple(_bins(np.concatenate(pairs))) if pairs else (),
        said="",
    )
    return result.model_copy(update={"said": _in_words(result)})


def _resampled(values: Floats, draw: np.random.Generator) -> tuple[float, float]:
    """Return a 95 % interval of the mean over resampled values."""
    if not len(values):
        return 0.0, 1.0
    means = values[draw.integers(0, len(values), (RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return round(float(low), 4), round(float(high), 4)


def _bins(sure: Floats) -> list[Bin]:
    """Return guesses by how sure they are."""
    right, size = sure > 0.5, np.maximum(sure, 1 - sure)
    found = []
    for low, high in pairwise(BINS):
        inside = (size > low) & (size <= high)
        count, good = int(inside.sum()), int(right[inside].sum())
        if count:
            found.append(
                Bin(
                    low=low,
                    high=high,
                    guesses=count,
                    sure=round(float(size[inside].mean()), 4),
                    right=round(good / count, 4),
                    interval=wilson(good, count),
                )
            )
    return found


def _in_words(result: BackTest) -> str:
    low, high = result.hit_interval
    if low > 0.5:
        verdict = "The persona tells more than the base rate does."
    elif high < 0.5:
        verdict = "The persona tells less than the base rate does: don't lean on it."
    else:
        verdict = "With so few people it can't be told whether the persona beats the base rate."
    return (
        f"{result.people} people held out two at a time, {result.themes} objections and pains: of "
        "two people of whom one voiced it, the right one was thought likelier in "
        f"{result.hit_rate:.0%} ({low:.0%}–{high:.0%}; the base rate alone: 50%). {verdict}"
    )


def _too_small(people: int, themes: int) -> BackTest:
    said = (
        f"{people} people and {themes} objections or pains that two of them share are too few to "
        "hold anybody out."
    )
    return BackTest(
        people=people, themes=themes, pairs=0, hit_rate=0.5, hit_interval=(0.0, 1.0),
        brier=BRIER_BASE, brier_interval=(0.0, 1.0), bins=(), said=said,
    )  # fmt: skip
