"""What stands in a column: open answers, ready options, numbers, keys, hashes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from personagen.reading.clock import iso_day
from personagen.reading.synonyms import DESCRIBES, FACT

ROLE_VALUES = frozenset(
    "customer user agent admin bot staff end-user enduser end_user lead contact system client "
    "support requester message note operator employee visitor team_member".split()
)
_ASKS = re.compile(
    r"\?|^(what|why|how|which|when|where|who|do|did|would|could|if|please|describe|tell|explain|"
    r"anything|any )\b",
    re.I,
)
_HASH = re.compile(
    r"(?:[\w+/-]{22}==|[\w+/-]{27}=|[\w+/-]{43}=|[\w+/-]{86}==)$"
    r"|(?:0x|\\x|(?:sha-?\d+|md5)[:$])?(?:[0-9a-f]{32,128}|[0-9A-F]{32,128})$",
    re.A,
)
"""MD5 and the SHAs, in hexadecimal digits or base 64."""
_SCORE = re.compile(r"^(\d{1,3}(?:[.,]\d+)?)(?:\s*/\s*\d+(?:\.\d+)?|\s*-\s*\D.*|\s*stars?)?$")
_LONGEST_SCORE = 80
"""Characters of a score with its label."""
_TOP_OF_SCALE = 10


def share(values: Sequence[str], check: Callable[[str], object]) -> float:
    """Return the share of values that pass, 0–1."""
    return sum(bool(check(value)) for value in values) / max(1, len(values))


def are_hashed(values: Sequence[str]) -> bool:
    """Return whether a column holds hashes of texts, as warehouse copies do."""
    return len(values) > 1 and share(values, is_hash) > 0.8


def is_hash(value: str) -> bool:
    """Return whether a value is the hash of a text, which holds none of its words."""
    return len(value) <= 140 and bool(_HASH.match(value))


def score(value: str) -> float | None:
    """Return `4.5`, `8.0/10`, `2 - Poor` as a number, else None."""
    match = _SCORE.match(value) if len(value) <= _LONGEST_SCORE else None
    return float(match[1].replace(",", ".")) if match else None


def are_counted(values: Sequence[str]) -> bool:
    """Return whether they are 1, 2, 3 …: rows of this file; they name nobody across files."""
    return len(values) > 1 and list(values) == [str(n) for n in range(1, len(values) + 1)]


def part_by_values(header: str, words: str, values: Sequence[str]) -> str:
    """Return the part of a column whose header says nothing."""
    if share(values, lambda v: v.startswith(("http://", "https://", "www."))) > 0.5:
        return "ignored"
    if share(values, lambda v: re.match(r"^[^@\s]+@[^@\s]+\.\w+$", v)) > 0.8:
        return "email"
    if share(values, lambda v: not any(letter.isalpha() for letter in v)) > 0.8:
        return _of_numbers(header, words, values)
    return "text" if _are_open(header, words, values) else _closed(values)


def _of_numbers(header: str, words: str, values: Sequence[str]) -> str:
    if share(values, lambda v: iso_day(v) is not None and len(v) > 7) > 0.8:
        return "ignored"
    if DESCRIBES.search(words) or _ASKS.search(header):
        return "attribute"
    return "attribute" if _are_scale(header, values) else "ignored"


def _are_scale(header: str, values: Sequence[str]) -> bool:
    """`Ease of Use: 4`; not `column 3: 17`, nor a key that happens to be short."""
    named = any(letter.isalpha() for letter in header) and not header.startswith("column ")
    small = all((n := score(v)) is not None and n <= _TOP_OF_SCALE for v in values)
    return named and small and not are_counted(values)


def _are_open(header: str, words: str, values: Sequence[str]) -> bool:
    """Open answers are many words, mostly different, and no list of ready options."""
    length = sum(len(value.split()) for value in values) / len(values)
    different = len({value.casefold() for value in values}) / len(values)
    asks = bool(_ASKS.search(header))
    if FACT.search(header) or (DESCRIBES.search(words) and length < 6 and not asks):
        return False
    if _are_options(header, values):
        return False
    if len(values) < 8:
        return length >= 4 or (length >= 3 and asks)
    if different < 0.5:
        return length >= 12 and different > 0.2
    return length >= 4 or (asks and length >= 1.5 and different > 0.6)


def _are_options(header: str, values: Sequence[str]) -> bool:
    """One option a column, or several joined by commas; options may hold commas themselves."""
    if all(value.casefold() in header.casefold() for value in values):
        return True
    for joiner in (", ", ";", " / ", "\n"):
        parts = Counter(part.strip() for value in values for part in value.split(joiner) if part)
        total = sum(parts.values())
        again = sum(n for n in parts.values() if n >= 2)
        if len(values) >= 8 and again >= 0.7 * total and len(parts) < 0.6 * total:
            return True
    return False


def _closed(values: Sequence[str]) -> str:
    return "attribute" if max(map(len, values)) <= 200 else "ignored"
