"""Reading → source: participants get ids, names get placeholders."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import PurePath

from personagen import language
from personagen.ids import stable_id
from personagen.models import Role, Source, Utterance
from personagen.privacy.base import Alias, Doubtful, KnownPerson, Pseudonymised
from personagen.privacy.masking import SHARED, Hit, Masked, Masker, mask_file_name
from personagen.privacy.names import (
    COMMON,
    TOKEN,
    fold,
    forms,
    is_generic,
    is_personal,
    spoken_forms,
)
from personagen.privacy.people import People
from personagen.reading.base import Reading, ReadUtterance

PLACEHOLDERS: dict[Role, str] = {
    "interviewer": "[interviewer]",
    "agent": "[agent]",
    "bot": "[bot]",
    "form": "[form]",
    "unknown": "unknown",
}
_MOST_DOUBTS = 20
"""Doubtful hits listed for one name in a table; in transcripts all are."""


def pseudonymise(
    reading: Reading,
    known: Sequence[KnownPerson],
    aliases: Sequence[Alias],
    *,
    redact: bool = True,
    speakers: Mapping[str, str] | None = None,
) -> Pseudonymised:
    """Return a source whose people are known by pseudonyms, and what ledger and vault must learn.

    Args:
        reading: One file as it was read.
        known: Every participant of the study.
        aliases: The study's vault so far.
        redact: False keeps names in texts and as speakers; participants get ids all the same.
        speakers: Label in the file to participant id, as the user gave it.

    Raises:
        UsageError: `speakers` names no participant id.
    """
    source = stable_id("s", reading.sha256)
    people = People(known, source, speakers or {})
    stands_for = [_stands_for(utterance, people) for utterance in reading.utterances]
    fresh = _new_aliases(reading.utterances, stands_for, aliases, source)
    names = _Names(reading, source, [*aliases, *fresh], people.interviewed, redact)
    utterances, doubtful = [], []
    for utterance, who in zip(reading.utterances, stands_for, strict=True):
        stored, hits = names.store(utterance, who)
        utterances.append(stored)
        doubtful += [Doubtful(source=source, utterance=stored.id, **hit._asdict()) for hit in hits]
    attributes = {
        pid: {name: names.short(value) for name, value in found.items()}
        for pid, found in people.attributes.items()
    }
    return Pseudonymised(
        _source(reading, source, names, utterances),
        tuple(people.changed(attributes)),
        (*fresh, *names.shared_aliases(aliases)),
        tuple(_few(doubtful, reading)),
        people.proposals(),
    )


def _source(
    reading: Reading, source: str, names: _Names, utterances: Sequence[Utterance]
) -> Source:
    voiced = [u.text for u in utterances if u.role == "participant"]
    return Source(
        id=source,
        path=names.path(PurePath(reading.path).name),
        kind=reading.kind,
        reader=reading.reader,
        sha256=reading.sha256,
        lang=language.majority(voiced or [u.text for u in utterances]),
        utterances=tuple(utterances),
    )


def _stands_for(utterance: ReadUtterance, people: People) -> str:
    if utterance.role == "participant":
        return people.assign(utterance)
    return PLACEHOLDERS[utterance.role]


def _new_aliases(
    utterances: Sequence[ReadUtterance],
    stands_for: Sequence[str],
    aliases: Sequence[Alias],
    source: str,
) -> list[Alias]:
    have = {(alias.participant, alias.name, alias.source) for alias in aliases}
    fresh: dict[tuple[str, str, str | None], None] = {}
    for utterance, who in zip(utterances, stands_for, strict=True):
        if utterance.speaker and who != "unknown":
            holds = source if is_generic(utterance.speaker) else None
            key = (who, utterance.speaker, holds)
            if key not in have:
                fresh[key] = None
    return [Alias(participant=who, name=name, source=at) for who, name, at in fresh]


class _Names:
    """The names of one import, and how they are masked in its texts."""

    def __init__(
        self,
        reading: Reading,
        source: str,
        aliases: Sequence[Alias],
        interviewed: frozenset[str],
        redact: bool,
    ) -> None:
        self._sha256, self._redact = reading.sha256, redact
        self._interviewed = interviewed
        self._spoken = reading.kind == "interview"
        here = {u.speaker for u in reading.utterances if u.speaker}
        self._labels = [
            (alias.name, alias.participant)
            for alias in aliases
            if alias.participant != SHARED and alias.source in (None, source)
        ]
        self._here = [(name, who) for name, who in self._labels if name in here]
        self._masker = Masker()
        self._own: dict[tuple[str, str], Masker] = {}
        self._of_record = {
            u.record: u.speaker
            for u in reading.utterances
            if u.record is not None and u.role == "participant" and u.speaker
        }
        self._who = dict(self._here)
        if redact:
            self._fill(reading, here)
        self.short = lru_cache(maxsize=50_000)(self._short)

    def _fill(self, reading: Reading, here: set[str]) -> None:
        """Learn the names of this file first, then those of the study, which yield to them."""
        words = (w for name, _ in self._labels if is_personal(name) for w in forms(name).single)
        ordinary = _ordinary(reading, words)
        for name, who in self._here:
            self._add(name, who, ordinary, last=False)
        self._masker.close()
        for name, who in self._labels:
            if name not in here:
                self._add(name, who, ordinary, last=True)

    def _add(self, name: str, who: str, ordinary: frozenset[str], *, last: bool) -> None:
        # People who were interviewed, or spoke with those who were, are known by their names;
        # an author's nickname is masked in the texts of others only where it must be a name.
        if self._is_sure(name, who):
            self._masker.add(name, who, last=last)
        elif is_personal(name):
            if ordinary.isdisjoint(forms(name).single):
                self._masker.add(name, who, capitalised=True, last=last)
            else:
                self._masker.add_whole(name, who)

    def _is_sure(self, name: str, who: str) -> bool:
        if who.startswith("["):
            return self._spoken or is_personal(name) or (name.isalpha() and name.istitle())
        return who in self._interviewed

    def _own_masker(self, utterance: ReadUtterance, who: str) -> Masker | None:
        """In their own text, and in replies to it, an author's name is masked in every form."""
        speaker = utterance.speaker
        if not who.startswith("P"):
            speaker = self._of_record.get(utterance.record or "", "")
            who = self._who.get(speaker, "")
        if self._spoken or not speaker or not who:
            return None
        key = (speaker, who)
        if key not in self._own:
            self._own.clear()  # rows come one after another: the last author is enough
            self._own[key] = Masker()
            self._own[key].add(speaker, who)
        return self._own[key]

    def _masked(self, text: str, own: Masker | None = None) -> Masked:
        text = unicodedata.normalize("NFC", text)
        return self._masker.mask(text, own) if self._redact else Masked(text, ())

    def _short(self, text: str) -> str:
        return self._masked(text).text

    def store(self, utterance: ReadUtterance, who: str) -> tuple[Utterance, tuple[Hit, ...]]:
        """Return an utterance as it may be stored, and its doubtful words."""
        participant = who if who.startswith("P") else None
        masked = self._masked(utterance.text, self._own_masker(utterance, who))
        shown = who if self._redact or not utterance.speaker else utterance.speaker
        stored = Utterance(
            id=stable_id("u", self._sha256, utterance.place),
            speaker=shown,
            role=utterance.role,
            text=masked.text,
            t_start=utterance.t_start,
            t_end=utterance.t_end,
            participant=participant,
            context=self.short(utterance.context) if utterance.context else "",
            record=utterance.record,
            date=utterance.date,
        )
        return stored, masked.doubtful

    def path(self, name: str) -> str:
        """Return the base name of the file with placeholders."""
        if not self._redact:
            return name
        if self._spoken:
            # Others of the study, too, but not where their name is also a word.
            others = [
                (label, who)
                for label, who in self._labels
                if self._is_sure(label, who) and COMMON.isdisjoint(forms(label).single)
            ]
            return mask_file_name(name, [*self._here, *others])
        return mask_file_name(name, [pair for pair in self._here[:2000] if is_personal(pair[0])])

    def shared_aliases(self, known: Iterable[Alias]) -> list[Alias]:
        """Return what `[name]` may stand for."""
        have = {alias.name for alias in known if alias.participant == SHARED}
        words = self._masker.shared()
        found: dict[str, None] = {}
        for label, _ in self._labels:
            for token in TOKEN.findall(label):
                if fold(token) in words and token not in have:
                    found[token] = None
        return [Alias(participant=SHARED, name=name) for name in found]


