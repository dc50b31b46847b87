"""Bring files into a study: read, pseudonymise, chunk, write; one transaction a file.

One bad file never stops or spoils the rest. The same bytes with the same options change nothing;
other options read the source again and redo only what that changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from personagen.chunking import Chunk, chunk
from personagen.config import CODEBOOK_FILE, STUDY_FILE
from personagen.errors import PersonagenError, ReadingError
from personagen.handcoding import Carried, as_notes, carry, find, masked_codes
from personagen.models import CodebookEntry, Model, Participant, Quantity, Skipped, SourceKind
from personagen.privacy import (
    NO_WISHES,
    Alias,
    Doubtful,
    KnownPerson,
    Pseudonymised,
    Wishes,
    pseudonymise,
)
from personagen.privacy.thirdparty import NameModel
from personagen.progress import Progress, Report, silent
from personagen.reading import Item, Reading, ReadOptions, Refused, find_files, items
from personagen.sameness import Sameness, Twin
from personagen.store.coded import put_codes, put_codings
from personagen.store.latecomers import mask_latecomers
from personagen.store.ledger import Ledger, NewSource, StoredSource
from personagen.store.withdrawn import Withdrawn
from personagen.tokens import counter

if TYPE_CHECKING:
    from sqlalchemy import Connection

OWN_FOLDERS = ("vectors", "exports")
OWN_FILES = ("study.db", "encodings.db", "write.")
"""What the names of files begin with that personagen keeps in a study."""

ImportStatus = Literal["imported", "unchanged", "re-read", "refused", "duplicate"]
"""`duplicate`: left out because its words are in the study already, and the user asked for that."""


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
    described: int = 0
    """People whom it describes and who say nothing in it: contacts, closed answers."""
    met: int = 0
    """Those of them who were participants before."""
    quantities: tuple[Quantity, ...] = ()
    """What an analytics report counts."""
    same_as: tuple[str, ...] = ()
    """Sources that hold the same words."""
    codes: int = 0
    """Codes that came with it from another program."""
    coded: int = 0
    """Places that people coded there."""
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
    remasked: int = 0
    """Texts imported before in which a name was masked that came with these files."""
    notes: tuple[str, ...] = ()
    """What holds for all of them: the name model is missing."""

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
    skip_duplicates: bool = False,
    wishes: Wishes = NO_WISHES,
    model: NameModel | None = None,
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
        skip_duplicates: Leave files out whose words are here already; else they are only told of.
        wishes: What is to be masked beyond names, and what is not.
        model: Finds names of people who don't speak; without one, rules alone do.
        report: Told after each file.
    """
    withdrawn = Withdrawn(ledger)
    taken = dict.fromkeys([*reserved, *withdrawn.participants])
    roster = Roster([*map(_nobody, taken), *ledger.known()], ledger.aliases())
    found, skipped = find_files(paths)
    files = [path for path in found if not _is_own(path, study)]
    away = None if confirmed else withdrawn
    job = _Job(
        ledger, roster, options, redact, away, Sameness(ledger), skip_duplicates, wishes, model
    )
    done: list[ImportedFile] = []
    for number, path in enumerate(files, 1):
        for one in _import_path(job, path):
            (done if isinstance(one, ImportedFile) else skipped).append(one)  # type: ignore[arg-type]
        report(Progress("Reading", number, len(files)))
    remasked = mask_latecomers(ledger, wishes.choices) if redact else 0
    return ImportReport(files=tuple(done), skipped=tuple(skipped), remasked=remasked)


def options_hash(options: ReadOptions, redact: bool, mark: str = "") -> str:
    """Return what tells one way of reading a file from another."""
    return hashlib.sha256(_canonical(options, redact, mark).encode()).hexdigest()


class _Found(NamedTuple):
    """What a file holds, before it is written."""

    path: Path
    mark: str
    reading: Reading
    pseudonymised: Pseudonymised
    chunks: Sequence[Chunk]
    approximate: bool
    codes: Sequence[CodebookEntry]
    carried: Carried


class _Job(NamedTuple):
    """What holds for every file of one import."""

    ledger: Ledger
    roster: Roster
    options: ReadOptions
    redact: bool
    withdrawn: Withdrawn | None
    sameness: Sameness
    skip_duplicates: bool
    wishes: Wishes
    model: NameModel | None


def _import_path(job: _Job, path: Path) -> Iterator[ImportedFile | Skipped]:
    """Import a file, or each file in a zip and each text of a project."""
    try:
        for item in items(path, job.options):
            if isinstance(item, Refused):
                why = item.why if Path(item.path).name in item.why else f"{item.path}: {item.why}"
                yield ImportedFile(path=item.path, status="refused", error=why)
            else:
                yield _import_item(job, item) if isinstance(item, Item) else item
    except PersonagenError as error:
        yield ImportedFile(path=str(path), status="refused", error=str(error))


def _import_item(job: _Job, item: Item) -> ImportedFile:
    try:
        stored = job.ledger.stored(item.sha256)
        if stored and stored.options_hash == options_hash(job.options, job.redact, item.mark):
            return _unchanged(item.path, stored)
        if job.withdrawn:
            job.withdrawn.check_file(item.path.name, item.sha256)
        found = _understand(job, item)
    except PersonagenError as error:
        return ImportedFile(path=str(item.path), status="refused", error=str(error))
    if _is_codebook(found.reading):
        return _put_codebook(job, found)
    outcome = _outcome(found, "re-read" if stored else "imported", job.sameness)
    if outcome.same_as and job.skip_duplicates and not stored:
        job.sameness.forget(found.pseudonymised.source.id)
        return outcome.model_copy(update={"status": "duplicate", "source": None})
    job.ledger.put(_new_source(found, outcome, job))
    job.roster.learn(found.pseudonymised)
    return outcome


