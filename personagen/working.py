"""What an analysis knows before it forms personas."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from personagen.analysts.base import Analyst, Floats, SentenceEncoder, Unit
from personagen.models import Claim, Insight, Material, Theme


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
    at: datetime
    """When the run began: stands in every provenance line."""
