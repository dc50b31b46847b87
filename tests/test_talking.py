"""`ask`, `chat` and `ask-next` on the command line, and the Chat room."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from personagen.ui.desk import answer as drawn
from personagen.ui.incoming import Incoming
from personagen.ui.jobs import Jobs
from personagen.ui.room import Desk
from personagen.ui.shelf import Shelf

from personagen.cli import main
from personagen.study import Study
from tests.llm_fixture import write_study

HOSTILE = "What about <script>alert(1)</script> and {{ 7 * 7 }} on Fridays?"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = write_study(tmp_path_factory.mktemp("talking") / "study")
    with Study.open(folder) as study:
        study.analyze()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "study"))


def persona_of(folder: Path) -> str:
    with Study.open(folder) as study:
        return study.findings().personas[0].id


def run(folder: Path, *said: str, typed: str = "") -> str:
    result = CliRunner().invoke(main, [*said, "-s", str(folder)], input=typed)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_ask_prints_one_document_that_scripts_can_rely_on(folder: Path) -> None:
    said = json.loads(
        run(folder, "ask", "What do you do on Fridays?", "--persona", persona_of(folder), "--json")
    )
    assert {"answer", "basis", "evidence", "ask_next"} <= said.keys()
    assert said["basis"] in {"quoted", "inferred", "no_evidence"}


def test_chat_remembers_what_was_said(folder: Path) -> None:
    typed = "What takes hours on Fridays?\nWho said that?\n"
    run(folder, "chat", "--persona", persona_of(folder), typed=typed)
    with Study.open(folder) as study:
        first, second = study.talk.said()
    assert first.session == second.session != ""
    assert second.evidence == first.evidence


def test_what_was_declined_becomes_a_list_of_questions(folder: Path) -> None:
    run(folder, "ask", "Which helmet do you wear?", "--persona", persona_of(folder))
    listed = json.loads(run(folder, "ask-next", "--json"))
    assert len(listed) == 1
    assert "helmet" in listed[0]
    assert listed[0] in run(folder, "ask-next")


def test_an_unknown_persona_is_named_with_those_there_are(folder: Path) -> None:
    result = CliRunner().invoke(main, ["ask", "Why?", "--persona", "nobody", "-s", str(folder)])
    assert result.exit_code == 2
    assert persona_of(folder) in result.stderr


def room(folder: Path, tmp_path: Path, at: str, do: str = "", **fields: str) -> dict[str, object]:
    uploads = tmp_path / "uploads"
    uploads.mkdir(exist_ok=True)
    desk = Desk(Shelf(folder), Incoming(folder, uploads), Jobs())
    return drawn(desk, {"turn": 1, "at": at, "by": "Ana", "do": do, "fields": fields}, "")


def test_the_chat_room_answers_and_keeps_the_conversation_in_the_address(
    folder: Path, tmp_path: Path
) -> None:
    persona = persona_of(folder)
    page = room(
        folder, tmp_path, f"#/chat/{persona}", "ask",
        persona=persona, session="s1", question="What takes hours on Fridays?",
    )  # fmt: skip
    assert "talk=s1" in str(page["at"])
    assert "Ana asked" in str(page["html"])
    assert "A draft" in str(page["html"])
    other = room(folder, tmp_path, f"#/chat/{persona}?talk=s2")
    assert "Ana asked" not in str(other["html"])


def test_what_is_typed_is_never_html(folder: Path, tmp_path: Path) -> None:
    persona = persona_of(folder)
    page = room(
        folder, tmp_path, f"#/chat/{persona}", "ask",
        persona=persona, session="s1", question=HOSTILE,
    )  # fmt: skip
    assert "<script>alert" not in str(page["html"])
    assert "&lt;script&gt;" in str(page["html"])
