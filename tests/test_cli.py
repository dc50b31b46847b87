"""The command line: help for everything, JSON on request, one line for a mistake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from personagen.cli import main

INTERVIEW = """Interviewer: What is the worst part of the week?

Dana: I copy the labels by hand every evening, it takes an hour.

Interviewer: And what would help?

Dana: I'd love a button that prints all of them at once.
"""


def run(*args: object, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in args], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def answer(*args: object, code: int = 0) -> Any:
    return json.loads(run(*args, "--json", code=code).stdout)


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, command in group.commands.items():
        found.append((*path, name))
        if isinstance(command, click.Group):
            found += _commands(command, (*path, name))
    return found


@pytest.mark.parametrize("path", _commands(main), ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...]) -> None:
    text = run(*path, "--help").output
    assert text.startswith("Usage:")
    assert len(text.splitlines()) > 4


@pytest.mark.parametrize("path", [p for p in _commands(main) if len(p) == 1], ids=" ".join)
def test_every_main_command_shows_an_example(path: tuple[str, ...]) -> None:
    assert f"personagen {path[0]}" in run(*path, "--help").output


@pytest.fixture
def interview(tmp_path: Path) -> Path:
    path = tmp_path / "interview-1.txt"
    path.write_text(INTERVIEW, encoding="utf-8")
    return path


@pytest.fixture
def study(tmp_path: Path, interview: Path) -> Path:
    folder = tmp_path / "study"
    run("init", folder)
    run("import", interview, "-s", folder)
    return folder


def test_read_shows_speakers_and_stores_nothing(interview: Path, tmp_path: Path) -> None:
    (one,) = answer("read", interview)
    assert (one["status"], one["kind"]) == ("read", "interview")
    assert one["speakers"] == [
        {"name": "Interviewer", "role": "interviewer"},
        {"name": "Dana", "role": "participant"},
    ]
    assert [u["speaker"] for u in one["utterances"]] == ["Interviewer", "Dana"] * 2
    assert list(tmp_path.iterdir()) == [interview]


def test_read_shows_shares_columns_with_values_and_saves_what_put_it_right(
    interview: Path, tmp_path: Path
) -> None:
    shown = run("read", interview).stdout
    assert "turns  talk  questions  speaker" in shown
    assert '--interviewer "NAME"' in shown
    answers, saved = tmp_path / "answers.csv", tmp_path / "map.toml"
    answers.write_text("Ref,Remarks\na-1,ok\na-2,no\n")
    table = tmp_path / "given.toml"
    table.write_text('[columns]\nRemarks = "text"\nRef = "person"\n')
    shown = run("read", answers, "--map", table, "--kind", "survey", "--save-map", saved).stdout
    assert "Remarks  text    ok · no" in shown
    assert "Saved to" in shown
    (one,) = answer("read", answers, "--map", saved)
    assert [u["identity"] for u in one["utterances"]] == ["a-1", "a-2"]
    assert run("read", answers, interview, "--save-map", saved, code=2).stderr.count("\n") == 1


def test_read_refuses_one_file_and_goes_on_with_the_others(interview: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    refused, read = answer("read", empty, interview, code=1)
    assert refused["status"] == "refused"
    assert "empty.txt" in refused["error"]
    assert read["status"] == "read"


def test_import_masks_names_and_says_unchanged_the_second_time(
    study: Path, interview: Path
) -> None:
    (one,) = answer("import", interview, "-s", study)["files"]
    assert one["status"] == "unchanged"
    document = json.loads(run("participants", "--json", "-s", study).stdout)
    assert [p["id"] for p in document] == ["P01"]
    assert b"Dana" not in b"".join(p.read_bytes() for p in (study / "vectors").rglob("*.*"))


def test_a_folder_without_a_study_is_one_line_and_exit_code_two(tmp_path: Path) -> None:
    result = run("status", "-s", tmp_path, code=2)
    assert result.stderr.count("\n") == 1
    assert "personagen init" in result.stderr


def test_an_unknown_id_is_one_line_and_exit_code_two(study: Path) -> None:
    result = run("review", "accept", "c_none", "-s", study, code=2)
    assert "c_none" in result.stderr
    assert result.stderr.count("\n") == 1


def test_check_tells_verbatim_from_altered_and_from_the_interviewer(
    study: Path, tmp_path: Path
) -> None:
    quotes = [
        {"quote": "I copy the labels by hand every evening", "speaker": "P01"},
        {"quote": "I copy the labels by hand every evening", "speaker": "Dana"},
        {"quote": "I never copy the labels by hand every evening"},
        {"quote": "What is the worst part of the week?", "speaker": "P01"},
        {"quote": "The moon is made of green cheese today"},
    ]
    claimed = tmp_path / "quotes.jsonl"
    claimed.write_text("\n".join(map(json.dumps, quotes)), encoding="utf-8")
    verdicts = [v["verdict"] for v in answer("check", claimed, "-s", study, code=1)]
    assert verdicts == ["verbatim", "verbatim", "altered", "misattributed", "not_found"]


def test_many_passages_that_check_leaves_out_for_one_reason_share_a_line(
    study: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.md"
    links = [f"- [“What the people said, part {n}”](http://a.b/{n})" for n in range(12)]
    code = '`"four words of code"`'
    report.write_text("\n".join([*links, "", code]), encoding="utf-8")
    left_out = run("check", report, "-s", study).stderr.splitlines()
    assert left_out == [
        "skipped: report.md, line 1 to line 12: 12 passages, first 'What the people …' "
        "(is a link and reads like a page's title)",
        "skipped: report.md, line 14: four words of … (stands in code)",
    ]


def test_code_applies_the_codebook_to_free_sentences(tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    row = {"id": "a", "text": "The app crashes every time I open it and I lose my work."}
    lines.write_text(json.dumps(row) + "\n", encoding="utf-8")
    coded = json.loads(run("code", lines, "--json").stdout)
    assert coded["id"] == "a"
    assert coded["codes"][0] == "pain_point"
    assert set(coded) == {"id", "codes", "scores", "intensity", "quotable"}


def test_code_names_the_line_that_is_no_json(tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text('{"id": 1, "text": "fine"}\n{oops\n', encoding="utf-8")
    assert "line 2" in run("code", lines, code=2).stderr


def test_decisions_reach_the_documents_and_undo_takes_them_back(demo_copy: Path) -> None:
    before = answer("personas", "-s", demo_copy)
    claim = before[0]["fields"]["pain_points"][0]
    run("review", "edit", claim, "--text", "Reworded by hand", "--by", "Ana", "-s", demo_copy)
    run("export", "--format", "md", "-s", demo_copy)
    assert "Reworded by hand" in (demo_copy / "exports" / "personas.md").read_text("utf-8")
    run("review", "undo", "--by", "Ana", "-s", demo_copy)
    assert answer("personas", "-s", demo_copy) == before
    assert [e["action"] for e in answer("review", "log", "-s", demo_copy)] == ["edit", "undo"]


def test_undo_takes_back_all_that_one_command_decided(demo_copy: Path) -> None:
    before = answer("insights", "-s", demo_copy)
    run("review", "reject", *(i["id"] for i in before[:3]), "-s", demo_copy)
    assert answer("insights", "-s", demo_copy) != before
    run("review", "undo", "-s", demo_copy)
    assert answer("insights", "-s", demo_copy) == before


def test_a_persona_is_approved_after_every_claim_was_decided(demo_copy: Path) -> None:
    persona = answer("personas", "-s", demo_copy)[0]
    run("review", "approve", persona["id"], "-s", demo_copy, code=1)
    slots = [s[k] for s in persona["journey"] for k in ("happens", "asks", "where", "feels")]
    shown = [*persona["fields"].values(), persona["firmographics"], *slots]
    run("review", "accept", *sorted({c for ids in shown for c in ids}), "-s", demo_copy)
    run("review", "approve", persona["id"], "--by", "Ana", "-s", demo_copy)
    now = next(p for p in answer("personas", "-s", demo_copy) if p["id"] == persona["id"])
    assert (now["status"], now["version"]) == ("approved", persona["version"] + 1)


def test_what_was_decided_survives_more_sources_and_another_run(
    demo_copy: Path, tmp_path: Path
) -> None:
    claims = {c["id"]: c for c in _document(demo_copy)["claims"]}
    themed = [c["id"] for c in claims.values() if c["theme"] and c["n"] >= 2][:3]
    run("review", "accept", themed[0], "-s", demo_copy)
    run("review", "edit", themed[1], "--text", "Mine now", "-s", demo_copy)
    run("review", "reject", themed[2], "-s", demo_copy)
    more = tmp_path / "more.txt"
    more.write_text(INTERVIEW, encoding="utf-8")
    run("import", more, "-s", demo_copy)
    run("analyze", "-s", demo_copy)
    now = {c["id"]: c for c in _document(demo_copy)["claims"]}
    assert now[themed[0]]["status"] == "accepted"
    assert (now[themed[1]]["status"], now[themed[1]]["text"]) == ("edited", "Mine now")
    assert themed[2] not in now or now[themed[2]]["status"] == "rejected"


def _document(study: Path) -> Any:
    run("export", "--format", "json", "-s", study)
    return json.loads((study / "exports" / "study.json").read_text(encoding="utf-8"))


def test_verify_finds_a_claim_that_lost_its_words(demo_copy: Path) -> None:
    assert answer("verify", "-s", demo_copy) == []
    import sqlite3

    with sqlite3.connect(demo_copy / "study.db") as db:
        db.execute("UPDATE utterances SET text = 'x' || text")
    assert len(answer("verify", "-s", demo_copy, code=1)) > 10


def test_lists_and_shows_work_for_every_noun(demo_copy: Path) -> None:
    for noun in ("insights", "themes", "personas", "messages", "participants"):
        items = answer(noun, "list", "-s", demo_copy)
        assert items
        assert answer(noun, "show", items[0]["id"], "-s", demo_copy)["id"] == items[0]["id"]
        assert items[0]["id"] in run(noun, "list", "-s", demo_copy).output


def test_search_finds_by_meaning(demo_copy: Path) -> None:
    hits = answer("search", "the phone keeps interrupting the mechanics", "-s", demo_copy)
    assert len(hits) == 5


def test_schema_is_printed() -> None:
    assert json.loads(run("schema").stdout)["title"]
