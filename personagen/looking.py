"""What can be seen of a study; nothing here changes it.

`Deciding` adds what a person does with it, `Study` what makes findings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from personagen.progress import Report, silent
from personagen.store.folder import DATABASE, StudyFolder

if TYPE_CHECKING:
    from personagen.audit import Broken, Checked
    from personagen.document import Passage, StudyStatus
    from personagen.embedding import Choice
    from personagen.export.base import DocumentView
    from personagen.filtering import InsightFilter
    from personagen.messagetest import MessageDesk, TestedMessage
    from personagen.models import (
        Findings,
        Insight,
        Material,
        Participant,
        ReviewEvent,
        Source,
        StudyDocument,
    )
    from personagen.reading import Reading, ReadOptions
    from personagen.reidentification import Risk
    from personagen.review import Change
    from personagen.store.indexing import Embedder, Indexing
    from personagen.verification import QuoteIndex

T = TypeVar("T")


class Looking(StudyFolder):
    """A study as it can be looked at: what was imported, found and decided."""

    @staticmethod
    def read(path: Path, options: ReadOptions | None = None) -> Reading:
        """Return how a file would be understood; nothing is stored, nothing is masked.

        Raises:
            ReadingError: names the file, why it can't be read, and what to do.
        """
        from personagen.reading import read

        return read(path, options)

    def material(self) -> Material:
        """Return what was imported, with people as a person merged and split them."""
        return self._once("material", self._material)

    def _material(self) -> Material:
        from personagen.config import read_codebook, read_facts
        from personagen.models import Material
        from personagen.review import people

        facts = read_facts(self.folder)
        participants, sources = self._once("imported", self._imported)
        material = Material(
            study=facts.study,
            product=facts.product,
            participants=participants,
            sources=sources,
            codebook=read_codebook(self.folder),
        )
        return people(material, self.events())

    def findings(self, material: Material | None = None) -> Findings:
        """Return what the last run found, with a person's decisions laid over it."""
        material = material or self.material()
        return self._once("findings", lambda: self._findings(material))

    def _findings(self, material: Material) -> Findings:
        from personagen.review import apply
        from personagen.store.coded import with_coded

        found = self._once("found", self._record.findings)
        found = with_coded(found, self._ledger, material.sources)
        return apply(found, material, self.events())

    def _imported(self) -> tuple[tuple[Participant, ...], tuple[Source, ...]]:
        return self._ledger.participants(), self._ledger.sources()

    def _once(self, name: str, read: Callable[[], T]) -> T:
        """Return what `read` gives; what it gave before, where that is kept and still holds."""
        return self._kept.once(self.stamp(), name, read) if self._kept else read()

    def document(self) -> StudyDocument:
        """Return the whole study: what every document shows and `study.json` holds."""
        from personagen.document import document_of
        from personagen.exam import with_cards
        from personagen.store.chats import Chats
        from personagen.store.coded import codes
        from personagen.store.exams import Exams

        material = self.material()
        book = (*material.codebook, *codes(self._ledger))
        shown = material.model_copy(update={"codebook": book})
        chats = Chats(self._ledger.engine).all()
        found = with_cards(self.findings(material), Exams(self._ledger.engine).all())
        return document_of(shown, found, self.events(), self._record.runs(), chats)

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
        from personagen.store.chats import Chats

        material = self.material()
        chats = Chats(self._ledger.engine).all()
        return find_broken(self.findings(material), self.index(material), chats)

    def search(self, text: str, k: int = 10) -> list[Passage]:
        """Return the k passages nearest in meaning to a text, nearest first."""
        from personagen.document import passages

        held = self._once("vectors", self._indexing.held) if self._kept else None
        hits = self._indexing.search(text, k, held)
        return passages(hits, self._ledger.chunks(hit.chunk for hit in hits))

    def expect_search(self) -> None:
        """Read what a search by meaning needs, where that is kept; no other machine is asked."""
        if self._kept and not self._indexing.far:
            self.search("anything", 1)

    def status(self, document: StudyDocument | None = None) -> StudyStatus:
        """Return what the study holds, in numbers."""
        from personagen.document import status_of

        document = document or self.document()
        return status_of(self.folder, document, self._ledger.imported_at())

    def status_counts(self) -> dict[str, int]:
        """Return how many sources, utterances and participants there are."""
        material = self.material()
        return {
            "sources": len(material.sources),
            "utterances": sum(len(source.utterances) for source in material.sources),
            "participants": len(material.participants),
        }

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

    def risks(self, document: StudyDocument | None = None) -> list[Risk]:
        """Return what a reader of the documents could know a person by."""
        from personagen.reidentification import risks_of

        document = document or self.document()
        return risks_of(document, document)

    def events(self) -> tuple[ReviewEvent, ...]:
        """Return every decision on record, oldest first."""
        return self._record.events()

    @cached_property
    def message_test(self) -> MessageDesk:
        """Where drafts are put before personas; nothing of a test is kept."""
        from personagen.messagetest import MessageDesk
        from personagen.privacy.typed import typed_masker

        return MessageDesk(
            self.folder,
            self.document,
            self.stamp,
            self._encoder,
            lambda: typed_masker(self._ledger.aliases()),
        )

    def test_message(
        self, draft: str | Path, persona: str = "", report: Report = silent
    ) -> list[TestedMessage]:
        """Return what each line of a draft meets: before one persona, or before all.

        Args:
            draft: What was written, or a text, Markdown, HTML or Word file.
            persona: Id or name; empty for all that are no negative ones.
            report: Told how far the reading of the study is, the first time.

        Raises:
            UnknownIdError: there is no such persona.
            UsageError: the draft says nothing, or is too long.
            ReadingError: the file can't be read.
            StudyLockedError: another process is writing to this study.
        """
        return self.message_test.test(draft, persona, report=report)

    @cached_property
    def _indexing(self) -> Indexing:
        from personagen.embedding import chosen
        from personagen.store.indexing import Indexing

        return Indexing(self.folder, self._ledger, self._embedder(chosen(self._ledger)))

    def _embedder(self, choice: Choice | None) -> Embedder:
        """Return who makes the vectors: a model, or the encoder."""
        from personagen.embedding import embedder_for

        return embedder_for(self.folder, self._ledger, choice, lambda: self._encoder)
