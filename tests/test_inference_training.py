"""Training the network of inference, in small: what comes out runs."""

from __future__ import annotations

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
