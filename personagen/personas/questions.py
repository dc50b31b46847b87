"""What to ask next: for each field that the evidence is silent on, a question about real events."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).resolve().parent / "questions.toml"
LONGEST = 12
"""Words of a pain that a question may carry."""


def questions_for(product: str, pains: Sequence[str]) -> dict[str, str]:
    """Return a question for each field of a persona, worded for the study.

    Args:
        product: Name of the product; may be empty.
        pains: What hurts them, the strongest first.
    """
    it = product or "something like this"
    pain = _about(pains)
    return {field: asked.format(it=it, pain=pain) for field, asked in _questions().items()}


def _about(pains: Sequence[str]) -> str:
    plain = (
        p.strip().rstrip(".") for p in pains if 3 <= len(p.split()) <= LONGEST and "“" not in p
    )
    pain = next(plain, "")
    if not pain:
        return "this work went wrong"
    return f"this came up ({pain[:1].lower() + pain[1:]})"


@cache
def _questions() -> dict[str, str]:
    return {field: str(asked) for field, asked in tomllib.loads(_TABLE.read_text("utf-8")).items()}
