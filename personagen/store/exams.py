"""Cards of exams, in the ledger: the last one of each persona and set of questions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, delete, insert, select

from personagen.models import ExamCard
from personagen.store import tables as t


class Exams:
    """The cards on record."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, cards: Sequence[ExamCard]) -> None:
        """Put cards on record in the place of those of the same persona and questions."""
        with self._engine.begin() as connection:
            for card in cards:
                same = (t.exams.c.persona == card.persona, t.exams.c.questions == card.questions)
                connection.execute(delete(t.exams).where(*same))
                row = {
                    "persona": card.persona,
                    "questions": card.questions,
                    "payload": card.model_dump_json(),
                }
                connection.execute(insert(t.exams), [row])

    def all(self) -> tuple[ExamCard, ...]:
        """Return the cards on record, by persona; generated questions first, files by name."""
        order = (t.exams.c.persona, t.exams.c.questions != "generated", t.exams.c.questions)
        with self._engine.connect() as connection:
            payloads = connection.scalars(select(t.exams.c.payload).order_by(*order)).all()
        return tuple(ExamCard.model_validate_json(payload) for payload in payloads)


def forget(connection: Connection) -> int:
    """Erase all cards, and return how many there were: each rests on what everybody said."""
    return connection.execute(delete(t.exams)).rowcount
