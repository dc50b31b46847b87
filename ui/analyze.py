"""Analyze: who codes, what it costs, how far it is; end it, take it up again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from personagen.chatmodel import ModelSettings
from personagen.errors import UsageError
from personagen.llm.options import LlmOptions
from personagen.models import Run, StudyDocument
from personagen.progress import Report

from .address import to
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
        "default_model": ModelSettings().model,
        "runs": [(run, made(run) + spent(run)) for run in reversed(document.runs[-8:])],
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
    """Begin an analysis, or say what it would cost at most."""
    if not scene.document.sources:
        raise UsageError("there is nothing to analyze", "Bring in files in Sources first.")
    desk, llm = scene.desk, with_model(asked)
    if asked.text("estimate"):
        return _estimate(scene, asked, llm)
    if llm and not llm.settings.local and llm.max_cost is None:
        raise UsageError(
            "nothing bounds what this may cost",
            "Say how many US dollars it may cost at most; ask for an estimate first.",
        )
    desk.jobs.start("analyze", scene.by, lambda report: analyze(desk, report, llm))
    return Outcome("The analysis has begun. You can look around meanwhile.", go="#/analyze")


def with_model(asked: Asked) -> LlmOptions | None:
    """Return how a language model takes part; None where the offline analyst works alone.

    Raises:
        UsageError: the address or the bound makes no sense.
    """
    if asked.text("analyst") != "llm":
        return None
    base, cost = asked.text("base").strip(), asked.text("cost").strip().replace(",", ".")
    if base and not base.startswith(("http://", "https://")):
        raise UsageError(f"{base!r} is no address", "Write http://HOST:PORT/v1, or leave it empty.")
    if cost and not cost.replace(".", "", 1).isdigit():
        raise UsageError(f"{cost!r} is no sum of money", "Write US dollars, as 2.50.")
    plain = ModelSettings(base_url=base or None)
    model = asked.text("model").strip() or plain.model
    return LlmOptions(
        settings=plain.model_copy(update={"model": model}),
        max_cost=float(cost) if cost else None,
    )


def _estimate(scene: Scene, asked: Asked, llm: LlmOptions | None) -> Outcome:
    if llm is None:
        return Outcome("The analyst on this computer costs nothing.")
    with scene.desk.shelf.open() as study:
        guess = study.estimate(llm)
    price = "price unknown" if guess.usd is None else f"at most {guess.usd:.2f} USD"
    where = "on this computer" if guess.local else f"at {guess.host}"
    kept = {name: asked.text(name) for name in ("analyst", "model", "base", "cost")}
    return Outcome(
        f"{guess.model} {where}: {counted(guess.requests, 'request')}, "
        f"{guess.tokens_sent:,} tokens out, at most {guess.tokens_written:,} back; {price}.",
        go=to("analyze", **kept),
    )


def analyze(desk: Desk, report: Report, llm: LlmOptions | None = None) -> str:
    """Analyze the study; return what was made in a sentence."""
    with desk.shelf.open() as study:
        run = study.analyze(report, llm)
    return (
        f"{made(run)} in {duration(run.seconds)}{spent(run)}. "
        "All of it is a suggestion until you decide."
    )


def spent(run: Run) -> str:
    """Return what a language model took, as `, 1,204 tokens, 0.12 USD`; empty without one."""
    if run.spent is None:
        return ""
    tokens = run.spent.tokens_sent + run.spent.tokens_written
    price = "" if run.spent.usd is None else f", {run.spent.usd:.2f} USD"
    return f", {tokens:,} tokens{price}"


def _end(scene: Scene, asked: Asked) -> Outcome:
    if not scene.desk.jobs.end():
        return Outcome("Nothing was going on any more.")
    return Outcome("Ending: it stops at the next step. Nothing half-done is kept.")


ACTS: Mapping[str, Act] = {"analyze": _analyze, "end": _end}
