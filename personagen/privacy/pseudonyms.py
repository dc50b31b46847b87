"""Reading → source: participants get ids, names get placeholders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath

from personagen import language
from personagen.ids import stable_id
from personagen.models import Role, Source, Utterance
from personagen.privacy.base import (
    NO_WISHES,
    Alias,
    Doubtful,
    KnownPerson,
    Mask,
    Pseudonymised,
    Wishes,
)
from personagen.privacy.known import Names
from personagen.privacy.lexicon import given_names
from personagen.privacy.masking import SHARED
from personagen.privacy.names import fold, is_generic, is_personal, spoken_forms
from personagen.privacy.people import People
from personagen.privacy.placeholders import is_numbered
from personagen.privacy.thirdparty import NameModel
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
    wishes: Wishes = NO_WISHES,
    model: NameModel | None = None,
) -> Pseudonymised:
    """Return a source whose people are known by pseudonyms, and what ledger and vault must learn.

    Args:
        reading: One file as it was read.
        known: Every participant of the study.
        aliases: The study's vault so far.
        redact: False keeps names in texts and as speakers; participants get ids all the same.
        speakers: Label in the file to participant id, as the user gave it.
        wishes: What else is to be masked, and what is not.
        model: Finds names of people who don't speak; without one, rules alone do.

    Raises:
        UsageError: `speakers` names no participant id.
    """
    source = stable_id("s", reading.sha256)
    people = People(known, source, speakers or {})
    stands_for = [_stands_for(utterance, people) for utterance in reading.utterances]
    described = [(people.describe(one), one.name) for one in reading.people]
    fresh = _new_aliases(reading.utterances, stands_for, aliases, source)
    fresh += _aliases_of([pair for pair in described if pair[0] in people.met], [*aliases, *fresh])
    everyone = [*aliases, *fresh]
    names = Names(reading, source, everyone, people.interviewed, redact, wishes, model)
    utterances: list[Utterance] = []
    doubtful: list[Doubtful] = []
    masks: list[Mask] = []
    for utterance, who in zip(reading.utterances, stands_for, strict=True):
        stored = names.store(utterance, who)
        utterances.append(stored.utterance)
        doubtful += stored.doubtful
        masks += stored.masks
    of_names = _columns_of_names(people.attributes) if redact else frozenset()
    attributes = {
        pid: {
            name: SHARED if name in of_names and is_personal(value) else names.short(value)
            for name, value in found.items()
        }
        for pid, found in people.attributes.items()
    }
    return Pseudonymised(
        _source(reading, source, names, utterances),
        tuple(people.changed(attributes)),
        (*fresh, *names.shared_aliases(aliases), *names.placeholders.fresh),
        tuple(_few(doubtful, reading)),
        people.proposals(),
        tuple(masks),
        len(people.met),
    )


_MOSTLY = 0.5
"""Share of an attribute's values that are names, for the others to be names, too."""


def _columns_of_names(attributes: Mapping[str, Mapping[str, str]]) -> frozenset[str]:
    """Return the attributes that hold people's names, under a header that does not say so."""
    values: dict[str, list[str]] = {}
    for found in attributes.values():
        for name, value in found.items():
            values.setdefault(name, []).append(value)
    return frozenset(
        name
        for name, of in values.items()
        if sum(is_personal(value) and fold(value.split()[0]) in given_names() for value in of)
        > _MOSTLY * len(of)
    )


def _source(reading: Reading, source: str, names: Names, utterances: Sequence[Utterance]) -> Source:
    voiced = [u.text for u in utterances if u.role == "participant"]
    return Source(
        id=source,
        path=names.path(PurePath(reading.path).name),
        kind=reading.kind,
        reader=reading.reader,
        sha256=reading.sha256,
        lang=language.majority(voiced or [u.text for u in utterances]),
        utterances=tuple(utterances),
        quantities=reading.quantities,
    )


def _stands_for(utterance: ReadUtterance, people: People) -> str:
    if utterance.role == "participant":
        return people.assign(utterance)
    return PLACEHOLDERS[utterance.role]


def _aliases_of(named: Iterable[tuple[str, str]], aliases: Iterable[Alias]) -> list[Alias]:
    """Return the names that a list gives to people who were met already."""
    have = {(alias.participant, alias.name) for alias in aliases}
    fresh = dict.fromkeys(pair for pair in named if pair[1] and pair not in have)
    return [Alias(participant=who, name=name) for who, name in fresh]


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
        forms = (alias.name,) if _is_no_name(alias.participant) else spoken_forms(alias.name)
        found.setdefault(alias.participant, set()).update(forms)
    return {placeholder: frozenset(names) for placeholder, names in found.items()}


def _is_no_name(placeholder: str) -> bool:
    return is_numbered(placeholder) and not placeholder.startswith("[colleague ")
