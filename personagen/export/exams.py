"""How well a persona's answers know their limits, as its document tells."""

from __future__ import annotations

from typing import NamedTuple

from personagen.exam.rendering import lines
from personagen.models import ExamCard, Persona


class ExamView(NamedTuple):
    """One card: what it is of, and its measures."""

    title: str
    rows: tuple[tuple[str, str], ...]
    """What was measured, and k of n with share, interval and bar."""


def exams_of(persona: Persona) -> tuple[ExamView, ...]:
    """Return a persona's cards for its document; what nothing was counted of is left out."""
    return tuple(ExamView(_title(card), _rows(card)) for card in persona.exam or ())


def _title(card: ExamCard) -> str:
    asked = sum(card.asked.values())
    made = (
        "made from the study" if card.questions == "generated" else f"written in {card.questions}"
    )
    now = "" if card.current else f"; of an earlier version of this persona (v{card.version})"
    questions = "1 question" if asked == 1 else f"{asked} questions"
    return f"Examined on {card.at:%Y-%m-%d} with {questions} {made}{now}"


def _rows(card: ExamCard) -> tuple[tuple[str, str], ...]:
    found = []
    for label, counted, share, bar, held in lines(card):
        if not counted.endswith("of 0"):
            against = f"; bar {bar}: {held}" if held else ""
            found.append((label.capitalize(), f"{counted}, {share}{against}"))
    return tuple(found)
