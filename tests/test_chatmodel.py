"""A real client against a real server on loopback that answers well, badly, late or not at all."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

import pytest
from pydantic import BaseModel

from personagen.chatmodel import Asker, ModelSettings, Question
from personagen.chatmodel.budget import NO_BOUNDS, Bounds
from personagen.chatmodel.pricing import Price
from personagen.egress import Door
from personagen.errors import ModelError
from personagen.prompt import Rendered
from tests.model_server import completion, serving


class Named(BaseModel):
    """A name and a code."""

    label: str
    code: Literal["pain_point", "praise"]


GOOD = {"label": "Slow exports", "code": "pain_point"}


def question(text="Name it.", check=lambda value: "", **more):
    rendered = Rendered("You answer with JSON.", text, "test.v1@0")
    what = {"purpose": "test", "where": "here", "rests_on": frozenset({"P01"}), "most": 100}
    return Question(rendered, Named, check=check, **{**what, **more})


@pytest.fixture
def asker(tmp_path):
    made = []

    def make(server, slept=None, price=None, bounds=NO_BOUNDS, folder=tmp_path, **settings):
        options = {"model": "openai:x", "base_url": server.url, "timeout": 2, "deadline": 2}
        chosen = ModelSettings(**{**options, "concurrency": 1, **settings})
        sleep = slept.append if slept is not None else (lambda seconds: None)
        one = Asker(chosen, Door(folder), folder, price=price, bounds=bounds, sleep=sleep)
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


def scripted(*steps):
    """Answer the first request with the first step, and so on; the last one ever after."""
    left = list(steps)
    lock = threading.Lock()

    def respond(handler, body):
        with lock:
            step = left.pop(0) if len(left) > 1 else left[0]
        step(handler, body)

    return respond


def says(content, **message):
    return lambda handler, body: handler.say(content, body, **message)


def fails(status, code="", **headers):
    return lambda handler, body: handler.error(status, code, **headers)


def test_a_good_answer_is_read_and_known_by_its_prompt(asker):
    with serving(says(GOOD)) as server:
        [found] = asker(server).ask([question()], "Naming")
    assert found.value == Named(**GOOD)
    assert found.prompt == "test.v1@0"
    assert server.requests[0]["response_format"]["json_schema"]["strict"] is True


def test_the_same_question_is_not_sent_twice(asker):
    with serving(says(GOOD)) as server:
        asker(server).ask([question()], "Naming")
        second = asker(server)
        [found] = second.ask([question()], "Naming")
    assert found.value == Named(**GOOD)
    assert len(server.requests) == 1
    assert second.spent().reused == 1
    assert second.spent().requests == 0


def test_another_model_or_setting_is_another_question(asker):
    with serving(says(GOOD)) as server:
        asker(server).ask([question()], "Naming")
        asker(server, model="openai:y").ask([question()], "Naming")
        asker(server, temperature=0.7).ask([question()], "Naming")
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "text",
    [
        'Sure! Here it is:\n```json\n{"label": "Slow exports", "code": "pain_point"}\n```\nBye.',
        '{"label": "Slow exports", "code": "Pain Points",}',
        '{"label": "Slow exports", "code": "pain_point", "extra": [1, 2',
        '<think>{"label": "no"}</think>{"label": "Slow exports", "code": "pain_point"}',
        '{"answer": {"label": "Slow exports", "code": "pain_point"}}',
        '[{"label": "Slow exports", "code": "pain_point"}]',
        'The JSON is {"label": "Slow\nexports", "code": "pain-point"} as asked.',
    ],
)
def test_chatter_fences_unfinished_brackets_and_near_enums_are_put_right(asker, text):
    with serving(says(text)) as server:
        [found] = asker(server).ask([question()], "Naming")
    assert found.value.code == "pain_point"
    assert found.value.label.split() == ["Slow", "exports"]
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "text", ["", "I can't say.", "{", '{"label": 3}', '{"code": "joy"}', "[[["]
)
def test_what_cannot_be_read_is_asked_again_once_with_the_reason_then_given_up(asker, text):
    with serving(says(text)) as server:
        [found] = asker(server).ask([question()], "Naming")
    assert found.value is None
    assert found.why.startswith("asked twice: ")
    assert len(server.requests) == 2
    assert "can't be used" in server.requests[1]["messages"][-1]["content"]


def test_a_second_answer_that_fits_is_taken(asker):
    with serving(scripted(says("no idea"), says(GOOD))) as server:
        [found] = asker(server).ask([question()], "Naming")
    assert found.value == Named(**GOOD)


def ends(content, finish):
    return lambda handler, body: handler.reply(200, json.dumps(completion(content, body, finish)))


def test_an_answer_that_was_cut_off_is_read_as_far_as_it_goes_and_paid_for_once(asker):
    text = '{"label": "Slow exports", "code": "pain_point", "why": "because th'
    with serving(ends(text, "length")) as server:
        one = asker(server)
        [found] = one.ask([question()], "Naming")
    assert found.value == Named(**GOOD)
    assert len(server.requests) == 1
    spent = one.spent()
    assert (spent.requests, spent.tokens_sent > 0, spent.tokens_written > 0) == (1, True, True)


def test_an_answer_cut_off_before_it_says_anything_is_asked_for_once_more(asker):
    with serving(ends('{"lab', "length")) as server:
        one = asker(server)
        [found] = one.ask([question()], "Naming")
    assert found.value is None
    assert len(server.requests) == 2
    assert one.spent().requests == 2


def test_a_content_filter_is_a_refusal(asker):
    with serving(ends("", "content_filter")) as server:
        [found] = asker(server).ask([question()], "Naming")
    assert found.why == "the model would not answer: the server's content filter"
    assert len(server.requests) == 1


def test_failures_are_never_kept(asker):
    with serving(scripted(says("no"), says("no"), says(GOOD))) as server:
        first, second = asker(server), asker(server)
        assert first.ask([question()], "Naming")[0].value is None
        assert second.ask([question()], "Naming")[0].value == Named(**GOOD)


def test_an_answer_that_fails_its_check_is_asked_again_with_the_reason_and_paid_for_once(asker):
    refuse = question(check=lambda value: "it holds the number 7")
    with serving(says(GOOD)) as server:
        [found] = asker(server).ask([refuse], "Naming")
        asker(server).ask([refuse], "Naming")
    assert found.why == "asked twice: it holds the number 7"
    assert "it holds the number 7" in server.requests[1]["messages"][-1]["content"]
    assert len(server.requests) == 2


def test_429_waits_as_long_as_the_server_asks(asker):
    slept = []
    with serving(scripted(fails(429, retry_after="7"), says(GOOD))) as server:
        [found] = asker(server, slept).ask([question()], "Naming")
    assert found.value == Named(**GOOD)
    assert 7 <= slept[0] <= 7.7


def test_retry_after_may_be_a_date(asker):
    slept = []
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    with serving(scripted(fails(429, retry_after=date), says(GOOD))) as server:
        asker(server, slept).ask([question()], "Naming")
    assert 25 <= slept[0] <= 33


def test_no_server_makes_a_run_wait_for_hours(asker):
    slept = []
    with serving(scripted(fails(429, retry_after="86400"), says(GOOD))) as server:
        asker(server, slept, most_wait=5).ask([question()], "Naming")
    assert slept == [5]


def test_500s_are_tried_again_with_growing_waits_that_differ(asker):
    slept = []
    with serving(scripted(says(GOOD), fails(500), fails(503), fails(502), says(GOOD))) as server:
        one = asker(server, slept)
        one.ask([question("first")], "Naming")
        [found] = one.ask([question("second")], "Naming")
    assert found.value == Named(**GOOD)
    assert len(slept) == 3
    assert slept[0] < slept[2]


def test_a_server_that_only_fails_ends_the_run_in_words(asker):
    with serving(fails(500)) as server:
        one = asker(server, retries=1)
        with pytest.raises(ModelError, match="failed \\(500\\)"):
            one.ask([question(str(i)) for i in range(50)], "Naming")
    assert len(server.requests) < 50


def test_a_server_that_never_answered_ends_the_run_at_the_first_question(asker):
    with serving(fails(500)) as server, pytest.raises(ModelError, match="failed"):
        asker(server, retries=2).ask([question("One?")], "Naming")


def test_what_the_model_server_is_not_is_said_without_the_names_of_errors(asker):
    with serving(lambda handler, body: handler.reply(200, "{}")) as server:
        [found] = asker(server, retries=0).ask([question()], "Naming")
    assert "is no model's answer (see that the address is right" in found.why


def test_a_text_too_long_is_known_by_openais_words_and_not_tried_otherwise(asker):
    error = {"message": "This model's maximum context length is 4096 tokens.", "param": None,
             "type": "invalid_request_error", "code": "context_length_exceeded"}  # fmt: skip
    with serving(lambda h, body: h.reply(400, json.dumps({"error": error}))) as server:
        [found] = asker(server).ask([question()], "Naming")
    assert found.why == "too long for the context of 'x'"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"label": "x"}', "the answer has no 'code'"),
        ('{"label": "x", "code": "joy"}', "its 'code' is none of 'pain_point' or 'praise'"),
        ('{"label": [], "code": "praise"}', "its 'label' is no text"),
        ("Of course!", "the answer is not in the form that was asked for"),
    ],
)
def test_what_does_not_fit_is_said_in_words(asker, text, why):
    with serving(says(text)) as server:
        [found] = asker(server).ask([question()], "Naming")
    assert found.why.startswith(f"asked twice: {why}")


def test_a_server_that_dies_in_the_middle_leaves_what_was_answered(asker):
    with serving(scripted(says(GOOD), fails(500))) as server:
        found = asker(server, retries=0).ask([question(str(i)) for i in range(30)], "Naming")
    assert [f.value is not None for f in found].count(True) == 1
    assert len(found) == 30
    assert len(server.requests) <= 7


def test_a_refused_key_is_said_in_words_and_not_tried_again(asker):
    with serving(fails(401)) as server:
        with pytest.raises(ModelError, match="refused the key, which is read from PERS"):
            asker(server).ask([question()], "Naming")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (403, "", "may not use"),
        (404, "model_not_found", "knows no model"),
        (429, "insufficient_quota", "no credit"),
        (402, "", "no credit"),
    ],
)
def test_what_no_retry_can_help_ends_at_once(asker, status, code, words):
    with serving(fails(status, code)) as server:
        with pytest.raises(ModelError, match=words):
            asker(server).ask([question()], "Naming")
    assert len(server.requests) == 1


def test_an_answer_that_drips_is_given_up_at_the_deadline(asker):
    def drip(handler, body):
        handler.send_response(200)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", "100000")
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)

    with serving(drip) as server:
        began = time.monotonic()
        with pytest.raises(ModelError, match=r"no answer in time|could not be reached"):
            asker(server, retries=0, timeout=1, deadline=0.4).ask(
                [question(str(i)) for i in range(5)], "Naming"
            )
    assert time.monotonic() - began < 4.5


def test_a_silent_server_is_given_up_at_the_time_out(asker):
    with serving(lambda handler, body: time.sleep(1.0)) as server:
        [found] = asker(server, retries=0, timeout=0.2).ask([question()], "Naming")
    assert "no answer in time" in found.why


def test_a_cut_connection_is_tried_again(asker):
    def cut(handler, body):
        handler.send_response(200)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"id": "chat')
        handler.wfile.flush()
        handler.close_connection = True

    with serving(scripted(cut, says(GOOD))) as server:
        [found] = asker(server).ask([question()], "Naming")
    assert found.value == Named(**GOOD)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<html><body>Sign in to the guest network</body></html>", "text/html"),
        ("{}", "application/json"),
        ("[]", "application/json"),
        ('{"choices": []}', "application/json"),
        ('{"choices": [{"message": null}]}', "application/json"),
        ("{not json", "application/json"),
        ("", "application/json"),
        ("\x00\xff", "application/octet-stream"),
    ],
)
def test_what_is_no_answer_at_all_is_said_and_survived(asker, text, kind):
    def odd(handler, body):
        handler.reply(200, text.encode("latin-1"), kind)

    with serving(scripted(says(GOOD), odd)) as server:
        one = asker(server, retries=1)
        assert one.ask([question("first")], "Naming")[0].value is not None
        [found] = one.ask([question("second")], "Naming")
    assert found.value is None
    assert found.why


def test_a_refusal_is_no_answer_and_is_not_kept(asker):
    with serving(says("", refusal="I can't help with that.")) as server:
        [found] = asker(server).ask([question()], "Naming")
        asker(server).ask([question()], "Naming")
    assert "would not answer" in found.why
    assert len(server.requests) == 2


def _knows(*modes):
    """A server that refuses the ways of asking for structure that it doesn't know."""

    def respond(handler, body):
        kind = body.get("response_format", {}).get("type") or ("tools" if "tools" in body else "")
        if kind not in modes:
            handler.error(400, "unsupported_parameter")
        elif kind == "tools":
            arguments = json.dumps(GOOD)
            call = {"name": body["tools"][0]["function"]["name"], "arguments": arguments}
            calls = [{"id": "c1", "type": "function", "function": call}]
            handler.say("", body, tool_calls=calls)
        else:
            handler.say(GOOD, body)

    return respond


