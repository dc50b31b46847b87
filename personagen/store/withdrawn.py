"""Who withdrew, as an import must know it: what would bring them back is refused or left out."""

from __future__ import annotations

from personagen.errors import WithdrawnError
from personagen.privacy.names import full_key
from personagen.reading.base import Reading, ReadPerson, ReadUtterance
from personagen.store.erasing import Tombstone, tombstones
from personagen.store.ledger import Ledger

_REMEDY = "Import it with --confirm-withdrawn only if they agreed again."


class Withdrawn:
    """The tombstones of a study; read once for an import."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._stones = {(stone.kind, stone.hash): stone for stone in tombstones(ledger)}

    @property
    def participants(self) -> tuple[str, ...]:
        """Return the pseudonyms that nobody may bear again."""
        return tuple(dict.fromkeys(stone.participant for stone in self._stones.values()))

    def check_file(self, name: str, sha256: str) -> None:
        """Refuse a file that holds what somebody withdrew.

        Raises:
            WithdrawnError: they spoke in it.
        """
        stone = self._find("source", sha256)
        if stone:
            raise WithdrawnError(
                f"{name}: {stone.participant} spoke in it and withdrew on {stone.at}", _REMEDY
            )

    def without(self, reading: Reading, name: str) -> Reading:
        """Return a reading without the rows of people who withdrew.

        Raises:
            WithdrawnError: it is a transcript in which one of them speaks.
        """
        if not self._stones:
            return reading
        reading = self._without_described(reading)
        theirs = [(said, stone) for said in reading.utterances if (stone := self._whose(said))]
        if not theirs:
            return reading
        said, stone = theirs[0]
        if said.record is None:
            raise WithdrawnError(
                f"{name}: {stone.participant}, who withdrew on {stone.at}, seems to speak in it",
                _REMEDY,
            )
        records = {said.record for said, _ in theirs}
        kept = tuple(said for said in reading.utterances if said.record not in records)
        note = f"{len(records)} record(s) of people who withdrew left out"
        return reading.model_copy(
            update={"utterances": kept, "warnings": (*reading.warnings, note)}
        )

    def _without_described(self, reading: Reading) -> Reading:
        kept = tuple(one for one in reading.people if not self._is_gone(one))
        gone = len(reading.people) - len(kept)
        if not gone:
            return reading
        note = f"{gone} person(s) who withdrew left out"
        return reading.model_copy(update={"people": kept, "warnings": (*reading.warnings, note)})

    def _is_gone(self, one: ReadPerson) -> bool:
        return any(self._find("identity", key.strip().casefold()) for key in one.identities)

    def _whose(self, said: ReadUtterance) -> Tombstone | None:
        if said.role != "participant":
            return None
        if said.identity and (stone := self._find("identity", said.identity.strip().casefold())):
            return stone
        key = full_key(said.speaker)
        return self._find("name", " ".join(key)) if key else None

    def _find(self, kind: str, text: str) -> Tombstone | None:
        if not self._stones:
            return None
        return self._stones.get((kind, self._ledger.vault.hash(text)))
