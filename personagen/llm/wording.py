"""What the wording steps share: asked, checked, noted where the extractive wording stands in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel

from personagen import prompt as prompts
from personagen.analysts.base import Maker
from personagen.chatmodel import Answered, Asker, Question
from personagen.models import Evidence, Provenance, Skipped
from personagen.progress import Report
from personagen.prompt import Rendered, as_data
from personagen.support import Support

MOST_EXCERPTS = 8
"""Shown of one group; the first are the most telling."""
NAMED = 100
"""Characters by which a claim or a theme is named in the list of what was skipped."""
LONGEST = 400
"""Characters shown of an excerpt."""


class Desk(NamedTuple):
    """What every wording step needs."""

    asker: Asker
    maker: Maker
    support: Support
    skipped: list[Skipped]
    report: Report

    def ask(self, questions: Sequence[Question], label: str) -> list[Answered]:
        """Return what became of the questions; nothing is asked where there are none."""
        return self.asker.ask(questions, label, self.report) if questions else []

    def made(self, prompt: str) -> Maker:
        """Return who made a result with a prompt."""
        return self.maker._replace(prompts=(prompt,))

    def provenance(self, prompt: str, first: Provenance) -> Provenance:
        """Return the provenance of what a prompt reworded; made in the same run as before."""
        return Provenance(
            analyst=self.maker.analyst, model=self.maker.model, prompts=(prompt,), at=first.at
        )

    def stands_in(self, what: str, where: str, why: str) -> None:
        """Note that the extractive result stands in; `where` in words that a person knows it by."""
        short = where if len(where) <= NAMED else f"{where[: NAMED - 1].rstrip()}…"
        self.skipped.append(
            Skipped(what=f"{what}: the extractive wording stands in", where=short, why=why)
        )

    def judged(self, text: str, excerpts: Sequence[str], facts: Sequence[str] = ()) -> str:
        """Return why a text can't stand on excerpts, or nothing."""
        return self.support.judge(text, excerpts, facts).why


def shown(texts: Iterable[str]) -> list[str]:
    """Return excerpts as data for a prompt, each once, the first few."""
    kept = dict.fromkeys(as_data(text)[:LONGEST] for text in texts)
    return list(kept)[:MOST_EXCERPTS]


def people_of(evidence: Iterable[Evidence]) -> frozenset[str]:
    """Return whose words an input holds."""
    return frozenset(one.participant for one in evidence)


def question(
    name: str,
    output: type[BaseModel],
    purpose: str,
    where: str,
    people: frozenset[str],
    check: Any,
    most: int,
    **inputs: object,
) -> Question:
    """Return a question made with the newest version of a prompt."""
    rendered: Rendered = prompts.load(name).render(**inputs)
    return Question(rendered, output, purpose, where, people, check, most)


def too_long(text: str, words: int) -> str:
    """Return why a text is too long, or nothing."""
    count = len(text.split())
    return f"it has {count} words, {words} at most are wanted" if count > words else ""
