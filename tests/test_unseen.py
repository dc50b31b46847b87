"""Nothing leaves unseen: what a model's server gets, and what goes out while no model is asked."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from personagen.review import Decision
from personagen.study import Study
from tests.llm_fixture import JONAS, REVIEWS, asked_for, good_model, options
from tests.model_server import Server, serving
from tests.test_embedder import choice, embeds

MARTA = """\
Interviewer: How do you close the month, Marta?
Marta Reyes: I spend every Friday matching invoices by hand. Write to marta.reyes@kiln.example.
Interviewer: What would you change?
Marta Reyes: I wish the export worked. Call me on +44 20 7946 0958, I live at 14 Mill Lane.
Interviewer: And your accountant?
Marta Reyes: Jonas Weber's export breaks on long lists. See https://kiln.example/u/mreyes77 too.
Interviewer: What keeps you from switching?
Marta Reyes: Paying from GB29 NWBK 6016 1331 9268 19 and card 4111 1111 1111 1111 is expensive.
Interviewer: Who helps you?
Marta Reyes: Reyes's own team. I love the reminders, as @marta_pots wrote.
"""
SECRETS = (
    "marta", "reyes", "jonas", "weber", "lopez", "finch", "kiln.example", "7946 0958", "mill lane",
    "mreyes77", "nwbk", "6016 1331", "4111 1111", "1111 1111", "marta_pots",
)  # fmt: skip
# Numbers by two groups of digits: one group alone begins many a hash and fraction of a second.
TYPED = "Would Marta Reyes (marta.reyes@kiln.example, +44 20 7946 0958) pay so that exports work?"


def responds(handler: Any, body: dict[str, Any]) -> None:
    """Answer chats by rules, vectors by words."""
    if "input" in body:
        embeds(handler, body)
    elif asked_for(body) == "Reply":
        handler.say({"sentences": []}, body)
    else:
        good_model(handler, body)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Server]]:
    """Do with a study all that can be done with a model, names typed wherever one can type."""
    place = tmp_path_factory.mktemp("unseen")
    files = place / "files"
    files.mkdir()
    (files / "Marta Reyes.txt").write_text(MARTA, encoding="utf-8")
    (files / "jonas.txt").write_text(JONAS, encoding="utf-8")
    (files / "reviews.csv").write_text(REVIEWS, encoding="utf-8")
    with serving(responds) as server, Study.create(place / "study") as study:
        study.import_files([files])
        (study.folder / "study.toml").write_text(
            '[study]\nquestion = "What costs Marta Reyes her Fridays?"\n'
            '[product]\nname = "Ledgerly"\ndoes = ["Matches what Jonas Weber sends"]\n',
            encoding="utf-8",
        )
        study.embed_with(choice(server))
        study.analyze(llm=options(server))
        claim = study.findings().claims[0].id
        said = f"{study.findings().claims[0].text} So says Marta Reyes."
        study.decide(Decision(action="edit", targets=(claim,), text=said), "Bo")
        for persona in study.findings().personas:
            study.talk.ask(TYPED, persona.id, session="one", llm=options(server))
            study.talk.ask("And what does Jonas Weber say?", persona.id, session="one")
        study.message_test.test("Marta Reyes, no more Fridays with invoices!")
        study.search(TYPED, 2)
        study.examining.examine()
        study.analyze(llm=options(server, model="openai:gpt-4o-mini"))
        yield study.folder, server


def test_no_identifier_reaches_a_models_server(everything: tuple[Path, Server]) -> None:
    _, server = everything
    sent = b"\n".join(server.raw).decode().lower()
    assert "matching invoices by hand" in sent
    assert "[email 1]" in sent
    assert [secret for secret in SECRETS if secret in sent] == []
    assert {path.rsplit("/", 1)[1] for path in server.paths} == {"completions", "embeddings"}


def test_every_request_is_on_the_log_with_its_own_hash(everything: tuple[Path, Server]) -> None:
    folder, server = everything
    log = [json.loads(line) for line in (folder / "egress.log").read_text().splitlines()]
    assert sorted(line["sha256"] for line in log) == sorted(
        hashlib.sha256(raw).hexdigest() for raw in server.raw
    )
    for line in log:
        assert set(line) == {"at", "host", "path", "purpose", "tokens", "bytes", "sha256"}
        assert line["host"] == "127.0.0.1"
        assert line["purpose"] != "not said"
        assert line["tokens"] > 0
    assert {"code", "embed", "answer a question"} <= {line["purpose"] for line in log}


def test_what_was_typed_is_kept_nowhere_with_a_name(everything: tuple[Path, Server]) -> None:
    folder, _ = everything
    own = {"study.toml"}  # what the user wrote by hand
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in own:
            text = path.read_bytes().decode("latin-1").lower()
            assert not [secret for secret in SECRETS if re.search(rf"\b{secret}", text)], path.name


def test_without_a_model_nothing_leaves_this_machine(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.watched", str(tmp_path)],
        cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["did"] == ["import", "search", "analyze", "ask", "model", "export", "room"]
    assert told["seen"], "the watch saw not even what stays on this machine"
    assert told["away"] == []
    assert told["by proxy"] == []


def test_the_watch_sees_who_phones_home(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.watched", str(tmp_path), "--phone-home"],
        cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    assert any("phone.example" in one for one in told["away"])
    assert any("203.0.113.9" in one for one in told["away"])
    assert told["by proxy"] == ["CONNECT proxied.example:443"]
