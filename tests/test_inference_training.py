"""Training the network of inference, in small: what comes out runs."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from personagen.encoder.runtime import shipped_tokenizer
from personagen.inference.examples import Pair
from personagen.inference.pairs import asked
from personagen.inference.runtime import Inference


@pytest.mark.filterwarnings("ignore")
def test_two_passes_in_small_give_a_working_network(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: personagen[train]")
    pytest.importorskip("onnx", reason="onnx is not installed: personagen[train]")
    from safetensors.torch import save_file

    from personagen.encoder.network import Network as Body
    from personagen.inference.network import Network
    from personagen.inference.training import Recipe, export, fit

    torch.manual_seed(0)
    save_file(Body().state_dict(), tmp_path / "model.safetensors")
    network = Network(tmp_path)
    before = [p.clone() for p in network.answers.parameters()]
    pairs = [
        Pair("answers", "Who keeps your accounts?", "My sister does the books.", 1),
        Pair("answers", "Who keeps your accounts?", "We open at six.", 0),
        Pair("follows", "We open at six.", "They open early.", 0),
    ]
    fit(network, [pairs, pairs], Recipe(1e-4, 1))
    assert any((a != b).any() for a, b in zip(before, network.answers.parameters(), strict=True))
    export(network, tmp_path / "inference.onnx")
    made = Inference(tmp_path)
    assert np.isfinite(made.answers([(pairs[0].first, pairs[0].second)])).all()
    assert len(asked(shipped_tokenizer(), [(pairs[0].first, pairs[0].second)])[0]) > 3


@pytest.mark.filterwarnings("ignore")
def test_the_closer_reader_is_trained_on_a_grid_and_packed(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: personagen[train]")
    pytest.importorskip("onnx", reason="onnx is not installed: personagen[train]")
    from personagen.inference.closer import FILE, CloserReader
    from personagen.inference.closer_training import Stage, export, fit
    from personagen.inference.mpnet import STEPS, Reader

    torch.manual_seed(0)
    reader = Reader(layers=6)
    frozen, free = reader.layers[0].inner.weight.clone(), reader.layers[5].inner.weight.clone()
    pairs = [
        Pair("answers", "Who keeps your accounts?", "My sister does the books.", 1),
        Pair("answers", "Who keeps your accounts?", "We open at six.", 0),
    ]
    fit(reader, pairs, Stage(1e-4, 1e-4, (0, 0, 0), False))
    assert torch.equal(frozen, reader.layers[0].inner.weight)
    assert not torch.equal(free, reader.layers[5].inner.weight)
    fit(reader, pairs, Stage(1e-4, 1e-4, (0, 0, 0), True))
    for layer in reader.layers:
        assert max(len(row.unique()) for row in layer.inner.weight) <= 2 * STEPS + 1
    export(reader, tmp_path / FILE)
    given = [(pair.first, pair.second) for pair in pairs]
    assert np.isfinite(CloserReader(tmp_path).answers(given)).all()


def test_what_does_not_answer_is_drawn_from_what_lies_near() -> None:
    pytest.importorskip("torch", reason="torch is not installed: personagen[train]")
    from personagen.inference.closer_training import Asked, pairs_of

    said = ("My sister keeps the books.", "We open at six.", "The oven is old.")
    made = pairs_of(
        [Asked("Who keeps the books?", said, frozenset({0})), Asked("Why?", said, frozenset())],
        random.Random(0),
    )
    assert [(p.second, p.label) for p in made if p.label] == [(said[0], 1)]
    assert sum(p.first == "Why?" for p in made) == 3
