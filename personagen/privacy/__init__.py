"""Names out, pseudonyms in: at import, before anything is stored, shown or embedded."""

from __future__ import annotations

from personagen.privacy.base import (
    NO_WISHES,
    Alias,
    Doubtful,
    KnownPerson,
    Mask,
    MaskChoice,
    Pseudonymised,
    Wishes,
)
from personagen.privacy.pseudonyms import names_of, pseudonymise

__all__ = [
    "NO_WISHES",
    "Alias",
    "Doubtful",
    "KnownPerson",
    "Mask",
    "MaskChoice",
    "Pseudonymised",
    "Wishes",
    "names_of",
    "pseudonymise",
]
