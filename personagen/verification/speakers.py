"""Who is meant by the name that a document puts under a quotation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from personagen.models import Role, Utterance

_GENERIC: dict[str, frozenset[Role]] = {
    word: roles
    for roles, line in (
        (
            frozenset[Role]({"participant", "unknown"}),
            "participant interviewee respondent customer user client reviewer requester author "
            "unknown anonymous",
        ),
        (frozenset[Role]({"interviewer"}), "interviewer moderator researcher facilitator"),
        (frozenset[Role]({"agent", "bot", "form"}), "agent support bot form assistant"),
    )
    for word in line.split()
}
_STUDIED: frozenset[Role] = frozenset({"participant", "unknown"})
_TITLES = re.compile(r"\b(?:mr|mrs|ms|dr|prof)\.?\s+", re.I)


class Meant(NamedTuple):
    """The people that a given name can mean."""

    labels: frozenset[str]
    """Speakers as stored; empty where the name only tells a role."""
    roles: frozenset[Role]
    """Roles allowed; empty where the study has no such speaker."""


class Speakers:
    """Resolves names as documents give them to speakers as stored.

    Args:
        utterances: All of the study's.
        names: Placeholder → names as they stood in the file.
    """

    def __init__(
        self, utterances: Iterable[Utterance], names: Mapping[str, frozenset[str]]
    ) -> None:
        labels: dict[str, set[str]] = {}
        for u in utterances:
            for label in filter(None, (u.speaker, u.participant)):
                labels.setdefault(_plain(label), set()).add(label)
        for placeholder, known in names.items():
            for name in known:
                for form in name_forms(name):
                    labels.setdefault(_plain(form), set()).add(placeholder)
        self._labels = {key: frozenset(value) for key, value in labels.items()}

    def meant(self, speaker: str | None) -> Meant:
        """Return who may have said a quotation that stands under this name."""
        if not (speaker and speaker.strip()):
            return Meant(frozenset(), _STUDIED)
        for form in _forms(speaker):
            if form in self._labels:
                return Meant(self._labels[form], frozenset())
        generic = _GENERIC.get(_plain(speaker))
        return Meant(frozenset(), generic or frozenset())

    @staticmethod
    def said(meant: Meant, utterance: Utterance) -> bool:
        """Whether the utterance is by someone who is meant."""
        if meant.labels:
            return utterance.speaker in meant.labels or utterance.participant in meant.labels
        return utterance.role in meant.roles


def name_forms(name: str) -> list[str]:
    """Return a name as people say it: whole, first name, last name; `Okafor, Dana` turned round."""
    whole = _TITLES.sub("", name).strip()
    if "," in whole:
        last, _, first = (part.strip() for part in whole.partition(","))
        whole = f"{first} {last}".strip()
    whole = re.sub(r"\s*\([^)]*\)", "", whole).strip()
    parts = [part for part in whole.split() if len(part) > 1 and part[:1].isupper()]
    forms = [name.strip(), whole, *(parts[:1] + parts[-1:] if len(parts) > 1 else [])]
    return [form for form in dict.fromkeys(forms) if form]


def _forms(speaker: str) -> list[str]:
    """Return the ways to read a given speaker: whole, before a comma or bracket, `P5` as `P05`."""
    whole = _plain(speaker)
    first = _plain(re.split(r"[,;(:|–—]| - ", speaker)[0])
    forms = [whole, first, _plain(_TITLES.sub("", speaker))]
    numbered = re.fullmatch(r"(?:p|participant|interviewee|respondent)\s*#?\s*0*(\d+)", first)
    if numbered:
        forms += [f"p{int(numbered[1]):0{width}d}" for width in (2, 1, 3)]
    return [form for form in dict.fromkeys(forms) if form]


def _plain(label: str) -> str:
    return " ".join(label.strip(" \t\n.:,;*_“”\"'[]").casefold().split())
