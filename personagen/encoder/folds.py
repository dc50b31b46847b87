"""Which units are held out together: at random, or whole sources."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from personagen.encoder.data import Unit

RANDOM = 5

# Each fold holds out whole families, and leaves other sources of every kind that it holds out.
_GROUPED = (
    ("changelog", "pros_cons", "games_as_art", "market_research"),
    ("annomi", "appreviews", "multidogo"),
    ("hitsave", "rsurvey", "banking77"),
    ("product_reviews", "jupyter", "zoom", "pdpilot"),
)


COUNTS = {"random": RANDOM, "grouped": len(_GROUPED)}
"""Folds of each design."""


def random_folds(units: Sequence[Unit], seed: int) -> NDArray[np.int64]:
    """Return the fold of each unit, shape (n,): every source spread evenly over the folds."""
    rng = np.random.default_rng(seed)
    folds = np.zeros(len(units), np.int64)
    for source in sorted({unit.source for unit in units}):
        members = [i for i, unit in enumerate(units) if unit.source == source]
        folds[rng.permutation(members)] = (np.arange(len(members)) + rng.integers(RANDOM)) % RANDOM
    return folds


def grouped_folds(units: Sequence[Unit]) -> NDArray[np.int64]:
    """Return the fold of each unit, shape (n,): a source and its siblings in one fold."""
    return np.array([grouped_fold(unit.family) for unit in units])


def grouped_fold(family: str) -> int:
    """Return the fold that holds out a source and its siblings."""
    return next(fold for fold, families in enumerate(_GROUPED) if family in families)
