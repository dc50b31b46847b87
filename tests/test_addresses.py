"""A model points at sentences by number or by words; code finds what it means, or says why not."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen.chatmodel import Answered
from personagen.chatmodel.repair import read
from personagen.chatmodel.structure import schema_of
from personagen.llm.addresses import NOT_SAID, NOT_THERE, SEVERAL, addresses, problem
from personagen.llm.options import steps_of
from personagen.llm.outputs import CodedSentence, CodedSentences
from personagen.llm.packing import Part, Turn
from personagen.study import Study
from tests.llm_fixture import asked_for, careful_answer, good_model, options, said, write_study
from tests.model_server import serving

FRIDAYS = (
    "I spend every Friday matching invoices by hand.",
    "It takes four hours, and I don’t like it.",
    "I asked for help twice.",
    "Nobody came.",
)
PRICE = ("I asked for help twice.", "The price is too high for us.")


def part_of(*turns):
    rows, made = {}, []
    for number, sentences in enumerate(turns, 1):
        made.append(Turn(number, "", tuple(sentences)))
        rows |= {(number, n): len(rows) + n - 1 for n in range(1, len(sentences) + 1)}
    return Part("s_1", tuple(made), rows)


PART = part_of(FRIDAYS, PRICE)


def place(first, last, turn=1, part=PART):
    one = CodedSentence(
        turn=turn, first_sentence=first, last_sentence=last, code="praise", intensity=2
    )
    found, refused = addresses(Answered(CodedSentences(coded=[one]), "", "p"), part)
    return (found[0].row, found[0].last) if found else refused[0].why


@pytest.mark.parametrize(
    ("first", "last", "rows"),
    [
        (2, 2, (1, 1)),
        ("It takes four", "don't like it", (1, 1)),
        ("it takes FOUR", "I don’t like it.", (1, 1)),
        ("I spend every Friday", "I don't like it", (0, 1)),
        ("matching invoices by hand", "by hand", (0, 0)),
        (1, "like it", (0, 1)),
        ("I spend every Friday", 2, (0, 1)),
        # Both sentences, repeated whole.
        (f"{FRIDAYS[0]} {FRIDAYS[1]}", f"{FRIDAYS[0]} {FRIDAYS[1]}", (0, 1)),
        # Nothing that can be found as an end: the first sentence alone.
        ("It takes four", "", (1, 1)),
        ("It takes four", "said nobody ever", (1, 1)),
        # Too far away for one address.
        ("I spend every Friday", "Nobody came", (0, 0)),
        # An ellipsis where a model leaves words out at the end.
        ("It takes four …", "like it", (1, 1)),
    ],
)
def test_numbers_and_words_lead_to_the_same_sentences(first, last, rows):
    assert place(first, last) == rows


@pytest.mark.parametrize(
    ("first", "last", "turn", "why"),
    [
        (9, 9, 1, NOT_THERE),
        (1, 1, 9, NOT_THERE),
        ("It takes forty hours", "like it", 1, NOT_SAID),
        ("I love it", "I love it", 1, NOT_SAID),
        ("", "", 1, NOT_SAID),
        ("“—”", "", 1, NOT_SAID),
        # Words of two sentences that are not neighbours, or of two turns.
        ("by hand Nobody came", "", 1, NOT_SAID),
        ("Nobody came. I asked", "", 1, NOT_SAID),
        ("I asked for help twice", "", 7, SEVERAL),
        ("I", "", 7, SEVERAL),
    ],
)
def test_what_is_not_there_or_not_clear_is_refused_with_the_reason(first, last, turn, why):
    assert place(first, last, turn) == why


def test_the_turn_that_is_named_says_which_of_two_is_meant():
    assert place("I asked for help", "twice", 1) == (2, 2)
    assert place("I asked for help", "twice", 2) == (4, 4)


def test_the_last_words_say_which_of_two_is_meant():
    part = part_of(("We pay for it.", "We pay for ink."))
    assert place("We pay for", "for ink", part=part) == (1, 1)


def test_words_that_stand_in_another_turn_than_the_one_named_are_found_if_only_there():
    assert place("The price is", "for us", 1) == (5, 5)


def test_an_answer_is_refused_only_where_not_one_address_in_it_is_there():
    good = {"turn": 1, "last_sentence": 1, "code": "praise", "intensity": 1}
    there, gone = {**good, "first_sentence": 1}, {**good, "first_sentence": "Blue cheese"}
    assert problem(CodedSentences(coded=[gone]), PART) == NOT_SAID
    assert problem(CodedSentences(coded=[gone, there]), PART) == ""
    assert problem(CodedSentences(coded=[]), PART) == ""


WORDS = st.lists(st.sampled_from("we pay too much for ink and don’t know why it is".split()),
                 min_size=1, max_size=7)  # fmt: skip
TURNS = st.lists(
    st.lists(WORDS.map(lambda w: f"{' '.join(w)}."), min_size=1, max_size=4), min_size=1, max_size=3
)


@given(turns=TURNS, data=st.data())
def test_words_lead_to_a_sentence_that_holds_them_or_to_none(turns, data):
    part = part_of(*turns)
    turn = data.draw(st.integers(1, len(turns)))
    chosen = turns[turn - 1][data.draw(st.integers(0, len(turns[turn - 1]) - 1))]
    words = chosen.rstrip(".").split()
    begin = data.draw(st.integers(0, len(words) - 1))
    wanted = " ".join(words[begin : data.draw(st.integers(begin + 1, len(words)))])
    found = place(wanted, "", turn, part)
    if isinstance(found, str):
        assert found == SEVERAL
        return
    flat = [sentence for sentences in turns for sentence in sentences]
    cut = " ".join(flat[found[0] : found[1] + 1])
    assert f" {wanted} " in f" {cut.replace('.', '')} "


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("3", 3), ("[3]", 3), ("S3.", 3), ("sentence 3", 3), (3.0, 3),
        # The 4 is what somebody said, and no number of a sentence.
        ("It takes 4 hours", "It takes 4 hours"), ("2 hours", "2 hours"), ("4x", "4x"),
    ],
)  # fmt: skip
def test_a_number_in_what_was_said_is_no_address(written, meant):
    item = {"turn": 1, "first_sentence": written, "last_sentence": 1, "code": "praise",
            "intensity": 2}  # fmt: skip
    assert read(json.dumps({"coded": [item]}), CodedSentences).coded[0].first_sentence == meant


def test_a_server_that_is_bound_by_a_schema_is_asked_for_numbers_alone():
    one = schema_of(CodedSentences)["properties"]["coded"]["items"]["properties"]
    kinds = {name: part["type"] for name, part in one.items()}
    assert kinds.pop("code") == "string"
    assert set(kinds.values()) == {"integer"}


def in_words(handler, body):
    """Answer as the careful model does, but with words where it has numbers."""
    if asked_for(body) != "CodedSentences":
        return good_model(handler, body)
    answer, lines = careful_answer(body), {}
    for line in said(body).splitlines():
        if head := re.match(r"Turn (\d+)", line):
            turn = int(head.group(1))
        elif sentence := re.match(r"\s+\[(\d+)\] (.*)", line):
            lines[turn, int(sentence.group(1))] = sentence.group(2).split()
    for one in answer["coded"]:
        words = lines[one["turn"], one["first_sentence"]]
        one["first_sentence"], one["last_sentence"] = " ".join(words[:5]), " ".join(words[-4:])
    return handler.say(answer, body)


def test_a_model_that_answers_in_words_makes_the_same_insights(tmp_path):
    written = write_study(tmp_path / "study")
    found = []
    for name, model in (("numbers", good_model), ("words", in_words)):
        folder = shutil.copytree(written, tmp_path / name)
        with serving(model) as server, Study.open(folder) as study:
            study.analyze(llm=options(server, steps=steps_of(["code"])))
            assert study.verify() == []
            found.append({(i.id, i.code, i.excerpt.quote) for i in study.document().insights})
    assert found[0] == found[1]
    assert len(found[0]) > 10
