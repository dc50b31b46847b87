"""What the user asks of the language-model analyst: model, steps, bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from personagen.chatmodel import ModelSettings
from personagen.errors import UsageError
from personagen.models import Model

Step = Literal[
    "code", "missed", "name", "merge", "counter", "claims", "personas", "messages", "answer"
]
STEPS: tuple[Step, ...] = get_args(Step)
RUN_STEPS = STEPS[:-1]
"""What a model does in an analysis unless told otherwise: to answer costs later, so it is named."""


class LlmOptions(Model):
    """How a language model takes part in an analysis; the steps not named are done offline."""

    settings: ModelSettings = ModelSettings()
    steps: tuple[Step, ...] = RUN_STEPS
    max_cost: float | None = None
    """US dollars at which nothing more is sent; what is there by then is kept."""
    max_tokens: int | None = None
    """Tokens, sent and written together, at which nothing more is sent."""
    batch: bool = False
    """Send the questions as batches: cheaper, answered within a day each step."""
    send_unmasked: bool = False
    """Let a study that was imported with its names go to another machine."""

    @property
    def analyzes(self) -> bool:
        """Return whether the model takes part in the analysis itself."""
        return any(step in RUN_STEPS for step in self.steps)

    @property
    def answers(self) -> bool:
        """Return whether the model answers what is asked of personas later."""
        return "answer" in self.steps


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
