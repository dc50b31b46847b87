"""A name that a later import brings is masked in what was stored before."""

from __future__ import annotations

import pytest

from personagen.errors import UsageError
from personagen.review import Decision
from personagen.store.remasking import Edit, _moved
from personagen.study import Study

FIRST = """\
Interviewer: How do you fire the glaze?
Hana Ito: I load the kiln by hand and Zorvax Quillon says the chart is always wrong again.
Hana Ito: It takes four hours each week, and Zorvax hates that the oven is slow.
"""
SECOND = """\
Interviewer: And you?
Zorvax Quillon: The export fails every Monday and I want one button that sends all of it.
Zorvax Quillon: Hana told you so already.
"""


@pytest.fixture
def study(tmp_path):
    study = Study.create(tmp_path / "study")
    (tmp_path / "first.txt").write_text(FIRST, encoding="utf-8")
    (tmp_path / "second.txt").write_text(SECOND, encoding="utf-8")
    study.import_files([tmp_path / "first.txt"])
    yield study
    study.close()


@pytest.mark.parametrize(
    ("place", "now"),
    [
        ((0, 3), (0, 3)),
        ((5, 13), (5, 8)),
        ((0, 20), (0, 15)),
        ((7, 20), (5, 15)),
        ((14, 20), (9, 15)),
    ],
)
def test_a_place_moves_with_the_words_around_it(place, now):
    assert _moved([Edit(5, 13, 3)], *place) == now


def test_a_name_that_comes_later_is_masked_in_what_was_there_with_all_that_points_at_it(
    study, tmp_path
):
    study.analyze()
    insight = next(i for i in study.findings().insights if "slow" in i.excerpt.quote)
    study.decide(Decision(action="accept", targets=(insight.id,)), "Bo")
    assert "Zorvax" in insight.excerpt.quote
    done = study.import_files([tmp_path / "second.txt"])
    texts = [u.text for s in study.material().sources for u in s.utterances]
    assert not any("Zorvax" in text or "Quillon" in text for text in texts)
    assert study.verify() == []
    now = next(i for i in study.findings().insights if i.id == insight.id)
    assert now.status == "accepted"
    assert "Zorvax" not in now.model_dump_json()
    assert "P02" in now.excerpt.quote
    assert done.remasked == 2
    assert study._indexing.vectors.count() == len(study._ledger.chunks(_chunk_ids(study)))


def _chunk_ids(study):
    from sqlalchemy import select

    from personagen.store import tables

    with study._ledger.engine.connect() as connection:
        return list(connection.scalars(select(tables.chunks.c.id)))


def test_a_quotation_that_holds_a_masked_name_still_verifies(study, tmp_path):
    report = tmp_path / "report.md"
    report.write_text('She said: "Zorvax Quillon says the chart is always wrong again"\n')
    assert [v.verdict for v in study.check([report]).verdicts] == ["verbatim"]
    study.import_files([tmp_path / "second.txt"])
    assert [v.verdict for v in study.check([report]).verdicts] == ["verbatim"]


def test_a_single_mask_is_taken_back_and_stays_so(study, tmp_path):
    study.import_files([tmp_path / "second.txt"])
    places = study.custody.mask_places("P02")
    assert {place.original for place in places} >= {"Zorvax"}
    one = next(place for place in places if "hates" in place.around)
    assert study.custody.undo_mask(str(one.number), "Bo") == 1
    texts = [u.text for s in study.material().sources for u in s.utterances]
    assert sum("Zorvax" in text for text in texts) == 1
    study.import_files([tmp_path / "first.txt"], redact=True)
    assert len(study.custody.mask_places("P02")) == len(places) - 1


def test_a_word_that_a_person_adds_is_masked_and_can_be_taken_back(study):
    assert study.custody.add_mask("oven", "Bo") == 1
    texts = " ".join(u.text for s in study.material().sources for u in s.utterances)
    assert "that the [colleague 1] is slow" in texts
    group = next(g for g in study.custody.masks() if g.placeholder == "[colleague 1]")
    assert group.originals == ("oven",)
    study.custody.undo_mask("[colleague 1]", "Bo")
    assert "oven" in " ".join(u.text for s in study.material().sources for u in s.utterances)


def test_a_participants_name_is_not_put_back_everywhere(study):
    with pytest.raises(UsageError, match="stands for a person of the study"):
        study.custody.undo_mask(_someone(study), "Bo")


def _someone(study):
    study.custody.add_mask("kiln", "Bo", "P01")
    return "P01"
