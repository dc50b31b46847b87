"""What people coded in other programs: codes, and the places in the study's words they stand on.

Only places are kept, never words: where an utterance goes, its codings go with it, and where its
text is masked anew, they are found again or told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from personagen.ids import stable_id
from personagen.models import (
    CodebookEntry,
    Excerpt,
    Findings,
    Insight,
    Provenance,
    Skipped,
    Source,
    Utterance,
)
from personagen.store import tables as t
from personagen.store.ledger import Ledger

_UNKNOWN = "unknown"


class Coding(NamedTuple):
    """One coded place."""

    utterance: str
    start: int
    """In the stored text of the utterance."""
    end: int
    words: str
    """`text[start:end]`; kept as a hash only."""
    code: str
    coder: str

    @property
    def id(self) -> str:
        """Return the id of the insight it stands for."""
        return stable_id("i", "coded", self.utterance, self.start, self.end, self.code, self.coder)


def put_codings(connection: Connection, codings: Sequence[Coding]) -> None:
    """Write codings; those that are there already stay."""
    held = set(connection.scalars(select(t.codings.c.id)))
    at = datetime.now(UTC).isoformat(timespec="seconds")
    rows = {
        coding.id: {
            "id": coding.id,
            "utterance": coding.utterance,
            "start": coding.start,
            "end": coding.end,
            "words": hashed(coding.words),
            "code": coding.code,
            "coder": coding.coder,
            "at": at,
        }
        for coding in codings
        if coding.id not in held
    }
    if rows:
        connection.execute(insert(t.codings), list(rows.values()))


def put_codes(connection: Connection, codes: Iterable[CodebookEntry]) -> None:
    """Write codes; one that is there already takes the newer definition."""
    rows = {code.code: code.model_dump() for code in codes}
    for name in rows:
        connection.execute(delete(t.codes).where(t.codes.c.code == name))
    if rows:
        connection.execute(insert(t.codes), list(rows.values()))


def codes(ledger: Ledger) -> tuple[CodebookEntry, ...]:
    """Return the codes that came with projects and codebooks."""
    with ledger.engine.connect() as connection:
        rows = connection.execute(select(t.codes).order_by(t.codes.c.code))
        return tuple(
            CodebookEntry(**{name: getattr(row, name) for name in CodebookEntry.model_fields})
            for row in rows
        )


def with_coded(findings: Findings, ledger: Ledger, sources: Iterable[Source]) -> Findings:
    """Return findings with what people coded elsewhere as insights of theirs, accepted."""
    with ledger.engine.connect() as connection:
        rows = connection.execute(select(t.codings).order_by(t.codings.c.utterance)).all()
    if not rows:
        return findings
    said = {u.id: (source.id, u) for source in sources for u in source.utterances}
    insights, lost = [], []
    for row in rows:
        source, utterance = said.get(row.utterance, ("", None))
        start = _found(utterance.text, row) if utterance else None
        if utterance is None or start is None or utterance.participant is None:
            why = "the words that were coded are masked now"
            lost.append(Skipped(what="coding", where=row.utterance, why=why))
        else:
            insights.append(_insight(row, source, utterance, start))
    update = {
        "insights": (*findings.insights, *insights),
        "skipped": (*findings.skipped, *lost),
    }
    return findings.model_copy(update=update)


def _found(text: str, row: Any) -> int | None:
    """Return where the coded words begin now: where they stood, or a mask's length away."""
    start, end, words = row.start, row.end, row.words
    size = end - start
    for at in sorted(range(max(0, len(text) - size + 1)), key=lambda at: abs(at - start)):
        if hashed(text[at : at + size]) == words:
            return at
    return None


def _insight(row: Any, source: str, utterance: Utterance, start: int) -> Insight:
    end = start + row.end - row.start
    quote = utterance.text[start:end]
    assert utterance.participant is not None  # asked before
    return Insight(
        id=row.id,
        code=row.code,
        participant=utterance.participant,
        excerpt=Excerpt(
            source=source, utterance=utterance.id, start=start, end=end, quote=quote,
            speaker=utterance.speaker, role=utterance.role, t_start=utterance.t_start,
        ),
        statement=" ".join(quote.split()),
        intensity=0,
        score=1.0,
        quotable=True,
        status="accepted",
        provenance=Provenance(
            analyst=f"person:{row.coder or _UNKNOWN}",
            at=datetime.fromisoformat(row.at),
        ),
    )  # fmt: skip


def hashed(words: str) -> str:
    """Return what tells coded words from others."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]
