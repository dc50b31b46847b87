"""Sentences of what people say and write: exact spans, also where nobody punctuated.

Transcripts break off, stop in mid-sentence and run on for two hundred words; reviews forget the
space after a full stop. Rules, not a model: 50,000 answers take a few seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 45
"""Words; a longer sentence is split where a new main clause begins."""
SHORTEST_PART = 7
"""Words that a part of a split sentence has at least."""


class Sentence(NamedTuple):
    """Where a sentence stands: `text[start:end]`, no white space around it."""

    start: int
    """Code points, from 0."""
    end: int
    """One past the last character."""


_EVERYWHERE = "mr mrs ms dr prof st vs etc approx min max fig vol dept tel no inc ltd co corp"
_ABBREVIATIONS = {
    "en": "e.g i.e jan feb aug sept oct nov dec sr jr ave est hr hrs mins secs a.m p.m",
    "fr": "p.ex env m mme mlle av cf janv févr juil déc tél",
    "es": "p.ej ud uds sra srta dña pág núm aprox ee.uu",
    "de": "z.b bzw usw ca ggf inkl bspw vgl nr u.a d.h",
}
# Speech recognition puts a full stop at every pause; nobody ends a sentence with these.
_NEVER_LAST = frozenset(
    "the a an of to and or but with my your our their his its um uh er erm if because than "
    "very le la les un une des du et ou mais de el los las y pero der die das und oder aber".split()
)
_END = re.compile(
    r"""(?P<mark>[.!?…]+["'”’»)\]]*)(?=\s|$)      # the usual end
      | (?P<glued>(?<=[a-zà-ÿ)]{2})[.!?]+)(?=[A-ZÀ-Þ][a-zà-ÿ']*\s)   # "slow.But"
      | (?P<wide>[。！？]+[」』”]*)
      | (?P<line>\s*\n\s*)""",  # noqa: RUF001  (the wide forms are the marks of Chinese and Japanese)
    re.VERBOSE,
)
_BULLET = re.compile(r"(?:[-*•–·>]+|\(?\d{1,2}[.)])(?=\s)\s*")
_LAST_WORD = re.compile(r"[\w.'’-]*$")
_URL_TAIL = re.compile(r"(?:https?://|www\.)\S*$")
_SUBJECT = (
    r"(?:i|you|we|they|he|she|it|there|this|that|these|people|everyone|everybody|nobody|my|our)"
)
# Borders before which a main clause ends and another begins; never "because", "if" or "that",
# whose clause would lose what governs it.
_BORDER = re.compile(
    rf"""\s*;\s+(?=\w)
      | \s+[–—]\s+(?=\w)
      | ,\s+(?=(?:and|but|so)\b)
      | \s+(?=(?:and\ then|and\ so|but|and)\s+{_SUBJECT}(?:['’]|\b))
      | \s+(?=so\s+{_SUBJECT}\s)
      | \s+(?=(?:mais|et)\s+(?:je|on|nous|il|elle|c['’])) | \s+(?=(?:pero|y)\s+(?:yo|se|no)\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_WORD = re.compile(r"\S+")


def split(text: str, lang: str = "en") -> list[Sentence]:
    """Return the sentences of a text in order; together they hold every word of it.

    Args:
        text: One utterance.
        lang: ISO 639-1; decides which abbreviations end no sentence.

    Returns:
        Spans of at most about `LONGEST` words, as long as a clause border allows.
    """
    short = _abbreviations(lang)
    parts = (part for whole in _by_marks(text, short) for part in _by_clauses(text, whole))
    return [part for part in parts if any(c.isalnum() for c in text[part.start : part.end])]


def _abbreviations(lang: str) -> frozenset[str]:
    return frozenset(f"{_EVERYWHERE} {_ABBREVIATIONS['en']} {_ABBREVIATIONS.get(lang, '')}".split())


def _by_marks(text: str, short: frozenset[str]) -> Iterator[Sentence]:
    start = 0
    for match in _END.finditer(text):
        if match["line"] is None and not _ends(text, start, match, short):
            continue
        yield from _trimmed(text, start, match.start() if match["line"] else match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _ends(text: str, start: int, match: re.Match[str], short: frozenset[str]) -> bool:
    mark = match["mark"] or match["glued"]
    if match["wide"] or "?" in mark or "!" in mark:
        return True
    following = text[match.end() : match.end() + 40].lstrip()
    before = text[start : match.start()]
    if match["glued"] and _URL_TAIL.search(before):
        return False
    if "…" in mark or ".." in mark:
        return _opens(following)
    found = _LAST_WORD.search(before)
    word = found[0] if found else ""
    return not _goes_on(word, word == before.strip(), following, short)


def _goes_on(word: str, alone: bool, following: str, short: frozenset[str]) -> bool:
    """Return whether the full stop after this word ends nothing."""
    plain = word.lower().strip(".")
    if word.isdigit() and alone:
        return True
    if len(word) == 1 and word.isupper() and word != "I":
        return True
    if plain in short:
        return not (plain in {"etc", "inc", "no", "min", "max", "m"} and _opens(following))
    return plain in _NEVER_LAST


def _opens(following: str) -> bool:
    """Return whether a new sentence begins here; "I" is a capital that says nothing."""
    word = re.match(r"[\"“'‘(¿¡]*(\w+)", following)
    return not following or (word is not None and word[1][0].isupper() and word[1] != "I")


def _trimmed(text: str, start: int, end: int) -> Iterator[Sentence]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    bullet = _BULLET.match(text, start, end)
    if bullet and (start == 0 or text[:start].rstrip(" \t").endswith("\n")):
        start = bullet.end()
    if start < end:
        yield Sentence(start, end)


def _by_clauses(text: str, whole: Sentence) -> Iterator[Sentence]:
    words = [whole.start + m.start() for m in _WORD.finditer(text[whole.start : whole.end])]
    if len(words) <= LONGEST:
        yield whole
        return
    middle = words[len(words) // 2]
    borders = _borders(text, whole, words)
    if not borders:
        yield whole
        return
    cut = min(borders, key=lambda b: (abs(b.start - middle), b.start))
    yield from _by_clauses(text, Sentence(whole.start, cut.start))
    yield from _by_clauses(text, Sentence(cut.end, whole.end))


def _borders(text: str, whole: Sentence, words: list[int]) -> list[Sentence]:
    first, last = words[SHORTEST_PART], words[-SHORTEST_PART]
    found = _BORDER.finditer(text, whole.start, whole.end)
    return [
        Sentence(_before_white(text, m), m.end())
        for m in found
        if first <= m.start() and m.end() <= last and _balanced(text[whole.start : m.start()])
    ]


def _before_white(text: str, match: re.Match[str]) -> int:
    """Return where the first clause ends: its comma stays with it."""
    at = match.start()
    return at + 1 if text[at] in ",;" else at


def _balanced(text: str) -> bool:
    return text.count("(") <= text.count(")") and text.count("“") <= text.count("”")
