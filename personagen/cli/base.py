"""What every command shares: the study it works on, JSON on request, one line for an error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from personagen.errors import PersonagenError
from personagen.progress import Progress, Report

if TYPE_CHECKING:
    from personagen.study import Study

F = TypeVar("F", bound=Callable[..., Any])


class Commands(click.Group):
    """A group that says what went wrong in one line, and keeps the order of its commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the work."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a user's mistake ends in one line and its exit code."""
        try:
            return super().invoke(ctx)
        except PersonagenError as error:
            click.echo(f"personagen: {error}", err=True)
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            # The reader of our output went away (`| head`); that is no error of ours.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


class Listing(Commands):
    """A group whose bare name means `list`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read `insights --json` as `insights list --json`."""
        if not args or (args[0].startswith("-") and args[0] not in {"-h", "--help"}):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def study_option(command: F) -> F:
    """Add `-s/--study DIR`."""
    option = click.option(
        "-s",
        "--study",
        "folder",
        type=click.Path(path_type=Path),
        default=Path("."),
        help="The study's folder (default: the current one).",
    )
    return option(command)


def json_option(command: F) -> F:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")(
        command
    )


def by_option(command: F) -> F:
    """Add `--by NAME`."""
    option = click.option(
        "--by",
        default=lambda: os.environ.get("USER") or os.environ.get("USERNAME") or "someone",
        show_default="your login name",
        help="Who decides; stands on record.",
    )
    return option(command)


@contextmanager
def opened(folder: Path) -> Iterator[Study]:
    """Open a study and close it again."""
    from personagen.study import Study

    with Study.open(folder) as study:
        yield study


def emit(data: object) -> None:
    """Write one JSON document to stdout."""
    click.echo(json.dumps(plain(data), ensure_ascii=False, indent=1))


def plain(data: object) -> Any:
    """Return data as JSON's own types; models are dumped by their fields."""
    from pydantic import BaseModel

    if isinstance(data, BaseModel):
        return data.model_dump(mode="json")
    if isinstance(data, dict):
        return {str(key): plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple | set):
        return [plain(item) for item in data]
    return data


def rows(lines: Sequence[Sequence[object]], head: Sequence[str]) -> None:
    """Write a table whose last column takes what room is left."""
    import shutil

    cells = [[str(c) for c in line] for line in (head, *lines)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(head) - 1)]
    room = max(20, shutil.get_terminal_size((100, 24)).columns - sum(widths) - 2 * len(widths))
    for line in cells:
        left = [cell.ljust(width) for cell, width in zip(line, widths, strict=False)]
        click.echo("  ".join([*left, shorten(line[-1], room)]).rstrip())


def shorten(text: str, room: int) -> str:
    """Return the text on one line, cut with an ellipsis where it is too long."""
    line = " ".join(text.split())
    return line if len(line) <= room else line[: room - 1] + "…"


@contextmanager
def progress() -> Iterator[Report]:
    """Show a bar on stderr where a person watches; say nothing otherwise."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def report(step: Progress) -> None:
            if step.label not in tasks:
                tasks[step.label] = bar.add_task(step.label, total=step.total)
            bar.update(tasks[step.label], completed=step.done, total=step.total)

        yield report
