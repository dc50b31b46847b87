"""Sentences: exact spans over tidy text, speech and reviews."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen.sentences import LONGEST, split


def parts(text: str, lang: str = "en") -> list[str]:
    return [text[s.start : s.end] for s in split(text, lang)]


def test_sentences_end_at_stops_questions_and_exclamations():
    assert parts("We tried it. Did it help? Not at all!  Then we left.") == [
        "We tried it.",
        "Did it help?",
        "Not at all!",
        "Then we left.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "It costs 3.50 a month, e.g. for one seat.",
        "Dr. Okafor signed it at approx. 5 p.m. on the way home.",
        "See https://example.org/a.b?c=d.e for the list.",
        "We run version 2.4.1 on two machines.",
        "That was J. Brandt who asked.",
        "I was... I don't know, waiting.",
        "It ate the. Uh, whole invoice.",
    ],
)
def test_a_stop_inside_a_sentence_does_not_end_it(text):
    assert parts(text) == [text]


def test_a_forgotten_space_still_ends_a_sentence():
    assert parts("Sync is slow.But support is kind!Love them though.") == [
        "Sync is slow.",
        "But support is kind!",
        "Love them though.",
    ]


def test_line_breaks_and_bullets_separate_answers():
    assert parts("- faster search\n- dark mode\n\n2) an export") == [
        "faster search",
        "dark mode",
        "an export",
    ]


def test_dots_of_hesitation_end_a_sentence_only_before_a_new_one():
    assert parts("I waited… and waited… Nobody came.") == ["I waited… and waited…", "Nobody came."]


def test_an_abbreviation_before_a_new_sentence_ends_one():
    assert parts("Invoices, receipts, etc. Nobody reads them.") == [
        "Invoices, receipts, etc.",
        "Nobody reads them.",
    ]


def test_a_run_on_turn_is_split_where_a_main_clause_begins():
    clause = "and then we had to ring every single shop in the whole district again"
    text = "so the list went out on Monday as it always does " + " ".join([clause] * 6)
    found = parts(text)
    assert len(found) > 1
    assert all(len(part.split()) <= LONGEST for part in found)
    assert all(part.startswith("and then we") for part in found[1:])


def test_a_condition_is_never_cut_from_what_it_governs():
    text = "I would buy it " + "really " * 50 + "if it worked because it is cheap"
    assert parts(text) == [text]


def test_marks_alone_are_no_sentence():
    assert parts("...  — !!!") == []
    assert parts("") == []


def test_other_languages_use_their_own_abbreviations():
    assert parts("C'est lent p.ex. le matin. Dommage !", "fr") == [
        "C'est lent p.ex. le matin.",
        "Dommage !",
    ]
    assert parts("遅いです。でも便利！") == ["遅いです。", "でも便利！"]  # noqa: RUF001


@given(st.text(alphabet="aI .,;!?…\n\t-1()“”andbutso", max_size=400))
def test_spans_are_ordered_trimmed_and_lose_no_letter(text):
    found = split(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(text[s.start : s.end] == text[s.start : s.end].strip() for s in found)
    kept = "".join(c for s in found for c in text[s.start : s.end] if c.isalpha())
    assert kept == "".join(c for c in text if c.isalpha())


def test_fifty_thousand_answers_take_seconds():
    answer = "The export is slow, and it fails every Friday. I keep my own sheet next to it."
    began = time.process_time()
    for _ in range(5_000):
        split(answer)
    assert time.process_time() - began < 2
