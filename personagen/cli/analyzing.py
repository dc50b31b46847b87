"""`analyze`: offline, or with a language model, whose cost is said before it is spent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from personagen.cli.base import emit, json_option, opened, progress, study_option
from personagen.cli.embedding import embedder_options, made_by
from personagen.cli.modelled import agreed, taken
from personagen.errors import UsageError

if TYPE_CHECKING:
    from personagen.llm.options import LlmOptions
    from personagen.models import Skipped

_MOST_REASONS = 6
_UNDONE = ("coded offline instead of by the model", "not looked at a second time")
_LENGTH = re.compile(r"it has \d+ (words|characters)")
_ONLY_WITH_MODEL = (
    "model", "base_url", "steps", "max_cost", "max_tokens", "batch", "send_unmasked"
)  # fmt: skip


@click.command()
@click.option(
    "--analyst",
    type=click.Choice(["extractive", "llm"]),
    default="extractive",
    show_default=True,
    help="Who codes and phrases; extractive works offline.",
)
@click.option("--model", help="With llm: openai:NAME (default: openai:gpt-4.1-mini).")
@click.option("--base-url", help="With llm: a server that speaks OpenAI's protocol.")
@click.option(
    "--steps",
    help="With llm: which of code, missed, name, merge, counter, claims, personas, messages, "
    "answer; separated by commas (default: all but answer, which is for `ask` and `chat`).",
)
@click.option("--max-cost", type=click.FloatRange(min=0), help="With llm: stop at so many USD.")
@click.option("--max-tokens", type=click.IntRange(min=0), help="With llm: stop at so many tokens.")
@click.option("--batch", is_flag=True, help="With llm: send batches: cheaper, within a day a step.")
@click.option("--send-unmasked", is_flag=True, help="Let a study with names go to another machine.")
@click.option("--yes", is_flag=True, help="Spend without asking.")
@embedder_options
@study_option
@json_option
def analyze(
    analyst: str,
    model: str | None,
    base_url: str | None,
    steps: str | None,
    max_cost: float | None,
    max_tokens: int | None,
    batch: bool,
    send_unmasked: bool,
    yes: bool,
    embedder: str | None,
    embedder_url: str | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Code, verify, group and draft: from sources to personas and messages.

    Example: personagen analyze -s my-study

    \b
    With a model: personagen analyze -s my-study --analyst llm --max-cost 2
                  personagen analyze -s my-study --analyst llm --model openai:llama3.1 \\
                    --base-url http://127.0.0.1:11434/v1
    """  # noqa: D301 - click reads the backspace character
    said = locals()
    surplus = [name for name in _ONLY_WITH_MODEL if said[name]]
    if embedder and surplus == ["send_unmasked"]:
        surplus = []
    if analyst == "extractive" and surplus:
        option = "--" + surplus[0].replace("_", "-")
        raise UsageError(f"{option} needs a language model", "Add --analyst llm.")
    with opened(folder) as study, progress() as report:
        made_by(study, embedder, embedder_url, send_unmasked, yes, report)
        llm = None
        if analyst == "llm":
            llm = _options(model, base_url, steps, max_cost, max_tokens, send_unmasked)
            llm = llm.model_copy(update={"batch": batch})
            agreed(lambda: study.estimate(llm), llm, yes)
        run = study.analyze(report, llm)
        left = study.findings().skipped if run.spent else ()
    if as_json:
        emit(run)
        return
    counts = ", ".join(f"{n} {what}" for what, n in run.counts.items())
    click.echo(f"{run.analyst}: {counts} in {run.seconds:.1f} s. All suggested; nothing is final.")
    if run.spent:
        click.echo(taken(run.spent))
        _stood_in(left)
    if llm and llm.answers:
        click.echo(f"Questions to personas go to {llm.settings.qualified} at {llm.settings.host}.")
    click.echo(f"Look: personagen personas -s {folder}   Write: personagen export -s {folder}")


def _options(
    model: str | None,
    base_url: str | None,
    steps: str | None,
    max_cost: float | None,
    max_tokens: int | None,
    send_unmasked: bool,
) -> LlmOptions:
    from personagen.chatmodel.settings import DEFAULT_MODEL, ModelSettings
    from personagen.llm.options import RUN_STEPS, LlmOptions, steps_of

    if base_url is not None and not base_url.startswith(("http://", "https://")):
        raise UsageError(f"--base-url: {base_url!r} is no address", "Write http://HOST:PORT/v1.")
    names = [name.strip() for name in (steps or "").split(",") if name.strip()]
    return LlmOptions(
        settings=ModelSettings(model=model or DEFAULT_MODEL, base_url=base_url),
        steps=RUN_STEPS if steps is None else steps_of(names),
        max_cost=max_cost,
        max_tokens=max_tokens,
        send_unmasked=send_unmasked,
    )


def _stood_in(skipped: Sequence[Skipped]) -> None:
    """Say where the model's answer could not be used, the commonest reason first."""
    from personagen.chatmodel.budget import STOPPED
    from personagen.llm.analyst import LOOSE

    for one in skipped:
        if one.what == LOOSE:
            click.echo(f"{one.why}.")
    found = _reasons(skipped)
    if not found:
        return
    click.echo("Where the model's answer could not be used, the offline result stands:")
    for line, times in found.most_common(_MOST_REASONS):
        click.echo(f"  {times} × {line}")
    if len(found) > _MOST_REASONS:
        click.echo(f"  and {len(found) - _MOST_REASONS} more reasons")
    click.echo("Each of them: `skipped` in study.json, or Record, Left out in the review room.")
    if any(one.why.startswith(STOPPED) for one in skipped):
        click.echo(
            "The bound was reached. Run the same with a higher one: it goes on from here, and what "
            "was answered is not paid for again."
        )


def _reasons(skipped: Sequence[Skipped]) -> Counter[str]:
    """Return how often the offline result stands in for what, and why; lengths don't tell apart."""
    found: Counter[str] = Counter()
    for one in skipped:
        why = _LENGTH.sub(r"it has too many \1", one.why)
        what, _, how = one.what.partition(":")
        if how.endswith("stands in"):
            found[f"{what}: {why}"] += 1
        elif one.what.endswith(_UNDONE):
            found[f"part of a file, {one.what.partition(', ')[2]}: {why}"] += 1
    return found
