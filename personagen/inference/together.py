"""What both networks hold of a statement, taken together: neither is as right alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from personagen.inference.closer import load as load_closer
from personagen.inference.runtime import Inference
from personagen.inference.runtime import load as load_small

SMALL, CLOSER = 0.3, 0.7
"""What either network's log odds count."""
_NEARLY = 1e-4
"""No network is surer than this far from 0 and 1."""
_Odds = NDArray[np.float64] | np.float64


def follows(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
    """Return how likely sentences follow from passages, 0–1, shape (n,).

    Args:
        pairs: Passage and sentence each.
    """
    if not pairs:
        return np.zeros(0)
    return _chance(*(_log_odds(network, pairs) for network in (load_small(), load_closer())))


def follows_from_any(passages: Sequence[str], text: str) -> float:
    """Return how likely a sentence follows from one of some passages, 0–1.

    Each network is heard on the passage that it finds carries most.
    """
    if not passages:
        return 0.0
    pairs = [(passage, text) for passage in passages]
    most = (_log_odds(network, pairs).max() for network in (load_small(), load_closer()))
    return float(_chance(*most))


def rest() -> None:
    """Let go of both networks, 300 MB; whoever asks next loads them again."""
    load_small.cache_clear()
    load_closer.cache_clear()


def _chance(small: _Odds, closer: _Odds) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-(SMALL * small + CLOSER * closer))))


def _log_odds(network: Inference, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
    sure = np.clip(network.follows(pairs).follows.astype(np.float64), _NEARLY, 1 - _NEARLY)
    return np.asarray(np.log(sure / (1 - sure)))
