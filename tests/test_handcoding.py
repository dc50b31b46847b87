"""What people coded elsewhere comes in as theirs, over words with names masked."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from personagen.handcoding import Shift
from personagen.models import Insight
from personagen.study import Study
from tests.test_qda import CODES, TALK, package, points, qde, selection, source

PLANNING = "3" * 8 + "-3333-3333-3333-333333333333"
TWICE = "I draw it twice."


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study.create(tmp_path / "study")


def by_hand(study: Study) -> list[Insight]:
    return [i for i in study.findings().insights if i.provenance.analyst.startswith("person:")]


def project(folder: Path, text: str, *parts: tuple[str, str]) -> Path:
    inside = "".join(selection(*points(text, part), code) for part, code in parts)
    return package(folder, qde("", source(inside)), text.encode())


def test_coded_segments_are_insights_of_the_one_who_coded(study: Study, tmp_path: Path) -> None:
    done = study.import_files([project(tmp_path, TALK, (TWICE, PLANNING))])
    assert [(f.status, f.codes, f.coded) for f in done.files] == [("imported", 2, 1)]
    (insight,) = by_hand(study)
    assert (insight.code, insight.statement, insight.status) == ("planning", TWICE, "accepted")
    assert insight.provenance.analyst == "person:Ilse Brandt"
    assert not study.verify()


def test_the_codes_are_in_the_codebook_of_the_study(study: Study, tmp_path: Path) -> None:
    study.import_files([project(tmp_path, TALK, (TWICE, PLANNING))])
    book = {entry.code: entry.definition for entry in study.document().codebook}
    assert book["Pain > double work"] == "the same thing done twice"
    assert "pain_point" in book


def test_names_are_masked_within_and_around_what_was_coded(study: Study, tmp_path: Path) -> None:
    text = TALK.replace("Nobody plans", "Ask Bo Lund, or Ana: neither plans").replace(
        "Bo:", "Bo Lund:"
    )
    whole = "Ask Bo Lund, or Ana: neither plans Mondays."
    study.import_files([project(tmp_path, text, (whole, PLANNING), ("plans Mondays", PLANNING))])
    quotes = {i.excerpt.quote for i in by_hand(study)}
    # "plans Mondays" alone would say what they did not.
    assert quotes == {"Ask P01, or [interviewer]: neither plans Mondays."}
    assert not study.verify()


def test_what_the_interviewer_said_is_nobodys_insight(study: Study, tmp_path: Path) -> None:
    done = study.import_files([project(tmp_path, TALK, ("And Mondays?", PLANNING))])
    assert not by_hand(study)
    assert "1 coded segment(s) hold no participant's words" in done.files[0].warnings


def test_coded_again_the_same_text_is_read_anew(study: Study, tmp_path: Path) -> None:
    study.import_files([project(tmp_path, TALK, (TWICE, PLANNING))])
    unchanged = study.import_files([tmp_path / "study.qdpx"]).files[0]
    assert unchanged.status == "unchanged"
    again = study.import_files([project(tmp_path, TALK, ("Nobody plans Mondays.", PLANNING))])
    assert again.files[0].status == "re-read"
    assert [i.statement for i in by_hand(study)] == ["Nobody plans Mondays."]


def test_analysis_leaves_what_people_coded(study: Study, tmp_path: Path) -> None:
    study.import_files([project(tmp_path, TALK, (TWICE, PLANNING))])
    study.analyze()
    assert [i.statement for i in by_hand(study)] == [TWICE]
    assert not study.verify()
    written = study.export(["md", "json", "csv"])
    assert any(TWICE in path.read_text() for path in written if path.suffix == ".csv")


def test_a_person_may_reject_what_another_coded(study: Study, tmp_path: Path) -> None:
    from personagen.review import Decision

    study.import_files([project(tmp_path, TALK, (TWICE, PLANNING))])
    study.decide(Decision(action="reject", targets=(by_hand(study)[0].id,)), "Mo")
    assert by_hand(study)[0].status == "rejected"


def test_with_the_participant_goes_what_was_coded_of_them(study: Study, tmp_path: Path) -> None:
    study.import_files([project(tmp_path, TALK, (TWICE, PLANNING))])
    study.custody.withdraw("P01")
    assert not by_hand(study)


def test_a_codebook_alone_is_no_source(study: Study, tmp_path: Path) -> None:
    (tmp_path / "c.qdc").write_text(
        f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0">{CODES}</CodeBook>'
    )
    done = study.import_files([tmp_path / "c.qdc"])
    assert [(f.status, f.codes, f.source) for f in done.files] == [("imported", 2, None)]
    assert not study.material().sources


def test_highlights_find_their_words_in_the_study(study: Study, tmp_path: Path) -> None:
    (tmp_path / "bo.txt").write_text(TALK)
    (tmp_path / "highlights.csv").write_text(
        "id,document,tag,content\r\n1,bo,waste,I draw it  twice.\r\n"
        "2,bo,waste,never said\r\n3,bo,plan,o\r\n"
    )
    study.import_files([tmp_path / "bo.txt"])
    done = study.import_files([tmp_path / "highlights.csv"]).files[0]
    assert [(i.code, i.statement) for i in by_hand(study)] == [("waste", TWICE)]
    assert "1 coded passage(s) found in no source; import the documents first" in done.warnings
    assert "1 coded passage(s) stand in several places and were left out" in done.warnings


def test_each_file_of_a_zip_is_a_source(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one/bo.txt", TALK)
        archive.writestr("two/cy.txt", TALK.replace("Bo", "Cy").replace("kiln", "lathe"))
        archive.writestr("two/broken.json", '{"sentences": [')
        archive.writestr("cover.png", b"\x89PNG")
    done = study.import_files([path])
    assert [f.status for f in done.files] == ["imported", "refused", "imported"] or [
        f.status for f in done.files
    ] == ["imported", "imported", "refused"]
    assert [s.why for s in done.skipped] == [".png files hold no text to read"]
    assert len(study.material().sources) == 2


@pytest.mark.parametrize(
    ("before", "after", "span", "words"),
    [
        ("Hi Bo Lund, yes.", "Hi P01, yes.", (3, 10), "P01"),
        ("Hi Bo Lund, yes.", "Hi P01, yes.", (6, 15), "P01, yes"),
        ("Hi Bo Lund, yes.", "Hi P01, yes.", (12, 15), "yes"),
        ("Ana and Ana met Ana", "[interviewer] and [interviewer] met [interviewer]", (8, 15),
         "[interviewer] met"),
        ("same", "same", (1, 3), "am"),
    ],
)  # fmt: skip
def test_a_span_moves_with_the_masks_before_it(
    before: str, after: str, span: tuple[int, int], words: str
) -> None:
    start, end = Shift(before, after).span(*span)
    assert after[start:end] == words
