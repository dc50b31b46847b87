from __future__ import annotations

import random

import numpy as np
import pytest

from personagen.segments import find_segments
from personagen.segments.profiles import profiles, voices
from personagen.working import Working
from tests.segment_fixture import HANDS, OWNERS, material, worked
from tests.toy import study, turn


@pytest.fixture(scope="module")
def planted() -> Working:
    return worked(material())


def test_planted_groups_are_found_with_their_survival(planted: Working) -> None:
    found = find_segments(planted)
    groups = {frozenset(segment.participants) for segment in found.segments}
    odd = frozenset(f"P{n:02}" for n in range(1, 13, 2))
    assert groups == {odd, frozenset(f"P{n:02}" for n in range(2, 13, 2))}
    assert all(segment.survival >= 0.75 for segment in found.segments)
    assert found.resamples == 100
    assert all(s.least_typical in s.participants for s in found.segments)


def test_people_who_say_like_things_stay_one_group() -> None:
    draw = random.Random(5)
    lines = HANDS + OWNERS
    sources = [
        ("interview", [turn(f"P{n:02}", line) for line in draw.sample(lines, 14)])
        for n in range(12)
    ]
    found = find_segments(worked(study(*sources)))
    assert len(found.segments) == 1
    assert found.resamples == 0
    assert any("no split survived" in note for note in found.notes)


def test_the_same_study_gives_the_same_segments(planted: Working) -> None:
    assert find_segments(planted, seed=7) == find_segments(planted, seed=7)


def test_too_few_people_are_one_group_and_say_so() -> None:
    sources = [("interview", [turn(f"P{n}", line) for line in HANDS[:6]]) for n in range(2)]
    found = find_segments(worked(study(*sources)))
    assert [len(s.participants) for s in found.segments] == [2]
    assert any("don't fall into groups" in note for note in found.notes)


def test_authors_of_short_texts_are_counted_not_grouped() -> None:
    base = material()
    reviews = [
        turn(f"R{n}", line) for n, line in enumerate([*OWNERS[1:4], "It fails at the moon."])
    ]
    both = study(
        *[("interview", list(source.utterances)) for source in base.sources], ("review", reviews)
    )
    found = find_segments(worked(both))
    members = {p for segment in found.segments for p in segment.participants}
    assert not any(p.startswith("R") for p in members)
    counted = sum(s.assigned.get("review", 0) for s in found.segments)
    assert counted + found.unassigned.get("review", 0) == 4
    owners = next(s for s in found.segments if "P02" in s.participants)
    assert {"R0", "R1", "R2"} <= set(owners.readers_like)


def test_without_interviews_groups_form_over_authors_who_wrote_enough() -> None:
    draw = random.Random(2)
    reviews = []
    for n in range(16):
        for line in draw.sample((OWNERS if n % 2 else HANDS)[1:12], 8):
            reviews.append(turn(f"A{n:02}", line, record=f"r{n}"))
    found = find_segments(worked(study(("review", reviews))))
    assert found.basis == "texts"
    assert any("nobody was interviewed" in note for note in found.notes)
    assert found.segments


def test_nobody_who_said_anything_gives_no_segment() -> None:
    found = find_segments(worked(study(("interview", [turn(None, "Shall we start?")]))))
    assert found.segments == ()
    assert found.notes


def test_a_profile_is_the_same_whatever_the_order_of_the_people(planted: Working) -> None:
    people = [f"P{n:02}" for n in range(1, 7)]
    one = profiles(voices(planted, people))
    other = profiles(voices(planted, people[::-1]))[::-1]
    # Directions may turn; distances between people may not.
    apart = [np.linalg.norm(x[:, None] - x[None], axis=2) for x in (one, other)]
    np.testing.assert_allclose(apart[0], apart[1], atol=1e-6)
