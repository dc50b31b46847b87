import json
from pathlib import Path

import pytest

from personagen.importing import import_files
from personagen.progress import Progress
from personagen.reading import ReadOptions
from personagen.store import tables
from personagen.store.ledger import Ledger

INTERVIEW = """\
Interviewer: How do you close the month?
Hana: I copy the numbers by hand, every Friday. It takes four hours.
Interviewer: And when something is missing?
Hana: Then I call the branch. Nobody picks up after five.
Jonas: Same in my team. We keep our own list next to it.
Interviewer: What would you change?
Hana: One button that exports all of it.
"""

REVIEWS = """\
email,rating,comment
kim@example.org,2,It stops working every Monday morning.
lou@example.org,5,The weekly summary is the reason we stayed.
kim@example.org,3,Support answered after nine days.
"""


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(f"sqlite:///{tmp_path / 'study.db'}")
    ledger.migrate()
    yield ledger
    ledger.close()


@pytest.fixture
def inbox(tmp_path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "hana.txt").write_text(INTERVIEW, encoding="utf-8")
    (folder / "reviews.csv").write_text(REVIEWS, encoding="utf-8")
    return folder


def do_import(ledger: Ledger, *paths: Path, **options: object):
    redact = bool(options.pop("redact", True))
    report = import_files(ledger, paths, ReadOptions.model_validate(options), redact=redact)
    return {Path(file.path).name: file for file in report.files}


def snapshot(ledger: Ledger):
    return ledger.sources(), ledger.known(), ledger.aliases(), ledger.pending()


def test_files_in_a_folder_are_imported_each_with_a_report(ledger, inbox):
    done = do_import(ledger, inbox)
    assert [file.status for file in done.values()] == ["imported", "imported"]
    assert (done["hana.txt"].kind, done["hana.txt"].utterances) == ("interview", 7)
    assert done["hana.txt"].participants == 2
    assert (done["reviews.csv"].kind, done["reviews.csv"].participants) == ("review", 2)
    assert len(ledger.participants()) == 4
    assert {chunk.action for chunk in ledger.pending()} == {"add"}
    assert len(ledger.pending()) == ledger.count(tables.chunks)


def test_no_name_of_a_speaker_is_in_what_is_stored_beside_the_alias_table(ledger, inbox):
    do_import(ledger, inbox)
    said = json.dumps([source.model_dump() for source in ledger.sources()])
    for name in ("Hana", "hana", "Jonas", "kim@example.org"):
        assert name not in said
    assert {"Hana", "Jonas"} <= {alias.name for alias in ledger.aliases()}


def test_the_same_bytes_and_options_change_nothing(ledger, inbox):
    do_import(ledger, inbox)
    before = snapshot(ledger)
    done = do_import(ledger, inbox)
    assert [file.status for file in done.values()] == ["unchanged", "unchanged"]
    assert done["hana.txt"].utterances == 7
    assert snapshot(ledger) == before


def test_the_same_content_under_another_name_is_one_source(ledger, inbox):
    (inbox / "copy of hana.txt").write_text(INTERVIEW, encoding="utf-8")
    done = do_import(ledger, inbox)
    assert sorted(file.status for file in done.values()) == ["imported", "imported", "unchanged"]
    assert len(ledger.sources()) == 2


def test_other_options_read_a_source_again_and_redo_only_what_changed(ledger, inbox):
    do_import(ledger, inbox)
    before = {u.id: u for source in ledger.sources() for u in source.utterances}
    people = {person.participant.id: person for person in ledger.known()}
    ledger.settle(ledger.pending())
    done = do_import(ledger, inbox / "hana.txt", interviewers=["Interviewer", "Jonas"])
    assert done["hana.txt"].status == "re-read"
    after = {u.id: u for source in ledger.sources() for u in source.utterances}
    assert set(after) == set(before)
    changed = [id_ for id_ in after if after[id_] != before[id_]]
    assert [before[id_].text for id_ in changed] == [
        "Same in my team. We keep our own list next to it."
    ]
    assert after[changed[0]].role == "interviewer"
    assert set(people) == {person.participant.id for person in ledger.known()}
    assert len(ledger.participants()) == 3
    assert ledger.pending() == []


def test_reading_again_as_before_puts_everything_back(ledger, inbox):
    do_import(ledger, inbox)
    before = ledger.sources(), ledger.participants()
    do_import(ledger, inbox / "hana.txt", interviewers=["Interviewer", "Jonas"])
    do_import(ledger, inbox / "hana.txt")
    assert (ledger.sources(), ledger.participants()) == before


def test_one_bad_file_is_refused_in_one_line_and_the_others_go_on(ledger, inbox):
    (inbox / "a-photo.docx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    done = do_import(ledger, inbox, inbox / "not there.txt")
    for name in ("a-photo.docx", "not there.txt"):
        error = done[name].error
        assert done[name].status == "refused"
        assert error is not None
        assert name in error
        assert "\n" not in error
    assert done["hana.txt"].status == done["reviews.csv"].status == "imported"
    assert len(ledger.sources()) == 2


def test_a_file_that_trips_a_reader_is_refused_without_its_words(ledger, inbox, monkeypatch):
    from personagen import importing

    pseudonymise = importing.pseudonymise

    def trip(reading, *arguments, **options):
        if reading.path.endswith(".csv"):
            raise KeyError("It stops working every Monday morning.")
        return pseudonymise(reading, *arguments, **options)

    monkeypatch.setattr(importing, "pseudonymise", trip)
    done = do_import(ledger, inbox)
    assert done["reviews.csv"].status == "refused"
    assert "Monday" not in (done["reviews.csv"].error or "")
    assert [source.kind for source in ledger.sources()] == ["interview"]


def test_the_same_person_in_two_files_is_one_participant(ledger, inbox):
    (inbox / "more.csv").write_text(
        "email,rating,comment\nkim@example.org,1,Still broken on Mondays I am afraid.\n",
        encoding="utf-8",
    )
    do_import(ledger, inbox)
    assert len(ledger.participants()) == 4


def test_the_study_s_own_files_are_no_sources(ledger, inbox):
    for name in ("study.toml", "codebook.toml"):
        (inbox / name).write_text("", encoding="utf-8")
    (inbox / "study.db").write_bytes(b"SQLite format 3\x00")
    (inbox / "exports").mkdir()
    (inbox / "exports" / "personas.md").write_text("**Ann:** Hello.\n", encoding="utf-8")
    report = import_files(ledger, [inbox], ReadOptions(), study=inbox)
    assert [Path(file.path).name for file in report.files] == ["hana.txt", "reviews.csv"]


def test_progress_is_told_after_each_file(ledger, inbox):
    told: list[Progress] = []
    import_files(ledger, [inbox], ReadOptions(), report=told.append)
    assert [(step.done, step.total) for step in told] == [(1, 2), (2, 2)]


def test_a_pseudonym_that_a_person_gave_out_is_not_given_again(ledger, inbox):
    import_files(ledger, [inbox / "hana.txt"], ReadOptions(), reserved=["P01", "P02"])
    assert [person.id for person in ledger.participants()] == ["P03", "P04"]
