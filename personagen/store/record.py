"""What was found and decided: the findings of the last run, the runs, a person's decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select

from personagen.models import Findings, Model, ReviewEvent, Run
from personagen.store import tables as t


class Record:
    """The part of a study's database that rests on its sources."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def findings(self) -> Findings:
        """Return what the last run found; empty findings where there was none."""
        query = select(t.findings.c.kind, t.findings.c.payload)
        query = query.order_by(t.findings.c.kind, t.findings.c.position)
        items: dict[str, list[str]] = {}
        with self._engine.connect() as connection:
            for kind, payload in connection.execute(query):
                items.setdefault(kind, []).append(payload)
        lists = (f'"{kind}":[{",".join(payloads)}]' for kind, payloads in items.items())
        return Findings.model_validate_json("{" + ",".join(lists) + "}")

    def save(self, findings: Findings, run: Run) -> None:
        """Write the findings of a run in the place of those before, in one transaction."""
        with self._engine.begin() as connection:
            connection.execute(delete(t.findings))
            write_findings(connection, findings)
            connection.execute(insert(t.runs), [{"payload": run.model_dump_json()}])

    def runs(self) -> tuple[Run, ...]:
        """Return all runs, the first first."""
        with self._engine.connect() as connection:
            payloads = connection.scalars(select(t.runs.c.payload).order_by(t.runs.c.position))
            return tuple(Run.model_validate_json(payload) for payload in payloads)

    def events(self) -> tuple[ReviewEvent, ...]:
        """Return all decisions, the first first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(t.review_events).order_by(t.review_events.c.id))
            return tuple(_event(row) for row in rows)

    def append(self, events: Iterable[ReviewEvent]) -> list[ReviewEvent]:
        """Put decisions on record in one transaction; return them with the numbers they got."""
        written = []
        with self._engine.begin() as connection:
            for event in events:
                values = event.model_dump(mode="json", exclude={"id"})
                result = connection.execute(insert(t.review_events).values(values))
                key = result.inserted_primary_key
                assert key is not None
                written.append(event.model_copy(update={"id": key[0]}))
        return written


def write_findings(connection: Connection, findings: Findings) -> None:
    """Write findings into a table that holds none."""
    for kind in Findings.model_fields:
        rows = _finding_rows(kind, getattr(findings, kind))
        if rows:
            connection.execute(insert(t.findings), rows)


def _finding_rows(kind: str, items: Sequence[Model]) -> list[dict[str, Any]]:
    return [
        {
            "kind": kind,
            # What was skipped has no id of its own; its place stands for it.
            "id": getattr(item, "id", str(position)),
            "position": position,
            "payload": item.model_dump_json(),
        }
        for position, item in enumerate(items)
    ]


def _event(row: Any) -> ReviewEvent:
    return ReviewEvent(**{name: getattr(row, name) for name in ReviewEvent.model_fields})
