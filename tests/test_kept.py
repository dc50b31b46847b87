"""What the review room keeps of a study: never older than the study, read once over decisions."""

from __future__ import annotations

from pathlib import Path

import pytest

from personagen.review import Decision
from personagen.store.kept import Kept
from personagen.store.ledger import Ledger
from personagen.store.vectors import Held, Vectors
from personagen.study import Study


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by one each time the sources are read from the database."""
    reads: list[str] = []
    plain = Ledger.sources

    def read(ledger: Ledger) -> object:
        reads.append("sources")
        return plain(ledger)

    monkeypatch.setattr(Ledger, "sources", read)
    return reads


def decide(folder: Path, kept: Kept | None, action: str, target: str) -> None:
    with Study.open(folder, kept=kept) as study:
        study.decide(Decision(action=action, targets=(target,)), "Ana")


def same(folder: Path, kept: Kept) -> bool:
    with Study.open(folder, kept=kept) as one, Study.open(folder) as other:
        return one.document() == other.document()


def test_over_many_decisions_the_sources_are_read_once(demo_copy: Path, counted: list[str]) -> None:
    kept = Kept()
    with Study.open(demo_copy, kept=kept) as study:
        insights = study.document().insights
    for insight in insights[:3]:
        decide(demo_copy, kept, "accept", insight.id)
        with Study.open(demo_copy, kept=kept) as study:
            study.document()
    with Study.open(demo_copy, kept=kept) as study:
        study.undo("Ana")
        study.document()
    assert len(counted) == 1
    assert same(demo_copy, kept)


def test_what_another_program_decides_or_masks_in_between_is_seen(demo_copy: Path) -> None:
    kept = Kept()
    with Study.open(demo_copy, kept=kept) as study:
        one, two, three = study.document().insights[:3]
    decide(demo_copy, None, "accept", one.id)
    assert same(demo_copy, kept)
    decide(demo_copy, kept, "reject", two.id)
    assert same(demo_copy, kept)
    with Study.open(demo_copy) as study:
        study.custody.add_mask("workshop", "Ben", "[place 1]")
    decide(demo_copy, kept, "accept", three.id)
    assert same(demo_copy, kept)
    with Study.open(demo_copy, kept=kept) as study:
        assert "[place 1]" in study.document().model_dump_json()


def test_a_file_imported_while_the_room_is_open_is_seen(demo_copy: Path, tmp_path: Path) -> None:
    kept = Kept()
    with Study.open(demo_copy, kept=kept) as study:
        before = len(study.document().sources)
    talk = tmp_path / "talk.txt"
    talk.write_text("Ann: I mend bikes.\nBen: I sell them.\n" * 3, encoding="utf-8")
    with Study.open(demo_copy) as study:
        study.import_files([talk])
    with Study.open(demo_copy, kept=kept) as study:
        assert len(study.document().sources) == before + 1


def test_what_changed_during_a_decision_is_not_taken_for_kept() -> None:
    kept = Kept()
    kept.once("1", "imported", lambda: "old")
    kept.decided("2", "3")
    assert kept.once("3", "imported", lambda: "new") == "new"
    kept.once("3", "findings", lambda: "before")
    kept.decided("3", "4")
    assert kept.once("4", "imported", lambda: "none") == "new"
    assert kept.once("4", "findings", lambda: "after") == "after"


def test_a_search_by_meaning_finds_the_same_with_vectors_in_memory(demo_copy: Path) -> None:
    kept, text = Kept(), "somebody else should be able to run the shop"
    with Study.open(demo_copy) as study:
        plain = study.search(text, 10)
    with Study.open(demo_copy, kept=kept) as study:
        held = study.search(text, 10)
    assert held
    assert [p.text for p in held] == [p.text for p in plain]
    assert [p.score for p in held] == pytest.approx([p.score for p in plain], abs=1e-5)


def test_vectors_are_read_once_over_decisions_and_again_after_an_import(
    demo_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    plain = Vectors.held

    def read(vectors: Vectors) -> Held:
        held = plain(vectors)
        reads.append(len(held.chunks))
        return held

    monkeypatch.setattr(Vectors, "held", read)
    kept = Kept()
    with Study.open(demo_copy, kept=kept) as study:
        study.expect_search()
        insight = study.document().insights[0]
    decide(demo_copy, kept, "accept", insight.id)
    with Study.open(demo_copy, kept=kept) as study:
        assert study.search("paper notes", 3)
    assert len(reads) == 1
    talk = tmp_path / "talk.txt"
    line = "The zeppelin over our allotment lost its purple propeller."
    talk.write_text(f"Ann: What happened?\nBen: {line}\n" * 3, encoding="utf-8")
    with Study.open(demo_copy) as study:
        study.import_files([talk])
    with Study.open(demo_copy, kept=kept) as study:
        found = study.search("a zeppelin without its propeller", 1)
    assert "zeppelin" in found[0].text
    assert reads[1] > reads[0]
