"""A chat exported from WhatsApp: `[03.05.26, 10:02:11] Ana: …` or `5/3/26, 10:02 AM - Ana: …`."""

from __future__ import annotations

import re
from collections import Counter

from personagen.reading.base import ReadUtterance
from personagen.reading.clock import iso_day
from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.limits import check_transcript

_DAY = r"(?P<day>\d{1,4}[./-]\d{1,2}[./-]\d{1,4})"
_TIME = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:[ \u202f\u00a0]?[APap]\.?[Mm]\.?)?"
_HEAD = re.compile(
    rf"^\u200e?(?:\[{_DAY},?[ ]{_TIME}\]|{_DAY.replace('day', 'day2')},?[ ]{_TIME}[ ]-)[ ]"
    r"(?P<rest>[^\n]*)$",
    re.M,
)
_SAID = re.compile(r"(?P<who>[^:\n]{1,80}?):(?:[ ]|$)")
_NO_WORDS = re.compile(
    r"^\u200e?(?:<(?:Media|Medien)[^>\n]*>|<attached:[^>\n]*>|"
    r"\S+ \((?:file attached|Datei angehängt)\)|"
    r"(?:image|video|audio|sticker|GIF|document|Contact card) omitted|"
    r"(?:This message was|You) deleted(?: this message)?\.?|null)$",
    re.I,
)


def _sniff(file: RawFile) -> bool:
    if not file.is_text:
        return False
    lines = [line for line in file.text[:8000].split("\n") if line.strip()][:40]
    heads = [head for line in lines if (head := _HEAD.match(line))]
    return (
        len(heads) >= max(2, len(lines) // 3) and bool(lines) and _HEAD.match(lines[0]) is not None
    )


def _parse(file: RawFile) -> Parsed:
    check_transcript(file, file.text)
    dropped: Counter[str] = Counter()
    heads = list(_HEAD.finditer(file.text))
    said = []
    for number, head in enumerate(heads, 1):
        end = heads[number].start() if number < len(heads) else len(file.text)
        post = _post(file.text, head, end, number, dropped)
        if post:
            said.append(post)
    if not said:
        raise file.refuse("the chat holds no words", "Export it again.")
    told = [f"left out: {', '.join(f'{n} × {what}' for what, n in dropped.items())}"]
    warnings = list(file.decoded.warnings) + (told if dropped else [])
    return Parsed("whatsapp", "interview", said, len(heads), warnings)


def _post(
    text: str, head: re.Match[str], end: int, number: int, dropped: Counter[str]
) -> ReadUtterance | None:
    """Return what one person wrote; a post goes on until the next stamp."""
    by = _SAID.match(head["rest"])
    if not by:
        dropped["line of the program"] += 1
        return None
    start = head.start("rest") + by.end()
    words = " ".join(text[start:end].replace("\u200e", "").split())
    if not words or _NO_WORDS.match(words):
        dropped["post without words"] += 1
        return None
    return ReadUtterance(
        speaker=by["who"].strip(" \u200e~\u202f"),
        role="unknown",
        text=words,
        start=start,
        end=start + len(text[start:end].rstrip()),
        place=f"m{number}",
        date=iso_day(head["day"] or head["day2"], day_first="." in (head["day"] or head["day2"])),
    )


FORMAT = Format("whatsapp", _sniff, _parse)
