"""After a withdrawal the analyst of the last run does it again, where nothing is sent unasked."""

from __future__ import annotations

from personagen.llm.options import steps_of
from personagen.study import ANALYZED_WITH, Study
from tests.llm_fixture import good_model, options, write_study
from tests.model_server import serving


def withdrawn(study):
    gone = study.document().participants[0].id
    study.custody.withdraw(gone)
    return gone, study.document()


def test_a_model_on_this_machine_is_asked_again_and_not_shown_what_is_gone(tmp_path):
    folder = write_study(tmp_path / "study")
    with serving(good_model) as server, Study.open(folder) as study:
        study.analyze(llm=options(server, steps=steps_of(["name"])))
        before = len(server.requests)
        gone, document = withdrawn(study)
        assert len(server.requests) > before
    assert document.provenance.analyst == "llm:openai:gpt-4o"
    assert not any(insight.participant == gone for insight in document.insights)


def test_where_the_model_is_gone_too_the_extractive_analyst_stands_in_and_says_so(tmp_path):
    folder = write_study(tmp_path / "study")
    with Study.open(folder) as study:
        with serving(good_model) as server:
            study.analyze(llm=options(server, steps=steps_of(["name"])))
        _, document = withdrawn(study)
    assert {theme.provenance.analyst for theme in document.themes} == {"extractive"}
    assert any("stands in" in s.what and "could not be reached" in s.why for s in document.skipped)


def test_nothing_is_sent_to_another_machine_unasked(tmp_path):
    folder = write_study(tmp_path / "study")
    with serving(good_model) as server, Study.open(folder) as study:
        study.analyze(llm=options(server, steps=steps_of(["name"])))
        kept = study._ledger.fact(ANALYZED_WITH)
        study._ledger.note(ANALYZED_WITH, kept.replace("127.0.0.1", "models.example.org"))
        before = len(server.requests)
        _, document = withdrawn(study)
        assert len(server.requests) == before
    assert any("analyze again to ask it" in one.why for one in document.skipped)
    log = (folder / "egress.log").read_text()
    assert "models.example.org" not in log
