"""Check that everything a study shows still has its words: every excerpt against the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from personagen.models import Answer, Evidence, Excerpt, Findings, Model, Skipped, rests_on_record
from personagen.review.decisions import claims_of
from personagen.verification import QuoteIndex, QuoteVerdict


class Broken(Model):
    """Something in the documents that lost its words."""

    what: str
    """The noun: `claim`, `insight`, `persona`, `message` or `answer`."""
    where: str
    """Its id."""
    why: str


class Checked(NamedTuple):
    """What the quote gate says of documents."""

    verdicts: list[QuoteVerdict]
    skipped: list[Skipped]
    """What looks like a quotation and was not judged, with the reason."""


def check_files(paths: Sequence[Path], index: QuoteIndex) -> Checked:
    """Judge every quotation in documents.

    Raises:
        ReadingError: one of them can't be read.
    """
    judged = [index.check_file(path) for path in paths]
    return Checked(
        [verdict for verdicts, _ in judged for verdict in verdicts],
        [skipped for _, left in judged for skipped in left],
    )


def check_text(text: str, index: QuoteIndex) -> list[str]:
    """Return what is wrong with the quotations in a text; empty where every one is verbatim."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "text.txt"
        path.write_text(text, encoding="utf-8")
        verdicts, _ = index.check_file(path)
    return [f"{v.quote!r}: {v.why}" for v in verdicts if v.verdict != "verbatim"]


def find_broken(
    findings: Findings, index: QuoteIndex, chats: Sequence[Answer] = ()
) -> list[Broken]:
    """Return what no longer has its words, in the order of the documents.

    Every excerpt under an insight, a claim or a persona must stand at its address, word for word,
    said by the participant named, and mean there what it means alone; every claim must rest on
    one at least; every claim that a persona or a message names must be there. Every passage under
    an answer that is on record must stand.
    """
    judge = _Judge(index)
    return [*_excerpts(findings, judge), *_references(findings), *_said(chats, judge)]


class _Judge:
    """Says what is wrong with an excerpt; the same place is looked at once."""

    def __init__(self, index: QuoteIndex) -> None:
        self._index = index
        self._known: dict[tuple[object, ...], str] = {}

    def __call__(self, excerpt: Excerpt, participant: str) -> str:
        """Return what is wrong with an excerpt; empty where nothing is."""
        key = (excerpt.utterance, excerpt.start, excerpt.end, excerpt.quote, participant)
        if key not in self._known:
            self._known[key] = self._judge(excerpt, participant)
        return self._known[key]

    def _judge(self, excerpt: Excerpt, participant: str) -> str:
        there = self._index.check_address(
            excerpt.utterance, excerpt.start, excerpt.end, participant
        )
        if there.verdict != "verbatim":
            return there.why
        return "" if there.quote == excerpt.quote else "other words stand there now"


def _excerpts(findings: Findings, judge: _Judge) -> Iterator[Broken]:
    for insight in findings.insights:
        why = judge(insight.excerpt, insight.participant)
        if why:
            yield Broken(what="insight", where=insight.id, why=_at(insight.excerpt, why))
    for claim in findings.claims:
        if not claim.supports and not rests_on_record(claim):
            yield Broken(what="claim", where=claim.id, why="rests on no excerpt")
        yield from _lost("claim", claim.id, [*claim.supports, *claim.opposes], judge)
    for persona in findings.personas:
        yield from _lost("persona", persona.id, persona.quotes, judge)


def _lost(what: str, where: str, evidence: Sequence[Evidence], judge: _Judge) -> Iterator[Broken]:
    for excerpt in evidence:
        why = judge(excerpt, excerpt.participant)
        if why:
            yield Broken(what=what, where=where, why=_at(excerpt, why))


def _said(chats: Sequence[Answer], judge: _Judge) -> Iterator[Broken]:
    """Yield the answers on record that lost their words."""
    for said in chats:
        evidence = (*said.evidence, *said.opposes, *said.near)
        yield from _lost("answer", said.id, evidence, judge)
        if said.basis != "no_evidence" and not said.evidence:
            yield Broken(what="answer", where=said.id, why="rests on no excerpt")


def _at(excerpt: Excerpt, why: str) -> str:
    return f"{excerpt.utterance}:{excerpt.start}-{excerpt.end}: {why}"


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
