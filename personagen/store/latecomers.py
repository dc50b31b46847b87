"""Names that a later import brings are masked in what was stored before them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from personagen.privacy import Alias, MaskChoice
from personagen.privacy.lexicon import given_names
from personagen.privacy.masking import SHARED, Change, Masker
from personagen.privacy.names import TOKEN, fold, is_generic, is_personal, words
from personagen.privacy.placeholders import is_numbered
from personagen.store import tables as t
from personagen.store.ledger import Ledger
from personagen.store.remasking import remask

APPLIED = "names masked up to"
"""The number of the last alias that was looked for in everything stored."""


def mask_latecomers(ledger: Ledger, choices: Sequence[MaskChoice] = ()) -> int:
    """Mask names learned since the last time in all that is stored; return how many texts changed.

    A crash before it is made good by the next call: the ledger notes how far it came.
    """
    fresh, last = _fresh(ledger)
    if not fresh:
        return 0
    if ledger.count(t.sources) < 2:
        ledger.note(APPLIED, str(last))
        return 0
    masker, firsts = _masker(ledger, fresh)
    kept = {(c.utterance, c.term.casefold()) for c in choices if c.action == "keep"}

    def find(utterance: str, text: str, taken: Sequence[Change]) -> list[Change]:
        if firsts.isdisjoint(map(fold, TOKEN.findall(text))):
            return []
        return [
            change
            for change in masker.changes(text, None, taken)
            if (None, said := text[change.start : change.end].casefold()) not in kept
            and (utterance, said) not in kept
        ]

    return remask(ledger, find, lambda text: masker.mask(text).text, (APPLIED, str(last)))


def _fresh(ledger: Ledger) -> tuple[list[Alias], int]:
    """Return the names of people learned since the last time, and the last one's number."""
    with ledger.engine.connect() as connection:
        last = connection.scalar(select(func.max(t.aliases.c.id))) or 0
        done = int(ledger.fact(APPLIED) or 0)
        rows = connection.execute(
            select(t.aliases).where(t.aliases.c.id > done, t.aliases.c.source.is_(None))
        ).all()
    names = [Alias(participant=r.participant, name=ledger.vault.open(r.name)) for r in rows]
    return [name for name in names if _may_be_talked_of(name)], last


def _may_be_talked_of(alias: Alias) -> bool:
    if alias.participant == SHARED or is_generic(alias.name):
        return False
    return not is_numbered(alias.participant) or alias.participant.startswith("[colleague ")


def _masker(ledger: Ledger, fresh: Sequence[Alias]) -> tuple[Masker, frozenset[str]]:
    """Return who knows the fresh names, and the first words of those it looks for."""
    interviewed = {p.participant.id for p in ledger.known() if p.participant.kind == "interviewee"}
    masker = Masker()
    for alias in fresh:
        if alias.participant in interviewed or alias.participant.startswith("[inter"):
            masker.add(alias.name, alias.participant)
        elif is_personal(alias.name):
            masker.add_whole(alias.name, alias.participant)
    masker.close()
    for alias in fresh:
        sequence = tuple(words(alias.name))
        if alias.participant.startswith("[colleague ") and sequence:
            masker.add_words(sequence, alias.participant, capitalised=True)
            if sequence[0] in given_names():
                masker.add_words(sequence[:1], alias.participant, capitalised=True)
    return masker, masker.first_words()
