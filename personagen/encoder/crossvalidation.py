"""Out-of-fold predictions of the quantised encoder, and of what it is measured against."""

import json
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.encoder import baseline, folds
from personagen.encoder.data import Unit, read_units, read_written
from personagen.encoder.layout import CODES
from personagen.encoder.runtime import MODEL, Encoded, Encoder, log_odds
from personagen.progress import Progress, Report

if TYPE_CHECKING:
    from personagen.encoder.fitting import Recipe
    from personagen.encoder.network import Network


class Predictions(NamedTuple):
    """What models that did not see a unit say of it; n units, in the order of the file."""

    fold: NDArray[np.int64]
    """Shape (n,)."""
    logits: NDArray[np.float32]
    """Shape (n, 7): the six codes and quotability, not calibrated."""
    intensity: NDArray[np.float32]
    """Shape (n,), 0 to 3."""
    tfidf: NDArray[np.float32]
    """Shape (n, 6), logits of the baseline."""


class Job(NamedTuple):
    """One fold to train and predict."""

    data: Path
    written: Path | None
    """A folder of units that every fold learns from, and none is measured on."""
    minilm: Path
    work: Path
    """Where prepared examples lie and finished folds go: numbers only, no text."""
    design: str
    number: int
    seed: int
    recipe: "Recipe"

    @property
    def file(self) -> Path:
        """Where its predictions go; a fold whose file is there is not done again."""
        return self.work / f"{self.design}-{self.number}.npz"


def out_of_fold(
    data: Path,
    minilm: Path,
    recipe: "Recipe",
    *,
    work: Path,
    seed: int,
    jobs: int,
    report: Report,
    written: Path | None = None,
) -> dict[str, Predictions]:
    """Return predictions for every unit by each design: folds at random, and by source.

    Args:
        data: The data folder.
        minilm: The folder with the weights of all-MiniLM-L6-v2.
        recipe: How to train.
        work: Where finished folds are kept (numbers only), so that a stopped run goes on.
        seed: Decides the folds and every draw in training.
        jobs: Folds done at the same time, one thread each.
        report: Told when a fold is done.
        written: A folder of units that every fold learns from, and none is measured on.
    """
    from personagen.encoder.preparing import prepare

    work.mkdir(parents=True, exist_ok=True)
    prepare(data, minilm, work, written)
    planned = {
        design: [Job(data, written, minilm, work, design, k, seed, recipe) for k in range(count)]
        for design, count in folds.COUNTS.items()
    }
    _do([job for part in planned.values() for job in part if not job.file.exists()], jobs, report)
    return {design: _gathered(part) for design, part in planned.items()}


def run_fold(job: Job) -> None:
    """Train without one fold, predict it with the quantised model, and keep the numbers."""
    units = read_units(job.data)
    fold = fold_of(job.design, units, job.seed)
    test = [unit for unit, number in zip(units, fold, strict=True) if number == job.number]
    with tempfile.TemporaryDirectory() as folder:
        encoder = temporary_encoder(_fitted(job, fold), Path(folder))
        encoded = encode_units(encoder, test)
    train = [unit for unit, number in zip(units, fold, strict=True) if number != job.number]
    train += read_written(job.written)
    logits = np.concatenate([log_odds(encoded.scores), log_odds(encoded.quotable)[:, None]], 1)
    np.savez(
        job.file,
        index=np.flatnonzero(fold == job.number),
        logits=logits,
        intensity=encoded.intensity,
        tfidf=baseline.tfidf_logits(train, test),
    )


def fold_of(design: str, units: Sequence[Unit], seed: int) -> NDArray[np.int64]:
    """Return the fold of each unit, shape (n,)."""
    return folds.grouped_folds(units) if design == "grouped" else folds.random_folds(units, seed)


def temporary_encoder(network: "Network", folder: Path) -> Encoder:
    """Return a network as the quantised encoder that would ship, with nothing calibrated."""
    from personagen.encoder.export import export

    export(network, folder / "encoder.onnx")
    copyfile(MODEL / "tokenizer.json", folder / "tokenizer.json")
    plain = {
        "thresholds": dict.fromkeys(CODES, 0.5),
        "calibration": {name: [1.0, 0.0] for name in (*CODES, "quotable")},
    }
    (folder / "encoder.json").write_text(json.dumps(plain), encoding="utf-8")
    return Encoder(folder)


def encode_units(encoder: Encoder, units: Sequence[Unit]) -> Encoded:
    """Return what an encoder says of units, with their context and kind."""
    return encoder.encode(
        [unit.text for unit in units],
        [unit.context for unit in units],
        kinds=[unit.kind for unit in units],
    )


def _fitted(job: Job, fold: NDArray[np.int64]) -> "Network":
    import torch

    from personagen.encoder.fitting import fit
    from personagen.encoder.preparing import prepare

    # One thread a fold: two folds side by side are faster than one on two threads.
    torch.set_num_threads(1)
    examples = prepare(job.data, job.minilm, job.work, job.written)
    train = [e for e, number in zip(examples, fold, strict=False) if number != job.number]
    train += examples[len(fold) :]
    return fit(job.minilm, train, job.recipe, job.seed + job.number)


def _do(jobs: Sequence[Job], at_once: int, report: Report) -> None:
    with ProcessPoolExecutor(at_once, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(run_fold, job) for job in jobs]
        for done, future in enumerate(as_completed(waiting), 1):
            future.result()
            report(Progress("Training folds", done, len(jobs)))


def _gathered(jobs: Sequence[Job]) -> Predictions:
    parts = [dict(np.load(job.file)) for job in jobs]
    order = np.argsort(np.concatenate([part["index"] for part in parts]))
    fold = np.repeat([job.number for job in jobs], [len(part["index"]) for part in parts])
    columns = (
        np.concatenate([part[k] for part in parts])[order] for k in ("logits", "intensity", "tfidf")
    )
    return Predictions(fold[order], *columns)
