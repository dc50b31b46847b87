"""What is asked: its kind, what it takes up, what it takes for granted."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, cast

from personagen.answering.lexicon import content

Kind = Literal["open", "whether", "why", "who", "when", "where", "how_many"]
Turn = Literal["", "who_said", "others", "why", "more"]


class Question(NamedTuple):
    """A question taken apart."""

    text: str
    kind: Kind
    turn: Turn
    """What it takes up of the conversation; empty where it stands alone."""
    focus: tuple[str, ...]
    """Roots of the words that say what it is about."""
    given: str
    """What it takes for granted, as a statement; empty where nothing."""
    whether: str
    """What it puts to them, as a statement; empty for an open question."""
    head: str
    """What it asks for: `chain lube` of "which chain lube"; empty where that is not said."""
    leads: bool
    """It suggests its answer: "…, right?", "so you …?"."""


class _Forms(NamedTuple):
    kinds: dict[str, re.Pattern[str]]
    turns: dict[str, re.Pattern[str]]
    shapes: dict[str, re.Pattern[str]]
    outside: dict[str, re.Pattern[str]]


@lru_cache(maxsize=1)
def _forms() -> _Forms:
    raw = tomllib.loads(Path(__file__).with_name("forms.toml").read_text(encoding="utf-8"))

    def read(table: str) -> dict[str, re.Pattern[str]]:
        return {name: re.compile(form, re.I | re.S) for name, form in raw[table].items()}

    return _Forms(read("kinds"), read("turns"), read("shapes"), read("outside"))


def understood(text: str) -> Question:
    """Return a question taken apart."""
    text = " ".join(text.split())
    turn = next((name for name, form in _forms().turns.items() if form.match(text)), "")
    given, rest = _given(text)
    kind = _kind(rest)
    whether = _whether(rest, kind)
    if kind == "open" and whether:
        kind = "whether"
    if not given and kind == "why":
        given = _forms().shapes["presumed_why"].sub("", rest).strip(" ?!.")
    head = _forms().shapes["head"].search(rest)
    leads = bool(given and kind != "why") or (bool(whether) and not _plainly_asked(rest))
    return Question(
        text, kind, cast("Turn", turn), content(text), given, whether, head["head"] if head else "",
        leads,
    )  # fmt: skip


def outside_of(text: str) -> tuple[str, str]:
    """Return why a question lies outside any persona's life, and its words that say so."""
    found = ((name, form.search(text)) for name, form in _forms().outside.items())
    return next(((name, match.group()) for name, match in found if match), ("", ""))


def _given(text: str) -> tuple[str, str]:
    """Return what is said to be so before the question, and the question."""
    match = _forms().shapes["given"].match(text)
    if match and "?" in match["rest"]:
        return match["given"], match["rest"]
    parts = re.split(r"(?<=[.!])\s+", text)
    if len(parts) > 1 and parts[-1].endswith("?"):
        said = _forms().shapes["declared"].match(" ".join(parts[:-1]))
        return (said["said"] if said else ""), parts[-1]
    return "", text


def _plainly_asked(text: str) -> bool:
    """Return whether a yes-or-no question leaves the answer open: no tag, no "don't you"."""
    shapes = _forms().shapes
    aux = shapes["aux"].match(text)
    negated = aux and re.search(r"n['’]t$", aux["aux"], re.I)
    return bool(aux) and not negated and not shapes["tag"].search(text)


def _kind(text: str) -> Kind:
    found = (name for name, form in _forms().kinds.items() if form.search(text))
    return cast("Kind", next(found, "open"))


def _whether(text: str, kind: Kind) -> str:
    """Return what a yes-or-no question puts to them, as a statement."""
    shapes = _forms().shapes
    if kind != "open" or shapes["wh"].match(text) or shapes["tell"].match(text):
        return ""
    tag = shapes["tag"].search(text)
    if tag and len(text[: tag.start()].split()) > 2:
        return text[: tag.start()].strip(" ,;")
    aux = shapes["aux"].match(text)
    if aux:
        return text[aux.end() :].strip(" ?!.,")
    declared = shapes["declared"].match(text)
    return declared["said"] if declared and text.rstrip().endswith("?") else ""
