"""Study: a folder on disk that strings the rooms together; what cli and ui call.

    study = Study.create(Path("my-study"))
    study.import_files([Path("interviews")])
    study.analyze()
    study.export(["md", "html"])

Nothing here knows how a thing is done; each method opens the room that does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from personagen.errors import ChangedError, ReviewError
from personagen.progress import Report, silent
from personagen.store.folder import DATABASE, StudyFolder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from personagen.audit import Broken, Checked
    from personagen.chunking import Chunk
    from personagen.custody import Custody
    from personagen.document import Passage, StudyStatus
    from personagen.export.base import DocumentView
    from personagen.filtering import InsightFilter
    from personagen.importing import ImportReport
    from personagen.llm.options import LlmOptions
    from personagen.llm.running import Estimate, Ground
    from personagen.models import (
        Findings,
        Insight,
        Material,
        Product,
        ReviewEvent,
        Run,
        Source,
        StudyDocument,
        StudyQuestion,
    )
    from personagen.reading import Reading, ReadOptions
    from personagen.review import Change, Decision
    from personagen.store.indexing import Indexing
    from personagen.verification import QuoteIndex

EXPORTS = "exports"


class Study(StudyFolder):
    """One study. Open it with `Study.create` or `Study.open`; close it, or use `with`."""

    @classmethod
    def open(cls, folder: Path, report: Report = silent) -> Self:
        """Open the study in a folder; make good what a crash left undone.

        Raises:
            NotAStudyError: there is none.
            StoreError: its database is damaged, or of a newer personagen.
        """
        study = cls._found(folder)
        study.custody.resume(report)
        study._indexing.repair(report)
        return study

    def close(self) -> None:
        """Let go of the study's files."""
        if "_indexing" in self.__dict__:
            self._indexing.close()
        super().close()

    @staticmethod
    def read(path: Path, options: ReadOptions | None = None) -> Reading:
        """Return how a file would be understood; nothing is stored, nothing is masked.

        Raises:
            ReadingError: names the file, why it can't be read, and what to do.
        """
        from personagen.reading import read

        return read(path, options)

    def import_files(
        self,
        paths: Sequence[Path],
        options: ReadOptions | None = None,
        *,
        redact: bool = True,
        confirmed: bool = False,
        skip_duplicates: bool = False,
        report: Report = silent,
    ) -> ImportReport:
        """Read, pseudonymise, chunk, embed and store files and the files in folders.

        Args:
            paths: Files and folders.
            options: How the readings are to be corrected.
            redact: Put pseudonyms in the place of names.
            confirmed: Take in also what people said who withdrew.
            skip_duplicates: Leave files out whose words are here already in another format.
            report: Told how far it is.

        Raises:
            StudyLockedError: another process is writing to this study.
        """
        from personagen.importing import import_files
        from personagen.privacy.presidio import missing_note, name_model
        from personagen.reading import ReadOptions

        with self._writing("import"):
            done = import_files(
                self._ledger,
                paths,
                options or ReadOptions(),
                redact=redact,
                reserved=self._split_off(),
                study=self.folder,
                confirmed=confirmed,
                skip_duplicates=skip_duplicates,
                wishes=self.custody.wishes(),
                model=name_model() if redact else None,
                report=report,
            )
            self._indexing.catch_up(report)
        return done.model_copy(update={"notes": missing_note() if redact else ()})

    def analyze(self, report: Report = silent, llm: LlmOptions | None = None) -> Run:
        """Code, theme and segment what was imported; draft personas and messages.

        Args:
            report: Told how far it is.
            llm: How a language model takes part; None: the extractive analyst works alone.

        Raises:
            EgressError: the study holds names, and the model is on another machine.
            ModelError: the model's server can't be used; the study is as it was.
            StudyLockedError: another process is writing to this study.
        """
        with self._writing("analyze"):
            return self._analyze(report, llm)

    def _analyze(self, report: Report, llm: LlmOptions | None = None) -> Run:
        from personagen.document import run_of
        from personagen.runs import run

        started = time.monotonic()
        done = run(self._ground(), self._record.findings(), llm, report)
        record = run_of(
            done.findings, datetime.now(UTC), time.monotonic() - started, done.made_by, done.spent
        )
        self._record.save(done.findings, record)
        return record

    def estimate(self, llm: LlmOptions, report: Report = silent) -> Estimate:
        """Return what `analyze` would send to a language model at most; nothing is sent."""
        from personagen.runs import estimate

        with self._writing("estimate"):
            return estimate(self._ground(), self._record.findings(), llm, report)

    def _ground(self) -> Ground:
        from personagen.llm.running import Ground
        from personagen.store.masked import holds_names

        unmasked = holds_names(self._ledger.engine)
        return Ground(self.folder, self.material(), self._encoder, self._ledger.aliases(), unmasked)

    def tell(self, study: StudyQuestion, product: Product) -> None:
        """Write down what the study asks and what its product does; messages rest on it."""
        from personagen.config import StudyFacts, write_facts

        with self._writing("tell"):
            write_facts(self.folder, StudyFacts(study, product))

    def material(self) -> Material:
        """Return what was imported, with people as a person merged and split them."""
        from personagen.config import read_codebook, read_facts
        from personagen.models import Material
        from personagen.review import people

        facts = read_facts(self.folder)
        material = Material(
            study=facts.study,
            product=facts.product,
            participants=self._ledger.participants(),
            sources=self._ledger.sources(),
            codebook=read_codebook(self.folder),
        )
        return people(material, self.events())

    def findings(self, material: Material | None = None) -> Findings:
        """Return what the last run found, with a person's decisions laid over it."""
        from personagen.review import apply
        from personagen.store.coded import with_coded

        material = material or self.material()
        found = with_coded(self._record.findings(), self._ledger, material.sources)
        return apply(found, material, self.events())

    def document(self) -> StudyDocument:
        """Return the whole study: what every document shows and `study.json` holds."""
        from personagen.document import document_of
        from personagen.store.coded import codes

        material = self.material()
        book = (*material.codebook, *codes(self._ledger))
        shown = material.model_copy(update={"codebook": book})
        return document_of(shown, self.findings(material), self.events(), self._record.runs())

    def view(self, document: StudyDocument | None = None) -> DocumentView:
        """Return the study as documents show it: what is shown, in what order, how counted."""
        from personagen.export.view import view

        return view(document or self.document())

    def stamp(self) -> str:
        """Return what is another after every change of the study."""
        from personagen.config import CODEBOOK_FILE, STUDY_FILE

        names = (DATABASE, f"{DATABASE}-wal", STUDY_FILE, CODEBOOK_FILE)
        seen = [path.stat() for n in names if (path := self.folder / n).exists()]
        # Whoever opens the study to read makes an empty journal beside it.
        seen = [stat for stat in seen if stat.st_size]
        return "-".join(f"{stat.st_mtime_ns:x}.{stat.st_size:x}" for stat in seen)

    def export(
        self,
        formats: Sequence[str],
        out: Path | None = None,
        document: StudyDocument | None = None,
    ) -> list[Path]:
        """Write documents; return where they are.

        Args:
            formats: `md`, `html`, `json`, `csv`.
            out: A folder; the study's own `exports/` by default.
            document: What `document` returned, where it is at hand.
        """
        from personagen.export import write

        paths = write(document or self.document(), formats, out or self.folder / EXPORTS)
        self.custody.exported(paths)
        return paths

    def index(self, material: Material | None = None) -> QuoteIndex:
        """Return what quotations are checked against; make it once for many."""
        from personagen.privacy import names_of
        from personagen.verification import QuoteIndex

        return QuoteIndex.build(
            (material or self.material()).sources, names_of(self._ledger.aliases())
        )

    def check(self, paths: Sequence[Path]) -> Checked:
        """Judge every quotation in documents, from whatever tool, against the sources."""
        from personagen.audit import check_files

        return check_files(paths, self.index())

    def verify(self) -> list[Broken]:
        """Return everything in the documents that no longer has its words; empty when all has."""
        from personagen.audit import find_broken

        material = self.material()
        return find_broken(self.findings(material), self.index(material))

    def search(self, text: str, k: int = 10) -> list[Passage]:
        """Return the k passages nearest in meaning to a text, nearest first."""
        from personagen.document import passages

        hits = self._indexing.search(text, k)
        return passages(hits, self._ledger.chunks(hit.chunk for hit in hits))

    def reindex(self, report: Report = silent) -> int:
        """Make all vectors anew from the ledger; return how many there are."""
        with self._writing("reindex"):
            return self._indexing.rebuild(report)

    def status(self) -> StudyStatus:
        """Return what the study holds, in numbers."""
        from personagen.document import status_of

        return status_of(self.folder, self.document(), self._ledger.imported_at())

    def status_counts(self) -> dict[str, int]:
        """Return how many sources, utterances and participants there are."""
        material = self.material()
        return {
            "sources": len(material.sources),
            "utterances": sum(len(source.utterances) for source in material.sources),
            "participants": len(material.participants),
        }

    def decide(
        self, decision: Decision, by: str, seen: Mapping[str, str] | None = None
    ) -> list[ReviewEvent]:
        """Put a person's decision on record; return its events, one a target.

        Args:
            decision: What they ask for.
            by: Who they are.
            seen: Target to `version_of` it as the person saw it; what was changed by somebody
                else since is not decided over their head.

        Raises:
            UnknownIdError: a target is not in the study.
            ChangedError: a target is not what the person saw; nothing is decided.
            ReviewError: the decision can't be taken, with the reason.
            StudyLockedError: another process is writing to this study.
        """
        from personagen.document import events_of
        from personagen.models import Provenance
        from personagen.review import decide, still_as_seen

        with self._writing("review"):
            material = self.material()
            provenance = Provenance(analyst=f"person:{by}", at=datetime.now(UTC))
            findings = self.findings(material)
            still_as_seen(findings, seen or {}, self.events())
            drafts = decide(decision, findings, material, self._judge(material), provenance)
            return self._record.append(events_of(drafts, by, provenance.at))

    def undo(self, by: str, seen: int | None = None) -> list[ReviewEvent]:
        """Take the last decision that stands back, with all it was taken on; return the events.

        Args:
            by: Who takes it back.
            seen: The number of its last event, as the person saw it.

        Raises:
            ChangedError: somebody decided something since; nothing is taken back.
            ReviewError: there is none.
        """
        from personagen.document import events_of
        from personagen.review import last_decision, undoing

        with self._writing("review"):
            last = last_decision(self.events())
            if not last:
                raise ReviewError("there is no decision to take back")
            if seen not in {None, last[-1].id}:
                raise ChangedError(
                    f"{last[-1].by} decided something since you looked",
                    "See the record, then undo again if that is what you want.",
                )
            drafts = [undoing(event) for event in last]
            return self._record.append(events_of(drafts, by, datetime.now(UTC)))

    def insights(
        self, wanted: InsightFilter, document: StudyDocument | None = None
    ) -> list[Insight]:
        """Return the insights that are wanted; those near in meaning nearest first."""
        from personagen.filtering import NEAREST, choose

        near = self.search(wanted.meaning, NEAREST) if wanted.meaning else ()
        return choose(document or self.document(), wanted, near)

    def changes(self, document: StudyDocument | None = None) -> dict[str, list[Change]]:
        """Return what differs in each persona that was approved, since it was; by persona id."""
        from personagen.review import changes

        document = document or self.document()
        return changes(document, document.reviews)

    def events(self) -> tuple[ReviewEvent, ...]:
        """Return every decision on record, oldest first."""
        return self._record.events()

    @cached_property
    def custody(self) -> Custody:
        """Where the study's people are looked after: withdrawal, consent, masks."""
        from personagen.custody import Custody

        return Custody(
            self.folder, self._ledger, self._let_go, self._made_anew, self._indexing.catch_up
        )

    def _let_go(self) -> None:
        self._encoder.close()
        self._indexing.close()

    def _made_anew(self, report: Report) -> Findings:
        """Make the vectors anew, and the findings where there were any."""
        self._indexing.rebuild(report)
        if self._record.runs():
            self._analyze(report)
        return self.findings()

    @cached_property
    def _indexing(self) -> Indexing:
        from personagen.store.indexing import Indexing

        return Indexing(self.folder, self._ledger, self._embed)

    def _embed(self, chunks: Sequence[Chunk], sources: Sequence[Source]) -> NDArray[np.float32]:
        from personagen.embedding import chunk_vectors

        return chunk_vectors(chunks, sources, self._encoder)

    def _judge(self, material: Material) -> Callable[[str], list[str]]:
        """Return what says whether a text that a person wrote quotes word for word."""
        from personagen.audit import check_text

        return lambda text: check_text(text, self.index(material))

    def _split_off(self) -> list[str]:
        """Return the pseudonyms that a person gave out; an import must not give them again."""
        split = (e for e in self.events() if e.action == "split_participant")
        return [str((event.after or {})["to"]) for event in split]
