"""What the network learns from: pairs of texts, and what the second is to the first."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from personagen.errors import ReadingError
from personagen.inference.runtime import FOLLOWS, Task
from personagen.models import Model

CONTRADICTING = frozenset({"negation", "comparison"})
"""Kinds of unsupported sentences that say the opposite; the others are open at best."""


ALONE = -1
"""The group of a pair that is read for itself."""


class Pair(NamedTuple):
    """Two texts."""

    task: Task
    first: str
    """A question, or what was said."""
    second: str
    """A passage, or a sentence that may follow."""
    label: int
    """Of `answers`: 1 where it does; of `follows`: a place in `FOLLOWS`."""
    weight: float = 1.0
    group: int = ALONE
    """Pairs of one question that are read together share a number."""


def read_pairs(file: Path) -> list[Pair]:
    """Return the pairs of a JSON Lines file with a pair's fields on each line.

    Raises:
        ReadingError: a line is no pair.
    """
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            found.append(Pair(**json.loads(line)))
        except (TypeError, ValueError) as error:
            raise ReadingError(f"{file.name}, line {number}: {error}", "Mend the line.") from error
    return found


class Panel(Model):
    """What several people said of one subject, and what was asked and written about it."""

    field: str
    """Which product, or whose work, it is."""
    said: tuple[str, ...]
    """A passage each, in no order; other people, unless by chance."""
    questions: tuple[tuple[str, tuple[int, ...]], ...]
    """Questions, and the places in `said` of all passages that answer."""
    unanswered: tuple[str, ...]
    """Questions that no passage answers."""
    claims: tuple[tuple[str, int], ...]
    """Sentences, and the passage from which each follows."""
    unsupported: tuple[tuple[str, str, int], ...]
    """Kind, sentence, and the passage near it from which it does not follow."""


class Group(Model):
    """What one person said, and what was written about it."""

    field: str
    """Whose work, or which purchase, it is."""
    said: tuple[str, ...]
    """Sentences one after the other."""
    asked: str = ""
    answered: tuple[tuple[str, int], ...]
    """Questions, and the place in `said` of the sentence that answers."""
    unanswered: tuple[str, ...]
    faithful: tuple[str, ...]
    """Sentences that follow."""
    unsupported: tuple[tuple[str, str], ...]
    """Kind and sentence that does not follow."""


def read_groups(files: Sequence[Path]) -> list[Group]:
    """Return the groups of JSON Lines files."""
    return [Group.model_validate_json(line) for line in lines_of(files)]


def read_panels(files: Sequence[Path]) -> list[Panel]:
    """Return the panels of JSON Lines files."""
    return [Panel.model_validate_json(line) for line in lines_of(files)]


def lines_of(files: Sequence[Path]) -> list[str]:
    """Return the lines of files that hold anything, file by file."""
    lines = [line for file in sorted(files) for line in file.read_text("utf-8").splitlines()]
    return [line for line in lines if line.strip()]


def pairs_of(groups: Sequence[Group]) -> list[Pair]:
    """Return the pairs that groups give."""
    return [pair for group in groups for pair in (*_answers(group), *_follows(group))]


def _answers(group: Group) -> Iterator[Pair]:
    for question, place in group.answered:
        yield Pair("answers", question, group.said[place], 1, 1.5)
        # The sentence beside the answer may answer a little: it weighs less.
        beside = group.said[place + 1 if place + 1 < len(group.said) else place - 1]
        yield Pair("answers", question, beside, 0, 0.4)
    for question in group.unanswered:
        for sentence in group.said:
            yield Pair("answers", question, sentence, 0)


def _follows(group: Group) -> Iterator[Pair]:
    whole = " ".join(group.said)
    for text in group.faithful:
        yield Pair("follows", whole, text, FOLLOWS.index("follows"))
    for kind, text in group.unsupported:
        label = "contradicts" if kind in CONTRADICTING else "open"
        yield Pair("follows", whole, text, FOLLOWS.index(label))


def pairs_of_panels(panels: Sequence[Panel], draw: random.Random) -> list[Pair]:
    """Return the pairs that panels give: each question with every passage.

    Every passage that does not answer is there, not the nearest alone: so what sounds near is
    as often right as it is in life.
    """
    return [
        pair
        for panel in panels
        for pair in (*_answers_of_panel(panel), *_follows_of_panel(panel, draw))
    ]


def _answers_of_panel(panel: Panel) -> Iterator[Pair]:
    for question, places in panel.questions:
        for place, passage in enumerate(panel.said):
            right = place in places
            yield Pair("answers", question, passage, int(right), 1.5 if right else 0.7)
    for question in panel.unanswered:
        for passage in panel.said:
            yield Pair("answers", question, passage, 0)


def _follows_of_panel(panel: Panel, draw: random.Random) -> Iterator[Pair]:
    for text, place in panel.claims:
        for evidence in (panel.said[place], _among_others(panel, place, draw)):
            yield Pair("follows", evidence, text, FOLLOWS.index("follows"))
        # Somebody else may happen to say it too: it weighs less.
        other = draw.choice([said for i, said in enumerate(panel.said) if i != place])
        yield Pair("follows", other, text, FOLLOWS.index("open"), 0.3)
    for kind, text, place in panel.unsupported:
        label = FOLLOWS.index("contradicts" if kind in CONTRADICTING else "open")
        yield Pair("follows", panel.said[place], text, label)
        yield Pair("follows", _among_others(panel, place, draw), text, label, 0.7)


def _among_others(panel: Panel, place: int, draw: random.Random) -> str:
    """Return a passage with one or two others, in any order, as evidence is cited."""
    others = draw.sample([i for i in range(len(panel.said)) if i != place], draw.choice((1, 2)))
    places = draw.sample([place, *others], len(others) + 1)
    return " ".join(panel.said[i] for i in places)
