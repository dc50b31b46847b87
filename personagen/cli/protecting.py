"""Protect: `withdraw`, `consent`, `masks`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from personagen.cli.base import (
    Listing,
    by_option,
    emit,
    json_option,
    opened,
    progress,
    rows,
    study_option,
)

if TYPE_CHECKING:
    from personagen.custody import Withdrawal


@click.command()
@click.argument("participant")
@click.option("--yes", is_flag=True, help="Don't ask; it can't be undone.")
@study_option
@json_option
def withdraw(participant: str, yes: bool, folder: Path, as_json: bool) -> None:
    """Erase PARTICIPANT: consent was withdrawn. It can't be undone.

    Their words, vectors, findings, names and the documents in the study's folder go; what rested
    on them is worked out anew. Documents written elsewhere are listed: they are yours to delete.

    Example: personagen withdraw P07 -s my-study
    """
    with opened(folder) as study:
        going = study.custody.preview(participant)
        if not yes:
            click.confirm(
                f"Erase {participant}: {len(going.utterances)} utterances in "
                f"{len(going.whole) + len(going.trimmed)} source(s)? It can't be undone.",
                abort=True,
                err=True,
            )
        with progress() as report:
            done = study.custody.withdraw(participant, report)
    if as_json:
        emit(done)
    else:
        _show(done)
    if done.remains:
        raise SystemExit(1)


def _show(done: Withdrawal) -> None:
    click.echo(
        f"{done.participant} is gone: {done.utterances} utterances, {done.insights} insights, "
        f"{len(done.sources)} whole source(s), {len(done.documents)} document(s) in the study."
    )
    if done.fallen:
        click.echo(f"What rested on them fell or was made anew: {', '.join(done.fallen)}")
    if done.decisions:
        click.echo(f"{done.decisions} decision(s) rested on them and wait to be taken anew.")
    if done.chats or done.exams:
        click.echo(f"{done.chats} answer(s) and {done.exams} exam card(s) of personas are erased.")
    for path in done.waiting:
        click.echo(f"held something of theirs and is deleted: {path}")
    for path in done.elsewhere:
        click.echo(f"written elsewhere, delete it yourself: {path}")
    for path in done.remains:
        click.echo(f"still holds their words, delete it yourself: {path}", err=True)


@click.command()
@click.argument("participant")
@click.argument("state", type=click.Choice(["given", "unknown"]))
@study_option
def consent(participant: str, state: Literal["given", "unknown"], folder: Path) -> None:
    """Note that PARTICIPANT agreed; who takes it back is erased with `withdraw`.

    Example: personagen consent P07 given -s my-study
    """
    with opened(folder) as study:
        study.custody.consent(participant, state)
    click.echo(f"{participant}: consent {state}.")


@click.group(cls=Listing)
def masks() -> None:
    """Review what stands for names, e-mails and the like; undo or add one.

    Example: personagen masks list -s my-study
    """


@masks.command("list")
@click.option("--kind", default="", help="participant, colleague, email, phone …")
@study_option
@json_option
def list_masks(kind: str, folder: Path, as_json: bool) -> None:
    """List placeholders with the words behind them: this shows names.

    Example: personagen masks list --kind colleague -s my-study
    """
    with opened(folder) as study:
        found = study.custody.masks(kind)
    if as_json:
        emit(found)
        return
    lines = [(g.placeholder, g.places, ", ".join(g.originals)) for g in found]
    rows(lines, ("placeholder", "places", "stands for"))


@masks.command("show")
@click.argument("target")
@study_option
@json_option
def show_mask(target: str, folder: Path, as_json: bool) -> None:
    """Show each place of TARGET, a placeholder, with its number.

    Example: personagen masks show "[colleague 2]" -s my-study
    """
    with opened(folder) as study:
        found = study.custody.mask_places(target)
    if as_json:
        emit([place._asdict() for place in found])
        return
    rows([(p.number, p.original, p.around) for p in found], ("number", "stands for", "where"))


@masks.command("undo")
@click.argument("target")
@by_option
@study_option
def undo_mask(target: str, by: str, folder: Path) -> None:
    """Put words back: TARGET is a mask's number, or a placeholder for all its places.

    Example: personagen masks undo 12 -s my-study
    """
    with opened(folder) as study:
        changed = study.custody.undo_mask(target, by)
    click.echo(f"{changed} text(s) changed. A later import leaves these words, too.")


@masks.command("add")
@click.argument("term")
@click.option("--as", "placeholder", default="", help="What is to stand there: P07, [colleague 2].")
@by_option
@study_option
def add_mask(term: str, placeholder: str, by: str, folder: Path) -> None:
    """Mask TERM wherever it stands, now and in later imports.

    Example: personagen masks add "Grumpf" -s my-study
    """
    with opened(folder) as study:
        changed = study.custody.add_mask(term, by, placeholder)
    click.echo(f"{changed} text(s) changed.")
