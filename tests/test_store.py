import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DatabaseError

from personagen.errors import StoreError, StudyLockedError
from personagen.models import ReviewEvent
from personagen.store import database, tables
from personagen.store.ledger import Ledger, Pending
from personagen.store.lock import HOLDER_FILE, writing
from personagen.store.record import Record
from personagen.store.vectors import Vectors
from tests.store_fixture import AT, a_person, a_run, a_source, some_findings

TALK = (("P01", "We waited three weeks."), (None, "And then?"), ("P02", "Then it came back wrong."))


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(f"sqlite:///{tmp_path / 'study.db'}")
    ledger.migrate()
    yield ledger
    ledger.close()


@pytest.fixture
def vectors(tmp_path):
    vectors = Vectors(tmp_path / "vectors")
    yield vectors
    vectors.close()


# The schema


def test_migrations_make_the_tables_that_the_code_declares(tmp_path, ledger):
    declared = create_engine("sqlite://")
    tables.metadata.create_all(declared)
    made = inspect(ledger.engine)
    wanted = inspect(declared)
    assert set(made.get_table_names()) == {*wanted.get_table_names(), "alembic_version"}
    for name in wanted.get_table_names():
        assert _shape(made, name) == _shape(wanted, name)
    declared.dispose()


def _shape(inspector, table):
    columns = {c["name"]: (str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)}
    keys = sorted(str(key["constrained_columns"]) for key in inspector.get_foreign_keys(table))
    indexes = sorted(str(index["column_names"]) for index in inspector.get_indexes(table))
    unique = sorted(str(u["column_names"]) for u in inspector.get_unique_constraints(table))
    return columns, keys, indexes, unique, inspector.get_pk_constraint(table)


def test_the_code_knows_the_newest_migration():
    from alembic.script import ScriptDirectory

    folder = Path(tables.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == tables.REVISION


def test_a_study_of_a_newer_schema_is_refused_and_left_alone(ledger):
    with ledger.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer personagen"):
        ledger.migrate()
    assert database.version(ledger.engine) == "9999"


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path):
    (tmp_path / "study.db").write_bytes(b"not a database at all" * 100)
    broken = Ledger(f"sqlite:///{tmp_path / 'study.db'}")
    with pytest.raises(StoreError, match=r"study\.db: not a readable database"):
        broken.migrate()
    broken.close()


def test_the_database_is_in_wal_with_foreign_keys_on(ledger):
    with ledger.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
        assert connection.scalar(text("PRAGMA busy_timeout")) > 0


# Sources


def test_a_source_comes_back_as_it_went_in(ledger):
    new = a_source("one", *TALK)
    ledger.put(new)
    assert ledger.sources() == (new.source,)
    assert [person.id for person in ledger.participants()] == ["P01", "P02"]
    assert ledger.known()[0].names == ("Name of P01",)
    assert ledger.aliases() == tuple(new.aliases)
    chunks = ledger.chunks(chunk.id for chunk in new.chunks)
    assert list(chunks.values()) == list(new.chunks) or set(chunks.values()) == set(new.chunks)


def test_sources_come_back_in_the_order_of_import_also_after_one_is_read_again(ledger):
    for name in ("one", "two"):
        ledger.put(a_source(name, *TALK))
    ledger.put(a_source("one", ("P01", "Other words.")))
    assert [source.path for source in ledger.sources()] == ["one.txt", "two.txt"]
    assert [u.text for u in ledger.sources()[0].utterances] == ["Other words."]


def test_who_vanishes_from_a_source_read_again_is_no_participant_but_keeps_the_pseudonym(ledger):
    ledger.put(a_source("one", *TALK))
    ledger.put(a_source("one", TALK[0], (None, "And then?"), (None, "Then it came back wrong.")))
    assert [person.id for person in ledger.participants()] == ["P01"]
    assert [person.participant.id for person in ledger.known()] == ["P01", "P02"]


def test_only_the_chunks_that_changed_are_pending_after_a_source_is_read_again(ledger):
    said = [("P01", f"This is answer number {n} of many.") for n in range(5)]
    ledger.put(a_source("one", *said))
    ledger.settle(ledger.pending())
    before = {chunk.id: chunk for chunk in a_source("one", *said).chunks}
    said[2] = ("P01", "Something else was said here.")
    changed = a_source("one", *said)
    ledger.put(changed)
    gone = set(before) - {chunk.id for chunk in changed.chunks}
    new = {chunk.id for chunk in changed.chunks} - set(before)
    assert len(gone) == len(new) == 1
    assert set(ledger.pending()) == {
        *(Pending(chunk, "delete") for chunk in gone),
        *(Pending(chunk, "add") for chunk in new),
    }


def test_a_source_that_fails_half_way_leaves_nothing(ledger):
    new = a_source("one", *TALK)
    broken = new._replace(chunks=[*new.chunks, new.chunks[0]])
    with pytest.raises(DatabaseError):
        ledger.put(broken)
    for table in (tables.sources, tables.participants, tables.utterances, tables.chunks):
        assert ledger.count(table) == 0
    assert ledger.pending() == []


def test_attributes_learned_later_are_kept_and_the_order_of_people_stays(ledger):
    ledger.put(a_source("one", *TALK))
    new = a_source("two", ("P01", "Still waiting."), ("P03", "Me too."))
    ledger.put(new._replace(people=[a_person("P01", ["a@b.c"], role="buyer"), a_person("P03")]))
    assert [person.id for person in ledger.participants()] == ["P01", "P02", "P03"]
    assert ledger.participants()[0].attributes == {"role": "buyer"}
    assert ledger.known()[0].identities == ("a@b.c",)


