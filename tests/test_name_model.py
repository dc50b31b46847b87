"""The name model is byte for byte the one that was measured, or isn't used, and that is said."""

from __future__ import annotations

import importlib.util

import pytest

from personagen.privacy import presidio


@pytest.fixture
def asked(monkeypatch):
    """Let the name model be looked for anew, as outside the tests."""
    monkeypatch.delenv(presidio.SETTING)
    for remembered in (presidio.name_model, presidio.is_pinned):
        remembered.cache_clear()
    yield
    for remembered in (presidio.name_model, presidio.is_pinned):
        remembered.cache_clear()


@pytest.fixture
def model_folder(monkeypatch, tmp_path):
    """A folder that stands for the installed package."""
    (tmp_path / "ner").mkdir()
    (tmp_path / "ner" / "model").write_bytes(b"weights")
    (tmp_path / "__init__.py").write_text("raise RuntimeError")
    monkeypatch.setattr(presidio, "model_folder", lambda: tmp_path)
    monkeypatch.setattr(presidio, "_is_installed", lambda: True)
    return tmp_path


def test_a_model_whose_files_differ_is_not_used_and_that_is_said(asked, model_folder):
    assert presidio.name_model() is None
    assert presidio.missing_note() == (presidio.CHANGED,)


def test_each_byte_and_each_name_of_a_file_counts(model_folder):
    first = presidio.model_digest(model_folder)
    (model_folder / "ner" / "model").write_bytes(b"weightz")
    changed = presidio.model_digest(model_folder)
    (model_folder / "ner" / "model").write_bytes(b"weights")
    (model_folder / "ner" / "model").rename(model_folder / "ner" / "moves")
    assert len({first, changed, presidio.model_digest(model_folder)}) == 3


def test_what_python_compiles_beside_the_files_does_not_count(model_folder):
    before = presidio.model_digest(model_folder)
    (model_folder / "__pycache__").mkdir()
    (model_folder / "__pycache__" / "x.pyc").write_bytes(b"0")
    assert presidio.model_digest(model_folder) == before


def test_where_the_extra_is_missing_that_is_said(asked, monkeypatch):
    monkeypatch.setattr(presidio, "_is_installed", lambda: False)
    assert presidio.name_model() is None
    assert presidio.missing_note() == (presidio.MISSING,)


def test_the_installed_model_is_the_pinned_one():
    if importlib.util.find_spec(presidio.MODEL) is None:
        pytest.skip("the extra `privacy` is not installed")
    assert presidio.model_digest(presidio.model_folder()) == presidio.MODEL_SHA256
