"""What goes when a participant withdraws: their turns, rows, and sources that hold only theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from personagen.models import ReviewEvent, Source, Utterance
from personagen.review.people import who_is


class Target(NamedTuple):
    """What is to be erased."""

    participant: str
    """As documents show them: after merges and splits."""
    ids: tuple[str, ...]
    """Pseudonyms in the ledger of which nothing is left afterwards."""
    whole: tuple[Source, ...]
    """Sources in which nobody else of the study speaks."""
    trimmed: tuple[Source, ...]
    """Sources that stay, without their turns or rows; as they will be."""
    utterances: tuple[Utterance, ...]
    """Everything that goes, also what was asked of them alone."""
    theirs: tuple[Utterance, ...]
    """What they said themselves."""

    @property
    def marks(self) -> frozenset[str]:
        """Return the ids that nothing which stays may name."""
        return frozenset((*(u.id for u in self.utterances), *(s.id for s in self.whole)))


def target_of(
    participant: str, sources: Sequence[Source], events: Sequence[ReviewEvent]
) -> Target | None:
    """Return what goes with a participant; None where nobody of that name speaks.

    Args:
        participant: A pseudonym as documents show it.
        sources: As the ledger holds them, before merges and splits.
        events: The decisions, merges and splits among them.
    """
    who = who_is(events)

    def is_theirs(said: Utterance, source: Source) -> bool:
        if said.participant is None:
            return False
        now = who(said.participant, source.id) if who else said.participant
        return now == participant

    whole, trimmed, gone, theirs = [], [], [], []
    for source in sources:
        own = [u for u in source.utterances if is_theirs(u, source)]
        if not own:
            continue
        theirs += own
        left = _left(source, own)
        if any(u.participant for u in left):
            trimmed.append(source.model_copy(update={"utterances": tuple(left)}))
            kept = {u.id for u in left}
            gone += [u for u in source.utterances if u.id not in kept]
        else:
            whole.append(source)
            gone += source.utterances
    if not theirs:
        return None
    erased = {u.id for u in gone}
    return Target(
        participant,
        _emptied(sources, erased),
        tuple(whole),
        tuple(trimmed),
        tuple(gone),
        tuple(theirs),
    )


def _left(source: Source, own: Sequence[Utterance]) -> list[Utterance]:
    """Return what stays of a source: not their turns, and of their rows nothing but others' words.

    A reply in their row or ticket was written to them, and goes with it.
    """
    ids = {u.id for u in own}
    records = {u.record for u in own if u.record is not None}
    shared = {u.record for u in source.utterances if u.participant and u.id not in ids and u.record}
    return [
        u
        for u in source.utterances
        if u.id not in ids and not (u.record in records and u.record not in shared)
    ]


def _emptied(sources: Sequence[Source], erased: set[str]) -> tuple[str, ...]:
    """Return the pseudonyms all of whose utterances go."""
    gone: dict[str, None] = {}
    kept: set[str] = set()
    for source in sources:
        for said in source.utterances:
            if said.participant is None:
                continue
            if said.id in erased:
                gone[said.participant] = None
            else:
                kept.add(said.participant)
    return tuple(pid for pid in gone if pid not in kept)
