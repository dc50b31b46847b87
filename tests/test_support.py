"""Which sentences a model may write under which excerpts: sets written for this project."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from personagen import encoder
from personagen.support import Support, form_problem

FOLDER = Path(__file__).parent / "fixtures" / "support"


@pytest.fixture(scope="module")
def support():
    return Support(encoder.load())


def judged(support, *names):
    """Return (refused, all) of faithful and of unsupported sentences."""
    counts = {"faithful": [0, 0], "unsupported": [0, 0]}
    for name in names:
        for group in tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))["group"]:
            for kind, count in counts.items():
                for text in group[kind]:
                    count[0] += not support.judge(text, group["excerpts"]).ok
                    count[1] += 1
    return counts


def test_unsupported_sentences_are_refused_and_faithful_ones_stand(support):
    counts = judged(support, "first_half", "second_half", "third_part")
    refused, faithful = counts["faithful"]
    caught, unsupported = counts["unsupported"]
    assert faithful >= 100
    assert unsupported >= 100
    assert caught / unsupported >= 0.95
    assert refused / faithful <= 0.10


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


def test_a_product_fact_may_be_stated_where_it_is_known(support):
    said = ["I match invoices by hand."]
    text = "Ledgerly matches invoices to payments."
    assert not support.judge(text, said).ok
    assert support.judge(text, said, ["Matches invoices to payments", "Ledgerly"]).ok


def test_an_empty_sentence_is_refused(support):
    assert not support.judge("They do it.", ["I match invoices by hand."]).ok
