"""Withdraw a participant: erase what they said, and make anew what rested on it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from personagen.chunking import chunk
from personagen.custody import waiting
from personagen.custody.findings import holds, rests_on, without
from personagen.custody.target import Target, target_of
from personagen.custody.traces import Traces, traces_of
from personagen.errors import UnknownIdError
from personagen.models import Findings, Model
from personagen.store import erasing
from personagen.store.chats import Chats
from personagen.store.encodings import FILE as ENCODINGS
from personagen.store.exams import Exams
from personagen.store.folder import DATABASE
from personagen.store.ledger import Ledger
from personagen.store.record import Record
from personagen.tokens import counter

EXPORTS = "exports"
EGRESS_LOG = "egress.log"
CACHES = (ENCODINGS, "answers.db", "answers", "embeddings")
"""What the names of files begin with that are made from what participants said, and made again."""


class Withdrawal(Model):
    """What became of a participant's words."""

    participant: str
    sources: tuple[str, ...]
    """Whole sources that are gone, by id."""
    trimmed: tuple[str, ...]
    """Sources that stay without their turns or rows."""
    utterances: int
    insights: int
    """How many of their insights are gone."""
    decisions: int
    """Decisions that rested on them: blanked, and to be taken anew."""
    chats: int = 0
    """Answers of personas that rested on them: erased, with their questions."""
    exams: int = 0
    """Cards of exams: erased, as the personas are not those that were examined."""
    fallen: tuple[str, ...] = ()
    """Claims, personas and messages that are no more, or no more the same."""
    documents: tuple[str, ...] = ()
    """Exports in the study's folder that are gone."""
    waiting: tuple[str, ...] = ()
    """Files that waited for import, and corrections kept for the next file, that held their words
    or names, or couldn't be read: gone."""
    elsewhere: tuple[str, ...] = ()
    """Documents written elsewhere before; they are yours to delete."""
    remains: tuple[str, ...] = ()
    """Files in the study's folder that are not personagen's and still hold their words."""


class Erased(NamedTuple):
    """What was taken out of the ledger, and how to tell if anything is left."""

    target: Target
    traces: Traces
    before: Findings
    decisions: int
    chats: int
    exams: int
    waiting: tuple[str, ...]


def preview(ledger: Ledger, record: Record, participant: str) -> Target:
    """Return what would go with a participant.

    Raises:
        UnknownIdError: nobody of that name speaks in the study.
    """
    target = target_of(participant, ledger.sources(), record.events())
    if target is None:
        raise UnknownIdError(
            f"no participant {participant!r} speaks in this study",
            "`personagen participants list` shows who does.",
        )
    return target


def erase(ledger: Ledger, record: Record, participant: str, folder: Path) -> Erased:
    """Take a participant out of the ledger; what is derived from it follows in `clean_folder`.

    What waits for import goes first: afterwards nothing tells any more whose words it holds.

    Raises:
        UnknownIdError: nobody of that name speaks in the study.
    """
    target = preview(ledger, record, participant)
    traces = _traces(ledger, target)
    gone = waiting.forget(folder, traces)
    before, events = record.findings(), record.events()
    blank = [event.id for event in events if rests_on(event, target, traces)]
    chats = [said.id for said in Chats(ledger.engine).all() if holds(said, target, traces)]
    cards = len(Exams(ledger.engine).all())
    tokens = counter()
    erasing.erase(
        ledger,
        erasing.Erasure(
            participant=participant,
            ids=target.ids,
            sources=[source.id for source in target.whole],
            hashes=[source.sha256 for source in (*target.whole, *target.trimmed)],
            utterances=[said.id for said in target.utterances],
            chunks={source.id: chunk(source, tokens.count) for source in target.trimmed},
            findings=without(before, target, traces),
            events=blank,
            chats=chats,
        ),
    )
    return Erased(target, traces, before, len(blank), len(chats), cards, gone)


def _traces(ledger: Ledger, target: Target) -> Traces:
    gone = {said.id for said in target.utterances}
    left = (
        text
        for source in ledger.sources()
        for said in source.utterances
        if said.id not in gone
        for text in (said.text, said.context)
    )
    labels = [alias.name for alias in ledger.aliases() if alias.participant in target.ids]
    return traces_of((said.text for said in target.theirs), left, labels)


def clean_folder(folder: Path, ledger: Ledger) -> tuple[str, ...]:
    """Delete what was derived or copied from the words that are gone; return the documents.

    Vectors, caches, exports and copies of the database go whole: which bytes in them are whose
    can't be told. The first two are made anew from what is left.
    """
    ledger.compact()
    documents = tuple(_delete(folder / EXPORTS))
    documents += tuple(_delete_written(folder, ledger))
    for path in list(folder.iterdir()):
        if path.name.startswith(CACHES) or _is_copy(path.name):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    _blank_log(folder / EGRESS_LOG)
    return documents


def _delete(folder: Path) -> Iterator[str]:
    if folder.is_dir():
        yield from (str(path) for path in sorted(folder.rglob("*")) if path.is_file())
        shutil.rmtree(folder)


def _delete_written(folder: Path, ledger: Ledger) -> Iterator[str]:
    """Delete documents that were exported into the study's folder, but not where exports go."""
    for _, name in erasing.exported(ledger):
        path = Path(name)
        if path.is_relative_to(folder.resolve()) and path.is_file():
            path.unlink()
            yield name


def _is_copy(name: str) -> bool:
    """Return whether a file is a copy of the database: `study.db.bak`, `study-2026.db`."""
    live = {DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal"}
    stem = DATABASE.removesuffix(".db")
    return name not in live and (
        name.startswith(f"{DATABASE}.") or (name.startswith(f"{stem}-") and ".db" in name)
    )


def _blank_log(log: Path) -> None:
    """Take the texts out of the log of what left; time, host, purpose and hash stay."""
    if not log.exists():
        return
    lines = []
    for line in log.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        entry.pop("text", None)
        lines.append(json.dumps(entry, ensure_ascii=False))
    log.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def remains(folder: Path, traces: Traces) -> tuple[str, ...]:
    """Return the files of a folder in which something of a person is left."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(str(path) for path in files if traces.in_file(path))


def report(
    erased: Erased,
    after: Findings,
    documents: tuple[str, ...],
    elsewhere: tuple[str, ...],
    left: Callable[[], tuple[str, ...]],
) -> Withdrawal:
    """Return what became of a participant's words."""
    target = erased.target
    marks = target.marks
    return Withdrawal(
        participant=target.participant,
        sources=tuple(source.id for source in target.whole),
        trimmed=tuple(source.id for source in target.trimmed),
        utterances=len(target.utterances),
        insights=sum(1 for i in erased.before.insights if i.excerpt.utterance in marks),
        decisions=erased.decisions,
        chats=erased.chats,
        exams=erased.exams,
        fallen=tuple(_fallen(erased.before, after)),
        documents=documents,
        waiting=erased.waiting,
        elsewhere=elsewhere,
        remains=left(),
    )


def _fallen(before: Findings, after: Findings) -> Iterator[str]:
    for kind in ("themes", "claims", "personas", "messages"):
        now = {item.id for item in getattr(after, kind)}
        yield from (item.id for item in getattr(before, kind) if item.id not in now)
