"""The demo: what it prints, what it writes, and that README says the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from personagen.demo import Demo
from personagen.study import Study

OPEN = (
    "Open demo/exports/personas.html: every claim unfolds to the words of the people who said it."
)
README = Path(__file__).resolve().parents[1] / "README.md"


def _shape(text: str) -> str:
    # Quantised arithmetic differs between processors: the numbers may, the words may not.
    return re.sub(r"\d+", "N", text)


def test_readme_shows_what_the_demo_prints(demo: Demo, request: pytest.FixtureRequest) -> None:
    page = README.read_text(encoding="utf-8")
    if request.config.getoption("--update-golden"):
        block = f"```console\n$ make demo\n{demo.summary}\n{OPEN}\n```\n<!-- /demo -->"
        page = re.sub(
            r"```console\n(?:(?!```).)*```\n<!-- /demo -->", lambda _: block, page, flags=re.S
        )
        README.write_text(page, encoding="utf-8")
    for line in demo.summary.splitlines():
        assert _shape(line) in _shape(page)


def test_every_exported_document_passes_its_own_check(demo: Demo) -> None:
    with Study.open(demo.open.parents[1]) as study:
        documents = [p for p in demo.documents if p.suffix in {".md", ".html"}]
        checked = study.check(documents)
    wrong = [(v.quote, v.verdict, v.why) for v in checked.verdicts if v.verdict != "verbatim"]
    assert len(checked.verdicts) > 100
    assert not wrong


def test_every_claim_of_the_demo_has_its_words(demo: Demo) -> None:
    with Study.open(demo.open.parents[1]) as study:
        assert study.verify() == []


def test_documents_are_marked_as_drafts(demo: Demo) -> None:
    for path in demo.documents:
        if path.name in {"personas.md", "personas.html", "messages.md"}:
            assert "not reviewed" in path.read_text(encoding="utf-8")


def test_no_name_of_a_speaker_stands_in_what_was_written(demo: Demo) -> None:
    truth = json.loads(
        (README.parent / "corpus" / "benchwren" / "truth.json").read_text(encoding="utf-8")
    )
    written = "\n".join(p.read_text(encoding="utf-8") for p in demo.documents)
    unusual = {"Will", "Mark", "Hope", "Grace", "Pip"}
    names = {part for p in truth["participants"] for part in p["full_name"].split()} - unusual
    leaked = [name for name in sorted(names) if re.search(rf"\b{re.escape(name)}\b", written)]
    assert not leaked
