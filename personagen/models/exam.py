"""How well a persona knows what it doesn't know: the card of its exam."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from personagen.models.base import Model

QuestionClass = Literal["answerable", "unanswerable", "leading", "contradictory"]


class Share(Model):
    """So many of so many, with a 95 % Wilson interval."""

    k: int
    of: int
    interval: tuple[float, float]


class ExamCard(Model):
    """What came out of one exam of one persona: counts, never words."""

    persona: str
    version: int
    """Of the persona, when it was examined."""
    at: datetime
    questions: str
    """`generated` from the study, or the name of the file that a person wrote them in."""
    asked: dict[QuestionClass, int]
    abstention: Share
    """Declined, of the unanswerable questions."""
    false_refusals: Share
    """Declined, of the answerable questions."""
    citation_precision: Share
    """Cited passages that bear on the question, of those under answers to answerable and
    contradictory questions."""
    leading_accepted: Share
    """Answered as if what they suppose were so, of the leading questions."""
    both_sides: Share
    """Answered with both sides, of the contradictory questions."""
    consistency: Share
    """Questions whose phrasings all got the same decision, of those with several."""
    basis: str
    """Hash of what the persona rested on; another one means another persona."""
    current: bool = True
    """False when the persona has changed since."""
