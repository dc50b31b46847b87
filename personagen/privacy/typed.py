"""What a user types, masked like everything that was imported, before a model sees it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

from personagen.privacy import patterns
from personagen.privacy.base import Alias
from personagen.privacy.masking import SHARED, Change, Masker, rendered
from personagen.privacy.names import is_personal, words
from personagen.privacy.placeholders import Placeholders, is_numbered


def typed_masker(aliases: Iterable[Alias]) -> Callable[[str], str]:
    """Return what puts pseudonyms in the place of the study's names in a typed text.

    E-mails, phones, cards and the like are masked by their form, whether the study knows them or
    not; what it doesn't know gets the next number, which holds as long as the function is kept.

    Args:
        aliases: The study's vault.
    """
    known = tuple(aliases)
    masker, placeholders = _masker(known), Placeholders(known)

    def mask(text: str) -> str:
        text = unicodedata.normalize("NFC", text)
        taken = [
            Change(hit.start, hit.end, placeholders.give(hit.kind, hit.key, text[slice(*hit[:2])]))
            for hit in patterns.find(text)
        ]
        return rendered(text, masker.changes(text, None, taken)).text

    return mask


def _masker(aliases: Iterable[Alias]) -> Masker:
    masker, colleagues = Masker(), []
    for alias in aliases:
        if alias.participant.startswith(("[colleague ", "[organisation ")):
            colleagues.append(alias)
        elif alias.participant == SHARED or is_numbered(alias.participant):
            continue
        elif alias.source is None and _is_name(alias.name):
            masker.add(alias.name, alias.participant)
    masker.close()
    for alias in colleagues:
        sequence = tuple(words(alias.name))
        if sequence:
            masker.add_words(sequence, alias.participant, capitalised=len(sequence) == 1)
    return masker


def _is_name(label: str) -> bool:
    return is_personal(label) or (label.isalpha() and label.istitle())
