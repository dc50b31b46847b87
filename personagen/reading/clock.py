"""Times of day and days of the year, as the many programs write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

CLOCK = r"(?:\d{1,3}:\d{1,2}:\d{1,2}[.,]\d{1,7}|(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)"
"""A stamp such as `0:09`, `1:02:05`, `00:00:01.120` or `0:0:5.32`."""

_DAY_FORMATS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%m/%d/%y",
    "%d-%m-%Y",
    "%d/%b/%y",
    "%d/%b/%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%Y%m%d",
)
_DAY_WORDS = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}/\d{1,2}/\d{2}\b"
    r"|\d{1,2}/[A-Za-z]{3}/\d{2,4}|\d{1,2} [A-Za-z]{3,9} \d{4}|[A-Za-z]{3,9} \d{1,2}, \d{4}"
    r"|(?:19|20)\d{6}\b"
)


def seconds(stamp: str) -> float:
    """Return a stamp matched by `CLOCK` as seconds."""
    total = 0.0
    for part in stamp.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def iso_day(value: str, day_first: bool = False) -> str | None:
    """Return the ISO 8601 day that `value` begins with, or None.

    Args:
        value: A date, with or without a time; or seconds or milliseconds since 1970.
        day_first: Read `3/4/2026` as the third of April.
    """
    value = value.strip()
    if re.fullmatch(r"1\d{9}(?:\d{3})?", value):
        return datetime.fromtimestamp(int(value[:10]), UTC).date().isoformat()
    match = _DAY_WORDS.match(value)
    if not match:
        return None
    formats = sorted(_DAY_FORMATS, key=lambda form: day_first and form.startswith("%m/%d"))
    for form in formats:
        try:
            return datetime.strptime(match.group(), form).date().isoformat()
        except ValueError:
            continue
    return None


def is_day_first(values: list[str]) -> bool:
    """Return whether slashed dates in a column put the day before the month."""
    parts = [match for value in values if (match := re.match(r"(\d{1,2})/(\d{1,2})/\d{2}", value))]
    return any(int(match[1]) > 12 for match in parts) and all(
        int(match[2]) <= 12 for match in parts
    )
