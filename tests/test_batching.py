"""Whole runs as batches, against a stand-in that speaks OpenAI's Batch API on loopback."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from personagen.chatmodel import Asker, ModelSettings
from personagen.chatmodel.budget import NO_BOUNDS, Bounds
from personagen.egress import Door
from personagen.errors import ModelError
from personagen.study import Study
from tests.batch_server import BatchStandIn
from tests.llm_fixture import careful_answer, options, write_study
from tests.model_server import serving
from tests.test_chatmodel import GOOD, Named, question

SCRIPT = """
import sys
from pathlib import Path
from personagen.chatmodel import batching
from personagen.study import Study
from tests.llm_fixture import options
batching.FIRST_POLL = 0.01
url = type("Server", (), {"url": sys.argv[2]})
with Study.open(Path(sys.argv[1])) as study:
    study.analyze(llm=options(url, batch=True))
"""


@pytest.fixture
def asker(tmp_path):
    made = []

    def make(server, bounds=NO_BOUNDS, slept=None, **settings):
        chosen = ModelSettings(model="openai:x", base_url=server.url, timeout=5, **settings)
        one = Asker(
            chosen, Door(tmp_path), tmp_path, bounds=bounds, batch=True,
            sleep=(slept if slept is not None else []).append,
        )  # fmt: skip
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


def test_questions_go_out_as_one_batch_and_are_answered_in_their_order(asker, tmp_path):
    def answer(body):
        return {**GOOD, "label": body["messages"][1]["content"]}

    stand_in = BatchStandIn(answer, polls=3)
    with serving(stand_in) as server:
        slept: list[float] = []
        one = asker(server, slept=slept)
        found = one.ask([question(f"Name {n}.") for n in range(5)], "Naming")
        assert [answer.value.label for answer in found] == [f"Name {n}." for n in range(5)]
        assert len(stand_in.batches) == 1
        assert slept == pytest.approx([5, 7.5, 11.25])
        assert one.spent().requests == 5
        assert one.spent().tokens_sent > 0
        again = asker(server)
        assert again.ask([question("Name 3.")], "Naming")[0].value.label == "Name 3."
        assert again.spent().reused == 1
    assert len(stand_in.answered) == 5
    # Nothing of the study is left lying there.
    assert set(stand_in.files) == set(stand_in.deleted)
    sent = [json.loads(line) for line in (tmp_path / "egress.log").read_text().splitlines()]
    assert {"/v1/files", "/v1/batches"} <= {line["path"] for line in sent}
    assert sent[0]["purpose"] == "Naming, as a batch"


def test_each_request_asks_for_structure_and_bounds_its_answer(asker):
    stand_in = BatchStandIn(lambda body: GOOD)
    with serving(stand_in) as server:
        asker(server).ask([question()], "Naming")
        line = json.loads(stand_in.files["file-in-0"])
    assert line["body"]["response_format"]["json_schema"]["strict"] is True
    assert line["body"]["response_format"]["json_schema"]["name"] == Named.__name__
    assert line["body"]["max_tokens"] == 100
    assert line["body"]["model"] == "x"


def test_a_bad_answer_is_asked_for_again_in_a_second_batch_with_the_reason(asker):
    def answer(body):
        return GOOD if len(body["messages"]) > 2 else "no idea"

    stand_in = BatchStandIn(answer)
    with serving(stand_in) as server:
        found = asker(server).ask([question("a"), question("b")], "Naming")
    assert [one.value for one in found] == [Named(**GOOD)] * 2
    assert len(stand_in.batches) == 2


def test_what_a_batch_fails_on_is_said_and_never_kept(asker):
    stand_in = BatchStandIn(lambda body: None)
    with serving(stand_in) as server:
        found = asker(server).ask([question()], "Naming")
        assert "server_error" in found[0].why
        stand_in.answer = lambda body: GOOD
        assert asker(server).ask([question()], "Naming")[0].value == Named(**GOOD)


def test_a_batch_that_fails_as_a_whole_ends_the_run_in_words(asker):
    stand_in = BatchStandIn(lambda body: GOOD)
    stand_in.end = "failed"
    with (
        serving(stand_in) as server,
        pytest.raises(ModelError, match=r"the file is no good\. .*sent anew"),
    ):
        asker(server).ask([question()], "Naming")


def test_a_server_without_batches_is_said(asker):
    def no_batches(handler):
        handler.error(404)
        return True

    stand_in = BatchStandIn(lambda body: GOOD)
    stand_in.before = no_batches
    with serving(stand_in) as server, pytest.raises(ModelError, match="leave --batch out"):
        asker(server).ask([question()], "Naming")


def test_no_more_is_put_into_a_batch_than_the_bound_allows(asker):
    stand_in = BatchStandIn(lambda body: GOOD)
    with serving(stand_in) as server:
        found = asker(server, bounds=Bounds(tokens=600)).ask(
            [question(str(n)) for n in range(9)], "Naming"
        )
    done = [one for one in found if one.value]
    assert 0 < len(done) < 9
    assert len(stand_in.answered) == len(done)
    assert all("stopped at --max-tokens" in one.why for one in found if not one.value)


@pytest.mark.parametrize("step", ["/v1/batches", "/v1/batches/batch-0", "/v1/files/"])
def test_a_run_that_ends_anywhere_finds_its_batch_again(asker, step):
    """After the upload, after the batch was made, and before the answers were fetched."""
    stand_in = BatchStandIn(lambda body: GOOD, polls=2)
    cut = [True]

    def once(handler):
        after_upload = handler.path.startswith(step) and stand_in.files
        if cut and after_upload and handler.command in {"GET", "POST"}:
            handler.error(401)
            return True
        return False

    stand_in.before = once
    with serving(stand_in) as server:
        with pytest.raises(ModelError, match="Run again"):
            asker(server).ask([question()], "Naming")
        cut.clear()
        assert asker(server).ask([question()], "Naming")[0].value == Named(**GOOD)
    assert len(stand_in.answered) == 1


def test_a_killed_run_fetches_its_batch_and_sends_nothing_twice(tmp_path):
    folder = write_study(tmp_path / "study")
    stand_in = BatchStandIn(careful_answer, polls=2)
    process: list[subprocess.Popen[bytes]] = []

    def kill_at_the_first_poll(handler):
        if process and handler.command == "GET" and handler.path.startswith("/v1/batches/"):
            process.pop().kill()
            return True
        return False

    stand_in.before = kill_at_the_first_poll
    with serving(stand_in) as server:
        run = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(folder), server.url], stderr=subprocess.DEVNULL
        )
        process.append(run)
        assert run.wait(300) == -signal.SIGKILL
        assert len(stand_in.batches) == 1
        again = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(folder), server.url],
            capture_output=True, timeout=300, check=False,
        )  # fmt: skip
        assert again.returncode == 0, again.stderr.decode()[-800:]
    assert len(stand_in.answered) == len(set(stand_in.answered))
    with Study.open(folder) as study:
        document = study.document()
        assert document.personas
        assert document.provenance.analyst == options(server).settings.qualified.join(["llm:", ""])
        assert study.verify() == []
