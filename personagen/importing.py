"""Bring files into a study: read, pseudonymise, chunk, write; one transaction a file.

One bad file never stops or spoils the rest. The same bytes with the same options change nothing;
other options read the source again and redo only what that changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from personagen.chunking import Chunk, chunk
from personagen.config import CODEBOOK_FILE, STUDY_FILE
from personagen.errors import PersonagenError, ReadingError
from personagen.models import Model, Participant, Skipped, SourceKind
from personagen.privacy import Alias, Doubtful, KnownPerson, Pseudonymised, pseudonymise
from personagen.progress import Progress, Report, silent
from personagen.reading import Reading, ReadOptions, find_files, read
from personagen.store.ledger import Ledger, NewSource, StoredSource
from personagen.store.withdrawn import Withdrawn
from personagen.tokens import counter

OWN_FOLDERS = ("vectors", "exports")
OWN_FILES = ("study.db", "encodings.db", "write.")
"""What the names of files begin with that personagen keeps in a study."""

ImportStatus = Literal["imported", "unchanged", "re-read", "refused"]


class ImportedFile(Model):
    """What became of one file."""

    path: str
    status: ImportStatus
    error: str | None = None
    """Why it was refused, and what to do."""
    source: str | None = None
    kind: SourceKind | None = None
    reader: str | None = None
    utterances: int = 0
    participants: int = 0
    """Who said something in it."""
    warnings: tuple[str, ...] = ()
    doubtful: tuple[Doubtful, ...] = ()
    """Masks that a person should look at."""
    proposals: tuple[str, ...] = ()
    """Who may be one person, and was not merged."""


class ImportReport(Model):
    """What became of each file, in the order given."""

    files: tuple[ImportedFile, ...]
    skipped: tuple[Skipped, ...] = ()
    """What lay in the folders and was not tried, with the reason."""

    def count(self, status: ImportStatus) -> int:
        """Return how many files ended so."""
        return sum(1 for file in self.files if file.status == status)


class Roster:
    """Who is known so far, kept in memory from file to file."""

    def __init__(self, known: Iterable[KnownPerson], aliases: Iterable[Alias]) -> None:
        self._known = {person.participant.id: person for person in known}
        self._aliases = dict.fromkeys(aliases)

    @property
    def known(self) -> tuple[KnownPerson, ...]:
        """Return everyone known."""
        return tuple(self._known.values())

    @property
    def aliases(self) -> tuple[Alias, ...]:
        """Return every name known."""
        return tuple(self._aliases)

    def learn(self, found: Pseudonymised) -> None:
        """Take in whom another file brought."""
        self._known |= {person.participant.id: person for person in found.participants}
        self._aliases |= dict.fromkeys(found.aliases)


def import_files(
    ledger: Ledger,
    paths: Sequence[Path],
    options: ReadOptions,
    *,
    redact: bool = True,
    reserved: Iterable[str] = (),
    study: Path | None = None,
    confirmed: bool = False,
    report: Report = silent,
) -> ImportReport:
    """Import files, and the files in folders; say what became of each.

    Args:
        ledger: Where they go.
        paths: Files and folders.
        options: How the user corrects the readings; they hold for every file.
        redact: Put pseudonyms in the place of names.
        reserved: Pseudonyms that are taken though nobody in the ledger bears them.
        study: The study's own folder; what personagen keeps there is no source.
        confirmed: Take in also what people said who withdrew.
        report: Told after each file.
    """
    withdrawn = Withdrawn(ledger)
    taken = dict.fromkeys([*reserved, *withdrawn.participants])
    roster = Roster([*map(_nobody, taken), *ledger.known()], ledger.aliases())
    found, skipped = find_files(paths)
    files = [path for path in found if not _is_own(path, study)]
    done = []
    for number, path in enumerate(files, 1):
        away = None if confirmed else withdrawn
        done.append(_import_file(ledger, roster, path, options, redact, away))
        report(Progress("Reading", number, len(files)))
    return ImportReport(files=tuple(done), skipped=tuple(skipped))


def options_hash(options: ReadOptions, redact: bool) -> str:
    """Return what tells one way of reading a file from another."""
    return hashlib.sha256(_canonical(options, redact).encode()).hexdigest()


class _Found(NamedTuple):
    """What a file holds, before it is written."""

    path: Path
    reading: Reading
    pseudonymised: Pseudonymised
    chunks: Sequence[Chunk]
    approximate: bool


def _import_file(
    ledger: Ledger,
    roster: Roster,
    path: Path,
    options: ReadOptions,
    redact: bool,
    withdrawn: Withdrawn | None,
) -> ImportedFile:
    try:
        sha256 = _hash(path)
        stored = ledger.stored(sha256)
        if stored and stored.options_hash == options_hash(options, redact):
            return _unchanged(path, stored)
        if withdrawn:
            withdrawn.check_file(path.name, sha256)
        found = _understand(roster, path, options, redact, withdrawn)
    except PersonagenError as error:
        return ImportedFile(path=str(path), status="refused", error=str(error))
    outcome = _outcome(found, "re-read" if stored else "imported")
    ledger.put(_new_source(found, outcome, options, redact))
    roster.learn(found.pseudonymised)
    return outcome


def _understand(
    roster: Roster,
    path: Path,
    options: ReadOptions,
    redact: bool,
    withdrawn: Withdrawn | None,
) -> _Found:
    """Read a file and cut it up; nothing is written yet.

    Raises:
        PersonagenError: the file can't be read, or an option doesn't fit it.
    """
    try:
        reading = read(path, options)
        if withdrawn:
            reading = withdrawn.without(reading, path.name)
        pseudonymised = pseudonymise(
            reading, roster.known, roster.aliases, redact=redact, speakers=options.speakers
        )
        tokens = counter()
        chunks = chunk(pseudonymised.source, tokens.count)
    except PersonagenError:
        raise
    except Exception as error:
        # A reader met a file that nobody thought of: a fault of ours, but the other files go on.
        raise ReadingError(
            f"{path.name}: could not be understood ({type(error).__name__})",
            "Try it as plain text or CSV, and please report it.",
        ) from error
    return _Found(path, reading, pseudonymised, chunks, tokens.approximate)


def _unchanged(path: Path, stored: StoredSource) -> ImportedFile:
    """Report a file whose content is here already, read the same way."""
    report = ImportedFile.model_validate(dict(stored.report))
    return report.model_copy(update={"path": str(path), "status": "unchanged"})


def _outcome(found: _Found, status: ImportStatus) -> ImportedFile:
    source = found.pseudonymised.source
    return ImportedFile(
        path=str(found.path),
        status=status,
        source=source.id,
        kind=source.kind,
        reader=source.reader,
        utterances=len(source.utterances),
        participants=len({u.participant for u in source.utterances if u.participant}),
        warnings=found.reading.warnings,
        doubtful=found.pseudonymised.doubtful,
        proposals=found.pseudonymised.proposals,
    )


def _new_source(
    found: _Found, outcome: ImportedFile, options: ReadOptions, redact: bool
) -> NewSource:
    source = found.pseudonymised.source
    # The name of the file may hold a person's; doubtful masks have a table of their own.
    report = outcome.model_copy(update={"path": source.path, "doubtful": ()})
    return NewSource(
        source=source,
        people=found.pseudonymised.participants,
        aliases=found.pseudonymised.aliases,
        doubtful=found.pseudonymised.doubtful,
        chunks=found.chunks,
        approximate=found.approximate,
        options=json.loads(_canonical(options, redact)),
        options_hash=options_hash(options, redact),
        report=report.model_dump(mode="json"),
    )


def _canonical(options: ReadOptions, redact: bool) -> str:
    said = options.model_dump(mode="json")
    if not options.roles:
        # Studies made before this option could be given know no such key.
        del said["roles"]
    return json.dumps({**said, "redact": redact}, sort_keys=True)


def _nobody(pseudonym: str) -> KnownPerson:
    """Return a person by whom a pseudonym is taken, and who will be met in no file."""
    person = Participant(id=pseudonym, kind="interviewee")
    return KnownPerson(participant=person, identities=(), names=())


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ReadingError(f"{path}: {error.strerror}", "Check the path.") from error


def _is_own(path: Path, study: Path | None) -> bool:
    """Return whether a file is one that personagen itself keeps in a study."""
    if path.name in {STUDY_FILE, CODEBOOK_FILE}:
        return True
    if study is None or not path.resolve().is_relative_to(study.resolve()):
        return False
    top = path.resolve().relative_to(study.resolve()).parts[0]
    return top in OWN_FOLDERS or top.startswith(OWN_FILES)
