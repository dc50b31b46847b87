"""How the encoder is trained and measured: folds, calibration, figures, and one run in small."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from personagen.encoder import CODES, Encoder
from personagen.encoder.calibration import (
    calibrate,
    calibration_error,
    choose_thresholds,
    f1,
)
from personagen.encoder.crossvalidation import Predictions
from personagen.encoder.data import Unit, normalised, read_units
from personagen.encoder.evaluation import FEWEST, cross_settled, design_figures, truth_of
from personagen.encoder.folds import RANDOM, grouped_fold, grouped_folds, random_folds
from personagen.encoder.quality import BEGIN, END, card, render
from personagen.encoder.runtime import given
from personagen.encoder.search_quality import SearchQuality

SOURCES = {
    "changelog": "interview",
    "annomi": "interview",
    "appreviews": "review",
    "appreviews_fr": "review",
    "rsurvey": "survey",
    "rsurvey_es": "survey",
    "banking77": "ticket",
}


def _unit(number: int, source: str) -> Unit:
    return Unit(
        id=f"u{number}",
        kind=SOURCES[source],
        source=source,
        lang="en",
        sample="enriched" if number % 5 == 0 else "random",
        context="What happened?",
        text=f"Thing number {number} broke again",
        codes=(CODES[number % 6],) if number % 4 else (),
        quotable=number % 2,
        intensity=number % 4,
    )


@pytest.fixture
def units() -> list[Unit]:
    return [_unit(i, list(SOURCES)[i % len(SOURCES)]) for i in range(2100)]


@pytest.fixture
def predictions(units: list[Unit]) -> Predictions:
    rng = np.random.default_rng(0)
    truth = truth_of(units)
    logits = (truth * 6 - 3 + rng.normal(0, 1, truth.shape)).astype(np.float32)
    quotable = rng.normal(0, 1, (len(units), 1)).astype(np.float32)
    return Predictions(
        random_folds(units, 0),
        np.concatenate([logits, quotable], 1),
        rng.uniform(0, 3, len(units)).astype(np.float32),
        rng.normal(0, 1, truth.shape).astype(np.float32),
    )


def test_random_folds_spread_every_source_evenly(units: list[Unit]) -> None:
    folds = random_folds(units, 0)
    for source in SOURCES:
        counts = np.bincount(folds[[unit.source == source for unit in units]], minlength=RANDOM)
        assert counts.max() - counts.min() <= 1


def test_random_folds_follow_the_seed(units: list[Unit]) -> None:
    np.testing.assert_array_equal(random_folds(units, 1), random_folds(units, 1))
    assert (random_folds(units, 1) != random_folds(units, 2)).any()


def test_siblings_are_held_out_together(units: list[Unit]) -> None:
    folds = grouped_folds(units)
    for unit, fold in zip(units, folds, strict=True):
        assert fold == grouped_fold(unit.family)
    assert {u.family for u in units} == {
        "changelog", "annomi", "appreviews", "rsurvey", "banking77",
    }  # fmt: skip


def test_every_fold_by_source_leaves_other_sources_of_each_kind() -> None:
    interviews = {grouped_fold(source) for source in ("changelog", "annomi", "hitsave", "zoom")}
    reviews = {grouped_fold(source) for source in ("appreviews", "product_reviews", "pros_cons")}
    surveys = {grouped_fold(source) for source in ("rsurvey", "jupyter", "games_as_art")}
    tickets = {grouped_fold(source) for source in ("banking77", "multidogo")}
    assert all(len(folds) > 1 for folds in (interviews, reviews, surveys, tickets))


def test_calibrated_probabilities_match_the_shares() -> None:
    rng = np.random.default_rng(0)
    chance = rng.uniform(0.02, 0.98, 5000)
    truth = (rng.uniform(size=5000) < chance)[:, None]
    overconfident = (3 * np.log(chance / (1 - chance)) + 1)[:, None].astype(np.float32)
    calibrated = calibrate(overconfident, truth)(overconfident)
    assert calibration_error(calibrated[:, 0], truth[:, 0]) < 0.02


def test_calibration_stays_finite_where_classes_are_apart() -> None:
    logits = np.array([[-15.0]] * 50 + [[15.0]] * 3, np.float32)
    fitted = calibrate(logits, logits > 0)
    assert np.isfinite([*fitted.scale, *fitted.shift]).all()
    assert fitted.scale[0] > 0


def test_thresholds_are_where_f1_is_highest() -> None:
    rng = np.random.default_rng(0)
    truth = rng.uniform(size=(2000, 2)) < [0.3, 0.1]
    scores = np.clip(truth * 0.3 + rng.normal(0.2, 0.08, truth.shape), 0, 1).astype(np.float32)
    decided = given(scores, choose_thresholds(scores, truth))
    for column in range(2):
        reachable = max(f1(scores[:, column] >= bar, truth[:, column]) for bar in (0.2, 0.35, 0.5))
        assert f1(decided[:, column], truth[:, column]) >= reachable - 0.01


def test_a_fold_s_own_labels_do_not_move_its_decisions(
    units: list[Unit], predictions: Predictions
) -> None:
    logits, fold = predictions.logits[:, :6], predictions.fold
    _, before = cross_settled(units, logits, fold)
    changed = [u._replace(codes=()) if f == 0 else u for u, f in zip(units, fold, strict=True)]
    _, after = cross_settled(changed, logits, fold)
    np.testing.assert_array_equal(before[fold == 0], after[fold == 0])


def test_rare_cells_are_not_reported(units: list[Unit], predictions: Predictions) -> None:
    cells = design_figures(units, predictions)["all units"]
    for cell in cells.values():
        assert all(code["positives"] >= FEWEST for code in cell["codes"].values())
    assert cells["overall"]["macro_f1"] > 0.7


def test_copies_of_a_text_are_recognised() -> None:
    assert normalised("It’s  BROKEN, again!") == normalised("it’s broken again")


@pytest.fixture
def figures(units: list[Unit], predictions: Predictions) -> dict[str, object]:
    design = design_figures(units, predictions)
    search = SearchQuality(0.8, 100, 0.3, 50)._asdict()
    return {
        "units": 700,
        "written": 30,
        "seed": 0,
        "megabytes": 23.0,
        "designs": {"random": design, "grouped": design},
        "search": {
            "untuned": {"whole sets": search},
            "shipped": {"whole sets": search},
        },
    }


def test_the_page_keeps_what_others_wrote(figures: dict[str, object]) -> None:
    page = render(figures, "# Quality\n\nOther words.\n")
    again = render(figures, page + "\n## Another section\n")
    assert again.count(BEGIN) == again.count(END) == 1
    assert "Other words." in again
    assert "## Another section" in again


def test_figures_survive_json(figures: dict[str, object]) -> None:
    assert render(json.loads(json.dumps(figures)), "") == render(figures, "")


def test_the_card_names_data_licence_and_figures(figures: dict[str, object]) -> None:
    text = card(figures)
    assert "Apache-2.0" in text
    assert "AnnoMI" in text
    assert "Macro-F1" in text


@pytest.mark.filterwarnings("ignore")
def test_one_run_in_small_gives_a_working_encoder(tmp_path: Path, units: list[Unit]) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: personagen[train]")
    pytest.importorskip("onnx", reason="onnx is not installed: personagen[train]")
    from safetensors.torch import save_file

    from personagen.encoder.crossvalidation import encode_units, temporary_encoder
    from personagen.encoder.fitting import Recipe, fit
    from personagen.encoder.network import Network
    from personagen.encoder.preparing import prepare

    torch.manual_seed(0)
    save_file(Network().state_dict(), tmp_path / "model.safetensors")
    lines = [json.dumps(unit._asdict()) for unit in units[:40]]
    (tmp_path / "insights_train.jsonl").write_text("\n".join(lines), encoding="utf-8")

    assert read_units(tmp_path) == units[:40]
    written = tmp_path / "written"
    written.mkdir()
    (written / "ada-01.jsonl").write_text("\n".join(lines[:3]), encoding="utf-8")
    (written / "ada-05.jsonl").write_text("\n".join(lines[3:]), encoding="utf-8")
    examples = prepare(tmp_path, tmp_path, tmp_path, written)
    assert len(examples) == 43  # what is kept for measuring, `-05`, is not learned from
    network = fit(tmp_path, examples, Recipe(epochs=1), seed=0)
    (tmp_path / "made").mkdir()
    encoder: Encoder = temporary_encoder(network, tmp_path / "made")
    assert encode_units(encoder, units[:40]).scores.shape == (40, len(CODES))
