"""Words of members that a message may quote: each once, each understood alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from personagen.analysts.standalone import clarity
from personagen.cues.fragments import clip, headline, opening
from personagen.messaging.facts import Facts
from personagen.models import Claim, Evidence, Persona

if TYPE_CHECKING:
    from personagen.working import Working

AT_SHORTEST = 14
"""Characters."""

Fits = Callable[[str], bool]
_MASKED = re.compile(r"\[[^\]]*\]|\bP\d{1,4}\b")

_BUYING = re.compile(
    r"\b(?:price\w*|pric(?:ey|ing)|costs?|costly|pay\w*|paid|buy\w*|bought|purchas\w*|budgets?|"
    r"expensive|cheap\w*|afford\w*|subscri\w*|licen[cs]e\w*|contracts?|fees?|charg(?:e|es|ed|ing)|"
    r"invest\w*|money|apps?|software|tools?|systems?|programs?|platforms?|logins?|passwords?|"
    r"install\w*|download\w*|switch\w*|migrat\w*|sign(?:ed|s|ing)? up|cancel\w*|renew\w*|"
    r"trial\w*|vendors?|suppliers?|data|privacy|cloud|offline|internet|phones?|devices?|"
    r"train(?:ed|ing)|learn\w*|adopt\w*|roll\w* out|recommend\w*|trust\w*)\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:not|never|no|nobody|nothing|none|without|too|unless|until|only if|worr\w+|afraid|fear\w*"
    r"|risk\w*|doubt\w*|stuck|lock\w*|refus\w+|block\w*|against|rather|instead|hard to|stopped"
    r"|cancelled|left|waste\w*|expensive|pricey|cannot|can't|lose|lost)\b|n['’]t\b",
    re.IGNORECASE,
)


class Quoted(NamedTuple):
    """A claim with a piece of a member's words."""

    claim: Claim
    text: str
    evidence: Evidence
    fact: str | None = None
    """A product fact that speaks to these very words."""


class Lines:
    """What one persona's members said, ready to be quoted; each passage is quoted once."""

    def __init__(
        self, working: Working, persona: Persona, claims: Mapping[str, Claim], facts: Facts
    ) -> None:
        self._working = working
        self._persona = persona
        self._claims = claims
        self._members = frozenset(persona.participants)
        self._facts = facts
        self._quoted: set[tuple[str, int]] = set()
        self._words: set[str] = set()

    def claims(self, fields: Sequence[str]) -> list[Claim]:
        """Return the claims of some fields, those that most members share first.

        A line may rest on one voice: it says so beside its claims.
        """
        found = [
            self._claims[i]
            for field in fields
            for i in self._persona.fields.get(field, ())
            if i in self._claims
        ]
        return sorted(found, key=lambda c: -len(self._members.intersection(c.participants)))

    def best(self, fields: Sequence[str], limit: int, fits: Fits | None = None) -> Quoted | None:
        """Return the strongest claim in words that a product fact speaks to; else the strongest."""
        options = [q for claim in self.claims(fields) if (q := self.option(claim, limit, fits))]
        chosen = next((q for q in options if q.fact), options[0] if options else None)
        return self.taken(chosen)

    def answered(self, fields: Sequence[str], limit: int) -> Quoted | None:
        """Return the strongest words that a product fact speaks to."""
        options = (self.option(claim, limit) for claim in self.claims(fields))
        return self.taken(next((q for q in options if q is not None and q.fact), None))

    def taken(self, quoted: Quoted | None) -> Quoted | None:
        """Remember that a passage is quoted, and return it."""
        if quoted is not None:
            self._quoted.add((quoted.evidence.utterance, quoted.evidence.start))
            self._words.add(quoted.text.casefold())
        return quoted

    def option(self, claim: Claim, limit: int, fits: Fits | None = None) -> Quoted | None:
        """Return the clearest words of a member under a claim, one with a matching fact first."""
        found = [q for q in self._pieces(claim, limit) if fits is None or fits(q.text)]
        # Of what the claim itself quotes, the reader has just been told.
        return max(
            found,
            key=lambda q: (q.fact is not None, q.text in claim.text, clarity(q.text)),
            default=None,
        )

    def counter(self, claim: Claim, limit: int) -> str | None:
        """Return what somebody in the study says against a claim."""
        for evidence in claim.opposes:
            text = self._piece(evidence, limit)
            if text is not None:
                return text
        return None

    def _pieces(self, claim: Claim, limit: int) -> Iterator[Quoted]:
        for evidence in claim.supports:
            place = (evidence.utterance, evidence.start)
            if evidence.participant not in self._members or place in self._quoted:
                continue
            text = self._piece(evidence, limit)
            if text is not None and text.casefold() not in self._words:
                match = self._facts.matching(evidence)
                yield Quoted(claim, text, evidence, match.fact if match else None)

    def _piece(self, evidence: Evidence, limit: int) -> str | None:
        row = self._facts.unit_of(evidence)
        if row is None:
            return None
        unit = self._working.units[row]
        piece = clip(
            unit.whole, evidence.start, evidence.end, limit, least=AT_SHORTEST, lang=unit.lang
        )
        # A clause from the middle has lost what it was said of.
        if piece is None or piece.start > opening(unit.whole, evidence.start, evidence.end):
            return None
        # “[colleague 7]” is nobody to whom a line is sent.
        return None if _MASKED.search(piece.text) else headline(piece.text)


def is_about_buying(text: str, product: str = "") -> bool:
    """Return whether words hold back from getting, paying for or using something.

    "I'm not allowed in the kitchen" holds somebody back from a kitchen, not from a purchase.
    """
    named = bool(product) and product.casefold() in text.casefold()
    return bool(_AGAINST.search(text)) and (named or _BUYING.search(text) is not None)
