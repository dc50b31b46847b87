"""Stable ids: the same content gets the same id in every run, on every machine."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from personagen.models import Model


def stable_id(prefix: str, *parts: object) -> str:
    """Return `prefix_` and twelve hex digits that depend on the parts alone."""
    digest = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=6).hexdigest()
    return f"{prefix}_{digest}"


def version_of(item: Model) -> str:
    """Return what tells an insight, theme, claim, persona or message from itself changed.

    An exam tells of a persona and does not change it.
    """
    return stable_id("v", item.model_dump_json(exclude={"exam"}))
