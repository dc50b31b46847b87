"""What tokens cost: a dated list, and "unknown" for every model that is not on it."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from personagen.chatmodel.settings import OPENAI, ModelSettings
from personagen.errors import UsageError

FILE = "prices.toml"

_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")


class Price(NamedTuple):
    """Of one model, in US dollars."""

    input: float
    """For a million tokens that go out."""
    output: float
    """For a million tokens that come back."""
    as_of: date

    def of(self, sent: int, written: int) -> float:
        """Return the price of so many tokens."""
        return (sent * self.input + written * self.output) / 1_000_000


def price_of(
    settings: ModelSettings, folder: Path | None = None, *, batch: bool = False
) -> Price | None:
    """Return the price of a model; None where it is unknown.

    A server at an address of the user's own asks what it likes: its price is known only if the
    study's own `prices.toml` says so.

    Args:
        settings: The model and where it is.
        folder: A study's, which may hold its own list.
        batch: What a batch costs, where the list says which share of the price that is.

    Raises:
        UsageError: the study's list can't be read.
    """
    own = _listed(folder / FILE, settings.bare, batch) if folder else None
    shipped = Path(__file__).with_name(FILE)
    return own or (_listed(shipped, settings.bare, batch) if settings.host == OPENAI else None)


def _listed(path: Path, model: str, batch: bool) -> Price | None:
    try:
        listed: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name}: not valid TOML: {error}", "Put it right.") from error
    models = listed.get("models", {})
    found = models.get(model) or models.get(_DATED.sub("", model))
    if found is None:
        return None
    try:
        share = float(listed.get("batch", 1)) if batch else 1.0
        price = Price(
            float(found["input"]) * share, float(found["output"]) * share, listed["as_of"]
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"{path.name}: {model!r} has no price",
            'Write as_of = 2025-01-31 and "NAME" = { input = 0.4, output = 1.6 } under [models].',
        ) from error
    if not isinstance(price.as_of, date) or min(price.input, price.output) < 0:
        raise UsageError(f"{path.name}: as_of is no day, or a price is negative", "Put it right.")
    return price
