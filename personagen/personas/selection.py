"""Which claims stand in which field of a persona: shared by members, typical of them, each once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import log

from personagen.analysts.standalone import reads_alone
from personagen.models import Claim, ClaimType

FIELDS: Mapping[str, ClaimType] = {
    "role": "role",
    "firmographics": "firmographic",
    "tools": "tool",
    "channels": "channel",
    "content_formats": "content_format",
    "decision_power": "decision_power",
    "success_measures": "success_measure",
    "triggers": "trigger",
    "objections": "objection",
    "pain_points": "pain_point",
    "motivations": "motivation",
    "workarounds": "workaround",
    "feature_requests": "feature_request",
    "praise": "praise",
    "goals": "goal",
}
"""Field of a persona to the type of its claims, in the order in which evidence is given out: what
is rarely said comes first, so that a sentence about a trigger is not spent on a pain."""
MOST = {
    "tools": 6,
    "role": 5,
    "firmographics": 4,
    "pain_points": 6,
    "objections": 5,
    "motivations": 5,
}
MOST_ELSEWHERE = 4
MOST_THIN = 3
"""Claims up to which single voices are added: of what is shared little is left, or nothing."""
ENOUGH = 2
"""Members who must support a claim."""
TINY = 3
"""Members up to which one is enough."""
SHARED_ELSEWHERE = 0.5
"""Times the others' share below which a claim is rather theirs."""

_CODED = frozenset(
    ("pain_point", "objection", "motivation", "workaround", "feature_request", "praise", "goal")
)
"""Types whose single voice is shown in that person's words."""

_STRENGTHENED = _CODED - {"workaround", "goal"}
"""Types in which single voices stand beside what little is shared."""

Intensities = Mapping[tuple[str, int], int]
Scores = Mapping[tuple[str, str, int], float]


