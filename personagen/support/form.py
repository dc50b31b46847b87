"""What the form of a text alone forbids: marks, markup, numbers, names, claims about all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from personagen.support.lexicon import WORD, lexicon, root, words_of
from personagen.verification.operators import NUMBER_WORDS

_MARKS = re.compile("[\"“”„‟«»‹›`]|(?<![\\w])['‘’](?=\\w)[^'‘’]{2,}?['’](?!\\w)")  # noqa: RUF001
_MARKUP = re.compile(r"https?://|www\.|\[[^\]]*\]\(|<[a-z/!]|[*_#|]{2,}|[{}\\]", re.IGNORECASE)
_SMALL = frozenset({"one", "first", "second", "half", "single", "once", "both", "another"})
_QUANTITIES = frozenset(
    "all always every each everyone everybody everything majority most guaranteed only".split()
)
_WHOLE = frozenset("all every each everything everyone everybody any whole nobody".split())
_COUNTING = frozenset("a an one per each every".split())


def form_problem(text: str, evidence: Sequence[str]) -> str:
    """Return why a text's form alone forbids it: marks, markup, numbers, names; or nothing."""
    if _MARKS.search(text):
        return "it holds quotation marks"
    if _MARKUP.search(text) or any(ord(c) < 32 for c in text):
        return "it holds markup or control characters"
    known = frozenset(w for one in evidence for w in words_of(one))
    counted = known | {w.removesuffix("s") for w in known}
    numbers = [w for w in words_of(text) if _is_number(w) and w.removesuffix("s") not in counted]
    if numbers:
        return f"the number {numbers[0]!r} is not in what it cites"
    spread = _too_much(words_of(text), known)
    if spread:
        return f"nobody cited says {spread!r}"
    names = [name for name in _names(text) if not _known_name(name, known)]
    return f"the name {names[0]!r} is not in what it cites" if names else ""


def _too_much(words: Sequence[str], known: frozenset[str]) -> str:
    """Return a word that claims more than is cited: of all people, or of a longer time."""
    units = lexicon().units
    for before, word in pairwise(("", *words, "")):
        timed = root(word) in units
        alike = {"each", "every"} if before == "each" else _WHOLE
        whole = before in _WHOLE and bool(alike & known)
        # "Each other" and "what they dislike most" say nothing of how many.
        counts = (before, word) not in {("each", "other"), ("most", "")}
        if before in _QUANTITIES and before not in known and counts and not (timed or whole):
            return before
        if timed and before in _COUNTING and not {word, f"{word}s", word.removesuffix("s")} & known:
            return f"{before} {word}"
    return ""


def _is_number(word: str) -> bool:
    if any(c.isdigit() for c in word):
        return True
    forms = {word, word.removesuffix("s")}
    return bool(forms & NUMBER_WORDS) and not forms & _SMALL


def _names(text: str) -> list[str]:
    """Return capitalised words that do not open a sentence, and words of capitals."""
    found = []
    for match in WORD.finditer(text):
        word = match.group()
        before = text[: match.start()].rstrip(" ([-–—")
        opens = not before or before[-1] in ".!?:"
        if word[0].isupper() and word not in {"I", "I'm", "I've"} and not opens:
            found.append(word)
        elif opens and len(word) > 1 and any(c.isupper() for c in word[1:]):
            found.append(word)
    return found


def _known_name(name: str, known: frozenset[str]) -> bool:
    low = name.lower().replace("’", "'")
    bare = low.removesuffix("'s").removesuffix("s")
    return bool({low, bare, f"{bare}s"} & known) or all(p in known for p in low.split("-"))
