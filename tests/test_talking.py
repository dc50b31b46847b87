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

from personagen import talk
from personagen.cli import main
from personagen.store.chats import Chats
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
    typed = "What do you spend your Fridays on?\nWho said that?\n"
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
        persona=persona, session="s1", question="What do you spend your Fridays on?",
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


def test_everything_said_is_written_to_a_file_with_its_evidence(
    folder: Path, tmp_path: Path
) -> None:
    who = persona_of(folder)
    run(folder, "ask", "What do you spend your Fridays on?", "--persona", who, "--session", "one")
    run(folder, "ask", "Which helmet do you wear?", "--persona", who, "--session", "two")
    with Study.open(folder) as study:
        quote = " ".join(study.talk.said("one")[0].evidence[0].quote.split())
    for form in ("md", "csv", "json"):
        out = tmp_path / f"said.{form}"
        run(folder, "chats", "--out", str(out))
        text = out.read_text(encoding="utf-8")
        assert quote in text
        assert "helmet" in text
    run(folder, "chats", "--session", "two", "--out", str(out))
    assert quote not in out.read_text(encoding="utf-8")
    assert "What do you spend" in run(folder, "chats")
    result = CliRunner().invoke(main, ["chats", "--out", "said.pdf", "-s", str(folder)])
    assert result.exit_code == 2
    with Study.open(folder) as study:
        assert str(out.resolve()) in study.custody.elsewhere()


def test_what_to_ask_next_is_a_file_for_the_researcher_the_most_asked_first(
    folder: Path, tmp_path: Path
) -> None:
    who = persona_of(folder)
    for question in ("Which car do you drive?", "Which helmet do you wear?",
                     "Which helmet do you wear?"):  # fmt: skip
        run(folder, "ask", question, "--persona", who)
    out = tmp_path / "guide.md"
    run(folder, "ask-next", "--out", str(out))
    lines = [x for x in out.read_text(encoding="utf-8").splitlines() if x.startswith("- [ ]")]
    assert "helmet" in lines[0]
    assert "car" in lines[1]
    assert "2 times" in out.read_text(encoding="utf-8")


def test_a_kept_answer_whose_words_are_gone_is_listed(folder: Path) -> None:
    run(folder, "ask", "What do you spend your Fridays on?", "--persona", persona_of(folder))
    with Study.open(folder) as study:
        assert study.verify() == []
        said = study.talk.said()[0]
        first = said.evidence[0]
        bad = first.model_copy(update={"quote": f"{first.quote[:-2]}?!"})
        told = said.model_copy(update={"id": "a_bad", "evidence": (bad,)})
        Chats(study._ledger.engine).keep(told)
        bare = said.model_copy(update={"id": "a_bare", "evidence": ()})
        Chats(study._ledger.engine).keep(bare)
        broken = study.verify()
    assert [(b.what, b.where) for b in broken] == [("answer", "a_bad"), ("answer", "a_bare")]
    result = CliRunner().invoke(main, ["verify", "-s", str(folder)])
    assert result.exit_code == 1
    assert "a_bad" in result.output


def test_the_chat_room_hands_over_the_conversation_and_what_to_ask_next(
    folder: Path, tmp_path: Path
) -> None:
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    desk = Desk(Shelf(folder), Incoming(folder, uploads), Jobs())
    who = persona_of(folder)
    run(folder, "ask", "Which helmet do you wear?", "--persona", who, "--session", "abc")
    for fields in ({"go": "abc"}, {}, {"state": "next"}):
        asked = {"turn": 1, "at": "#/chat", "by": "Eva", "do": "take_chat",
                 "targets": {who: ""}, "fields": fields}  # fmt: skip
        told = drawn(desk, asked, "")
        path = Path(str(told["fetch"]).removeprefix("gradio_api/file="))
        assert path.is_relative_to((folder / "exports").resolve())
        assert "helmet" in path.read_text(encoding="utf-8")
    bad = {**asked, "targets": {"../../x": ""}}
    assert drawn(desk, bad, "")["tone"] == "problem"


def test_the_next_question_finds_read_what_the_one_before_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    whole = talk.heard

    def counted(*args: object, **more: object) -> object:
        read.append(1)
        return whole(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(talk, "heard", counted)
    who, shelf = persona_of(folder), Shelf(folder)
    for _ in range(3):
        with shelf.open() as study:
            study.ask("What do you spend your Fridays on?", who, session="s")
        assert shelf.now().document.chats
    assert len(read) == 1