@pytest.mark.parametrize("mode", ["json_schema", "tools", "json_object", ""])
def test_the_strictest_way_that_a_server_knows_is_found_and_kept(asker, mode):
    with serving(_knows(mode)) as server:
        found = asker(server).ask([question("a"), question("b")], "Naming")
    assert [f.value for f in found] == [Named(**GOOD)] * 2
    refused = ["json_schema", "tools", "json_object", ""].index(mode)
    assert len(server.requests) == refused + 2


def test_what_a_server_can_not_be_asked_for_is_said_in_words(asker):
    with serving(_knows("json_schema")) as server:
        one = asker(server)
        one.ask([question("a")], "Naming")
        assert one.lacking == ""
    with serving(_knows("json_object")) as server:
        one = asker(server)
        one.ask([question("a")], "Naming")
    assert one.lacking == ("knows no JSON schema and no tool calling: it is asked for JSON mode")


def test_a_model_that_takes_no_temperature_gets_none(asker):
    def respond(handler, body):
        if "temperature" in body:
            error = {"message": "Unsupported value", "param": "temperature", "code": "unsupported"}
            handler.reply(400, json.dumps({"error": error}))
        else:
            handler.say(GOOD, body)

    with serving(respond) as server:
        [found] = asker(server).ask([question()], "Naming")
    assert found.value == Named(**GOOD)


