"""A persona answers from what its people said, word for word, or says that it can't."""

from __future__ import annotations

from pathlib import Path

import pytest

from personagen.study import Study
from tests.llm_fixture import write_study


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = write_study(tmp_path_factory.mktemp("answering") / "study")
    with Study.open(folder) as study:
        study.analyze()
    return folder


@pytest.fixture
def study(folder: Path):
    with Study.open(folder) as opened:
        yield opened


def first(study: Study) -> str:
    return study.findings().personas[0].id


def test_an_answer_quotes_the_persona_s_people_word_for_word(study):
    said = study.ask("What do you spend your Fridays on?", first(study))
    assert said.basis == "quoted"
    texts = {u.id: u.text for s in study.material().sources for u in s.utterances}
    for one in said.evidence:
        assert texts[one.utterance][one.start : one.end] == one.quote
        assert one.participant in study.findings().personas[0].participants
    assert said.n == len({e.participant for e in said.evidence})


def test_what_nobody_spoke_of_is_declined_with_what_to_ask(study):
    said = study.ask("Which car do you drive to the office?", first(study))
    assert said.basis == "no_evidence"
    assert not said.evidence
    assert said.ask_next


def test_everything_said_is_kept_in_the_document(study):
    said = study.ask("What do you spend your Fridays on?", first(study), by="ann")
    assert study.document().chats[-1] == said
