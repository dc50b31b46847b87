"""Where the key of a study's vault lies: a file the user names, the keyring, a private file.

Never in the study itself: who copies the folder has the masked words alone.
"""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path

from personagen.errors import VaultError
from personagen.privacy.vault import new_key

SERVICE = "personagen"
"""Under this name the keyring lists the keys; the account is the vault's id."""
FILE_SETTING = "PERSONAGEN_VAULT_KEY"
"""Environment variable: a file that holds the key."""
HOME_SETTING = "PERSONAGEN_CONFIG"
"""Environment variable: personagen's configuration folder."""


def configuration() -> Path:
    """Return the user's configuration folder for personagen."""
    named = os.environ.get(HOME_SETTING)
    if named:
        return Path(named)
    base = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA")
    return (Path(base) if base else Path.home() / ".config") / "personagen"


def find_key(vault: str, named: Path | None = None) -> bytes | None:
    """Return the key of a vault, or None where it is not on this machine.

    Args:
        vault: The vault's id.
        named: A file that the user names for this study.
    """
    asked = named or _from_environment()
    if asked is not None:
        return _read(asked) if asked.exists() else None
    kept = _keyring_get(vault)
    if kept is not None:
        return _decode(kept, "the keyring")
    path = _private_file(vault)
    return _read(path) if path.exists() else None


def make_key(vault: str, study: Path | None, named: Path | None = None) -> bytes:
    """Make the key of a new vault and put it away; return it.

    Args:
        vault: The vault's id.
        study: The study's folder, in which the key must not lie.
        named: A file that the user names for this study; one that holds a key is used.

    Raises:
        VaultError: the file lies in the study, or can't be written.
    """
    asked = named or _from_environment()
    if asked is not None and study and asked.resolve().is_relative_to(study.resolve()):
        raise VaultError(
            f"{asked}: the key may not lie in the study that it locks", "Name a file elsewhere."
        )
    if asked is not None and asked.exists():
        return _read(asked)
    key = new_key()
    if asked is None and _keyring_set(vault, _encode(key)):
        return key
    _write(asked or _private_file(vault), key)
    return key


def _from_environment() -> Path | None:
    named = os.environ.get(FILE_SETTING)
    return Path(named).expanduser() if named else None


def _private_file(vault: str) -> Path:
    return configuration() / "keys" / f"{vault}.key"


def _read(path: Path) -> bytes:
    try:
        return _decode(path.read_text(encoding="ascii").strip(), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise VaultError(f"{path}: the key can't be read", "Restore it from a copy.") from error


def _write(path: Path, key: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="ascii") as file:
            file.write(_encode(key) + "\n")
    except OSError as error:
        raise VaultError(
            f"{path}: the key of the vault can't be written ({error.strerror})",
            f"Name another file in {FILE_SETTING}.",
        ) from error


def _encode(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def _decode(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise VaultError(
            f"{where}: that is no key of a vault", "Restore it from a copy."
        ) from error


def _keyring_get(vault: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, vault)
    except (KeyringError, RuntimeError, OSError):
        return None  # no keyring here: the private file is looked at next


def _keyring_set(vault: str, key: str) -> bool:
    """Return whether the keyring took the key and gives it back."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, vault, key)
        return keyring.get_password(SERVICE, vault) == key
    except (KeyringError, RuntimeError, OSError):
        return False
