"""Units and insights: only participants, only their own stance, word for word."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from personagen.analysts.extractive import Extractive
from personagen.analysts.stance import dismisses, not_their_stance, says_nothing
from personagen.coding import code, encode, statement, units_of
from personagen.progress import silent

from .toy import ToyEncoder, study, turn

AT = datetime(2026, 1, 1, tzinfo=UTC)


def coded(material):
    encoder = ToyEncoder()
    units, _ = units_of(material)
    return code(encode(units, encoder, silent), Extractive(encoder), AT)


def reasons(skipped):
    return {s.why for s in skipped}


def test_the_interviewers_words_are_never_a_unit():
    talk = [
        turn(None, "Is the export slow? I hear it takes hours."),
        turn("P01", "The printer jams on Mondays."),
        turn("BOT", "The export is slow.", role="bot"),
    ]
    units, skipped = units_of(study(("interview", talk)))
    assert [u.text for u in units] == ["The printer jams on Mondays."]
    assert "said by interviewer, not by a participant" in reasons(skipped)
    assert "said by bot, not by a participant" in reasons(skipped)


def test_the_question_is_context_and_then_the_sentence_before():
    talk = [
        turn(None, "What slows you down?"),
        turn("P01", "Yeah. The export takes hours. Then I print the labels."),
    ]
    units, _ = units_of(study(("interview", talk)))
    assert [(u.context, u.asked) for u in units] == [
        ("INTERVIEWER: What slows you down?", True),
        ("The export takes hours.", False),
    ]


def test_a_survey_answer_keeps_its_question_throughout():
    answer = turn("R1", "The export is slow. The labels are tiny.", context="What annoys you?")
    units, _ = units_of(study(("survey", [answer])))
    assert [u.context for u in units] == ["QUESTION: What annoys you?"] * 2


def test_rows_of_a_table_are_no_context_for_each_other():
    rows = [turn("A1", "Love the scanner.", record="1"), turn("A2", "Never again.", record="2")]
    units, _ = units_of(study(("review", rows)))
    assert [u.context for u in units] == ["", ""]


def test_fragments_are_read_with_the_sentence_before():
    units, _ = units_of(study(("review", [turn("A1", "It lost my whole list. Twice now.")])))
    assert [u.text for u in units] == ["It lost my whole list. Twice now."]


@pytest.mark.parametrize(
    "text",
    ["n/a", "N/A.", "-", "Nothing", "no comment", "Yeah, exactly.", "Mm-hmm. Right.", "...",
     "Thank you so much!", "Hi, good morning", "Rien", "nada", "I don't know", "None really"],
)  # fmt: skip
def test_empty_answers_and_fillers_say_nothing(text):
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["No documentation", "git", "Too expensive", "Good search"])
def test_short_answers_with_substance_say_something(text):
    assert says_nothing(text) is None


def test_what_is_left_out_is_counted_with_its_reason():
    talk = [
        turn("P01", "The export is slow."),
        turn("P01", "The export is slow!"),
        turn("P02", "-"),
    ]
    units, skipped = units_of(study(("interview", talk)))
    assert len(units) == 1
    assert {(s.what, s.why) for s in skipped} == {
        ("1 sentence", "said before by the same participant"),
        ("1 sentence", "no words"),
    } or len(skipped) == 1


def test_a_template_pasted_by_many_counts_once():
    text = "This is a truly remarkable tool that every single warehouse in the country should try."
    rows = [turn(f"A{i}", text, record=str(i)) for i in range(5)]
    units, _ = units_of(study(("review", rows)))
    assert len(units) == 1


def test_short_answers_of_different_people_are_kept():
    rows = [turn(f"A{i}", "Too expensive", record=str(i)) for i in range(5)]
    assert len(units_of(study(("review", rows)))[0]) == 5


@pytest.mark.parametrize(
    ("text", "question", "kind"),
    [
        ("No, not really.", "Do you find the export slow?", "pain_point"),
        ("No, the export isn't slow.", "Do you find the export slow?", "pain_point"),
        ("Yeah, it is slow.", "Is the export slow?", "pain_point"),
        ("Right, slow exports.", "So slow exports are a problem?", "pain_point"),
        ("People online say it crashes all the time.", "Anything else?", "pain_point"),
        ("I read reviews that it loses lists.", "Anything else?", "pain_point"),
        ("If the server went down we would lose a day.", "What if?", "pain_point"),
        ("What do I like about it?", "What do you like?", "praise"),
        ("It isn't the money.", "So the cost ruled it out?", "objection"),
        ("Support was fine, they rang me the same day.", "Was support slow?", "pain_point"),
        ("We never had a problem with the scanner.", "And the scanner?", "pain_point"),
        ("I wouldn't go as far as joy.", "So it is a joy to use?", "praise"),
    ],
)
def test_nobody_elses_words_become_a_stance(text, question, kind):
    assert not_their_stance(text, f"INTERVIEWER: {question}", kind, asked=True)


@pytest.mark.parametrize(
    ("text", "question", "kind"),
    [
        ("Yeah, every Friday I wait two hours for it.", "Is the export slow?", "pain_point"),
        ("No, and it eats half my morning.", "Is the export quick?", "pain_point"),
        ("My team says they hate the scanner.", "What does the team say?", "pain_point"),
        ("If it fails I copy it by hand, I did that last week.", "And then?", "workaround"),
        ("Security would never sign off on that if it is in the cloud.", "Why?", "objection"),
        ("It isn't reliable.", "Is it reliable?", "pain_point"),
        ("It's not a problem until you have ten drivers.", "Is it a problem?", "pain_point"),
    ],
)
def test_a_speakers_own_stance_is_kept(text, question, kind):
    assert not_their_stance(text, f"INTERVIEWER: {question}", kind, asked=True) is None


def test_a_dismissal_is_told_from_a_complaint():
    assert dismisses("That has never been a problem for us.")
    assert dismisses("They sort swaps out among themselves.")
    assert dismisses("No, it's dead simple.")
    assert not dismisses("It's too simple for us.")
    assert not dismisses("It is not easy at all.")
    assert not dismisses("The export is slow.")
    assert not dismisses("It's no problem for two shops, but with ten it is.")


def test_an_excerpt_is_the_exact_slice_without_leading_fillers():
    said = "Yeah, um, so the export takes hours every Friday. Anyway."
    material = study(("interview", [turn("P01", said)]))
    (insight,) = coded(material).insights
    excerpt = insight.excerpt
    assert excerpt.quote == "the export takes hours every Friday."
    assert said[excerpt.start : excerpt.end] == excerpt.quote
    assert insight.statement == "The export takes hours every Friday."
    assert insight.provenance.analyst == "extractive"
    assert insight.provenance.model == "toy"


def test_ids_depend_on_content_and_place_alone():
    material = study(("interview", [turn("P01", "The export takes hours.")]))
    assert [i.id for i in coded(material).insights] == [i.id for i in coded(material).insights]


def test_each_insight_knows_its_unit():
    talk = [turn("P01", "The export takes hours. I want my Fridays back. We met in May.")]
    found = coded(study(("interview", talk)))
    assert {i.code for i in found.insights} == {"pain_point", "motivation"}
    assert sorted(found.rows.values()) == [0, 1]


def test_equal_units_are_encoded_once():
    encoder = ToyEncoder()
    rows = [turn(f"A{i}", "Too expensive", record=str(i)) for i in range(50)]
    units, _ = units_of(study(("review", rows)))
    result = encode(units, encoder, silent)
    assert encoder.read == 1
    assert result.vectors.shape == (50, 384)


def test_a_study_without_words_gives_nothing_and_no_error():
    assert coded(study(("interview", [turn(None, "Hello?")]))).insights == []


def test_a_statement_is_one_line_of_the_same_words():
    assert statement(" …the export\n takes  hours, ") == "The export takes hours"
