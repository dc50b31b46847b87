"""The vault: names and identities as they may lie on disk, encrypted, and told apart by a hash.

Encrypted is what a study keeps beside its masked words: the names behind pseudonyms, e-mails and
ids of people, the words behind each mask. The key lies outside the study.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from functools import cached_property
from typing import TYPE_CHECKING

from personagen.errors import VaultError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

KEY_BYTES = 64
_MARK = "v1:"
_FOR = [b"personagen vault"]


def new_key() -> bytes:
    """Return a key that nobody can guess."""
    return secrets.token_bytes(KEY_BYTES)


class Vault:
    """Seals and opens single texts with one key.

    AES-SIV (RFC 5297): the same text is sealed the same way each time, so that the database can
    hold it unique and find it, and nothing has to be remembered that must never come twice.
    """

    def __init__(self, key: bytes) -> None:
        """Take a key of 64 bytes, as `new_key` makes it."""
        if len(key) != KEY_BYTES:
            raise VaultError("the key of the study's vault is damaged", "Restore it from a copy.")
        self._key = key

    def seal(self, text: str) -> str:
        """Return a text as it may lie on disk."""
        sealed = self._cipher.encrypt(b"\x01" + text.encode(), _FOR)
        return _MARK + base64.urlsafe_b64encode(sealed).decode()

    def open(self, sealed: str) -> str:
        """Return the text that was sealed.

        Raises:
            VaultError: it was sealed with another key, or is damaged.
        """
        from cryptography.exceptions import InvalidTag

        try:
            plain = self._cipher.decrypt(base64.urlsafe_b64decode(sealed[len(_MARK) :]), _FOR)
        except (InvalidTag, ValueError) as error:
            raise VaultError(
                "the study's vault does not open with this key",
                "Bring the key that it was made with.",
            ) from error
        return plain[1:].decode()

    def hash(self, text: str) -> str:
        """Return what tells a text from others and can't be guessed without the key."""
        return hmac.new(self._key, b"hash\0" + text.encode(), hashlib.sha256).hexdigest()

    @cached_property
    def _cipher(self) -> AESSIV:
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        return AESSIV(self._key)


def is_sealed(text: str) -> bool:
    """Return whether a text looks as `Vault.seal` makes it."""
    return text.startswith(_MARK)
