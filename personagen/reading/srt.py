"""SubRip captions: Otter, Descript, Rev, YouTube, Whisper."""

from __future__ import annotations

import re

import srt

from personagen.reading.captions import Caption
from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.limits import check_cues
from personagen.reading.quiet import quiet
from personagen.reading.vtt import from_captions

_HEAD = re.compile(
    r"\s*(?:\d+\s*\n\s*)?\d{1,2}:\d{1,2}:\d{1,2}[,.]\d{1,3}\s*-->\s*\d{1,2}:\d{1,2}:\d{1,2}[,.]\d"
)


def _sniff(file: RawFile) -> bool:
    return file.is_text and bool(_HEAD.match(file.text[:400]))


def _parse(file: RawFile) -> Parsed:
    check_cues(file, file.text)
    # srt's pattern goes back over long runs of white space: give it at most two blank lines.
    text = re.sub(r"[ \t]+\n", "\n", file.text)
    text = re.sub(r"\n{4,}", "\n\n\n", text.strip()) + "\n"
    with quiet("srt"):
        subtitles = list(srt.parse(text, ignore_errors=True))
    captions, at = [], 0
    for number, subtitle in enumerate(subtitles):
        lines = [line for line in subtitle.content.split("\n") if line.strip()]
        if not lines:
            continue
        start = file.text.find(lines[0], at)
        if start >= 0:
            at = start + len(lines[0])
        captions.append(
            Caption(
                "\n".join(lines),
                f"c{number + 1}",
                max(start, 0),
                subtitle.start.total_seconds(),
                subtitle.end.total_seconds(),
            )
        )
    warnings = list(file.decoded.warnings)
    lost = text.count("-->") - len(subtitles)
    if lost > 0:
        warnings.append(f"{lost} damaged cue(s) left out (times not readable)")
    if not captions:
        raise file.refuse("no cue can be read", "Export the captions again as .srt.")
    return from_captions(file, captions, "srt", warnings)


FORMAT = Format("srt", _sniff, _parse)
