"""A language model on the command line: which one, what it may cost, what it took."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

from personagen.errors import UsageError

if TYPE_CHECKING:
    from personagen.answering.bymodel import Hear
    from personagen.llm.options import LlmOptions
    from personagen.llm.running import Estimate
    from personagen.models import Spent

F = TypeVar("F", bound=Callable[..., object])


def model_options(command: F) -> F:
    """Add `--analyst`, `--model`, `--base-url`, the bounds and `--send-unmasked`."""
    for option in (
        click.option("--send-unmasked", is_flag=True, help="Let names go to another machine."),
        click.option(
            "--max-tokens", type=click.IntRange(min=0), help="With llm: stop at so many tokens."
        ),
        click.option(
            "--max-cost", type=click.FloatRange(min=0), help="With llm: stop at so many USD."
        ),
        click.option("--base-url", help="With llm: a server that speaks OpenAI's protocol."),
        click.option("--model", help="With llm: openai:NAME (default: openai:gpt-4.1-mini)."),
        click.option(
            "--analyst",
            type=click.Choice(["extractive", "llm"]),
            help="Who words the answer; extractive works offline (default: extractive; for ask "
            "and chat the model that `analyze --steps answer` named).",
        ),
    ):
        command = option(command)
    return command


def llm_of(
    analyst: str | None,
    model: str | None,
    base_url: str | None,
    max_cost: float | None,
    max_tokens: int | None,
    send_unmasked: bool,
) -> LlmOptions | None:
    """Return how a language model takes part; None where the offline analyst works alone.

    Raises:
        UsageError: options of a model without one, or an address that is none.
    """
    if analyst != "llm":
        if model or base_url or send_unmasked or (max_cost, max_tokens) != (None, None):
            raise UsageError("--model and --base-url need a language model", "Add --analyst llm.")
        return None
    from personagen.chatmodel.settings import DEFAULT_MODEL, ModelSettings
    from personagen.llm.options import LlmOptions

    if base_url is not None and not base_url.startswith(("http://", "https://")):
        raise UsageError(f"--base-url: {base_url!r} is no address", "Write http://HOST:PORT/v1.")
    return LlmOptions(
        settings=ModelSettings(model=model or DEFAULT_MODEL, base_url=base_url),
        max_cost=max_cost,
        max_tokens=max_tokens,
        send_unmasked=send_unmasked,
    )


def agreed(estimate: Callable[[], Estimate], llm: LlmOptions, yes: bool) -> None:
    """Say what a run costs at most, and ask, unless the user bounded it or nothing leaves.

    Raises:
        UsageError: the user does not agree, or nobody is there to be asked.
    """
    bounded = llm.max_cost is not None or llm.max_tokens is not None
    if yes or bounded or llm.settings.local:
        return
    click.echo(in_words(estimate()), err=True)
    if not sys.stdin.isatty():
        raise UsageError("Nobody is there to be asked", "Say --yes, --max-cost or --max-tokens.")
    if not click.confirm("Go on?", err=True):
        raise UsageError("Nothing was sent", "Bound the run with --max-cost or --max-tokens.")


def in_words(guess: Estimate) -> str:
    """Return what a run would send at most, in a sentence."""
    about = "about " if guess.approximate else ""
    of = f" (prices of {guess.prices_of})" if guess.prices_of else ""
    each = guess.each_question
    later = (
        f" Each question to a persona later: at most {each.tokens_sent:,} tokens out, "
        f"{each.tokens_written:,} back; {_at_most(each.usd)}{of}." if each else ""
    )  # fmt: skip
    if not guess.requests:
        return f"{guess.model} at {guess.host}: nothing in the analysis that is not there.{later}"
    requests = "1 request" if guess.requests == 1 else f"{guess.requests:,} requests"
    return (
        f"{guess.model} at {guess.host}: {requests}, {about}"
        f"{guess.tokens_sent:,} tokens out, at most {guess.tokens_written:,} back; "
        f"{_at_most(guess.usd)}{of}.{later}"
    )


def _at_most(price: float | None) -> str:
    return usd(price) if price is None else f"at most {usd(price)}"


def taken(spent: Spent) -> str:
    """Return what a run took, in a sentence."""
    return (
        f"Model: {spent.requests:,} requests answered, {spent.reused:,} answers from before; "
        f"{spent.tokens_sent:,} tokens sent, {spent.tokens_written:,} written; {usd(spent.usd)}."
    )


def usd(price: float | None) -> str:
    """Return a price; of less than a cent the digits that tell something."""
    if price is None:
        return "price unknown"
    if 0 < price < 0.0001:
        return "under 0.0001 USD"
    return f"{price:.4f} USD" if 0 < price < 0.01 else f"{price:.2f} USD"


@contextmanager
def listening() -> Iterator[Hear | None]:
    """Show a model's words as they come, where a person watches; they go when they are checked."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    console = Console(stderr=True)
    with Live(console=console, transient=True, refresh_per_second=20) as live:

        def hear(words: str) -> None:
            live.update(Text(f"Being checked: {words} …", style="dim italic"))

        yield hear
