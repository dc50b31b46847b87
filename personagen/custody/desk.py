"""The desk where a study's people are looked after; `Study.custody` opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from sqlalchemy import update

from personagen.config import read_facts, read_privacy
from personagen.custody import masks as masking
from personagen.custody import withdrawal
from personagen.custody.masks import MaskGroup, MaskPlace
from personagen.custody.target import Target
from personagen.custody.withdrawal import Withdrawal
from personagen.errors import UnknownIdError
from personagen.models import Findings
from personagen.privacy import Wishes
from personagen.privacy.base import MaskChoice
from personagen.progress import Report, silent
from personagen.store import erasing
from personagen.store import tables as t
from personagen.store.ledger import Ledger
from personagen.store.lock import writing
from personagen.store.record import Record

Rebuild = Callable[[Report], Findings]
"""Make vectors and findings anew from the ledger; return the findings."""


class Custody:
    """Erase, consent, masks: what the people in a study may ask for."""

    def __init__(
        self,
        folder: Path,
        ledger: Ledger,
        let_go: Callable[[], None],
        rebuild: Rebuild,
        catch_up: Callable[[], None],
    ) -> None:
        """Open the desk.

        Args:
            folder: The study's.
            ledger: Its database.
            let_go: Closes the files of what is derived, so that they can be deleted.
            rebuild: Makes it anew.
            catch_up: Makes the vectors of changed words.
        """
        self._folder = folder
        self._ledger = ledger
        self._record = Record(ledger.engine)
        self._let_go = let_go
        self._rebuild = rebuild
        self._catch_up = catch_up

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
            erased = withdrawal.erase(self._ledger, self._record, participant, self._folder)
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

    def consent(self, participant: str, state: Literal["given", "unknown"]) -> None:
        """Note what a participant agreed to; who takes consent back is withdrawn.

        Raises:
            UnknownIdError: nobody of that name is in the ledger.
        """
        with writing(self._folder, "consent"), self._ledger.engine.begin() as connection:
            query = update(t.participants).where(t.participants.c.id == participant)
            if not connection.execute(query.values(consent=state)).rowcount:
                raise UnknownIdError(
                    f"no participant {participant!r} in this study",
                    "`personagen participants list` shows who is.",
                )

    def masks(self, kind: str = "") -> list[MaskGroup]:
        """Return what stands for what, the most frequent first."""
        return masking.groups(masking.masks(self._ledger), kind)

    def mask_places(self, target: str) -> list[MaskPlace]:
        """Return where a placeholder, or the mask of one number, stands.

        Raises:
            UnknownIdError: nothing is masked by that name or number.
        """
        return masking.places(self._ledger, target)

    def undo_mask(self, target: str, by: str) -> int:
        """Put words back, by a mask's number or placeholder; return how many texts changed.

        Raises:
            UnknownIdError: nothing is masked by that name or number.
            UsageError: it would put back a participant's name everywhere.
        """
        with writing(self._folder, "masks"):
            changed = masking.undo(self._ledger, target, by)
            self._catch_up()
        return changed

    def add_mask(self, term: str, by: str, placeholder: str = "") -> int:
        """Mask a word wherever it stands, now and later; return how many texts changed.

        Raises:
            UsageError: there is no word in it.
        """
        with writing(self._folder, "masks"):
            changed = masking.add(self._ledger, term, by, placeholder)
            self._catch_up()
        return changed

    def wishes(self) -> Wishes:
        """Return what is to be masked beyond names, and what is not."""
        settings = read_privacy(self._folder)
        named = read_facts(self._folder).product.name
        product = [MaskChoice(action="keep", term=term) for term in {named, *named.split()} if term]
        chosen = (*product, *masking.choices(self._ledger))
        return Wishes(tuple(settings.organisations), chosen)
