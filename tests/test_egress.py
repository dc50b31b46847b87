"""What leaves is written down first, and what must not leave does not."""

from __future__ import annotations

import hashlib
import json

import pytest

from personagen.chatmodel import Asker, ModelSettings
from personagen.egress import Door, Rules, is_loopback, purpose
from personagen.errors import EgressError, ModelError
from tests.model_server import serving
from tests.test_chatmodel import question, says

GOOD = {"label": "Slow exports", "code": "pain_point"}


def lines(folder):
    return [json.loads(line) for line in (folder / "egress.log").read_text().splitlines()]


def ask(server, folder, rules):
    settings = ModelSettings(model="openai:x", base_url=server.url, concurrency=1)
    one = Asker(settings, Door(folder, rules), folder)
    try:
        return one.ask([question("Ann said: it is slow.")], "Naming")
    finally:
        one.close()


def test_the_log_says_when_where_why_how_much_and_the_hash_of_what_went(tmp_path):
    with serving(says(GOOD)) as server:
        ask(server, tmp_path, Rules())
    [line] = lines(tmp_path)
    assert line["host"] == "127.0.0.1"
    assert line["purpose"] == "test"
    assert line["tokens"] > 10
    assert line["at"].startswith("20")
    assert line["sha256"] == hashlib.sha256(server.raw[0]).hexdigest()
    assert line["bytes"] == len(server.raw[0])
    assert "text" not in line


def test_the_text_stands_in_the_log_where_the_user_asks_for_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PERSONAGEN_EGRESS_TEXT", "1")
    with serving(says(GOOD)) as server:
        ask(server, tmp_path, Rules())
    assert lines(tmp_path)[0]["text"] == server.raw[0].decode()


def test_a_study_with_names_sends_nothing_to_another_machine(tmp_path):
    door = Door(tmp_path, Rules(unmasked=True))
    client = door.client(1, 1)
    with pytest.raises(EgressError, match="imported with its names"):
        client.post("https://models.example.org/v1/chat/completions", json={"a": "Ann"})
    door.close()
    [line] = lines(tmp_path)
    assert line["refused"] is True
    assert line["host"] == "models.example.org"


def test_a_study_with_names_is_refused_before_a_model_is_made(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    one = Asker(ModelSettings(), Door(tmp_path, Rules(unmasked=True)), tmp_path)
    with pytest.raises(ModelError, match="imported with its names"):
        one.ask([question()], "Naming")
    one.close()


def test_a_study_with_names_may_be_read_by_a_model_on_this_machine(tmp_path):
    with serving(says(GOOD)) as server:
        assert ask(server, tmp_path, Rules(unmasked=True))[0].value
    assert lines(tmp_path)[0]["unmasked"] is True


def test_what_the_user_lets_out_with_names_is_logged_as_such(tmp_path):
    door = Door(tmp_path, Rules(unmasked=True, send_unmasked=True))
    door.require("models.example.org")
    door.let_out("models.example.org", "/v1", b"Ann")
    assert lines(tmp_path)[0]["unmasked"] is True


def test_the_line_is_written_before_the_bytes_leave(tmp_path):
    seen = []

    def respond(handler, body):
        seen.extend(lines(tmp_path))
        handler.say(GOOD, body)

    with serving(respond) as server:
        ask(server, tmp_path, Rules())
    assert len(seen) == 1


def test_no_asynchronous_request_passes_the_log():
    import asyncio

    async def go():
        async with Door(None).no_way() as client:
            await client.get("http://127.0.0.1:1/")

    with pytest.raises(EgressError, match="tried to pass the log"):
        asyncio.run(go())


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"])
def test_this_machine_is_known(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "api.openai.com", "localhost.example.org", "", "0x7f"]
)
def test_other_machines_are_known(host):
    assert not is_loopback(host)


def test_a_redirect_to_another_host_is_not_followed(tmp_path):
    def away(handler, body):
        handler.reply(302, "", location="http://127.0.0.1:1/elsewhere")

    with serving(away) as server:
        with Door(tmp_path).client(1, 1) as client, purpose("test", 0):
            assert client.get(server.url).status_code == 302
    assert len(lines(tmp_path)) == 1


def test_langsmith_is_told_nothing_whatever_the_environment_says(tmp_path, monkeypatch):
    with serving(says(GOOD)) as spy, serving(says(GOOD)) as server:
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
        monkeypatch.setenv("LANGSMITH_API_KEY", "k")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", spy.url)
        from langsmith import utils

        utils.get_env_var.cache_clear()
        ask(server, tmp_path, Rules())
        assert len(server.requests) == 1
        assert not spy.requests
    utils.get_env_var.cache_clear()
