"""A language model in the conversation: streamed, checked, bounded, and never in the way."""

from __future__ import annotations

import json
import shutil
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from personagen.ui.chat import after
from personagen.ui.desk import answer as drawn
from personagen.ui.incoming import Incoming
from personagen.ui.jobs import Jobs
from personagen.ui.room import Desk
from personagen.ui.shelf import Shelf

from personagen.answering.bymodel import words_in
from personagen.cli import main
from personagen.errors import ChangedError, ModelError, StudyLockedError, UsageError
from personagen.store.lock import writing
from personagen.study import Study
from tests.llm_fixture import options, write_study
from tests.llm_fixture import said as said_in
from tests.model_server import serving

FRIDAY = "Matching invoices by hand takes my Friday."
QUESTION = "What takes your Fridays?"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = write_study(tmp_path_factory.mktemp("listening") / "study")
    with Study.open(folder) as study:
        study.analyze()
        study.ask(QUESTION, first(study))  # what is read once is kept
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "study"))


def first(study: Study) -> str:
    return study.findings().personas[0].id


def number_of(body, words: str) -> int:
    line = next(line for line in said_in(body).splitlines() if words in line)
    return int(line[1 : line.index("]")])


def friday(body) -> dict[str, object]:
    return {"sentences": [{"text": FRIDAY, "rests_on": [number_of(body, "Friday")]}]}


def streamed(handler, body) -> None:
    handler.stream(friday(body), body, lambda: None)


def plain(handler, body) -> None:
    handler.say(friday(body), body)


def test_words_come_as_the_server_sends_them_and_the_first_before_the_last(folder):
    heard, ended = [], threading.Event()

    def respond(handler, body):
        # The server goes on only when its first words were heard here.
        came = iter(range(500))

        def pause():
            if next(came) > 3:
                for _ in range(500):
                    if heard:
                        break
                    time.sleep(0.01)

        handler.stream(friday(body), body, pause)
        ended.set()

    def hear(words: str) -> None:
        if words:
            heard.append((words, ended.is_set()))

    with serving(respond) as server, Study.open(folder) as study:
        told = study.ask(QUESTION, first(study), llm=options(server), hear=hear)
    assert heard[0][1] is False
    assert FRIDAY.startswith(heard[0][0])
    assert heard[-1][0] == FRIDAY
    assert told.answer.startswith(FRIDAY)


def test_what_was_streamed_and_is_not_carried_does_not_stand(folder):
    heard: list[str] = []

    def respond(handler, body):
        lie = {"text": "I love flying to Berlin.", "rests_on": [1]}
        good = friday(body)["sentences"]
        handler.stream({"sentences": [lie, *good]}, body, lambda: None)

    with serving(respond) as server, Study.open(folder) as study:
        told = study.ask(QUESTION, first(study), llm=options(server), hear=heard.append)
    assert "Berlin" in heard[-1]
    assert "Berlin" not in told.model_dump_json()
    assert told.answer.startswith(FRIDAY)
    assert told.why.endswith("1 of its sentences rested on nothing that was said.")
    assert len(server.requests) == 1


def test_a_server_that_streams_nothing_answers_all_the_same(folder):
    def respond(handler, body):
        if body.get("stream"):
            handler.reply(200, "data: [DONE]\n\n", "text/event-stream")
        else:
            plain(handler, body)

    with serving(respond) as server, Study.open(folder) as study:
        told = study.ask(QUESTION, first(study), llm=options(server), hear=lambda _: None)
    assert told.answer.startswith(FRIDAY)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ('{"sent', ""),
        ('{"sentences": [{"text": "I ma', "I ma"),
        ('```json\n{"sentences": [{"text": "A.", "rests_on": [1]}, {"text": "B', "A. B"),
        ("[1, 2]", ""),
        ('{"sentences": 3}', ""),
    ],
)
def test_the_words_of_an_unfinished_answer_are_found(text, words):
    assert words_in(text) == words


def test_the_study_can_be_written_while_a_model_answers(folder):
    locked: list[bool] = []

    def respond(handler, body):
        with writing(folder, "another"):
            locked.append(False)
        streamed(handler, body)

    with serving(respond) as server, Study.open(folder) as study:
        study.ask(QUESTION, first(study), llm=options(server), hear=lambda _: None)
    assert locked == [False]


