"""Whether a question can be answered from what was said, before anything is answered."""

from __future__ import annotations

import re
from typing import NamedTuple

from personagen.answering.dossier import Dossier
from personagen.answering.finding import Found
from personagen.answering.lexicon import content, fitted
from personagen.answering.question import Question, outside_of
from personagen.support.lexicon import root

_CAPITAL = re.compile(r"(?<![.!?:“\"] )(?<!^)\b[A-Z][\w’'-]*[a-z][\w-]*")
_MASKED = re.compile(r"\bP\d{1,4}\b")
_KNOWN = frozenset(
    "i monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december christmas easter english".split()
)
OUTSIDE = {
    "identity": "I am no real person, and I rest on people whose names are nobody’s to ask.",
    "money": "That is private, and nobody was asked.",
    "health": "That has nothing to do with what I was interviewed about.",
    "politics": "That has nothing to do with what I was interviewed about.",
    "task": "I only answer questions about what I was interviewed about.",
    "machine": "I only answer questions about what I was interviewed about.",
}
UNASKABLE = frozenset({"identity", "task", "machine"})
"""What no interview should ask either."""


class Judged(NamedTuple):
    """Whether a question is answered."""

    answers: bool
    why: str
    outside: str = ""
    """Why it is none for this persona, whatever was said; empty where it is one."""


def judged(question: Question, found: Found, dossier: Dossier) -> Judged:
    """Return whether what was found answers a question."""
    outside = outside_reason(question, dossier)
    if outside is not None:
        return outside
    if not found.hits or found.answered < fitted()["answered"]["threshold"]:
        return Judged(False, _unsaid(question, found))
    return Judged(True, "")


def outside_reason(question: Question, dossier: Dossier) -> Judged | None:
    """Return why a question is none for this persona, whatever is near; None where it is one."""
    outside, about = outside_of(question.text)
    # What they speak of all the same is theirs to answer, but for names, tasks and machinery.
    if outside and (outside in UNASKABLE or not set(content(about)) <= dossier.said.keys()):
        why = "It lies outside what the persona’s people were studied for."
        return Judged(False, why, outside)
    stranger = unheard_name(question, dossier)
    return Judged(False, f"Nobody of them speaks of {stranger}.") if stranger else None


def unheard_name(question: Question, dossier: Dossier) -> str:
    """Return a name in the question that none of the persona's people says; empty where none is."""
    product = {root(w) for w in dossier.heard.document.product.name.split()}
    for match in _CAPITAL.finditer(question.text):
        word = match.group().removesuffix("'s").removesuffix("’s")
        known = root(word) in product or root(word) in dossier.said or word.lower() in _KNOWN
        if not known and not _MASKED.fullmatch(word):
            return word
    return ""


def _unsaid(question: Question, found: Found) -> str:
    spoken = {root(w): w for w in re.findall(r"[\w’'-]+", question.text)}
    words = (spoken.get(word, word).lower() for word in found.unsaid)
    missing = [word for word in words if not word.endswith(("self", "selves"))]
    if missing:
        return f"Nobody of them speaks of: {', '.join(missing[:4])}."
    return "None of their sentences is near enough to what is asked."
