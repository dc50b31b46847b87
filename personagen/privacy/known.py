"""The names of one import: which are masked where, and what stands for them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from personagen.ids import stable_id
from personagen.models import Utterance
from personagen.privacy import patterns
from personagen.privacy.base import Alias, Doubtful, Mask, MaskField, Wishes
from personagen.privacy.colleagues import learn_colleagues
from personagen.privacy.lexicon import is_word
from personagen.privacy.masking import (
    SHARED,
    Change,
    Masked,
    Masker,
    Span,
    mask_file_name,
    rendered,
)
from personagen.privacy.names import TOKEN, fold, forms, is_personal, words
from personagen.privacy.placeholders import Placeholders, is_numbered, kind_of
from personagen.privacy.thirdparty import NameModel, cued, people_in
from personagen.reading.base import Reading, ReadUtterance


class Stored(NamedTuple):
    """An utterance as it may be stored, and what the vault must learn of it."""

    utterance: Utterance
    doubtful: tuple[Doubtful, ...]
    masks: tuple[Mask, ...]


class Names:
    """The names of one import, and how they are masked in its texts."""

    def __init__(
        self,
        reading: Reading,
        source: str,
        aliases: Sequence[Alias],
        interviewed: frozenset[str],
        redact: bool,
        wishes: Wishes,
        model: NameModel | None,
    ) -> None:
        self._sha256, self._redact = reading.sha256, redact
        self._source = source
        self.placeholders = Placeholders(aliases)
        self._kept = _kept(wishes)
        self._lower: frozenset[str] = frozenset()
        self._interviewed = interviewed
        self._spoken = reading.kind == "interview"
        here = {u.speaker for u in reading.utterances if u.speaker}
        self._labels = [
            (alias.name, alias.participant)
            for alias in aliases
            if alias.source in (None, source)
            and alias.participant != SHARED
            and not is_numbered(alias.participant)
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
            self._wish(wishes)
            self._masker.close()
            texts = [u.text for u in reading.utterances]
            spoken = frozenset(w for name, _ in self._here for w in words(name))
            crowd = people_in(texts, model)
            self._lower = crowd.lower
            talked_about = [n for n in crowd.people if not self._is_kept(n.label, "")]
            learn_colleagues(self._masker, self.placeholders, talked_about, spoken)
        self.short = lru_cache(maxsize=50_000)(self._short)
        self._context = lru_cache(maxsize=10_000)(self._masked)

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

    def _wish(self, wishes: Wishes) -> None:
        """Learn what the user wants masked beyond names."""
        for choice in wishes.choices:
            if choice.action == "mask" and choice.utterance is None:
                self._masker.add_wish(tuple(words(choice.term)), choice.placeholder)
        for name in wishes.organisations:
            key = tuple(words(name))
            if key:
                given = self.placeholders.give("organisation", " ".join(key), name)
                self._masker.add_words(key, given, capitalised=len(key) == 1 and is_word(key[0]))

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

    def _masked(self, text: str, own: Masker | None = None, utterance: str = "") -> Masked:
        text = unicodedata.normalize("NFC", text)
        if not self._redact:
            return Masked(text, ())
        taken = [
            Change(hit.start, hit.end, self.placeholders.give(hit.kind, hit.key, said))
            for hit in patterns.find(text)
            if not self._is_kept(said := text[hit.start : hit.end], utterance)
        ]
        changes = self._with_cued(text, self._masker.changes(text, own, taken))
        if self._kept:
            changes = [c for c in changes if not self._is_kept(text[c.start : c.end], utterance)]
        return rendered(text, changes)

    def _with_cued(self, text: str, changes: list[Change]) -> list[Change]:
        """Add those who are introduced or addressed by a name that nothing else stands for."""
        fresh = []
        for start, end in cued(text, self._lower):
            if all(c.placeholder is None or c.end <= start or end <= c.start for c in changes):
                said = text[start:end]
                given = self.placeholders.give("colleague", " ".join(words(said)), said)
                fresh.append(Change(start, end, given))
        if not fresh:
            return changes
        kept = [c for c in changes if all(c.end <= f.start or f.end <= c.start for f in fresh)]
        return sorted([*kept, *_apart(fresh)], key=lambda c: c.start)

    def _is_kept(self, said: str, utterance: str) -> bool:
        """Return whether a person decided that these words are to stay."""
        key = said.casefold()
        return (None, key) in self._kept or (utterance, key) in self._kept

    def _short(self, text: str) -> str:
        return self._masked(text).text

    def store(self, utterance: ReadUtterance, who: str) -> Stored:
        """Return an utterance as it may be stored, and what the vault must learn of it."""
        uid = stable_id("u", self._sha256, utterance.place)
        masked = self._masked(utterance.text, self._own_masker(utterance, who), uid)
        context = self._context(utterance.context) if utterance.context else Masked("", ())
        shown = who if self._redact or not utterance.speaker else utterance.speaker
        stored = Utterance(
            id=uid,
            speaker=shown,
            role=utterance.role,
            text=masked.text,
            t_start=utterance.t_start,
            t_end=utterance.t_end,
            participant=who if who.startswith("P") else None,
            context=context.text,
            record=utterance.record,
            date=utterance.date,
        )
        doubtful = tuple(
            Doubtful(source=self._source, utterance=uid, **hit._asdict()) for hit in masked.doubtful
        )
        masks = (
            *self._masks(uid, "text", masked.spans),
            *self._masks(uid, "context", context.spans),
        )
        return Stored(stored, doubtful, masks)

    def _masks(self, uid: str, field: MaskField, spans: Sequence[Span]) -> tuple[Mask, ...]:
        return tuple(
            Mask(
                source=self._source,
                utterance=uid,
                field=field,
                start=span.start,
                end=span.end,
                placeholder=span.placeholder,
                original=span.original,
                kind=kind_of(span.placeholder),
            )
            for span in spans
        )

    def path(self, name: str) -> str:
        """Return the base name of the file with placeholders."""
        if not self._redact:
            return name
        if self._spoken:
            # Others of the study, too, but not where their name is also a word.
            others = [
                (label, who)
                for label, who in self._labels
                if self._is_sure(label, who) and not any(map(is_word, forms(label).single))
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


def _apart(changes: Sequence[Change]) -> list[Change]:
    """Return changes without those that overlap an earlier one."""
    apart: list[Change] = []
    for change in sorted(changes, key=lambda c: c.start):
        if not apart or apart[-1].end <= change.start:
            apart.append(change)
    return apart


def _kept(wishes: Wishes) -> frozenset[tuple[str | None, str]]:
    """Return what is to stay, each with the one utterance it is to stay in, or None."""
    return frozenset(
        (choice.utterance, choice.term.casefold())
        for choice in wishes.choices
        if choice.action == "keep"
    )
