"""Answering: a question to a persona, an answer from what its people said, or none."""

from __future__ import annotations

from personagen.answering.dossier import Dossier, Heard, heard
from personagen.answering.reply import answer

__all__ = ["Dossier", "Heard", "answer", "heard"]
