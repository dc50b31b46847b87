"""Measure what the offline job costs: speed of each step and memory, on generated studies.

A generated study is a survey of n short answers to one question, put together from invented
phrases with a seed. Each size runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import platform
import random
import time
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from personagen import __version__
from personagen.errors import UsageError
from personagen.models import Model
from personagen.progress import Progress, Report, silent

SIZES = (1_000, 10_000, 50_000)
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
_SILENT = 0.04
"""Share of answers that say nothing: n/a, none."""


class BenchRow(Model):
    """What a study of one size costs."""

    answers: int
    sentences: int
    """Units that were coded: no repeats, nothing without words."""
    read: float
    """Answers a second."""
    encode: float
    """Sentences a second: vectors and code scores in one pass."""
    code: float
    """Sentences a second, once encoded: decisions, spans, excerpts."""
    theme: float
    """Coded excerpts a second."""
    whole: float
    """Answers a second, from the file to the written documents."""
    seconds: float
    """The whole job."""
    import_seconds: float
    """Of it: read, pseudonymise, chunk, embed, store."""
    cpu_seconds: float
    """What all cores together worked on the whole job; unlike the others it says the same on a
    busy machine."""
    megabytes: float
    """Peak memory of the whole job; 0 where the system doesn't tell."""


def run_bench(sizes: Sequence[int] = SIZES, *, report: Report = silent) -> list[BenchRow]:
    """Measure generated studies of these sizes, one after the other.

    Raises:
        UsageError: a size is under 100: too few to tell anything.
    """
    for size in sizes:
        if size < 100:
            raise UsageError(f"a study of {size} answers tells nothing", "Measure 100 or more.")
    rows = []
    for number, size in enumerate(sizes):
        report(Progress(f"Measuring {size:,} answers", number, len(sizes)))
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            rows.append(pool.apply(measure, (size,)))
    report(Progress("Measured", len(sizes), len(sizes)))
    return rows


def measure(size: int) -> BenchRow:
    """Measure a study of one size in this process."""
    with TemporaryDirectory() as folder:
        answers = Path(folder) / "survey.csv"
        generate(answers, size)
        job = _whole_job(Path(folder) / "study", answers)
        megabytes = _peak_megabytes()
        steps = _steps(Path(folder) / "study", answers)
    return BenchRow(
        answers=size,
        sentences=steps.sentences,
        read=_rate(size, steps.read),
        encode=_rate(steps.sentences, steps.encode),
        code=_rate(steps.sentences, steps.code),
        theme=_rate(steps.excerpts, steps.theme),
        whole=_rate(size, job.seconds),
        seconds=round(job.seconds, 1),
        import_seconds=round(job.import_seconds, 1),
        cpu_seconds=round(job.cpu_seconds, 1),
        megabytes=megabytes,
    )


class _Job(NamedTuple):
    seconds: float
    import_seconds: float
    cpu_seconds: float


class _Steps(NamedTuple):
    """Seconds of each step by itself, and what it worked on."""

    read: float
    encode: float
    code: float
    theme: float
    sentences: int
    excerpts: int


def _whole_job(folder: Path, answers: Path) -> _Job:
    from personagen.study import Study

    began, worked = time.perf_counter(), time.process_time()
    with Study.create(folder) as study:
        study.import_files([answers])
        imported = time.perf_counter()
        study.analyze()
        study.export(["md", "html", "json", "csv"])
    ended, worked = time.perf_counter(), time.process_time() - worked
    return _Job(ended - began, imported - began, worked)


def _steps(folder: Path, answers: Path) -> _Steps:
    """Run the steps one by one on a study that is there already."""
    from personagen.analysis import landscape_of
    from personagen.analysts.extractive import Extractive
    from personagen.clustering import themes_of
    from personagen.coding import code, encode, units_of
    from personagen.encoder import load
    from personagen.prevalence import base_of
    from personagen.reading import read
    from personagen.study import Study

    clock = _Clock()
    read(answers)
    reading = clock.lap()
    with Study.open(folder) as study:
        material = study.material()
    now, encoder = datetime.now(UTC), load()
    analyst = Extractive(encoder)
    units, _ = units_of(material)
    clock.lap()
    encoded = encode(units, encoder, silent)
    encoding = clock.lap()
    coded = code(encoded, analyst, now)
    coding = clock.lap()
    landscape = landscape_of(encoded, coded.rows.values(), encoder, 0)
    themes_of(
        coded.insights, coded.rows, encoded, landscape, analyst, base_of(material), now,
        previous=None, seed=0, report=silent,
    )  # fmt: skip
    return _Steps(reading, encoding, coding, clock.lap(), len(units), len(coded.insights))


