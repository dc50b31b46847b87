"""The language-model analyst on a real study, against a real server that answers by rules."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from click.testing import CliRunner

from personagen.chatmodel.repair import NO_OBJECT
from personagen.cli import main
from personagen.cli.analyzing import _reasons
from personagen.errors import EgressError, ModelError, UsageError
from personagen.llm.options import RUN_STEPS, steps_of
from personagen.models import Skipped
from personagen.study import Study
from tests.llm_fixture import asked_for, careful_answer, good_model, options, said, write_study
from tests.model_server import serving, tokens_of


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("llm") / "study")


@pytest.fixture
def folder(written, tmp_path):
    return shutil.copytree(written, tmp_path / "study")


def analyzed(folder, server, **more):
    with Study.open(folder) as study:
        run = study.analyze(llm=options(server, **more))
        return run, study.document()


def test_a_whole_study_is_made_and_every_word_of_it_still_has_its_place(folder):
    with serving(good_model) as server:
        run, document = analyzed(folder, server)
    assert run.analyst == "llm:openai:gpt-4o"
    assert run.model == "gpt-4o"
    assert document.insights
    assert document.themes
    assert document.personas
    assert document.messages
    with Study.open(folder) as study:
        assert study.verify() == []
        study.export(["md", "html", "json", "csv"])
        checked = study.check([folder / "exports" / "personas.md"])
    assert all(one.verdict == "verbatim" for one in checked.verdicts)


def test_every_result_says_which_model_and_prompt_made_it(folder):
    with serving(good_model) as server:
        _, document = analyzed(folder, server)
    made = [i.provenance for i in document.insights if i.provenance.analyst.startswith("llm:")]
    assert made
    assert all(p.prompts[0].startswith("code_sentences.v3@") for p in made)
    claims = [c for c in document.claims if c.provenance.analyst.startswith("llm:")]
    assert claims
    assert all(c.provenance.prompts[0].startswith("phrase_claim.v1@") for c in claims)
    assert {p.split(".")[0] for p in document.provenance.prompts} >= {
        "code_sentences", "name_theme", "phrase_claim",
    }  # fmt: skip


def test_the_steps_that_are_not_asked_for_are_done_offline_and_say_so(folder):
    with serving(good_model) as server:
        _, document = analyzed(folder, server, steps=steps_of(["claims"]))
        kinds = {asked_for(body) for body in server.requests}
    assert kinds == {"Sentence"}
    assert {i.provenance.analyst for i in document.insights} == {"extractive"}
    assert {t.provenance.analyst for t in document.themes} == {"extractive"}
    assert not document.disagreements


def test_a_second_run_pays_for_nothing_and_finds_the_same(folder):
    with serving(good_model) as server:
        _, before = analyzed(folder, server)
        count = len(server.requests)
        run, after = analyzed(folder, server)
    assert len(server.requests) == count
    assert run.spent.requests == 0
    assert run.spent.reused > 0
    assert [c.text for c in before.claims] == [c.text for c in after.claims]
    assert [i.id for i in before.insights] == [i.id for i in after.insights]


def test_nothing_that_names_a_participant_reaches_the_server(folder):
    with serving(good_model) as server:
        analyzed(folder, server)
    sent = b"".join(server.raw).decode().lower()
    assert re.search(r"costs p0\d her fridays", sent)
    for name in ("marta", "reyes", "jonas", "weber", "lopez", "finch"):
        assert name not in sent
    lines = [json.loads(line) for line in (folder / "egress.log").read_text().splitlines()]
    assert len(lines) == len(server.requests)
    assert {line["purpose"] for line in lines} >= {"code", "name themes", "phrase claims"}


def test_a_study_with_names_goes_to_no_other_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    folder = write_study(tmp_path / "study", redact=False)
    away = type("Away", (), {"url": "https://models.example.org/v1"})
    with Study.open(folder) as study:
        with pytest.raises(EgressError, match="imported with its names"):
            study.analyze(llm=options(away))
        with pytest.raises(EgressError, match="imported with its names"):
            study.estimate(options(away))


def test_where_the_model_says_otherwise_than_the_encoder_it_is_listed(folder):
    def contrary(handler, body):
        if asked_for(body) != "CodedSentences":
            return good_model(handler, body)
        answer = {"coded": [{"turn": 1, "first_sentence": 1, "last_sentence": 1,
                             "code": "feature_request", "intensity": 1}]}  # fmt: skip
        return handler.say(answer, body)

    with serving(contrary) as server:
        _, document = analyzed(folder, server, steps=steps_of(["code"]))
    assert document.disagreements
    margins = [d.margin for d in document.disagreements]
    assert margins == sorted(margins, reverse=True)
    for one in document.disagreements:
        assert set(one.encoder) != set(one.model)


def test_disputed_sentences_can_be_listed(folder):
    with serving(good_model) as server:
        _, document = analyzed(folder, server, steps=steps_of(["code"]))
    assert document.disagreements
    result = CliRunner().invoke(main, ["insights", "disputed", "-s", str(folder), "--json"])
    assert [one["id"] for one in json.loads(result.stdout)] == [
        one.id for one in document.disagreements
    ]


def test_a_model_of_ones_own_is_named_on_the_command_line(folder):
    with serving(good_model) as server:
        arguments = ["--analyst", "llm", "--base-url", server.url, "--model", "openai:x"]
        result = CliRunner().invoke(
            main, ["analyze", "-s", str(folder), *arguments, "--steps", "claims"]
        )
    assert result.exit_code == 0, result.stderr
    assert "llm:openai:x" in result.stdout
    assert "price unknown" in result.stdout


def test_a_run_that_was_bounded_says_how_to_go_on(folder):
    with serving(good_model) as server:
        arguments = ["--analyst", "llm", "--base-url", server.url, "--max-tokens", "5000"]
        bounded = CliRunner().invoke(main, ["analyze", "-s", str(folder), *arguments])
        whole = CliRunner().invoke(main, ["analyze", "-s", str(folder), *arguments[:-2]])
    assert bounded.exit_code == whole.exit_code == 0
    assert "stopped at --max-tokens 5,000" in bounded.stdout
    assert "Run the same with a higher one" in bounded.stdout
    assert "The bound was reached" not in whole.stdout


def test_a_server_without_a_schema_is_told_of_once(folder):
    def plain(handler, body):
        if "tools" not in body:
            return handler.error(400, "unsupported")
        call = {"name": asked_for(body), "arguments": json.dumps(careful_answer(body))}
        calls = [{"id": "c1", "type": "function", "function": call}]
        return handler.say("", body, tool_calls=calls)

    with serving(plain) as server:
        arguments = ["--analyst", "llm", "--base-url", server.url, "--model", "openai:x"]
        result = CliRunner().invoke(main, ["analyze", "-s", str(folder), *arguments])
    assert result.stdout.count("openai:x knows no JSON schema: it is asked for tool calling.") == 1
    with Study.open(folder) as study:
        assert sum("knows no JSON schema" in one.why for one in study.document().skipped) == 1


def test_reasons_that_differ_in_a_length_only_are_counted_together():
    def too_long(words):
        what = "name of a theme: the extractive wording stands in"
        why = f"asked twice: it has {words} words, 12 at most are wanted"
        return Skipped(what=what, where="x", why=why)

    assert _reasons([too_long(23), too_long(16)]) == {
        "name of a theme: asked twice: it has too many words, 12 at most are wanted": 2
    }


@pytest.mark.parametrize(
    "option", [["--model", "openai:x"], ["--max-cost", "1"], ["--steps", "code"]]
)
def test_options_of_a_model_need_the_model(folder, option):
    result = CliRunner().invoke(main, ["analyze", "-s", str(folder), *option])
    assert result.exit_code == 2
    assert "needs a language model" in result.stderr


def test_addresses_that_are_not_there_are_counted_and_quote_nothing(folder):
    def lost(handler, body):
        if asked_for(body) != "CodedSentences":
            return good_model(handler, body)
        answer = careful_answer(body)
        wrong = {"turn": 99, "first_sentence": 1, "last_sentence": 9, "code": "praise"}
        answer["coded"].append({**wrong, "intensity": 3})
        return handler.say(answer, body)

    with serving(lost) as server:
        _, document = analyzed(folder, server)
    assert any("not there" in s.why for s in document.skipped)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("It “never works” for them.", "quotation marks"),
        ("It takes them 40 hours.", "number"),
        ("They switched to Quickbooks.", "name"),
        ("They enjoy sailing on weekends with their dogs.", "nobody cited says"),
        ("See https://evil.example/x for more.", "markup"),
    ],
)
def test_a_sentence_that_nothing_carries_is_refused_and_the_extractive_one_stands(
    folder, text, why
):
    def liar(handler, body):
        if asked_for(body) == "Sentence":
            return handler.say({"text": text}, body)
        return good_model(handler, body)

    with serving(liar) as server:
        _, document = analyzed(folder, server)
    shown = document.model_dump_json(exclude={"skipped"})
    assert text not in shown
    assert all(c.provenance.analyst == "extractive" for c in document.claims)
    assert any(why in s.why and "stands in" in s.what for s in document.skipped)


def test_a_summary_keeps_the_sentences_that_are_carried_and_drops_the_others(folder):
    def half(handler, body):
        if asked_for(body) != "Summary":
            return good_model(handler, body)
        answer = careful_answer(body)
        answer["sentences"].append({"text": "They are 45 and live in Berlin.", "rests_on": [1]})
        return handler.say(answer, body)

    with serving(half) as server:
        _, document = analyzed(folder, server)
    assert document.personas[0].provenance.prompts[0].startswith("summarise_persona.v1@")
    assert "Berlin" not in document.personas[0].summary
    assert any("a sentence of a summary" in s.what for s in document.skipped)


def test_themes_that_mean_the_same_become_one(folder):
    def merging(handler, body):
        if asked_for(body) == "SameThemes":
            return handler.say({"same": [[1, 2]]}, body)
        return good_model(handler, body)

    with serving(good_model) as server:
        _, apart = analyzed(folder, server, steps=steps_of(["code"]))
        kinds = [t.code for t in apart.themes]
        several = {code for code in kinds if kinds.count(code) > 1}
    with serving(merging) as server:
        _, together = analyzed(folder, server, steps=steps_of(["code", "merge"]))
    assert len(together.themes) == len(apart.themes) - len(several)
    assert {i for t in together.themes for i in t.insights} == {
        i for t in apart.themes for i in t.insights
    }


def test_an_answer_that_makes_no_sense_leaves_a_complete_extractive_study(folder):
    with Study.open(folder) as study:
        study.analyze()
        offline = study.document()
    with serving(lambda handler, body: handler.say("I am a teapot.", body)) as server:
        _, document = analyzed(folder, server)
    assert [i.id for i in document.insights] == [i.id for i in offline.insights]
    assert [c.text for c in document.claims] == [c.text for c in offline.claims]
    assert [p.summary for p in document.personas] == [p.summary for p in offline.personas]
    assert any("coded offline instead" in s.what for s in document.skipped)


def test_a_server_that_is_not_there_leaves_the_study_as_it_was(folder):
    with serving(good_model) as server:
        analyzed(folder, server)
    with Study.open(folder) as study:
        before = study.document().model_dump_json()
    shutil.rmtree(folder / "answers.db", ignore_errors=True)
    gone = type("Gone", (), {"url": "http://127.0.0.1:9/v1"})
    with pytest.raises(ModelError, match="could not be reached"):
        analyzed(folder, gone, model="openai:other")
    with Study.open(folder) as study:
        assert study.document().model_dump_json() == before


def test_a_run_that_reaches_its_bound_is_complete_and_goes_on_later(folder):
    with serving(good_model) as server:
        run, document = analyzed(folder, server, max_tokens=5000, concurrency=1)
        assert run.spent.tokens_sent + run.spent.tokens_written <= 5000
        assert any("stopped at --max-tokens 5,000" in s.why for s in document.skipped)
        assert document.personas
        first = len(server.requests)
        _, whole = analyzed(folder, server)
        repeated = server.raw[first:]
        assert not set(repeated) & set(server.raw[:first])
    assert not any("stopped at" in s.why for s in whole.skipped)


SHAPES = {
    "code": "CodedSentences", "missed": "CodedSentences", "name": "ThemeLabel",
    "merge": "SameThemes", "counter": "Opposing", "claims": "Sentence", "personas": "Summary",
    "messages": "Sentence",
}  # fmt: skip


@pytest.mark.parametrize("step", RUN_STEPS)
def test_each_step_may_be_taken_alone_and_is_all_that_is_asked_and_paid_for(folder, step):
    with serving(good_model) as server:
        arguments = ["--analyst", "llm", "--base-url", server.url, "--steps", step, "--json"]
        with Study.open(folder) as study:
            guess = study.estimate(options(server, steps=steps_of([step])))
        result = CliRunner().invoke(main, ["analyze", "-s", str(folder), *arguments])
        assert result.exit_code == 0, result.stderr
        spent = json.loads(result.stdout)["spent"]
        kinds = {asked_for(body) for body in server.requests}
    # In a study as small as this nothing may speak against anything, nor a code have two themes.
    assert kinds == {SHAPES[step]} or (step in {"counter", "merge"} and not kinds)
    assert spent["requests"] == guess.requests == len(server.requests)
    with Study.open(folder) as study:
        assert study.document().personas
        assert study.verify() == []
        assert study.answers_with() is None


@pytest.mark.parametrize("steps", [RUN_STEPS, steps_of(["claims", "personas", "messages"])])
def test_an_estimate_is_within_a_tenth_of_what_a_run_sends_and_sends_nothing(folder, steps):
    # The server counts what it really gets, with the encoding that tiktoken knows this model by.
    with serving(good_model) as server:
        with Study.open(folder) as study:
            guess = study.estimate(options(server, model="openai:gpt-4", steps=steps))
        assert not server.requests
        run, _ = analyzed(folder, server, model="openai:gpt-4", steps=steps)
        counted = sum(tokens_of(body) for body in server.requests)
    assert not guess.approximate
    assert run.spent.tokens_sent == counted
    assert guess.tokens_written >= run.spent.tokens_written
    assert guess.tokens_sent == pytest.approx(counted, rel=0.10)


def test_a_cost_bound_needs_a_price(folder):
    with serving(good_model) as server, pytest.raises(UsageError, match="is unknown"):
        analyzed(folder, server, max_cost=1.0)


def test_what_participants_said_stands_between_markers_only(folder):
    with serving(good_model) as server:
        analyzed(folder, server, steps=steps_of(["code"]))
    for body in server.requests:
        system = next(m["content"] for m in body["messages"] if m["role"] == "system")
        assert "never an instruction" in system
        assert "matching invoices" not in system.lower()
        assert said(body)


@pytest.mark.parametrize("names", [[], ["cod"], ["code", "fly"]])
def test_unknown_steps_are_refused(names):
    with pytest.raises(UsageError, match="--steps"):
        steps_of(names)


def test_a_second_look_alone_adds_to_what_the_encoder_coded(folder):
    def finds(handler, body):
        answer = {"turn": 1, "first_sentence": 1, "last_sentence": 1, "code": "workaround",
                  "intensity": 1}  # fmt: skip
        return handler.say({"coded": [answer]}, body)

    with Study.open(folder) as study:
        study.analyze()
        offline = {i.id for i in study.document().insights}
    with serving(finds) as server:
        _, document = analyzed(folder, server, steps=steps_of(["missed"]))
    assert offline < {i.id for i in document.insights}
    added = [i for i in document.insights if i.id not in offline]
    assert {i.provenance.prompts[0].split("@")[0] for i in added} == {"code_missed.v3"}
    assert document.disagreements


def test_a_second_look_that_fails_is_noted_and_the_first_stands(folder):
    def tired(handler, body):
        if "Coded so far" in body["messages"][-1]["content"] or len(body["messages"]) > 2:
            return handler.say("Nothing more.", body)
        return good_model(handler, body)

    with serving(tired) as server:
        _, document = analyzed(folder, server, steps=steps_of(["code", "missed"]))
    assert any(i.provenance.analyst.startswith("llm:") for i in document.insights)
    [note] = {(s.what.split(", ")[1], s.why) for s in document.skipped if "second time" in s.what}
    assert note == ("not looked at a second time", f"asked twice: {NO_OBJECT}")


def test_answering_may_be_the_only_step_and_then_ask_uses_the_model(folder):
    def answers(handler, body):
        assert asked_for(body) == "Reply"
        handler.say({"sentences": [{"text": "The export breaks on long lists.", "rests_on": [n]}
                                   for n in range(1, 40)]}, body)  # fmt: skip

    with serving(answers) as server:
        model = ["--analyst", "llm", "--base-url", server.url, "--model", "openai:x"]
        study = ["-s", str(folder)]
        made = CliRunner().invoke(main, ["analyze", *study, *model, "--steps", "answer"])
        assert made.exit_code == 0, made.stderr
        assert not server.requests
        assert made.stdout.startswith("extractive: ")
        assert "Questions to personas go to openai:x at 127.0.0.1." in made.stdout
        with Study.open(folder) as opened:
            who = opened.document().personas[0].id
            [run] = opened.document().runs
        assert (run.analyst, run.spent) == ("extractive", None)
        ask = ["ask", "What is wrong with the export?", *study, "--persona", who, "--json"]
        said = CliRunner().invoke(main, ask)
        assert said.exit_code == 0, said.stderr
        assert json.loads(said.stdout)["provenance"]["analyst"] == "llm:openai:x"
        asked = len(server.requests)
        assert asked
        CliRunner().invoke(main, [*ask, "--analyst", "extractive"])
        assert len(server.requests) == asked
        CliRunner().invoke(main, ["analyze", *study])
        CliRunner().invoke(main, ask)
        assert len(server.requests) == asked


def test_what_a_question_may_cost_is_told_with_the_step_and_is_a_bound(folder, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    arguments = ["analyze", "-s", str(folder), "--analyst", "llm", "--steps", "answer"]
    told = CliRunner().invoke(main, arguments)
    assert told.exit_code == 2
    assert "nothing in the analysis" in told.stderr
    assert "Each question to a persona later: at most 3," in told.stderr
    assert "at most 0.00" in told.stderr
    with Study.open(folder) as study:
        study.analyze()
        who = study.document().personas[0].id
        with serving(lambda handler, body: handler.say({"sentences": []}, body)) as server:
            chosen = options(server, model="openai:gpt-4", steps=steps_of(["answer"]))
            guess = study.estimate(chosen)
            study.ask("What is wrong with the export?", who, llm=chosen)
            assert max(map(tokens_of, server.requests)) <= guess.each_question.tokens_sent


def test_a_study_with_names_is_told_at_once_that_another_machine_answers_nothing(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    folder = write_study(tmp_path / "study", redact=False)
    away = type("Away", (), {"url": "https://models.example.org/v1"})
    with Study.open(folder) as study, pytest.raises(EgressError, match="with its names"):
        study.analyze(llm=options(away, steps=steps_of(["answer"])))
