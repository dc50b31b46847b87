"""Cues: how people speak of triggers, channels, decisions and measures, sentence by sentence.

The tables lie in `cues.toml` and `words.toml`; this module reads them and keeps hits that are the
speaker's own and real: no denial, no supposition, nobody else's life.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from personagen.models import ClaimType, Stage

_HERE = Path(__file__).resolve().parent

_CLAUSE = re.compile(r"[,;:—–.!?]\s+|\s+(?:but|although|though|whereas|while)\s+", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:not|never|no longer|no|nobody|none|neither|nor|without|hardly|rarely|seldom|barely|"
    r"stopped|instead of|rather than|cannot|can['’]?t|\w+n['’]t)\b",
    re.IGNORECASE,
)
_SUPPOSITION = re.compile(
    r"\b(?:would(?!n['’]t)|could(?!n['’]t)|might|(?<!\bin )(?<!\bsince )(?<!\bby )may|should|"
    r"imagine|suppose|hypothetically|"
    r"if (?:I|we|you|they|he|she|it|there|someone|somebody|the|my|our)|probably will|"
    r"(?:I|we|you|he|she|it|they|that)['’]d (?:like|love|be|want|need|go|say|use|have to|rather|"
    r"prefer|look|buy|try|pay|never|probably))\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:he|she|they|you|people|some people|other people|other (?:shops|companies|firms|teams|"
    r"places|clinics|schools|users)|everyone else|my (?:sister|brother|cousin|friend|neighbou?r|"
    r"husband|wife|ex|mum|mom|dad|uncle|aunt)|(?:his|her|their) \w+)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_IN_IE = frozenset(
    "calories movies cookies selfies hoodies brownies zombies rookies pies ties lies magpies "
    "smoothies veggies goalies budgies genies prairies".split()
)
PLACEHOLDER = re.compile(r"\[[^\]]*\]")
"""A mask, as it stands in stored text."""


class Cue(NamedTuple):
    """One way of speaking, and what it tells."""

    type: ClaimType
    pattern: re.Pattern[str]
    label: str | None
    stage: Stage | None
    slot: str | None
    needs: re.Pattern[str] | None
    asked: re.Pattern[str] | None
    """The question must match it: the cue is what was asked, not only what was said."""
    allow: frozenset[str]


class Hit(NamedTuple):
    """A cue found in a sentence."""

    type: ClaimType
    value: str | None
    """Group it counts for; None where hits are grouped by meaning."""
    stage: Stage | None
    slot: str | None
    start: int
    """First character of the match in the sentence."""
    end: int
    denied: bool = False
    """The speaker says the opposite: "I never watch webinars"."""


@cache
def words() -> dict[str, dict[str, list[str]]]:
    """Return the word lists of `words.toml`, by section and name; single patterns as lists of one.

    Raises:
        FileNotFoundError: the installation lacks the table, which a test of the wheel rules out.
    """
    table = tomllib.loads((_HERE / "words.toml").read_text("utf-8"))
    return {
        section: {k: v if isinstance(v, list) else [v] for k, v in entries.items()}
        for section, entries in table.items()
    }


@cache
def cues() -> tuple[Cue, ...]:
    """Return the cues of `cues.toml`, in their order."""
    table = tomllib.loads((_HERE / "cues.toml").read_text("utf-8"))
    pieces = dict(table["pieces"])
    pieces = {name: _filled(text, pieces) for name, text in pieces.items()}
    return tuple(
        Cue(
            type=entry["type"],
            pattern=_compiled(_filled(entry["pattern"], pieces)),
            label=entry.get("label"),
            stage=entry.get("stage"),
            slot=entry.get("slot"),
            needs=_compiled(entry["needs"]) if "needs" in entry else None,
            asked=_compiled(_filled(entry["asked"], pieces)) if "asked" in entry else None,
            allow=frozenset(entry.get("allow", ())),
        )
        for entry in table["cue"]
    )


def hits(sentence: str, question: str = "") -> list[Hit]:
    """Return what a sentence tells, at most one hit for each cue and value.

    Args:
        sentence: What one participant said.
        question: What they were asked just before; empty where nothing was.
    """
    found: dict[tuple[ClaimType, str | None, str | None, Stage | None], Hit] = {}
    for cue in cues():
        if cue.asked is not None and not (question and cue.asked.search(question)):
            continue
        for match in cue.pattern.finditer(sentence):
            hit = _hit(cue, match, sentence)
            if hit is not None:
                found.setdefault((hit.type, hit.value, hit.slot, hit.stage), hit)
    # What is known by name needs no grouping by meaning beside it.
    named = {(h.type, h.slot) for h in found.values() if h.value is not None and not h.denied}
    return [h for h in found.values() if h.value is not None or (h.type, h.slot) not in named]


def clause_start(sentence: str, at: int) -> int:
    """Return where the clause that holds position `at` begins."""
    last = 0
    for border in _CLAUSE.finditer(sentence, 0, at):
        last = border.end()
    return last


def is_denied(sentence: str, start: int, end: int) -> bool:
    """Return whether the clause says no to what stands at `start:end`."""
    return bool(_NEGATION.search(sentence[clause_start(sentence, start) : end]))


def is_supposed(sentence: str, start: int, end: int) -> bool:
    """Return whether the clause only supposes what stands at `start:end`."""
    begin = clause_start(sentence, start)
    border = _CLAUSE.search(sentence, end)
    return bool(_SUPPOSITION.search(sentence[begin : border.start() if border else len(sentence)]))


def is_of_others(sentence: str, start: int) -> bool:
    """Return whether somebody else is the one who does what begins at `start`."""
    return bool(_OTHERS.search(sentence[clause_start(sentence, start) : start]))


def _hit(cue: Cue, match: re.Match[str], sentence: str) -> Hit | None:
    if cue.needs is not None and not cue.needs.search(sentence):
        return None
    if "others" not in cue.allow and is_of_others(sentence, match.start()):
        return None
    if "hypothetical" not in cue.allow and is_supposed(sentence, match.start(), match.end()):
        return None
    denied = "negation" not in cue.allow and is_denied(sentence, match.start(), match.end())
    if denied and cue.type not in ("channel", "content_format", "tool"):
        return None
    return Hit(
        type=cue.type,
        value=cue.label or _value(match),
        stage=cue.stage,
        slot=cue.slot,
        start=match.start(),
        end=match.end(),
        denied=denied,
    )


def _value(match: re.Match[str]) -> str | None:
    if "value" not in match.re.groupindex or match["value"] is None:
        return None
    return singular(match["value"])


@lru_cache(maxsize=50_000)
def singular(word: str) -> str:
    """Return a noun as one thing, in lower case unless it is a name: `case studies` → `case study`.

    A rough rule for grouping; words it would mangle are left alone.
    """
    text = word if any(c.isupper() for c in word) else word.lower()
    if text.lower() in _IN_IE:
        return text[:-1]
    for tail, single in (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss")):
        if text.endswith(tail) and len(text) > 5:
            return text.removesuffix(tail) + single
    if text.endswith("s") and not text.endswith(("ss", "us", "is", "news", "FAQs", "reviews")):
        return text[:-1]
    return text


def alternatives(parts: Sequence[str]) -> str:
    """Return one pattern that matches any of the parts, longest first."""
    return "(?:" + "|".join(sorted(parts, key=len, reverse=True)) + ")"


def placeholders(text: str) -> Iterator[tuple[int, int]]:
    """Yield where masks stand in a text."""
    for match in PLACEHOLDER.finditer(text):
        yield match.start(), match.end()


def _filled(text: str, pieces: dict[str, str]) -> str:
    for name, piece in pieces.items():
        text = text.replace("{" + name + "}", piece)
    return text


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("'", "['’]"), re.IGNORECASE)
