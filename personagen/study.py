"""Study: a folder on disk that strings the rooms together; what cli and ui call.

    study = Study.create(Path("my-study"))
    study.import_files([Path("interviews")])
    study.analyze()
    study.export(["md", "html"])

Nothing here knows how a thing is done; each method opens the room that does.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from personagen.deciding import Deciding
from personagen.errors import EgressError, ModelError
from personagen.memory import give_back
from personagen.progress import Report, silent

if TYPE_CHECKING:
    from personagen.custody import Custody
    from personagen.embedding import Choice, EmbeddingEstimate
    from personagen.importing import ImportReport
    from personagen.llm.options import LlmOptions
    from personagen.llm.running import Estimate, Ground
    from personagen.models import (
        Findings,
        Product,
        Run,
        StudyDocument,
        StudyQuestion,
    )
    from personagen.reading import ReadOptions
    from personagen.runs import Outcome
    from personagen.store.kept import Kept

EXPORTS = "exports"
ANALYZED_WITH = "analyzed with"
"""Under this name the ledger notes how a language model took part in the last analysis."""


class Study(Deciding):
    """One study. Open it with `Study.create` or `Study.open`; close it, or use `with`."""

    @classmethod
    def open(cls, folder: Path, report: Report = silent, kept: Kept | None = None) -> Self:
        """Open the study in a folder; make good what a crash left undone.

        Args:
            folder: Where it is.
            report: Told how far it is.
            kept: What was read before by whoever opens the study again and again.

        Raises:
            NotAStudyError: there is none.
            StoreError: its database is damaged, or of a newer personagen.
        """
        study = cls._found(folder)
        study._kept = kept
        study.custody.resume(report)
        study._indexing.repair(report)
        return study

    def close(self) -> None:
        """Let go of the study's files."""
        if "_indexing" in self.__dict__:
            self._indexing.close()
        super().close()

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
            notes = (missing_note() if redact else ()) + self._indexed(report)
        return done.model_copy(update={"notes": notes})

    def _indexed(self, report: Report) -> tuple[str, ...]:
        """Make the vectors that are missing; return why a model made none: search does it then."""
        try:
            self._indexing.catch_up(report)
        except (EgressError, ModelError) as error:
            return (f"no vectors yet: {error}",)
        finally:
            give_back()
        return ()

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
        from personagen.runs import options_kept, run

        started = time.monotonic()
        done = run(self._ground(), self._record.findings(), llm, report)
        self._ledger.note(ANALYZED_WITH, options_kept(llm))
        return self._on_record(done, started)

    def _on_record(self, done: Outcome, started: float) -> Run:
        from personagen.document import run_of

        record = run_of(
            done.findings, datetime.now(UTC), time.monotonic() - started, done.made_by, done.spent
        )
        self._record.save(done.findings, record)
        return record

    def answers_with(self) -> LlmOptions | None:
        """Return the model that answers what is asked of personas, as the last analysis chose.

        None: the extractive analyst does.
        """
        from personagen.llm.options import LlmOptions

        kept = self._ledger.fact(ANALYZED_WITH)
        llm = LlmOptions.model_validate_json(kept) if kept else None
        return llm if llm and llm.answers else None

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

    def write_chats(self, path: Path, persona: str = "", session: str = "") -> Path:
        """Write what was said with personas, with its evidence, to a .md, .csv or .json file.

        Args:
            path: The file.
            persona: Only with this one, by id or name.
            session: Only this conversation.

        Raises:
            UnknownIdError: there is no such persona.
            UsageError: the file's name says none of these forms.
        """
        from personagen.export.minutes import write_chats

        return self._handed_out(write_chats(path, self.talk.of(persona, session), self.document()))

    def write_ask_next(self, path: Path, persona: str = "", session: str = "") -> Path:
        """Write what personas could not answer, as questions for the next interview, to a file.

        Args:
            path: The file: .md, .csv or .json.
            persona: Only what this one was asked, by id or name.
            session: Only in this conversation.

        Raises:
            UnknownIdError: there is no such persona.
            UsageError: the file's name says none of these forms.
        """
        from personagen.export.minutes import write_open

        return self._handed_out(write_open(path, self.talk.of(persona, session), self.document()))

    def _handed_out(self, path: Path) -> Path:
        """Note where a file went: who withdraws is told of it."""
        self.custody.exported([path])
        return path

    def embed_with(self, choice: Choice | None, report: Report = silent) -> int:
        """Have the vectors made by a model, or by the encoder again; return how many were made.

        None is made where they are that model's already.

        Args:
            choice: The model; None: the encoder.
            report: Told how far it is.

        Raises:
            EgressError: the study holds names, and the model is on another machine.
            ModelError: the model gives no vectors; the study is as it was.
            StudyLockedError: another process is writing to this study.
        """
        from personagen.embedding import choose, chosen

        with self._writing("reindex"):
            if choice == chosen(self._ledger):
                return 0
            if choice:
                with closing(self._embedder(choice)) as probe:
                    probe.query("Is anybody there?")
            self._indexing.close()
            choose(self._ledger, choice)
            del self._indexing
            return self._indexing.rebuild(report)

    def embedding_estimate(self, choice: Choice) -> EmbeddingEstimate:
        """Return what having the vectors made by a model would send; nothing is sent."""
        from personagen.embedding import embedding_estimate

        return embedding_estimate(self.folder, self._ledger, choice)

    def reindex(self, report: Report = silent) -> int:
        """Make all vectors anew from the ledger; return how many there are."""
        with self._writing("reindex"):
            return self._indexing.rebuild(report)

    @cached_property
    def custody(self) -> Custody:
        """Where the study's people are looked after: withdrawal, consent, masks."""
        from personagen.custody import Custody

        return Custody(
            self.folder, self._ledger, self._let_go, self._made_anew, self._indexing.catch_up
        )

    def _made_again(self, report: Report) -> None:
        """Make the vectors anew; no other machine is asked, and none that fails is waited for."""
        if self._indexing.far:
            self._back_to_encoder()
        try:
            self._indexing.rebuild(report)
        except ModelError:
            self._back_to_encoder()
            self._indexing.rebuild(report)

    def _back_to_encoder(self) -> None:
        from personagen.embedding import choose

        choose(self._ledger, None)
        self._indexing.close()
        del self._indexing

    def _let_go(self) -> None:
        self._encoder.close()
        self._indexing.close()

    def _made_anew(self, report: Report) -> Findings:
        """Make the vectors anew, and the findings where there were any."""
        self._made_again(report)
        if self._record.runs():
            from personagen.runs import run_again

            started = time.monotonic()
            kept = self._ledger.fact(ANALYZED_WITH) or ""
            found = run_again(self._ground(), self._record.findings(), kept, report)
            self._on_record(found, started)
        return self.findings()

    def _split_off(self) -> list[str]:
        """Return the pseudonyms that a person gave out; an import must not give them again."""
        split = (e for e in self.events() if e.action == "split_participant")
        return [str((event.after or {})["to"]) for event in split]
