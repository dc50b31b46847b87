"""Make: `analyze`, `export`."""

from __future__ import annotations

from pathlib import Path

import click

from personagen.cli.base import emit, json_option, opened, progress, study_option
from personagen.errors import UsageError


@click.command()
@click.option(
    "--analyst",
    type=click.Choice(["extractive"]),
    default="extractive",
    show_default=True,
    help="Who codes and phrases; extractive works offline.",
)
@study_option
@json_option
def analyze(analyst: str, folder: Path, as_json: bool) -> None:
    """Code, verify, group and draft: from sources to personas and messages.

    Example: personagen analyze -s my-study
    """
    with opened(folder) as study, progress() as report:
        run = study.analyze(report=report)
    if as_json:
        emit(run)
        return
    counts = ", ".join(f"{n} {what}" for what, n in run.counts.items())
    click.echo(f"{run.analyst}: {counts} in {run.seconds:.1f} s. All suggested; nothing is final.")
    click.echo(f"Look: personagen personas -s {folder}   Write: personagen export -s {folder}")


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
    """Write the documents.

    Example: personagen export -s my-study --format md,html --out ~/Desktop/personas
    """
    wanted = [name.strip() for name in formats.split(",") if name.strip()]
    if not wanted:
        raise UsageError("--format names none", "Try --format md,html,json,csv.")
    with opened(folder) as study:
        paths = study.export(wanted, out)
    if as_json:
        emit([str(path) for path in paths])
        return
    for path in paths:
        click.echo(str(path))
