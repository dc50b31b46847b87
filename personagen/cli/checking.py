"""Check: `check`, `verify`, `code`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from personagen.cli.base import emit, json_option, opened, plain, study_option
from personagen.errors import UsageError

if TYPE_CHECKING:
    from personagen.models import Skipped

_MANY = 10
"""Passages that are left out for one reason: so many share a line."""


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@study_option
@json_option
def check(files: tuple[Path, ...], folder: Path, as_json: bool) -> None:
    """Judge every quotation in FILES against the study's sources.

    Reads md, docx, html, txt, and JSON Lines of {quote, speaker?}; also reports that some other
    tool wrote. Exit code 1 if any quotation is not verbatim.

    Example: personagen check -s my-study report.docx
    """
    with opened(folder) as study:
        checked = study.check(files)
    if as_json:
        emit(checked.verdicts)
    else:
        _show_verdicts(plain(checked.verdicts))
    for line in _left_out(checked.skipped):
        click.echo(f"skipped: {line}", err=True)
    if any(v.verdict != "verbatim" for v in checked.verdicts):
        raise SystemExit(1)


def _show_verdicts(verdicts: list[dict[str, Any]]) -> None:
    for one in verdicts:
        where = f"{one['file']}:{one['line']}" if one["file"] else "-"
        click.echo(f"{one['verdict']:<13} {where}  {one['quote'][:70]!r}")
        if one["verdict"] != "verbatim":
            click.echo(f"{'':<13} {one['why']}")
    good = sum(one["verdict"] == "verbatim" for one in verdicts)
    click.echo(f"{good} of {len(verdicts)} quotations are verbatim.")


def _left_out(skipped: Sequence[Skipped]) -> Iterator[str]:
    """Yield a line for each; many with one reason in one file share a line.

    A document of ours has a link for every claim.
    """
    together: dict[tuple[str, str], list[Skipped]] = {}
    for one in skipped:
        together.setdefault((one.where.partition(",")[0], one.why), []).append(one)
    for (_, why), some in together.items():
        if len(some) < _MANY:
            yield from (f"{one.where}: {one.what} ({why})" for one in some)
        else:
            first, last = some[0], some[-1].where.rpartition(", ")[2]
            yield f"{first.where} to {last}: {len(some)} passages, first {first.what!r} ({why})"


@click.command()
@study_option
@json_option
def verify(folder: Path, as_json: bool) -> None:
    """Check that every claim in the study still has its words.

    Exit code 1 and a list if not; made for CI.

    Example: personagen verify -s my-study
    """
    with opened(folder) as study:
        broken = study.verify()
    if as_json:
        emit(broken)
    else:
        for one in broken:
            click.echo(f"{one.where}: {one.what}: {one.why}")
        click.echo("Every claim has its words." if not broken else f"{len(broken)} lost words.")
    if broken:
        raise SystemExit(1)


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--json", "_as_json", is_flag=True, help="JSON Lines; this is how it always answers.")
def code(file: Any, _as_json: bool) -> None:
    """Apply the codebook to free sentences: JSON Lines in, JSON Lines out.

    In: {id, text, context?, kind?} a line. Out: {id, codes, scores, intensity, quotable}.

    Example: personagen code sentences.jsonl --json
    """
    from personagen.coding import code_sentences
    from personagen.encoder import load

    for coded in code_sentences(list(_sentences(file)), load()):
        click.echo(json.dumps(coded._asdict(), ensure_ascii=False))


def _sentences(file: Any) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise UsageError(
                f"{file.name}, line {number}: no JSON ({error.msg})",
                'Write one {"id": …, "text": …} a line.',
            ) from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise UsageError(f"{file.name}, line {number}: no 'text'", "Each line needs one.")
        yield {"id": number, **row}
