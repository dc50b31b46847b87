"""Lines that may open a turn, in each of the ways people write speakers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from personagen.reading.clock import CLOCK, seconds
from personagen.reading.labels import Candidate, accepted, could_be_label, looks_like_name


class Line(NamedTuple):
    """One line of a text, without its line end."""

    text: str
    start: int
    """Its first character in the file's text."""


class Head(NamedTuple):
    """A line that may open a turn: who, when, and the words after the label."""

    label: str
    body: str
    t: float | None


_LONGEST_HEAD = 120
"""Characters of a line that holds a name and a time and nothing else; bounds the matching too."""

_OPEN, _SHUT = r"\\?[\[(]", r"\\?[\])]"
_UNTIL = rf"(?:\s*(?:-->|[-–—]|to)\s*{CLOCK})?"
_TIME = rf"(?:{_OPEN}\s*(?P<t>{CLOCK}){_UNTIL}\s*{_SHUT}|(?P<u>{CLOCK})(?:\s*-->\s*{CLOCK})?)"
_COLON = re.compile(
    rf"^\s*(?:[-*>•]\s+)?(?:{_TIME}[\s\-–|]*)?(?P<bold>\*\*|__)?(?P<label>[^:\uff1a*\n]{{1,70}}?)"
    rf"\s*(?:{_OPEN}(?P<v>{CLOCK}){_SHUT}\s*)?(?:[:\uff1a](?:\*\*|__)|(?:\*\*|__)\s*[:\uff1a]|[:\uff1a](?=\s|$)|\uff1a)"
    rf"\s*(?P<body>.*)$"
)
_TIMED = re.compile(
    rf"^\s*(?:\*\*|__)?(?P<label>[^\n]{{0,60}}?)(?:\*\*|__)?"
    rf"(?P<gap>\s{{2,}}|\t|\s*:?\s*{_OPEN}|\s*[-–|]\s*|\s)(?P<t>{CLOCK})(?:{_SHUT})?\s*:?\s*$"
)
_TIME_FIRST = re.compile(rf"^\s*{_TIME}[\s\-–|]+(?:\*\*)?(?P<label>[^\n:*]{{1,60}}?)(?:\*\*)?\s*$")
_LEADING = re.compile(rf"{_OPEN}({CLOCK}){_SHUT}(?:\s+|$)")
_BARE_TIME = re.compile(rf"^\s*{_TIME}\s*$")
_BRACKET = re.compile(rf"^\s*(?:{_TIME}\s*)?\[(?P<label>[^\]\n]{{1,30}})\]:?\s+(?P<body>\S.*)$")
_MARKED = (
    re.compile(
        rf"^\s*(?:{_TIME}\s*)?(?:\*\*|__)(?P<label>[^*_\n:\uff1a]{{1,60}})(?:\*\*|__)"
        rf"\s*(?:{_OPEN}(?P<v>{CLOCK}){_UNTIL}{_SHUT})?\s*[-–—|]?\s*(?P<body>[^\s:].*)$"
    ),
    re.compile(
        rf"^\s*(?P<label>[^*\n:]{{1,60}}?)\s*{_OPEN}(?P<v>{CLOCK}){_UNTIL}{_SHUT}\s*(?P<body>[^\s:].*)$"
    ),
    re.compile(rf"^\s*(?:{_TIME}\s*)?(?P<label>[^*\n:–—|]{{1,40}}?)\s+[-–—|]\s+(?P<body>\S.*)$"),
)
_LETTER = re.compile(r"^\s*(?:\*\*|__)?(?P<label>[QA])[.)](?:\*\*|__)?\s+(?P<body>\S.*)$")
_DIRECTION = re.compile(
    r"laugh|inaudible|crosstalk|music|pause|silence|applause|unintelligible|overlap|sic|phone|"
    r"door|noise|cough|sigh|foreign|redacted|\d:\d\d",
    re.I,
)
_ALONE = re.compile(r"^\s*(?:\*\*|__)?(?P<label>[^\W_][^\n:.?!,;*]{1,40}?)(?:\*\*|__)?\s*$")
_CHAT = re.compile(r"^From\s+(.+?)\s+to\s+.+$", re.I)


def bare_time(text: str) -> float | None:
    """Return the seconds of a line that holds a stamp and nothing else."""
    if len(text) > _LONGEST_HEAD:
        return None
    match = _BARE_TIME.match(text)
    return seconds(match["t"] or match["u"]) if match else None


