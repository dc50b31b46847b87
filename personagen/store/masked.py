"""Whether a study holds names: what was imported without masking them."""

from __future__ import annotations

from sqlalchemy import Engine, select

from personagen.store import tables as t


def holds_names(engine: Engine) -> bool:
    """Return whether any source was imported with its names kept."""
    with engine.connect() as connection:
        return any(
            not o.get("redact", True) for o in connection.scalars(select(t.sources.c.options))
        )