def test_an_answer_whose_people_withdraw_meanwhile_is_not_kept(folder):
    def respond(handler, body):
        with Study.open(folder) as other:
            for one in other.findings().personas[0].participants:
                other.custody.withdraw(one)
        plain(handler, body)

    with serving(respond) as server, Study.open(folder) as study:
        with pytest.raises(ChangedError, match="Ask again"):
            study.ask(QUESTION, first(study), llm=options(server))
        assert FRIDAY not in "".join(a.answer for a in study.talk.said())
    assert b"takes my Friday" not in b"".join(p.read_bytes() for p in folder.glob("answers.db*"))


def test_the_same_question_is_not_paid_for_twice(folder):
    with serving(plain) as server, Study.open(folder) as study:
        one = study.ask(QUESTION, first(study), llm=options(server))
        two = study.ask(QUESTION, first(study), llm=options(server))
        assert len(server.requests) == 1
    assert one.spent is not None
    assert two.spent is not None
    assert (one.spent.requests, one.spent.reused) == (1, 0)
    assert (two.spent.requests, two.spent.reused) == (0, 1)
    assert one.answer == two.answer


def test_a_conversation_stops_at_its_bound(folder):
    with serving(plain) as server, Study.open(folder) as study:
        llm = options(server).model_copy(update={"max_tokens": 5_000})
        why = ""
        for number in range(60):
            try:
                study.ask(f"{QUESTION[:-1]} {number}?", first(study), session="bound", llm=llm)
            except (ModelError, UsageError) as error:
                why = str(error)
                break
        spent = [a.spent for a in study.talk.said("bound") if a.spent]
    assert spent
    assert "--max-tokens" in why or "has taken what it may" in why
    assert sum(s.tokens_sent + s.tokens_written for s in spent) <= 5_000


def test_no_answer_from_a_server_is_no_statement_about_people(folder):
    def respond(handler, body):
        handler.say("no JSON at all", body)

    with serving(respond) as server, Study.open(folder) as study:
        before = study.talk.said()
        with pytest.raises(ModelError, match="gave no answer"):
            study.ask(QUESTION, first(study), llm=options(server))
        assert study.talk.said() == before


def test_the_model_is_shown_claims_excerpts_and_what_was_said_before(folder):
    with serving(plain) as server, Study.open(folder) as study:
        who = first(study)
        study.ask(QUESTION, who, session="s", llm=options(server))
        study.ask("And what else happens on Fridays?", who, session="s", llm=options(server))
        texts = [m["content"] for m in server.requests[-1]["messages"]]
        members = study.findings().personas[0].participants
    dossier = texts[1].split("<dossier>")[1].split("</dossier>")[0]
    assert f"of {len(members)})" in dossier
    before = texts[1].split("<before>")[1].split("</before>")[0]
    assert QUESTION in before
    assert FRIDAY in before
    shown = {line.split("] ")[1].split(":")[0] for line in said_in(server.requests[-1]).splitlines()
             if line.startswith("[")}  # fmt: skip
    assert shown <= set(members)


def test_ask_shows_the_numbered_passages_and_what_it_took(folder):
    with Study.open(folder) as study:
        who = first(study)
    with serving(plain) as server:
        result = CliRunner().invoke(
            main,
            ["ask", QUESTION, "--persona", who, "-s", str(folder), "--analyst", "llm",
             "--model", "openai:x", "--base-url", server.url],
        )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert f"{FRIDAY} [1]" in result.stdout
    assert "    [1] “" in result.stdout
    assert "tokens" in result.stderr


def test_a_model_sits_the_exam_and_its_card_stands_beside_the_offline_one(folder):
    with serving(plain) as server:
        command = ["exam", "-s", str(folder), "--analyst", "llm", "--model", "openai:x",
                   "--base-url", server.url, "--json"]  # fmt: skip
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 0, result.output
        sitting = json.loads(result.stdout)
        assert sitting["questions"] == "generated, by openai:x"
        assert sitting["spent"]["requests"] == len(server.requests) > 0
        with Study.open(folder) as study:
            study.examine()
            names = {card.questions for p in study.document().personas for card in p.exam or ()}
    assert names == {"generated", "generated, by openai:x"}


