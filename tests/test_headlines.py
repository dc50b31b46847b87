"""Names of themes: specific, grammatical, told apart, in the participants' words."""

from __future__ import annotations

import numpy as np
import pytest

from personagen.analysts.base import Member
from personagen.analysts.headlines import Heard, clauses, name_themes

from .toy import ToyEncoder


def listen(texts):
    heard = ToyEncoder().encode(list(texts))
    return Heard(heard.vectors, heard.scores.max(1, initial=0), heard.quotable)


def members(*texts):
    vectors = ToyEncoder().encode(list(texts)).vectors
    return [Member(t, f"P{i}", True, 2, vectors[i]) for i, t in enumerate(texts)]


def label(code, *texts):
    return name_themes(code, [members(*texts)], listen)[0].label


def test_the_label_is_the_clearest_clause_told_of_its_speaker():
    found = label(
        "workaround",
        "Yeah, um, so I copy the invoice numbers by hand.",
        "Copying invoice numbers by hand, that was my Friday back then with the old lot of them.",
        "invoice numbers, all by hand",
    )
    assert found == "Copies the invoice numbers by hand"


def test_a_thing_without_a_verb_gets_the_frame_of_its_code():
    wishes = ["better error messages", "Clearer error messages", "error messages in plain words"]
    assert label("feature_request", *wishes).startswith("Asks for ")
    assert "error messages" in label("feature_request", *wishes)


@pytest.mark.parametrize(
    "texts",
    [
        ["Good", "great, nice", "love it"],
        ["It is what it is.", "That's it.", "They do that."],
        ["I don't know if it works?", "Would it?", "Why?"],
    ],
)
def test_what_names_nothing_gets_no_label(texts):
    assert label("praise", *texts) == ""


def test_siblings_never_share_a_label():
    theme = ["The label printer is slow.", "My label printer is slow too."]
    names = name_themes("pain_point", [members(*theme), members(*theme)], listen)
    labels = [n.label for n in names if n.label]
    assert len(labels) == len(set(labels))


def test_a_clause_is_not_taken_out_from_under_its_condition_or_negation():
    assert list(clauses("If the export fails, I copy it by hand.")) == [
        "If the export fails, I copy it by hand.",
        "If the export fails",
    ]
    taken = list(clauses("It isn't slow, expensive or ugly."))
    assert "expensive or ugly." not in taken
    assert "it saves time" not in list(clauses("I don't think, honestly, it saves time"))


def test_a_condition_alone_is_no_headline():
    texts = ["If the export fails, I copy by hand.", "If the export fails, I call."]
    assert not label("workaround", *texts).lower().startswith("if ")


def test_questions_links_placeholders_and_rude_words_are_no_headline():
    found = label(
        "pain_point",
        "Why does the export crash?",
        "[colleague 1] lost the export",
        "the damn export crash",
        "see https://example.org export crash",
        "The export took the list with it when it did crash",
    )
    assert not any(bad in found for bad in ("?", "[", "damn", "http"))


def test_a_motivation_is_headed_by_what_somebody_wants():
    said = [
        "Now I look at the rota before I leave, and I can stop thinking of the rota.",
        "I wanted to get the rota out of my head and, um, onto something else, so I could sleep.",
    ]
    assert label("motivation", *said) == "Wanted to get the rota out of their head"


def test_a_wish_heads_no_pain():
    wish = "Let us have a door code on the wall that works for two hours."
    found = label("pain_point", wish, wish.replace("two", "three"))
    assert "wall" not in found


def test_no_headline_changes_polarity():
    found = label(
        "objection",
        "I don't trust a cloud with patient names.",
        "No, I don't trust the cloud for names.",
        "We don't trust any cloud with names.",
    )
    assert "n't trust" in found


def test_definition_and_criterion_name_what_the_theme_is_about():
    (name,) = name_themes(
        "pain_point",
        [
            members(
                "The label printer is slow.", "A slow label printer again.", "label printer jams"
            )
        ],
        listen,
    )
    assert "label printer" in name.definition
    assert "label printer" in name.criterion
    assert name.definition.endswith(".")


def test_the_same_members_get_the_same_name_in_any_order():
    texts = ["The label printer is slow.", "Slow label printer at noon.", "label printer jams"]
    assert label("pain_point", *texts) == label("pain_point", *texts[::-1])


def test_no_themes_no_names():
    assert name_themes("pain_point", [], lambda _: Heard(*[np.zeros((0, 0), np.float32)] * 3)) == []
