"""What counts for a line says it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from personagen import membership
from personagen.encoder import load
from personagen.membership import Told, said_by, unread
from personagen.personas import fields
from personagen.personas.fields import Group

LINE = "“The phone rings all day”"


@pytest.fixture
def chances(monkeypatch):
    """Return a table of what the networks hold, and the pairs that they are given."""
    table, read = {}, []

    def follows(pairs):
        read.extend(pairs)
        return np.array([table[text] for text, _ in pairs])

    monkeypatch.setattr(membership, "follows", follows)
    return table, read


def told(*texts, lang="en", near=()):
    """Return excerpts, each far from all others but those that are near the first one."""
    rows = np.eye(len(texts), 8, dtype=np.float32)
    for text in near:
        rows[texts.index(text)] = rows[0]
    return [Told(text, lang, row) for text, row in zip(texts, rows, strict=True)]


def test_what_does_not_say_the_line_is_told_from_what_does(chances):
    table, read = chances
    table |= {"It never stops ringing.": 0.9, "My phone is grey.": 0.05, "They ring a lot.": 0.2}
    assert said_by([LINE], [told(*table)]) == [[True, False, True]]
    assert {line for _, line in read} == {"The phone rings all day"}


def test_what_lies_next_to_an_excerpt_that_says_it_stays(chances):
    table, _ = chances
    table |= {"It rings at noon.": 0.9, "It rings at six.": 0.05, "My phone is grey.": 0.05}
    group = told(*table, near=["It rings at six."])
    assert said_by(["It rings at noon"], [group]) == [[True, True, False]]


def test_a_line_that_nobody_could_say_tells_nothing(chances):
    chances[0].update({"It never stops ringing.": 0.3, "My phone is grey.": 0.05})
    assert said_by(["Telephony", ""], [told(*chances[0])] * 2) == [[True, True]] * 2
    assert {line for _, line in chances[1]} == {"Telephony"}


def test_other_languages_and_what_stands_alone_are_not_read(chances):
    table, read = chances
    table["Alone."] = 0.0
    groups = [told("Alone."), told("Das Telefon klingelt.", "Es nervt.", lang="de")]
    assert said_by([LINE, LINE], groups) == [[True], [True, True]]
    assert read == []


def test_the_smallest_groups_are_read_first_and_no_more_than_may_be(chances, monkeypatch):
    monkeypatch.setattr(membership, "MOST_READ", 3)
    table, read = chances
    table |= {"a": 0.9, "b": 0.01, "c": 0.9, "d": 0.01, "e": 0.01}
    groups = [told("c", "d", "e"), told("a", "b")]
    assert said_by([LINE, LINE], groups) == [[True] * 3, [True, False]]
    assert {text for text, _ in read} == {"a", "b"}
    assert unread(groups) == 3
    assert unread([told("a", "b"), told("alone"), told("c", "d", lang="de")]) == 0


def test_the_networks_tell_a_shared_word_from_a_shared_point():
    texts = (
        "Customers ringing while I had a wheel in the jig.",
        "We've lost two jobs because I had to ring the customers and ask what they'd wanted.",
        "It keeps asking me who the customer is.",
    )
    vectors = load().encode(texts).vectors
    group = [Told(text, "en", row) for text, row in zip(texts, vectors, strict=True)]
    line = "“Customers ringing while I had a wheel in the jig”"
    assert said_by([line], [group]) == [[True, True, False]]


def test_a_field_s_sentences_that_say_something_else_stand_alone():
    said = [
        SimpleNamespace(evidence=SimpleNamespace(participant=who, quote=quote))
        for who, quote in [("P01", "a"), ("P02", "b"), ("P01", "c"), ("P03", "d")]
    ]
    group = Group("trigger", None, None, None, tuple(said), ())
    parts = fields._parted(group, [True, False, False, True])
    quotes = [[one.evidence.quote for one in part.saying] for part in parts]
    # Whoever says the line is counted once: what else they say there stays with it.
    assert quotes == [["a", "c", "d"], ["b"]]
