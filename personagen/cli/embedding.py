"""`--embedder`: whose vectors a study is searched by; what that sends is said before it is sent."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from personagen.errors import UsageError
from personagen.progress import Report

if TYPE_CHECKING:
    from personagen.embedding import Choice, EmbeddingEstimate
    from personagen.study import Study

ENCODER = "encoder"


def embedder_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say who makes the vectors."""
    url = click.option("--embedder-url", help="With --embedder: a server of OpenAI's protocol.")
    name = click.option(
        "--embedder", help="Who makes the vectors for search: openai:NAME, or encoder (offline)."
    )
    return name(url(command))


def made_by(
    study: Study,
    embedder: str | None,
    url: str | None,
    send_unmasked: bool,
    yes: bool,
    report: Report,
) -> None:
    """Have the vectors made by who is named, and say so; nothing happens where nobody is."""
    if embedder is None:
        if url:
            raise UsageError("--embedder-url needs a model", "Add --embedder openai:NAME.")
        return
    choice = _choice(embedder, url, send_unmasked)
    if choice and not (yes or choice.settings.local):
        _agreed(study.embedding_estimate(choice))
    count = study.embed_with(choice, report)
    if count:
        by = choice.settings.qualified if choice else "the encoder"
        click.echo(f"Vectors made anew by {by}: {count:,} passages.", err=True)


def _choice(embedder: str, url: str | None, send_unmasked: bool) -> Choice | None:
    from personagen.chatmodel import ModelSettings
    from personagen.embedding import Choice

    if embedder == ENCODER:
        return None
    if url is not None and not url.startswith(("http://", "https://")):
        raise UsageError(f"--embedder-url: {url!r} is no address", "Write http://HOST:PORT/v1.")
    settings = ModelSettings(model=embedder, base_url=url)
    return Choice(settings=settings, send_unmasked=send_unmasked)


def _agreed(guess: EmbeddingEstimate) -> None:
    about = "about " if guess.approximate else ""
    price = "price unknown" if guess.usd is None else f"{guess.usd:.4f} USD"
    click.echo(
        f"{guess.model} at {guess.host}: {guess.passages:,} passages, {about}{guess.tokens:,} "
        f"tokens out; {price}. What is imported or searched for later goes there, too.",
        err=True,
    )
    if not sys.stdin.isatty():
        raise UsageError("Nobody is there to be asked", "Say --yes.")
    if not click.confirm("Go on?", err=True):
        raise UsageError("Nothing was sent", "Leave --embedder out.")
