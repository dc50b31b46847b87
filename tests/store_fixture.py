"""Studies in the small, for the tests of store, importing and study."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from personagen.chunking import chunk
from personagen.ids import stable_id
from personagen.models import (
    Excerpt,
    Findings,
    Insight,
    Participant,
    Provenance,
    Run,
    Skipped,
    Source,
    Utterance,
)
from personagen.privacy import Alias, KnownPerson
from personagen.store.ledger import NewSource

AT = datetime(2026, 3, 1, tzinfo=UTC)


def count_words(text: str) -> int:
    return len(text.split())


def a_source(name: str, *said: tuple[str | None, str], budget: int = 8) -> NewSource:
    """Return a source ready for the ledger: pairs of participant (None: interviewer) and words."""
    source_id = stable_id("s", name)
    utterances = tuple(
        Utterance(
            id=f"{name}-{number}",
            speaker=who or "[interviewer]",
            role="participant" if who else "interviewer",
            text=text,
            participant=who,
        )
        for number, (who, text) in enumerate(said)
    )
    source = Source(
        id=source_id,
        path=f"{name}.txt",
        kind="interview",
        reader="text",
        sha256=name,
        lang="en",
        utterances=utterances,
    )
    people = sorted({who for who, _ in said if who})
    return NewSource(
        source=source,
        people=[a_person(who) for who in people],
        aliases=[Alias(participant=who, name=f"Name of {who}", source=source_id) for who in people],
        doubtful=(),
        chunks=chunk(source, count_words, budget),
        approximate=True,
        options={},
        options_hash="plain",
        report={"path": f"{name}.txt", "status": "imported"},
    )


def a_person(pseudonym: str, identities: Sequence[str] = (), **attributes: str) -> KnownPerson:
    person = Participant(id=pseudonym, kind="interviewee", attributes=attributes)
    return KnownPerson(participant=person, identities=tuple(identities), names=())


def some_findings(new: NewSource) -> Findings:
    """Return one insight an utterance of a participant."""
    provenance = Provenance(analyst="extractive", model="abc", at=AT)
    insights = tuple(
        Insight(
            id=stable_id("i", said.id),
            code="pain_point",
            participant=said.participant,
            excerpt=Excerpt(
                source=new.source.id,
                utterance=said.id,
                start=0,
                end=len(said.text),
                quote=said.text,
                speaker=said.speaker,
                role=said.role,
            ),
            statement=said.text,
            intensity=2,
            score=0.875,
            provenance=provenance,
        )
        for said in new.source.utterances
        if said.participant
    )
    skipped = (Skipped(what="n/a", where="a-1", why="no words"),) * 2
    return Findings(insights=insights, skipped=skipped)


def a_run(number: int = 1) -> Run:
    return Run(id=f"run{number}", at=AT, analyst="extractive", seconds=1.5, counts={"insights": 2})
