"""The written examples of what answers a question and what follows from what was said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from personagen.inference.reworded import read_reworded

FOLDER = Path(__file__).parents[1] / "corpus" / "inference"
KEYS = {"field", "said", "asked", "answered", "unanswered", "faithful", "unsupported"}
KINDS = set("negation role cause hedge quantity time comparison generalisation drift".split())


def written(names: str) -> list[dict[str, Any]]:
    files = sorted(FOLDER.glob(names))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line) for line in lines if line.strip()]


@pytest.fixture(scope="module")
def groups() -> list[dict[str, Any]]:
    return written("*.jsonl")


@pytest.fixture(scope="module")
def panels() -> list[dict[str, Any]]:
    return written("panels/*.jsonl")


@pytest.fixture(scope="module")
def statements() -> list[dict[str, Any]]:
    return written("statements/*.jsonl")


@pytest.fixture(scope="module")
def transcripts() -> list[dict[str, Any]]:
    return written("transcripts/*.jsonl")


def test_there_are_as_many_as_the_readme_says(
    groups: list[dict[str, Any]],
    panels: list[dict[str, Any]],
    statements: list[dict[str, Any]],
    transcripts: list[dict[str, Any]],
) -> None:
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    assert f"{len(groups):,} groups" in readme
    assert f"{len(panels):,} panels" in readme
    assert f"{len(statements):,} sets of statements" in readme
    assert f"{len(transcripts):,} small transcripts" in readme


def test_what_was_read_twice_is_every_question_of_panels_kept_from_teaching(
    panels: list[dict[str, Any]],
) -> None:
    read = written("second/panels.jsonl")
    assert all(one["panel"].partition("/")[0].endswith("-05") for one in read)
    of = {frozenset([*(q for q, _ in p["questions"]), *p["unanswered"]]): p for p in panels}
    for one in read:
        said = of[frozenset(one["answers"])]["said"]
        assert all(0 <= i < len(said) for places in one["answers"].values() for i in places)


def test_the_exam_was_read_twice_whole_but_for_leading_questions() -> None:
    lines = (FOLDER.parent / "benchwren" / "questions.jsonl").read_text(encoding="utf-8")
    items = [json.loads(line) for line in lines.splitlines()]
    graded = [i for i in items if i["half"] == "graded" and i["class"] != "leading"]
    read = written("second/exam.jsonl")
    asked = {(question, i["class"]) for i in graded for question in i["questions"]}
    assert {(one["question"], one["class"]) for one in read} == asked
    assert all(0 <= i < len(one["put"]) for one in read for i in one["answers"])


def test_each_group_is_whole(groups: list[dict[str, Any]]) -> None:
    for group in groups:
        assert set(group) == KEYS
        assert 2 <= len(group["said"]) <= 5
        assert (len(group["answered"]), len(group["unanswered"])) == (3, 3)
        assert (len(group["faithful"]), len(group["unsupported"])) == (2, 2)


def test_answers_are_sentences_that_are_there(groups: list[dict[str, Any]]) -> None:
    for group in groups:
        assert all(0 <= place < len(group["said"]) for _, place in group["answered"])
        asked = {question for question, _ in group["answered"]}
        assert not asked & set(group["unanswered"])


def test_what_does_not_follow_says_how_it_goes_wrong(groups: list[dict[str, Any]]) -> None:
    assert {kind for group in groups for kind, _ in group["unsupported"]} <= KINDS


def test_each_panel_is_whole_and_points_at_passages_that_are_there(
    panels: list[dict[str, Any]],
) -> None:
    for panel in panels:
        n = len(panel["said"])
        assert 12 <= n <= 28
        assert all(0 <= i < n for _, places in panel["questions"] for i in places)
        assert all(places for _, places in panel["questions"])
        assert not {q for q, _ in panel["questions"]} & set(panel["unanswered"])
        assert all(0 <= place < n for _, place in panel["claims"])
        assert all(kind in KINDS and 0 <= i < n for kind, _, i in panel["unsupported"])


def test_statements_come_with_four_that_do_not_follow(statements: list[dict[str, Any]]) -> None:
    for group in statements:
        assert len(group["faithful"]) in (4, 6)
        assert len(group["unsupported"]) == 4
        assert {kind for kind, _ in group["unsupported"]} <= KINDS


def test_answers_in_transcripts_are_sentences_that_are_there(
    transcripts: list[dict[str, Any]],
) -> None:
    for one in transcripts:
        there = {f"{k}.{i}" for k, turn in one["turns"].items() for i in range(1, len(turn))}
        assert all(set(answers) <= there and answers for _, answers in one["questions"])
        asked = {text for phrasings, _ in one["questions"] for text in phrasings}
        assert not asked & {text for phrasings in one["unanswered"] for text in phrasings}


def test_points_are_made_by_several_and_the_others_are_near_one() -> None:
    studies = written("points/*.jsonl")
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    assert f"{len(studies):,} studies of seven points" in readme
    for study in studies:
        assert all(2 <= len(point["said"]) <= 6 for point in study["points"])
        assert all(0 <= one["near"] < len(study["points"]) for one in study["alone"])
    assert "bicycle" not in json.dumps(studies).lower()


def test_nothing_is_of_the_sample_studies_subjects(
    groups: list[dict[str, Any]],
    panels: list[dict[str, Any]],
    statements: list[dict[str, Any]],
    transcripts: list[dict[str, Any]],
) -> None:
    everything = json.dumps([groups, panels, statements, transcripts]).lower()
    assert "bicycle" not in everything
    assert "noise machine" not in everything


def test_no_two_say_the_same(
    groups: list[dict[str, Any]], panels: list[dict[str, Any]], statements: list[dict[str, Any]]
) -> None:
    said = [" ".join(group["said"]) for group in (*groups, *panels, *statements)]
    assert len(set(said)) == len(said)


def test_questions_in_other_words_point_at_what_answers_and_are_put_once() -> None:
    rows = written("asked/*.jsonl")
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    asked = read_reworded(FOLDER)
    assert f"`asked/`, {len(asked):,} questions" in readme
    assert f"{sum(bool(one.places) for one in asked):,} with all that answers" in readme
    of = [row["of"].partition("/")[0] for row in rows]
    assert f"{of.count('panels')} of the panels and {of.count('transcripts')} of" in readme
    assert len({row["of"] for row in rows}) == len(rows)
    for row in rows:
        texts = [*(text for text, _ in row["questions"]), *row["unanswered"]]
        assert len(set(texts)) == len(texts), row["of"]
        assert all(places for _, places in row["questions"]), row["of"]


def test_what_is_kept_from_teaching_is_asked_of_in_a_file_of_its_own() -> None:
    for file in (FOLDER / "asked").glob("*.jsonl"):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        assert {"-05." in row["of"] for row in rows} == {file.stem.endswith("-05")}, file.name
    assert len(read_reworded(FOLDER, without="-05.")) < len(read_reworded(FOLDER))
