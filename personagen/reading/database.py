"""SQLite files of other programs, opened in memory so that nothing in them can do harm."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

MAGIC = b"SQLite format 3\0"
_STEPS = 20_000_000
"""Steps of SQLite after which a database is no project that anybody made."""


@contextmanager
def opened(data: bytes) -> Iterator[sqlite3.Connection]:
    """Yield a connection to the database that `data` is; it can't be written to.

    Raises:
        sqlite3.Error: it is damaged, or endless.
    """
    connection = sqlite3.connect(":memory:")
    steps = iter(range(_STEPS // 1000))
    try:
        connection.deserialize(data)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.set_progress_handler(lambda: next(steps, None) is None, 1000)
        yield connection
    finally:
        connection.close()


def tables(connection: sqlite3.Connection) -> frozenset[str]:
    """Return the names of its tables."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return frozenset(str(row[0]) for row in rows)
