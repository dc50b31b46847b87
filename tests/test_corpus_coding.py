"""The written units that the encoder learns from beside those of the data folder."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from personagen.encoder import CODES
from personagen.encoder.data import (
    KEPT,
    MOST_SAID,
    Unit,
    normalised,
    read_said,
    read_units,
    read_written,
)
from personagen.encoder.layout import KINDS

FOLDER = Path(__file__).parents[1] / "corpus" / "coding"
CORPUS = FOLDER.parent


@pytest.fixture(scope="module")
def learned() -> list[Unit]:
    return read_written(FOLDER)


@pytest.fixture(scope="module")
def kept() -> list[Unit]:
    return [u for file in sorted(FOLDER.glob(f"*{KEPT}.jsonl")) for u in read_units(file)]


def test_there_are_as_many_as_the_readme_says(learned: list[Unit], kept: list[Unit]) -> None:
    readme = (CORPUS / "README.md").read_text(encoding="utf-8")
    assert f"{len(learned) + len(kept):,} sentences" in readme
    assert f"{len(kept):,} of them" in readme


def test_each_is_a_unit_of_the_codebook(learned: list[Unit], kept: list[Unit]) -> None:
    for unit in (*learned, *kept):
        assert unit.kind in KINDS, unit.id
        assert set(unit.codes) <= set(CODES), unit.id
        assert len(unit.codes) == len(set(unit.codes)) <= 2, unit.id
        assert bool(unit.codes) == bool(unit.intensity), unit.id
        assert unit.codes or not unit.quotable, unit.id
        assert 2 <= len(unit.text.split()) <= 60, unit.id


def test_near_misses_are_as_many_as_codes_and_every_code_occurs_in_every_kind(
    learned: list[Unit],
) -> None:
    assert 0.4 <= sum(not unit.codes for unit in learned) / len(learned) <= 0.6
    found = Counter((unit.kind, code) for unit in learned for code in unit.codes)
    assert all(found[kind, code] for kind in KINDS for code in CODES)


def test_nothing_is_written_twice_and_nothing_kept_is_learned_from(
    learned: list[Unit], kept: list[Unit]
) -> None:
    texts = [normalised(unit.text) for unit in (*learned, *kept)]
    assert len(texts) == len(set(texts))
    assert len({unit.id for unit in (*learned, *kept)}) == len(texts)


def test_no_unit_is_of_the_sample_studies(learned: list[Unit], kept: list[Unit]) -> None:
    said = " ".join(
        normalised(file.read_text(encoding="utf-8", errors="ignore"))
        for study in ("benchwren", "hushpebble")
        for file in sorted((CORPUS / study).rglob("*"))
        if file.suffix in {".vtt", ".srt", ".txt", ".md", ".csv", ".jsonl"}
    )
    written = [(u.id, normalised(u.text)) for u in (*learned, *kept)]
    assert not [name for name, text in written if len(text.split()) > 5 and text in said]


def test_sentences_for_the_vectors_map_are_drawn_the_same_for_a_seed_and_none_is_kept() -> None:
    drawn = read_said(CORPUS / "inference", 0)
    assert drawn == read_said(CORPUS / "inference", 0) != read_said(CORPUS / "inference", 1)
    assert 30_000 < len(drawn) == len(set(drawn)) <= MOST_SAID
    assert not read_said(None, 0)
