"""Prevalence: people, not mentions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen.models import Material, Participant, Source, Utterance
from personagen.prevalence import base_of, prevalence, wilson


def test_the_interval_is_wilsons():
    # 6 of 14, worked by hand from the published formula.
    assert wilson(6, 14) == (0.2138, 0.6741)


@pytest.mark.parametrize(("n", "of", "expected"), [(0, 0, (0.0, 1.0)), (0, 10, (0.0, 0.2775))])
def test_the_interval_of_nobody_is_everything(n, of, expected):
    assert wilson(n, of) == expected


def test_more_than_all_is_refused():
    with pytest.raises(ValueError, match="7 of 6"):
        wilson(7, 6)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_share_lies_in_its_interval(a, b):
    n, of = min(a, b), max(a, b)
    low, high = wilson(n, of)
    assert 0 <= low <= high <= 1
    assert of == 0 or low <= n / of + 1e-4
    assert of == 0 or n / of - 1e-4 <= high


def _material(kinds):
    people = tuple(Participant(id=p, kind=k) for p, k in kinds.items())
    said = tuple(
        Utterance(id=f"u{p}", speaker=p, role="participant", text="It works.", participant=p)
        for p in kinds
    )
    source = Source(
        id="s1", path="a.txt", kind="interview", reader="text", sha256="0", utterances=said
    )
    return Material(participants=people, sources=(source,))


def test_where_there_are_interviews_the_interviewees_are_counted():
    material = _material({"P01": "interviewee", "P02": "interviewee", "A1": "author"})
    found = prevalence(["P01", "P01", "A1"], base_of(material))
    assert (found.n, found.of) == (1, 2)


def test_where_there_are_none_all_who_wrote_are_counted():
    base = base_of(_material({"A1": "author", "A2": "author"}))
    assert base.kind == "author"
    assert base.participants == {"A1", "A2"}
    assert base_of(_material({"A1": "author", "R1": "respondent"})).kind is None


def test_a_participant_who_said_nothing_is_not_counted():
    material = _material({"P01": "interviewee"})
    silent = Participant(id="P02", kind="interviewee")
    both = material.model_copy(update={"participants": (*material.participants, silent)})
    assert base_of(both).participants == {"P01"}
