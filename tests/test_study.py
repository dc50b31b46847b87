import os
import subprocess
import sys
from pathlib import Path

import pytest

from personagen.errors import NotAStudyError, StudyLockedError, UsageError
from personagen.store import tables
from personagen.store.lock import writing
from personagen.store.vectors import Vectors
from personagen.study import Study
from tests.test_importing import INTERVIEW, REVIEWS


@pytest.fixture
def inbox(tmp_path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "hana.txt").write_text(INTERVIEW, encoding="utf-8")
    (folder / "reviews.csv").write_text(REVIEWS, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "study"


def vectors_agree(study: Study) -> bool:
    chunks = study._ledger.count(tables.chunks)
    return chunks > 0 and study._indexing.vectors.count() == chunks and not study._ledger.pending()


def test_a_study_is_created_imported_into_closed_and_read_back(folder, inbox):
    with Study.create(folder) as study:
        done = study.import_files([inbox])
        before = study.material()
        assert vectors_agree(study)
    assert done.count("imported") == 2
    with Study.open(folder) as study:
        assert study.material() == before
        assert len(before.participants) == 4
        document = study.document()
    assert document.sources == before.sources
    assert document.provenance.analyst == "none"


def test_a_study_is_not_created_over_another(folder):
    Study.create(folder).close()
    with pytest.raises(UsageError, match="holds a study already"):
        Study.create(folder)


def test_a_folder_without_a_study_is_not_opened_and_nothing_is_made_in_it(folder):
    folder.mkdir()
    with pytest.raises(NotAStudyError, match="personagen init"):
        Study.open(folder)
    assert list(folder.iterdir()) == []


def test_a_study_lives_in_any_folder_whatever_its_name(tmp_path, inbox):
    with Study.create(tmp_path / "50% off? #1") as study:
        study.import_files([inbox])
    with Study.open(tmp_path / "50% off? #1") as study:
        assert len(study.material().sources) == 2


def test_a_study_file_that_is_there_already_is_kept(folder):
    folder.mkdir()
    (folder / "study.toml").write_text('[product]\nname = "Tally"\n', encoding="utf-8")
    with Study.create(folder) as study:
        assert study.material().product.name == "Tally"


def test_a_passage_is_found_by_its_meaning(folder, inbox):
    with Study.create(folder) as study:
        study.import_files([inbox])
        found = study.search("customer service replies slowly", 3)
    assert "nine days" in found[0].text
    assert found[0].score >= found[1].score >= found[2].score


def test_status_counts_what_is_here(folder, inbox):
    with Study.create(folder) as study:
        assert not study.status().outdated
        study.import_files([inbox])
        status = study.status()
        assert study.status_counts() == {"sources": 2, "utterances": 10, "participants": 4}
    assert status.sources == {"interview": 1, "review": 1}
    assert (status.utterances, status.participants) == (10, 4)
    assert status.outdated


def test_while_another_process_writes_reading_works_and_writing_is_refused(folder, inbox):
    Study.create(folder).close()
    with writing(folder, "import"), Study.open(folder) as study:
        assert study.material().sources == ()
        with pytest.raises(StudyLockedError):
            study.import_files([inbox])


# The ledger and the vectors never disagree


def test_an_import_that_fails_between_ledger_and_vectors_is_made_good(folder, inbox, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError("no space left")

    with Study.create(folder) as study:
        with monkeypatch.context() as broken:
            broken.setattr(Vectors, "upsert", fail)
            with pytest.raises(OSError, match="no space left"):
                study.import_files([inbox])
        assert study._ledger.pending()
    with Study.open(folder) as study:
        assert vectors_agree(study)


KILLED = """
import os, sys
from pathlib import Path
from personagen.store.vectors import Vectors
from personagen.study import Study

real = Vectors.upsert
def die(self, ids, vectors):
    if sys.argv[3] == "after":
        real(self, ids, vectors)
    os._exit(9)

Vectors.upsert = die
Study.create(Path(sys.argv[1])).import_files([Path(sys.argv[2])])
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_killed_before_or_after_the_vectors_leaves_a_study_that_heals(
    folder, inbox, moment
):
    command = [sys.executable, "-c", KILLED, str(folder), str(inbox), moment]
    assert subprocess.run(command, env=dict(os.environ)).returncode == 9
    with Study.open(folder) as study:
        assert len(study.material().sources) == 2
        assert vectors_agree(study)
        assert "nine days" in study.search("customer service replies slowly", 1)[0].text


def test_vectors_that_were_deleted_are_made_again_when_they_are_needed(folder, inbox):
    with Study.create(folder) as study:
        study.import_files([inbox])
        study._indexing.vectors.clear()
        assert "nine days" in study.search("customer service replies slowly", 1)[0].text
        assert vectors_agree(study)


def test_damaged_vectors_are_made_again(folder, inbox):
    with Study.create(folder) as study:
        study.import_files([inbox])
    (folder / "vectors" / "chroma.sqlite3").write_bytes(b"damaged" * 1000)
    with Study.open(folder) as study:
        assert len(study.search("slow", 2)) == 2
        assert vectors_agree(study)


def test_vectors_of_another_encoder_are_made_again(folder, inbox):
    with Study.create(folder) as study:
        study.import_files([inbox])
        study._ledger.note("vectors made by", "an older encoder")
        study.search("slow", 1)
        assert study._ledger.fact("vectors made by") != "an older encoder"
        assert vectors_agree(study)


def test_reindex_makes_all_vectors_anew(folder, inbox):
    with Study.create(folder) as study:
        study.import_files([inbox])
        before = study.search("slow", 5)
        assert study.reindex() == study._ledger.count(tables.chunks)
        assert study.search("slow", 5) == before


def test_a_second_import_embeds_only_what_changed(folder, inbox, monkeypatch):
    with Study.create(folder) as study:
        study.import_files([inbox])
        (inbox / "more.csv").write_text(
            "email,rating,comment\nmo@example.org,1,The export loses a column.\n", encoding="utf-8"
        )
        written: list[str] = []
        upsert = Vectors.upsert

        def note(self, ids, vectors):
            written.extend(ids)
            upsert(self, ids, vectors)

        monkeypatch.setattr(Vectors, "upsert", note)
        study.import_files([inbox])
        assert len(written) == 1
        assert vectors_agree(study)


def test_opening_a_study_loads_nothing_heavy(folder):
    Study.create(folder).close()
    script = (
        "import sys; from pathlib import Path; from personagen.study import Study\n"
        "Study.open(Path(sys.argv[1])).close()\n"
        "heavy = ['chromadb', 'onnxruntime', 'alembic', 'sklearn', 'tiktoken']\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    command = [sys.executable, "-c", script, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
