"""Templates of the review room: every value is escaped; what participants said is never markup."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .address import Address, to
from .format import FILTERS

HERE = Path(__file__).parent


def rendered(template: str, values: Mapping[str, object]) -> Markup:
    """Return a template filled in, with every value escaped for HTML."""
    return Markup(_environment().get_template(template).render(values))


def static(name: str) -> str:
    """Return a file that goes to the browser as it is: `house.css`, `room.js`."""
    return (HERE / "static" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    environment.globals.update(to=to, Address=Address)
    return environment
