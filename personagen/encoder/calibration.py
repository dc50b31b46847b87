"""From logits to probabilities that mean what they say, and from probabilities to decisions.

Both are chosen on units that the network did not learn from: out-of-fold predictions.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.encoder.runtime import given, sigmoid

Floats = NDArray[np.float32]
Truth = NDArray[np.bool_]

_GRID = np.arange(0.05, 0.9, 0.01)
_ROUNDS, _STEPS = 3, 50
_RIDGE, _TINY = 1e-3, 1e-9


class Calibration(NamedTuple):
    """probability = sigmoid(scale * logit + shift), column by column."""

    scale: Floats
    shift: Floats

    def __call__(self, logits: Floats) -> Floats:
        """Return probabilities, float32, of the logits' shape (n, columns)."""
        return sigmoid(logits * self.scale + self.shift)


def calibrate(logits: Floats, truth: Truth) -> Calibration:
    """Return the calibration that fits each column of logits to what was true.

    Source:
        Platt (1999), "Probabilistic outputs for support vector machines", with smoothed targets.
    """
    fitted = [_platt(logits[:, j].astype(float), truth[:, j]) for j in range(logits.shape[1])]
    scale, shift = zip(*fitted, strict=True)
    return Calibration(np.array(scale, np.float32), np.array(shift, np.float32))


def choose_thresholds(scores: Floats, truth: Truth) -> Floats:
    """Return per column the threshold at which the decisions have the highest F1.

    Decisions are those of `given`, at most two codes a unit, so that a column's best threshold
    hangs on the others': each is chosen in turn, a few rounds.
    """
    thresholds = np.array([_best_alone(s, t) for s, t in zip(scores.T, truth.T, strict=True)])
    for _ in range(_ROUNDS):
        for column in range(scores.shape[1]):
            thresholds[column] = _best_among(scores, truth, thresholds, column)
    return thresholds.astype(np.float32)


def f1(given: Truth, truth: Truth) -> float:
    """Return the harmonic mean of precision and recall; 0 where nothing is given or true."""
    both = int((given & truth).sum())
    return 2 * both / max(1, int(given.sum()) + int(truth.sum()))


def calibration_error(scores: NDArray[np.floating], truth: Truth, bins: int = 10) -> float:
    """Return the expected calibration error of one column: mean |probability - share true|.

    Source:
        Guo et al. (2017), arXiv:1706.04599; bins of equal width, weighted by their units.
    """
    place = np.minimum((scores * bins).astype(int), bins - 1)
    gaps = [
        (place == b).mean() * abs(scores[place == b].mean() - truth[place == b].mean())
        for b in range(bins)
        if (place == b).any()
    ]
    return float(sum(gaps))


def _platt(logits: NDArray[np.float64], truth: Truth) -> tuple[float, float]:
    """Return scale and shift by Newton's method on the log-likelihood, never a step uphill."""
    positives, negatives = truth.sum(), (~truth).sum()
    targets = np.where(truth, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    design = np.stack([logits, np.ones_like(logits)], 1)
    weights = np.array([1.0, 0.0])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (chances - targets) + _RIDGE * (weights - [1, 0])
        curve = (design.T * (chances * (1 - chances))) @ design + _RIDGE * np.eye(2)
        step = np.linalg.solve(curve, slope)
        while _loss(design, targets, weights - step) > _loss(design, targets, weights):
            step /= 2
            if np.abs(step).max() < _TINY:
                return float(weights[0]), float(weights[1])
        weights = weights - step
    return float(weights[0]), float(weights[1])


def _loss(
    design: NDArray[np.float64], targets: NDArray[np.float64], weights: NDArray[np.float64]
) -> float:
    logits = design @ weights
    penalty = _RIDGE * ((weights - [1, 0]) ** 2).sum() / 2
    return float((np.logaddexp(0, logits) - targets * logits).sum() + penalty)


def _best_alone(scores: Floats, truth: Truth) -> float:
    return float(max(_GRID, key=lambda bar: f1(scores >= bar, truth)))


def _best_among(
    scores: Floats, truth: Truth, thresholds: NDArray[np.float64], column: int
) -> float:
    near = [bar for bar in _GRID if abs(bar - thresholds[column]) < 0.08]

    def quality(bar: float) -> float:
        tried = thresholds.copy()
        tried[column] = bar
        codes = given(scores, tried.astype(np.float32))
        return float(np.mean([f1(g, t) for g, t in zip(codes.T, truth.T, strict=True)]))

    return float(max(near, key=quality))
