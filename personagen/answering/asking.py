"""The interview question that would find out what nobody said."""

from __future__ import annotations

from personagen.answering.judging import UNASKABLE
from personagen.answering.lexicon import lexicon
from personagen.answering.question import Question
from personagen.support.lexicon import WORD, root

MOST = 8
"""Words of a question's topic that are taken over."""


def asks_next(asked: Question, outside: str = "") -> str:
    """Return an open question about real events; empty where no interview should ask.

    A question that leads is not passed on as it stands: it would lead an interview, too.
    """
    if outside in UNASKABLE:
        return ""
    topic = _topic(asked.text)
    if asked.leads or asked.given or not topic:
        about = topic or "this"
        return f"What has it been like for you with {about}? Tell me about the last time."
    question = f"{asked.text.rstrip(' ?!.')}?"
    if asked.whether:
        return f"{question} Tell me about the last time: what happened, and what did you do?"
    return f"{question} When did that last come up, and what happened?"


def _topic(text: str) -> str:
    """Return the words that say what a question is about, in its own order."""
    empty = lexicon().empty | lexicon().glad | lexicon().sorry
    words = [w for w in WORD.findall(text) if root(w) not in empty]
    return " ".join(words[:MOST])
