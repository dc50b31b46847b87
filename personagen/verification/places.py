"""Finds where the words of a quotation may stand: an inverted index over all utterances."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen.models import Utterance
from personagen.verification.typography import Tokeniser, Tokens, words

_LONG = 2_000
"""Characters from which an utterance's tokens are always kept: cutting it anew would be felt."""
_KEPT = 1_000_000
"""Characters whose tokens are kept in any case; a study of that size is asked all over."""
_FEW = 64
_MOST = 400
_BUCKET = 12
_SHIFT = _BUCKET * 1_000_000

Ints = NDArray[np.int64]


class Window(NamedTuple):
    """A stretch of one utterance that shares words with a quotation."""

    utterance: int
    first: int
    """Its first word, counted in the utterance's words."""
    last: int


class WordPlaces:
    """Every word of every utterance and where it stands; n words in all.

    Args:
        utterances: What is searched.
        tokenise: Knows the study's placeholders.
    """

    def __init__(self, utterances: Sequence[Utterance], tokenise: Tokeniser) -> None:
        self._utterances = utterances
        self._tokenise = tokenise
        self._kept: dict[int, Tokens] = {}
        self._numbers: dict[str, int] = {}
        stream: list[int] = []
        bases = [0]
        room = _KEPT
        for u, utterance in enumerate(utterances):
            tokens = tokenise(utterance.text)
            if len(utterance.text) > _LONG or room > 0:
                self._kept[u] = tokens
                room -= len(utterance.text)
            for i in words(tokens):
                stream.append(self._numbers.setdefault(tokens.low[i], len(self._numbers)))
            bases.append(len(stream))
        self._stream: Ints = np.asarray(stream, dtype=np.int64)
        self._bases: Ints = np.asarray(bases, dtype=np.int64)
        self._order: Ints = np.argsort(self._stream, kind="stable")
        counts = np.bincount(self._stream, minlength=len(self._numbers))
        self._offsets: Ints = np.concatenate(([0], np.cumsum(counts)))
        self._recent = lru_cache(maxsize=4096)(self._cut)

    def tokens(self, u: int) -> Tokens:
        """Return the tokens of utterance u."""
        return self._kept.get(u) or self._recent(u)[0]

    def words(self, u: int) -> list[int]:
        """Return the places of utterance u's words in its tokens."""
        return self._recent(u)[1]

    def _cut(self, u: int) -> tuple[Tokens, list[int]]:
        tokens = self._kept.get(u) or self._tokenise(self._utterances[u].text)
        return tokens, words(tokens)

    def _places(self, word: str) -> Ints:
        number = self._numbers.get(word)
        if number is None:
            return self._order[:0]
        return self._order[self._offsets[number] : self._offsets[number + 1]]

    def starts(self, said: Sequence[str], within: int | None = None) -> list[tuple[int, int]]:
        """Return (utterance, place in its tokens) near which these words may begin, at most 400.

        Args:
            said: Words in lower case, as quoted; names may stand for placeholders.
            within: Look in this utterance only.
        """
        counts = [len(self._places(word)) for word in said]
        known = [k for k, count in enumerate(counts) if count]
        if not known:
            return []
        anchor = min(known, key=lambda k: counts[k])
        places = self._within(self._places(said[anchor]), within)
        places = self._narrowed(places, said, anchor)[:_MOST]
        return [self._begin(int(p), anchor) for p in places]

    def _within(self, places: Ints, u: int | None) -> Ints:
        if u is None:
            return places
        low, high = np.searchsorted(places, [self._bases[u], self._bases[u + 1]])
        return places[low:high]

    def _narrowed(self, places: Ints, said: Sequence[str], anchor: int) -> Ints:
        """Return the places whose neighbours fit, as long as some are left."""
        for away in range(1, len(said)):
            for k in (anchor + away, anchor - away):
                if len(places) <= _FEW:
                    return places
                if not 0 <= k < len(said):
                    continue
                number = self._numbers.get(said[k], -1)
                at = places + (k - anchor)
                ok = (at >= 0) & (at < len(self._stream))
                fits = ok & (self._stream[np.where(ok, at, 0)] == number)
                if fits.any():
                    places = places[fits]
        return places

    def _begin(self, place: int, before: int) -> tuple[int, int]:
        u = int(np.searchsorted(self._bases, place, side="right")) - 1
        order = place - int(self._bases[u])
        return u, max(order - before, 0)

    def closest(self, said: Sequence[str], most: int = 3) -> list[Window]:
        """Return the windows that share most of the rarer words in about the right order."""
        rare = sorted({w for w in said if len(self._places(w))}, key=lambda w: len(self._places(w)))
        keys: list[Ints] = []
        weights: list[NDArray[np.float64]] = []
        for word in rare[:16]:
            places = self._places(word)
            if len(places) > 5_000 and keys:
                continue
            keys.append(self._keys(places, said.index(word)))
            worth = math.log1p(len(self._stream) / len(places))
            weights.append(np.full(len(places), worth))
        if not keys:
            return []
        heaviest = _heaviest(np.concatenate(keys), np.concatenate(weights), most)
        return [self._window(key, len(said)) for key in heaviest]

    def _keys(self, places: Ints, order: int) -> Ints:
        """Return utterance and rough beginning as one number a place."""
        utterances = np.searchsorted(self._bases, places, side="right") - 1
        begins = places - self._bases[utterances] - order + _SHIFT
        return utterances * _SHIFT * 2 + begins // _BUCKET

    def _window(self, key: int, length: int) -> Window:
        u, bucket = divmod(key, _SHIFT * 2)
        first = bucket * _BUCKET - _SHIFT
        words_said = int(self._bases[u + 1] - self._bases[u])
        low = min(max(first - 4, 0), words_said)
        high = min(max(first + 2 * _BUCKET + length + 4, low), words_said)
        return Window(u, low, high)


def _heaviest(keys: Ints, weights: NDArray[np.float64], most: int) -> list[int]:
    distinct, inverse = np.unique(keys, return_inverse=True)
    sums = np.bincount(inverse, weights=weights)
    near = np.zeros_like(sums)
    follows = np.flatnonzero(np.diff(distinct) == 1)
    near[follows] = sums[follows + 1]
    best = np.argsort(-(sums + near), kind="stable")[:most]
    return [int(distinct[b]) for b in best]


def shared(quoted: Sequence[str], said: Sequence[str]) -> tuple[float, float]:
    """Return the shares of the quoted words found in order, and found at all, in what was said."""
    if not quoted:
        return 0.0, 0.0
    bag = sum((Counter(quoted) & Counter(said)).values())
    return _in_order(quoted, said) / len(quoted), bag / len(quoted)


def _in_order(quoted: Sequence[str], said: Sequence[str]) -> int:
    """Return the length of the longest common subsequence."""
    places: dict[str, list[int]] = {}
    for k, word in enumerate(said):
        places.setdefault(word, []).append(k)
    ends: list[int] = []
    for word in quoted:
        for k in reversed(places.get(word, ())):
            slot = bisect_left(ends, k)
            ends[slot : slot + 1] = [k]
    return len(ends)
