"""A run that is killed in the middle goes on where it was; what was answered is not paid twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time

from personagen.study import Study
from tests.llm_fixture import careful_answer, options, write_study
from tests.model_server import serving

IN_FLIGHT = 3
SCRIPT = """
import sys
from pathlib import Path
from personagen.study import Study
from tests.llm_fixture import options
url = type("Server", (), {"url": sys.argv[2]})
with Study.open(Path(sys.argv[1])) as study:
    study.analyze(llm=options(url, concurrency=int(sys.argv[3]), chunk_tokens=120))
"""


class Killer:
    """Answers, and kills the process that asks when it has answered so many."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.process: subprocess.Popen[bytes] | None = None
        self.answered: list[bytes] = []
        self.lock = threading.Lock()

    def __call__(self, handler, body) -> None:
        with self.lock:
            number = len(self.answered)
        process = self.process
        if process and number >= self.after:
            # What was answered before is on disk by now; this one is in flight. Several may come
            # here at once: killing by `Popen` is harmless when another was first.
            time.sleep(0.5)
            process.kill()
            return
        raw = handler.server.raw[handler.server.requests.index(body)]
        handler.say(careful_answer(body), body)
        with self.lock:
            self.answered.append(raw)


def test_a_killed_run_sends_no_answered_request_again(tmp_path):
    folder = write_study(tmp_path / "study")
    killer = Killer(after=8)
    with serving(killer) as server:
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(folder), server.url, str(IN_FLIGHT)],
            stderr=subprocess.DEVNULL,
        )
        killer.process = process
        assert process.wait(300) == -signal.SIGKILL
        answered, killer.process = set(killer.answered), None
        assert len(answered) >= 8
        first = len(server.raw)
        with Study.open(folder) as study:
            run = study.analyze(llm=options(server, concurrency=IN_FLIGHT, chunk_tokens=120))
            assert study.document().personas
        again = set(server.raw[first:]) & answered
    assert run.spent.reused >= 8
    # Those whose answer was on its way when the process died; here all had half a second.
    assert not again
