"""Every document that is exported passes the quote gate that judges everybody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from personagen import export
from personagen.verification import QuoteIndex
from tests.export_fixture import study


@pytest.fixture(scope="module")
def index() -> QuoteIndex:
    return QuoteIndex.build(study().sources)


@pytest.mark.parametrize(
    ("name", "fewest"), [("personas.md", 25), ("messages.md", 1), ("personas.html", 36)]
)
def test_every_quotation_in_a_document_is_verbatim(
    name: str, fewest: int, index: QuoteIndex, tmp_path: Path
) -> None:
    export.write(study(), ["md", "html"], tmp_path)
    verdicts, skipped = index.check_file(tmp_path / name)
    assert [(v.quote, v.verdict, v.why) for v in verdicts if v.verdict != "verbatim"] == []
    assert len(verdicts) >= fewest
    assert {skip.why for skip in skipped} <= {"stands in a title"}


def test_an_evidence_quote_is_judged_with_its_participant(
    index: QuoteIndex, tmp_path: Path
) -> None:
    (personas, _) = export.write(study(), ["md"], tmp_path)
    personas.write_text(
        personas.read_text(encoding="utf-8").replace(
            "Sundays back.” — P01", "Sundays back.” — P02"
        ),
        encoding="utf-8",
    )
    verdicts, _ = index.check_file(personas)
    assert "misattributed" in {v.verdict for v in verdicts}
