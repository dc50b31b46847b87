"""Many rows, a bounded number a statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, insert

SLICE = 5_000
"""Rows a statement: what one import needs in memory beside the models stays small."""
_PARAMETERS = 500
"""Values in one IN (…); SQLite stops at 32,766, other databases earlier."""


def insert_all(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows into a table."""
    rows = iter(rows)
    while part := list(islice(rows, SLICE)):
        connection.execute(insert(table), part)


def batched(values: Iterable[str]) -> Iterator[list[str]]:
    """Yield values in parts that fit one statement."""
    values = iter(values)
    while part := list(islice(values, _PARAMETERS)):
        yield part
