"""The stars over a review weigh what its sentences are taken for."""

from __future__ import annotations

import numpy as np
import pytest

from personagen.analysts.stars import stars_of, weighed
from personagen.coding import units_of
from personagen.encoder import CODES
from personagen.models import Participant

from .toy import study, turn


@pytest.mark.parametrize(
    ("rating", "stars"),
    [
        ("5", 5),
        ("1.0", 1),
        ("4/5", 4),
        ("3 out of 5", 3),
        ("2 stars", 2),
        ("9", None),
        ("4.5", None),
        ("good", None),
    ],
)
def test_only_whole_stars_of_five_are_read(rating, stars):
    assert stars_of({"rating": rating}) == stars


def _units(rating, kind="review"):
    material = study((kind, [turn("P01", "The battery gives up at four in the morning.")]))
    author = Participant(id="P01", kind="author", attributes={"rating": rating})
    return units_of(material.model_copy(update={"participants": (author,)}))[0]


def test_under_one_star_praise_is_doubted_and_under_five_a_pain():
    even = np.full((1, 6), 0.5, np.float32)
    low = dict(zip(CODES, weighed(even, _units("1"))[0], strict=True))
    high = dict(zip(CODES, weighed(even, _units("5"))[0], strict=True))
    assert low["praise"] < 0.1 < 0.6 < low["pain_point"]
    assert high["pain_point"] < 0.1 < 0.6 < high["praise"]
    assert low["motivation"] == high["motivation"] == 0.5


def test_without_stars_nothing_changes():
    scores = np.array([[0.1, 0.9, 0.0, 1.0, 0.5, 0.3]], np.float32)
    assert (weighed(scores, _units("none")) == scores).all()
    assert (weighed(scores, _units("5", "ticket")) == scores).all()