def _ordinary(reading: Reading, words: Iterable[str]) -> frozenset[str]:
    """Return those of `words` (folded) that are no sure names in this file.

    It writes them in lower case, or in so many rows that they name a thing.
    """
    wanted = {form: word for word in words for form in (word, word.capitalize(), word.upper())}
    lower: set[str] = set()
    rows: Counter[str] = Counter()
    for utterance in reading.utterances:
        for token in wanted.keys() & set(TOKEN.findall(utterance.text)):
            if token.islower():
                lower.add(token)
            else:
                rows[wanted[token]] += 1
    most = max(20, len(reading.utterances) // 100)
    return frozenset(lower | {word for word, n in rows.items() if n > most})


def _few(doubtful: Sequence[Doubtful], reading: Reading) -> Iterable[Doubtful]:
    if reading.kind == "interview":
        return doubtful
    seen: Counter[str] = Counter()
    kept = []
    for hit in doubtful:
        seen[hit.name] += 1
        if seen[hit.name] <= _MOST_DOUBTS:
            kept.append(hit)
    return kept


def names_of(aliases: Iterable[Alias]) -> dict[str, frozenset[str]]:
    """Return placeholder → the names it may stand for, in every form they may be written."""
    found: dict[str, set[str]] = {}
    for alias in aliases:
        found.setdefault(alias.participant, set()).update(spoken_forms(alias.name))
    return {placeholder: frozenset(names) for placeholder, names in found.items()}
