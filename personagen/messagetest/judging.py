"""A draft before a persona, line by line: what speaks for it, what against, what stays open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from personagen.analysts.base import Floats
from personagen.messagetest.bearing import Line, bears, holds_back, line_of
from personagen.messagetest.comparing import TINY
from personagen.messagetest.drafts import Draft
from personagen.messagetest.heard import Heard, Said, telling
from personagen.messagetest.nearness import NEAR, TOUCHES, nearness, on_line
from personagen.messagetest.promises import Promises
from personagen.messagetest.results import (
    BaseRate,
    Bears,
    LineVerdict,
    OpenObjection,
    Share,
    TestedLine,
    TestedMessage,
    Untouched,
    Voice,
)
from personagen.messagetest.words import Words
from personagen.models import Persona
from personagen.prevalence import prevalence

SEVERAL = 2
"""Members whose words a verdict needs: one voice is one voice."""
MOST_OPEN = 3
"""Objections that a line is shown to leave open."""


class Read(NamedTuple):
    """A line with how near everything is to it; the same for every persona."""

    line: Line
    near: Floats
    unbacked: tuple[str, ...]


def read(draft: Draft, heard: Heard) -> list[Read]:
    """Return the lines of a draft with what was said on them."""
    promises = Promises(heard)
    found = []
    for text in draft.lines:
        backed = promises.of(text)
        line = line_of(text, backed.facts)
        found.append(Read(line, nearness(text, heard), backed.unbacked))
    return found


class Bench:
    """One persona, ready to have drafts put before it."""

    def __init__(
        self, heard: Heard, persona: Persona, *, least: float = NEAR, touches: float = TOUCHES
    ) -> None:
        """Take a place before a persona.

        Args:
            heard: The study.
            persona: Whose people count.
            least: Nearness from which an excerpt is on what a line says.
            touches: Nearness from which a line is on the topic of an objection.
        """
        self._heard, self.persona = heard, persona
        self._least, self._touches = least, touches
        self._members = frozenset(persona.participants)
        self._product = heard.document.product.name
        self._words = Words(heard, persona)
        self._kinds = {source.id: source.kind for source in heard.document.sources}

    def test(self, lines: Sequence[Read], draft: Draft, variant: str = "A") -> TestedMessage:
        """Return what each line of a draft meets among this persona's people."""
        voices = [self._voices(one) for one in lines]
        answered = self._answered(lines)
        tested = [self._line(one, some, answered) for one, some in zip(lines, voices, strict=True)]
        return TestedMessage(
            persona=self.persona.id,
            name=self.persona.name,
            of=len(self._members),
            variant=variant,
            lines=tuple(tested),
            untouched=self._untouched(lines),
            skipped=draft.skipped,
        )

    def _line(self, one: Read, voices: Sequence[Voice], answered: frozenset[int]) -> TestedLine:
        rate = BaseRate(
            speaks_to=self._share(voices, "speaks_to"), raises=self._share(voices, "raises")
        )
        verdict, why = self._verdict(rate)
        return TestedLine(
            text=one.line.text,
            speaks_to=_claims(voices, "speaks_to"),
            raises=_claims(voices, "raises"),
            leaves_open=self._open(one, answered),
            not_their_words=self._words.foreign(one.line.text),
            verdict=verdict,
            why=why,
            base_rate=rate,
            evidence=tuple(voices),
            facts=one.line.facts,
            unbacked=one.unbacked,
        )

    def _voices(self, one: Read) -> list[Voice]:
        """Return what was said on a line: members first, the nearest first."""
        found = [
            self._voice(int(i), one, bears(one.line, self._heard.said[i], self._product))
            for i in on_line(one.near, self._heard, self._least)
        ]
        return sorted(found, key=lambda v: (not v.member, -v.near, v.utterance, v.start))

    def _voice(self, row: int, one: Read, way: Bears) -> Voice:
        said = self._heard.said[row]
        return Voice(
            **dict(said.evidence),
            bears=way,
            codes=tuple(sorted(said.codes)),
            claims=self._claims_under(said, one),
            member=said.evidence.participant in self._members,
            near=round(float(one.near[row]), 3),
        )

    def _claims_under(self, said: Said, one: Read) -> tuple[str, ...]:
        """Return the claims that say what an excerpt says on this line.

        An excerpt in a claim's theme may be there for another reason than the line's topic.
        """
        both = telling(said.evidence.quote) & telling(one.line.text)
        return tuple(
            claim
            for claim, worded in said.claims.items()
            if worded or both & telling(self._heard.claims[claim].text)
        )

    def _share(self, voices: Sequence[Voice], way: Bears) -> Share:
        people = {v.participant: self._kinds.get(v.source) for v in voices if v.bears == way}
        base = self._heard.base
        count = prevalence(people, base)
        outside = Counter(k for who, k in people.items() if k and who not in base.participants)
        return Share(
            n=len(self._members.intersection(people)),
            of=len(self._members),
            study_n=count.n,
            study_of=count.of,
            interval=count.interval,
            elsewhere=dict(sorted(outside.items())),
        )

    def _verdict(self, rate: BaseRate) -> tuple[LineVerdict, str]:
        pro, con = rate.speaks_to.n, rate.raises.n
        least = 1 if len(self._members) <= TINY else SEVERAL
        of = f"of this persona's {len(self._members)} people"
        if con >= least and con >= pro:
            return "opposed", f"{con} {of} said what it runs into, {pro} what it speaks to"
        if pro >= least:
            return "supported", f"{pro} {of} said what it speaks to, {con} what it runs into"
        if pro or con:
            return "not_supported", f"one {of} is too few for a verdict"
        shares = (rate.speaks_to, rate.raises)
        if any(share.study_n or share.elsewhere for share in shares):
            return "not_supported", "only people outside this persona were found to speak of it"
        return (
            "not_supported",
            "nothing near enough was found in the study: silence, not a no",
        )

    def _answered(self, lines: Sequence[Read]) -> frozenset[int]:
        """Return the excerpts that hold members back and that some line of the draft answers."""
        return frozenset(
            row
            for one in lines
            for row in self._objecting
            if one.near[row] >= self._least
            and bears(one.line, self._heard.said[row], self._product) == "speaks_to"
        )

    def _open(self, one: Read, answered: frozenset[int]) -> tuple[OpenObjection, ...]:
        rows = [r for r in self._objecting if one.near[r] >= self._touches and r not in answered]
        found: dict[str, OpenObjection] = {}
        for row in sorted(rows, key=lambda r: -float(one.near[r])):
            said = self._heard.said[row]
            claim = next(iter(self._claims_under(said, one)), None)
            text = self._heard.claims[claim].text if claim else said.evidence.quote
            voice = self._voice(row, one, "raises")
            found.setdefault(
                claim or said.evidence.utterance,
                OpenObjection(claim=claim, text=text, evidence=voice),
            )
        return tuple(list(found.values())[:MOST_OPEN])

    def _untouched(self, lines: Sequence[Read]) -> tuple[Untouched, ...]:
        """Return the persona's objection claims whose words no line comes near."""
        near = np.max([one.near for one in lines], axis=0) if lines else np.zeros(0)
        touched = {
            claim
            for row, said in enumerate(self._heard.said)
            if near[row] >= self._touches
            for claim in said.claims
        }
        own = self.persona.fields.get("objections", ())
        left = (self._heard.claims[c] for c in own if c in self._heard.claims and c not in touched)
        return tuple(Untouched(claim=claim.id, text=claim.text) for claim in left)

    @cached_property
    def _objecting(self) -> tuple[int, ...]:
        return tuple(
            row
            for row, said in enumerate(self._heard.said[: self._heard.sure])
            if said.evidence.participant in self._members and holds_back(said, self._product)
        )


def _claims(voices: Sequence[Voice], way: Bears) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c for v in voices if v.bears == way for c in v.claims))
