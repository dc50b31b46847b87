"""The run of the whole corpus through a small model is a command; here it runs on little."""

from __future__ import annotations

import pytest

from personagen.demo import SOURCES, sample_corpus
from tests.llm_fixture import REVIEWS, good_model
from tests.model_server import serving
from tests.real_model import missing, real_server
from tests.small_model import taken_through


def test_the_page_says_what_came_of_the_run(tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    (files / "reviews.csv").write_text(REVIEWS)
    with serving(good_model) as server:
        page = taken_through(server.url, [files], tmp_path / "study")
    assert "| claims that lost their words (`verify`) | 0 |" in page
    asked = next(line for line in page.splitlines() if line.startswith("| all |"))
    answers, unreadable, *_ = (int(cell) for cell in asked.strip("| ").split(" | ")[1:])
    assert (answers, unreadable) == (len(server.requests), 0)


def test_a_run_that_was_broken_off_goes_on_with_the_answers_it_has(tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    (files / "reviews.csv").write_text(REVIEWS)
    with serving(good_model) as server:
        first = taken_through(server.url, [files], tmp_path / "study")
        asked = len(server.requests)
        assert taken_through(server.url, [files], tmp_path / "study") == first
        assert len(server.requests) == asked


@pytest.mark.slow
@pytest.mark.skipif(bool(missing()), reason=missing() or "-")
def test_the_whole_corpus_holds_no_invented_word(tmp_path):
    with real_server() as url:
        page = taken_through(url, [sample_corpus() / name for name in SOURCES], tmp_path / "study")
    assert "| claims that lost their words (`verify`) | 0 |" in page
    quoted, altered = page.split("not verbatim | ")[1].split(" |")[0].split(", ")
    assert int(quoted) > 0
    assert int(altered) == 0
