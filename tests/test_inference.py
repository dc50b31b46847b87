"""The network of inference: what answers a question, what follows from what was said."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from personagen.encoder.runtime import shipped_tokenizer
from personagen.errors import ReadingError
from personagen.inference import Inference, load
from personagen.inference.closer import LONGEST, padded
from personagen.inference.closer import load as load_closer
from personagen.inference.examples import (
    Group,
    Panel,
    pairs_of,
    pairs_of_panels,
    read_groups,
    read_pairs,
    read_panels,
)
from personagen.inference.mixing import Written, mixed
from personagen.inference.pairs import PASSAGE, QUESTION, asked, block
from personagen.inference.runtime import FOLLOWS
from personagen.inference.sources import as_question
from personagen.inference.transcripts import Transcript, pairs_of_transcripts

EXAMPLES = Path(__file__).parents[1] / "corpus" / "inference"
GROUP = {
    "field": "bakery",
    "said": ["We open at six.", "My sister does the books at night."],
    "asked": "",
    "answered": [["Who keeps your accounts?", 1]],
    "unanswered": ["What does your sister earn?"],
    "faithful": ["A relative does the bookkeeping."],
    "unsupported": [["negation", "Nobody does the books."], ["role", "They do the books."]],
}


@pytest.fixture(scope="module")
def panels() -> list[Panel]:
    """Panels that the network did not learn from."""
    return read_panels([EXAMPLES / "panels" / "eva-05.jsonl"])


def test_in_most_panels_the_likeliest_passage_answers(panels: list[Panel]) -> None:
    right = []
    for panel in panels:
        for question, places in panel.questions:
            scores = load().answers([(question, passage) for passage in panel.said])
            right.append(int(scores.argmax()) in places)
    assert np.mean(right) > 0.6, "measured on all: docs/quality/inference.md"


def test_the_closer_reader_finds_more_of_them(panels: list[Panel]) -> None:
    first, closer = [], []
    for panel in panels:
        for question, places in panel.questions:
            pairs = [(question, passage) for passage in panel.said]
            first.append(int(load().answers(pairs).argmax()) in places)
            closer.append(int(load_closer().answers(pairs).argmax()) in places)
    assert np.mean(closer) > max(0.7, np.mean(first)), "docs/quality/inference.md"


def test_the_closer_reader_has_tokens_of_its_own() -> None:
    rows = asked(shipped_tokenizer(), [("Who bakes?", "My sister."), ("why " * 500, "so " * 500)])
    ids = padded(rows)
    assert ids.shape == (2, LONGEST)
    first = [i for i in ids[0].tolist() if i != 1]
    assert first[0] == 0
    assert [at for at, i in enumerate(first) if i == 2] == [rows[0].second - 1, rows[0].second,
                                                           len(first) - 1]  # fmt: skip
    assert [i - 4 for i in first if i > 2] == [i for i in rows[0].ids if i not in (101, 102)]


def test_the_closer_reader_reads_nothing_and_anything() -> None:
    assert load_closer().answers([]).shape == (0,)
    assert np.isfinite(load_closer().answers([("why \ud800?", ""), ("", "because \udfff")])).all()


@pytest.mark.parametrize("reader", [load, load_closer])
def test_what_follows_mostly_scores_above_what_does_not(
    panels: list[Panel], reader: Callable[[], Inference]
) -> None:
    true = [(panel.said[i], text) for panel in panels for text, i in panel.claims]
    false = [(panel.said[i], text) for panel in panels for _, text, i in panel.unsupported]
    right, wrong = reader().follows(true), reader().follows(false)
    above = np.mean(right.follows[:, None] > wrong.follows[None, :])
    assert above > 0.85, "measured on all: docs/quality/inference.md"
    assert np.allclose(np.stack(right).sum(0), 1, atol=1e-5)


def test_what_others_said_of_something_else_carries_nothing(panels: list[Panel]) -> None:
    claims = [text for panel in panels for text, _ in panel.claims]
    elsewhere = [panel.said[0] for panel in (*panels[1:], panels[0]) for _ in panel.claims]
    assert load_closer().follows(list(zip(elsewhere, claims, strict=False))).follows.mean() < 0.2


def test_no_pairs_give_no_scores() -> None:
    assert load().answers([]).shape == (0,)
    assert load().follows([]).follows.shape == (0,)


def test_the_company_of_pairs_changes_little(panels: list[Panel]) -> None:
    question = panels[0].questions[0][0]
    pairs = [(question, passage) for passage in panels[0].said]
    both = load().answers(pairs)
    alone = np.array([load().answers([pair])[0] for pair in pairs])
    # Eight-bit layers scale their input by the batch: the order is what stays.
    assert np.corrcoef(both, alone)[0, 1] > 0.9


def test_a_text_without_end_is_cut() -> None:
    row = asked(shipped_tokenizer(), [("why " * 5000, "because " * 5000)])[0]
    assert len(row) == QUESTION + PASSAGE + 3
    assert block([row]).types.sum() == PASSAGE + 1


def test_a_final_stop_changes_nothing() -> None:
    said = "We open at six."
    with_stop, without = load().follows([(said, "They open early."), (said, "They open early")])[0]
    assert abs(with_stop - without) < 1e-6


def test_a_lone_surrogate_is_read() -> None:
    assert np.isfinite(load().answers([("why \ud800?", "because \udfff")])).all()


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("A man is mending a roof.", "Is a man mending a roof?"),
        ("The children were not asleep.", ""),
        ("Mending a roof.", ""),
    ],
)
def test_plain_sentences_become_questions(sentence: str, question: str) -> None:
    assert as_question(sentence) == question


def test_a_written_group_gives_pairs_of_both_tasks(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(GROUP) + "\n", encoding="utf-8")
    pairs = pairs_of(read_groups([file]))
    labels = [(p.task, p.second, p.label) for p in pairs]
    assert ("answers", GROUP["said"][1], 1) in labels
    assert labels.count(("answers", GROUP["said"][0], 0)) == 2
    assert ("follows", "Nobody does the books.", 2) in labels
    assert ("follows", "They do the books.", 1) in labels


def test_a_panel_gives_each_question_with_every_passage() -> None:
    panel = Panel(
        field="bakery",
        said=("We open at six.", "My sister does the books.", "I do mine on Sundays."),
        questions=(("Who keeps your accounts?", (1, 2)),),
        unanswered=("What does your sister earn?",),
        claims=(("A relative keeps the accounts.", 1),),
        unsupported=(("negation", "Nobody keeps the accounts.", 1),),
    )
    pairs = pairs_of_panels([panel], random.Random(0))
    asked = [(p.first, p.second, p.label) for p in pairs if p.task == "answers"]
    assert len(asked) == 2 * len(panel.said)
    assert {second for _, second, label in asked if label} == set(panel.said[1:])
    follows = [p for p in pairs if p.task == "follows" and p.label == FOLLOWS.index("follows")]
    assert all(panel.said[1] in p.first for p in follows)
    turned = [p for p in pairs if p.second == "Nobody keeps the accounts."]
    assert {p.label for p in turned} == {FOLLOWS.index("contradicts")}


def test_a_transcript_gives_each_phrasing_with_all_answers_and_the_nearest_others() -> None:
    transcript = Transcript(
        field="bakery",
        turns={
            "A1": ("Who keeps the books?", "My sister.", "She does it at night."),
            "B1": ("", "We open at six.", "The oven is old."),
        },
        questions=((("Who does your accounts?", "accounting"), ("A1.1", "A1.2")),),
        unanswered=(("What does your sister earn?",),),
    )
    pairs = pairs_of_transcripts([transcript], random.Random(0))
    of = [(p.first, p.second) for p in pairs if p.label]
    assert of[:2] == [
        ("Who does your accounts?", "Who keeps the books? My sister."),
        ("Who does your accounts?", "Who keeps the books? She does it at night."),
    ]
    assert [question for question, _ in of[2:]] == ["accounting"] * 2
    wrong = [p for p in pairs if not p.label]
    assert {p.second for p in wrong if p.first == "accounting"} == set(transcript.turns["B1"][1:])
    assert sum(p.first == "What does your sister earn?" for p in wrong) == 3
    learned = mixed(Written([], [], [], [], [transcript]), random.Random(0))
    assert {p.first for p in learned} == {p.first for p in pairs}


def test_a_pass_sees_every_answer_and_a_part_of_what_is_none() -> None:
    groups = [Group.model_validate(GROUP)] * 40
    pairs = mixed(Written(groups, [], [], []), random.Random(0))
    answers = [p for p in pairs if p.task == "answers"]
    assert sum(p.label for p in answers) == 40
    assert 0 < sum(not p.label for p in answers) < 2 * 40


def test_a_line_that_is_no_pair_is_named(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"task": "answers"}\n', encoding="utf-8")
    with pytest.raises(ReadingError, match="line 1"):
        read_pairs(file)


def test_written_groups_point_at_sentences_that_are_there() -> None:
    groups = read_groups(sorted(EXAMPLES.glob("*.jsonl")))
    assert len(groups) > 1000
    for group in groups:
        assert all(0 <= place < len(group.said) for _, place in group.answered), group.said
        assert len({q for q, _ in group.answered} & set(group.unanswered)) == 0
        assert "bicycle" not in json.dumps(group.model_dump())  # the sample study is about them
