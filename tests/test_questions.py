"""The hand-written questions of the sample corpus rest on what its people said."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

import pytest

from tests.test_corpus import BY_FILE, STUDY, TRUTH, TURNS, _rows

CLASSES = {"answerable", "unanswerable", "leading", "contradictory"}


def _blocks(file: str) -> list[dict[str, Any]]:
    lines = (STUDY / file).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


BLOCKS = _blocks("questions.jsonl")
OTHERS = _blocks("questions_other_words.jsonl")
EVERY = [*BLOCKS, *OTHERS]
GOLD = [
    (block["archetype"], source, words)
    for block in EVERY
    for side in ("gold", "against")
    for source, words in block.get(side, ())
]


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").replace("‘", "'").split())


def _requester_texts() -> dict[str, str]:
    texts = {}
    for line in (STUDY / "tickets.jsonl").read_text(encoding="utf-8").splitlines():
        ticket = json.loads(line)
        agents = set(TRUTH["tickets"]["agents"])
        said = [c["body"] for c in ticket["comments"] if c["author_id"] not in agents]
        texts[str(ticket["id"])] = "\n".join([ticket["subject"], *said])
    return texts


def _row_texts() -> dict[str, str]:
    reviews = {r["review_id"]: f"{r['title']}\n{r['review']}" for r in _rows("reviews.csv")}
    asked = TRUTH["survey"]["open_questions"]
    survey = {r["Respondent"]: "\n".join(r[q] for q in asked) for r in _rows("survey.csv")}
    return reviews | survey | _requester_texts()


ROWS = _row_texts()
ROW_ARCHETYPES = {
    str(row["id"]): row["archetype"]
    for kind in ("reviews", "tickets", "survey")
    for row in TRUTH[kind]["rows"]
}


def _said(source: str) -> str:
    """Everything that the participant of one interview, or the author of one row, said."""
    file, _, row = source.partition("#")
    if row:
        return ROWS[row]
    own = BY_FILE[file]["speaker"]
    return "\n".join(turn.text for turn in TURNS[file] if turn.speaker == own)


def _archetype(source: str) -> str | None:
    file, _, row = source.partition("#")
    found: str | None = ROW_ARCHETYPES[row] if row else BY_FILE[file]["archetype"]
    return found


@pytest.mark.parametrize("source", sorted({source for _, source, _ in GOLD}))
def test_gold_stands_in_the_mouth_of_a_participant_of_that_archetype(source: str) -> None:
    """Or of one who fits no archetype: whatever persona they end up in, their words bear on it."""
    said = _plain(_said(source))
    for archetype, _, words in (gold for gold in GOLD if gold[1] == source):
        assert _plain(words) in said
        assert _archetype(source) in {archetype, None}


def test_there_are_sixty_questions_a_class_in_each_half() -> None:
    counts = Counter[tuple[str, str]]()
    for block in BLOCKS:
        counts[block["half"], block["class"]] += len(block["questions"])
    assert set(counts) == {(h, c) for h in ("calibration", "graded") for c in CLASSES}
    assert min(counts.values()) >= 60


def test_each_archetype_has_its_share_in_each_half() -> None:
    counts = Counter[tuple[str, str, str]]()
    for block in BLOCKS:
        counts[block["half"], block["class"], block["archetype"]] += len(block["questions"])
    assert len(counts) == 2 * len(CLASSES) * len(TRUTH["archetypes"])
    assert min(counts.values()) >= 20


def test_there_are_a_hundred_questions_in_other_words_a_class_in_each_half() -> None:
    counts = Counter[tuple[str, str]]()
    for block in OTHERS:
        counts[block["half"], block["class"]] += len(block["questions"])
    asked = CLASSES - {"contradictory"}
    assert set(counts) == {(h, c) for h in ("calibration", "graded") for c in asked}
    assert min(counts.values()) >= 100


def test_no_theme_stands_in_both_halves() -> None:
    halves = defaultdict(set)
    for block in EVERY:
        halves[block["theme"]].add(block["half"])
    assert all(len(found) == 1 for found in halves.values())


def test_no_persona_is_asked_the_same_question_twice() -> None:
    asked = [(b["archetype"], q.lower()) for b in EVERY for q in b["questions"]]
    assert [question for question, n in Counter(asked).items() if n > 1] == []


def test_an_answerable_question_is_answered_in_an_interview() -> None:
    for block in BLOCKS:
        if block["class"] == "answerable":
            assert any("#" not in source for source, _ in block["gold"]), block["theme"]


def test_both_sides_of_a_contradictory_question_are_told_in_interviews() -> None:
    for block in (b for b in BLOCKS if b["class"] == "contradictory"):
        sides = [{s for s, _ in block[side] if "#" not in s} for side in ("gold", "against")]
        assert all(sides), block["theme"]
        assert len(set.union(*sides)) >= 2, block["theme"]


def test_what_nobody_answers_has_no_gold() -> None:
    for block in EVERY:
        if block["class"] == "unanswerable":
            assert "gold" not in block
            assert "against" not in block
