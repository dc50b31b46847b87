"""The chat that Zoom saves beside a recording: what each wrote, without reactions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from personagen.reading.base import ReadUtterance
from personagen.reading.clock import seconds
from personagen.reading.files import Format, Parsed, RawFile

_TIME = r"(?:\d{4}-\d\d-\d\d )?(?P<t>\d{1,2}:\d\d:\d\d)"
_TABBED = re.compile(rf"^{_TIME}\t(?P<who>[^\t\n]{{1,200}}?):\t(?P<words>.*)$", re.M)
_LOCAL = re.compile(
    rf"^{_TIME}[ \t]+From[ \t]+(?P<who>[^\n]{{1,120}}?)[ \t]+to[ \t]+(?P<to>[^\n:]{{1,120}}?)"
    rf"[ \t]*:[ \t]*(?P<words>.*)$",
    re.M | re.I,
)
_OLDEST = re.compile(
    rf"^{_TIME}[ \t]+From[ \t]+(?P<who>[^\n:]{{1,120}}?)[ \t]*:[ \t]*(?P<words>.*)$", re.M | re.I
)
_REACTION = re.compile(r"^(?:Reacted to |Removed a .{1,20} reaction from )", re.S)
_REPLY = re.compile(r'^Replying to (?:"[^\n]*"|[^\n]*\.\.\."?)[ \t]*\n+', re.S)
_PRIVATE = re.compile(r"direct message|privately|^(?!everyone\b|all\b)", re.I)


class _Post(NamedTuple):
    who: str
    to: str
    words: str
    start: int
    end: int
    t: float


def _sniff(file: RawFile) -> bool:
    return file.is_text and bool(_pattern(file.text))


def _pattern(text: str) -> re.Pattern[str] | None:
    head = text.lstrip()[:2000].split("\n", 1)[0]
    return next((pattern for pattern in (_TABBED, _LOCAL, _OLDEST) if pattern.match(head)), None)


def _parse(file: RawFile) -> Parsed:
    dropped: Counter[str] = Counter()
    said = [
        ReadUtterance(
            speaker=post.who,
            role="unknown",
            text=words,
            start=post.start,
            end=post.end,
            t_start=post.t,
            place=f"m{number}",
        )
        for number, post in enumerate(_posts(file.text), 1)
        if (words := _kept(post, dropped))
    ]
    if not said:
        raise file.refuse("the chat holds no words", "Export it again.")
    told = [f"left out: {', '.join(f'{n} × {what}' for what, n in dropped.items())}"]
    warnings = list(file.decoded.warnings) + (told if dropped else [])
    return Parsed("zoom-chat", "interview", said, len(said) + dropped.total(), warnings)


def _posts(text: str) -> Iterator[_Post]:
    """A post goes on, over line breaks of its own, until the next stamp."""
    pattern = _pattern(text)
    assert pattern is not None  # `_sniff` found it
    heads = list(pattern.finditer(text))
    for number, head in enumerate(heads):
        end = heads[number + 1].start() if number + 1 < len(heads) else len(text)
        words = text[head.start("words") : end].rstrip()
        to = head.groupdict().get("to") or "everyone"
        start = head.start("words")
        yield _Post(head["who"].strip(), to, words, start, start + len(words), seconds(head["t"]))


def _kept(post: _Post, dropped: Counter[str]) -> str:
    if _PRIVATE.search(post.to.strip()):
        dropped["private message"] += 1
        return ""
    if _REACTION.match(post.words):
        dropped["reaction"] += 1
        return ""
    words = " ".join(_REPLY.sub("", post.words).split())
    if not words:
        dropped["post without words"] += 1
    return words


FORMAT = Format("zoom-chat", _sniff, _parse)
