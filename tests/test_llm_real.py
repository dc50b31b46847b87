"""A model of 135 million parameters, the hardest case: whatever it answers, no word is invented."""

from __future__ import annotations

import json

import pytest

from personagen.chatmodel import ModelSettings
from personagen.llm.options import LlmOptions
from personagen.study import Study
from tests.llm_fixture import write_study
from tests.real_model import missing, real_server

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "-")


@pytest.fixture(scope="module")
def url():
    with real_server() as address:
        yield address


@pytest.fixture(scope="module")
def made(url, tmp_path_factory):
    """Analyze two interviews and ten reviews: one request at a time, 150 tokens an answer."""
    folder = write_study(tmp_path_factory.mktemp("real") / "study")
    settings = ModelSettings(
        model="openai:smollm2-135m",
        base_url=url,
        max_output_tokens=150,
        chunk_tokens=500,
        concurrency=1,
        timeout=240,
        deadline=240,
    )
    with Study.open(folder) as study:
        run = study.analyze(llm=LlmOptions(settings=settings))
    return folder, run


def test_the_study_is_complete_and_every_quotation_stands_in_a_source(made):
    folder, run = made
    assert run.analyst == "llm:openai:smollm2-135m"
    assert run.spent.requests > 5
    assert run.spent.tokens_written <= 150 * run.spent.requests
    with Study.open(folder) as study:
        document = study.document()
        assert document.insights
        assert document.personas
        assert study.verify() == []
        study.export(["md", "html", "json", "csv"])
        checked = study.check([folder / "exports" / "personas.md"])
    assert checked.verdicts
    assert {verdict.verdict for verdict in checked.verdicts} == {"verbatim"}


def test_what_the_model_wrote_holds_no_number_or_name_of_its_own(made):
    from personagen.support import form_problem

    folder, _ = made
    with Study.open(folder) as study:
        document = study.document()
    for claim in document.claims:
        if claim.provenance.analyst.startswith("llm:"):
            assert form_problem(claim.text, [e.quote for e in claim.supports]) == ""


def test_what_it_answered_badly_is_listed_with_the_reason(made):
    folder, _ = made
    with Study.open(folder) as study:
        document = study.document()
    worded = sum(c.provenance.analyst.startswith("llm:") for c in document.claims)
    left = [s for s in document.skipped if "stands in" in s.what or "coded offline" in s.what]
    assert worded or left
    assert all(s.why for s in left)


def test_each_request_is_on_the_log(made):
    folder, run = made
    lines = [json.loads(line) for line in (folder / "egress.log").read_text().splitlines()]
    assert {line["host"] for line in lines} == {"127.0.0.1"}
    assert len(lines) >= run.spent.requests
