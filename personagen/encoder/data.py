"""The coded units that the encoder learns from, read from the data folder.

None of it ships: what is read here is used for training and measuring, and no text goes further.
The labelled sets beside them were tried as tasks of their own: no gain (`docs/quality.md`).
"""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

# Sources that share respondents, products or texts: held out together or not at all.
SIBLINGS = {
    "rsurvey_es": "rsurvey",
    "appreviews_fr": "appreviews",
    "appreview_clusters": "appreviews",
    "jupyter2016": "jupyter",
}


KEPT = "-05"
"""How the names of files end that nothing learns from."""


MOST_SAID = 40_000
"""Sentences that the vectors' map is fitted on beside the units, at most."""


class Unit(NamedTuple):
    """A sentence or short turn coded by the codebook."""

    id: str
    kind: str
    source: str
    lang: str
    sample: str
    """`random`, or `enriched` for rare codes and hard cases: base rates from the first only."""
    context: str
    text: str
    codes: tuple[str, ...]
    quotable: int
    intensity: int

    @property
    def family(self) -> str:
        """The source and its siblings, by one name."""
        return SIBLINGS.get(self.source, self.source)


def read_units(data: Path) -> list[Unit]:
    """Return the coded units of a JSON Lines file, or of `insights_train.jsonl` in a folder."""
    rows = read_rows(data / "insights_train.jsonl" if data.is_dir() else data)
    return [Unit(**{**row, "codes": tuple(row["codes"])}) for row in rows]


def read_written(folder: Path | None) -> list[Unit]:
    """Return the units of a folder's files but for those kept for measuring, `…-05.jsonl`."""
    files = sorted(folder.glob("*.jsonl")) if folder else []
    return [unit for file in files if not file.stem.endswith(KEPT) for unit in read_units(file)]


def read_said(folder: Path | None, seed: int) -> list[str]:
    """Return sentences of `corpus/inference` for the vectors' map, `MOST_SAID` drawn at random."""
    files = [*folder.glob("*.jsonl"), *folder.glob("panels/*.jsonl")] if folder else []
    learned = (file for file in files if not file.stem.endswith(KEPT))
    said = sorted({text for file in learned for row in read_rows(file) for text in row["said"]})
    random.Random(seed).shuffle(said)
    return said[:MOST_SAID]


def normalised(text: str) -> str:
    """Return the words of a text in lower case, so that copies of it are recognised."""
    return " ".join(re.findall(r"\w+", text.lower()))


def read_rows(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON Lines file."""
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
