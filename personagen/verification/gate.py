"""The quote gate: claimed words in, a verdict out. What is not shown to be harmless is altered."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from personagen.models import Skipped, Source, Utterance
from personagen.verification.difference import first_difference
from personagen.verification.documents import find_quotations
from personagen.verification.matching import (
    Aliases,
    Matcher,
    Piece,
    end_problem,
    pieces,
    search_words,
    stray_mark,
)
from personagen.verification.meaning import cut_problem, omission_problem, standing_alone
from personagen.verification.places import Window, WordPlaces, shared
from personagen.verification.sentences import Sentences, divide
from personagen.verification.speakers import Meant, Speakers, name_forms
from personagen.verification.typography import ELLIPSIS, SLOT, STOP, WORD, Tokeniser, Tokens
from personagen.verification.verdicts import Located, QuoteVerdict, Verdict

_CLOSE = 0.6
"""Share of its words, in order, from which a quotation is an altered one and not an invented."""
_ANY_ORDER = 0.2
"""How much larger that share must be where the order is another."""
_HALF_SAID = 0.8
_SLACK = 3
_CHAINS = 60
_ALL_BUT_SAID = 0.85


class _Place(NamedTuple):
    """Where a piece stands: an utterance and a range of its tokens."""

    utterance: int
    first: int
    last: int


class _Reading(NamedTuple):
    """One way to find the whole quotation, and what is wrong with it."""

    utterance: int
    start: int
    end: int
    problem: str | None


class QuoteIndex:
    """All that was said in a study, ready to be asked whether a quotation stands in it.

    Build it once with `build`; then `check` and `check_address` take milliseconds.
    """

    def __init__(
        self, sources: Iterable[Source], names: Mapping[str, frozenset[str]] | None = None
    ) -> None:
        names = names or {}
        self._said: list[Utterance] = []
        self._shown: list[str] = []
        for source in sources:
            self._said.extend(source.utterances)
            self._shown.extend([source.path] * len(source.utterances))
        self._by_id = {u.id: k for k, u in enumerate(self._said)}
        self._tokenise = Tokeniser(frozenset(names))
        self._aliases = _aliases(names)
        self._speakers = Speakers(self._said, names)
        self._places = WordPlaces(self._said, self._tokenise)
        self._sentences = lru_cache(maxsize=4096)(self._divided)

    @classmethod
    def build(
        cls, sources: Iterable[Source], names: Mapping[str, frozenset[str]] | None = None
    ) -> QuoteIndex:
        """Return an index over the sources.

        Args:
            sources: With their utterances, as stored.
            names: Placeholder (`P05`, `[interviewer]`, `[colleague 2]`) → names as they stood in
                the file. A placeholder in stored text accepts itself or these names.
        """
        return cls(sources, names)

    def check(self, quote: str, speaker: str | None = None) -> QuoteVerdict:
        """Return whether these words were said, by this speaker, and mean what was said.

        Args:
            quote: The claimed words, without the quotation marks around them.
            speaker: Pseudonym, or a name as it stood in the file; None where no one is named.
        """
        began = time.perf_counter()
        verdict, why, place = self._judge(quote, self._speakers.meant(speaker), speaker)
        return QuoteVerdict(
            quote=quote,
            verdict=verdict,
            why=why,
            located=self._located(*place) if place else None,
            ms=(time.perf_counter() - began) * 1000,
        )

    def knows(self, speaker: str) -> bool:
        """Whether the study has a speaker who goes by this name or label."""
        meant = self._speakers.meant(speaker)
        return bool(meant.labels or meant.roles)

    def check_file(self, path: Path) -> tuple[list[QuoteVerdict], list[Skipped]]:
        """Return a verdict on every quotation in a document, and what was not judged.

        Args:
            path: .md, .html, .docx, .txt or .jsonl; see `find_quotations`.

        Raises:
            ReadingError: the document can't be read.
        """
        found, skipped = find_quotations(path)
        verdicts = [
            self.check(q.text, q.speaker or (q.label if q.label and self.knows(q.label) else None))
            for q in found
        ]
        placed = [
            v.model_copy(update={"file": path.name, "line": q.line})
            for v, q in zip(verdicts, found, strict=True)
        ]
        return placed, skipped

    def check_address(
        self, utterance: str, start: int, end: int, participant: str | None = None
    ) -> QuoteVerdict:
        """Return whether an address may be shown as this participant's words.

        Args:
            utterance: Its id.
            start: First character: Unicode code points into the stored text, from 0.
            end: One past the last character.
            participant: Id; None accepts any participant.
        """
        began = time.perf_counter()
        u = self._by_id.get(utterance)
        said = self._said[u] if u is not None else None
        verdict, why = self._judge_address(said, start, end, participant)
        place = u is not None and verdict != "not_found"
        return QuoteVerdict(
            quote=said.text[start:end] if said and place else "",
            verdict=verdict,
            why=why,
            located=self._located(u or 0, start, end) if place else None,
            ms=(time.perf_counter() - began) * 1000,
        )

    def _judge_address(
        self, said: Utterance | None, start: int, end: int, participant: str | None
    ) -> tuple[Verdict, str]:
        if said is None:
            return "not_found", "the study holds no such utterance"
        if not 0 <= start < end <= len(said.text):
            return "not_found", "the address lies outside the utterance"
        meant = self._speakers.meant(participant)
        if said.role not in ("participant", "unknown") or not self._speakers.said(meant, said):
            return "misattributed", f"these are the words of {said.speaker}"
        problem = standing_alone(said.text, start, end)
        return ("altered", problem) if problem else ("verbatim", "as said")

    def _judge(
        self, quote: str, meant: Meant, speaker: str | None
    ) -> tuple[Verdict, str, tuple[int, int, int] | None]:
        tokens = self._tokenise(quote)
        parts = pieces(tokens)
        if not parts:
            return "not_found", "it holds no words", None
        clean: list[_Reading] = []
        mine: list[_Reading] = []
        readings: list[_Reading] = []
        for reading in self._readings(tokens, parts):
            theirs = self._speakers.said(meant, self._said[reading.utterance])
            if theirs and reading.problem is None:
                return "verbatim", "as said", reading[:3]
            readings.append(reading)
            clean += [reading] if reading.problem is None else []
            mine += [reading] if theirs else []
        if not readings:
            return self._near(tokens, parts)
        if mine:
            return "altered", mine[0].problem or "", mine[0][:3]
        other = (clean or readings)[0]
        return "misattributed", self._whose(other, meant, speaker), other[:3]

    def _whose(self, reading: _Reading, meant: Meant, speaker: str | None) -> str:
        said = self._said[reading.utterance]
        if speaker and not meant.labels and not meant.roles:
            return (
                f"the study has no speaker {speaker[:40]!r}; these are the words of {said.speaker}"
            )
        if not speaker:
            return f"only {said.speaker} ({said.role}) said this, no participant"
        return f"these are the words of {said.speaker}"

    def _located(self, u: int, start: int, end: int) -> Located:
        said = self._said[u]
        return Located(
            source=self._shown[u],
            utterance=said.id,
            start=start,
            end=end,
            speaker=said.speaker,
            role=said.role,
        )

    def _divided(self, u: int) -> Sentences:
        return divide(self._places.tokens(u))

    # Words that stand there.

    def _readings(self, quote: Tokens, parts: list[Piece]) -> Iterator[_Reading]:
        """Yield the places where every piece stands in order in one utterance."""
        longest = max(range(len(parts)), key=lambda k: parts[k].last - parts[k].first)
        anchors = self._stands(quote, parts[longest])
        if len(parts) == 1:
            yield from (self._read(quote, parts, [place]) for place in anchors)
            return
        for u in dict.fromkeys(place.utterance for place in anchors):
            for chain in self._chains(quote, parts, u):
                found = self._read(quote, parts, chain)
                yield found
                if found.problem is None:
                    break

    def _stands(self, quote: Tokens, part: Piece, within: int | None = None) -> Iterator[_Place]:
        """Yield where one piece stands, up to harmless typography."""
        said = [quote.low[i] for i in search_words(quote, part.first, part.last)]
        found: set[_Place] = set()
        for u, order in self._places.starts(said, within):
            tokens, words = self._places.tokens(u), self._places.words(u)
            matcher = Matcher(quote, tokens, self._aliases)
            for j in _near_word(words, order, len(tokens)):
                if not matcher.may_begin(part, j):
                    continue
                end = matcher.end_of(part, j)
                place = _Place(u, j, end) if end is not None else None
                if place is not None and place not in found:
                    found.add(place)
                    yield place

    def _chains(self, quote: Tokens, parts: list[Piece], u: int) -> list[list[_Place]]:
        """Return the ways in which the pieces follow one another in one utterance."""
        chains: list[list[_Place]] = [[]]
        for part in parts:
            places = list(self._stands(quote, part, within=u))
            chains = [
                [*chain, place]
                for chain in chains
                for place in places
                if not chain or place.first >= chain[-1].last
            ][:_CHAINS]
        return chains

    def _read(self, quote: Tokens, parts: list[Piece], chain: list[_Place]) -> _Reading:
        u = chain[0].utterance
        tokens = self._places.tokens(u)
        start, end = tokens.start[chain[0].first], tokens.end[chain[-1].last - 1]
        end = _with_its_mark(quote, parts[-1].last, tokens, chain[-1].last, end)
        problem = self._omissions(quote, parts, chain)
        last, place = parts[-1], chain[-1]
        if stray_mark(quote, parts):
            problem = problem or "a mark stands in it that was not said"
        problem = problem or end_problem(quote, last.last, tokens, place.last)
        problem = problem or cut_problem(self._sentences(u), start, end)
        return _Reading(u, start, end, problem)

    def _omissions(self, quote: Tokens, parts: list[Piece], chain: list[_Place]) -> str | None:
        view = self._sentences(chain[0].utterance)
        said = view.tokens
        for k in range(1, len(parts)):
            before, after = chain[k - 1].last, chain[k].first
            gap = said.exact[before:after]
            if gap == ["…"] or gap == ["[…]"]:
                continue
            if not gap and parts[k].before == "…":
                return "it adds a pause that was not made"
            problem = omission_problem(view, said.end[before - 1], said.start[after])
            if problem:
                return problem
            asked = end_problem(quote, parts[k - 1].last, said, before)
            if asked:
                return asked
        return None

    # Words that nearly stand there.

    def _near(
        self, quote: Tokens, parts: list[Piece]
    ) -> tuple[Verdict, str, tuple[int, int, int] | None]:
        if len(parts) > 1:
            apart = [next(self._stands(quote, part), None) for part in parts]
            if apart[0] is not None and all(apart):
                place = self._span(apart[0])
                return "altered", "the omission reaches over another turn or turns the order", place
        said = [quote.low[i] for i in search_words(quote, 0, len(quote))]
        window, order, bag = self._best(said)
        spliced = self._spliced(said) if order < _ALL_BUT_SAID else None
        if window and not spliced and max(order, bag - _ANY_ORDER) >= _CLOSE:
            return self._differs(quote, said, window)
        if spliced:
            return "altered", "it joins two turns as if they were one", spliced
        return "not_found", "nothing like it was said", None

    def _span(self, place: _Place) -> tuple[int, int, int]:
        tokens = self._places.tokens(place.utterance)
        return place.utterance, tokens.start[place.first], tokens.end[place.last - 1]

    def _best(self, said: list[str]) -> tuple[Window | None, float, float]:
        best: tuple[Window | None, float, float] = (None, 0.0, 0.0)
        for window in self._places.closest(said):
            order, bag = shared(said, self._heard(window))
            if order + bag > best[1] + best[2]:
                best = (window, order, bag)
        return best

    def _heard(self, window: Window) -> list[str]:
        tokens, places = self._places.tokens(window.utterance), self._places.words(window.utterance)
        return [tokens.low[i] for i in places[window.first : window.last]]

    def _differs(
        self, quote: Tokens, said: list[str], window: Window
    ) -> tuple[Verdict, str, tuple[int, int, int]]:
        tokens, places = self._places.tokens(window.utterance), self._places.words(window.utterance)
        low, high = _aligned(said, [tokens.low[i] for i in places[window.first : window.last]])
        first, last = places[window.first + low], places[window.first + high - 1] + 1
        while last < len(tokens) and tokens.kind[last] not in (WORD, SLOT):
            last += 1
        why = first_difference(quote, tokens, first, last)
        return "altered", why, (window.utterance, tokens.start[first], tokens.end[last - 1])

    def _spliced(self, said: list[str]) -> tuple[int, int, int] | None:
        """Return the first half's place, where both halves were said in different turns."""
        if len(said) < 6:
            return None
        half = len(said) // 2
        first, ahead, _ = self._best(said[: half - 1])
        second, after, _ = self._best(said[half + 1 :])
        if first is None or second is None or first.utterance == second.utterance:
            return None
        if min(ahead, after) < _HALF_SAID:
            return None
        tokens, places = self._places.tokens(first.utterance), self._places.words(first.utterance)
        last = min(first.last, len(places)) - 1
        return first.utterance, tokens.start[places[first.first]], tokens.end[places[last]]


