"""The written examples of what answers a question and what follows from what was said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "corpus" / "inference"
KEYS = {"field", "said", "asked", "answered", "unanswered", "faithful", "unsupported"}
KINDS = set("negation role cause hedge quantity time comparison generalisation drift".split())


@pytest.fixture(scope="module")
def groups() -> list[dict[str, Any]]:
    files = sorted(FOLDER.glob("*.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line) for line in lines]


def test_there_are_as_many_as_the_readme_says(groups: list[dict[str, Any]]) -> None:
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    assert f"{len(groups):,} groups" in readme


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


def test_nothing_is_of_the_sample_studys_subject(groups: list[dict[str, Any]]) -> None:
    assert "bicycle" not in json.dumps(groups).lower()


def test_no_two_groups_say_the_same(groups: list[dict[str, Any]]) -> None:
    said = [" ".join(group["said"]) for group in groups]
    assert len(set(said)) == len(said)
