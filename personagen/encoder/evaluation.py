"""The figures of the encoder: what it gets right on units that it did not learn from."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagen.encoder.calibration import (
    Calibration,
    calibrate,
    calibration_error,
    choose_thresholds,
    f1,
)
from personagen.encoder.crossvalidation import Predictions
from personagen.encoder.data import Unit, read_units
from personagen.encoder.layout import CODES, KINDS
from personagen.encoder.runtime import Encoder, bars, given, load, sigmoid
from personagen.progress import Progress, Report, silent

MACRO = CODES[:5]
"""`workaround` is too rare to count in the mean; its own figure is reported."""

FEWEST = 20
"""Positives that a cell needs to be reported."""

Figures = dict[str, Any]
Mask = NDArray[np.bool_]


def evaluate(data: Path, *, encoder: Encoder | None = None, report: Report = silent) -> str:
    """Return, as a table, how well an encoder codes units that a person coded.

    Args:
        data: A folder with `insights_train.jsonl`, or a file of that form. What the encoder has
            learned from flatters it: give it units of your own.
        encoder: The one measured; the shipped one if not given.
        report: Told how many units are coded.
    """
    from personagen.encoder.quality import cells

    units, encoder = read_units(data), encoder or load()
    encoded = encoder.encode(
        [unit.text for unit in units],
        [unit.context for unit in units],
        kinds=[unit.kind for unit in units],
        on_progress=lambda done, total: report(Progress("Coding", done, total)),
    )
    known = np.array([encoder.thresholds[code] for code in CODES], np.float32)
    asked = bars(known, [unit.kind for unit in units])
    everyone = np.ones(len(units), np.bool_)
    truth = truth_of(units)
    error = _errors(encoded.scores, truth, everyone)["mean"]
    table = cells(_by_kind(units, given(encoded.scores, asked), truth, everyone))
    return f"{table}\n\nExpected calibration error: {error:.3f}"


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
    scores, codes = np.zeros_like(logits), np.zeros(logits.shape, np.bool_)
    for number in np.unique(fold):
        here = fold == number
        others = [unit for unit, held in zip(units, here, strict=True) if not held]
        calibration, thresholds = settle(others, logits[~here])
        scores[here] = calibration(logits[here])
        kinds = [unit.kind for unit, held in zip(units, here, strict=True) if held]
        codes[here] = given(scores[here], bars(thresholds, kinds))
    return scores, codes


def design_figures(units: Sequence[Unit], predictions: Predictions) -> Figures:
    """Return all figures of one design of folds."""
    scores, codes = cross_settled(units, predictions.logits[:, : len(CODES)], predictions.fold)
    _, baseline = cross_settled(units, predictions.tfidf, predictions.fold)
    truth = truth_of(units)
    drawn = np.array([unit.sample == "random" for unit in units])
    everyone = np.ones(len(units), np.bool_)
    return {
        "all units": _by_kind(units, codes, truth, everyone),
        "random sample": _by_kind(units, codes, truth, drawn),
        "tf-idf, all units": _by_kind(units, baseline, truth, everyone),
        "tf-idf, random sample": _by_kind(units, baseline, truth, drawn),
        "languages": {
            lang: _cell(codes, truth, np.array([unit.lang == lang for unit in units]))
            for lang in ("fr", "es")
        },
        "calibration error": {
            "all units": _errors(scores, truth, everyone),
            "random sample": _errors(scores, truth, drawn),
        },
        "side": _side_figures(units, predictions),
    }


def _by_kind(units: Sequence[Unit], codes: Mask, truth: Mask, among: Mask) -> Figures:
    kinds = np.array([unit.kind for unit in units])
    cells = {"overall": _cell(codes, truth, among)}
    return cells | {kind: _cell(codes, truth, among & (kinds == kind)) for kind in KINDS}


def _cell(decided: Mask, truth: Mask, among: Mask) -> Figures:
    """Return F1 by code where there are enough positives, and the mean of the five codes there."""
    codes = {
        code: {"f1": f1(ours, true), "positives": int(true.sum())}
        for code, ours, true in zip(CODES, decided[among].T, truth[among].T, strict=True)
        if true.sum() >= FEWEST
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
