"""Figures of agreement, checked against small codings worked out by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from personagen.cli import main
from personagen.errors import UsageError
from personagen.evaluation.agreement import GoldSpan, agreement, read_gold
from personagen.evaluation.beside import write_beside
from personagen.models import DocumentProvenance, Excerpt, Insight, Provenance, StudyDocument
from personagen.study import Study
from tests.toy import study, turn

AT = datetime(2026, 1, 1, tzinfo=UTC)
SAID = [
    "The export is slow every day.", "The import fails on long lists.",
    "I love the reminders in here.", "We met at the office on Tuesday.",
]  # fmt: skip


def document(codes):
    """Return a study of four turns; `codes` are the analyst's, one list a turn."""
    turns = [turn("P01", text) for text in SAID]
    insights = tuple(
        Insight(
            id=f"i_{u.id}_{code}", code=code, participant="P01", statement=u.text,
            excerpt=Excerpt(source="s1", utterance=u.id, start=0, end=len(u.text), quote=u.text,
                            speaker="P01", role="participant"),
            intensity=2, score=0.9, provenance=Provenance(analyst="extractive", at=AT),
        )
        for u, own in zip(turns, codes, strict=True) for code in own
    )  # fmt: skip
    made = DocumentProvenance(analyst="extractive", personagen_version="0", at=AT)
    return StudyDocument(**dict(study(("interview", turns))), insights=insights, provenance=made)


def gold(codes):
    ids = [turn("P01", text).id for text in SAID]
    return [
        GoldSpan(utterance=i, start=0, end=len(t), codes=tuple(c))
        for i, t, c in zip(ids, SAID, codes, strict=True)
    ]


def test_figures_are_those_worked_out_by_hand():
    ours = document([["pain_point"], [], ["praise"], ["pain_point"]])
    found = agreement(ours, gold([["pain_point"], ["pain_point"], ["praise"], []]))
    pain, praise = found.codes
    assert found.sentences == 4
    assert (pain.precision, pain.recall, pain.f1, pain.prevalence) == (0.5, 0.5, 0.5, 0.5)
    # Two of four agree, as chance alone would: kappa and AC1 are 0.
    assert (pain.kappa, pain.ac1) == (0.0, 0.0)
    assert (praise.f1, praise.kappa, praise.ac1) == (1.0, 1.0, 1.0)
    assert found.macro_f1 == 0.75
    assert found.span_iou == pytest.approx(2 / 3, abs=1e-4)


def test_a_rare_code_drags_kappa_down_and_not_ac1():
    ours = document([["praise"], [], [], []])
    [one] = agreement(ours, gold([[], ["praise"], [], []])).codes
    assert one.kappa < 0
    assert one.ac1 > 0


def test_half_a_span_is_half_an_overlap():
    ours = document([["pain_point"], [], [], []])
    half = gold([["pain_point"], [], [], []])[0]
    short = half.model_copy(update={"end": len(SAID[0]) // 2})
    assert agreement(ours, [short]).span_iou == pytest.approx(0.5, abs=0.02)


def test_what_nobody_looked_at_counts_for_nothing():
    ours = document([["pain_point"], ["pain_point"], ["pain_point"], ["pain_point"]])
    found = agreement(ours, gold([["pain_point"], [], [], []])[:1])
    assert found.sentences == 1
    assert found.macro_f1 == 1.0


def test_a_gold_file_and_another_study_are_read_alike(tmp_path):
    ours = document([["pain_point"], [], [], []])
    lines, other = tmp_path / "gold.jsonl", tmp_path / "study.json"
    first = ours.insights[0].excerpt
    line = {"utterance": first.utterance, "start": 0, "end": first.end, "codes": ["pain_point"]}
    lines.write_text(json.dumps(line) + "\n")
    other.write_text(ours.model_dump_json())
    assert [one for one in read_gold(other) if one.codes] == read_gold(lines)


def written(tmp_path, document):
    path = tmp_path / "study.json"
    path.write_text(document.model_dump_json())
    return read_gold(path)


def test_two_analysts_agree_as_much_whoever_of_them_is_asked_first(tmp_path):
    one = document([["pain_point"], ["pain_point"], [], []])
    other = document([["pain_point"], [], [], []])
    there = agreement(one, written(tmp_path, other))
    back = agreement(other, written(tmp_path, one))
    assert there.sentences == back.sentences == 4
    [a], [b] = there.codes, back.codes
    # Three of four agree. Chance: 1/2 * 1/4 + 1/2 * 3/4 = 1/2; Gwet: 2 * 3/8 * 5/8 = 15/32.
    assert a.kappa == b.kappa == 0.5
    assert a.ac1 == b.ac1 == pytest.approx((3 / 4 - 15 / 32) / (17 / 32), abs=1e-4)
    assert (a.precision, a.recall) == (b.recall, b.precision) == (0.5, 1.0)


def test_where_people_coded_in_a_study_theirs_is_held_against_the_analysts(tmp_path):
    both = document([["pain_point"], ["pain_point"], ["praise"], []])
    person = Provenance(analyst="person:Ana", at=AT)
    hers = both.insights[0].model_copy(update={"id": "i_hers", "provenance": person})
    both = both.model_copy(update={"insights": (*both.insights, hers)})
    found = agreement(both, written(tmp_path, both))
    pain = found.codes[0]
    assert (found.sentences, pain.precision, pain.recall) == (4, 0.5, 1.0)


@pytest.mark.parametrize("text", ["{", '{"utterance": 3}', "[]"])
def test_what_is_no_gold_file_is_refused(tmp_path, text):
    path = tmp_path / "gold.jsonl"
    path.write_text(text)
    with pytest.raises(UsageError, match="not a gold file"):
        read_gold(path)


def test_a_gold_file_of_another_study_is_refused():
    with pytest.raises(UsageError, match="names no utterance"):
        agreement(document([[], [], [], []]), [GoldSpan(utterance="u", start=0, end=1)])


def test_the_command_prints_the_figures_of_two_codings_of_the_same_files(demo, tmp_path):
    folder = demo.open.parents[1]
    other = tmp_path / "study.json"
    with Study.open(folder) as opened:
        other.write_text(opened.document().model_dump_json())
    result = CliRunner().invoke(main, ["evaluate", "--gold", str(other), "-s", str(folder)])
    assert result.exit_code == 0, result.stderr
    assert "kappa" in result.stdout
    assert "pain_point" in result.stdout


def test_what_was_planted_is_a_coding_too_and_analysts_stand_beside_one_another(demo, tmp_path):
    folder, page = demo.open.parents[1], tmp_path / "page.md"
    page.write_text("# Quality\n\nWords of a person.\n")
    truth = Path(__file__).parents[1] / "corpus" / "benchwren" / "truth.json"
    wanted = ["evaluate", "--gold", str(truth), "-s", str(folder), "--write", str(page)]
    for _ in range(2):
        result = CliRunner().invoke(main, wanted)
        assert result.exit_code == 0, result.stderr
    text = page.read_text()
    assert text.count("| `extractive` | pain_point |") == 1
    assert "Words of a person." in text
    figures = agreement(document([["pain_point"], [], [], []]), gold([["pain_point"], [], [], []]))
    write_beside(page, "llm:openai:x", "personagen evaluate", figures)
    text = page.read_text()
    assert "| `extractive` | pain_point |" in text
    assert "| `llm:openai:x` | pain_point | 0.25 | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 |" in text
