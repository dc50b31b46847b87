"""Analyze: who codes, what it costs, how far it is; end it, take it up again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from personagen.chatmodel import ModelSettings
from personagen.errors import UsageError
from personagen.llm.options import RUN_STEPS, LlmOptions, Step, steps_of
from personagen.llm.running import Estimate
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


STEPS: Mapping[Step, str] = {
    "code": "Code what people say",
    "missed": "Look again for what was missed",
    "name": "Name themes",
    "merge": "Join themes that mean the same",
    "counter": "Look for what speaks against a claim",
    "claims": "Phrase claims",
    "personas": "Summarise personas",
    "messages": "Draft messages",
}
"""What a language model can be asked to do here, in words; who answers is chosen in Chat."""


class Material(NamedTuple):
    """What there is to analyze."""

    sources: int
    turns: int
    people: int


def show(scene: Scene) -> Page:
    """Return what an analysis would read, what goes on, and what the last ones made."""
    document = scene.document
    with scene.desk.shelf.open() as study:
        outdated = bool(document.runs) and study.status(document).outdated
    job = scene.desk.jobs.last
    work = job if job is not None and job.kind == "analyze" else None
    values = {
        "material": material(document),
        "work": work,
        "other": scene.desk.jobs.going if work is None else None,
        "default_model": ModelSettings().model,
        "price": price_shown(scene),
        "steps": STEPS,
        "ticked": _ticked(scene.at.get("steps")),
        "runs": [(run, made(run) + spent(run)) for run in reversed(document.runs[-8:])],
        "decided": len(document.reviews),
        "outdated": outdated,
        "question": document.study.question,
        "product": document.product,
    }
    return Page("analyze.html", values, "Analyze", poll=bool(work and work.going))


def price_shown(scene: Scene) -> str:
    """Return what the model in the address would cost, where somebody asked."""
    query: dict[str, str | list[str]] = {
        name: scene.at.get(name) for name in ("analyst", "model", "base")
    }
    try:
        asked = Asked(fields={**query, "steps": [*_ticked(scene.at.get("steps"))]})
        return _price(scene, with_model(asked))
    except UsageError:
        return ""


def _ticked(steps: str) -> tuple[str, ...]:
    """Return the steps that an address names; where it names none, what a model mostly does."""
    return tuple(name for name in steps.split(",") if name in STEPS) or RUN_STEPS


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
    bounded = llm and (llm.max_cost is not None or llm.max_tokens is not None)
    if llm and not llm.settings.local and not bounded and not asked.text("estimate"):
        raise UsageError(
            "nothing bounds what this may cost",
            "Say how many US dollars or tokens it may take at most; ask for an estimate first.",
        )
    if asked.text("estimate") or (llm and not llm.settings.local and not _price(scene, llm)):
        return _estimate(scene, asked, llm)
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
    tokens = re.sub(r"[\s,.]", "", asked.text("tokens"))
    if base and not base.startswith(("http://", "https://")):
        raise UsageError(f"{base!r} is no address", "Write http://HOST:PORT/v1, or leave it empty.")
    if cost and not cost.replace(".", "", 1).isdigit():
        raise UsageError(f"{cost!r} is no sum of money", "Write US dollars, as 2.50.")
    if tokens and not tokens.isdigit():
        raise UsageError(
            f"{asked.text('tokens')!r} is no number of tokens", "Write one, as 500000."
        )
    if asked.text("chosen") and not asked.texts("steps"):
        raise UsageError("the model has nothing to do", "Tick what it does, or take no model.")
    steps = asked.texts("steps")
    plain = ModelSettings(base_url=base or None)
    model = asked.text("model").strip() or plain.model
    return LlmOptions(
        settings=plain.model_copy(update={"model": model}),
        steps=steps_of(steps) if steps else RUN_STEPS,
        max_cost=float(cost) if cost else None,
        max_tokens=int(tokens) if tokens else None,
    )


def _estimate(scene: Scene, asked: Asked, llm: LlmOptions | None) -> Outcome:
    if llm is None:
        return Outcome("The analyst on this computer costs nothing.")
    with scene.desk.shelf.open() as study:
        guess = study.estimate(llm)
    kept = {name: asked.text(name) for name in ("analyst", "model", "base", "cost", "tokens")}
    said = in_words(guess)
    scene.desk.prices[_priced(scene, llm)] = said
    go = to("analyze", **kept, steps=",".join(llm.steps))
    return Outcome(f"{said} Nothing was sent.", go=go)


def in_words(guess: Estimate) -> str:
    """Return what a model would be sent at most, in a sentence."""
    small = guess.usd is not None and guess.usd < 0.01
    price = f"at most {guess.usd:.{4 if small else 2}f} USD" if guess.usd is not None else ""
    where = "on this computer" if guess.local else f"at {guess.host}"
    return (
        f"{guess.model} {where}: {counted(guess.requests, 'request')}, "
        f"{guess.tokens_sent:,} tokens out, at most {guess.tokens_written:,} back; "
        f"{price or 'price unknown'}."
    )


def _price(scene: Scene, llm: LlmOptions | None) -> str:
    """Return what a model would cost for the study as it stands; empty where nobody asked yet."""
    return scene.desk.prices.get(_priced(scene, llm), "") if llm else ""


def _priced(scene: Scene, llm: LlmOptions) -> str:
    runs, sources = len(scene.document.runs), len(scene.document.sources)
    return f"{llm.settings.model} {llm.settings.base_url} {llm.steps} {sources} {runs}"


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
