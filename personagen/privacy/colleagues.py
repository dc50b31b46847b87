"""Teach a masker the people who are talked about: the same person has one placeholder."""

from __future__ import annotations

from collections.abc import Sequence

from personagen.privacy.lexicon import given_names
from personagen.privacy.masking import Masker
from personagen.privacy.names import COMMON, PARTICLES, words
from personagen.privacy.placeholders import Placeholders
from personagen.privacy.thirdparty import Named


def learn_colleagues(
    masker: Masker,
    placeholders: Placeholders,
    found: Sequence[Named],
    spoken: frozenset[str],
) -> None:
    """Teach `masker` those found in a file, and those of the study known before.

    Args:
        masker: Knows the speakers already, who come first.
        placeholders: Gives each person theirs.
        found: Who is talked about in this file.
        spoken: Folded words of the names of those who speak: they have pseudonyms.
    """
    fresh = [named for named in found if not spoken.issuperset(words(named.label))]
    for named in sorted(fresh, key=lambda n: -len(n.label.split())):
        _learn(masker, placeholders, named)
    here = {" ".join(words(named.label)) for named in fresh}
    for key, placeholder in placeholders.known("colleague"):
        if key not in here:
            _teach(masker, tuple(key.split()), placeholder, capitalised=True, family=False)


def _learn(masker: Masker, placeholders: Placeholders, named: Named) -> None:
    sequence = tuple(words(named.label))
    if not sequence:
        return
    same = _same_person(placeholders, sequence)
    if same:
        placeholders.learn(same, named.label)
    else:
        same = placeholders.give("colleague", " ".join(sequence), named.label)
    _teach(masker, sequence, same, capitalised=named.capitalised, family=named.family_alone)


def _same_person(placeholders: Placeholders, sequence: tuple[str, ...]) -> str:
    """Return the placeholder of the one person a single name can stand for; empty: none."""
    if len(sequence) > 1:
        return ""
    bearers = {
        placeholder
        for key, placeholder in placeholders.known("colleague")
        if sequence[0] in key.split() and " " in key
    }
    return bearers.pop() if len(bearers) == 1 else ""


def _teach(
    masker: Masker, sequence: tuple[str, ...], placeholder: str, *, capitalised: bool, family: bool
) -> None:
    masker.add_words(sequence, placeholder, capitalised=capitalised)
    if len(sequence) == 1:
        return
    first, last = sequence[0], sequence[-1]
    if first in given_names() and first not in COMMON:
        masker.add_words((first,), placeholder, capitalised=True)
    if family and last not in COMMON and len(last) > 2:
        masker.add_words((last,), placeholder, capitalised=True)
        if sequence[-2] in PARTICLES:
            masker.add_words(sequence[-2:], placeholder, capitalised=True)
