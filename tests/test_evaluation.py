"""What was planted against what was found: the measure counts what it says it counts."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from personagen.errors import PersonagenError
from personagen.evaluation import Planted, Truth, read_truth, recovery, render
from personagen.resources import folder


def _insight(number: int, code: str, quote: str) -> Any:
    excerpt = SimpleNamespace(quote=quote, source="s1")
    return SimpleNamespace(id=f"i{number}", code=code, participant=f"P0{number}", excerpt=excerpt)


def _document(insights: list[Any], themes: list[list[int]], personas: list[list[int]]) -> Any:
    return SimpleNamespace(
        insights=insights,
        sources=[SimpleNamespace(id="s1", kind="interview")],
        themes=[
            SimpleNamespace(id=f"t{n}", insights=[f"i{i}" for i in some])
            for n, some in enumerate(themes)
        ],
        personas=[
            SimpleNamespace(id=f"p{n}", participants=[f"P0{i}" for i in some])
            for n, some in enumerate(personas)
        ],
        participants=[SimpleNamespace(id=i.participant, kind="interviewee") for i in insights],
    )


SAID = [
    "The printer jams every single morning before we open",
    "Each day at eight the printer eats the first label",
    "I would love to leave at five for once",
    "My evenings belong to the accounts, and I want them back",
]
TRUTH = Truth(
    [
        Planted(SAID[0], "pain_point", "printer", "interview", "a.txt"),
        Planted(SAID[1], "pain_point", "printer", "interview", "b.txt"),
        Planted(SAID[2], "motivation", "evenings", "interview", "c.txt"),
        Planted(SAID[3], "motivation", "evenings", "interview", "d.txt"),
        Planted("Something that nobody coded at all here", "praise", None, "interview", "d.txt"),
    ],
    {"a.txt": "desk", "b.txt": "desk", "c.txt": "owner", "d.txt": None},
)


def test_what_was_found_and_how_truly_it_was_joined_are_counted_apart() -> None:
    codes = ["pain_point", "praise", "motivation", "motivation"]
    insights = [_insight(n, c, q) for n, (c, q) in enumerate(zip(codes, SAID, strict=True))]
    result = recovery(_document(insights, [[0, 2], [2, 3]], [[0, 1], [2]]), TRUTH)
    assert result.planted == 5
    assert result.coded == pytest.approx(4 / 5)
    assert result.right_code == pytest.approx(3 / 5)
    # Themes join 0 with 2 (not planted as one point) and 2 with 3 (planted so); an insight that
    # stands in two themes counts in the last.
    assert (result.pairs, result.pair_precision, result.pair_recall) == (1, 1.0, 1.0)
    assert (result.adjusted_rand, result.people) == (1.0, 3)


def test_pairs_of_different_points_lower_precision() -> None:
    insights = [_insight(n, "pain_point", q) for n, q in enumerate(SAID)]
    result = recovery(_document(insights, [[0, 1, 2, 3]], [[0, 1, 2, 3]]), TRUTH)
    assert (result.pairs, result.pair_recall) == (6, 1.0)
    assert result.pair_precision == pytest.approx(2 / 6)
    assert result.adjusted_rand == 0.0


def test_a_table_names_every_figure() -> None:
    insights = [_insight(0, "pain_point", SAID[0])]
    table = render("sample", recovery(_document(insights, [], []), TRUTH))
    assert table.count("\n") == 8
    assert "| … that have an insight | 0.20 |" in table


@pytest.mark.parametrize("name", ["benchwren", "hushpebble"])
def test_the_truth_of_both_sample_studies_is_read(name: str) -> None:
    truth = read_truth(folder("corpus") / name / "truth.json")
    assert sum(p.code is not None for p in truth.passages) >= 80
    assert {p.kind for p in truth.passages} <= {"interview", "review", "ticket", "survey"}


def test_a_file_of_another_form_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "truth.json"
    file.write_text(json.dumps({"participants": [{"no": "evidence"}]}), encoding="utf-8")
    with pytest.raises(PersonagenError, match="does not say what was planted"):
        read_truth(file)
