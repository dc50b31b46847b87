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
    for extra in ("people", "quantities", "codes", "coded"):
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
        sample, reading.reader, reading.kind, len(reading.utterances), speakers, verdict, note
    )


_TOLD = {"why", "refused", "open"}
"""Keys of an expectation that are words for people, not figures to compare."""


def _refusal(sample: str, expected: dict[str, Any] | None, error: PersonagenError) -> Result:
    must = expected is not None and expected.get("refused", "\0") in str(error)
    verdict = "refused, as it must be" if must else "refused"
    why = str(expected["why"]) if must and expected else str(error).split(": ", 1)[-1]
    return Result(sample, "", "", 0, "", verdict, why)


def results(root: Path) -> list[Result]:
    """Return how every sample is read."""
    expected = expectations()
    rows = []
    for path in samples(root):
        sample = path.relative_to(root).as_posix()
        rows.append(result(path, sample, expected.get(sample)))
    return rows


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
        for row in results(dev_folder()):
            sys.stdout.write(" | ".join(map(str, row)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
