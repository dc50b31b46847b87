"""Questions for an exam, as a person writes them down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from personagen.errors import UsageError
from personagen.models import Model, QuestionClass

Half = Literal["", "calibration", "graded"]


class Item(Model):
    """Questions on one theme, of one class, to one persona."""

    cls: QuestionClass = Field(alias="class")
    questions: tuple[str, ...] = Field(min_length=1)
    persona: str = ""
    """Id or name of the persona that is asked."""
    archetype: str = ""
    """Where no persona is named: questions of one archetype go to the persona whose people
    said most of what stands in `gold`."""
    theme: str = ""
    half: Half = ""
    """`calibration` questions fit thresholds, `graded` ones measure."""
    gold: tuple[tuple[str, str], ...] = ()
    """Where the answer stands: the file, and words that a participant says there."""
    against: tuple[tuple[str, str], ...] = ()
    """The other side of a contradictory question."""
    paraphrases: bool = False
    """The questions ask the same in other words: all should get the same decision."""

    @property
    def same(self) -> bool:
        """Return whether the questions ask the same in other words."""
        return len(self.questions) > 1 and self.paraphrases


def read_questions(path: Path, half: Half = "") -> tuple[Item, ...]:
    """Return the questions of a file, of one half only where one is named.

    Args:
        path: JSON Lines, one item a line; `corpus/README.md` describes the keys.
        half: Which questions to keep; empty: all.

    Raises:
        UsageError: a line is no item, none is left, or a theme stands in both halves.
    """
    items = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            items.append(Item.model_validate(json.loads(line)))
        except (ValidationError, ValueError) as error:
            raise UsageError(
                f"{path.name}, line {number}: no question",
                'Each line: {"class": "unanswerable", "persona": "p_…", "questions": ["…?"]}; '
                'answerable ones have "gold": [["file", "words said there"]], too.',
            ) from error
    _apart(items, path)
    kept = tuple(i for i in items if half in {"", i.half})
    if not kept:
        raise UsageError(
            f"{path.name}: no questions{f' in the {half} half' if half else ''}",
            "Name another --half, or another file.",
        )
    return kept


def _apart(items: list[Item], path: Path) -> None:
    halves: dict[str, set[str]] = {}
    for item in items:
        if item.theme and item.half:
            halves.setdefault(item.theme, set()).add(item.half)
    shared = sorted(theme for theme, found in halves.items() if len(found) > 1)
    if shared:
        raise UsageError(
            f"{path.name}: {', '.join(shared)} in both halves",
            "Keep each theme in one half; what was fitted on a theme can't be graded on it.",
        )
