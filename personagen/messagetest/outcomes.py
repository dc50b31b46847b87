"""What happened to variants that were sent out, against what the message test says of them."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from math import sqrt
from pathlib import Path
from typing import NamedTuple

from personagen.errors import UsageError
from personagen.models import Model
from personagen.prevalence import Z95, wilson
from personagen.verification.blocks import decode

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "test": ("test", "experiment", "campaign", "test_id"),
    "variant": ("variant", "arm", "version", "name", "id"),
    "text": ("text", "copy", "message", "subject", "headline", "line", "body"),
    "shown": ("shown", "sent", "delivered", "visitors", "impressions", "recipients", "n", "users"),
    "taken": ("conversions", "clicks", "opens", "replies", "signups", "orders", "outcomes", "wins"),
}
"""What a column may be called."""
_IN_WORDS: Mapping[str, str] = {
    "text": "the words (text, subject, headline …)",
    "shown": "how many saw them (shown, sent, visitors …)",
    "taken": "how many took them up (conversions, clicks, opens …)",
}
_WHOLE = re.compile(r"(\d+|[1-9]\d{0,2}([,.'\u2019\s]\d{3})+)(\.0)?")
"""A count, also with thousands set apart; no decimal, which without its mark is another number."""


class Result(NamedTuple):
    """One variant that was tried on people."""

    test: str
    variant: str
    text: str
    shown: int
    taken: int


class Pair(Model):
    """Two variants of one test: what was said of them, and what happened."""

    test: str
    variants: tuple[str, str]
    people: tuple[int, int]
    """Whom each speaks to, less whom it runs into."""
    predicted: str | None
    """The variant thought better; None where the evidence carries no prediction."""
    rates: tuple[float, float]
    better: str | None
    """The variant that did better, by more than chance; None where chance may have done it."""


class Scored(Model):
    """Predictions against outcomes."""

    pairs: tuple[Pair, ...]
    right: int
    of: int
    """Pairs that carry a prediction and came out clearly."""
    interval: tuple[float, float]
    said: str


def read_results(path: Path) -> list[Result]:
    """Return the variants of a CSV file with how many saw each and how many took it up.

    Raises:
        UsageError: a column is missing, or a row makes no sense; the row is named.
        ReadingError: the file can't be opened.
    """
    text = decode(path)
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    rows = csv.DictReader(io.StringIO(text), delimiter=mark)
    names = _names(rows.fieldnames or (), path.name)
    found = [_result(row, names, f"{path.name}, row {n}") for n, row in enumerate(rows, 2)]
    if len(found) < 2:
        raise UsageError(f"{path.name} has fewer than two variants", "One row a variant.")
    return found


def score(results: Sequence[Result], people: Mapping[str, int]) -> Scored:
    """Return how often the better variant was foreseen.

    Args:
        results: What happened.
        people: Text of a variant → members it speaks to, less members it runs into.
    """
    tests: dict[str, list[Result]] = defaultdict(list)
    for one in results:
        tests[one.test].append(one)
    pairs = tuple(_pair(a, b, people) for some in tests.values() for a, b in combinations(some, 2))
    clear = [p for p in pairs if p.predicted and p.better]
    right = sum(p.predicted == p.better for p in clear)
    return Scored(
        pairs=pairs,
        right=right,
        of=len(clear),
        interval=wilson(right, len(clear)),
        said=_in_words(pairs, right, len(clear)),
    )


def _pair(a: Result, b: Result, people: Mapping[str, int]) -> Pair:
    counts = people[a.text], people[b.text]
    predicted = None if counts[0] == counts[1] else (a if counts[0] > counts[1] else b).variant
    rates = a.taken / a.shown, b.taken / b.shown
    share = (a.taken + b.taken) / (a.shown + b.shown)
    spread = sqrt(share * (1 - share) * (1 / a.shown + 1 / b.shown))
    clear = spread > 0 and abs(rates[0] - rates[1]) > Z95 * spread
    return Pair(
        test=a.test,
        variants=(a.variant, b.variant),
        people=counts,
        predicted=predicted,
        rates=(round(rates[0], 4), round(rates[1], 4)),
        better=(a if rates[0] > rates[1] else b).variant if clear else None,
    )


def _in_words(pairs: Sequence[Pair], right: int, of: int) -> str:
    silent = sum(p.predicted is None for p in pairs)
    unclear = sum(p.better is None for p in pairs)
    said = f"Of {len(pairs)} pairs of variants, {silent} carry no prediction"
    said += f" and {unclear} came out too close to tell."
    if not of:
        return f"{said} That leaves nothing to score."
    said += f" Of the other {of}, the better one was foreseen in {right}; a coin gets {of / 2:g}."
    low, high = wilson(right, of)
    if low <= 0.5 <= high:
        said += " So few pairs can't tell the test from a coin."
    return said


def _names(header: Sequence[str], file: str) -> dict[str, str]:
    low = {name.strip().casefold().replace(" ", "_"): name for name in header}
    found = {
        wanted: low[name]
        for wanted, names in _COLUMNS.items()
        if (name := next((n for n in names if n in low), None))
    }
    missing = [words for wanted, words in _IN_WORDS.items() if wanted not in found]
    if missing:
        raise UsageError(
            f"{file} has no column for {', nor for '.join(missing)}",
            "A row a variant; columns: test, variant, text, shown, conversions.",
        )
    return found


def _result(row: Mapping[str, str | None], names: Mapping[str, str], where: str) -> Result:
    text = " ".join((row.get(names["text"]) or "").split())
    try:
        shown, taken = (_count(row.get(names[name]) or "") for name in ("shown", "taken"))
    except ValueError as error:
        raise UsageError(f"{where}: {error}", "Write counts of people, not shares.") from error
    if not text or not 0 <= taken <= shown or not shown:
        raise UsageError(
            f"{where}: needs a text, and no more outcomes than people", "Correct the row."
        )
    test = (row.get(names["test"]) or "").strip() if "test" in names else ""
    variant = (row.get(names["variant"]) or "").strip() if "variant" in names else ""
    return Result(test, variant or text[:40], text, shown, taken)


def _count(text: str) -> int:
    found = _WHOLE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no count")
    return int(re.sub(r"\D", "", found.group(1)))
