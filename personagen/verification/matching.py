"""Whether the tokens of a quotation stand at a place, up to harmless typography.

What may differ: case of the first letter, fillers left out together with the commas or pauses
around them, a placeholder said by its name, a word broken over two lines. Nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from personagen.verification.typography import (
    DASH,
    ELLIPSIS,
    MARK,
    OMISSION,
    SLOT,
    STOP,
    WORD,
    Tokens,
    is_pause,
    starts_sentence,
    words,
)

Aliases = Mapping[str, tuple[tuple[str, ...], ...]]
"""Placeholder → its names, each as its words, the longest first."""


_CLOSING = (STOP, ELLIPSIS, OMISSION, MARK)


class Piece(NamedTuple):
    """A stretch of a quotation between marked omissions, as places in its tokens."""

    first: int
    last: int
    """One past its last token; a final stop or comma is not in it."""
    closing: str
    """What was cut off its end: `.`, `,` or nothing."""
    before: str
    """The omission mark before it: `[…]`, `…` or nothing."""


def pieces(tokens: Tokens) -> list[Piece]:
    """Return a quotation's pieces that hold words; marks at its ends omit nothing."""
    found: list[Piece] = []
    first, before = 0, ""
    for i in range(len(tokens) + 1):
        if i < len(tokens) and tokens.kind[i] not in (ELLIPSIS, OMISSION):
            continue
        piece = _trimmed(tokens, first, i, before)
        if piece is not None:
            found.append(piece)
            before = ""
        if i < len(tokens):
            before = "[…]" if "[…]" in (before, tokens.exact[i]) else "…"
        first = i + 1
    return found


def _trimmed(tokens: Tokens, first: int, last: int, before: str) -> Piece | None:
    closing = ""
    if before and first < last and tokens.exact[first] in (".", ","):
        first += 1  # "It works […]. We use it": the stop belongs to the mark
    while last > first and tokens.exact[last - 1] in (".", ",") and not closing:
        closing = tokens.exact[last - 1]
        last -= 1
    if not any(tokens.kind[i] in (WORD, SLOT) for i in range(first, last)):
        return None
    return Piece(first, last, closing, before)


