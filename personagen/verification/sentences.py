"""Where sentences begin and end, drawn wide: a doubtful full stop ends nothing.

Transcripts punctuate badly. For judging a cut the safe mistake is a sentence that is too long: it
keeps "I don't think." and "It saves time." together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from personagen.verification.operators import AFTERTHOUGHT, find_operators, guess_language
from personagen.verification.typography import (
    DASH,
    ELLIPSIS,
    MARK,
    STOP,
    WORD,
    Tokeniser,
    Tokens,
)

_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st vs etc approx dept est fig inc ltd co jr sr e.g i.e eg ie ca bzw usw "
    "z.b mme av nr".split()
)
_OPENS_A_CLAUSE = frozenset("if unless whether because thinks claims says que si dass ob".split())
_DANGLES = _OPENS_A_CLAUSE | frozenset(
    "that than like not don't didn't doesn't isn't said say saying when think thought believe "
    "guess claim".split()
)
_CONDITIONS = frozenset("if unless when whenever until si wenn falls".split())
_BULLET = re.compile(r"\n[ \t]*(?:\n|[-*•–]\s|\d+[.)]\s)")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_REPORTED = 120
_DOUBLE = '"“”„«»'


@dataclass(frozen=True, slots=True)
class Sentences:
    """A text's tokens and its sentences, as places in the list of tokens."""

    tokens: Tokens
    language: str
    starts: tuple[int, ...]
    """First token of each sentence, ascending; the first is 0."""
    quoted: dict[int, int]
    """Token inside quotation marks → the mark that opened them."""
    afterthoughts: frozenset[int]
    """Starts of sentences that only take back or weaken the one before."""

    def begin(self, i: int) -> int:
        """Return the first token of the sentence that token i stands in."""
        return max((s for s in self.starts if s <= i), default=0)

    def close(self, i: int) -> int:
        """Return one past the last token of the sentence of token i, afterthoughts included."""
        after = (s for s in self.starts if s > i and s not in self.afterthoughts)
        return min(after, default=len(self.tokens))


@lru_cache(maxsize=512)
def sentences(text: str) -> Sentences:
    """Return the sentences of one utterance's text."""
    return divide(_TOKENISE(text))


def divide(tokens: Tokens) -> Sentences:
    """Return the sentences of a text that is cut into tokens already."""
    language = guess_language(tokens.low)
    inside = _inside_quotation(tokens)
    starts = [0]
    i, count = 0, len(tokens)
    while i < count:
        end = _closing_run(tokens, i)
        at = end if end > i else i + 1
        if at < count and at not in inside and _divides(tokens, starts[-1], i, end):
            starts.append(at)
        i = at
    return Sentences(tokens, language, tuple(starts), inside, _afterthoughts(tokens, starts))


_TOKENISE = Tokeniser()


def word_places(tokens: Tokens, first: int, last: int) -> list[int]:
    """Return the tokens from first to last (exclusive) that are words."""
    return [i for i in range(first, last) if tokens.kind[i] == WORD]


def _closing_run(tokens: Tokens, i: int) -> int:
    """Return one past the run of sentence ends and closing marks that begins at i; i if none."""
    if not _is_end(tokens, i):
        return i
    k = i + 1
    while k < len(tokens) and (_is_end(tokens, k) or (tokens.touches(k) and (_closes(tokens, k)))):
        k += 1
    return k


def _is_end(tokens: Tokens, i: int) -> bool:
    return tokens.kind[i] == ELLIPSIS or (tokens.kind[i] == STOP and tokens.exact[i] in ".!?")


def _closes(tokens: Tokens, i: int) -> bool:
    return tokens.kind[i] == MARK or tokens.exact[i] in (")", "]")


def _divides(tokens: Tokens, begin: int, i: int, end: int) -> bool:
    """Whether a sentence ends between the run [i, end) and the token after it."""
    at = end if end > i else i + 1
    gap = tokens.text[tokens.end[at - 1] : tokens.start[at]]
    if "\n" in gap and _BULLET.search(gap):
        return True
    if end == i or not gap:
        return False
    if _is_abbreviation(tokens, i, end) or _is_said_after(tokens, at):
        return False
    if tokens.kind[i] == ELLIPSIS and not tokens.exact[at][:1].isupper():
        return tokens.exact[end - 1] in "!?"
    closed = any(tokens.kind[k] == MARK for k in range(i, end))
    return closed or not _dangles(tokens, begin, i)


def _is_abbreviation(tokens: Tokens, i: int, end: int) -> bool:
    if end != i + 1 or tokens.exact[i] != "." or i == 0 or not tokens.touches(i):
        return False
    before = tokens.low[i - 1]
    initial = len(before) == 1 and before.isalpha() and tokens.exact[i - 1] != "I"
    initial = initial and not (tokens.touches(i - 1) and tokens.kind[i - 2] == DASH)
    return before in _ABBREVIATIONS or initial


def _is_said_after(tokens: Tokens, at: int) -> bool:
    """Whether what follows is `… he asked`: small letter, and a verb of saying at once."""
    if not tokens.exact[at][:1].islower():
        return False
    words = [tokens.low[k] for k in word_places(tokens, at, min(at + 4, len(tokens)))]
    return any(f.operator == "report" for f in find_operators(words))


def _dangles(tokens: Tokens, begin: int, i: int) -> bool:
    """Whether the words before the stop leave a clause open: "I don't think. It …"."""
    words = [tokens.low[k] for k in word_places(tokens, begin, i)]
    if not words or tokens.exact[i] in "!?":
        return False
    if words[-1] in (_DANGLES if tokens.kind[i] == ELLIPSIS else _OPENS_A_CLAUSE):
        return True
    if words[-1] in ("think", "believe") and len(words) > 1:
        return any(f.operator == "negation" for f in find_operators(words[-3:]))
    comma = any(tokens.exact[k] == "," for k in range(begin, i))
    return words[0] in _CONDITIONS and len(words) <= 8 and not comma


def _inside_quotation(tokens: Tokens) -> dict[int, int]:
    """Return the tokens that stand after a quotation mark that is still open → that mark.

    A quotation that is the whole text, in two paragraphs, or longer than 120 tokens, is not
    one reported speech.
    """
    inside: dict[int, int] = {}
    opened: int | None = None
    for i in range(len(tokens)):
        if opened is not None and _PARAGRAPH.search(
            tokens.text, tokens.end[i - 1], tokens.start[i]
        ):
            opened = None
        if tokens.kind[i] != MARK or not _is_double(tokens, i):
            continue
        if opened is None:
            opened = i
            continue
        whole = opened == 0 and i >= len(tokens) - 2
        if not whole and i - opened <= _REPORTED:
            inside.update(dict.fromkeys(range(opened + 1, i + 1), opened))
        opened = None
    return inside


def _is_double(tokens: Tokens, i: int) -> bool:
    return tokens.text[tokens.start[i]] in _DOUBLE


def _afterthoughts(tokens: Tokens, starts: list[int]) -> frozenset[int]:
    found = set()
    ends = [*starts[1:], len(tokens)]
    for start, end in zip(starts[1:], ends[1:], strict=True):
        if end - start > 12 or tokens.exact[start - 1] == "?":
            continue
        words = [tokens.low[i] for i in word_places(tokens, start, end)]
        if words and AFTERTHOUGHT.fullmatch(" ".join(words)):
            found.add(start)
    return frozenset(found)
