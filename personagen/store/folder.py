"""A study's folder: what lies in it, how it is made, opened, locked and closed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from personagen.config import NEW_STUDY, STUDY_FILE, read_privacy
from personagen.errors import NotAStudyError, UsageError

if TYPE_CHECKING:
    from personagen.store.encodings import CachedEncoder
    from personagen.store.kept import Kept
    from personagen.store.ledger import Ledger
    from personagen.store.record import Record

DATABASE = "study.db"


class StudyFolder:
    """The files of one study."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self.folder = folder
        self._ledger = ledger
        self._kept: Kept | None = None
        """What was read before, where whoever opens the study keeps that."""

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Make a new study in a folder, with a `study.toml` to fill in.

        Raises:
            UsageError: there is a study in the folder already.
        """
        if (folder / DATABASE).exists():
            raise UsageError(f"{folder} holds a study already", "Open it, or name another folder.")
        folder.mkdir(parents=True, exist_ok=True)
        facts = folder / STUDY_FILE
        if not facts.exists():
            facts.write_text(NEW_STUDY, encoding="utf-8")
        return cls._connect(folder)

    @classmethod
    def _found(cls, folder: Path) -> Self:
        """Return the study in a folder.

        Raises:
            NotAStudyError: there is none.
            StoreError: its database is damaged, or of a newer personagen.
        """
        if not (folder / DATABASE).is_file():
            raise NotAStudyError(
                f"{folder} holds no study", f"Make one: personagen init {folder}; or name -s DIR."
            )
        return cls._connect(folder)

    @classmethod
    def _connect(cls, folder: Path) -> Self:
        from personagen.store.database import sqlite
        from personagen.store.ledger import Ledger
        from personagen.store.lock import writing

        named = read_privacy(folder).key_file
        key_file = (folder / Path(named).expanduser()).resolve() if named else None
        ledger = Ledger(sqlite(folder / DATABASE), key_file)
        try:
            ledger.migrate(writing(folder, "migrate"))
        except Exception:
            ledger.close()
            raise
        return cls(folder, ledger)

    def close(self) -> None:
        """Let go of the study's files."""
        if "_encoder" in self.__dict__:
            self._encoder.close()
        self._ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _writing(self, command: str) -> AbstractContextManager[None]:
        """Hold the study's writer lock for the duration of a `with` block."""
        from personagen.store.lock import writing

        return writing(self.folder, command)

    @cached_property
    def _record(self) -> Record:
        from personagen.store.record import Record

        return Record(self._ledger.engine)

    @cached_property
    def _encoder(self) -> CachedEncoder:
        from personagen.encoder import load
        from personagen.store.encodings import CachedEncoder

        return CachedEncoder(self.folder, load())