def _is_codebook(reading: Reading) -> bool:
    """Return whether a file holds codes and nothing that anybody said or is."""
    said = reading.utterances or reading.people or reading.quantities
    return bool(reading.codes) and not said


def _put_codebook(job: _Job, found: _Found) -> ImportedFile:
    """Keep the codes of a file that is no source."""
    with job.ledger.engine.begin() as connection:
        put_codes(connection, found.codes)
        put_codings(connection, found.carried.codings)
    return ImportedFile(
        path=str(found.path),
        status="imported",
        reader=found.reading.reader,
        codes=len(found.codes),
        coded=len(found.carried.codings),
        warnings=(*found.reading.warnings, *found.carried.warnings),
    )


def _understand(job: _Job, item: Item) -> _Found:
    """Read a file and cut it up; nothing is written yet.

    Raises:
        PersonagenError: the file can't be read, or an option doesn't fit it.
    """
    path = item.path
    try:
        reading = item.read(job.options)
        if job.withdrawn:
            reading = job.withdrawn.without(reading, path.name)
        pseudonymised = _pseudonymised(job, reading)
        codes, carried = _coded(job, reading, pseudonymised)
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
    return _Found(
        path, item.mark, reading, pseudonymised, chunks, tokens.approximate, codes, carried
    )


def _pseudonymised(
    job: _Job, reading: Reading, fresh: Pseudonymised | None = None
) -> Pseudonymised:
    return pseudonymise(
        reading,
        job.roster.known,
        [*job.roster.aliases, *(fresh.aliases if fresh else ())],
        redact=job.redact,
        speakers=job.options.speakers,
        wishes=job.wishes,
        model=job.model,
    )


def _coded(
    job: _Job, reading: Reading, found: Pseudonymised
) -> tuple[Sequence[CodebookEntry], Carried]:
    """Return the codes, masked, and where what was coded stands in the study."""
    if not reading.codes:
        return (), Carried((), ())
    notes = _pseudonymised(job, as_notes(reading), found).source
    if _is_codebook(reading):
        sources = job.ledger.sources() if reading.coded else ()
        return masked_codes(reading, notes), find(reading, notes, sources)
    return masked_codes(reading, notes), carry(reading, found.source)


def _unchanged(path: Path, stored: StoredSource) -> ImportedFile:
    """Report a file whose content is here already, read the same way."""
    report = ImportedFile.model_validate(dict(stored.report))
    return report.model_copy(update={"path": str(path), "status": "unchanged"})


def _outcome(found: _Found, status: ImportStatus, sameness: Sameness) -> ImportedFile:
    source = found.pseudonymised.source
    twins = sameness.twins(source)
    return ImportedFile(
        path=str(found.path),
        status=status,
        source=source.id,
        kind=source.kind,
        reader=source.reader,
        utterances=len(source.utterances),
        participants=len({u.participant for u in source.utterances if u.participant}),
        described=len(found.reading.people),
        met=found.pseudonymised.met,
        quantities=source.quantities,
        same_as=tuple(twin.source for twin in twins),
        codes=len(found.codes),
        coded=len(found.carried.codings),
        warnings=(*found.reading.warnings, *found.carried.warnings, *map(_told, twins)),
        doubtful=found.pseudonymised.doubtful,
        proposals=found.pseudonymised.proposals,
    )


def _told(twin: Twin) -> str:
    return (
        f"{twin.share:.0%} of its words are those of {twin.path} ({twin.source}): if it is the "
        "same in another format, its people count twice; leave such files out with "
        "--skip-duplicates"
    )


def _new_source(found: _Found, outcome: ImportedFile, job: _Job) -> NewSource:
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
        options=json.loads(_canonical(job.options, job.redact, found.mark)),
        options_hash=options_hash(job.options, job.redact, found.mark),
        report=report.model_dump(mode="json"),
        masks=found.pseudonymised.masks,
        also=lambda connection: _put_coded(connection, found),
    )


def _put_coded(connection: Connection, found: _Found) -> None:
    put_codes(connection, found.codes)
    put_codings(connection, found.carried.codings)


def _canonical(options: ReadOptions, redact: bool, mark: str) -> str:
    said = options.model_dump(mode="json")
    if not options.roles:
        # Studies made before this option could be given know no such key.
        del said["roles"]
    coded = {"coded": mark} if mark else {}
    return json.dumps({**said, "redact": redact, **coded}, sort_keys=True)


def _nobody(pseudonym: str) -> KnownPerson:
    """Return a person by whom a pseudonym is taken, and who will be met in no file."""
    person = Participant(id=pseudonym, kind="interviewee")
    return KnownPerson(participant=person, identities=(), names=())


def _is_own(path: Path, study: Path | None) -> bool:
    """Return whether a file is one that personagen itself keeps in a study."""
    if path.name in {STUDY_FILE, CODEBOOK_FILE}:
        return True
    if study is None or not path.resolve().is_relative_to(study.resolve()):
        return False
    top = path.resolve().relative_to(study.resolve()).parts[0]
    return top in OWN_FOLDERS or top.startswith(OWN_FILES)
