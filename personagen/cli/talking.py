"""Talk: `ask`, `chat`, `ask-next`."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from personagen.cli.base import by_option, emit, json_option, opened, progress, study_option
from personagen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from personagen.llm.options import LlmOptions
    from personagen.models import Answer, Evidence
    from personagen.study import Study

BASES = {"quoted": "their words", "inferred": "inferred", "no_evidence": "no evidence"}

F = TypeVar("F", bound=Callable[..., object])


def model_options(command: F) -> F:
    """Add `--analyst`, `--model`, `--base-url` and `--send-unmasked`."""
    for option in (
        click.option("--send-unmasked", is_flag=True, help="Let names go to another machine."),
        click.option("--base-url", help="With llm: a server that speaks OpenAI's protocol."),
        click.option("--model", help="With llm: openai:NAME."),
        click.option(
            "--analyst",
            type=click.Choice(["extractive", "llm"]),
            default="extractive",
            show_default=True,
            help="Who words the answer; extractive works offline.",
        ),
    ):
        command = option(command)
    return command


def _llm(
    analyst: str, model: str | None, base_url: str | None, send_unmasked: bool
) -> LlmOptions | None:
    if analyst == "extractive":
        if model or base_url or send_unmasked:
            raise UsageError("--model and --base-url need a language model", "Add --analyst llm.")
        return None
    from personagen.chatmodel.settings import DEFAULT_MODEL, ModelSettings
    from personagen.llm.options import LlmOptions

    settings = ModelSettings(model=model or DEFAULT_MODEL, base_url=base_url)
    return LlmOptions(settings=settings, send_unmasked=send_unmasked)


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
    llm = _llm(**model)
    with opened(folder) as study, progress() as report:
        said = study.ask(question, persona, by=by, session=session, llm=llm, report=report)
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
    session, llm = secrets.token_hex(6), _llm(**model)
    warned = False
    with opened(folder) as study:
        for question in _lines():
            said = _answer(study, question, persona, by, session, llm)
            if not warned:
                _warn(said)
                warned = True
            _show(said)


def _answer(
    study: Study, question: str, persona: str, by: str, session: str, llm: LlmOptions | None
) -> Answer:
    with progress() as report:
        return study.ask(question, persona, by=by, session=session, llm=llm, report=report)


def _lines() -> Iterator[str]:
    """Yield what is asked: all of stdin where nobody types, else up to an empty line."""
    if not sys.stdin.isatty():
        yield from (line for line in sys.stdin.read().splitlines() if line.strip())
        return
    while question := click.prompt(">", default="", show_default=False, prompt_suffix=" "):
        yield question


@click.command("ask-next")
@click.option("--persona", default="", help="Only this persona's, by id or name.")
@study_option
@json_option
def ask_next(persona: str, folder: Path, as_json: bool) -> None:
    """List what personas could not answer, as questions for the next interview.

    Example: personagen ask-next -s my-study
    """
    with opened(folder) as study:
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
    _voices("nearest, may not answer", said.near)
    if said.ask_next:
        click.echo(f"Ask next: {said.ask_next}")


def _voices(label: str, evidence: Sequence[Evidence]) -> None:
    for one in evidence:
        click.echo(f"    {label}: “{' '.join(one.quote.split())}” — {one.participant}")
