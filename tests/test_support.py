"""Which sentences a model may write under which excerpts: sets written for this project."""

from __future__ import annotations

from pathlib import Path

import pytest

from personagen import encoder
from personagen.support import Support, form_problem
from personagen.support.judging import _opens_with_a_name
from tests.support_quality import ELSEWHERE, TUNED, measured, written

FLOORS = [
    ("fields_second", 0.92, 0.49),
    ("held_out", 0.95, 0.16),
    ("held_out_2", 0.92, 0.39),
]
"""Set, least share of the unsupported and most of the faithful that are refused."""


@pytest.fixture(scope="module")
def support():
    return Support(encoder.load())


@pytest.fixture(scope="module")
def judged(support):
    return measured(support)


def test_what_was_said_of_something_else_carries_nothing(judged):
    tally = judged[ELSEWHERE]
    assert tally.unsupported >= 100
    assert tally.caught / tally.unsupported >= 0.95


def test_unsupported_sentences_are_refused_and_faithful_ones_stand(judged):
    tallies = [judged[name] for name in TUNED]
    faithful = sum(t.faithful for t in tallies)
    unsupported = sum(t.unsupported for t in tallies)
    assert faithful >= 100
    assert unsupported >= 100
    assert sum(t.caught for t in tallies) / unsupported >= 0.95
    assert sum(t.refused for t in tallies) / faithful <= 0.10


@pytest.mark.parametrize(("name", "caught", "refused"), FLOORS)
def test_on_sentences_that_it_was_never_changed_for_it_does_not_get_worse(
    judged, name, caught, refused
):
    tally = judged[name]
    assert tally.faithful >= 100
    assert tally.unsupported >= 100
    # The bars are 0.95 and 0.10; docs/quality/support.md says where these are not reached.
    assert tally.caught / tally.unsupported >= caught
    assert tally.refused / tally.faithful <= refused


def test_the_page_says_what_is_measured(judged):
    page = Path(__file__).parents[1] / "docs" / "quality" / "support.md"
    assert written(judged) == page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("said", "fits", "turned"),
    [
        ("My brother drives the van.", "Their brother drives the van.", "They drive the van."),
        ("The nurse told me to rest.", "They were told to rest.", "They told the nurse to rest."),
        ("I may buy it.", "They may buy it.", "They bought it."),
        ("We count at noon.", "They count at noon.", "They count in the evening."),
        ("It took ten minutes to learn.", "It took minutes to learn.", "It took days to learn."),
        ("I ask her before I sign.", "They ask before they sign.", "They ask after they sign."),
        ("I prefer cash to cards.", "They prefer cash to cards.", "They prefer cards to cash."),
        ("I left because it crashed.", "They left because it crashed.",
         "It crashed because they left."),
        ("My boss reads it.", "Their boss reads it.", "Bosses read it."),
        ("We open at six and eat at nine.", "They open at six.", "They open at nine."),
    ],
)  # fmt: skip
def test_the_same_words_in_another_order_say_something_else(support, said, fits, turned):
    assert support.judge(fits, [said]).ok
    assert not support.judge(turned, [said]).ok


@pytest.mark.parametrize(
    ("said", "fits", "turned"),
    [
        ("The report takes me two days.", "The report takes them two days.",
         "The report takes them two hours."),
        ("I do it on Sundays.", "They do it at the weekend.", "They do it on weekdays."),
        ("I dislike the fees above all.", "The fees are what they dislike most.",
         "Most participants dislike the fees."),
        ("The car was fixed by noon.", "The automobile was repaired by noon.",
         "The automobile was sold by noon."),
    ],
)  # fmt: skip
def test_other_words_may_say_the_same_but_no_more(support, said, fits, turned):
    assert support.judge(fits, [said]).ok
    assert not support.judge(turned, [said]).ok


EXCERPTS = ["I can't export 200 rows from Ledgerly.", "Exports fail for us in March."]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("It “fails” to export.", "quotation marks"),
        ('Exports "fail" for them.', "quotation marks"),
        ("They say 'exports fail for us'.", "quotation marks"),
        ("Exports fail after 300 rows.", "number"),
        ("Exports fail after three hundred rows.", "number"),
        ("Exports from Quickbooks fail.", "name"),
        ("Exports fail in April.", "name"),
        ("Exports fail. [Click](http://x.example)", "markup"),
        ("Exports <b>fail</b>.", "markup"),
        ("Exports always fail.", "always"),
        ("Everyone has failing exports.", "everyone"),
    ],
)
def test_form_alone_forbids(text, why):
    assert why.lower() in form_problem(text, EXCERPTS).lower()


def test_a_pronoun_is_no_number():
    assert form_problem("The March ones fail.", EXCERPTS) == ""


@pytest.mark.parametrize(
    "text",
    ["Exports of 200 rows from Ledgerly fail.", "They can't export.", "In March, exports fail."],
)
def test_what_the_excerpts_hold_may_be_said(support, text):
    assert support.judge(text, EXCERPTS).ok


def test_a_denial_turned_round_is_refused_both_ways(support):
    assert not support.judge("They can export 200 rows.", ["I can't export 200 rows."]).ok
    assert not support.judge("They cannot export 200 rows.", ["I export 200 rows daily."]).ok


def test_a_comparison_turned_round_is_refused(support):
    said = ["I trust colleagues more than ads."]
    assert support.judge("They trust colleagues more than ads.", said).ok
    assert not support.judge("They trust ads more than colleagues.", said).ok


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("I match invoices by hand.", "Ledgerly matches invoices to payments."),
        ("I prefer cash to cards.", "They prefer cards to cash."),
        ("I'd rather repair more and sell less.", "They'd rather sell more and repair less."),
        ("The dog needs a walk at six.", "Invoices go out on the last day of the month."),
        ("We open at six.", "It is."),
    ],
)
def test_names_and_what_is_turned_round_never_pass_however_sure_the_networks_are(
    support, monkeypatch, said, text
):
    monkeypatch.setattr("personagen.support.judging.chance_of", lambda *_: 1.0)
    assert not support.judge(text, [said]).ok


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("They'd rather walk.", False),
        ("I'm glad.", False),
        ("Short-notice work pays.", False),
        ("Carelessness costs.", False),
        ("Ledgerly matches invoices.", True),
        ("Ledgerly's rows match.", True),
        ("Non-Ledgerly rows match.", True),
    ],
)
def test_a_first_word_that_is_no_name_is_taken_for_none(text, names):
    assert _opens_with_a_name(text, ["We count by hand."]) is names


def test_a_product_fact_may_be_stated_where_it_is_known(support):
    said = ["I match invoices by hand."]
    text = "Ledgerly matches invoices to payments."
    assert not support.judge(text, said).ok
    assert support.judge(text, said, ["Matches invoices to payments", "Ledgerly"]).ok


def test_an_empty_sentence_is_refused(support):
    assert not support.judge("They do it.", ["I match invoices by hand."]).ok
