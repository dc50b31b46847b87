"""The study as it was last read: read again only when something in it changed."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from personagen.errors import PersonagenError
from personagen.ids import version_of
from personagen.models import Claim, Insight, Message, Persona, Source, StudyDocument, Theme
from personagen.store.kept import Kept
from personagen.study import Study

if TYPE_CHECKING:
    from personagen.export.base import DocumentView

Item = Insight | Theme | Claim | Persona | Message


class Seat(NamedTuple):
    """Where an utterance stands."""

    source: Source
    position: int


class Snapshot:
    """One state of the study with the ways to find something in it; never changed."""

    def __init__(self, study: Study, stamp: str) -> None:
        self.stamp = stamp
        self.document: StudyDocument = study.document()
        self.answers_with = study.answers_with()
        """The model that words answers unless somebody says otherwise; None: nobody does."""
        self._study = study

    @cached_property
    def view(self) -> DocumentView:
        """Return the study as documents show it."""
        return self._study.view(self.document)

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Return everything that can be decided on, by id."""
        d = self.document
        everything: list[Item] = [*d.insights, *d.themes, *d.claims, *d.personas, *d.messages]
        return {item.id: item for item in everything}

    @cached_property
    def seats(self) -> Mapping[str, Seat]:
        """Return utterance id to where it stands."""
        return {
            u.id: Seat(source, position)
            for source in self.document.sources
            for position, u in enumerate(source.utterances)
        }

    @cached_property
    def persona_of(self) -> Mapping[str, Persona]:
        """Return participant id to the persona they are in."""
        shown = [p for p in self.document.personas if p.status != "rejected"]
        return {who: persona for persona in shown for who in persona.participants}

    def version(self, item_id: str) -> str:
        """Return the version of an item as it is shown; empty where there is none."""
        item = self.items.get(item_id)
        return version_of(item) if item else ""


class Shelf:
    """Keeps the last snapshot of a study; safe to ask from several threads."""

    def __init__(self, folder: Path, ahead: bool = False) -> None:
        """Keep the study in a folder.

        Args:
            folder: Where it is.
            ahead: Read what the next question may need before it is asked.
        """
        self.folder = folder
        self._ahead = ahead
        self._lock = threading.Lock()
        self._last: Snapshot | None = None
        self._kept = Kept()

    def open(self) -> Study:
        """Return the study, to be closed again; what was read of it and still holds is kept."""
        return Study.open(self.folder, kept=self._kept)

    def now(self) -> Snapshot:
        """Return the study as it stands."""
        with self._lock, self.open() as study:
            stamp = study.stamp()
            if self._last is None or self._last.stamp != stamp:
                self._last = Snapshot(study, stamp)
            return self._last

    def expect_search(self) -> None:
        """Get ready for a search by meaning beside what goes on, once: the first takes seconds."""
        if self._ahead:
            self._ahead = False
            threading.Thread(target=self._get_ready, daemon=True).start()

    def _get_ready(self) -> None:
        # What goes wrong here is said when somebody searches.
        with suppress(PersonagenError), self.open() as study:
            study.expect_search()