def test_a_request_too_long_for_the_model_is_said(asker):
    def respond(handler, body):
        error = {"message": "exceeds the context window", "code": "context_length_exceeded"}
        handler.reply(400, json.dumps({"error": error}))

    with serving(respond) as server:
        [found] = asker(server).ask([question()], "Naming")
    assert "too long for the context" in found.why
    assert len(server.requests) == 1


def test_no_more_requests_are_in_flight_than_allowed(asker):
    def slow(handler, body):
        time.sleep(0.05)
        handler.say(GOOD, body)

    with serving(slow) as server:
        found = asker(server, concurrency=3).ask([question(str(i)) for i in range(12)], "Naming")
    assert len(found) == 12
    assert server.most_in_flight == 3


def test_a_run_stops_at_its_bound_and_keeps_what_it_has(asker):
    with serving(says(GOOD)) as server:
        one = asker(server, bounds=Bounds(tokens=1000))
        found = one.ask([question(str(i)) for i in range(50)], "Naming")
    spent = one.spent()
    assert 0 < spent.requests < 50
    assert spent.tokens_sent + spent.tokens_written <= 1000
    assert "stopped at --max-tokens 1,000" in found[-1].why
    assert len(server.requests) == spent.requests


def test_a_cost_bound_is_never_passed(asker):
    price = Price(1000.0, 2000.0, datetime.now(UTC).date())
    with serving(says(GOOD)) as server:
        one = asker(server, price=price, bounds=Bounds(cost=1.0), concurrency=4)
        one.ask([question(str(i)) for i in range(50)], "Naming")
    assert 0 < one.spent().usd <= 1.0


