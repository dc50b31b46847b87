"""One run of an analyst over a study: offline, or with a language model taking part."""

from __future__ import annotations

from typing import NamedTuple

from personagen.analysis import analyze
from personagen.analysts.base import Maker
from personagen.errors import ModelError
from personagen.llm.options import LlmOptions
from personagen.llm.running import (
    Estimate,
    Ground,
    analyst_for,
    asker_for,
    each_question,
    estimate_of,
)
from personagen.models import Findings, Skipped, Spent
from personagen.progress import Report


class Outcome(NamedTuple):
    """What a run found, who made it and what it took."""

    findings: Findings
    made_by: Maker | None
    """None: the one that coded."""
    spent: Spent | None
    """None where no language model was asked."""


def run(ground: Ground, before: Findings, llm: LlmOptions | None, report: Report) -> Outcome:
    """Return what an analysis finds.

    Args:
        ground: The study.
        before: Findings of the run before.
        llm: How a language model takes part; None: not at all.
        report: Told how far it is.
    """
    material, encoder = ground.material, ground.encoder
    if llm and not llm.analyzes:
        # It only answers questions later; whether it may is better known now.
        asker_for(ground.folder, ground.unmasked, llm).close()
    if llm is None or not llm.analyzes:
        return Outcome(analyze(material, before, report=report, encoder=encoder), None, None)
    analyst = analyst_for(ground, llm, report)
    try:
        found = analyze(material, before, report=report, encoder=encoder, analyst=analyst)
        return Outcome(found, Maker(analyst.name, analyst.model), analyst.asker.spent())
    finally:
        analyst.close()


def run_again(ground: Ground, before: Findings, kept: str, report: Report) -> Outcome:
    """Return what an analysis finds that nobody asked for: as the last one, where that is free.

    A model on this machine is asked again. Nothing is sent to another one unasked, and nothing
    paid for: there the extractive analyst does it, and says so.

    Args:
        ground: The study.
        before: Findings of the run before, without what is gone.
        kept: What `options_kept` wrote of the last run.
        report: Told how far it is.
    """
    llm = LlmOptions.model_validate_json(kept) if kept else None
    if llm is None or not llm.analyzes:
        return run(ground, before, None, report)
    why = f"{llm.settings.host} is another machine: analyze again to ask it"
    if llm.settings.local:
        try:
            return run(ground, before, llm, report)
        except ModelError as error:
            why = error.problem
    found = run(ground, before, None, report)
    note = Skipped(
        what=f"{llm.settings.qualified}: the extractive analyst stands in",
        where="everything that was made anew",
        why=why,
    )
    skipped = (note, *found.findings.skipped)
    return found._replace(findings=found.findings.model_copy(update={"skipped": skipped}))


def options_kept(llm: LlmOptions | None) -> str:
    """Return what is noted of a run so that `run_again` can do the same."""
    return llm.model_dump_json() if llm else ""


def estimate(ground: Ground, before: Findings, llm: LlmOptions, report: Report) -> Estimate:
    """Return what a run would send at most; nothing is sent."""
    analyst = analyst_for(ground, llm, report, estimating=True)
    material, asker = ground.material, analyst.asker
    try:
        if llm.analyzes:
            analyze(material, before, report=report, encoder=ground.encoder, analyst=analyst)
        guess = estimate_of(ground.folder, llm, asker.spent(), asker.counter.approximate)
        if not llm.answers:
            return guess
        said = sum(asker.counter.count(u.text) for s in material.sources for u in s.utterances)
        return guess.model_copy(update={"each_question": each_question(ground.folder, llm, said)})
    finally:
        analyst.close()
