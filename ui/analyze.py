"""Analyze: who codes, what it costs, how far it is; end it, take it up again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from personagen.errors import UsageError
from personagen.models import Run, StudyDocument
from personagen.progress import Report

from .format import counted, duration, listed
from .room import Act, Asked, Desk, Outcome, Page, Scene

NOUNS = {
    "insights": ("insight", "insights"),
    "themes": ("theme", "themes"),
    "claims": ("claim", "claims"),
    "personas": ("persona", "personas"),
    "messages": ("message", "messages"),
}


class Material(NamedTuple):
    """What there is to analyze."""

    sources: int
    turns: int
    people: int


def show(scene: Scene) -> Page:
    """Return what an analysis would read, what goes on, and what the last ones made."""
    document = scene.document
    job = scene.desk.jobs.last
    work = job if job is not None and job.kind == "analyze" else None
    values = {
        "material": material(document),
        "work": work,
        "other": scene.desk.jobs.going if work is None else None,
        "runs": [(run, made(run)) for run in reversed(document.runs[-8:])],
        "decided": len(document.reviews),
        "question": document.study.question,
        "product": document.product,
    }
    return Page("analyze.html", values, "Analyze", poll=bool(work and work.going))


def material(document: StudyDocument) -> Material:
    """Return how much there is to read."""
    turns = sum(len(source.utterances) for source in document.sources)
    return Material(len(document.sources), turns, len(document.participants))


def made(run: Run) -> str:
    """Return what a run made, as `409 insights, 56 themes and 4 personas`."""
    return listed(counted(run.counts[n], *names) for n, names in NOUNS.items() if n in run.counts)


def _analyze(scene: Scene, asked: Asked) -> Outcome:
    if not scene.document.sources:
        raise UsageError("there is nothing to analyze", "Bring in files in Sources first.")
    desk = scene.desk
    desk.jobs.start("analyze", scene.by, lambda report: analyze(desk, report))
    return Outcome("The analysis has begun. You can look around meanwhile.", go="#/analyze")


def analyze(desk: Desk, report: Report) -> str:
    """Analyze the study; return what was made in a sentence."""
    with desk.shelf.open() as study:
        run = study.analyze(report)
    return f"{made(run)} in {duration(run.seconds)}. All of it is a suggestion until you decide."


def _end(scene: Scene, asked: Asked) -> Outcome:
    if not scene.desk.jobs.end():
        return Outcome("Nothing was going on any more.")
    return Outcome("Ending: it stops at the next step. Nothing half-done is kept.")


ACTS: Mapping[str, Act] = {"analyze": _analyze, "end": _end}
