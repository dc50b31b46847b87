"""Open the database behind the ledger and bring it to the schema this code knows."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DatabaseError

from personagen.errors import StoreError
from personagen.store.tables import REVISION

if TYPE_CHECKING:
    from alembic.config import Config

BUSY_SECONDS = 30
"""How long a reader waits while a writer commits."""


def sqlite(path: Path) -> URL:
    """Return the URL of a SQLite file, whatever characters its path has."""
    return URL.create("sqlite", database=str(path))


def connect(url: str | URL) -> Engine:
    """Return an engine for the database at the URL; SQLite in WAL with foreign keys on."""
    engine = create_engine(url)
    if make_url(url).get_backend_name() == "sqlite":
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
    return engine


def migrate(engine: Engine, lock: AbstractContextManager[None] | None = None) -> None:
    """Bring the schema to the newest version, from any older one or from nothing.

    Args:
        engine: Where the ledger is.
        lock: Entered only if something has to be written.

    Raises:
        StoreError: the schema is of a newer personagen, or the file is no database.
    """
    if version(engine) == REVISION:
        return
    from alembic import command
    from alembic.util.exc import CommandError

    with lock or nullcontext(), engine.begin() as connection:
        config = _alembic(connection)
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError(
                f"The study was written by a newer personagen (schema {_version(connection)!r})",
                "Update personagen: pip install --upgrade personagen.",
            ) from error


def version(engine: Engine) -> str | None:
    """Return the schema version of the database; None where it is empty.

    Raises:
        StoreError: the file is no database.
    """
    try:
        with engine.connect() as connection:
            return _version(connection)
    except DatabaseError as error:
        raise StoreError(
            f"{engine.url.database}: not a readable database", "Restore it from a copy."
        ) from error


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _alembic(connection: Connection) -> Config:
    """Return Alembic's settings: built here, so that an installed wheel needs no alembic.ini."""
    from alembic.config import Config

    config = Config()
    config.set_main_option(
        "script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%")
    )
    # Said outright, because Alembic otherwise warns that it splits paths the old way.
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _configure(connection: Any, _: object) -> None:
    # sqlite3 would begin transactions by itself, late and not for SELECT or CREATE TABLE.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is deleted or replaced is overwritten, too: names and words that go are gone.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
