"""What an analysis knows before it forms personas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol, runtime_checkable

from personagen.analysts.base import Analyst, CodedUnits, Floats, SentenceEncoder, Unit
from personagen.clustering import Landscape
from personagen.models import (
    Claim,
    Disagreement,
    Insight,
    Material,
    Message,
    Persona,
    Skipped,
    Theme,
)


class Working(NamedTuple):
    """All that an analysis knows before it forms personas; rows of the arrays belong to `units`."""

    material: Material
    units: tuple[Unit, ...]
    vectors: Floats
    """float32, shape (n, 384), rows of length 1."""
    scores: Floats
    """float32, shape (n, 6), in the order of `encoder.CODES`."""
    insights: tuple[Insight, ...]
    themes: tuple[Theme, ...]
    claims: tuple[Claim, ...]
    rows: dict[str, int]
    """Insight id to the index of its unit."""
    encoder: SentenceEncoder
    analyst: Analyst
    """Who makes what is still to be made."""
    at: datetime
    """When the run began: stands in every provenance line."""


class Scene(NamedTuple):
    """What was found before claims are worded."""

    insights: Sequence[Insight]
    rows: dict[str, int]
    """Insight id to the index of its unit."""
    coded: CodedUnits
    landscape: Landscape


class Left(NamedTuple):
    """What an analyst that writes left to the extractive one, and where the two differ."""

    skipped: tuple[Skipped, ...]
    disagreements: tuple[Disagreement, ...]


@runtime_checkable
class Writer(Protocol):
    """An analyst that also words what the others drafted; what fails a check stays as it was."""

    def same_themes(self, themes: Sequence[Theme], scene: Scene) -> list[list[str]]:
        """Return groups of ids of themes that mean the same."""

    def word_claims(self, claims: Sequence[Claim], scene: Scene) -> list[Claim]:
        """Return the claims with counter-evidence looked for and sentences of its own."""

    def word_personas(
        self, personas: Sequence[Persona], claims: Sequence[Claim]
    ) -> tuple[Persona, ...]:
        """Return the personas with summaries of its own."""

    def word_messages(
        self, messages: Sequence[Message], personas: Sequence[Persona], claims: Sequence[Claim]
    ) -> tuple[Message, ...]:
        """Return the messages in words of its own."""

    def left(self) -> Left:
        """Return what it left, and where it differs from the encoder."""
