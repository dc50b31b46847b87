"""Lines to try on each persona: drafted from claims, product facts and the customers' own words.

A line quotes what was said, states a fact that really speaks to it, or leaves a marked blank with
the question that would fill it. It invents no fact, no number and no promise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from personagen.cues.fragments import clip, headline, points_back
from personagen.cues.vocabulary import marketing_words
from personagen.ids import stable_id
from personagen.messaging.facts import Facts, as_sentence
from personagen.models import Claim, Evidence, Message, MessageKind, Persona, Skipped, Stage

if TYPE_CHECKING:
    from personagen.working import Working

LINE = 110
"""Characters of a quoted piece in a proposition, pitch or answer."""
SUBJECT = 60
"""Characters of a subject line."""
MOST_AVOIDED = 8
MOST_ANSWERS = 5
AT_SHORTEST = 14

_STAGE_FIELDS: dict[Stage, tuple[str, ...]] = {
    "awareness": ("triggers", "pain_points"),
    "consideration": ("objections", "workarounds"),
    "decision": ("success_measures", "decision_power", "goals"),
    "use": ("praise", "feature_requests"),
}


_BARE = re.compile(r"(?:held back by|trouble with|wants|likes)\s+\S+$", re.IGNORECASE)
"""Labels that name a word and no event."""


class Proposed(NamedTuple):
    """Messages, and what could not be drafted."""

    messages: tuple[Message, ...]
    skipped: tuple[Skipped, ...]


class _Quoted(NamedTuple):
    """A claim with a piece of its members' words."""

    claim: Claim
    text: str
    evidence: Evidence


def propose(working: Working, personas: Sequence[Persona], claims: Sequence[Claim]) -> Proposed:
    """Return lines to try for each persona; all are *suggested*.

    Args:
        working: Units, encoder, and the product facts of `study.toml`.
        personas: For whom.
        claims: All of the study's, those made for personas included.
    """
    facts = Facts(working)
    messages: list[Message] = []
    skipped: list[Skipped] = []
    for persona in personas:
        if persona.kind == "negative":
            skipped.append(_not_drafted(persona, "a negative persona: nobody to win over"))
            continue
        drafted = list(_Drafter(working, persona, claims, facts).lines())
        if not drafted:
            skipped.append(_not_drafted(persona, "no claim has words short enough to quote"))
        messages += drafted
    return Proposed(tuple(messages), tuple(skipped))


def _not_drafted(persona: Persona, why: str) -> Skipped:
    return Skipped(what="messages", where=persona.id, why=why)


