"""Inference: does a passage answer a question, and does a sentence follow from a passage?"""

from __future__ import annotations

from personagen.inference.runtime import Inference, load

__all__ = ["Inference", "load"]