def test_what_each_call_took_is_on_record(asker):
    with serving(scripted(says("no idea"), says(GOOD))) as server:
        one = asker(server)
        one.ask([question()], "Naming")
    calls = one.answers.calls()
    assert [call.outcome for call in calls] == ["unreadable", "answered"]
    assert all(call.sent > 20 and call.written > 0 and call.usd is None for call in calls)


def test_answers_that_rest_on_a_participant_can_be_forgotten(asker):
    with serving(says(GOOD)) as server:
        one = asker(server)
        one.ask([question("a"), question("b", rests_on=frozenset({"P02"}))], "Naming")
        assert one.answers.forget("P01") == 1
        asker(server).ask([question("a"), question("b")], "Naming")
    assert len(server.requests) == 3


def test_a_damaged_cache_is_made_anew(asker, tmp_path):
    (tmp_path / "answers.db").write_bytes(b"not a database" * 100)
    with serving(says(GOOD)) as server:
        assert asker(server).ask([question()], "Naming")[0].value == Named(**GOOD)


def test_estimating_sends_nothing_and_counts_what_a_run_would_send(tmp_path):
    with serving(says(GOOD)) as server:
        settings = ModelSettings(model="openai:gpt-4", base_url=server.url)
        questions = [question(f"Name it, number {i}. " * 30) for i in range(5)]
        guess = Asker(settings, Door(tmp_path), tmp_path, estimating=True)
        guess.ask(questions, "Naming")
        assert not server.requests
        real = Asker(settings, Door(tmp_path), tmp_path)
        real.ask(questions, "Naming")
        guess.close()
        real.close()
    assert guess.spent().tokens_sent == pytest.approx(real.spent().tokens_sent, rel=0.1)
    assert guess.spent().tokens_written >= real.spent().tokens_written


def test_no_key_is_said_before_anything_is_sent(monkeypatch, tmp_path):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    one = Asker(ModelSettings(), Door(tmp_path), tmp_path)
    with pytest.raises(ModelError, match="No key for 'openai'"):
        one.ask([question()], "Naming")
    one.close()


def test_openais_key_is_not_shown_to_another_server(asker, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with serving(says(GOOD)) as server:
        asker(server).ask([question()], "Naming")
    assert "sk-secret" not in json.dumps(server.headers)
