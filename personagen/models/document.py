"""The whole study in one piece."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from personagen.models.base import Model
from personagen.models.findings import Findings
from personagen.models.material import Material
from personagen.models.record import ReviewEvent, Run
from personagen.models.talk import Answer

SCHEMA_VERSION: Literal[1] = 1


class DocumentProvenance(Model):
    """Which analyst and which personagen wrote a `study.json`."""

    analyst: str
    model: str | None = None
    prompts: tuple[str, ...] = ()
    personagen_version: str
    at: datetime


class StudyDocument(Material, Findings):
    """The whole study: `study.json`, the one lossless export, and what every document shows."""

    schema_version: Literal[1] = SCHEMA_VERSION
    provenance: DocumentProvenance
    chats: tuple[Answer, ...] = ()
    """Everything that was said with personas, oldest first."""
    reviews: tuple[ReviewEvent, ...] = ()
    runs: tuple[Run, ...] = ()
