"""What is shown by itself can be understood by itself: sentences written for these tests."""

from __future__ import annotations

import pytest

from personagen.analysts.standalone import clarity, dangling, has_main_verb, reading, reads_alone
from personagen.analysts.worded import worded
from personagen.verification import standing_alone


@pytest.mark.parametrize(
    "said",
    [
        "The label printer jams every Monday morning.",
        "I want my evenings for the garden, not for payroll.",
        "Nobody knows which price list is the right one.",
        "Last-minute sickness means an hour on the phone.",
        "It takes me four hours to close the month.",
        "When the scanner dies, the whole counter waits for a colleague.",
        "Lost a wedding booking because two diaries disagreed.",
        "There's no signal in the cellar, so the tablet is useless.",
        "My older ladies won't have it on their own phones.",
        "If the inspector finds no gaps, it was a good quarter.",
        "What I'd love is a button that exports the whole ledger.",
        "That's when we gave up on the wall chart, when two brides got one room.",
    ],
)
def test_a_sentence_that_names_what_it_speaks_of_stands_alone(said: str) -> None:
    assert reads_alone(said), reading(said).faults


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("They were, you know, they were swamped.", "hesitates"),
        ("The ledger, um, vanished in the office.", "hesitates"),
        ("Our goal is always -- going back to the bakery.", "hesitates"),
        ("Obviously that's not what the bakery sells.", 'nobody knows what "that\'s" is'),
        ("Sure, the bakery would love to", "half a sentence"),
        ("I closed it, or, well, I told the clerk to close the ledger.", "hesitates"),
        ("The point came up again and again.", "hangs on what was said before"),
        ("That'd be the bakery, yes.", "hangs on what was said before"),
        ("Which is why the invoices go out late.", "hangs on what was said before"),
        ("Because the oven broke on a Friday.", "hangs on what was said before"),
        ("Can you see my screen with the ledger?", "a question"),
        ("My own oven exploded?", "a question"),
        ("Do I trust the ledger and the clerk", "a question"),
        ("Three years of this and the ledger still fails", "nobody knows what 'this' is"),
        ("It jams whenever the bakery opens.", "nobody knows what 'It' is"),
        ("I'd rather it only printed labels.", "nobody knows what 'it' is"),
        ("I keep them in a biscuit tin beside the oven.", "nobody knows what 'them' is"),
        ("Me, my brother, who runs the bakery.", "no verb"),
        ("Flour. Yeast. Patience.", "no verb"),
        ("Delivery note twice in the ledger", "no verb"),
        ("Great oven, no trays", "no verb"),
        ("When the bakery", "half a sentence"),
        ("The oven in the bakery is", "half a sentence"),
        ("Oven broke", "too short"),
        ("We were really quite busy then.", "says nothing in particular"),
        ("As I said, the bakery keeps a ledger.", "speaks to the other speaker"),
        ("I'd better go, the bakery opens at eight.", "speaks to the other speaker"),
    ],
)
def test_what_only_the_conversation_explains_does_not(said: str, fault: str) -> None:
    assert fault in reading(said).faults


def test_a_question_may_stand_where_questions_are_wanted() -> None:
    said = "Does the bakery keep the ledger when we cancel?"
    assert not reads_alone(said)
    assert reads_alone(said, asks=True)


def test_a_pointer_is_explained_by_a_noun_before_it() -> None:
    assert dangling("The oven broke and it took the fuses along") == ""
    assert dangling("it took the fuses along and the oven broke") == "it"
    assert dangling("My boss says he never saw the ledger") == ""


def test_a_verb_of_a_relative_clause_is_no_main_verb() -> None:
    assert not has_main_verb("the clerk who does the ledger")
    assert has_main_verb("the clerk who does the ledger left")


def test_outside_english_only_questions_are_told() -> None:
    assert reads_alone("Je perds une heure chaque matin avec ce tableur", "fr")
    assert not reads_alone("Pourquoi le tableur plante ?", "fr")


def test_what_names_more_is_clearer() -> None:
    assert clarity("The oven broke on the morning of the village fair") > clarity("The oven broke")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("I want my evenings for the garden", "Wants their evenings for the garden"),
        ("I can't trust the ledger on a Monday", "Can't trust the ledger on a Monday"),
        ("I've got a baker in the village at eight", "“I've got a baker in the village at eight”"),
        ("I stopped the oven and told my clerk", "“I stopped the oven and told my clerk”"),
        ("The ledger gives me one lump for flour", "“The ledger gives me one lump for flour”"),
        ("The oven fails in the cold", "The oven fails in the cold"),
    ],
)
def test_only_what_holds_of_a_speaker_is_told_of_them_and_the_rest_is_quoted(
    said: str, shown: str
) -> None:
    found = worded(said, f"{said}.")
    assert found is not None
    assert found.text == shown


def test_a_quoted_headline_is_never_cut_from_under_a_negation() -> None:
    whole = "I don't think my clerk trusts the ledger."
    assert standing_alone(whole, 14, 40) is not None
    assert worded("my clerk trusts the ledger", whole) is None


def test_a_quoted_headline_has_not_lost_who_does_it() -> None:
    whole = "I know some bakers who don't have the money for a second oven."
    assert worded("don't have the money for a second oven", whole) is None
    alone = "Can't add my own oven dates."
    assert worded("Can't add my own oven dates", alone) is not None
