"""Text to turns: what plain text, Markdown, Word and PDF have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from personagen.reading.asked import questions_in_bold
from personagen.reading.base import ReadUtterance
from personagen.reading.captions import NO_SPEAKERS as NO_NAMES
from personagen.reading.clock import CLOCK, seconds
from personagen.reading.heads import Head, Line, bare_time, find_heads
from personagen.reading.metadata import read_header
from personagen.reading.turns import LONGEST_TURN


class Turns(NamedTuple):
    """The turns of a text, and what was left out of them."""

    utterances: list[ReadUtterance]
    labelled: bool
    interviewers: tuple[str, ...]
    warnings: list[str]
    answers: bool = False
    """Whether it is a list of answers set apart by rules, each by another person."""
    timed: bool = False
    """Whether it has times and no names: several may speak in it, so nobody is quoted."""


_FURNITURE = (
    (re.compile(r"transcribed by https?://otter\.ai", re.I), "transcription credit"),
    (re.compile(r"^(meeting|transcription) ended after\b", re.I), "end-of-meeting line"),
    (re.compile(r"^\S.{0,80} (started|stopped) transcription$", re.I), "recorder line"),
    (re.compile(r"editable transcript was computer[- ]generated", re.I), "disclaimer"),
    (re.compile(r"^\W*end of (the )?(transcript|interview|recording)\W*$", re.I), "end line"),
    (re.compile(r"^#{1,6}\s"), "heading"),
    (re.compile(r"^\s*([-*_=–—]\s*){3,}$"), "rule"),
    (re.compile(r"^(Reacted to|Removed a .{1,12} reaction from) .* with ", re.S), "reaction"),
)
_STOPS = re.compile(r"^(break|ad break|music|intro|outro|sponsor)\b", re.I)
_BREAK = re.compile(r"^\s*(?:\*\*|__)?([A-Za-z ]{3,12}):(?:\*\*|__)?\s*(\\?\[[\d:.]+\\?\])?\s*$")
_STAMP = re.compile(rf" ?\\?\[ ?({CLOCK}) ?\\?\] ?")
_RULE = re.compile(r"^\s*([-=*_]\s*){3,}$")


def to_lines(text: str) -> list[Line]:
    """Return the lines of `text` with their places."""
    lines, at = [], 0
    for line in text.split("\n"):
        words = line.strip()
        lines.append(Line(words, at + (line.find(words[0]) if words else 0)))
        at += len(line) + 1
    return lines


_NUMBERED = re.compile(r"(\d{1,5})[ \t]+(?=\S)")
_MOST_NUMBERED = 0.8
"""Share of a text's lines that begin with the number after the last one's."""


def _without_numbers(lines: list[Line]) -> list[Line]:
    """Return the lines of a text without their numbers, where it is numbered line by line."""
    numbers = [_NUMBERED.match(line.text) for line in lines if line.text.strip()]
    found = [int(number[1]) for number in numbers if number]
    steps = sum(after - before == 1 for before, after in pairwise(found))
    if len(found) < 4 or steps + 1 < _MOST_NUMBERED * len(numbers):
        return lines
    return [
        Line(line.text[number.end() :], line.start + number.end())
        if (number := _NUMBERED.match(line.text))
        else line
        for line in lines
    ]


def read_turns(text: str) -> Turns:
    """Return the turns of a text; where it has no speakers, its paragraphs.

    Args:
        text: Decoded text with LF line ends.
    """
    lines = _without_numbers(to_lines(text))
    first, last, notes = _speech_span(lines)
    body = lines[first:last]
    header = read_header(body)
    heads = {at: head for at, head in find_heads(body).items() if at >= header.lines}
    if not heads:
        if stamped := _stamped(body):
            return stamped
        asked, heads = questions_in_bold(body)
        if not heads:
            return _without_speakers(body)
        body = asked
    dropped: Counter[str] = Counter()
    utterances = _assemble(body, heads, dropped)
    opening = min(heads)
    left_out = sum(
        bool(line.text.strip()) and bare_time(line.text) is None for line in body[:opening]
    )
    warnings = notes + _said(dropped)
    if left_out:
        warnings.append(f"{left_out} line(s) before the first speaker left out (header)")
    return Turns(utterances, True, header.interviewers(body[:opening]), warnings)


def _speech_span(lines: Sequence[Line]) -> tuple[int, int, list[str]]:
    """A bare 00:00:00 opens the speech of notes made by a machine; a closing line ends it."""
    first, last, notes = 0, len(lines), []
    for at, line in enumerate(lines):
        if bare_time(line.text) == 0 and re.match(r"\s*\W*00:00:00\W*$", line.text):
            first = at
            break
    for at in range(first, len(lines)):
        if re.match(r"(meeting|transcription) ended after\b", lines[at].text, re.I):
            last = at
            break
    skipped = sum(bool(line.text.strip()) for line in (*lines[:first], *lines[last:]))
    if skipped:
        notes.append(f"{skipped} line(s) before or after the transcript left out (notes, footer)")
    return first, last, notes


class _Open:
    """The turn being collected."""

    def __init__(self, head: Head, place: str) -> None:
        self.head, self.place, self.t = head, place, head.t
        self.pieces: list[tuple[int, int, str, bool]] = []

    def add(self, line: Line, words: str, opens: bool) -> None:
        """Take a line; a stamp within it goes, and times the turn where nothing else does."""
        stamp = _STAMP.search(words)
        if stamp:
            if self.t is None and not self.pieces:
                self.t = seconds(stamp[1])
            words = _STAMP.sub(" ", words).strip()
        if words:
            at = line.text.find(words[:12])
            start = line.start + max(at, 0)
            self.pieces.append((start, line.start + len(line.text), words, opens))


def _assemble(
    lines: Sequence[Line], heads: dict[int, Head], dropped: Counter[str]
) -> list[ReadUtterance]:
    turns: list[_Open] = []
    clock = _clock_above(lines, min(heads))
    for at in range(min(heads), len(lines)):
        line, head = lines[at], heads.get(at)
        if head:
            turns.append(
                _Open(
                    head._replace(t=head.t if head.t is not None else clock), f"t{len(turns) + 1}"
                )
            )
            clock = None
            if head.body and not _furniture(head.body, dropped):
                turns[-1].add(line, head.body, True)
            continue
        time = bare_time(line.text)
        if time is not None:
            clock = time
        elif _is_break(line.text):
            dropped["break"] += 1
            turns.append(_Open(Head("", "", None), f"t{len(turns) + 1}"))
        elif line.text.strip() and not _furniture(line.text.strip(), dropped):
            turns[-1].add(line, line.text.strip(), not lines[at - 1].text.strip())
    empty = sum(not turn.pieces for turn in turns if turn.head.label)
    if empty:
        dropped["turn without words"] += empty
    return [utterance for turn in turns for utterance in _utterances(turn)]


def _clock_above(lines: Sequence[Line], at: int) -> float | None:
    """Return the stamp in the last line above one, which times the turn that begins there."""
    above = next((line.text for line in reversed(lines[:at]) if line.text.strip()), "")
    return bare_time(above)


def _is_break(text: str) -> bool:
    match = _BREAK.match(text)
    return bool(match and _STOPS.match(match[1]))


def _furniture(text: str, dropped: Counter[str]) -> bool:
    for pattern, what in _FURNITURE:
        if pattern.search(text):
            dropped[what] += 1
            return True
    return False


def _utterances(turn: _Open) -> list[ReadUtterance]:
    """Cut a long turn at paragraph borders; join wrapped lines with a space."""
    parts: list[list[tuple[int, int, str, bool]]] = []
    size = 0
    for piece in turn.pieces:
        if not parts or (size > LONGEST_TURN and piece[3]):
            parts.append([])
            size = 0
        parts[-1].append(piece)
        size += len(piece[2])
    return [
        ReadUtterance(
            speaker=turn.head.label,
            role="unknown",
            text=_joined(part),
            start=part[0][0],
            end=part[-1][1],
            t_start=turn.t,
            place=turn.place if n == 0 else f"{turn.place}.{n + 1}",
        )
        for n, part in enumerate(parts)
    ]


def _joined(pieces: Iterable[tuple[int, int, str, bool]]) -> str:
    text = ""
    for _, _, words, opens in pieces:
        text += ("\n" if opens else " ") + words
    return text.strip()


def _said(dropped: Counter[str]) -> list[str]:
    if not dropped:
        return []
    counts = ", ".join(f"{n} × {what}" for what, n in dropped.items())
    return [f"left out: {counts}"]


_LEAST_STAMPED = 3
"""Stamps on lines of their own that make a text without names a timed one."""


def _stamped(lines: Sequence[Line]) -> Turns | None:
    """Return the turns of a transcript that has times and no names; None where it is none."""
    stamps = {
        at: time for at, line in enumerate(lines) if (time := bare_time(line.text)) is not None
    }
    filled = sum(bool(line.text.strip()) for line in lines)
    rising = sum(b >= a for a, b in pairwise(stamps.values()))
    if len(stamps) < _LEAST_STAMPED or 4 * len(stamps) < filled or rising + 1 < 0.9 * len(stamps):
        return None
    dropped: Counter[str] = Counter()
    heads = {at: Head("", "", time) for at, time in stamps.items()}
    said = _assemble(lines, heads, dropped)
    return Turns(said, False, (), [*_said(dropped), NO_NAMES], timed=True) if said else None


def _without_speakers(lines: Sequence[Line]) -> Turns:
    """One participant's notes, or a list of answers set apart by rules."""
    dropped: Counter[str] = Counter()
    rules = sum(bool(_RULE.match(line.text)) for line in lines)
    answers = rules >= 2
    turns: list[_Open] = []
    opens, answer = True, 1
    for line in lines:
        words = line.text.strip()
        if answers and _RULE.match(line.text):
            answer, opens = answer + 1, True
        elif not words:
            opens = True
        elif not _furniture(words, dropped):
            fresh = not turns or opens or sum(len(p[2]) for p in turns[-1].pieces) > LONGEST_TURN
            if fresh:
                turns.append(_Open(Head(str(answer), "", None), f"t{len(turns) + 1}"))
            turns[-1].add(line, words, opens)
            opens = False
    return Turns(_anonymous(turns, answers), False, (), _said(dropped), answers)


def _anonymous(turns: Sequence[_Open], answers: bool) -> list[ReadUtterance]:
    found = []
    for turn in turns:
        for utterance in _utterances(turn):
            record = f"a{turn.head.label}" if answers else None
            found.append(
                utterance.model_copy(
                    update={
                        "speaker": "",
                        "role": "participant",
                        "record": record,
                        "person": "respondent" if answers else "interviewee",
                    }
                )
            )
    return found
