"""Talk: `ask`, `chat`, `ask-next`."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from personagen.cli.base import (
    by_option,
    emit,
    json_option,
    opened,
    progress,
    rows,
    study_option,
)
from personagen.cli.modelled import in_words, listening, llm_of, model_options, usd

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from personagen.llm.options import LlmOptions
    from personagen.models import Answer, Evidence
    from personagen.study import Study

BASES = {"quoted": "their words", "inferred": "inferred", "no_evidence": "no evidence"}

F = TypeVar("F", bound=Callable[..., object])


@click.command()
@click.argument("question")
@click.option("--persona", default="", help="Id or name; not needed where there is only one.")
@click.option("--session", default="", help="Name of a conversation that it is part of.")
@model_options
@by_option
@study_option
@json_option
def ask(
    question: str,
    persona: str,
    session: str,
    by: str,
    folder: Path,
    as_json: bool,
    **model: Any,
) -> None:
    """Ask a persona one question; it answers from evidence, or says that there is none.

    Example: personagen ask "What holds you back?" --persona p_0123456789 -s my-study
    """
    with opened(folder) as study:
        llm = _answers(study, model)
        said = _answer(study, question, persona, by, session, llm)
    if as_json:
        emit(said)
        return
    _warn(said)
    _show(said)


@click.command()
@click.option("--persona", default="", help="Id or name; not needed where there is only one.")
@model_options
@by_option
@study_option
def chat(persona: str, by: str, folder: Path, **model: Any) -> None:
    """Talk with a persona, a question a line; an empty line ends it.

    Example: personagen chat --persona p_0123456789 -s my-study

    "Who said that?", "Why?", "Tell me more" and "What about the others?" take up the answer
    before. Everything said is kept with its evidence; `personagen ask-next` lists what to ask
    in the next interview.
    """
    session = secrets.token_hex(6)
    warned = False
    with opened(folder) as study:
        llm = _answers(study, model)
        if llm and not llm.settings.local:
            click.echo(f"(A question: {in_words(study.talk.estimate(llm, persona))})", err=True)
        for question in _lines():
            said = _answer(study, question, persona, by, session, llm)
            if not warned:
                _warn(said)
                warned = True
            _show(said)


def _answers(study: Study, model: dict[str, Any]) -> LlmOptions | None:
    """Return who answers: as the user says, else as the last analysis chose."""
    llm = llm_of(**model)
    return llm if llm or model["analyst"] else study.answers_with()


def _answer(
    study: Study, question: str, persona: str, by: str, session: str, llm: LlmOptions | None
) -> Answer:
    with progress() as report:
        study.talk.dossier(persona, report)
    if llm is None:
        return study.ask(question, persona, by=by, session=session)
    with listening() as hear:
        return study.ask(question, persona, by=by, session=session, llm=llm, hear=hear)


def _lines() -> Iterator[str]:
    """Yield what is asked: all of stdin where nobody types, else up to an empty line."""
    if not sys.stdin.isatty():
        yield from (line for line in sys.stdin.read().splitlines() if line.strip())
        return
    while question := click.prompt(">", default="", show_default=False, prompt_suffix=" "):
        yield question


def out_option(command: F) -> F:
    """Add `--out FILE`."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write it to a .md, .csv or .json file.",
    )(command)


@click.command()
@click.option("--persona", default="", help="Only with this persona, by id or name.")
@click.option("--session", default="", help="Only this conversation.")
@out_option
@study_option
@json_option
def chats(persona: str, session: str, out: Path | None, folder: Path, as_json: bool) -> None:
    """Show what was said with personas, or write it to a file, with its evidence.

    Example: personagen chats --out conversations.md -s my-study
    """
    with opened(folder) as study:
        if out is not None:
            click.echo(f"Written: {study.write_chats(out, persona, session)}")
            return
        said = study.talk.of(persona, session)
        names = {p.id: p.name for p in study.findings().personas}
    if as_json:
        emit(said)
        return
    rows([(f"{a.at:%Y-%m-%d %H:%M}", a.session, names.get(a.persona, a.persona),
           BASES[a.basis], a.question) for a in said],
         ("at", "session", "persona", "answered", "question"))  # fmt: skip


@click.command("ask-next")
@click.option("--persona", default="", help="Only this persona's, by id or name.")
@out_option
@study_option
@json_option
def ask_next(persona: str, out: Path | None, folder: Path, as_json: bool) -> None:
    """List what personas could not answer, as questions for the next interview.

    Example: personagen ask-next --out guide.md -s my-study
    """
    with opened(folder) as study:
        if out is not None:
            click.echo(f"Written: {study.write_ask_next(out, persona)}")
            return
        found = study.ask_next(persona)
    if as_json:
        emit(found)
        return
    for question in found:
        click.echo(f"- {question}")
    if not found:
        click.echo("Nothing to ask yet: no question to a persona was declined.")


def _warn(said: Answer) -> None:
    if said.draft:
        click.echo("(A draft persona: nobody approved it yet.)", err=True)


def _show(said: Answer) -> None:
    """Write an answer with its basis, what speaks against it and what to ask next."""
    click.echo(said.answer)
    count = f" · {said.n} of {said.of}" if said.n else ""
    click.echo(f"[{BASES[said.basis]}{count}] {said.why}")
    if said.provenance.analyst.startswith("llm:"):
        for number, one in enumerate(said.evidence, 1):
            click.echo(f"    [{number}] “{' '.join(one.quote.split())}” — {one.participant}")
    if said.spent and said.spent.requests:
        tokens = said.spent.tokens_sent + said.spent.tokens_written
        click.echo(f"    ({tokens:,} tokens, {usd(said.spent.usd)})", err=True)
    _voices("nearest, may not answer", said.near)
    if said.ask_next:
        click.echo(f"Ask next: {said.ask_next}")


def _voices(label: str, evidence: Sequence[Evidence]) -> None:
    for one in evidence:
        click.echo(f"    {label}: “{' '.join(one.quote.split())}” — {one.participant}")