def colon(lines: Sequence[Line], at: int) -> Head | None:
    """`Name: text`, `[time] Name: text`, `**Name:** text`, `Name (time): text`."""
    match = _COLON.match(lines[at].text)
    if not match:
        return None
    stamp = match["t"] or match["u"] or match["v"]
    label = _CHAT.sub(r"\1", match["label"].strip())
    if not could_be_label(label):
        return None
    body = match["body"].strip()
    after = _LEADING.match(body) if not stamp else None
    if after:
        stamp, body = after[1], body[after.end() :]
    return Head(label, body, seconds(stamp) if stamp else None)


def timed(lines: Sequence[Line], at: int) -> Head | None:
    """`Name  0:12`, `Name (00:12):`, `[00:12] Name`, alone on the line; the name may be missing."""
    time = bare_time(lines[at].text)
    if time is not None:
        return Head("", "", time)
    text = lines[at].text
    if len(text) > _LONGEST_HEAD:
        return None
    match = _TIMED.match(text) or _TIME_FIRST.match(text)
    if not match:
        return None
    groups = match.groupdict()
    label = match["label"].strip(" *:")
    if not could_be_label(label):
        return None
    return Head(label, "", seconds(groups["t"] or groups["u"]))


def bracket(lines: Sequence[Line], at: int) -> Head | None:
    """`[id1] text`."""
    match = _BRACKET.match(lines[at].text)
    if not match or _DIRECTION.search(match["label"]) or not could_be_label(match["label"]):
        return None
    stamp = match["t"] or match["u"]
    return Head(match["label"].strip(), match["body"].strip(), seconds(stamp) if stamp else None)


def lettered(lines: Sequence[Line], at: int) -> Head | None:
    """`Q. text`, `A. text`, as courts and magazines write."""
    match = _LETTER.match(lines[at].text)
    return Head(match["label"], match["body"].strip(), None) if match else None


def marked(lines: Sequence[Line], at: int) -> Head | None:
    """`**Name** [time] text`, `Name [time] text`, `Name – text`: no colon, but a mark."""
    for pattern in _MARKED:
        match = pattern.match(lines[at].text)
        if match and could_be_label(match["label"].strip()):
            groups = match.groupdict()
            stamp = groups.get("t") or groups.get("u") or groups.get("v")
            label, body = match["label"].strip(), match["body"].strip()
            return Head(label, body, seconds(stamp) if stamp else None)
    return None


def alone(lines: Sequence[Line], at: int) -> Head | None:
    """A name alone on its line, with the words under it."""
    text = lines[at].text
    match = _ALONE.match(text) if len(text) <= _LONGEST_HEAD else None
    above = lines[at - 1].text if at else ""
    if not match or (above.strip() and bare_time(above) is None):
        return None
    # In documents a blank line parts all paragraphs, a name from its words too.
    below = next((line.text.strip() for line in lines[at + 1 : at + 3] if line.text.strip()), "")
    label = match["label"].strip()
    if not below or not could_be_label(label) or not looks_like_name(label):
        return None
    return Head(label, "", None)


_FAMILIES: tuple[Callable[[Sequence[Line], int], Head | None], ...] = (
    colon,
    timed,
    bracket,
    lettered,
    marked,
    alone,
)


def find_heads(lines: Sequence[Line]) -> dict[int, Head]:
    """Return line number → head, in the one way of writing speakers that fits the text best."""
    units = _paragraphs(lines)
    best: dict[int, Head] = {}
    for family in _FAMILIES:
        heads = _of_family(lines, units, family)
        if len(heads) > 1.2 * len(best):
            best = heads
    return best


def _of_family(
    lines: Sequence[Line], units: int, family: Callable[[Sequence[Line], int], Head | None]
) -> dict[int, Head]:
    found = {at: head for at in range(len(lines)) if (head := family(lines, at))}
    named = {at: head for at, head in found.items() if head.label}
    candidates = [
        Candidate(head.label, at == 0 or not lines[at - 1].text.strip(), len(head.body) <= 60)
        for at, head in named.items()
    ]
    labels = accepted(candidates, units)
    if family in (bracket, lettered, marked, alone) and not _fills(labels, candidates, units):
        return {}
    spoken = {at: head for at, head in named.items() if head.label in labels}
    if family is timed and spoken:
        spoken |= {at: head for at, head in found.items() if not head.label}
    return dict(sorted(spoken.items()))


def _fills(labels: set[str], candidates: Sequence[Candidate], units: int) -> bool:
    """Bracketed words and short lines are speakers only where they head much of the text."""
    spoken = sum(candidate.label in labels for candidate in candidates)
    return len(labels) >= 2 and spoken >= 0.3 * units


def _paragraphs(lines: Sequence[Line]) -> int:
    return sum(
        bool(line.text.strip()) and (at == 0 or not lines[at - 1].text.strip())
        for at, line in enumerate(lines)
    )