class _Clock:
    """Seconds from lap to lap."""

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def lap(self) -> float:
        """Return the seconds since the last lap."""
        before, self._last = self._last, time.perf_counter()
        return self._last - before


def _rate(units: int, seconds: float) -> float:
    return round(units / max(seconds, 1e-6), 1)


def _peak_megabytes() -> float:
    """Return the most memory this process has held; 0 where the system doesn't tell."""
    try:
        # Linux carries getrusage's figure over from the process that started this one.
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        kilobytes = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return round(int(kilobytes.split()[1]) / 1024, 1)
    except (OSError, StopIteration):
        pass
    try:
        import resource
    except ImportError:
        return 0.0
    # macOS counts in bytes.
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2, 1)


def as_markdown(rows: Sequence[BenchRow]) -> str:
    """Return the rows as a Markdown table, with what it was measured on."""
    columns = (
        "answers sentences read/s encode/s code/s theme/s whole/s import whole_job CPU_time "
        "peak_memory"
    )
    names = [name.replace("_", " ") for name in columns.split()]
    head = f"| {' | '.join(names)} |\n|{' ---: |' * len(names)}"
    lines = [
        f"| {r.answers:,} | {r.sentences:,} | {r.read:,.0f} | {r.encode:,.0f} | {r.code:,.0f} "
        f"| {r.theme:,.0f} | {r.whole:,.0f} | {r.import_seconds:,.0f} s | {r.seconds:,.0f} s "
        f"| {r.cpu_seconds:,.0f} s | {r.megabytes:,.0f} MB |"
        for r in rows
    ]
    where = (
        f"personagen {__version__}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"{datetime.now(UTC):%Y-%m-%d}."
    )
    return "\n".join([head, *lines, "", where])


def write_section(rows: Sequence[BenchRow], path: Path) -> None:
    """Put the table into a Markdown file, between its markers; make the file where it is missing.

    Raises:
        UsageError: the file is there and has no markers.
    """
    section = f"{BEGIN}\n{as_markdown(rows)}\n{END}"
    if not path.exists():
        path.write_text(f"# Benchmarks\n\n{section}\n", encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    before, found, rest = text.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not found or not closed:
        raise UsageError(f"{path} has no place for the table", f"Put {BEGIN} and {END} in it.")
    path.write_text(before + section + after, encoding="utf-8")


def generate(path: Path, size: int, seed: int = 0) -> None:
    """Write a survey of invented short answers as CSV: the same for the same size and seed."""
    phrases = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    draw = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["respondent_id", "date", "role", "team_size", phrases["question"]])
        for number in range(size):
            day = f"2026-{draw.randint(1, 9):02d}-{draw.randint(1, 28):02d}"
            role, team = draw.choice(phrases["roles"]), draw.choice(phrases["team_sizes"])
            table.writerow([f"R{number:06d}", day, role, team, _answer(draw, phrases)])


def _answer(draw: random.Random, phrases: dict[str, Any]) -> str:
    if draw.random() < _SILENT:
        return str(draw.choice(phrases["nothing"]))
    frames = draw.sample(phrases["frames"], draw.choice((1, 1, 1, 2, 2, 3)))
    return " ".join(_sentence(draw, frame, phrases["slots"]) for frame in frames)


def _sentence(draw: random.Random, frame: str, slots: dict[str, list[str]]) -> str:
    words = {name: draw.choice(choices) for name, choices in slots.items()}
    text = frame.format(n=draw.randint(2, 40), **words)
    return text[0].upper() + text[1:]