class Selection:
    """The claims of one persona's fields, and what ranked them."""

    def __init__(
        self,
        claims: Sequence[Claim],
        members: frozenset[str],
        people: Collection[str],
        intensities: Intensities,
        scores: Scores,
    ) -> None:
        self._members = members
        self._others = frozenset(people) - members
        self._intensities = intensities
        self._scores = scores
        self._spent: Counter[tuple[str, int]] = Counter()
        self._said: set[str] = set()
        self.supported = [c for c in claims if members.intersection(c.participants)]
        self.fields: dict[str, tuple[str, ...]] = {}
        self.thin: list[str] = []
        for field, kind in FIELDS.items():
            self._fill(field, [c for c in self.supported if c.type == kind])

    def ranked(self, claims: Sequence[Claim]) -> list[Claim]:
        """Return claims that members support, the most typical first, not yet spent elsewhere."""
        some = [c for c in claims if self._inside(c) and self._speaks(c)]
        fresh = [c for c in sorted(some, key=self._order) if self._fresh(c)]
        kept = [c for c in fresh if self._enough(c)] or fresh[:1]
        kept = [c for c in kept if _plain(c.text) not in self._said]
        for claim in kept[:3]:
            self._spend(claim)
        return kept[:3]

    def _fill(self, field: str, claims: Sequence[Claim]) -> None:
        ordered = sorted((c for c in claims if self._speaks(c)), key=self._order)
        shared = [c for c in ordered if self._enough(c) and self._theirs(c)]
        kept = self._taken(shared, MOST.get(field, MOST_ELSEWHERE))
        voices: list[Claim] = []
        if not kept or FIELDS[field] in _STRENGTHENED:
            single = [c for c in ordered if self._theirs(c) and not self._enough(c)]
            voices = self._taken(single, MOST_THIN - len(kept))
        if voices and not kept and len(self._members) > TINY:
            self.thin.append(field)
        self.fields[field] = tuple(claim.id for claim in (*kept, *voices))

    def _taken(self, claims: Sequence[Claim], most: int) -> list[Claim]:
        kept: list[Claim] = []
        for claim in claims:
            if len(kept) < most and self._fresh(claim) and _plain(claim.text) not in self._said:
                kept.append(claim)
                self._spend(claim)
        return kept

    def _speaks(self, claim: Claim) -> bool:
        """Return whether the words that a claim quotes are a member's, and can be understood."""
        if claim.type in _CODED and self._inside(claim) < ENOUGH and not self._understood(claim):
            return False
        return self._in_own_words(claim)

    def _inside(self, claim: Claim) -> int:
        return len(self._members.intersection(claim.participants))

    def _enough(self, claim: Claim) -> bool:
        return self._inside(claim) >= (1 if len(self._members) <= TINY else ENOUGH)

    def _lift(self, claim: Claim) -> float:
        """Return the members' share over the others', both smoothed by half a person."""
        if not self._others:
            return 1.0
        inside = (self._inside(claim) + 0.5) / (len(self._members) + 1)
        outside = (len(self._others.intersection(claim.participants)) + 0.5) / (
            len(self._others) + 1
        )
        return inside / outside

    def _theirs(self, claim: Claim) -> bool:
        return self._lift(claim) >= SHARED_ELSEWHERE

    def _order(self, claim: Claim) -> tuple[float, int, str]:
        share = self._inside(claim) / len(self._members)
        typical = 1 + 0.5 * max(-1.0, min(1.0, log(self._lift(claim))))
        strength = share * typical * (1 + 0.15 * self._intensity(claim)) * self._sure(claim)
        return -round(strength, 6), -self._specific(claim), claim.id

    def _understood(self, claim: Claim) -> bool:
        """Return whether a member says so in words that can be understood alone."""
        own = (e.quote for e in claim.supports if e.participant in self._members)
        return any(reads_alone(quote) for quote in own)

    def _in_own_words(self, claim: Claim) -> bool:
        words = _plain(claim.text)
        return not claim.text.startswith("“") or any(
            words in _plain(e.quote) for e in claim.supports if e.participant in self._members
        )

    def _specific(self, claim: Claim) -> int:
        """Return how much of an event the members' words hold: figures, times, names, length."""
        own = [e.quote for e in claim.supports if e.participant in self._members]
        return max((_specificity(quote) for quote in own), default=0)

    def _intensity(self, claim: Claim) -> float:
        levels = [
            self._intensities.get((e.utterance, e.start), 0)
            for e in claim.supports
            if e.participant in self._members
        ]
        return sum(levels) / len(levels) if levels else 0.0

    def _sure(self, claim: Claim) -> float:
        """Return how likely the members' words are what the claim takes them for, 0–1."""
        scores = [
            self._scores.get((claim.type, e.utterance, e.start), 1.0)
            for e in claim.supports
            if e.participant in self._members
        ]
        return sum(scores) / len(scores) if scores else 1.0

    def _fresh(self, claim: Claim) -> bool:
        """Return whether some member's words under the claim stand under no other heading yet."""
        own = [e for e in claim.supports if e.participant in self._members]
        # A heading in somebody's words needs those words unspent: they are read first.
        headed = [e for e in own if _plain(claim.text) in _plain(e.quote)]
        own = headed if claim.text.startswith("“") and headed else own
        return not own or any(self._spent[e.utterance, e.start] == 0 for e in own)

    def _spend(self, claim: Claim) -> None:
        self._said.add(_plain(claim.text))
        for e in claim.supports:
            if e.participant in self._members:
                self._spent[e.utterance, e.start] += 1


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


_FIGURE = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|hundred|half|"
    r"week|month|year|day|hour|minute|night|morning|spring|summer|autumn|winter|january|february|"
    r"march|april|may|june|july|august|september|october|november|december|pounds?|quid)s?\b",
    re.IGNORECASE,
)


def _specificity(quote: str) -> int:
    words = quote.split()
    return min(len(words), 30) // 5 + 2 * min(3, len(_FIGURE.findall(quote)))


def selected(
    claims: Sequence[Claim],
    members: frozenset[str],
    people: Collection[str],
    intensities: Intensities,
    scores: Scores,
) -> Selection:
    """Return the claims of each field of a persona.

    Args:
        claims: All of the study's.
        members: The persona's participants.
        people: Everyone counted: members and those they are told apart from.
        intensities: Utterance and first character of an excerpt to its intensity, 0–3.
        scores: Code, utterance and first character of an excerpt to its score, 0–1.
    """
    return Selection(claims, members, people, intensities, scores)
