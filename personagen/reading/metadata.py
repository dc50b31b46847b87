"""What stands at the head of a transcript: `Session: P3`, `Interviewer: DO`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from personagen.reading.heads import Line
from personagen.reading.labels import NOT_SPEAKERS, is_role_word

_FIELD = re.compile(
    r"^\s*(?:\*\*|__|[-*]\s+)?([A-Za-z][\w '/-]{0,30}?)\s*:\s*(?:\*\*|__)?\s*(.+?)\s*$"
)
_ASKER = re.compile(r"^(lead |co-?)?(interviewer|moderator|facilitator|host|researcher)s?$", re.I)
_SENTENCE = re.compile(
    r"\b(?:interviewers?|moderators?|hosts?|facilitators?) (?:is|are|was|were) "
    r"|\b(?:interviewed|moderated|hosted|facilitated) by ",
    re.I,
)
_NAMES = re.compile(r"\s*(?:,|;|&|\band\b|/)\s*")


class Header(NamedTuple):
    """The fields at the head of a transcript."""

    lines: int
    """How many lines the header block takes."""
    fields: tuple[tuple[str, str], ...]

    def interviewers(self, opening: Sequence[Line]) -> tuple[str, ...]:
        """Return the names that the header, or prose before the first turn, gives for who asks."""
        found = [
            name for key, value in self.fields if _ASKER.match(key) for name in _NAMES.split(value)
        ]
        for line in opening:
            key_value = _FIELD.match(line.text[:300])
            if key_value and _ASKER.match(key_value[1]):
                found += _NAMES.split(key_value[2])
            match = _SENTENCE.search(line.text)
            if match:
                rest = re.split(r"\.(?:\s|$)", line.text[match.end() :])[0]
                found += _NAMES.split(rest)
        return tuple(dict.fromkeys(name.strip() for name in found if name.strip()))


def read_header(lines: Sequence[Line]) -> Header:
    """Return the block of fields that a transcript opens with; nothing where it has none."""
    fields: list[tuple[str, str]] = []
    taken = 0
    for at, line in enumerate(lines[:40]):
        if not line.text.strip() or line.text.lstrip().startswith("#"):
            continue
        match = _FIELD.match(line.text[:300])
        if not match or not _is_field(match[1], match[2]):
            break
        fields.append((match[1].strip(), match[2]))
        taken = at + 1
    return Header(taken, tuple(fields))


def _is_field(key: str, value: str) -> bool:
    """A field names a thing (`Date`), or a role together with a bare name (`Interviewer: DO`)."""
    if len(value) > 100:
        return False
    if key.split()[0].lower() in NOT_SPEAKERS | {"study", "company", "client name", "industry"}:
        return True
    if is_role_word(key):
        words = value.split()
        named = all(word[:1].isupper() or word[:1] in "&(/" or word == "and" for word in words)
        known = value.rstrip(".").lower() not in {
            "hi",
            "hello",
            "yes",
            "no",
            "okay",
            "ok",
            "thanks",
        }
        return named and known and len(words) <= 6 and value[-1] not in ".?!…,"
    return False
