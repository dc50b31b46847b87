"""The exam: does a persona answer what its people said, and decline what they did not?"""

from __future__ import annotations

from personagen.exam.card import basis_of, card_of, with_cards
from personagen.exam.grading import Graded, grade
from personagen.exam.places import Places
from personagen.exam.questions import Item, read_questions

__all__ = [
    "Graded",
    "Item",
    "Places",
    "basis_of",
    "card_of",
    "grade",
    "read_questions",
    "with_cards",
]
