"""The figures of the encoder: what it gets right on units that it did not learn from."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagen.encoder.calibration import (
    Calibration,
    calibrate,
    calibration_error,
    choose_thresholds,
    decisions,
    f1,
)
from personagen.encoder.crossvalidation import Predictions
from personagen.encoder.data import Unit
from personagen.encoder.layout import CODES, KINDS
from personagen.encoder.runtime import sigmoid

MACRO = CODES[:5]
"""`workaround` is too rare to count in the mean; its own figure is reported."""

FEWEST = 20
"""Positives that a cell needs to be reported."""

Figures = dict[str, Any]
Mask = NDArray[np.bool_]


def truth_of(units: Sequence[Unit]) -> Mask:
    """Return which codes each unit has, shape (n, 6)."""
    return np.array([[code in unit.codes for code in CODES] for unit in units])


def settle(
    units: Sequence[Unit], logits: NDArray[np.float32], quotable: NDArray[np.float32] | None = None
) -> tuple[Calibration, NDArray[np.float32]]:
    """Return the calibration and thresholds that out-of-fold logits ask for.

    Probabilities are fitted to the random sample alone: what the other units were chosen for is
    rarer in life than in the file. Thresholds use all units, for the rare codes' sake.

    Args:
        units: n units.
        logits: Shape (n, 6).
        quotable: Shape (n,), logits of quotability, if these are to be calibrated too.
    """
    truth, drawn = truth_of(units), np.array([unit.sample == "random" for unit in units])
    columns, targets = logits, truth
    if quotable is not None:
        columns = np.concatenate([logits, quotable[:, None]], 1)
        targets = np.concatenate([truth, np.array([[u.quotable == 1] for u in units])], 1)
    calibration = calibrate(columns[drawn], targets[drawn])
    codes = Calibration(*(part[: len(CODES)] for part in calibration))
    return calibration, choose_thresholds(codes(logits), truth)


def cross_settled(
    units: Sequence[Unit], logits: NDArray[np.float32], fold: NDArray[np.int64]
) -> tuple[NDArray[np.float32], Mask]:
    """Return probabilities and decisions, both (n, 6), each fold settled on the other folds."""
    scores, given = np.zeros_like(logits), np.zeros(logits.shape, np.bool_)
    for number in np.unique(fold):
        here = fold == number
        others = [unit for unit, held in zip(units, here, strict=True) if not held]
        calibration, thresholds = settle(others, logits[~here])
        scores[here] = calibration(logits[here])
        given[here] = decisions(scores[here], thresholds)
    return scores, given


def design_figures(units: Sequence[Unit], predictions: Predictions) -> Figures:
    """Return all figures of one design of folds."""
    scores, given = cross_settled(units, predictions.logits[:, : len(CODES)], predictions.fold)
    _, baseline = cross_settled(units, predictions.tfidf, predictions.fold)
    truth = truth_of(units)
    drawn = np.array([unit.sample == "random" for unit in units])
    everyone = np.ones(len(units), np.bool_)
    return {
        "all units": _by_kind(units, given, truth, everyone),
        "random sample": _by_kind(units, given, truth, drawn),
        "tf-idf, all units": _by_kind(units, baseline, truth, everyone),
        "tf-idf, random sample": _by_kind(units, baseline, truth, drawn),
        "languages": {
            lang: _cell(given, truth, np.array([unit.lang == lang for unit in units]))
            for lang in ("fr", "es")
        },
        "calibration error": {
            "all units": _errors(scores, truth, everyone),
            "random sample": _errors(scores, truth, drawn),
        },
        "side": _side_figures(units, predictions),
    }


def _by_kind(units: Sequence[Unit], given: Mask, truth: Mask, among: Mask) -> Figures:
    kinds = np.array([unit.kind for unit in units])
    cells = {"overall": _cell(given, truth, among)}
    return cells | {kind: _cell(given, truth, among & (kinds == kind)) for kind in KINDS}


def _cell(given: Mask, truth: Mask, among: Mask) -> Figures:
    """Return F1 by code where there are enough positives, and the mean of the five codes there."""
    codes = {
        code: {"f1": f1(given[among, j], truth[among, j]), "positives": int(truth[among, j].sum())}
        for j, code in enumerate(CODES)
        if truth[among, j].sum() >= FEWEST
    }
    counted = [codes[code]["f1"] for code in MACRO if code in codes]
    return {
        "units": int(among.sum()),
        "macro_f1": float(np.mean(counted)) if counted else None,
        "codes": codes,
    }


def _errors(scores: NDArray[np.float32], truth: Mask, among: Mask) -> dict[str, float]:
    errors = {c: calibration_error(scores[among, j], truth[among, j]) for j, c in enumerate(CODES)}
    return errors | {"mean": float(np.mean(list(errors.values())))}


def _side_figures(units: Sequence[Unit], predictions: Predictions) -> dict[str, float]:
    from sklearn.metrics import roc_auc_score

    intensity = np.array([unit.intensity for unit in units])
    quotable = np.array([unit.quotable == 1 for unit in units])
    chance = sigmoid(predictions.logits[:, -1])
    return {
        "intensity, mean absolute error": float(np.abs(predictions.intensity - intensity).mean()),
        "intensity, correlation": float(np.corrcoef(predictions.intensity, intensity)[0, 1]),
        "quotable, F1 at one half": f1(chance >= 0.5, quotable),
        "quotable, area under ROC": float(roc_auc_score(quotable, chance)),
    }