def _with_its_mark(quote: Tokens, wrote: int, said: Tokens, last: int, end: int) -> int:
    """Return the end of the quotation in what was said, a mark after dots ("so far…?") included."""
    if any(quote.exact[i] in ("?", "!") for i in range(wrote, len(quote))):
        while last < len(said) and said.kind[last] in (STOP, ELLIPSIS):
            end = said.end[last]
            last += 1
    return end


def _near_word(words: list[int], order: int, size: int) -> range:
    """Return the tokens around the word of this order: names and marks shift a beginning."""
    if not words:
        return range(size)
    low = words[max(min(order - _SLACK, len(words) - 1), 0)]
    high = words[min(order + _SLACK, len(words) - 1)]
    return range(max(low - 2, 0), min(high + 2, size))


def _aligned(quoted: list[str], heard: list[str]) -> tuple[int, int]:
    """Return the stretch of the words heard that the quotation was most likely made of.

    A word put in or left out makes it longer or shorter than the quotation.
    """
    wanted = set(quoted)
    shared_before = [0, *accumulate(word in wanted for word in heard)]
    best, found = -1, (0, len(heard))
    for size in (len(quoted) + shift for shift in (0, 1, -1, 2)):
        for k in range(len(heard) - size + 1 if size > 0 else 0):
            ends = (heard[k] == quoted[0]) + (heard[k + size - 1] == quoted[-1])
            score = 2 * (shared_before[k + size] - shared_before[k]) + 3 * ends
            if score > best:
                best, found = score, (k, k + size)
    return found


def _aliases(names: Mapping[str, frozenset[str]]) -> Aliases:
    cut = Tokeniser()
    table: dict[str, tuple[tuple[str, ...], ...]] = {}
    for placeholder, known in names.items():
        forms = {tuple(cut(form).exact) for name in known for form in name_forms(name)}
        table[placeholder] = tuple(sorted(forms, key=len, reverse=True))
    return table
