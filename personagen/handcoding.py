"""What people coded in another program → places in the study's own, masked, words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from personagen.models import CodebookEntry, Source, Utterance
from personagen.reading.base import CodedSegment, Reading, ReadUtterance
from personagen.sentences import split
from personagen.store.coded import Coding
from personagen.verification import standing_alone

_TOKEN = re.compile(r"\[[^\[\]\n]{1,30}\]|\w+|\W", re.S)
"""A placeholder, a word, or one sign."""


class Carried(NamedTuple):
    """Coded segments that found their words in the study, and what became of the others."""

    codings: tuple[Coding, ...]
    warnings: tuple[str, ...]


def carry(reading: Reading, source: Source) -> Carried:
    """Return where the coded segments of a reading stand in the source made of it.

    Args:
        reading: With segments by place and offset in the text as it was read.
        source: The same utterances in the same order, names masked.
    """
    before = {u.place: u for u in reading.utterances}
    after = {u.place: s for u, s in zip(reading.utterances, source.utterances, strict=True)}
    shifts: dict[str, Shift] = {}
    codings, unquoted = [], 0
    for segment in reading.coded:
        found = []
        for part in segment.parts:
            said = after.get(part.place)  # those who withdrew are gone
            if said is None or said.participant is None:
                continue
            if part.place not in shifts:
                shifts[part.place] = Shift(before[part.place].text, said.text)
            found.append(_coding(segment, said, *shifts[part.place].span(part.start, part.end)))
        codings += [coding for coding in found if coding]
        unquoted += bool(segment.parts) and not any(found)
    told = (f"{unquoted} coded segment(s) hold no participant's words",) if unquoted else ()
    return Carried(tuple(dict.fromkeys(codings)), told)


def _coding(segment: CodedSegment, said: Utterance, start: int, end: int) -> Coding | None:
    words = said.text[start:end]
    start += len(words) - len(words.lstrip())
    end -= len(words) - len(words.rstrip())
    if start >= end or said.participant is None:
        return None
    start, end = _whole(said.text, start, end)
    return Coding(
        utterance=said.id, start=start, end=end, words=said.text[start:end],
        code=segment.code, coder=segment.coder,
    )  # fmt: skip


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen what can't stand alone: coders cut where a "not" before it turns the meaning."""
    if standing_alone(text, start, end) is None:
        return start, end
    met = [s for s in split(text) if s.start < end and s.end > start]
    wide = (min(start, met[0].start), max(end, met[-1].end)) if met else (start, end)
    return wide if standing_alone(text, *wide) is None else (0, len(text))


class Shift:
    """Offsets in a text → offsets in the same text with names masked."""

    def __init__(self, before: str, after: str) -> None:
        self._same = before == after
        if not self._same:
            self._steps = _steps(before, after)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a span lies now; a name that is cut by its border is taken whole."""
        if self._same:
            return start, end
        return self._moved(start, 0), self._moved(end, 1)

    def _moved(self, at: int, side: int) -> int:
        for same, b1, b2, a1, a2 in self._steps:
            if b1 <= at < b2 or (side and b1 < at <= b2):
                return a1 + (at - b1) if same else (a2 if side else a1)
        return self._steps[-1][4] if self._steps and at else 0


def _steps(before: str, after: str) -> list[tuple[bool, int, int, int, int]]:
    """Return runs that are equal or differ, each with where it lies in both texts."""
    ours, theirs = (_TOKEN.findall(text) for text in (before, after))
    places = [_starts(tokens) for tokens in (ours, theirs)]
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    return [
        (tag == "equal", places[0][i1], places[0][i2], places[1][j1], places[1][j2])
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
    ]


def _starts(tokens: Sequence[str]) -> list[int]:
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token))
    return starts


# What a file only names: definitions of codes, and passages of documents that are elsewhere.


def as_notes(reading: Reading) -> Reading:
    """Return the definitions and unplaced passages as utterances, so that they are masked too."""
    texts = [*(code.definition for code in reading.codes), *(s.quote for s in reading.coded)]
    notes = tuple(
        ReadUtterance(speaker="", role="form", text=text, place=f"note{number}")
        for number, text in enumerate(texts, 1)
    )
    return reading.model_copy(update={"utterances": notes, "people": (), "speakers": ()})


def masked_codes(reading: Reading, notes: Source) -> tuple[CodebookEntry, ...]:
    """Return the codes with their definitions as `as_notes` came back."""
    pairs = zip(reading.codes, notes.utterances, strict=False)
    return tuple(code.model_copy(update={"definition": note.text}) for code, note in pairs)


def find(reading: Reading, notes: Source, sources: Iterable[Source]) -> Carried:
    """Return where passages stand that a file gives by their words alone.

    A passage counts where it stands exactly once in what participants said.
    """
    places = _index(sources)
    quotes = [note.text for note in notes.utterances[len(reading.codes) :]]
    codings, missing, several = [], 0, 0
    for segment, quote in zip(reading.coded, quotes, strict=True):
        hits = [hit for hit in places if _folded(quote) in hit.text] if quote.strip() else []
        once = len(hits) == 1 and hits[0].text.count(_folded(quote)) == 1
        missing += not hits
        several += bool(hits) and not once
        if once:
            coding = _coding(segment, hits[0].said, *hits[0].span(_folded(quote)))
            codings += [coding] if coding else []
    told = []
    if missing:
        told.append(f"{missing} coded passage(s) found in no source; import the documents first")
    if several:
        told.append(f"{several} coded passage(s) stand in several places and were left out")
    return Carried(tuple(dict.fromkeys(codings)), tuple(told))


class _Place(NamedTuple):
    said: Utterance
    text: str
    """White space folded."""

    def span(self, words: str) -> tuple[int, int]:
        pattern = r"\s+".join(map(re.escape, words.split()))
        match = re.search(pattern, self.said.text)
        return match.span() if match else (0, 0)


def _index(sources: Iterable[Source]) -> list[_Place]:
    return [
        _Place(said, _folded(said.text))
        for source in sources
        for said in source.utterances
        if said.participant is not None
    ]


def _folded(text: str) -> str:
    return " ".join(text.split())


def by_code(codings: Iterable[Coding]) -> Mapping[str, int]:
    """Return how many places each code has."""
    counts: dict[str, int] = {}
    for coding in codings:
        counts[coding.code] = counts.get(coding.code, 0) + 1
    return counts
