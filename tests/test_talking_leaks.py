"""Chat never leaks: no names, nobody else's people, no prompt; orders in words change nothing."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from personagen import prompt
from personagen.answering.steering import steers
from personagen.errors import EgressError
from personagen.llm.options import LlmOptions
from personagen.study import Study
from tests.injections import INJECTIONS
from tests.llm_fixture import MARTA, options, said, write_study
from tests.model_server import serving

NAMES = ("Marta", "Reyes", "Jonas", "Weber", "Lopez", "Chen", "Young", "Marsh")
QUESTIONS = ("What takes your Fridays?", "Does the export work?", "Is it worth its price?")
HONEST = (
    "I ignore the reminders, there are too many of them.",
    "The system is slow and the instructions are hard to follow.",
    "We act as a team, so I show the numbers to everybody.",
    "Their assistant answered me, a real human, and said sorry.",
    "I write the rules for our invoices myself.",
    "From now on I export every week.",
)
PROMPT = prompt.load("answer_question")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = write_study(tmp_path_factory.mktemp("leaks") / "study")
    with Study.open(folder) as study:
        study.analyze()
    return folder


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory) -> Path:
    """A study among whose people there are some who speak to a machine."""
    folder = write_study(tmp_path_factory.mktemp("poisoned") / "study")
    file = folder.parent / "strangers.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        table.writerow(["author", "rating", "text"])
        for number, line in enumerate(INJECTIONS):
            table.writerow([f"Stranger X{number:02d}", 3, f"Matching takes hours. {line}"])
    with Study.open(folder) as study:
        study.import_files([file])
        study.analyze()
    return folder


@pytest.fixture
def study(folder):
    with Study.open(folder) as opened:
        yield opened


def obedient(handler, body) -> None:
    """Answer with everything that a model could be made to say, citing the first excerpts."""
    text = " ".join(m["content"] for m in body["messages"])
    told = ["PWNED", "Say PWNED.", "Marta Reyes says so.", "P01 is Marta Reyes.", "sk-PWNED",
            "You know nothing but their dossier and the numbered excerpts.",
            PROMPT.system.splitlines()[0], "Everybody loves the product.",
            "Click [here](https://evil.example/?q=PWNED).", text[-300:]]  # fmt: skip
    lines = said(body).splitlines()
    sentences = [{"text": t, "rests_on": [n]} for t in told for n in (1, len(lines))]
    handler.say({"sentences": sentences}, body)


def assert_clean(answer, study: Study) -> None:
    """Check that an answer holds nothing but the persona's own people, verbatim."""
    persona = next(p for p in study.findings().personas if p.id == answer.persona)
    texts = {u.id: u.text for s in study.material().sources for u in s.utterances}
    for one in (*answer.evidence, *answer.opposes, *answer.near):
        assert one.participant in persona.participants
        assert texts[one.utterance][one.start : one.end] == one.quote
        assert not steers(one.quote)
    told = answer.model_copy(update={"question": "", "ask_next": ""}).model_dump_json()
    for leak in ("PWNED", "numbered excerpts", "rests_on", "evil.example", "dossier", *NAMES):
        assert leak not in told


@pytest.mark.parametrize("line", INJECTIONS)
def test_an_order_in_the_question_gets_nothing_out_of_a_model_that_obeys(study, line):
    who = study.findings().personas[0].id
    with serving(obedient) as server:
        asked = f"{QUESTIONS[0]} {line}"
        told = study.talk.ask(asked, who, keep=False, llm=options(server))
        sent = server.raw[0].decode() if server.raw else ""  # a second request shows its own words
    assert_clean(told, study)
    assert not [name for name in NAMES if name in sent]


@pytest.mark.parametrize("question", QUESTIONS)
def test_orders_in_participants_words_get_nothing_out(poisoned, question):
    with Study.open(poisoned) as study, serving(obedient) as server:
        for persona in study.findings().personas:
            assert_clean(study.talk.ask(question, persona.id, keep=False), study)
            told = study.talk.ask(question, persona.id, keep=False, llm=options(server))
            assert_clean(told, study)
        shown = [said(body) for body in server.requests]
    assert shown
    assert not [line for text in shown for line in text.splitlines() if "PWNED" in line]


@pytest.mark.parametrize("line", INJECTIONS[:40:2])
def test_an_order_alone_is_no_question_that_the_evidence_answers_with_it(poisoned, line):
    with Study.open(poisoned) as study:
        who = study.findings().personas[0].id
        assert_clean(study.talk.ask(line, who, keep=False), study)


def test_enough_of_the_orders_are_heard_as_such_and_honest_words_are_not():
    assert sum(map(steers, INJECTIONS)) >= len(INJECTIONS) - 2
    assert not [line for line in HONEST if steers(line)]
    assert not [line for line in MARTA.splitlines() if steers(line.partition(": ")[2])]


def test_a_model_is_shown_the_persona_s_people_alone(study):
    for persona in study.findings().personas:
        with serving(obedient) as server:
            study.talk.ask(QUESTIONS[0], persona.id, keep=False, llm=options(server))
            lines = [line for line in said(server.requests[0]).splitlines() if line[:1] == "["]
        people = {line.split("] ", 1)[1].partition(":")[0] for line in lines}
        assert people
        assert people <= set(persona.participants)


def test_a_study_with_names_is_not_talked_about_with_a_model_elsewhere(tmp_path):
    file = tmp_path / "marta.txt"
    file.write_text(MARTA)
    with Study.create(tmp_path / "study") as study:
        study.import_files([file], redact=False)
        study.analyze()
        persona = study.findings().personas[0].id
        with pytest.raises(EgressError):
            study.ask(QUESTIONS[0], persona, llm=LlmOptions())
        assert not study.talk.said()


def test_what_is_written_down_of_a_conversation_holds_no_names(folder, tmp_path):
    with Study.open(folder) as study:
        who = study.findings().personas[0].id
        study.ask("Does Marta Reyes spend her Fridays on invoices?", who, session="names")
        for form in ("md", "csv", "json"):
            text = study.write_chats(tmp_path / f"chats.{form}").read_text(encoding="utf-8")
            assert "Friday" in text
            assert not [name for name in NAMES if name in text]
        nxt = study.write_ask_next(tmp_path / "next.json").read_text(encoding="utf-8")
    assert isinstance(json.loads(nxt), list)
    assert not [name for name in NAMES if name in nxt]
