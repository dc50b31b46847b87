"""Which words before a colon are a speaker: a colon alone is not one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

ASKERS = frozenset(
    "interviewer moderator mod facilitator researcher therapist host q question i int "
    "interviewerin "
    "entrevistador entrevistadora intervieweur enquêteur counselor counsellor clinician "
    "presenter frage".split()
)
"""Labels, lower case, of those who ask."""

ANSWERERS = frozenset(
    "participant interviewee respondent client customer patient guest user a answer p subject "
    "befragte befragter entrevistado entrevistada enquêté caller buyer antwort".split()
)
"""Labels, lower case, of those who answer."""

NOT_SPEAKERS = frozenset(
    "break note notes chapter intro outro music ad sponsor warning example summary details "
    "attendees "
    "invited date time location title project session topic subject duration recording transcript "
    "transcription link url source https http file version ps p.s re fwd cc bcc tags email e-mail "
    "phone step next action actions agenda disclaimer copyright license keywords description "
    "published author duration editor kind language style region important update edit tip".split()
)
"""Words before a colon that head a line but never speak, lower case."""

_BAD = re.compile(r"[?!;<>{}=\"“”…]|\.\s+[a-z]|\w\.\s+[A-Z]\w+\s+[a-z]|https?|www\.|\d\d:\d\d")
_FUNCTION = frozenset(
    "the this that these those it its it's is are was were be been but and or so because then if "
    "when what why how where which there here here's there's my your our their we you they he she "
    "i'm i've we're to with for from not no yes just one first second third next finally also my "
    "let's that's what's".split()
)
_SMALL = frozenset(
    "de la le van von der den del da di du el al bin ibn y of the in and und et".split()
)


class Candidate(NamedTuple):
    """A line that may open a turn."""

    label: str
    opens: bool
    """Whether a blank line or nothing stands before it."""
    short: bool
    """Whether little stands after it on its line."""


def could_be_label(label: str) -> bool:
    """Return whether the shape allows a speaker: short, few words, no sentence."""
    words = label.split()
    if not 0 < len(words) <= 6 or len(label) > 60 or _BAD.search(label):
        return False
    if words[0].lower() in NOT_SPEAKERS and not re.search(r"\d", label):
        return False
    return any(letter.isalpha() for letter in label) or bool(re.fullmatch(r"#?\d{1,3}", label))


def is_role_word(label: str) -> bool:
    """Return whether the label is a role with at most a number: `Interviewer`, `P3`."""
    return role_word(label) in ASKERS | ANSWERERS | {"speaker", "unknown speaker", "voice", "id"}


def role_word(label: str) -> str:
    """Return the label in lower case without number, brackets and stops."""
    return re.sub(r"[\W\d_]+", " ", label).strip().lower()


def looks_like_name(label: str) -> bool:
    """Return whether a label met once reads as a name and not as the start of a sentence."""
    core = re.split(r"[(|\[]", label)[0].split() or label.split()
    if len(core) > 4 or any(word.lower() in _FUNCTION for word in core):
        return False
    return is_role_word(label) or all(
        word[:1].isupper() or not word[:1].isascii() or word in _SMALL for word in core
    )


def accepted(candidates: Sequence[Candidate], units: int) -> set[str]:
    """Return the labels that speak.

    A label speaks when it recurs; one met once speaks only beside labels that recur, or where
    nearly every line has a label.

    Args:
        candidates: Lines whose shape allows a label, in order.
        units: Paragraphs or cues in the file.
    """
    counts = Counter(candidate.label for candidate in candidates)
    opens = Counter(candidate.label for candidate in candidates if candidate.opens)
    recurring = {label for label, n in counts.items() if n >= 2 and _may_recur(label, n)}
    if not recurring:
        names = {label for label in counts if looks_like_name(label)}
        covered = sum(counts[label] for label in names)
        full = len(names) >= 2 and all(len(name.split()) >= 2 for name in names)
        return names if len(names) >= 2 and covered >= (0.3 if full else 0.6) * units else set()
    spoken = sum(counts[label] for label in recurring)
    if spoken < 0.08 * units and not any(is_role_word(label) for label in recurring):
        return set()
    mostly_open = sum(opens[label] for label in recurring) > 0.9 * spoken
    once = {
        label
        for label, n in counts.items()
        if n == 1 and looks_like_name(label) and (opens[label] or not mostly_open)
    }
    return recurring | once


def _may_recur(label: str, n: int) -> bool:
    """Lower-case phrases recur in speech too ("and I said: …"): ask more of them."""
    words = label.lower().split()
    if any(word in _FUNCTION for word in words) and not is_role_word(label):
        return False
    return label[0].isupper() or not label[0].isascii() or len(words) == 1 or n >= 4