class _Drafter:
    """Drafts the lines of one persona; each piece of speech is quoted once."""

    def __init__(
        self, working: Working, persona: Persona, claims: Sequence[Claim], facts: Facts
    ) -> None:
        self._working = working
        self._persona = persona
        self._claims = {claim.id: claim for claim in claims}
        self._members = frozenset(persona.participants)
        self._facts = facts
        self._product = working.material.product
        self._title = _lowered(persona.name.rsplit(" ", 1)[0])
        self._quoted: set[tuple[str, int]] = set()

    def lines(self) -> Iterator[Message]:
        """Yield every line that the evidence allows."""
        for line in (self._proposition(), self._pitch(), *self._answers(), self._words()):
            if line is not None:
                yield line
        yield from self._short_lines()

    def _proposition(self) -> Message | None:
        pain = self._answered(("pain_points", "workarounds"), LINE) or self._first(
            ("pain_points", "workarounds", "motivations"), LINE
        )
        if pain is None:
            return None
        facts = self._matches(pain.claim)[:1]
        gain = self._first(("motivations", "goals"), LINE, other_than=pain.claim)
        says = f"For the {self._title} who says “{pain.text}”"
        says += f" and “{gain.text}”" if gain else ""
        body = f"{says}: {self._offer(pain.claim, facts)}"
        proof = self._praise_for(facts)
        if proof:
            body += f" In a customer's words: “{proof.text}”"
        used = [q.claim.id for q in (pain, gain, proof) if q]
        return self._message("value_proposition", None, body, used, facts)

    def _pitch(self) -> Message | None:
        pain = self._first(("triggers", "pain_points"), LINE)
        want = self._first(("goals", "motivations"), LINE)
        start = pain or want
        if start is None:
            return None
        facts = self._matches(start.claim)[:2] or (self._matches(want.claim)[:1] if want else [])
        parts = [f"“{start.text}”"]
        if want and want is not start:
            parts.append(f"What they want instead: “{want.text}”")
        parts.append(self._offer(start.claim, facts))
        used = [q.claim.id for q in (start, want) if q]
        return self._message("pitch", None, " ".join(map(_stopped, parts)), used, facts)

    def _answers(self) -> Iterator[Message]:
        for claim in self._of(("objections",))[:MOST_ANSWERS]:
            quoted = self._quote(claim, LINE)
            if quoted is None:
                continue
            facts = self._matches(claim)[:1]
            against = self._counter(claim)
            text = f"When they say “{quoted.text}”: "
            text += self._offer(claim, facts) if facts or not against else ""
            if against:
                text = f"{text.rstrip()} Somebody else in this study: “{against}”"
            yield self._message("objection_answer", "consideration", text, [claim.id], facts)

    def _words(self) -> Message | None:
        terms = [
            self._claims[i] for i in self._persona.fields.get("vocabulary", ()) if i in self._claims
        ]
        if not terms:
            return None
        said = (u.text for u in self._working.units)
        written = (*self._product.does, *self._product.proof)
        avoid = marketing_words(said, written, MOST_AVOIDED)
        text = f"Use: {', '.join(t.text for t in terms)}."
        text += f" Avoid, since nobody here says it: {', '.join(avoid)}." if avoid else ""
        return self._message("vocabulary", None, text, [t.id for t in terms], [])

    def _short_lines(self) -> Iterator[Message]:
        for stage, fields in _STAGE_FIELDS.items():
            subject = self._first(fields, SUBJECT)
            if subject is None:
                continue
            yield self._message("subject_line", stage, f"“{subject.text}”", [subject.claim.id], [])
            other = self._first(fields, LINE) or subject
            facts = self._matches(other.claim)[:1]
            text = f"{_stopped(f'“{other.text}”')} {self._offer(other.claim, facts)}"
            yield self._message("ad", stage, text, [other.claim.id], facts)

    def _answered(self, fields: Sequence[str], limit: int) -> _Quoted | None:
        """Return the strongest claim that a product fact speaks to, quoted."""
        for claim in self._of(fields):
            if self._matches(claim):
                quoted = self._quote(claim, limit)
                if quoted is not None:
                    return quoted
        return None

    def _first(
        self, fields: Sequence[str], limit: int, other_than: Claim | None = None
    ) -> _Quoted | None:
        for claim in self._of(fields):
            if other_than is None or claim.id != other_than.id:
                quoted = self._quote(claim, limit)
                if quoted is not None:
                    return quoted
        return None

    def _of(self, fields: Sequence[str]) -> list[Claim]:
        return [
            self._claims[i]
            for field in fields
            for i in self._persona.fields.get(field, ())
            if i in self._claims
        ]

    def _quote(self, claim: Claim, limit: int) -> _Quoted | None:
        """Return a piece of a member's words under a claim that no other line quotes."""
        for evidence in claim.supports:
            place = (evidence.utterance, evidence.start)
            row = self._facts.unit_of(evidence)
            if evidence.participant not in self._members or place in self._quoted or row is None:
                continue
            if points_back(evidence.quote):
                continue
            piece = clip(
                self._working.units[row].whole,
                evidence.start,
                evidence.end,
                limit,
                least=AT_SHORTEST,
            )
            if piece is not None:
                self._quoted.add(place)
                return _Quoted(claim, headline(piece.text), evidence)
        return None

    def _counter(self, claim: Claim) -> str | None:
        for evidence in claim.opposes:
            row = self._facts.unit_of(evidence)
            if row is not None:
                whole = self._working.units[row].whole
                piece = clip(whole, evidence.start, evidence.end, LINE, least=AT_SHORTEST)
                if piece is not None:
                    return headline(piece.text)
        return None

    def _matches(self, claim: Claim) -> list[str]:
        own = [e for e in claim.supports if e.participant in self._members]
        return [match.fact for match in self._facts.matching(claim, own)]

    def _praise_for(self, facts: Sequence[str]) -> _Quoted | None:
        """Return praise of what a fact says, in a member's words."""
        for claim in self._of(("praise",)):
            if set(facts).intersection(self._matches(claim)):
                return self._quote(claim, LINE)
        return None

    def _offer(self, claim: Claim, facts: Sequence[str]) -> str:
        """Return the facts as sentences, or a blank with the question that would fill it."""
        if facts:
            return " ".join(as_sentence(self._product, fact) for fact in facts)
        about = claim.text.strip("“”.!? ")
        name = self._product.name or "the product"
        if len(about.split()) < 4 or "“" in claim.text or _BARE.match(about):
            return f"[needs a product fact: what does {name} do for somebody who says this?]"
        asked = f"what does {name} do about this ({about[:1].lower() + about[1:]})?"
        return f"[needs a product fact: {asked}]"

    def _message(
        self,
        kind: MessageKind,
        stage: Stage | None,
        text: str,
        claims: Sequence[str],
        facts: Sequence[str],
    ) -> Message:
        return Message(
            id=stable_id("m", self._persona.id, kind, stage or "", *claims),
            persona=self._persona.id,
            kind=kind,
            stage=stage,
            text=" ".join(text.split()),
            claims=tuple(dict.fromkeys(claims)),
            product_facts=tuple(facts),
        )


def _stopped(text: str) -> str:
    return text if text.endswith((".", "!", "?", "]", "”")) else f"{text}."


def _lowered(title: str) -> str:
    """Return a title as a common noun: acronyms keep their capitals."""
    return " ".join(w if w.isupper() else w.lower() for w in title.split())
