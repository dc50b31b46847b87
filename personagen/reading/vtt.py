"""WebVTT: Zoom, Teams, Whisper, YouTube; and .sbv, which is WebVTT's older cousin."""

from __future__ import annotations

import re

import webvtt

from personagen.reading.captions import NO_SPEAKERS, Caption, to_cues
from personagen.reading.clock import seconds
from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.limits import check_cues
from personagen.reading.turns import merge

_LOOSE = r"(?:\d{1,3}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?"
_TIMING = re.compile(rf"^[ \t]*(-?)({_LOOSE})[ \t]*-->[ \t]*(-?)({_LOOSE})", re.M)
_SBV = re.compile(r"\s*\d{1,2}:\d\d:\d\d\.\d{3},\d{1,2}:\d\d:\d\d\.\d{3}\s*\n")


def _sniff(file: RawFile) -> bool:
    if not file.is_text:
        return False
    head = file.text.lstrip()[:200]
    if head.startswith("WEBVTT") or _SBV.match(head):
        return True
    return bool(re.match(r"(?:\d{1,2}:)?\d{1,2}:\d{1,2}\.\d{1,3}\s*-->", head))


def _parse(file: RawFile) -> Parsed:
    check_cues(file, file.text)
    text = _TIMING.sub(_canonical, _as_vtt(file.text))
    captions = _captions(file, text)
    warnings = list(file.decoded.warnings)
    timings = len(re.findall(r"-->", text))
    if timings > len(captions):
        warnings.append(f"{timings - len(captions)} damaged cue(s) left out (times not readable)")
    if not captions:
        raise file.refuse("no cue can be read", "Export the captions again as .vtt or .srt.")
    return from_captions(file, captions, "vtt", warnings)


def _canonical(timing: re.Match[str]) -> str:
    """Write `0:3:60.0` as `00:04:00.000`, and a time before the recording as its beginning.

    webvtt-py leaves cues with such times out.
    """
    stamps = []
    for sign, stamp in ((timing[1], timing[2]), (timing[3], timing[4])):
        whole = 0 if sign else round(seconds(stamp) * 1000)
        minutes, rest = divmod(whole, 60_000)
        stamps.append(
            f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
        )
    return f"{stamps[0]} --> {stamps[1]}"


def _as_vtt(text: str) -> str:
    """Give the header to captions that lack one, and turn .sbv times into WebVTT's."""
    if text.lstrip().startswith("WEBVTT"):
        return text
    text = re.sub(
        r"^(\d{1,2}:\d\d:\d\d\.\d{3}),(\d{1,2}:\d\d:\d\d\.\d{3})\s*$",
        r"\1 --> \2",
        text,
        flags=re.M,
    )
    return "WEBVTT\n\n" + text


def _captions(file: RawFile, text: str) -> list[Caption]:
    """Read with webvtt-py, then find each cue's words again to know their places."""
    try:
        cues = webvtt.from_string(text.lstrip())
    except webvtt.errors.MalformedFileError as error:
        raise file.refuse("it is no WebVTT", "Export the captions again as .vtt.") from error
    found, at = [], 0
    for number, cue in enumerate(cues.captions):
        raw = "\n".join(cue.lines)
        start = file.text.find(raw, at) if raw else -1
        if start >= 0:
            at = start + len(raw)
        found.append(
            Caption(raw, f"c{number + 1}", max(start, 0), seconds(cue.start), seconds(cue.end))
        )
    return found


def from_captions(
    file: RawFile, captions: list[Caption], reader: str, warnings: list[str]
) -> Parsed:
    """Return the turns of captions; those without names stand under one unknown speaker."""
    cues, notes = to_cues(captions)
    utterances = merge(cues)
    if not utterances:
        raise file.refuse("its cues hold no words", "Export the captions again.")
    named = any(utterance.speaker for utterance in utterances)
    told = warnings + notes + ([] if named else [NO_SPEAKERS])
    return Parsed(reader, "interview", utterances, len(captions), told, speech=named)


FORMAT = Format("vtt", _sniff, _parse)
