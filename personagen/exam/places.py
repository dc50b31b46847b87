"""Where gold stands in a study, and whether a citation is at it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from personagen.analysts.base import Unit
from personagen.models import Excerpt, StudyDocument, Utterance
from personagen.sentences import split

_SIGNS = {"'": "['’‘]", "’": "['’‘]", "‘": "['’‘]", '"': '["“”]', "“": '["“”]', "”": '["“”]'}
NEIGHBOURS = 1
"""Sentences of the same turn, before and after gold, that may be cited for it."""


class Span(NamedTuple):
    """A stretch of one participant's turn."""

    utterance: str
    start: int
    end: int
    participant: str


class Places:
    """What participants said in a study, searchable by words that stand there."""

    def __init__(self, document: StudyDocument) -> None:
        """Look through a study's sources."""
        self._said = [
            u
            for source in document.sources
            for u in source.utterances
            if u.role == "participant" and u.participant
        ]

    @cached_property
    def _texts(self) -> dict[str, Utterance]:
        return {u.id: u for u in self._said}

    def find(self, words: str) -> list[Span]:
        """Return where words stand, with the sentences around them that belong to them.

        Spacing and the form of quotation marks and apostrophes do not matter.
        """
        form = _form(words)
        found = []
        for utterance in self._said:
            match = form.search(utterance.text)
            if match:
                start, end = self._around(utterance.text, match.start(), match.end())
                found.append(Span(utterance.id, start, end, utterance.participant or ""))
        return found

    @staticmethod
    def _around(text: str, start: int, end: int) -> tuple[int, int]:
        sentences = split(text)
        at = [i for i, s in enumerate(sentences) if s.start < end and s.end > start]
        if not at:
            return start, end
        first, last = max(0, at[0] - NEIGHBOURS), min(len(sentences) - 1, at[-1] + NEIGHBOURS)
        return sentences[first].start, sentences[last].end


def _form(words: str) -> re.Pattern[str]:
    parts = ("".join(_SIGNS.get(sign, re.escape(sign)) for sign in word) for word in words.split())
    return re.compile(r"(?<!\w)" + r"\s+".join(parts) + r"(?!\w)")


def at(said: Excerpt | Unit, spans: Iterable[Span]) -> bool:
    """Return whether what was said overlaps one of some places."""
    return any(
        said.utterance == s.utterance and said.start < s.end and said.end > s.start for s in spans
    )
