"""Headlines by grammar alone: same words of content, same polarity, or no headline."""

from __future__ import annotations

import pytest

from personagen.analysts.grammar import has_verb, third_person, without_lead


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I copy numbers by hand every Friday", "copies numbers by hand every Friday"),
        ("I export it and paste it into Excel", "exports it and pastes it into Excel"),
        ("I want to export and paste it", "wants to export and paste it"),
        ("I don't trust it with my data", "doesn't trust it with their data"),
        ("I'd love a button that exports all of it", "would love a button that exports all of it"),
        ("I'm afraid my team won't open it", "is afraid their team won't open it"),
        ("I've been burned by that before", "has been burned by that before"),
        ("I spent four hours on it", "spent four hours on it"),
        ("I always have to ask my manager", "always has to ask their manager"),
        ("I was the only one who knew", "was the only one who knew"),
        ("we keep our own sheet", "They keep their own sheet"),
        ("My boss signs everything off", "Their boss signs everything off"),
        ("The audit log is the reason we kept it", "The audit log is the reason they kept it"),
        ("the export fails", "the export fails"),
        ("I can't find it when I am outside", "can't find it when they are outside"),
        ("I sell it in the US", "sells it in the US"),
    ],
)
def test_a_clause_is_told_of_its_speaker(said, told):
    assert third_person(said) == told


@pytest.mark.parametrize(
    "said",
    [
        "I read it twice",  # present or past?
        "I told them my price",  # who would "their" be?
        "I'd had enough",
        "my wife and I decide",
        "I snorfle the widget",  # no verb we know
    ],
)
def test_a_clause_in_doubt_is_refused(said):
    assert third_person(said) is None


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Yeah, um, so I copy it", "I copy it"),
        ("and then the export fails", "the export fails"),
        ("I don't wanna- I don't wanna lose it", "I don't want to lose it"),
        ("the-the sheet is gone", "the sheet is gone"),
        ("it's, you know, too slow", "it's too slow"),
        ("The problem is that nobody opens it", "nobody opens it"),
        ("So far we manage", "So far we manage"),
    ],
)
def test_fillers_go_and_words_stay(said, left):
    assert without_lead(said) == left


@pytest.mark.parametrize(
    "said",
    [
        "No documentation",
        "Like the colours",
        "Not slow at all",
        "Never crashes",
        "Well designed",
        "Right click is broken",
    ],
)
def test_a_word_that_carries_polarity_or_meaning_is_no_filler(said):
    assert without_lead(said) == said


def test_things_are_told_from_clauses():
    assert has_verb("the export is slow")
    assert has_verb("they lose the list")
    assert not has_verb("better error messages")
    assert not has_verb("the number of packages")
