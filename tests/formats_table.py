"""What the readers make of every development sample, against what was expected by eye.

`python -m tests.formats_table` rewrites `docs/formats.md`;
`python -m tests.formats_table --digest < words.txt` gives the hash of words written down by eye,
one `speaker|role|text` a line; `--show SAMPLE…` prints the counts and the hash that a reading has.
Expectations are in `tests/expected_formats.toml`: names, counts and hashes, never a sample's words.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from personagen.errors import PersonagenError
from personagen.reading import Reading, read

EXPECTED = Path(__file__).with_name("expected_formats.toml")
DOCUMENT = Path(__file__).parents[1] / "docs" / "formats.md"
FOLDERS = ("formats", "data/transcripts")
"""Folders of the development data that hold samples."""
_NO_SAMPLES = {"README.md", ".gitattributes"}

FINE = ("right", "refused, as it must be")
"""Verdicts that leave nothing to do."""

Line = tuple[str, str, str]
"""Speaker, role, text."""


class Result(NamedTuple):
    """One row of the table."""

    sample: str
    reader: str
    kind: str
    utterances: int
    speakers: str
    besides: str
    """People described, quantities, codes."""
    verdict: str
    """`right`, `refused, as it must be`, `wrong`, `refused` or `no expectation`."""
    note: str


def samples(root: Path) -> list[Path]:
    """Return every sample under the development data, sorted."""
    found = [path for folder in FOLDERS for path in (root / folder).rglob("*")]
    return sorted(path for path in found if path.is_file() and path.name not in _NO_SAMPLES)


def expectations() -> dict[str, dict[str, Any]]:
    """Return what was expected by eye, by sample."""
    return tomllib.loads(EXPECTED.read_text(encoding="utf-8"))


def digest(lines: Iterable[Line]) -> str:
    """Return the hash of words: NFC, white space folded, runs of one speaker joined.

    Joined, because where a long turn is cut changes nothing in what was read.
    """
    folded = [(speaker, role, _folded(text)) for speaker, role, text in lines]
    runs = groupby(folded, key=lambda line: line[:2])
    joined = [f"{who}|{role}|{' '.join(t for *_, t in run)}" for (who, role), run in runs]
    return hashlib.sha256("\n".join(joined).encode()).hexdigest()


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def observed(reading: Reading) -> dict[str, Any]:
    """Return of a reading what an expectation may name."""
    said = reading.utterances
    seen: dict[str, Any] = {
        "reader": reading.reader,
        "kind": reading.kind,
        "utterances": len(said),
        "records": reading.records,
        "roles": dict(Counter(u.role for u in said)),
        "speakers": {speaker.name: speaker.role for speaker in reading.speakers},
        "identities": len({u.identity for u in said if u.identity}),
        "sha256": digest((u.speaker, u.role, u.text) for u in said),
    }
    for extra in _BESIDES:
        seen[extra] = len(getattr(reading, extra, ()))
    return seen


def result(path: Path, sample: str, expected: dict[str, Any] | None) -> Result:
    """Return how one sample is read, and whether that is right."""
    try:
        reading = read(path)
    except PersonagenError as error:
        return _refusal(sample, expected, error)
    seen = observed(reading)
    differs = [
        key for key, right in (expected or {}).items() if key not in _TOLD and seen[key] != right
    ]
    verdict = "no expectation" if expected is None else "right"
    if expected is not None and (differs or "refused" in expected):
        verdict = "wrong"
    note = "must be refused" if expected and "refused" in expected else ", ".join(differs)
    counts = Counter(speaker.role for speaker in reading.speakers)
    speakers = ", ".join(f"{n} {role}" for role, n in counts.items()) or "none named"
    return Result(
        sample,
        reading.reader,
        reading.kind,
        len(reading.utterances),
        speakers,
        ", ".join(f"{seen[what]} {what}" for what in _BESIDES if seen[what]),
        verdict,
        note,
    )


_BESIDES = ("people", "quantities", "codes", "coded")
_TOLD = {"why", "refused", "open"}
"""Keys of an expectation that are words for people, not figures to compare."""


def _refusal(sample: str, expected: dict[str, Any] | None, error: PersonagenError) -> Result:
    must = expected is not None and expected.get("refused", "\0") in str(error)
    verdict = "refused, as it must be" if must else "refused"
    why = str(expected["why"]) if must and expected else str(error).split(": ", 1)[-1]
    return Result(sample, "", "", 0, "", "", verdict, why)


def results(root: Path) -> list[Result]:
    """Return how every sample is read."""
    expected = expectations()
    rows = []
    for path in samples(root):
        sample = path.relative_to(root).as_posix()
        rows.append(result(path, sample, expected.get(sample)))
    return rows


_PREAMBLE = (
    "What each sample must give was written down before its reader was finished, by eye, and for "
    "long files by a count over the raw file apart from any reader: reader, kind, records, "
    "utterances, speakers, roles, people, codes (`tests/expected_formats.toml`: names, counts and "
    "hashes). A sample is *right* when all that was written down agrees; a "
    "refusal is never right, unless the sample must be refused.",
    "",
    "63 samples are real output of the tool named, 23 are test files of other projects, and 38 "
    "were built after the documented shape, because no file of that tool may be passed on: a tool "
    "that writes something else may still surprise. A wrong guess is shown by `personagen read` "
    "and put right as [reading](reading.md) says.",
    "",
    "This page is written by `python -m tests.formats_table`; a test compares it with what the "
    "readers do.",
    "",
)


def document(rows: Sequence[Result]) -> str:
    """Return `docs/formats.md`: what is read, and every sample with its result."""
    told = expectations()
    count = Counter(row.verdict for row in rows)
    must = [row for row in rows if row.verdict == FINE[1]]
    hashed = sum("sha256" in one for one in told.values())
    reasons = Counter(str(told[row.sample]["why"]) for row in must)
    lines = [
        "# Which files are read, and how that is known",
        "",
        f"**{count['right']} of {len(rows)} development samples are read fully right.** "
        f"{len(must)} more are refused, as they must be; {count['wrong']} are read wrong and "
        f"{count['refused']} refused that should be read.",
        "",
        *_PREAMBLE,
        f"{hashed} of {len(told)} expectations hold the hash of every word in order.",
        "",
        "## Must be refused",
        "",
        *(f"- {n} × {why}." for why, n in reasons.items()),
        "",
        "## Every sample",
        "",
        "| sample | reader | kind | utterances | speakers | besides | result |",
        "| --- | --- | --- | ---: | --- | --- | --- |",
        *(_row(row) for row in rows),
        "",
    ]
    return "\n".join(lines)


def _row(row: Result) -> str:
    said = str(row.utterances) if row.reader else ""
    note = f": {row.note}" if row.note and row.verdict not in FINE else ""
    cells = (row.sample, row.reader, row.kind, said, row.speakers, row.besides, row.verdict + note)
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _show(root: Path, names: Sequence[str]) -> str:
    """Return counts and hash of samples, in the shape of the expectation file."""
    shown = []
    for name in names:
        seen = observed(read(root / name))
        fields = "\n".join(f"{key} = {_toml(value)}" for key, value in seen.items())
        shown.append(f'["{name}"]\n{fields}\n')
    return "\n".join(shown)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{k}" = {_toml(v)}' for k, v in value.items()) + " }"
    return str(value) if isinstance(value, int) else '"' + str(value).replace('"', '\\"') + '"'


def main(arguments: Sequence[str]) -> None:
    """Do what the arguments ask."""
    from tests.conftest import dev_folder

    if arguments[:1] == ["--digest"]:
        lines = [line.rstrip("\n").split("|", 2) for line in sys.stdin if line.strip()]
        sys.stdout.write(digest((a, b, c) for a, b, c in lines) + "\n")
    elif arguments[:1] == ["--show"]:
        sys.stdout.write(_show(dev_folder(), arguments[1:]))
    else:
        rows = results(dev_folder())
        DOCUMENT.write_text(document(rows), encoding="utf-8")
        right = sum(row.verdict == "right" for row in rows)
        sys.stdout.write(f"{right} of {len(rows)} samples read right; see {DOCUMENT.name}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
