"""SubRip captions: Otter, Descript, Rev, YouTube, Whisper.

Read line by line: the pattern of the usual library goes back over a damaged file for minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from personagen.reading.captions import Caption
from personagen.reading.clock import seconds
from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.limits import check_cues
from personagen.reading.vtt import from_captions

_HEAD = re.compile(
    r"\s*(?:\d+\s*\n\s*)?\d{1,2}:\d{1,2}:\d{1,2}[,.]\d{1,3}\s*-->\s*\d{1,2}:\d{1,2}:\d{1,2}[,.]\d"
)
_STAMP = r"(\d{1,3}:\d{1,2}:\d{1,2}(?:[,.]\d{1,3})?)"
_TIMING = re.compile(rf"[ \t]*{_STAMP}[ \t]*-->[ \t]*{_STAMP}(?:[ \t]|$)")
_NUMBER = re.compile(r"[ \t]*-?\d{1,9}[ \t]*")


class _Line(NamedTuple):
    start: int
    """Of the line in the file's text."""
    text: str


def _sniff(file: RawFile) -> bool:
    return file.is_text and bool(_HEAD.match(file.text[:400]))


def _parse(file: RawFile) -> Parsed:
    check_cues(file, file.text)
    captions, lost = _captions(_lines(file.text))
    warnings = list(file.decoded.warnings)
    if lost:
        warnings.append(f"{lost} damaged cue(s) left out (times not readable)")
    if not captions:
        raise file.refuse("no cue can be read", "Export the captions again as .srt.")
    return from_captions(file, captions, "srt", warnings)


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        yield _Line(start, line)
        start += len(line) + 1


def _captions(lines: Iterator[_Line]) -> tuple[list[Caption], int]:
    """Return the cues that have words, and how many have times that can't be read.

    The words under a damaged time line belong to no known time: they are left out with it.
    """
    captions: list[Caption] = []
    lost = number = 0
    timing: re.Match[str] | None = None
    said: list[_Line] = []
    for line in lines:
        if "-->" not in line.text:
            said.append(line)
            continue
        captions += _cue(timing, _without_number(said), number)
        timing, said = _TIMING.match(line.text), []
        number += timing is not None
        lost += timing is None
    return captions + _cue(timing, said, number), lost


def _without_number(said: list[_Line]) -> list[_Line]:
    """Return the lines of a cue without the number of the next one, which stands last."""
    if said and _NUMBER.fullmatch(said[-1].text):
        return said[:-1]
    return said


def _cue(timing: re.Match[str] | None, said: list[_Line], number: int) -> list[Caption]:
    kept = [line for line in said if line.text.strip()]
    if timing is None or not kept:
        return []
    words = "\n".join(line.text.rstrip() for line in kept)
    return [Caption(words, f"c{number}", kept[0].start, seconds(timing[1]), seconds(timing[2]))]


FORMAT = Format("srt", _sniff, _parse)
