"""The words documents use: headings, names of fields and kinds, counts, times, intervals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from personagen.models import ClaimType, MessageKind, PersonaKind, SourceKind, Stage, Status

NOT_IN_THE_DATA = "not in the data"


class Heading(NamedTuple):
    """One section of a persona, and the fields it shows."""

    title: str
    fields: tuple[str, ...]


HEADINGS = (
    Heading("What drives them", ("goal", "motivation")),
    Heading("What hurts", ("pain_point", "workaround")),
    Heading("What holds them back", ("objection",)),
    Heading("What they value", ("praise",)),
    Heading("What they ask for", ("feature_request",)),
    Heading("What sets them looking", ("trigger",)),
    Heading("Where they look, and what they read", ("channel", "content_format")),
    Heading("How they decide, and how success is judged", ("decision_power", "success_measure")),
    Heading("Words they use", ("vocabulary",)),
)
PROFILE = ("role", "firmographic", "tool")

FIELD_NAMES: Mapping[str, str] = {
    "goal": "Goals",
    "motivation": "Motivations",
    "pain_point": "Pain points",
    "workaround": "How they cope",
    "objection": "Objections",
    "praise": "Praise",
    "feature_request": "Requests",
    "trigger": "Triggers",
    "channel": "Channels",
    "content_format": "Formats",
    "decision_power": "Say in the decision",
    "success_measure": "How success is judged",
    "vocabulary": "Their words",
    "role": "Role, as said",
    "firmographic": "Organisation, as recorded",
    "tool": "Tools",
    "journey": "Journey",
}
CLAIM_NAMES: Mapping[ClaimType, str] = {
    "goal": "goal",
    "motivation": "motivation",
    "pain_point": "pain",
    "objection": "objection",
    "praise": "praise",
    "feature_request": "request",
    "workaround": "workaround",
    "trigger": "trigger",
    "tool": "tool",
    "channel": "channel",
    "content_format": "format",
    "vocabulary": "vocabulary",
    "decision_power": "decision power",
    "success_measure": "success measure",
    "role": "role",
    "firmographic": "organisation",
    "journey": "journey",
}
CODE_NAMES: Mapping[str, str] = {
    "pain_point": "What hurts",
    "motivation": "What drives them",
    "objection": "What holds them back",
    "praise": "What they value",
    "feature_request": "What they ask for",
    "workaround": "How they cope",
}
THEME_NAMES: Mapping[str, str] = {str(type_): name for type_, name in CLAIM_NAMES.items()}
PERSONA_KINDS: Mapping[PersonaKind, str] = {
    "user": "user",
    "buyer": "buyer",
    "decision_maker": "decides on the purchase",
    "influencer": "influences the purchase",
    "payer": "pays",
    "negative": "negative persona: not a customer to seek",
}
STAGES: tuple[Stage, ...] = ("awareness", "consideration", "decision", "use")
SLOTS = (
    ("happens", "What happens"),
    ("asks", "What they ask"),
    ("where", "Where"),
    ("feels", "Felt"),
)
MESSAGE_KINDS: Mapping[MessageKind, str] = {
    "value_proposition": "Value proposition",
    "pitch": "Elevator pitch",
    "objection_answer": "Answer to an objection",
    "vocabulary": "Words to use and to avoid",
    "subject_line": "Subject line",
    "ad": "Short ad",
}
STATUS_NAMES: Mapping[Status, str] = {
    "suggested": "suggested",
    "accepted": "accepted by a person",
    "edited": "edited by a person",
    "rejected": "rejected",
    "approved": "approved by a person",
}
INTENSITY = ("", "mild", "clear", "strong")

_KIND_NOUNS: Mapping[SourceKind, tuple[str, str]] = {
    "interview": ("interview", "interviews"),
    "review": ("review", "reviews"),
    "ticket": ("ticket", "tickets"),
    "survey": ("survey answer", "survey answers"),
    "crm": ("CRM note", "CRM notes"),
}
_AUTHOR_NOUNS: Mapping[SourceKind, tuple[str, str]] = {
    "interview": ("further interviewee", "further interviewees"),
    "review": ("author of reviews", "authors of reviews"),
    "ticket": ("author of tickets", "authors of tickets"),
    "survey": ("respondent of surveys", "respondents of surveys"),
    "crm": ("person in CRM notes", "people in CRM notes"),
}
_PRIMES = str.maketrans(dict.fromkeys('"“”„‟″«»＂〝〞〟❝❞「」『』‹›', "ʺ"))  # noqa: RUF001
_SINGLE_PAIR = re.compile(r"(?<!\w)['‘](?=\S)([^'‘’]*?\s[^'‘’]*?)(?<=\S)['’](?!\w)")


def canonical(field: str) -> str:
    """Return a persona field's singular name, the one `ClaimType` uses, whatever its number."""
    name = field.strip().lower().replace(" ", "_").replace("-", "_")
    for candidate in (name, name.removesuffix("s")):
        if candidate in FIELD_NAMES:
            return candidate
    return name


def field_name(field: str) -> str:
    """Return how a reader would call a field, known or not."""
    name = canonical(field)
    stage = name.removeprefix("journey").strip("_.: ")
    if stage in STAGES:
        return f"Journey ({stage})"
    return FIELD_NAMES.get(name) or name.replace("_", " ").capitalize()


def sources_counted(counts: Mapping[SourceKind, int]) -> str:
    """Return `14 interviews, 212 reviews`, in the fixed order of kinds."""
    return ", ".join(
        f"{counts[kind]:,} {nouns[counts[kind] != 1]}"
        for kind, nouns in _KIND_NOUNS.items()
        if counts.get(kind)
    )


def authors_counted(counts: Mapping[SourceKind, int]) -> str:
    """Return `63 authors of reviews and 31 authors of tickets`: people, not texts."""
    parts = [
        f"{counts[kind]:,} {nouns[counts[kind] != 1]}"
        for kind, nouns in _AUTHOR_NOUNS.items()
        if counts.get(kind)
    ]
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def passages_counted(counts: Mapping[SourceKind, int]) -> str:
    """Return `9 passages in interviews, 22 in tickets`: mentions, named as such."""
    parts = [
        f"{counts[kind]:,} in {nouns[1]}" for kind, nouns in _KIND_NOUNS.items() if counts.get(kind)
    ]
    if not parts:
        return ""
    number, rest = parts[0].split(" ", 1)
    parts[0] = f"{number} {'passage' if number == '1' else 'passages'} {rest}"
    return ", ".join(parts)


def interval_text(interval: Sequence[float]) -> str:
    """Return `95 % interval 21–67 %` from two shares, 0-1."""
    low, high = interval
    return f"95 % interval {_percent(low)}–{_percent(high)} %"


def clock(seconds: float | None) -> str:
    """Return `00:12:31`, or nothing where the source has no times."""
    if seconds is None:
        return ""
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def unquoted(text: str) -> str:
    """Return text that is no excerpt without quotation marks: ʺ stands where one was.

    Only an excerpt may stand in quotation marks, so labels, questions, file names and the turns
    around an excerpt give theirs up.
    """
    return _SINGLE_PAIR.sub(r"ʹ\1ʹ", text).translate(_PRIMES)  # noqa: RUF001


def _percent(share: float) -> int:
    return round(100 * share)
