"""Names out, pseudonyms in: at import, before anything is stored, shown or embedded."""

from __future__ import annotations

from personagen.privacy.base import Alias, Doubtful, KnownPerson, Mask, Pseudonymised
from personagen.privacy.pseudonyms import names_of, pseudonymise

__all__ = ["Alias", "Doubtful", "KnownPerson", "Mask", "Pseudonymised", "names_of", "pseudonymise"]
