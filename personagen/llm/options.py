"""What the user asks of the language-model analyst: model, steps, bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from personagen.chatmodel import ModelSettings
from personagen.errors import UsageError
from personagen.models import Model

Step = Literal["code", "missed", "name", "merge", "counter", "claims", "personas", "messages"]
STEPS: tuple[Step, ...] = get_args(Step)


class LlmOptions(Model):
    """How a language model takes part in an analysis; the steps not named are done offline."""

    settings: ModelSettings = ModelSettings()
    steps: tuple[Step, ...] = STEPS
    max_cost: float | None = None
    """US dollars at which nothing more is sent; what is there by then is kept."""
    max_tokens: int | None = None
    """Tokens, sent and written together, at which nothing more is sent."""
    batch: bool = False
    """Send the questions as batches: cheaper, answered within a day each step."""
    send_unmasked: bool = False
    """Let a study that was imported with its names go to another machine."""


def steps_of(names: Sequence[str]) -> tuple[Step, ...]:
    """Return steps by their names, in the order of the work.

    Raises:
        UsageError: there is no such step.
    """
    unknown = [name for name in names if name not in STEPS]
    if unknown or not names:
        said = f"unknown step {unknown[0]!r}" if unknown else "no step is named"
        raise UsageError(f"--steps: {said}", f"Known: {', '.join(STEPS)}.")
    return tuple(step for step in STEPS if step in names)
