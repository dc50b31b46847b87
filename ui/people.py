"""People: who was studied, what they agreed to, who withdraws; two that are one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from personagen.errors import UsageError
from personagen.models import Participant, Source, StudyDocument
from personagen.progress import Report

from .format import counted, listed
from .room import Act, Asked, Desk, Outcome, Page, Scene, paged

PER_PAGE = 40
CONSENT: Mapping[str, str] = {"given": "agreed", "unknown": "not noted"}


def show(scene: Scene, tabs: Mapping[str, str]) -> Page:
    """Return who was studied, a page of them, and what goes where somebody withdraws."""
    document = scene.document
    rows = paged(document.participants, scene.at.number("page"), PER_PAGE)
    coded = Counter(i.participant for i in document.insights if i.status != "rejected")
    spoke = _spoke(document, rows.rows)
    lines = [
        (p, coded[p.id], spoke.get(p.id, ()), scene.now.persona_of.get(p.id)) for p in rows.rows
    ]
    everyone = [p.id for p in document.participants if p.kind == "interviewee"]
    job = scene.desk.jobs.last
    work = job if job is not None and job.kind == "withdraw" else None
    values = {
        "tabs": tabs,
        "tab": "people",
        "rows": rows,
        "lines": lines,
        "everyone": everyone or [p.id for p in document.participants[:500]],
        "work": work,
        "leaving": scene.at.get("withdraw"),
        "going": _going(scene, scene.at.get("withdraw")),
    }
    return Page("people.html", values, "People", poll=bool(work and work.going))


def _going(scene: Scene, participant: str) -> Sequence[str]:
    """Return what would go if a participant withdrew, in words; empty where nobody is asked of."""
    if not participant:
        return ()
    with scene.desk.shelf.open() as study:
        target = study.custody.preview(participant)
    return (
        counted(len(target.utterances), "turn"),
        counted(len(target.whole), "whole source"),
        "every insight, decision and document that rests on them",
    )


def _spoke(document: StudyDocument, people: Sequence[Participant]) -> Mapping[str, list[Source]]:
    wanted = {p.id for p in people}
    found: dict[str, list[Source]] = {}
    for source in document.sources:
        here = {u.participant for u in source.utterances if u.participant in wanted}
        for who in here:
            found.setdefault(str(who), []).append(source)
    return found


def _withdraw(scene: Scene, asked: Asked) -> Outcome:
    """Erase a participant; what rested on them is made anew."""
    desk, who = scene.desk, next(iter(asked.targets), "")
    if asked.text("sure") != who:
        raise UsageError(f"{who} was not erased", f"Write {who} in the field to say you are sure.")
    desk.jobs.start("withdraw", scene.by, lambda report: withdraw(desk, who, report))
    return Outcome("Erasing. What rested on them is made anew.", go="#/sources?tab=people")


def withdraw(desk: Desk, participant: str, report: Report) -> str:
    """Erase a participant; say what went and what is left for a person to delete."""
    with desk.shelf.open() as study:
        done = study.custody.withdraw(participant, report)
    elsewhere = listed((*done.elsewhere, *done.remains))
    rest = f" Delete these yourself: {elsewhere}." if elsewhere else ""
    if done.waiting:
        rest += f" Gone from what waits for import: {listed([Path(p).name for p in done.waiting])}."
    return f"{done.participant} is gone, with {counted(done.utterances, 'turn')}.{rest}"


def _consent(scene: Scene, asked: Asked) -> Outcome:
    """Note that a participant agreed, or that it is not known after all."""
    who, state = next(iter(asked.targets), ""), asked.text("state")
    with scene.desk.shelf.open() as study:
        study.custody.consent(who, "given" if state == "given" else "unknown")
    return Outcome(f"{who}: {CONSENT['given' if state == 'given' else 'unknown']}.")


ACTS: Mapping[str, Act] = {"withdraw": _withdraw, "consent": _consent}
