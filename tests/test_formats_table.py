"""Every development sample against what was expected of it by eye."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats_table import DOCUMENT, FINE, Result, digest, document, expectations, results


@pytest.fixture(scope="module")
def table(dev_data: Path) -> dict[str, Result]:
    """Return how each sample is read; each is read once."""
    return {row.sample: row for row in results(dev_data)}


def test_what_was_expected_by_eye_is_what_is_read(table: dict[str, Result]) -> None:
    missed = {
        name: row.note
        for name, row in table.items()
        if "open" not in expectations().get(name, {"open": ""}) and row.verdict not in FINE
    }
    assert not missed


def test_a_sample_that_is_read_right_is_no_longer_called_open(table: dict[str, Result]) -> None:
    expected = expectations()
    done = [n for n, row in table.items() if "open" in expected.get(n, {}) and row.verdict in FINE]
    assert not done


def test_every_sample_has_an_expectation_and_every_expectation_a_sample(
    table: dict[str, Result],
) -> None:
    assert set(expectations()) == set(table)


def test_the_table_in_the_docs_says_what_the_readers_do(table: dict[str, Result]) -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(list(table.values()))


def test_the_hash_of_words_sees_speakers_roles_and_order_but_no_white_space() -> None:
    said = [("Ana", "participant", "I  copy\nit."), ("Ana", "participant", "Twice.")]
    assert digest(said) == digest([("Ana", "participant", "I copy it. Twice.")])
    assert digest(said) != digest([("Ben", "participant", "I copy it. Twice.")])
    assert digest(said) != digest([("Ana", "interviewer", "I copy it. Twice.")])
    assert digest(said) != digest(list(reversed(said)))
