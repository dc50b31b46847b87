"""The extractive analyst: the encoder, statistics, and the participants' own words. Offline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from personagen.analysts import headlines
from personagen.analysts.base import (
    CodedSpan,
    CodedUnits,
    Coding,
    Member,
    Refused,
    SentenceEncoder,
    ThemeName,
)
from personagen.analysts.stance import not_their_stance
from personagen.models import Theme

_CODES = ("pain_point", "motivation", "objection", "praise", "feature_request", "workaround")


class Extractive:
    """An analyst that needs no model server and no network."""

    name = "extractive"

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self.model: str | None = encoder.fingerprint

    def code(self, coded: CodedUnits) -> Coding:
        """Return what the encoder sees above threshold, minus what is nobody's own stance."""
        spans: list[CodedSpan] = []
        refused: list[Refused] = []
        for i, codes in enumerate(self._encoder.codes(coded.scores)):
            for code in codes:
                unit = coded.units[i]
                why = not_their_stance(unit.text, unit.context, code, unit.asked)
                if why:
                    refused.append(Refused(i, code, why))
                else:
                    spans.append(self._span(coded, i, code))
        return Coding(spans, refused)

    def _span(self, coded: CodedUnits, i: int, code: str) -> CodedSpan:
        unit = coded.units[i]
        return CodedSpan(
            unit=i,
            start=unit.start,
            end=unit.end,
            code=code,
            score=float(coded.scores[i, _CODES.index(code)]),
            intensity=min(3, max(0, round(float(coded.intensity[i])))),
            quotable=bool(coded.quotable[i] >= 0.5),
        )

    def name_themes(self, code: str, themes: Sequence[Sequence[Member]]) -> list[ThemeName]:
        """Return a name for each theme of one code, in its members' words."""
        return headlines.name_themes(code, themes, lambda clauses: self._listen(code, clauses))

    def phrase_claim(self, theme: Theme) -> str:
        """Return the theme's label as a sentence."""
        return f"{theme.label.rstrip('.!')}."

    def _listen(self, code: str, clauses: Sequence[str]) -> headlines.Heard:
        if not clauses:
            nothing = np.zeros(0, np.float32)
            return headlines.Heard(np.zeros((0, 384), np.float32), nothing, nothing)
        heard = self._encoder.encode(clauses)
        known = code in _CODES
        scores = heard.scores[:, _CODES.index(code)] if known else np.zeros(len(clauses))
        return headlines.Heard(heard.vectors, scores.astype(np.float32), heard.quotable)
