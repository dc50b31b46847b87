"""The readers against real exports; skipped where the development data is absent."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from personagen.reading import Reading, read

_COUNT_IS_SHORT = {
    "transcripts/hitsave/legends_of_astravia.md": "the count there misses `Name 6:51` (one space)",
    "transcripts/hitsave/redstart_interactive.md": "the count there misses one `Name` line",
}


@pytest.fixture(scope="module")
def transcripts(dev_data: Path) -> dict[str, tuple[dict[str, Any], Reading]]:
    """Return name → what is expected, and the reading; each file is read once."""
    expected = json.loads((dev_data / "data" / "expected_speakers.json").read_text())
    return {name: (right, read(dev_data / "data" / name)) for name, right in expected.items()}


def test_the_right_people_speak_and_the_right_ones_ask(
    transcripts: dict[str, tuple[dict[str, Any], Reading]],
) -> None:
    wrong = []
    for name, (right, reading) in transcripts.items():
        spoken = {speaker.name for speaker in reading.speakers}
        asking = {speaker.name for speaker in reading.speakers if speaker.role == "interviewer"}
        if spoken != set(right["speakers"]) or asking != set(right["interviewers"]):
            wrong.append((name, spoken, asking))
    assert not wrong


def test_every_labelled_turn_is_found(
    transcripts: dict[str, tuple[dict[str, Any], Reading]],
) -> None:
    for name, (right, reading) in transcripts.items():
        if "note" in right or name in _COUNT_IS_SHORT:
            continue
        turns = Counter(u.speaker for u in reading.utterances if u.speaker and "." not in u.place)
        assert turns == right["speakers"], name
