"""Excerpts in their place: which quotes a claim shows, and the turn that each was cut from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from personagen.analysts.standalone import reads_alone
from personagen.export.base import QuoteView, TurnView
from personagen.export.wording import clock, unquoted
from personagen.models import Claim, Evidence, Excerpt, Source, StudyDocument, Utterance
from personagen.verification import standing_alone

WINDOW = 400
"""Characters shown on each side of an excerpt in a turn too long to show twice."""
LONG_TURN = 1200
BEFORE = 500
"""Characters shown of a long question or turn before."""

LOOKED_AT = 200
"""Excerpts under one claim among which those that stand alone come first."""

Span = tuple[int, int]
_CURLY = re.compile(r"(“[^“”]*”)")


class _Seat(NamedTuple):
    source: Source
    position: int


class Places:
    """Where every utterance stands, and which of them the document has referred to so far."""

    def __init__(self, document: StudyDocument) -> None:
        self._document = document
        self._seats = {
            utterance.id: _Seat(source, position)
            for source in document.sources
            for position, utterance in enumerate(source.utterances)
        }
        self._spans: dict[str, set[Span]] = defaultdict(set)
        self._claims: dict[str, dict[str, str]] = defaultdict(dict)

    def quote(
        self,
        evidence: Evidence,
        anchor: str = "",
        text: str = "",
        *,
        outside: bool = False,
        again: bool = False,
    ) -> QuoteView:
        """Return an excerpt in its place, and remember that the claim at `anchor` rests on it."""
        self._spans[evidence.utterance].add((evidence.start, evidence.end))
        if anchor:
            self._claims[evidence.utterance][anchor] = text
        place = self._place(evidence)
        return QuoteView(evidence, place, self._turn(evidence, place), outside, again)

    def turns(self) -> tuple[tuple[str, tuple[TurnView, ...]], ...]:
        """Return every turn referred to so far, whole, by source, in the order they were said."""
        found = []
        for source in self._document.sources:
            turns = tuple(
                self._whole_turn(source, position, utterance)
                for position, utterance in enumerate(source.utterances)
                if utterance.id in self._spans
            )
            if turns:
                found.append((unquoted(source.path), turns))
        return tuple(found)

    def _place(self, excerpt: Excerpt) -> str:
        seat = self._seats.get(excerpt.utterance)
        if seat is None:
            return clock(excerpt.t_start)
        utterance = seat.source.utterances[seat.position]
        when = clock(excerpt.t_start if excerpt.t_start is not None else utterance.t_start)
        return ", ".join(part for part in (seat.source.kind, when or utterance.date or "") if part)

    def _turn(self, excerpt: Excerpt, place: str) -> TurnView:
        seat = self._seats.get(excerpt.utterance)
        if seat is None:
            parts: tuple[tuple[str, bool], ...] = ((excerpt.quote, True),)
            return TurnView("", excerpt.source, excerpt.speaker, place, None, parts)
        text = seat.source.utterances[seat.position].text
        return TurnView(
            anchor=_anchor(excerpt.utterance),
            source=unquoted(seat.source.path),
            speaker=excerpt.speaker,
            place=place,
            before=_before(seat),
            parts=_window(text, (excerpt.start, excerpt.end)),
        )

    def _whole_turn(self, source: Source, position: int, utterance: Utterance) -> TurnView:
        when = clock(utterance.t_start) or utterance.date or ""
        return TurnView(
            anchor=_anchor(utterance.id),
            source=unquoted(source.path),
            speaker=utterance.participant or utterance.speaker,
            place=", ".join(part for part in (source.kind, when) if part),
            before=_before(_Seat(source, position)),
            parts=_marked(utterance.text, self._spans[utterance.id]),
            claims=tuple(self._claims[utterance.id].items()),
        )


def in_reading_order(
    evidence: Iterable[Evidence], members: Collection[str], seen: Collection[tuple[str, int]]
) -> list[Evidence]:
    """Return evidence as it should be read: members, fresh words, people in turn, clear words.

    Args:
        evidence: The excerpts under one claim, best first.
        members: Participants of the persona.
        seen: `(utterance, start)` of excerpts that the persona has already shown.
    """
    turn_of: dict[str, int] = defaultdict(int)
    ranked = []
    for position, item in enumerate(evidence):
        nth = turn_of[item.participant]
        turn_of[item.participant] += 1
        outside = item.participant not in members
        shown = (item.utterance, item.start) in seen
        unclear = position < LOOKED_AT and not reads_alone(item.quote)
        ranked.append((outside, shown, nth, unclear, position, item))
    ranked.sort(key=lambda row: row[:5])
    return [row[5] for row in ranked]


def kept_quotes(text: str, evidence: Sequence[Excerpt]) -> str:
    """Return text whose quotation marks stand around words of its evidence alone.

    A part of an excerpt keeps its marks where it can stand without the rest: “it saves time”, cut
    from under “I don't think”, loses them.
    """
    return "".join(
        piece if _is_quoted(piece, evidence) else unquoted(piece) for piece in _CURLY.split(text)
    )


def _is_quoted(piece: str, evidence: Sequence[Excerpt]) -> bool:
    if not _CURLY.fullmatch(piece):
        return False
    words = piece[1:-1]
    return any(_can_be_cut(words, said) for said in {item.quote for item in evidence})


def _can_be_cut(words: str, said: str) -> bool:
    """Return whether an excerpt holds the words and they may stand without the rest of it.

    Case at the start does not count: a sentence that begins in the middle gets a capital.
    """
    start = said.find(words[1:], 1) - 1 if words else -1
    if start < 0 or said[start].casefold() != words[0].casefold():
        return False
    return said == words or standing_alone(said, start, start + len(words)) is None


def claim_text(claim: Claim) -> str:
    """Return a claim's sentence; only words of its supporting excerpts keep quotation marks."""
    return kept_quotes(claim.text, claim.supports)


def _anchor(utterance: str) -> str:
    return f"turn-{utterance}"


def _before(seat: _Seat) -> tuple[str, str] | None:
    utterances = seat.source.utterances
    turn = utterances[seat.position]
    if turn.context:
        return "asked", _shortened(turn.context)
    if seat.position == 0:
        return None
    previous = utterances[seat.position - 1]
    if previous.record != turn.record or not previous.text.strip():
        return None
    return previous.participant or previous.speaker, _shortened(previous.text)


def _shortened(text: str) -> str:
    text = unquoted(" ".join(text.split()))
    return text if len(text) <= BEFORE else f"… {text[-BEFORE:]}"


def _window(text: str, span: Span) -> tuple[tuple[str, bool], ...]:
    if len(text) <= LONG_TURN:
        return _marked(text, [span])
    low, high = max(0, span[0] - WINDOW), min(len(text), span[1] + WINDOW)
    parts = _marked(text[low:high], [(span[0] - low, span[1] - low)])
    start = (("… ", False),) if low else ()
    end = ((" …", False),) if high < len(text) else ()
    return (*start, *parts, *end)


def _marked(text: str, spans: Collection[Span]) -> tuple[tuple[str, bool], ...]:
    parts = []
    at = 0
    for start, end in _joined(sorted(spans)):
        parts += [(unquoted(text[at:start]), False), (unquoted(text[start:end]), True)]
        at = end
    parts.append((unquoted(text[at:]), False))
    return tuple(part for part in parts if part[0])


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