class _State(NamedTuple):
    i: int
    j: int
    recase: bool
    """The next word may begin with another case: a filler before it was left out."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """Compares one quotation's tokens with one utterance's."""

    quote: Tokens
    said: Tokens
    aliases: Aliases

    def may_begin(self, piece: Piece, j: int) -> bool:
        """Whether a look at one token leaves it open that the piece stands at token j."""
        said, first = self.said, self.quote.low[piece.first]
        if said.low[j] == first or said.kind[j] == SLOT or j in said.fillers:
            return True
        broken = j + 1 < len(said) and said.kind[j + 1] == DASH
        quoted = piece.first + 1 < piece.last and self.quote.kind[piece.first + 1] == DASH
        return (broken and first.startswith(said.low[j])) or quoted or is_pause(said, j)

    def end_of(self, piece: Piece, j: int) -> int | None:
        """Return one past the last token said, if the piece stands at token j; else None."""
        at_start = piece.first == 0 or not any(
            self.quote.kind[i] in (WORD, SLOT) for i in range(piece.first)
        )
        waiting = [_State(piece.first, j, at_start)]
        seen: set[_State] = set()
        while waiting:
            state = waiting.pop()
            if state.i == piece.last:
                return state.j
            if state in seen or state.j >= len(self.said):
                continue
            seen.add(state)
            waiting.extend(self._without_filler(state.j, state))
            waiting.extend(self._steps(state, piece.last))
        return None

    def _steps(self, state: _State, last: int) -> Iterator[_State]:
        i, j = state.i, state.j
        quote, said = self.quote, self.said
        if said.kind[j] == SLOT and quote.kind[i] == WORD:
            yield from self._named(state, last)
            return
        if self._equal(i, j, state.recase):
            # A quotation mark or a bracket before the first word leaves its case free.
            keeps = state.recase and quote.kind[i] != WORD
            yield _State(i + 1, j + 1, keeps)
            return
        if _mended(said, j) == quote.exact[i]:
            yield _State(i + 1, j + 3, False)
        if i + 2 < last + 1 and _mended(quote, i) == said.exact[j]:
            yield _State(i + 3, j + 1, False)

    def _equal(self, i: int, j: int, recase: bool) -> bool:
        quote, said = self.quote, self.said
        if quote.kind[i] != said.kind[j] or quote.low[i] != said.low[j]:
            return False
        ours, theirs = quote.exact[i], said.exact[j]
        return ours == theirs or (recase and ours[1:] == theirs[1:])

    def _named(self, state: _State, last: int) -> Iterator[_State]:
        """Yield where the comparison goes on after a placeholder was said by name."""
        quote, said = self.quote, self.said
        i, j = state.i, state.j
        for name in self.aliases.get(said.exact[j], ()):
            end = i + len(name)
            if end > last:
                continue
            spoken = tuple(quote.exact[i:end])
            if state.recase:
                spoken = (spoken[0][:1].upper() + spoken[0][1:], *spoken[1:])
            if spoken == name:
                yield _State(end, j + 1, False)
            ending = _ending_after(said, j)
            if ending and spoken == (*name[:-1], name[-1] + ending):
                yield _State(end, j + 3, False)

    def _without_filler(self, j: int, state: _State) -> Iterator[_State]:
        said = self.said
        core = j + 1 if is_pause(said, j) and j + 1 in said.fillers else j
        if core not in said.fillers:
            return
        after = said.fillers[core]
        opens = state.recase or starts_sentence(said, core)
        places = [after]
        if is_pause(said, after):
            places.append(after + 1)
        elif after < len(said) and said.exact[after] == "." and starts_sentence(said, core):
            places.append(after + 1)
        yield from (_State(state.i, k, opens) for k in places)


def _mended(tokens: Tokens, i: int) -> str | None:
    """Return the whole word where token i is its first half, broken by a hyphen at a line end."""
    if tokens.kind[i] == WORD and i + 2 < len(tokens) and tokens.breaks_word(i + 1):
        return tokens.exact[i] + tokens.exact[i + 2]
    return None


def _ending_after(said: Tokens, j: int) -> str | None:
    """Return `'s` where the placeholder at j is a possessive or a contraction."""
    if j + 2 < len(said) and said.kind[j + 1] == MARK and said.kind[j + 2] == WORD:
        if said.touches(j + 1) and said.touches(j + 2):
            return "'" + said.exact[j + 2]
    return None


def end_problem(quote: Tokens, wrote: int, said: Tokens, end: int) -> str | None:
    """Return why a piece ends in another question or exclamation mark than what was said, or None.

    Args:
        quote: The quotation.
        wrote: One past the last token of the piece.
        said: The utterance.
        end: One past the last token matched.
    """
    ours, theirs = _cries(quote, wrote), _cries(said, end)
    for mark, name in (("?", "question"), ("!", "exclamation")):
        if mark in theirs and mark not in ours:
            return f"the {name} mark is left out"
        if mark in ours and mark not in theirs:
            return f"a {name} mark is added"
    return None


def _cries(tokens: Tokens, end: int) -> set[str]:
    """Return the `?` and `!` around `end`, between the last word before it and the next word."""
    first, last = end, end
    while first > 0 and tokens.kind[first - 1] in _CLOSING:
        first -= 1
    while last < len(tokens) and tokens.kind[last] in _CLOSING:
        last += 1
    return {tokens.exact[i] for i in range(first, last)} & {"?", "!"}


def stray_mark(tokens: Tokens, parts: list[Piece]) -> bool:
    """Whether something other than stops, dots and quotation marks stands outside the pieces."""
    within = {i for part in parts for i in range(part.first, part.last)}
    return any(
        kind not in (*_CLOSING, DASH) for i, kind in enumerate(tokens.kind) if i not in within
    )


def search_words(tokens: Tokens, first: int, last: int) -> list[int]:
    """Return the places in [first, last) of the words that the index knows."""
    return [i for i in words(tokens) if first <= i < last]
