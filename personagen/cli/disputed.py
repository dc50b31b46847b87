"""`insights disputed`: where encoder and language model differ, the widest apart first."""

from __future__ import annotations

from pathlib import Path

import click

from personagen.cli.base import emit, json_option, opened, rows, study_option


@click.command("disputed")
@study_option
@json_option
def disputed(folder: Path, as_json: bool) -> None:
    """List sentences that encoder and language model code differently.

    A person's minute is worth most here: the ones furthest apart come first.

    Example: personagen insights disputed -s my-study
    """
    with opened(folder) as study:
        found = study.findings().disagreements
    if as_json:
        emit(list(found))
        return
    if not found:
        click.echo("None: one analyst coded alone, or both agree.")
        return
    lines = [
        (
            one.participant,
            ",".join(one.encoder) or "-",
            ",".join(one.model) or "-",
            one.excerpt.quote,
        )
        for one in found
    ]
    rows(lines, ("who", "encoder", "model", "what they said"))
