"""Training the network of inference, in small: what comes out runs."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from personagen.encoder.runtime import shipped_tokenizer
from personagen.inference.examples import Group, Pair, Panel
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
    export(network, tmp_path / Inference.file)
    made = Inference(tmp_path)
    assert np.isfinite(made.answers([(pairs[0].first, pairs[0].second)])).all()
    assert len(asked(shipped_tokenizer(), [(pairs[0].first, pairs[0].second)])[0]) > 3


@pytest.mark.filterwarnings("ignore")
def test_the_closer_reader_is_trained_on_a_grid_and_packed(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: personagen[train]")
    pytest.importorskip("onnx", reason="onnx is not installed: personagen[train]")
    from personagen.inference.closer import CloserReader
    from personagen.inference.closer_training import freeze, on_grid
    from personagen.inference.exporting import export
    from personagen.inference.fitting import Recipe, fit, rows_of
    from personagen.inference.grid import STEPS
    from personagen.inference.mpnet import Reader
    from personagen.inference.unpacking import weights_of

    torch.manual_seed(0)
    reader = Reader(layers=6)
    for name, weight in reader.named_parameters():
        if "norm" in name or "bias" in name:  # Equal ones would share a place in the graph.
            torch.nn.init.normal_(weight, 1.0 if name.endswith("norm.weight") else 0.0, 0.1)
    frozen, free = reader.layers[0].inner.weight.clone(), reader.layers[5].inner.weight.clone()
    pairs = [
        Pair("answers", "Who keeps your accounts?", "My sister does the books.", 1),
        Pair("answers", "Who keeps your accounts?", "We open at six.", 0),
        Pair("follows", "We open at six.", "They open early.", 0),
    ]
    freeze(reader)
    fit(reader, [pairs], Recipe(1e-4, 1e-4))
    assert torch.equal(frozen, reader.layers[0].inner.weight)
    assert not torch.equal(free, reader.layers[5].inner.weight)
    before = reader.layers[5].inner.weight.clone()
    fit(reader, [pairs], Recipe(1e-3, 1e-4, 1), grid=on_grid(reader))
    assert not torch.equal(before, reader.layers[5].inner.weight)
    for layer in reader.layers:
        assert max(len(row.unique()) for row in layer.inner.weight) <= 2 * STEPS + 1
    export(reader, tmp_path / CloserReader.file, rows_of(pairs))
    given = [(pair.first, pair.second) for pair in pairs]
    (tmp_path / "again").mkdir()
    made = CloserReader(tmp_path)
    assert np.isfinite(made.answers(given)).all()
    assert np.allclose(np.stack(made.follows(given)).sum(0), 1, atol=1e-5)

    back, known = weights_of(tmp_path / CloserReader.file), reader.state_dict()
    assert all(torch.allclose(back[name], known[name], atol=0.03) for name in back)
    again = Reader(layers=6)
    again.load_state_dict(back)
    export(again, tmp_path / "again" / CloserReader.file, rows_of(pairs))
    anew = CloserReader(tmp_path / "again")
    assert np.allclose(anew.answers(given), made.answers(given), atol=0.02)


def test_the_closer_reader_begins_with_the_weights_of_mpnet_by_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: personagen[train]")
    from safetensors.torch import save_file

    from personagen.inference import mpnet

    monkeypatch.setattr(mpnet, "LAYERS", 1)
    monkeypatch.setattr(mpnet, "VOCABULARY", 40)
    theirs = {}
    for name, weight in mpnet.Reader(1).state_dict().items():
        for old, new in reversed(mpnet._RENAMED[1:]):
            name = name.replace(new, old)
        if not name.startswith(("follows", "answers")):
            theirs[name] = weight.contiguous()
    query = theirs["encoder.layer.0.attention.attn.q.weight"]
    save_file(theirs, tmp_path / "model.safetensors")
    read = mpnet.from_mpnet(tmp_path)
    assert torch.equal(read.layers[0].query.weight, query)
    assert torch.equal(read.words.weight, theirs["embeddings.word_embeddings.weight"])


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


def test_what_does_not_answer_is_drawn_from_what_seems_likeliest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("torch", reason="torch is not installed: personagen[train]")
    from personagen.inference import closer_training
    from personagen.inference.closer_training import Asked, asked_pairs

    monkeypatch.setattr(closer_training, "FARTHER", 0.0)
    said = (
        "My sister keeps the books.",
        "A cousin kept the books once.",
        "The accountant reads the books.",
        *(f"Oven number {n} is old." for n in range(20)),
    )
    made = asked_pairs(
        [Asked("Who keeps the books?", said, frozenset({0})), Asked("Why?", said, frozenset())],
        random.Random(0),
    )
    assert [(p.second, p.label) for p in made if p.label] == [(said[0], 1)]
    wrong = [p.second for p in made if p.first == "Who keeps the books?" and not p.label]
    assert len(wrong) == closer_training.WRONG
    assert set(wrong) & set(said[1:3])
    assert sum(p.first == "Why?" for p in made) == closer_training.WRONG_ALONE
    assert len({p.group for p in made if p.first == "Why?"}) == 1


@pytest.mark.filterwarnings("ignore")
def test_passages_of_one_question_are_read_together_and_the_right_one_comes_first() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: personagen[train]")
    from personagen.inference.fitting import Recipe, _batches, _behind, _items

    pairs = [
        Pair("answers", f"Who keeps the books of shop {n}?", said, int(said == "Ann."), group=n)
        for n in range(9)
        for said in ("Ann.", "We open at six.", "The oven is old.")
    ]
    items = _items([*pairs, *(Pair("follows", "We open at six.", "They open.", 0),) * 4])
    batches = _batches(items, Recipe(1e-4, 1e-4, batch=6), random.Random(0))
    assert sum(map(len, batches)) == 31
    for n in range(9):
        assert sum(any(item.pair.group == n for item in batch) for batch in batches) == 1
    one = [item for item in items if item.pair.group == 0]
    ahead, behind = torch.tensor([3.0, 0.0, 0.0]), torch.tensor([0.0, 3.0, 0.0])
    assert _behind(ahead, one) < 0.2 < 2.5 < _behind(behind, one)


def test_statements_stand_beside_and_among_what_others_said() -> None:
    pytest.importorskip("torch", reason="torch is not installed: personagen[train]")
    from personagen.inference.closer_training import among, beside

    panel = Panel(
        field="bakery", said=("We open at six.", "The oven is old.", "My sister helps."),
        questions=(), unanswered=(), claims=(("They open early.", 0),),
        unsupported=(("role", "The sister is old.", 2),),
    )  # fmt: skip
    for pair in beside([panel], random.Random(0), 20):
        assert (pair.second, pair.label) == ("They open early.", 1)
        assert pair.first in panel.said[1:]
    made = list(among([panel], random.Random(0), 40))
    right, wrong = ("They open early.", 0), ("The sister is old.", 1)
    assert {(pair.second, pair.label) for pair in made} == {right, wrong}
    assert all(("six" if p.label == 0 else "sister") in p.first for p in made)


def test_the_mean_of_two_states_lies_between_them(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: personagen[train]")
    from personagen.inference.closer_training import mean_of

    files = [tmp_path / "one.pt", tmp_path / "other.pt"]
    for file, value in zip(files, (1.0, 3.0), strict=True):
        torch.save({"weight": torch.full((2, 2), value)}, file)
    assert torch.equal(mean_of(files)["weight"], torch.full((2, 2), 2.0))


def test_outlier_features_reckoned_apart_change_nothing_but_what_eight_bits_lose() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: personagen[train]")
    from personagen.inference.outliers import FEATURES, Map, set_apart

    def rounded(x: Any) -> Any:
        step = x.abs().max() / 127
        return (x / step).round() * step

    torch.manual_seed(0)
    network = torch.nn.Sequential(Map(64, 4))
    (one,) = network
    given = torch.randn(5, 64)
    given[:, 7] *= 50
    exact = network(given)
    coarse = (one(rounded(given)) - exact).abs().mean()
    set_apart(network, [(given,)])
    assert one.features is not None
    assert 7 in one.features.tolist()
    assert len(one.features) == FEATURES
    assert torch.allclose(network(given), exact, atol=1e-3)
    near, far = rounded(given * one.near), given[:, one.features] @ one.far
    apart = torch.nn.functional.linear(near, one.weight, one.bias) + far
    assert (apart - exact).abs().mean() < coarse / 2

    even = torch.nn.Sequential(Map(64, 4))
    set_apart(even, [(torch.randn(5, 64),)])
    assert even[0].features is None
