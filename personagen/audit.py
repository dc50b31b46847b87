"""Check that everything a study shows still has its words: every excerpt against the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from personagen.models import Evidence, Excerpt, Findings, Material, Model, Utterance
from personagen.review.decisions import claims_of


class Broken(Model):
    """Something in the documents that lost its words."""

    what: str
    """The noun: `claim`, `insight`, `persona` or `message`."""
    where: str
    """Its id."""
    why: str


def find_broken(findings: Findings, material: Material) -> list[Broken]:
    """Return what no longer has its words, in the order of the documents.

    Every excerpt under an insight, a claim or a persona must stand at its address, word for word,
    said by the participant named; every claim must rest on one at least; every claim that a
    persona or a message names must be there.
    """
    texts = {u.id: u for source in material.sources for u in source.utterances}
    return [*_excerpts(findings, texts), *_references(findings)]


def _excerpts(findings: Findings, texts: dict[str, Utterance]) -> Iterator[Broken]:
    for insight in findings.insights:
        yield from _lost("insight", insight.id, [insight.excerpt], texts)
    for claim in findings.claims:
        if not claim.supports:
            yield Broken(what="claim", where=claim.id, why="rests on no excerpt")
        yield from _lost("claim", claim.id, [*claim.supports, *claim.opposes], texts)
    for persona in findings.personas:
        yield from _lost("persona", persona.id, persona.quotes, texts)


def _lost(
    what: str, where: str, excerpts: Sequence[Excerpt], texts: dict[str, Utterance]
) -> Iterator[Broken]:
    for excerpt in excerpts:
        why = _why(excerpt, texts.get(excerpt.utterance))
        if why:
            yield Broken(what=what, where=where, why=f"{excerpt.utterance}: {why}")


def _why(excerpt: Excerpt, said: Utterance | None) -> str:
    """Return what is wrong with an excerpt; empty where nothing is."""
    if said is None:
        return "is no longer in the study"
    if excerpt.start < 0 or said.text[excerpt.start : excerpt.end] != excerpt.quote:
        return "other words stand there now"
    if said.role != "participant" or said.participant is None:
        return "was not said by a participant"
    if isinstance(excerpt, Evidence) and excerpt.participant != said.participant:
        return f"was said by {said.participant}, not {excerpt.participant}"
    return ""


def _references(findings: Findings) -> Iterator[Broken]:
    """Yield what rests on a claim that is not there."""
    claims = {claim.id for claim in findings.claims}
    for persona in findings.personas:
        for claim in claims_of(persona):
            if claim not in claims:
                yield Broken(what="persona", where=persona.id, why=f"claim {claim} is gone")
    for message in findings.messages:
        for claim in message.claims:
            if claim not in claims:
                yield Broken(what="message", where=message.id, why=f"claim {claim} is gone")
