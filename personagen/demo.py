"""The whole job on the bundled sample corpus: what `personagen demo` shows is computed here."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

from personagen.errors import UsageError
from personagen.progress import Report, silent
from personagen.resources import folder

SOURCES = ("interviews", "reviews.csv", "survey.csv", "tickets.jsonl")
FORMATS = ("md", "html", "json", "csv")


class Demo(NamedTuple):
    """What a demo made, and where it lies."""

    summary: str
    open: Path
    """The document to open first."""
    documents: tuple[Path, ...]


def run_demo(out: Path, report: Report = silent) -> Demo:
    """Make a study of the sample corpus in `out` and write its documents.

    Raises:
        UsageError: `out` holds something that is not a demo study.
    """
    from personagen.reading import ReadOptions
    from personagen.study import Study

    sample = sample_corpus()
    if out.exists() and any(out.iterdir()) and not (out / "study.db").exists():
        raise UsageError(f"{out} is not empty", "Name another folder with --out.")
    if not (out / "study.db").exists():
        Study.create(out).close()
        shutil.copyfile(sample / "study.toml", out / "study.toml")
    with Study.open(out) as study:
        sources = [sample / name for name in SOURCES]
        study.import_files(sources, ReadOptions(), redact=True, report=report)
        run = study.analyze(report=report)
        paths = tuple(study.export(FORMATS, None))
        summary = _summary(study.status_counts(), run.counts)
    return Demo(summary, next(p for p in paths if p.suffix == ".html"), paths)


def sample_corpus() -> Path:
    """Return the folder of the sample study: interviews, reviews, tickets, a survey."""
    return folder("corpus") / "benchwren"


def _summary(here: dict[str, int], found: dict[str, int]) -> str:
    read = ", ".join(f"{n} {what}" for what, n in here.items())
    kept = ", ".join(f"{n} {what}" for what, n in found.items())
    return f"Read {read}.\nKept {kept}. All suggested: nothing is final before a person says so."
