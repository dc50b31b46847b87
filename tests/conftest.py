"""What every test may lean on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from personagen.demo import Demo, run_demo

# A busy machine is no failure: no test asserts how long an example takes.
settings.register_profile("personagen", deadline=None)
settings.load_profile("personagen")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the tests that take minutes")
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden/")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    skip = pytest.mark.skip(reason="takes minutes; run with --slow")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)


def dev_folder() -> Path:
    """Return where the development data would be."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    return Path(os.environ.get("PERSONAGEN_DEV_DATA", beside))


@pytest.fixture(scope="session")
def dev_data() -> Path:
    """Return the folder of development data, or skip where it is absent."""
    folder = dev_folder()
    if not (folder / "data").is_dir():
        pytest.skip("no development data; name its folder in PERSONAGEN_DEV_DATA")
    return folder


@pytest.fixture(scope="session", autouse=True)
def vault_keys(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the keys of the tests' studies together, and out of the tester's keyring."""
    os.environ["PERSONAGEN_CONFIG"] = str(tmp_path_factory.mktemp("config"))
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    os.environ.pop("PERSONAGEN_VAULT_KEY", None)
    # What the tests see doesn't hang on whether the extra `privacy` is installed.
    os.environ["PERSONAGEN_NAME_MODEL"] = "off"


@pytest.fixture(autouse=True)
def empty_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests out of the tester's own home folder."""
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Return the demo, run once; tests that change the study work on a copy (`demo_copy`)."""
    return run_demo(tmp_path_factory.mktemp("demo") / "demo")


@pytest.fixture
def demo_copy(demo: Demo, tmp_path: Path) -> Path:
    """Return the folder of a copy of the demo study."""
    return Path(shutil.copytree(demo.open.parents[1], tmp_path / "study"))
