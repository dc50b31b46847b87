"""From models to words on the page: names of codes and states, counts, dates, pieces of turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from personagen.export.wording import (
    CLAIM_NAMES,
    INTENSITY,
    MESSAGE_KINDS,
    PERSONA_KINDS,
    clock,
    field_name,
    interval_text,
)
from personagen.models import Excerpt, SourceKind, Utterance

from .shelf import Seat

CODE_NAMES: Mapping[str, str] = {
    "pain_point": "Pain",
    "motivation": "Motivation",
    "objection": "Objection",
    "praise": "Praise",
    "feature_request": "Request",
    "workaround": "Workaround",
}
KIND_NAMES: Mapping[SourceKind, str] = {
    "interview": "Interviews",
    "review": "Reviews",
    "ticket": "Tickets",
    "survey": "Surveys",
    "crm": "CRM notes",
}
STATUS_NAMES: Mapping[str, str] = {
    "suggested": "To decide",
    "accepted": "Accepted",
    "edited": "Edited",
    "rejected": "Rejected",
    "approved": "Approved",
}
ACTION_NAMES: Mapping[str, str] = {
    "accept": "accepted",
    "edit": "reworded",
    "reject": "rejected",
    "merge": "merged",
    "split": "split",
    "rename": "renamed",
    "move": "moved",
    "add": "added a claim to",
    "draft": "drafted a message for",
    "approve": "approved",
    "undo": "took back",
    "merge_participant": "said who this is:",
    "split_participant": "said that this is two people:",
}
WINDOW = 320
"""Characters shown on each side of an excerpt in a long turn."""


class Piece(NamedTuple):
    """A part of a turn, and whether it is the excerpt."""

    text: str
    marked: bool


class Turn(NamedTuple):
    """A turn as it is shown: who, when, what, with the excerpt marked where it stands in it."""

    who: str
    role: str
    when: str
    pieces: tuple[Piece, ...]


def code_name(code: str) -> str:
    """Return how a reader would call a code."""
    return CODE_NAMES.get(code) or str(code).replace("_", " ").capitalize()


def counted(number: int, noun: str, nouns: str = "") -> str:
    """Return `1 insight`, `2 insights`, `1,200 insights`."""
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def when(moment: datetime) -> str:
    """Return a moment as people write it, in the time of this computer."""
    return f"{moment.astimezone():%d %b %Y, %H:%M}"


def percent(share: float) -> str:
    """Return `64 %` for a share, 0–1."""
    return f"{round(100 * share)} %"


def duration(seconds: float) -> str:
    """Return `8 s` or `2 min 10 s`."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"


def size(number: int) -> str:
    """Return `812 B`, `12 KB` or `3.4 MB`."""
    if number < 1024:
        return f"{number} B"
    return f"{number / 1024:.0f} KB" if number < 1024**2 else f"{number / 1024**2:.1f} MB"


def pieces(text: str, excerpt: Excerpt | None, *, whole: bool = False) -> tuple[Piece, ...]:
    """Return a turn cut at its excerpt; what is far from it is left out where it is long."""
    if excerpt is None or text[excerpt.start : excerpt.end] != excerpt.quote:
        return (Piece(text, False),)
    before, after = text[: excerpt.start], text[excerpt.end :]
    if not whole and len(before) > WINDOW:
        before = f"… {before[-WINDOW:].partition(' ')[2]}"
    if not whole and len(after) > WINDOW:
        after = f"{after[:WINDOW].rpartition(' ')[0]} …"
    cut = (Piece(before, False), Piece(excerpt.quote, True), Piece(after, False))
    return tuple(piece for piece in cut if piece.text)


def turn(utterance: Utterance, excerpt: Excerpt | None = None, *, whole: bool = False) -> Turn:
    """Return an utterance as it is shown."""
    return Turn(
        utterance.participant or utterance.speaker,
        utterance.role,
        clock(utterance.t_start) or utterance.date or "",
        pieces(utterance.text, excerpt, whole=whole),
    )


def around(seat: Seat, excerpt: Excerpt, reach: int = 2) -> list[Turn]:
    """Return the turns about an excerpt, of the same record, the excerpt's own among them."""
    source, position = seat
    said = source.utterances
    here = said[position]
    low, high = max(0, position - reach), min(len(said), position + reach + 1)
    near = [u for u in said[low:high] if u.record == here.record]
    return [turn(u, excerpt if u.id == here.id else None, whole=True) for u in near]


def asked(seat: Seat) -> str:
    """Return the question or turn before an utterance; empty where there is none."""
    source, position = seat
    here = source.utterances[position]
    if here.context or position == 0:
        return here.context
    before = source.utterances[position - 1]
    return before.text if before.record == here.record and before.role != here.role else ""


def shortened(text: str, most: int = 240) -> str:
    """Return a text on one line, cut at a word with an ellipsis where it is too long."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rpartition(' ')[0]} …"


def sentence(text: str) -> str:
    """Return a text that begins and ends as a sentence does."""
    text = " ".join(text.split())
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…", "”", ":")) else f"{text}."


def listed(items: Iterable[object]) -> str:
    """Return `a, b and c`."""
    words = [str(item) for item in items]
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def analyst_name(analyst: str) -> str:
    """Return how a reader would call who coded and phrased."""
    return "The analyst on this computer" if analyst == "extractive" else analyst


def action_name(action: str) -> str:
    """Return what a person did, as `accepted`."""
    return ACTION_NAMES.get(action, action)


FILTERS: Mapping[str, Callable[..., object]] = {
    "code_name": code_name,
    "counted": counted,
    "when": when,
    "percent_of": percent,
    "duration": duration,
    "size": size,
    "shortened": shortened,
    "sentence": sentence,
    "listed": listed,
    "interval": interval_text,
    "field_name": field_name,
    "kind_name": lambda kind: KIND_NAMES.get(kind, str(kind)),
    "status_name": lambda status: STATUS_NAMES.get(status, str(status)),
    "action_name": action_name,
    "analyst_name": analyst_name,
    "persona_kind": lambda kind: PERSONA_KINDS.get(kind, str(kind)),
    "message_kind": lambda kind: MESSAGE_KINDS.get(kind, str(kind)),
    "claim_name": lambda type_: CLAIM_NAMES.get(type_, str(type_)),
    "intensity": lambda level: INTENSITY[level] if 0 <= level < len(INTENSITY) else "",
}
