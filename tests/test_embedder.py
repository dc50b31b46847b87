"""Vectors by a model, against a server on loopback that makes them by a rule."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner

from personagen.chatmodel import ModelSettings
from personagen.cli import main
from personagen.embedding import Choice
from personagen.errors import EgressError, ModelError, UsageError
from personagen.study import Study
from tests.llm_fixture import write_study
from tests.model_server import serving

SIZE = 64


def vector(text):
    """Return a bag of hashed words: texts that share words are near."""
    row = [0.0] * SIZE
    for word in text.lower().split():
        row[hashlib.sha256(word.strip(".,?").encode()).digest()[0] % SIZE] += 1.0
    return row if any(row) else [1.0] * SIZE


def embeds(handler, body):
    rows = [
        {"object": "embedding", "index": i, "embedding": vector(text)}
        for i, text in enumerate(body["input"])
    ]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    answer = {"object": "list", "data": rows, "model": body["model"], "usage": usage}
    handler.reply(200, json.dumps(answer))


def choice(server, **more):
    settings = ModelSettings(
        model="openai:text-embedding-3-small", base_url=server.url, retries=1, most_wait=0
    )
    return Choice(settings=settings, **more)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("embedder") / "study")


@pytest.fixture
def folder(written, tmp_path):
    return shutil.copytree(written, tmp_path / "study")


def inputs(server):
    return [text for body in server.requests for text in body["input"]]


def test_another_embedder_makes_all_vectors_anew_and_is_searched_by(folder):
    with serving(embeds) as server, Study.open(folder) as study:
        count = study.embed_with(choice(server))
        assert count == study._indexing.vectors.count() > 5
        assert study.embed_with(choice(server)) == 0
        found = study.search("the price is too high for our small team", 3)
        assert "price" in found[0].text
        assert server.paths == ["/v1/embeddings"] * len(server.paths)
        made = len(server.requests)
        assert study.search("reminders", 1)
        assert len(server.requests) == made + 1
        fingerprint = study._ledger.fact("vectors made by")
        assert fingerprint.startswith("openai:text-embedding-3-small at http://127.0.0.1")
        assert study.embed_with(None) == count
        assert study.search("reminders", 1)[0].text
        assert len(server.requests) == made + 1


def test_each_text_is_sent_once_also_when_all_is_made_anew(folder):
    with serving(embeds) as server:
        with Study.open(folder) as study:
            study.embed_with(choice(server))
            sent = len(inputs(server))
            study.reindex()
        with Study.open(folder) as study:
            study.embed_with(None)
            study.embed_with(choice(server))
    # Two more are asked whether anybody is there.
    assert len(inputs(server)) == sent + 1
    texts = [t for t in inputs(server) if t != "Is anybody there?"]
    assert len(texts) == len(set(texts))


def test_only_masked_text_is_sent_and_each_request_is_on_the_log(folder):
    with serving(embeds) as server, Study.open(folder) as study:
        study.embed_with(choice(server))
        study.search("What does Marta Reyes say?", 1)
    assert not [text for text in inputs(server) if "Marta" in text or "Jonas" in text]
    log = [json.loads(line) for line in (folder / "egress.log").read_text().splitlines()]
    assert len(log) == len(server.requests)
    assert {line["purpose"] for line in log} == {"embed"}
    assert all(line["tokens"] > 0 for line in log)


def test_a_study_with_names_goes_to_no_other_machine(tmp_path):
    folder = write_study(tmp_path / "study", redact=False)
    settings = ModelSettings(model="openai:e", base_url="https://models.example.org/v1")
    with Study.open(folder) as study:
        with pytest.raises(EgressError, match="names"):
            study.embed_with(Choice(settings=settings))
        assert study.search("reminders", 1)


def test_a_server_that_is_not_there_leaves_the_vectors_as_they_were(folder):
    with serving(embeds) as server:
        dead = choice(server)
    with Study.open(folder) as study:
        with pytest.raises(ModelError, match="could not be reached"):
            study.embed_with(dead)
        assert study.search("reminders", 1)


def test_what_is_imported_while_it_is_away_is_searched_later(folder, tmp_path):
    (tmp_path / "more.csv").write_text("author,rating,text\nKim Low,1,The zebra printer jams.\n")
    with serving(embeds) as server, Study.open(folder) as study:
        study.embed_with(choice(server))
        server.respond = lambda handler, body: handler.error(401)
        done = study.import_files([tmp_path / "more.csv"])
        assert any("no vectors yet" in note for note in done.notes)
        server.respond = embeds
        assert "zebra" in study.search("zebra printer jams", 1)[0].text


def test_a_withdrawal_does_not_wait_for_it(folder):
    with serving(embeds) as server, Study.open(folder) as study:
        study.embed_with(choice(server))
        server.respond = lambda handler, body: handler.error(401)
        study.custody.withdraw(study.material().participants[0].id)
        assert study.search("reminders", 1)
        assert study._ledger.fact("embedder") == ""
    with closing(sqlite3.connect(folder / "embeddings.db")) as kept:
        assert kept.execute("select count(*) from vectors").fetchone() == (0,)


@pytest.mark.parametrize("bad", [[], [[float("nan")] * SIZE], "nothing"])
def test_what_is_no_vector_is_said(folder, bad):
    def wrong(handler, body):
        rows = [{"object": "embedding", "index": 0, "embedding": row} for row in bad]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        answer = {"object": "list", "data": rows, "model": "e", "usage": usage}
        handler.reply(200, json.dumps(answer))

    with serving(wrong) as server, Study.open(folder) as study:
        with pytest.raises(ModelError):
            study.embed_with(choice(server))


def test_it_is_named_on_the_command_line_and_the_change_is_said(folder):
    with serving(embeds) as server:
        named = ["--embedder", "openai:e", "--embedder-url", server.url]
        done = CliRunner().invoke(main, ["reindex", "-s", str(folder), *named])
        assert done.exit_code == 0, done.output
        assert "Vectors made anew by openai:e:" in done.output
        back = CliRunner().invoke(main, ["reindex", "-s", str(folder), "--embedder", "encoder"])
        assert "Vectors made anew by the encoder:" in back.output


def test_another_machine_is_asked_for_first(folder):
    named = ["--embedder", "openai:text-embedding-3-small"]
    done = CliRunner().invoke(main, ["reindex", "-s", str(folder), *named])
    assert done.exit_code == 2
    assert "passages" in done.output
    assert "USD" in done.output
    assert "Say --yes" in done.output


def test_a_provider_of_another_protocol_is_refused(folder):
    with Study.open(folder) as study, pytest.raises(UsageError, match="is not known here"):
        study.embed_with(Choice(settings=ModelSettings(model="cohere:e", base_url="http://[::1]/")))
    assert math.isclose(sum(vector("one two")), 2.0)
