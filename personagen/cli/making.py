"""Make: `export`."""

from __future__ import annotations

from pathlib import Path

import click

from personagen.cli.base import emit, json_option, opened, study_option
from personagen.errors import UsageError


@click.command()
@click.option(
    "--format",
    "formats",
    default="md,html,json,csv",
    show_default=True,
    help="Which, separated by commas.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder (default: STUDY/exports).")
@study_option
@json_option
def export(formats: str, out: Path | None, folder: Path, as_json: bool) -> None:
    """Write the documents; first, what a reader could know a person by is told.

    Example: personagen export -s my-study --format md,html --out ~/Desktop/personas
    """
    wanted = [name.strip() for name in formats.split(",") if name.strip()]
    if not wanted:
        raise UsageError("--format names none", "Try --format md,html,json,csv.")

    with opened(folder) as study:
        document = study.document()
        for risk in study.risks(document):
            click.echo(f"before this leaves the house: {risk.where}: {risk.why}", err=True)
        paths = study.export(wanted, out, document)
    if as_json:
        emit([str(path) for path in paths])
        return
    for path in paths:
        click.echo(str(path))
