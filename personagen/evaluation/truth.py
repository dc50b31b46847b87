"""What was planted in an invented study: the part of `truth.json` that findings answer to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from personagen.errors import PersonagenError
from personagen.models import SourceKind

_TABLES: Mapping[str, SourceKind] = {"reviews": "review", "tickets": "ticket", "survey": "survey"}


class Planted(NamedTuple):
    """One passage that its author wrote to say one thing."""

    quote: str
    code: str | None
    """None for a fact without a stance, such as a role."""
    theme: str | None
    """Passages with the same one make the same point."""
    kind: SourceKind
    voice: str
    """Who says it: the file of an interview, else the table and row."""


class Truth(NamedTuple):
    """What was planted in a study."""

    passages: list[Planted]
    groups: dict[str, str | None]
    """File of each interview, in the order of import, to the group of its participant."""


def is_truth(file: Path) -> bool:
    """Return whether a file says what was planted, rather than how something was coded."""
    try:
        raw = json.loads(file.read_text(encoding="utf-8")) if file.suffix == ".json" else None
    except (OSError, ValueError):
        return False
    return isinstance(raw, dict) and "schema_version" not in raw


def read_truth(file: Path) -> Truth:
    """Return what a truth file says was planted.

    Raises:
        PersonagenError: the file is not of that form.
    """
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        interviews = raw.get("participants", [])
        groups = {one["file"]: one["archetype"] for one in interviews}
        return Truth([*_spoken(interviews), *_written(raw)], dict(sorted(groups.items())))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PersonagenError(
            f"{file.name} does not say what was planted ({type(error).__name__})",
            "See corpus/README.md for the form of a truth file.",
        ) from error


def _spoken(interviews: list[dict[str, Any]]) -> Iterator[Planted]:
    for one in interviews:
        for said in one["evidence"]:
            yield Planted(said["quote"], said["code"], said["theme"], "interview", one["file"])


def _written(raw: dict[str, Any]) -> Iterator[Planted]:
    for table, kind in _TABLES.items():
        # A study of reviews alone has their rows at the top.
        found = raw.get(table, raw if table == "reviews" else {})
        for row in found.get("rows", ()):
            for said in row.get("evidence", ()):
                topic = said.get("topic", said.get("theme"))
                yield Planted(said["quote"], said["code"], topic, kind, f"{table} {row['id']}")
