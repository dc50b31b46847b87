"""A run of the language-model analyst on a study: made, bounded, estimated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from personagen.analysts.base import SentenceEncoder
from personagen.chatmodel import Asker
from personagen.chatmodel.budget import Bounds
from personagen.chatmodel.pricing import Price, price_of
from personagen.egress import Door, Rules
from personagen.errors import UsageError
from personagen.llm.analyst import LanguageModel
from personagen.llm.options import LlmOptions
from personagen.models import Material, Model, Spent
from personagen.privacy import Alias
from personagen.privacy.typed import typed_masker
from personagen.progress import Report

MOST_SENT, MOST_WRITTEN, FRAME = 20_000, 400, 3_000
"""Tokens of a question to a persona: sent and written at most; what is beside people's words."""


class Estimate(Model):
    """What a run would send at most, counted before anything is."""

    model: str
    host: str
    local: bool
    """Nothing leaves this machine."""
    requests: int
    tokens_sent: int
    tokens_written: int
    """At most."""
    usd: float | None
    """At most; None: the price is unknown."""
    prices_of: date | None
    approximate: bool
    """The tokens are those of another tokenizer than the model's."""
    each_question: Spent | None = None
    """What one question to a persona takes at most, later; None where the model answers none."""


class Ground(NamedTuple):
    """The study that a run is on."""

    folder: Path
    material: Material
    encoder: SentenceEncoder
    aliases: Iterable[Alias]
    """The vault: names in what the user typed are masked."""
    unmasked: bool
    """Something was imported with its names."""


def analyst_for(
    ground: Ground, options: LlmOptions, report: Report, *, estimating: bool = False
) -> LanguageModel:
    """Return the analyst of a run; close it afterwards.

    Raises:
        EgressError: the study holds names, and the model is on another machine.
        UsageError: a cost bound was given where the price is unknown.
    """
    asker = asker_for(ground.folder, ground.unmasked, options, estimating=estimating)
    mask = typed_masker(ground.aliases)
    return LanguageModel(
        asker, ground.encoder, ground.material, options.steps, mask=mask, report=report
    )


def asker_for(
    folder: Path,
    unmasked: bool,
    options: LlmOptions,
    *,
    estimating: bool = False,
    held: bool = False,
) -> Asker:
    """Return what asks the model for a study; close it afterwards.

    Args:
        folder: The study's.
        unmasked: Something was imported with its names.
        options: Which model, and how far it may go.
        estimating: Send nothing, count what would be sent.
        held: Hold back what is to be written into the folder until it is settled.

    Raises:
        EgressError: the study holds names, and the model is on another machine.
        UsageError: a cost bound was given where the price is unknown.
    """
    price = _price(folder, options)
    door = Door(folder, Rules(unmasked, options.send_unmasked))
    door.require(options.settings.host)
    return Asker(
        options.settings,
        door,
        folder,
        price=price,
        bounds=Bounds(options.max_cost, options.max_tokens),
        estimating=estimating,
        batch=options.batch,
        held=held,
    )


def each_question(folder: Path, options: LlmOptions, said: int) -> Spent:
    """Return what one question to a persona takes at most, asked once.

    Args:
        folder: The study's.
        options: Of the run.
        said: Tokens of all that participants said.
    """
    price = _price(folder, options)
    sent = min(MOST_SENT, FRAME + 2 * said)
    written = min(MOST_WRITTEN, options.settings.max_output_tokens)
    usd = price.of(sent, written) if price else None
    return Spent(requests=1, reused=0, tokens_sent=sent, tokens_written=written, usd=usd)


def estimate_of(folder: Path, options: LlmOptions, spent: Spent, counted: bool) -> Estimate:
    """Return an estimate from what a counting run counted.

    Args:
        folder: The study's.
        options: Of the run.
        spent: What it counted.
        counted: The tokens are approximate.
    """
    price = _price(folder, options)
    return Estimate(
        model=options.settings.qualified,
        host=options.settings.host,
        local=options.settings.local,
        requests=spent.requests,
        tokens_sent=spent.tokens_sent,
        tokens_written=spent.tokens_written,
        usd=spent.usd,
        prices_of=price.as_of if price else None,
        approximate=counted,
    )


def _price(folder: Path, options: LlmOptions) -> Price | None:
    price = price_of(options.settings, folder, batch=options.batch)
    if price is None and options.max_cost is not None:
        raise UsageError(
            f"The price of {options.settings.qualified!r} at {options.settings.host} is unknown, "
            "so --max-cost can't hold",
            "Bound it in tokens (--max-tokens), or put the price into the study's prices.toml.",
        )
    return price
