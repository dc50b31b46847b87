"""What all nouns have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

SourceKind = Literal["interview", "review", "ticket", "survey", "crm"]
Role = Literal["participant", "interviewer", "agent", "bot", "form", "unknown"]
Status = Literal["suggested", "accepted", "edited", "rejected", "approved"]
Stage = Literal["awareness", "consideration", "decision", "use"]


class Model(BaseModel):
    """What every noun has in common: frozen, and no field it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Provenance(Model):
    """Who made a result, and when."""

    analyst: str
    """`extractive`, `llm:openai:…`, or `person:<name>` for what a person added."""
    model: str | None = None
    """The encoder's fingerprint, with those of the networks that read together with a question
    after a plus each, where they did; or the language model's name."""
    prompts: tuple[str, ...] = ()
    """`name.vN@hash` of each prompt used."""
    at: datetime
