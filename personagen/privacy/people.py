"""Who is one participant: e-mail and given id over the study, a label within its file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from personagen.errors import UsageError
from personagen.models import Participant
from personagen.privacy.base import KnownPerson
from personagen.privacy.names import full_key
from personagen.reading.base import ReadPerson, ReadUtterance

_ID = re.compile(r"P\d{2,}")
_GIVEN = re.compile(r"^(p|participant|id|subject|respondent)[ _-]?\d+$", re.I)


class People:
    """The participants of a study while a source is being imported; every look-up is O(1)."""

    def __init__(self, known: Sequence[KnownPerson], source: str, told: Mapping[str, str]) -> None:
        self._source = source
        self._told = dict(told)
        self._people = {person.participant.id: person for person in known}
        self._by_identity = {key: p.participant.id for p in known for key in p.identities}
        self._by_name: dict[tuple[str, ...], dict[str, None]] = {}
        for person in known:
            for name in person.names:
                self._remember(name, person.participant.id)
        numbers = [int(pid[1:]) for pid in self._people if _ID.fullmatch(pid)]
        self._next = max(numbers, default=0) + 1
        self._changed: dict[str, None] = {}
        self._attributes: dict[str, dict[str, str]] = {}
        self._silent: set[str] = set()
        self.met: dict[str, None] = {}
        """Those whom the file describes and who were known before it."""
        for label, pid in told.items():
            if not _ID.fullmatch(pid):
                raise UsageError(f"{label!r} can't be {pid!r}", 'Write --speaker "Speaker 2=P04".')

    def key(self, utterance: ReadUtterance) -> str:
        """Return what makes its speaker one person: given identity, else record, else label."""
        if utterance.identity:
            return utterance.identity.strip().casefold()
        if utterance.record is not None:
            return f"{self._source}/{utterance.record}/{utterance.speaker}"
        return f"{self._source}/@{utterance.speaker}"

    def assign(self, utterance: ReadUtterance) -> str:
        """Return the id of the participant who said it; a new one where nobody is known."""
        key = self.key(utterance)
        pid = self._told.get(utterance.speaker or "unknown") or self._by_identity.get(key)
        if pid is None:
            pid = self._new_id()
        if pid not in self._people:
            self._people[pid] = KnownPerson(
                participant=Participant(id=pid, kind=utterance.person), identities=(), names=()
            )
            self._changed[pid] = None
        if utterance.person == "interviewee":
            self._is_interviewed(pid)
        self._learn(pid, key, utterance.speaker, utterance.attributes)
        return pid

    def _is_interviewed(self, pid: str) -> None:
        """Who was met in a list or a ticket and is interviewed counts with the interviewed."""
        person = self._people[pid]
        if person.participant.kind != "interviewee":
            participant = person.participant.model_copy(update={"kind": "interviewee"})
            self._people[pid] = person.model_copy(update={"participant": participant})
            self._changed[pid] = None

    def describe(self, person: ReadPerson) -> str:
        """Return the id of someone a file describes; new ones wait for a file in which they speak.

        Their name is kept only of those who were met already: a list of customers is no reason to
        know the names of all of them.
        """
        keys = [key.strip().casefold() for key in person.identities]
        keys = keys or [f"{self._source}/{person.place}/"]
        found = list(dict.fromkeys(self._by_identity[k] for k in keys if k in self._by_identity))
        pid = found[0] if found else self._new_id()
        if found:
            self.met[pid] = None
        if pid not in self._people:
            self._people[pid] = KnownPerson(participant=Participant(id=pid, kind=person.person))
            self._changed[pid] = None
            self._silent.add(pid)
        for key in keys:
            self._learn(pid, key, person.name if found else "", person.attributes)
        if not found:
            self._remember(person.name, pid)
        return pid

    def _new_id(self) -> str:
        while True:
            pid = f"P{self._next:02d}"
            self._next += 1
            if pid not in self._people and pid not in self._told.values():
                return pid

    def _learn(self, pid: str, key: str, speaker: str, attributes: Mapping[str, str]) -> None:
        person = self._people[pid]
        identities, names = person.identities, person.names
        if key not in self._by_identity:
            self._by_identity[key] = pid
            identities = (*identities, key)
        if speaker and speaker not in names:
            names = (*names, speaker)
            self._remember(speaker, pid)
        if (identities, names) != (person.identities, person.names):
            self._people[pid] = KnownPerson(
                participant=person.participant, identities=identities, names=names
            )
            self._changed[pid] = None
        fresh = self._attributes.setdefault(pid, dict(person.participant.attributes))
        for name, value in attributes.items():
            fresh.setdefault(name, value)

    def _remember(self, name: str, pid: str) -> None:
        key = full_key(name) or ((name.casefold(),) if _GIVEN.match(name) else ())
        if key:
            self._by_name.setdefault(key, {})[pid] = None

    def changed(self, masked: Mapping[str, Mapping[str, str]]) -> Iterable[KnownPerson]:
        """Return who is new or changed, with their attributes as they may be stored."""
        for pid, person in self._people.items():
            attributes = masked.get(pid)
            same = attributes is None or dict(attributes) == person.participant.attributes
            if same and pid not in self._changed:
                continue
            participant = person.participant
            if not same and attributes is not None:
                participant = participant.model_copy(update={"attributes": dict(attributes)})
            yield KnownPerson(
                participant=participant, identities=person.identities, names=person.names
            )

    @property
    def attributes(self) -> Mapping[str, Mapping[str, str]]:
        """Return participant → attributes as they stand in this file; earlier values first."""
        return self._attributes

    @property
    def interviewed(self) -> frozenset[str]:
        """Return who speaks in transcripts, of this file or before."""
        return frozenset(
            pid for pid, person in self._people.items() if person.participant.kind == "interviewee"
        )

    def proposals(self) -> tuple[str, ...]:
        """Return one line for each name that several participants bear, one of them changed."""
        lines = []
        for key, named in self._by_name.items():
            bearers = list(named)
            if self._silent.issuperset(bearers):
                continue
            if len(bearers) > 1 and any(pid in self._changed for pid in bearers):
                who = f"{', '.join(bearers[:-1])} and {bearers[-1]}"
                what = "full name" if len(key) > 1 else "label"
                lines.append(f"{who} bear the same {what}; merge?")
        return tuple(lines)
