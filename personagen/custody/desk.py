"""The desk where a study's people are looked after; `Study.custody` opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from personagen.custody import withdrawal
from personagen.custody.target import Target
from personagen.custody.withdrawal import Withdrawal
from personagen.models import Findings
from personagen.progress import Report, silent
from personagen.store import erasing
from personagen.store.ledger import Ledger
from personagen.store.lock import writing
from personagen.store.record import Record

Rebuild = Callable[[Report], Findings]
"""Make vectors and findings anew from the ledger; return the findings."""


class Custody:
    """Erase, consent, masks: what the people in a study may ask for."""

    def __init__(
        self, folder: Path, ledger: Ledger, let_go: Callable[[], None], rebuild: Rebuild
    ) -> None:
        """Open the desk.

        Args:
            folder: The study's.
            ledger: Its database.
            let_go: Closes the files of what is derived, so that they can be deleted.
            rebuild: Makes it anew.
        """
        self._folder = folder
        self._ledger = ledger
        self._record = Record(ledger.engine)
        self._let_go = let_go
        self._rebuild = rebuild

    def preview(self, participant: str) -> Target:
        """Return what would go if a participant withdrew.

        Raises:
            UnknownIdError: nobody of that name speaks in the study.
        """
        return withdrawal.preview(self._ledger, self._record, participant)

    def withdraw(self, participant: str, report: Report = silent) -> Withdrawal:
        """Erase a participant: words, vectors, caches, findings, vault entries, documents.

        It can't be undone. What rested on them is worked out anew or falls; a tombstone refuses
        a later import that would bring them back.

        Raises:
            UnknownIdError: nobody of that name speaks in the study.
            StudyLockedError: another process is writing to this study.
            VaultError: the key of the vault is not on this machine.
        """
        with writing(self._folder, "withdraw"):
            erased = withdrawal.erase(self._ledger, self._record, participant)
            self._let_go()
            documents = withdrawal.clean_folder(self._folder, self._ledger)
            after = self._rebuild(report)
            self._ledger.compact()
            erasing.finish(self._ledger)
        return withdrawal.report(
            erased,
            after,
            documents,
            tuple(self.elsewhere()),
            lambda: withdrawal.remains(self._folder, erased.traces),
        )

    def resume(self, report: Report = silent) -> None:
        """Finish an erasure that a crash cut short; nothing happens where there was none."""
        if self._ledger.fact(erasing.UNFINISHED) is None:
            return
        with writing(self._folder, "withdraw"):
            self._let_go()
            withdrawal.clean_folder(self._folder, self._ledger)
            self._rebuild(report)
            self._ledger.compact()
            erasing.finish(self._ledger)

    def exported(self, paths: Iterable[Path]) -> None:
        """Note documents that were written outside the study's own `exports/`."""
        own = (self._folder / withdrawal.EXPORTS).resolve()
        away = [path.resolve() for path in paths if not path.resolve().is_relative_to(own)]
        erasing.record_exports(self._ledger, map(str, away))

    def elsewhere(self) -> list[str]:
        """Return the documents that were written outside the study's folder."""
        here = self._folder.resolve()
        paths = [Path(path) for _, path in erasing.exported(self._ledger)]
        return [str(path) for path in paths if not path.is_relative_to(here)]
