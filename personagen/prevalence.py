"""How many people say a thing: n of N participants, with an interval; never mentions."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from typing import NamedTuple

from personagen.models import Material, ParticipantKind

Z95 = 1.959964
"""Standard normal quantile of a 95 % interval."""


class Prevalence(NamedTuple):
    """How many of the base say it."""

    n: int
    of: int
    interval: tuple[float, float]
    """95 % Wilson interval of n / of."""


class Base(NamedTuple):
    """The participants that prevalence is counted over."""

    kind: ParticipantKind | None
    """`interviewee` where there are interviews; None where several kinds are counted together."""
    participants: frozenset[str]


def wilson(n: int, of: int, z: float = Z95) -> tuple[float, float]:
    """Return the Wilson score interval of a share, rounded to four places; (0, 1) of nobody.

    Source:
        Wilson (1927), doi:10.1080/01621459.1927.10502953.
    """
    if not 0 <= n <= of:
        raise ValueError(f"{n} of {of} is no share")
    if of == 0:
        return 0.0, 1.0
    share, spread = n / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / of + spread / of / 4) / (1 + spread)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def base_of(material: Material) -> Base:
    """Return who could have voiced a theme.

    Interviewees, where the study has interviews: an hour's talk gives everyone the chance to say
    a thing, and one-line reviews beside it would only thin the share. Where there are none: all
    who wrote something. Authors of reviews, tickets and answers in a study with interviews still
    support claims and are counted by kind of source, beside n of N.
    """
    spoke = {
        utterance.participant
        for source in material.sources
        for utterance in source.utterances
        if utterance.participant and utterance.role == "participant" and utterance.text.strip()
    }
    kinds = {p.id: p.kind for p in material.participants if p.id in spoke}
    interviewees = frozenset(p for p, kind in kinds.items() if kind == "interviewee")
    if interviewees:
        return Base("interviewee", interviewees)
    found = set(kinds.values())
    return Base(found.pop() if len(found) == 1 else None, frozenset(kinds))


def prevalence(participants: Iterable[str], base: Base) -> Prevalence:
    """Return how many of the base are among the participants; each is counted once."""
    n, of = len(base.participants.intersection(participants)), len(base.participants)
    return Prevalence(n, of, wilson(n, of))
