"""Turns of phrase: sure where they speak, silent elsewhere."""

from __future__ import annotations

import json

import pytest

from personagen.analysts.phrasings import PHRASINGS, hints


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("It would be great to have an offline mode.", "feature_request"),
        ("I wish there was a way to merge two lists.", "feature_request"),
        ("What I'd love is one big button.", "feature_request"),
        ("That's why we looked around in spring.", "motivation"),
        ("My aim is that a junior can do it alone.", "motivation"),
        ("We would never pay for that twice.", "objection"),
        ("It saved us two hours a week.", "praise"),
        ("The scanner keeps losing the route.", "pain_point"),
    ],
)
def test_a_turn_of_phrase_gives_the_stance_away(text, code):
    assert code in hints(text)


@pytest.mark.parametrize(
    "text",
    ["We met in May.", "They sell it in two sizes.", "I added a row."],
)
def test_plain_sentences_give_no_hint(text):
    assert hints(text) == {}


def test_each_precision_holds_on_coded_sentences(dev_data):
    lines = (dev_data / "data" / "insights_train.jsonl").read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line]
    rows = [r for r in rows if r["lang"] == "en" and len(r["text"].split()) < 50]
    for code, precision, pattern in PHRASINGS:
        hit = [code in r["codes"] for r in rows if pattern.search(r["text"])]
        if len(hit) >= 8:
            assert sum(hit) / len(hit) >= precision - 0.05, (code, pattern.pattern[:40], len(hit))
