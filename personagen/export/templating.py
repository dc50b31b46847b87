"""Templates of this room: every value is escaped; what participants said is never a template."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def rendered(template: str, values: Mapping[str, object]) -> str:
    """Return a template of this room filled in, with every value escaped for HTML."""
    return _environment().get_template(template).render(values)


def sentence(text: str) -> str:
    """Return text on one line that begins and ends as a sentence does."""
    text = " ".join(text.split())
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…", "”")) else f"{text}."


@cache
def _environment() -> Environment:
    """Return the one environment: made at the first page, since compiling templates takes time."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("personagen.export"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["sentence"] = sentence
    return environment
