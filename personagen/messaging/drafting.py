"""Lines to try on each persona: drafted from claims, product facts and the customers' own words.

A line quotes what was said, states a fact that really speaks to it, or leaves a marked blank with
the question that would fill it. It invents no fact, no number and no promise; where nothing that
was said is concrete enough to stand alone, the line is left out, and why is on record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from personagen.analysts.standalone import clarity
from personagen.ids import stable_id
from personagen.messaging.facts import Facts, as_sentence
from personagen.messaging.lines import Lines, Quoted, is_about_buying
from personagen.messaging.words import instead_of, sellers_words, vocabulary_line
from personagen.models import Claim, Message, MessageKind, Persona, Skipped, Stage
from personagen.personas.naming import NEUTRAL

if TYPE_CHECKING:
    from personagen.working import Working

LINE = 120
"""Characters of a quoted piece in a proposition, pitch or answer."""
SUBJECT = 64
"""Characters of a subject line."""
CONCRETE = 0.6
"""Clarity from which a line by itself is an image: things named, neither short nor long."""

_STAGE_FIELDS: dict[Stage, tuple[str, ...]] = {
    "awareness": ("triggers", "pain_points"),
    "consideration": ("workarounds", "objections"),
    "decision": ("success_measures", "goals"),
    "use": ("praise", "motivations"),
}

_BEFORE_BUYING = frozenset({"awareness", "consideration"})
"""Stages at which a line is of something that hurts: a blank there asks what the product does."""


class Proposed(NamedTuple):
    """Messages, and what could not be drafted."""

    messages: tuple[Message, ...]
    skipped: tuple[Skipped, ...]


def propose(working: Working, personas: Sequence[Persona], claims: Sequence[Claim]) -> Proposed:
    """Return lines to try for each persona; all are *suggested*.

    Args:
        working: Units, encoder, and the product facts of `study.toml`.
        personas: For whom.
        claims: All of the study's, those made for personas included.
    """
    facts = Facts(working)
    sellers = sellers_words(working)
    messages: list[Message] = []
    skipped: list[Skipped] = []
    for persona in personas:
        if persona.kind == "negative":
            skipped.append(_left_out(persona, "messages", "a negative persona: nobody to win over"))
            continue
        drafter = _Drafter(working, persona, claims, facts)
        messages += drafter.lines(_others(personas, persona), sellers)
        skipped += drafter.skipped
    return Proposed(tuple(messages), tuple(skipped))


def _left_out(persona: Persona, what: str, why: str) -> Skipped:
    return Skipped(what=what, where=persona.name, why=why)


def _others(personas: Sequence[Persona], persona: Persona) -> list[str]:
    """Return the vocabulary claims of the other personas."""
    return [i for p in personas if p.id != persona.id for i in p.fields.get("vocabulary", ())]


class _Drafter:
    """Drafts the lines of one persona."""

    def __init__(
        self, working: Working, persona: Persona, claims: Sequence[Claim], facts: Facts
    ) -> None:
        self._working = working
        self._persona = persona
        self._claims = {claim.id: claim for claim in claims}
        self._product = working.material.product
        self._said = Lines(working, persona, self._claims, facts)
        self.skipped: list[Skipped] = []

    def lines(self, others: Sequence[str], sellers: Sequence[str]) -> list[Message]:
        """Return every line that the evidence allows."""
        long = (self._proposition(), self._pitch(), *self._answers())
        words = self._words(others, sellers)
        made = [line for line in (*long, words) if line is not None]
        return [*made, *self._short_lines()]

    def _proposition(self) -> Message | None:
        """Return for whom, job, pain relieved, gain, proof: each said, a fact, or a blank."""
        # A way of coping tells of a pain, but need not say it.
        pain = self._said.best(("pain_points",), LINE) or self._said.best(("workarounds",), LINE)
        if pain is None:
            self._skip("1 draft of a value proposition", "no pain is said in plain words")
            return None
        job = self._said.best(("goals",), LINE, _is_aim) or self._said.best(
            ("success_measures",), LINE
        )
        gain = self._said.best(("motivations", "goals", "feature_requests"), LINE)
        proof = self._proof(pain)
        parts = [f"For {self._whom()}."]
        parts += [f"Their job: “{job.text}”."] if job else []
        parts.append(f"The pain: “{pain.text}”.")
        parts.append(f"The relief: {self._offer(pain, 'do about this')}")
        parts += [f"The gain: “{gain.text}”."] if gain else []
        parts += [f"The proof: {proof[0]}"] if proof else []
        quoted = [q for q in (job, pain, gain, proof[1] if proof else None) if q]
        facts = [pain.fact] if pain.fact else []
        return self._message("value_proposition", None, " ".join(parts), quoted, facts)

    def _proof(self, pain: Quoted) -> tuple[str, Quoted] | None:
        """Return praise in a customer's words of the very fact that relieves the pain."""
        if pain.fact is None:
            return None
        praise = self._said.answered(("praise",), LINE)
        if praise is None or praise.fact != pain.fact:
            return None
        return f"a customer says “{praise.text}”.", praise

    def _pitch(self) -> Message | None:
        """Return what hurts, what the product does about it or a blank, and what they get."""
        fields = ("triggers", "pain_points")
        pain = (
            self._said.answered((*fields, "workarounds"), LINE)
            or self._said.best(fields, LINE)
            or self._said.best(("workarounds",), LINE)
        )
        if pain is None:
            self._skip(
                "1 draft of an elevator pitch",
                "nothing else that hurts or moves them is said plainly",
            )
            return None
        want = self._said.best(("goals", "motivations"), LINE)
        text = f"“{pain.text}”. {self._offer(pain, 'do about this')}"
        text += f" What they want: “{want.text}”." if want else ""
        facts = [pain.fact] if pain.fact else []
        return self._message("pitch", None, text, [q for q in (pain, want) if q], facts)

    def _answers(self) -> Iterator[Message]:
        name = self._product.name
        beside = 0
        for claim in self._said.claims(("objections",)):
            quoted = self._said.option(claim, LINE, lambda said: is_about_buying(said, name))
            if quoted is None:
                beside += 1
                continue
            self._said.taken(quoted)
            against = self._said.counter(claim, LINE)
            text = f"When they say “{quoted.text}”:"
            if quoted.fact or not against:
                text += f" {self._offer(quoted, 'answer')}"
            if against:
                text += f" Somebody else in this study: “{against}”."
            yield self._message(
                "objection_answer",
                "consideration",
                text,
                [quoted],
                [quoted.fact] if quoted.fact else [],
            )
        if beside:
            self._skip(
                f"{beside} answer{'s' * (beside != 1)} to objections",
                "what holds them back is not said of the product or of buying",
            )

    def _words(self, others: Sequence[str], sellers: Sequence[str]) -> Message | None:
        used = [
            self._claims[i] for i in self._persona.fields.get("vocabulary", ()) if i in self._claims
        ]
        if not used:
            self._skip("1 list of words to use", "no word is rather theirs than everybody's")
            return None
        theirs = (self._claims[i] for i in others if i in self._claims)
        avoid = instead_of(self._working, self._persona, theirs)
        text = vocabulary_line([claim.text for claim in used], avoid, sellers)
        return self._raw("vocabulary", None, text, [claim.id for claim in used], [])

    def _short_lines(self) -> Iterator[Message]:
        subjects, ads = [], []
        for stage, fields in _STAGE_FIELDS.items():
            subject = self._said.best(fields, SUBJECT, _is_image)
            if subject is None:
                subjects.append(stage)
            else:
                yield self._message("subject_line", stage, f"“{subject.text}”", [subject], [])
            ad = self._said.answered(fields, LINE)
            if ad is None and stage in _BEFORE_BUYING:
                ad = self._said.best(fields, LINE)
            if ad is None:
                ads.append(stage)
            else:
                text = f"“{ad.text}”. {self._offer(ad, 'do about this')}"
                yield self._message("ad", stage, text, [ad], [ad.fact] if ad.fact else [])
        if subjects:
            why = "nothing is said short, concrete and understandable alone"
            self._left("a subject line", subjects, why)
        if ads:
            self._left("an ad", ads, "no product fact speaks to a line they say")

    def _left(self, what: str, stages: Sequence[str], why: str) -> None:
        drafts = f"{len(stages)} draft{'s' * (len(stages) != 1)}"
        self._skip(f"{drafts} of {what} for {', '.join(stages)}", why)

    def _whom(self) -> str:
        """Return whom a line is for, as a common noun: acronyms keep their capitals."""
        title = self._persona.name.rsplit(" ", 1)[0]
        if title in NEUTRAL.values():
            return "anyone who says this"
        return "the " + " ".join(w if w.isupper() else w.lower() for w in title.split())

    def _offer(self, quoted: Quoted, asked: str) -> str:
        """Return the fact as a sentence, or a blank with the question that would fill it."""
        if quoted.fact:
            return as_sentence(self._product, quoted.fact)
        name = self._product.name or "the product"
        if asked == "answer":
            return f"[needs a product fact: what of {name} answers this?]"
        return f"[needs a product fact: what does {name} {asked}?]"

    def _skip(self, what: str, why: str) -> None:
        self.skipped.append(_left_out(self._persona, what, why))

    def _message(
        self,
        kind: MessageKind,
        stage: Stage | None,
        text: str,
        quoted: Sequence[Quoted],
        facts: Sequence[str],
    ) -> Message:
        return self._raw(kind, stage, text, [q.claim.id for q in quoted], facts)

    def _raw(
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


_AIM = re.compile(
    r"\b(?:want|wanted|aim|goal|hope|plan|dream|ambition|mission|objective|would like|so that)\b"
    r"|['’]d (?:like|love|rather)\b",
    re.IGNORECASE,
)


def _is_aim(text: str) -> bool:
    """Return whether the aim is in the piece itself, not in the clause that was cut off."""
    return _AIM.search(text) is not None


def _is_image(text: str) -> bool:
    return clarity(text) >= CONCRETE
