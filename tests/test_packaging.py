"""What stands in the checkout stands in the wheel."""

from __future__ import annotations

import tomllib
from pathlib import Path

from personagen import resources

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_folder_with_code_is_a_listed_package() -> None:
    listed = set(PROJECT["tool"]["setuptools"]["packages"])
    inits = (ROOT / "personagen").rglob("__init__.py")
    found = {".".join(p.parent.relative_to(ROOT).parts) for p in inits}
    assert found <= listed
    assert {"personagen.ui", "personagen.prompts", "personagen.corpus"} <= listed


def test_no_module_is_called_like_a_folder_beside_the_package() -> None:
    for name in ("ui", "prompts", "corpus"):
        assert not (ROOT / "personagen" / name).exists()
        assert not (ROOT / "personagen" / f"{name}.py").exists()


def test_the_folders_beside_the_package_are_found() -> None:
    assert (resources.folder("prompts") / "README.md").is_file()
    assert (resources.folder("corpus") / "README.md").is_file()


def test_the_model_is_small_enough_to_ship() -> None:
    files = [p for p in (ROOT / "personagen" / "encoder").rglob("*") if p.suffix != ".py"]
    assert 0 < sum(p.stat().st_size for p in files if p.is_file()) < 30_000_000


def test_the_public_names_are_there() -> None:
    import personagen

    for name in personagen.__all__:
        assert getattr(personagen, name)