def test_an_exam_says_what_it_may_cost_and_sends_nothing_unless_agreed_to(folder):
    command = ["exam", "-s", str(folder), "--analyst", "llm"]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    assert "requests" in result.stderr
    assert "USD" in result.stderr
    assert not (folder / "egress.log").exists()


def test_an_exam_that_comes_to_its_bound_lists_what_it_did_not_ask(folder):
    with serving(plain) as server, Study.open(folder) as study:
        llm = options(server).model_copy(update={"max_tokens": 6_000})
        sitting = study.examine(llm=llm)
    assert sitting.graded
    assert [s for s in sitting.skipped if "--max-tokens" in s.why]


def test_who_waits_for_a_lock_that_is_let_go_gets_it(tmp_path):
    taken, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with writing(tmp_path, "one"):
            taken.set()
            let_go.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait(5)
    with pytest.raises(StudyLockedError), writing(tmp_path, "two"):
        pass
    threading.Timer(0.2, let_go.set).start()
    with writing(tmp_path, "two", 5):
        assert let_go.is_set()
    thread.join()


def room(folder: Path, tmp_path: Path):
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    desk = Desk(Shelf(folder), Incoming(folder, uploads), Jobs())

    def ask(at: str, do: str = "", **fields: str) -> dict[str, object]:
        return drawn(desk, {"turn": 1, "at": at, "by": "Eva", "do": do, "fields": fields}, "")

    return desk, ask


def test_the_chat_room_shows_words_as_being_checked_and_then_what_stands(folder, tmp_path):
    desk, ask = room(folder, tmp_path)
    go_on = threading.Event()

    def respond(handler, body):
        lie = {"text": "I love flying to Berlin.", "rests_on": [1]}
        answer = {"sentences": [lie, *friday(body)["sentences"]]}
        came = iter(range(500))
        handler.stream(answer, body, lambda: next(came) == 12 and go_on.wait(30))

    with serving(respond) as server:
        with Study.open(folder) as study:
            who = first(study)
        sent = ask("#/chat", "ask", persona=who, session="s", question=QUESTION,
                   analyst="llm", model="openai:x", base=server.url)  # fmt: skip
        at = str(sent["at"])
        key = at.split("waits=")[1].split("&")[0]
        assert "Being checked" in str(sent["html"])
        part = after(desk, {"key": key, "words": ""})
        assert part["done"] is False
        assert "I love flying"[: len(str(part["words"]))] in str(part["words"])
        go_on.set()
        while not part["done"]:
            part = after(desk, {"key": key, "words": part["words"]})
        html = str(ask(at)["html"])
    assert "Berlin" not in html
    assert "Being checked" not in html
    assert f"{FRIDAY} [1]" in html
    assert " tokens, " in html


def test_a_server_that_fails_is_said_in_the_chat_room_and_nothing_is_kept(folder, tmp_path):
    desk, ask = room(folder, tmp_path)
    with serving(lambda handler, body: handler.error(401)) as server:
        with Study.open(folder) as study:
            who, before = first(study), study.talk.said()
        sent = ask("#/chat", "ask", persona=who, session="s", question=QUESTION,
                   analyst="llm", model="openai:x", base=server.url)  # fmt: skip
        key = str(sent["at"]).split("waits=")[1].split("&")[0]
        while not after(desk, {"key": key, "words": ""})["done"]:
            pass
        assert "No answer: " in str(ask(str(sent["at"]))["html"])
    with Study.open(folder) as study:
        assert study.talk.said() == before


def test_a_model_elsewhere_is_asked_only_within_a_bound(folder, tmp_path):
    _, ask = room(folder, tmp_path)
    with Study.open(folder) as study:
        who = first(study)
    fields = {"persona": who, "session": "s", "question": QUESTION, "analyst": "llm"}
    assert "Nothing bounds" in str(ask("#/chat", "ask", **fields)["said"])
    guess = str(ask("#/chat", "ask", **fields, estimate="yes")["said"])
    assert "at most 0." in guess
    assert "Nothing was sent" in guess
    assert not (folder / "egress.log").exists()


@pytest.mark.parametrize("asked", [None, 3, {}, {"key": ["x"]}, {"key": "gone", "words": None}])
def test_what_a_tab_sends_to_hear_more_is_not_trusted(folder, tmp_path, asked):
    desk, _ = room(folder, tmp_path)
    assert after(desk, asked) == {"words": "", "done": True}
