"""Training the network of inference, in small: what comes out runs."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from personagen.encoder.runtime import shipped_tokenizer
from personagen.inference.examples import Group, Pair
from personagen.inference.pairs import asked
from personagen.inference.runtime import Inference


@pytest.mark.filterwarnings("ignore")
def test_two_passes_in_small_give_a_working_network(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: personagen[train]")
    pytest.importorskip("onnx", reason="onnx is not installed: personagen[train]")
    from safetensors.torch import save_file

    from personagen.encoder.network import Network as Body
    from personagen.inference.exporting import export
    from personagen.inference.fitting import Recipe, fit
    from personagen.inference.network import Network

    torch.manual_seed(0)
    save_file(Body().state_dict(), tmp_path / "model.safetensors")
    network = Network(tmp_path)
    before = [p.clone() for p in network.answers.parameters()]
    pairs = [
        Pair("answers", "Who keeps your accounts?", "My sister does the books.", 1),
        Pair("answers", "Who keeps your accounts?", "We open at six.", 0),
        Pair("follows", "We open at six.", "They open early.", 0),
    ]
    fit(network, [pairs, pairs], Recipe(1e-4, 5e-4, 1))
    assert any((a != b).any() for a, b in zip(before, network.answers.parameters(), strict=True))
    export(network, tmp_path / "inference.onnx")
    made = Inference(tmp_path)
    assert np.isfinite(made.answers([(pairs[0].first, pairs[0].second)])).all()
    assert len(asked(shipped_tokenizer(), [(pairs[0].first, pairs[0].second)])[0]) > 3


@pytest.mark.filterwarnings("ignore")
def test_the_closer_reader_is_trained_on_a_grid_and_packed(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: personagen[train]")
    pytest.importorskip("onnx", reason="onnx is not installed: personagen[train]")
    from personagen.inference.closer import CloserReader
    from personagen.inference.closer_training import pack, prepare, settle
    from personagen.inference.fitting import Recipe, fit
    from personagen.inference.mpnet import STEPS, Reader

    torch.manual_seed(0)
    reader = Reader(layers=6)
    frozen, free = reader.layers[0].inner.weight.clone(), reader.layers[5].inner.weight.clone()
    pairs = [
        Pair("answers", "Who keeps your accounts?", "My sister does the books.", 1),
        Pair("answers", "Who keeps your accounts?", "We open at six.", 0),
        Pair("follows", "We open at six.", "They open early.", 0),
    ]
    prepare(reader, coarse=False)
    fit(reader, [pairs], Recipe(1e-4, 1e-4))
    assert torch.equal(frozen, reader.layers[0].inner.weight)
    assert not torch.equal(free, reader.layers[5].inner.weight)
    prepare(reader, coarse=True)
    fit(reader, [pairs], Recipe(1e-4, 1e-4))
    settle(reader)
    for layer in reader.layers:
        assert max(len(row.unique()) for row in layer.inner.weight) <= 2 * STEPS + 1
    pack(reader, tmp_path / CloserReader.file)
    given = [(pair.first, pair.second) for pair in pairs]
    made = CloserReader(tmp_path)
    assert np.isfinite(made.answers(given)).all()
    assert np.allclose(np.stack(made.follows(given)).sum(0), 1, atol=1e-5)


def test_a_statement_stands_beside_what_was_said_in_another_field() -> None:
    pytest.importorskip("torch", reason="torch is not installed: personagen[train]")
    from personagen.inference.closer_training import elsewhere

    groups = [
        Group(field=field, said=(f"{field} said.",), answered=(), unanswered=(),
              faithful=(f"{field} follows.",), unsupported=())
        for field in ("bakery", "bakery", "garage")
    ]  # fmt: skip
    made = list(elsewhere(groups, random.Random(0), 60))
    assert 0 < len(made) < 60
    assert all(pair.first.split()[0] != pair.second.split()[0] for pair in made)


def test_what_does_not_answer_is_drawn_from_what_lies_near() -> None:
    pytest.importorskip("torch", reason="torch is not installed: personagen[train]")
    from personagen.inference.closer_training import Asked, asked_pairs

    said = ("My sister keeps the books.", "We open at six.", "The oven is old.")
    made = asked_pairs(
        [Asked("Who keeps the books?", said, frozenset({0})), Asked("Why?", said, frozenset())],
        random.Random(0),
    )
    assert [(p.second, p.label) for p in made if p.label] == [(said[0], 1)]
    assert sum(p.first == "Why?" for p in made) == 3
