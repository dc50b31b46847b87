"""What was said with personas, in the ledger: kept with its evidence, erased with its people."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, delete, insert, select

from personagen.models import Answer
from personagen.store import tables as t


class Chats:
    """The answers on record."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, answer: Answer) -> None:
        """Put an answer on record."""
        row = {
            "id": answer.id,
            "session": answer.session,
            "persona": answer.persona,
            "payload": answer.model_dump_json(),
        }
        with self._engine.begin() as connection:
            connection.execute(insert(t.chats), [row])

    def all(self, session: str | None = None) -> tuple[Answer, ...]:
        """Return the answers on record, oldest first.

        Args:
            session: Only of this conversation.
        """
        query = select(t.chats.c.payload).order_by(t.chats.c.position)
        if session is not None:
            query = query.where(t.chats.c.session == session)
        with self._engine.connect() as connection:
            payloads = connection.scalars(query).all()
        return tuple(Answer.model_validate_json(payload) for payload in payloads)


def forget(connection: Connection, ids: Sequence[str]) -> None:
    """Erase answers."""
    for first in range(0, len(ids), 500):
        part = ids[first : first + 500]
        connection.execute(delete(t.chats).where(t.chats.c.id.in_(part)))
