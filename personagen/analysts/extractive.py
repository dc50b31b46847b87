"""The extractive analyst: the encoder, statistics, and the participants' own words. Offline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from personagen.analysts import headlines
from personagen.analysts.base import (
    CodedSpan,
    CodedUnits,
    Coding,
    Floats,
    Member,
    Refused,
    SentenceEncoder,
    ThemeName,
)
from personagen.analysts.phrasings import hints
from personagen.analysts.stance import not_their_stance
from personagen.analysts.stars import weighed
from personagen.models import Theme

_CODES = ("pain_point", "motivation", "objection", "praise", "feature_request", "workaround")


class Extractive:
    """An analyst that needs no model server and no network."""

    name = "extractive"

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self.model: str | None = encoder.fingerprint

    def code(self, coded: CodedUnits) -> Coding:
        """Return what encoder and phrasings show, minus what is nobody's own stance."""
        spans: list[CodedSpan] = []
        refused: list[Refused] = []
        scores = _with_hints(coded)
        for i, codes in enumerate(self._encoder.codes(scores, [unit.kind for unit in coded.units])):
            for code in codes:
                unit = coded.units[i]
                why = not_their_stance(unit.text, unit.context, code, unit.asked)
                if why:
                    refused.append(Refused(i, code, why))
                else:
                    spans.append(_span(coded, i, code, float(scores[i, _CODES.index(code)])))
        return Coding(spans, refused)

    def name_themes(self, code: str, themes: Sequence[Sequence[Member]]) -> list[ThemeName]:
        """Return a name for each theme of one code, in its members' words."""
        return headlines.name_themes(code, themes, lambda clauses: self._listen(code, clauses))

    def phrase_claim(self, theme: Theme) -> str:
        """Return the theme's label as a sentence."""
        return theme.label if theme.label.endswith("”") else f"{theme.label.rstrip('.!')}."

    def _listen(self, code: str, clauses: Sequence[str]) -> headlines.Heard:
        if not clauses:
            nothing = np.zeros(0, np.float32)
            return headlines.Heard(np.zeros((0, 384), np.float32), nothing, nothing)
        heard = self._encoder.encode(clauses)
        known = code in _CODES
        scores = heard.scores[:, _CODES.index(code)] if known else np.zeros(len(clauses))
        return headlines.Heard(heard.vectors, scores.astype(np.float32), heard.quotable)


def _with_hints(coded: CodedUnits) -> Floats:
    """Return the scores, float32, shape (n, 6): with stars, and at least what a phrase says."""
    scores = weighed(np.array(coded.scores, np.float32), coded.units)
    for i, unit in enumerate(coded.units):
        for code, precision in hints(unit.text).items():
            column = _CODES.index(code)
            scores[i, column] = max(scores[i, column], np.float32(precision))
    return scores


def _span(coded: CodedUnits, i: int, code: str, score: float) -> CodedSpan:
    unit = coded.units[i]
    return CodedSpan(
        unit=i,
        start=unit.start,
        end=unit.end,
        code=code,
        score=score,
        # What takes a stance is at least mild.
        intensity=min(3, max(1, round(float(coded.intensity[i])))),
        quotable=bool(coded.quotable[i] >= 0.5),
    )
