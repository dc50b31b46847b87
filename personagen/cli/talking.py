"""Talk: `ask`, `chat`, `ask-next`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from personagen.cli.base import by_option, emit, json_option, opened, progress, study_option

if TYPE_CHECKING:
    from personagen.models import Answer

BASES = {
    "quoted": "their words",
    "inferred": "inferred",
    "no_evidence": "no evidence",
}


@click.command()
@click.argument("question")
@click.option("--persona", default="", help="Id or name; not needed where there is only one.")
@click.option("--session", default="", help="Name of a conversation that it is part of.")
@by_option
@study_option
@json_option
def ask(question: str, persona: str, session: str, by: str, folder: Path, as_json: bool) -> None:
    """Ask a persona one question; it answers from evidence, or says that there is none.

    Example: personagen ask "What holds you back?" --persona p_0123456789 -s my-study
    """
    with opened(folder) as study, progress() as report:
        said = study.ask(question, persona, by=by, session=session, report=report)
    if as_json:
        emit(said)
        return
    show(said)


def show(said: Answer) -> None:
    """Write an answer with its basis, its evidence and what to ask next."""
    if said.draft:
        click.echo("(A draft persona: nobody approved it yet.)", err=True)
    click.echo(said.answer)
    count = f" · {said.n} of {said.of}" if said.n else ""
    click.echo(f"[{BASES[said.basis]}{count}] {said.why}")
    for one in said.opposes:
        click.echo(f"    against: “{one.quote}” — {one.participant}")
    if said.ask_next:
        click.echo(f"Ask next: {said.ask_next}")
