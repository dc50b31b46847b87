"""Protect: `withdraw`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from personagen.cli.base import emit, json_option, opened, progress, study_option

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
    for path in done.elsewhere:
        click.echo(f"written elsewhere, delete it yourself: {path}")
    for path in done.remains:
        click.echo(f"still holds their words, delete it yourself: {path}", err=True)
