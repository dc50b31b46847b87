"""What of the ledger is sealed: names, identities, doubtful words, the options of an import.

Each function takes the vault that seals; nothing here knows where its key lies.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, select, update

from personagen.privacy.vault import Vault, is_sealed
from personagen.store import tables as t

if TYPE_CHECKING:
    from personagen.privacy import Alias, Doubtful, KnownPerson, Mask

MASKING = "masking"
"""While this fact stands, the words in decisions may be changed; see migration 0002."""


def add_identities(connection: Connection, vault: Vault, people: Iterable[KnownPerson]) -> None:
    """Write the identities of people that are not there yet."""
    held = set(connection.scalars(select(t.identities.c.identity)))
    fresh = {
        vault.seal(identity): person.participant.id
        for person in people
        for identity in person.identities
    }
    rows = [{"identity": i, "participant": p} for i, p in fresh.items() if i not in held]
    if rows:
        connection.execute(insert(t.identities), rows)


def add_aliases(connection: Connection, vault: Vault, aliases: Iterable[Alias]) -> None:
    """Write the aliases that are not there yet."""
    columns = (t.aliases.c.participant, t.aliases.c.name, t.aliases.c.source)
    held = {tuple(row) for row in connection.execute(select(*columns))}
    fresh = dict.fromkeys((a.participant, vault.seal(a.name), a.source) for a in aliases)
    rows = [
        {"participant": participant, "name": name, "source": source}
        for participant, name, source in fresh
        if (participant, name, source) not in held
    ]
    if rows:
        connection.execute(insert(t.aliases), rows)


def doubtful_rows(
    vault: Vault, source: str, doubtful: Iterable[Doubtful]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a source's doubtful words."""
    for mask in doubtful:
        payload = mask.model_dump(mode="json")
        yield {"source": source, "payload": {**payload, "name": vault.seal(mask.name)}}


def doubtful_of(vault: Vault, payload: Mapping[str, Any]) -> Doubtful:
    """Return a doubtful word as it was."""
    from personagen.privacy import Doubtful

    return Doubtful.model_validate({**payload, "name": vault.open(payload["name"])})


def mask_rows(vault: Vault, masks: Iterable[Mask]) -> Iterator[dict[str, Any]]:
    """Yield the rows of masks; the number is the database's to give."""
    for mask in masks:
        yield {**mask.model_dump(exclude={"id"}), "original": vault.seal(mask.original)}


def mask_of(vault: Vault, row: Any) -> Mask:
    """Return a mask with what stands behind it."""
    from personagen.privacy import Mask

    fields = {name: getattr(row, name) for name in Mask.model_fields}
    return Mask(**{**fields, "original": vault.open(row.original)})


def options_row(vault: Vault, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of an import as they may lie on disk: they may name people."""
    return {
        "redact": options.get("redact", True),
        "sealed": vault.seal(json.dumps(dict(options), sort_keys=True)),
    }


def seal_all(connection: Connection, vault: Vault) -> None:
    """Seal what an earlier version left open in the ledger."""
    for table, column in ((t.aliases, t.aliases.c.name), (t.identities, t.identities.c.identity)):
        key = t.aliases.c.id if table is t.aliases else t.identities.c.identity
        for row in connection.execute(select(key.label("key"), column.label("text"))).all():
            if not is_sealed(row.text):
                values = {column.name: vault.seal(row.text)}
                connection.execute(update(table).where(key == row.key).values(values))
    for row in connection.execute(select(t.doubtful)).all():
        payload = {**row.payload, "name": vault.seal(row.payload["name"])}
        query = update(t.doubtful).where(t.doubtful.c.id == row.id)
        connection.execute(query.values(payload=payload))
    for row in connection.execute(select(t.sources.c.id, t.sources.c.options)).all():
        query = update(t.sources).where(t.sources.c.id == row.id)
        connection.execute(query.values(options=options_row(vault, row.options)))
