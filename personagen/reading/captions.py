"""What WebVTT and SRT have in common: who speaks in a cue, and captions that roll."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from personagen.reading.labels import Candidate, accepted, could_be_label, looks_like_name
from personagen.reading.turns import Cue

NO_SPEAKERS = (
    "no speaker names in the captions: all of it stands under one unknown speaker and is not "
    'coded; if one participant speaks, pass --speaker "unknown=P01"'
)
_CREDIT = re.compile(
    r"\b(transcribed|subtitles|subtitled|captions?|captioned)( \w+)? by\b.{0,60}"
    r"(otter\.ai|amara\.org|https?://)",
    re.I,
)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^<>\n]*)>")
_TAG = re.compile(r"</?[A-Za-z0-9:.][^<>]*>")
_LABEL = re.compile(r"^\s*(?:-\s*)?([^:\n]{1,60}):\s+(?=\S)")
_NOISE = re.compile(r"^\s*[\[(](music|applause|laughter|musik|musique|música)[\])]\s*$", re.I)
_LOOP = 4
"""The same words in so many cues on end are a fault of speech-to-text, not speech."""


class Caption(NamedTuple):
    """A cue as it stands in the file."""

    raw: str
    place: str
    start: int
    t_start: float
    t_end: float


def to_cues(captions: Sequence[Caption]) -> tuple[list[Cue], list[str]]:
    """Return cues with their speakers, in the order spoken, and what was left out."""
    warnings = []
    ordered = sorted(captions, key=lambda caption: caption.t_start)
    if [c.place for c in ordered] != [c.place for c in captions]:
        warnings.append("cues were out of order; sorted by time")
    lines, dropped = _unrolled(ordered)
    if dropped:
        warnings.append(f"{dropped} repeated line(s) of rolling captions left out")
    if any(_metadata(caption.raw) for caption in captions[:3]):
        cues = [cue for caption, text in lines if (cue := _from_metadata(caption, text))]
    elif any(_VOICE.search(caption.raw) for caption in captions):
        cues = [cue for caption, text in lines for cue in _voices(caption, text)]
    else:
        cues = _named(lines)
    spoken = [cue for cue in cues if cue.text and not _NOISE.match(cue.text)]
    if len(spoken) < len(cues):
        warnings.append(f"{len(cues) - len(spoken)} cue(s) without words left out")
    heard, doubts = without_faults(spoken)
    return heard, warnings + doubts


def without_faults(cues: Sequence[Cue]) -> tuple[list[Cue], list[str]]:
    """Return cues without what speech-to-text makes up in silence, and what that was.

    A transcription credit that nobody spoke goes; of the same words many times on end a few stay.
    """
    kept: list[Cue] = []
    credit, loops, run = 0, 0, 0
    for cue in cues:
        run = run + 1 if kept and _same(kept[-1], cue) else 1
        if len(cue.text) < 80 and _CREDIT.search(cue.text):
            credit += 1
        elif run >= _LOOP:
            loops += 1
        else:
            kept.append(cue)
    told = [f"{credit} transcription credit(s) left out"] if credit else []
    if loops:
        told.append(f"{loops} cue(s) that only repeat the one before left out; check the recording")
    return kept, told


def _same(one: Cue, other: Cue) -> bool:
    """Short answers do recur: a loop has words enough to be one."""
    return one.text == other.text and one.speaker == other.speaker and len(one.text.split()) >= 3


def _metadata(raw: str) -> dict[str, object] | None:
    """Return the object that Teams' API gives as a cue's body, where it is one."""
    if not raw.lstrip().startswith("{") or "spokenText" not in raw:
        return None
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _from_metadata(caption: Caption, raw: str) -> Cue | None:
    body = _metadata(raw)
    if body is None:
        return None
    who = " ".join(str(body.get("speakerName") or "").split())
    words = " ".join(str(body.get("spokenText") or "").split())
    return _cue(caption, who, raw)._replace(text=words)


def _words(raw: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", raw)).split())


def _unrolled(captions: Sequence[Caption]) -> tuple[list[tuple[Caption, str]], int]:
    """Show each line of rolling captions once; compare across the border of two cues only."""
    lines = [[line for line in caption.raw.split("\n") if _words(line)] for caption in captions]
    repeats = sum(
        bool(now and before and _words(now[0]) == _words(before[-1]))
        for before, now in pairwise(lines)
    )
    # Where no cue brings a fresh line under a repeated one, somebody said the same thing twice.
    rolls = any(
        len(now) > 1 and before and _words(now[0]) == _words(before[-1])
        for before, now in pairwise(lines)
    )
    if not rolls or repeats < 2 or repeats < 0.4 * (len(lines) - 1):
        return [(caption, caption.raw) for caption in captions], 0
    kept: list[tuple[Caption, str]] = []
    last, dropped = "", 0
    for caption, now in zip(captions, lines, strict=True):
        fresh = now
        while fresh and last and _words(fresh[0]) == last:
            fresh, dropped = fresh[1:], dropped + 1
        if now:
            last = _words(now[-1])
        if fresh:
            kept.append((caption, "\n".join(fresh)))
    return kept, dropped


def _cue(caption: Caption, speaker: str, raw: str, part: int = 0) -> Cue:
    start = caption.start + max(0, caption.raw.find(raw.strip("\n")))
    return Cue(
        speaker=speaker,
        text=_words(raw),
        place=caption.place if not part else f"{caption.place}.{part + 1}",
        start=start,
        end=start + len(raw.strip("\n")),
        t_start=caption.t_start,
        t_end=caption.t_end,
    )


def _voices(caption: Caption, raw: str) -> list[Cue]:
    """Two people may speak in one cue, and the closing tag may be missing."""
    pieces = _VOICE.split(raw)
    cues = [_cue(caption, "", pieces[0])] if _words(pieces[0]) else []
    for part, (name, words) in enumerate(zip(pieces[1::2], pieces[2::2], strict=True), len(cues)):
        cues.append(_cue(caption, " ".join(html.unescape(name).split()), words, part))
    return cues


def _named(lines: Sequence[tuple[Caption, str]]) -> list[Cue]:
    """`Name: text` in a cue; a cue without a name goes on with the name before it."""
    matches = [_LABEL.match(_TAG.sub("", raw)) for _, raw in lines]
    candidates = [
        Candidate(match[1].strip(), True, False)
        for match in matches
        if match and could_be_label(match[1].strip())
    ]
    speakers = accepted(candidates, len(lines))
    named = sum(candidate.label in speakers for candidate in candidates)
    if named < 0.15 * len(lines):
        return _headed(lines)
    cues, speaker = [], ""
    for (caption, raw), match in zip(lines, matches, strict=True):
        words = raw
        if match and match[1].strip() in speakers:
            speaker = match[1].strip()
            words = raw[raw.find(":", raw.find(match[1])) + 1 :]
        cues.append(_cue(caption, speaker, words))
    return cues


_LEAST_HEADED = 0.5
"""Share of cues that a name on a line of its own opens."""


def _headed(lines: Sequence[tuple[Caption, str]]) -> list[Cue]:
    """A name on the first line of a cue, the words under it; without such names nobody's."""
    heads = [_words(raw.split("\n", 1)[0]) if "\n" in raw.strip() else "" for _, raw in lines]
    names = Counter(head for head in heads if could_be_label(head) and looks_like_name(head))
    speakers = {name for name, n in names.items() if n >= 2}
    if sum(names[name] for name in speakers) < max(2, _LEAST_HEADED * len(lines)):
        speakers = set()
    cues, speaker = [], ""
    for (caption, raw), head in zip(lines, heads, strict=True):
        told = head in speakers
        speaker = head if told else speaker
        cues.append(_cue(caption, speaker, raw.strip().split("\n", 1)[1] if told else raw))
    return cues