# Findings and decisions


def test_findings_come_back_as_they_went_in_and_replace_those_before(ledger):
    record = Record(ledger.engine)
    assert record.findings().insights == ()
    first = some_findings(a_source("one", *TALK))
    record.save(first, a_run(1))
    assert record.findings() == first
    second = some_findings(a_source("two", ("P01", "Other words.")))
    record.save(second, a_run(2))
    assert record.findings() == second
    assert record.runs() == (a_run(1), a_run(2))


def _decision(**after: object) -> ReviewEvent:
    return ReviewEvent(id=0, at=AT, by="Ana", action="edit", target="c_1", after=after or None)


def test_decisions_are_numbered_in_order_and_come_back_as_they_went_in(ledger):
    record = Record(ledger.engine)
    written = record.append([_decision(text="Süß “quoted”"), _decision()])
    assert [event.id for event in written] == [1, 2]
    assert record.events() == tuple(written)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM review_events",
        "UPDATE review_events SET target = 'c_2'",
        "UPDATE review_events SET after = '{}'",
        "UPDATE review_events SET \"by\" = 'Bo', before = NULL, after = NULL",
    ],
)
def test_a_decision_on_record_is_never_changed_nor_deleted(ledger, statement):
    record = Record(ledger.engine)
    written = record.append([_decision(text="New words")])
    with pytest.raises(DatabaseError, match="append-only"), ledger.engine.begin() as connection:
        connection.execute(text(statement))
    assert record.events() == tuple(written)


def test_erasure_alone_may_blank_what_a_decision_was_about(ledger):
    record = Record(ledger.engine)
    (written,) = record.append([_decision(text="New words")])
    with ledger.engine.begin() as connection:
        connection.execute(text('UPDATE review_events SET "before" = NULL, "after" = NULL'))
    assert record.events() == (written.model_copy(update={"after": None}),)


# Vectors


def _rows(n, seed=0):
    rows = np.random.default_rng(seed).normal(size=(n, 384)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_nearest_chunk_is_found_first(vectors):
    rows = _rows(50)
    vectors.upsert([f"c{n}" for n in range(50)], rows)
    hits = vectors.search(rows[7], 3)
    assert len(hits) == 3
    assert hits[0].chunk == "c7"
    assert hits[0].similarity == pytest.approx(1, abs=1e-5)
    assert hits[1].similarity == pytest.approx(float(np.sort(rows @ rows[7])[-2]), abs=1e-5)


def test_searching_an_empty_study_finds_nothing(vectors):
    assert vectors.search(_rows(1)[0], 5) == []


def test_vectors_stay_on_disk_can_be_deleted_and_written_twice(tmp_path, vectors):
    rows = _rows(3)
    vectors.upsert(["a", "b", "c"], rows)
    vectors.upsert(["a"], rows[1:2])
    vectors.delete(["b", "never there"])
    vectors.close()
    again = Vectors(tmp_path / "vectors")
    assert again.count() == 2
    assert again.search(rows[1], 1)[0].chunk == "a"
    again.clear()
    assert again.count() == 0
    again.close()


def test_more_vectors_than_chroma_takes_at_once_are_written(vectors):
    most = vectors._client.get_max_batch_size()
    vectors.upsert(
        [f"c{n}" for n in range(most + 1)], np.eye(4, dtype=np.float32)[[0] * (most + 1)]
    )
    assert vectors.count() == most + 1


def test_search_keeps_no_words_opens_no_connection_and_leaves_nothing_at_home(tmp_path):
    script = """
import socket, sys
def refuse(*_):
    raise SystemExit("a connection was opened")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
from pathlib import Path
from personagen.encoder import load
from personagen.store.vectors import Vectors
said = load().encode(["We waited three weeks."]).vectors
v = Vectors(Path(sys.argv[1]))
v.upsert(["c1"], said)
assert v.search(said[0], 1)
print(v._collection.get(include=["documents", "metadatas", "uris"]))
v.close()
"""
    home = tmp_path / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "vectors")],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        check=True,
    )
    assert "'documents': [None]" in done.stdout
    assert "'metadatas': [None]" in done.stdout
    # onnxruntime keeps what it is going to report under ~/.cache.
    assert list(home.rglob("*")) == []


# The lock


def test_the_second_writer_is_told_who_holds_the_study(tmp_path):
    script = (
        "import sys; from pathlib import Path; from personagen.store.lock import writing\n"
        "with writing(Path(sys.argv[1]), 'import'):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        with pytest.raises(StudyLockedError) as error, writing(tmp_path, "analyze"):
            pass
    finally:
        holder.communicate("")
    assert f"process {holder.pid} on " in str(error.value)
    assert "import" in str(error.value)


def test_the_lock_of_a_process_that_died_does_not_block(tmp_path):
    script = (
        "import os, sys; from pathlib import Path; from personagen.store.lock import writing\n"
        "with writing(Path(sys.argv[1]), 'import'):\n    os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(tmp_path)]).returncode == 9
    assert (tmp_path / HOLDER_FILE).exists()
    with writing(tmp_path, "analyze"):
        assert str(os.getpid()) in (tmp_path / HOLDER_FILE).read_text()
    assert not (tmp_path / HOLDER_FILE).exists()


def test_two_writers_in_one_process_exclude_each_other(tmp_path):
    with writing(tmp_path, "import"), pytest.raises(StudyLockedError), writing(tmp_path, "review"):
        pass
