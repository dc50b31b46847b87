"""What was done to a study, by whom, and what it took."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from personagen.models.base import Model


class ReviewEvent(Model):
    """One decision of a person; append-only."""

    id: int
    at: datetime
    by: str
    action: str
    target: str
    before: dict[str, object] | None = None
    after: dict[str, object] | None = None


class Spent(Model):
    """What a run of a language model took."""

    requests: int
    """Sent and answered."""
    reused: int
    """Answers that were there from an earlier run: nothing was sent for them."""
    tokens_sent: int
    tokens_written: int
    usd: float | None = None
    """None: unknown."""


class Run(Model):
    """One pass of an analyst over the study."""

    id: str
    at: datetime
    analyst: str
    model: str | None = None
    seconds: float
    counts: dict[str, int] = Field(default_factory=dict)
    spent: Spent | None = None
    """None where no language model was asked."""
