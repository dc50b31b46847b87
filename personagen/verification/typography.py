"""Text as tokens: what is harmless typography is gone, and every token knows its place.

Harmless here means that a reader of print would not see another text: curly or straight quotes,
dash forms, white space, canonically equal Unicode forms, ligatures and full-width letters,
invisible characters, Markdown emphasis. `²`, `½`, `™` and the like stay as they are: NFKC would
turn `5²` into `52`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

WORD, SLOT, MARK, DASH, ELLIPSIS, OMISSION, STOP, SYMBOL = range(8)
"""Kinds of token: word or number, placeholder, quotation mark, dash, bare dots, bracketed dots,
one of `. , ; : ! ?`, anything else (`%`, `$`, a bracket, an emoji)."""

_APOSTROPHES = "‘’‚‛ʼ´`′＇"
_QUOTES = "“”„‟«»‹›″〝〞＂"
_ONE_TO_ONE = {ord(c): "'" for c in _APOSTROPHES} | {ord(c): '"' for c in _QUOTES}
_ONE_TO_ONE |= {c: chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F) if c not in _ONE_TO_ONE}

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f"
_LIGATURES = "\ufb00-\ufb06"
_CHANGES_LENGTH = re.compile(f"[{_INVISIBLE}{_LIGATURES}]")
_CLUSTER = re.compile(
    r".[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u1ab0-\u1aff\u20d0-\u20f0]*", re.S
)

_JOINS = r"\w\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e31-\u0eff"
_IDEOGRAPH = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_LETTER = rf"(?:(?![{_IDEOGRAPH}])[{_JOINS}])"
_TOKEN = rf"""
    (?P<omission>\[\s*(?:…|\.(?:\s?\.)+)\s*\] | \(\s*(?:…|\.(?:\s?\.)+)\s*\))
  | (?P<ellipsis>…[.…]* | \.(?:\s\.){{2,}}\.* | \.{{2,}})
  | (?P<word>\d+(?:[.,:/]\d+)+{_LETTER}* | {_LETTER}(?:{_LETTER}|'(?={_LETTER}))* | [{_IDEOGRAPH}])
  | (?P<minus>(?<![\w)\]%])[-−–](?=\d))
  | (?P<dash>-{{2,}} | [—―⸺]+ | [-‐‑‒–−])
  | (?P<mark>" | '{{1,2}})
  | (?P<stop>[.,;:!?])
  | (?P<symbol>\*+ | \S)
"""
_KINDS = {
    "omission": OMISSION,
    "ellipsis": ELLIPSIS,
    "word": WORD,
    "minus": SYMBOL,
    "dash": DASH,
    "mark": MARK,
    "stop": STOP,
    "symbol": SYMBOL,
    "slot": SLOT,
}
_SAME = {"omission": "[…]", "ellipsis": "…", "minus": "minus", "dash": "-", "mark": '"'}


class Normalised(NamedTuple):
    """A text whose harmless variants are equal, and where each character stood."""

    text: str
    places: list[int] | None
    """Original offset of each character and of the end; None when nothing moved."""


def normalise(text: str) -> Normalised:
    """Return the text in one form of quotes, letters and canonical Unicode, with offsets."""
    if text.isascii():
        return Normalised(text.replace("`", "'"), None)
    if unicodedata.is_normalized("NFC", text) and not _CHANGES_LENGTH.search(text):
        return Normalised(text.translate(_ONE_TO_ONE), None)
    parts: list[str] = []
    places: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        piece = _canonical(cluster.group())
        parts.append(piece)
        places.extend([cluster.start()] * len(piece))
    places.append(len(text))
    return Normalised("".join(parts).translate(_ONE_TO_ONE), places)


def _canonical(cluster: str) -> str:
    if cluster in _INVISIBLE:
        return ""
    if "\ufb00" <= cluster[0] <= "\ufb06":
        return unicodedata.normalize("NFKC", cluster)
    return unicodedata.normalize("NFC", "".join(c for c in cluster if c not in _INVISIBLE))


@dataclass(slots=True)
class Tokens:
    """The tokens of one text, as parallel lists; n tokens each."""

    text: str
    """The text they were cut from, as stored."""
    kind: list[int] = field(default_factory=list)
    exact: list[str] = field(default_factory=list)
    """Normalised, case kept; a placeholder as it stands."""
    low: list[str] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    """First character in the text as stored: Unicode code points, from 0."""
    end: list[int] = field(default_factory=list)
    _fillers: dict[int, int] | None = None

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def fillers(self) -> dict[int, int]:
        """Where a filler that may be dropped begins → one past its last token."""
        if self._fillers is None:
            self._fillers = _find_fillers(self)
        return self._fillers

    def touches(self, i: int) -> bool:
        """Whether token i follows the one before it without white space."""
        return 0 < i < len(self) and self.start[i] == self.end[i - 1]

    def breaks_word(self, i: int) -> bool:
        """Whether token i is the hyphen of a word that was broken over two lines."""
        if self.kind[i] != DASH or not 0 < i < len(self) - 1 or not self.touches(i):
            return False
        between = self.text[self.end[i] : self.start[i + 1]]
        letters = self.exact[i - 1][-1:].isalpha() and self.exact[i + 1][:1].islower()
        return letters and any(c in between for c in "\n\r\f\v\u2028\u2029")


class Tokeniser:
    """Cuts texts into tokens; placeholders of one study are slots.

    Args:
        placeholders: What stands for a name in stored text: `P05`, `[colleague 2]`.
    """

    def __init__(self, placeholders: Mapping[str, object] | frozenset[str] = frozenset()) -> None:
        self._slots = {_spaced(p).lower(): p for p in placeholders}
        longest_first = sorted(map(re.escape, placeholders), key=len, reverse=True)
        bodies = "|".join(p.replace(r"\ ", r"\s+") for p in longest_first)
        slot = rf"(?P<slot>(?<!\w)(?i:{bodies})(?!\w)) |" if bodies else ""
        self._pattern = re.compile(f"{slot}{_TOKEN}", re.X)

    def __call__(self, text: str) -> Tokens:
        """Return the tokens of a text."""
        normal = normalise(text)
        places = normal.places
        kinds: list[int] = []
        said: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for found in self._pattern.finditer(normal.text):
            name = found.lastgroup or "symbol"
            start, end = found.span()
            kinds.append(_KINDS[name])
            text_found = found.group()
            if name == "slot":
                text_found = self._slots[_spaced(text_found).lower()]
            said.append(_SAME.get(name) or text_found)
            starts.append(start if places is None else places[start])
            ends.append(end if places is None else _end_place(places, end))
        exact = [_without_underscores(s) if s[0] == "_" else s for s in said]
        low = [s.lower() for s in exact]
        return _without_emphasis(Tokens(text, kinds, exact, low, starts, ends))


def _spaced(placeholder: str) -> str:
    return " ".join(placeholder.split())


def _without_underscores(said: str) -> str:
    """Return `_word_` without Markdown's emphasis; `_private` stays."""
    return said.strip("_") or said if said[-1] == "_" else said


def _end_place(places: list[int], end: int) -> int:
    """Return one past the last original character; a ligature is never cut in two."""
    last, at = places[end - 1], end
    while at < len(places) - 1 and places[at] == last:
        at += 1
    return places[at]


def _without_emphasis(tokens: Tokens) -> Tokens:
    """Return the tokens without pairs of `*` around words; Markdown's emphasis is typography."""
    stars = [i for i, said in enumerate(tokens.exact) if said[0] == "*"]
    drop: set[int] = set()
    opened: int | None = None
    for i in stars:
        if opened is None and not tokens.touches(i) and tokens.touches(i + 1):
            opened = i
        elif opened is not None and tokens.touches(i) and tokens.exact[i] == tokens.exact[opened]:
            drop |= {opened, i}
            opened = None
    if not drop:
        return tokens
    keep = [i for i in range(len(tokens)) if i not in drop]
    return Tokens(
        tokens.text,
        [tokens.kind[i] for i in keep],
        [tokens.exact[i] for i in keep],
        [tokens.low[i] for i in keep],
        [tokens.start[i] for i in keep],
        [tokens.end[i] for i in keep],
    )


_HESITATION = re.compile(r"u+m+|u+h+m*|er|e+r+m+|e+h+m+|h+m{1,}|äh+m*|öh+m*|euh+|heu+")
_GERMAN = frozenset("der die das und nicht ist ich ein eine zu mit wir es für auf sich".split())
_PHRASES = (("you", "know"), ("i", "mean"))


def is_pause(tokens: Tokens, i: int) -> bool:
    """Whether token i is a comma, a dash between words or dots."""
    if not 0 <= i < len(tokens):
        return False
    kind = tokens.kind[i]
    return kind in (ELLIPSIS, DASH) or (kind == STOP and tokens.exact[i] == ",")


def _find_fillers(tokens: Tokens) -> dict[int, int]:
    found: dict[int, int] = {}
    # In German "um" and "er" are words ("to", "he"), not hesitation.
    german = len(_GERMAN.intersection(tokens.low)) >= 3
    for i, low in enumerate(tokens.low):
        if tokens.kind[i] != WORD:
            continue
        if _HESITATION.fullmatch(low):
            if not _joined(tokens, i) and not (german and low in ("um", "er")):
                if not (len(low) == 2 and tokens.exact[i].isupper()):  # ER: a place in a hospital
                    found[i] = i + 1
        elif _phrase_at(tokens, i) and _set_off(tokens, i, i + 2):
            found[i] = i + 2
    return found


def _joined(tokens: Tokens, i: int) -> bool:
    """Whether a hyphen ties the word to another: `uh-huh` and `uh-uh` are answers."""
    before = i > 0 and tokens.kind[i - 1] == DASH and tokens.touches(i)
    after = i + 1 < len(tokens) and tokens.kind[i + 1] == DASH and tokens.touches(i + 1)
    return (before and tokens.touches(i - 1)) or (after and tokens.touches(i + 2))


def _phrase_at(tokens: Tokens, i: int) -> bool:
    return tuple(tokens.low[i : i + 2]) in _PHRASES


def _set_off(tokens: Tokens, start: int, end: int) -> bool:
    """Whether commas or pauses stand on both sides; a sentence's edge does for one of them."""
    before = start == 0 or is_pause(tokens, start - 1) or _ends_sentence(tokens, start - 1)
    after = is_pause(tokens, end) or end == len(tokens) or tokens.exact[end] == "."
    alone = (start == 0 or _ends_sentence(tokens, start - 1)) and not is_pause(tokens, end)
    return before and after and not alone


def _ends_sentence(tokens: Tokens, i: int) -> bool:
    return tokens.kind[i] == STOP and tokens.exact[i] in ".!?"


def starts_sentence(tokens: Tokens, i: int) -> bool:
    """Whether token i is the first of the text or follows a full stop, `!` or `?`."""
    while i > 0 and tokens.kind[i - 1] == MARK:
        i -= 1
    return i == 0 or _ends_sentence(tokens, i - 1)


def words(tokens: Tokens) -> list[int]:
    """Return the places of words and numbers that no harmless variant can drop."""
    fillers = tokens.fillers
    return [i for i, kind in enumerate(tokens.kind) if kind == WORD and i not in fillers]
