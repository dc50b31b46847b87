"""A draft, pasted or in a file, as lines that can be tested one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from personagen.errors import ReadingError, UsageError
from personagen.models import Skipped
from personagen.sentences import split
from personagen.verification.blocks import (
    CELL,
    CODE_CLOSES,
    CODE_OPENS,
    LINK_CLOSES,
    LINK_OPENS,
    READERS,
)

LONGEST = 40_000
"""Characters of a draft."""
MOST = 200
"""Lines of a draft."""
_MARKS = re.compile(f"[{LINK_OPENS}{LINK_CLOSES}{CODE_OPENS}{CODE_CLOSES}]")
_BULLET = re.compile(r"^\s*(?:[-*+•–—>#]+|\d{1,2}[.)])\s+")
_ADDRESS = re.compile(r"^\S*(?:https?://|www\.|@)\S*$", re.IGNORECASE)
_FORMALITY = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon)|kind regards|best regards|regards|best|"
    r"cheers|yours|sincerely|thanks|thank you|unsubscribe|view (?:this )?(?:e-?mail )?in|"
    r"privacy policy|terms|all rights reserved|copyright|©)\b.{0,40}$",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^(?:subject(?: line)?|preheader|preview(?: text)?|headline|cta)\s*:\s+", re.I)
_SALUTATION = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))\b[^,.:!?]{0,30}[,:!]\s+(?=\S)", re.I
)
_WORD = re.compile(r"[^\W\d_]{2,}")


class Draft(NamedTuple):
    """The lines of a draft, and what was left out."""

    lines: tuple[str, ...]
    skipped: tuple[Skipped, ...]


def draft_of(text: str, mask: Callable[[str], str] = str) -> Draft:
    """Return a pasted draft as lines: one a sentence, heading or item of a list.

    Args:
        text: What was typed.
        mask: Puts pseudonyms in the place of the study's names.

    Raises:
        UsageError: it has no words, or is longer than a draft.
    """
    return _drafted(text.splitlines(), len(text), mask)


def draft_from(path: Path, mask: Callable[[str], str] = str) -> Draft:
    """Return the draft in a text, Markdown, HTML or Word file.

    Raises:
        ReadingError: the file can't be read as what its name says.
        UsageError: it has no words, or is longer than a draft.
    """
    suffix = path.suffix.lower()
    if suffix not in READERS:
        raise ReadingError(
            f"{path.name}: can't read a draft from {suffix!r}", f"Use {', '.join(READERS)}."
        )
    blocks = [" ".join(b.text.replace(CELL, ". ").split()) for b in READERS[suffix](path)]
    return _drafted(blocks, sum(map(len, blocks)), mask)


def _drafted(blocks: Iterable[str], size: int, mask: Callable[[str], str]) -> Draft:
    if size > LONGEST:
        raise UsageError(
            f"The draft has {size:,} characters, {LONGEST:,} at most are tested",
            "Test one e-mail or page at a time.",
        )
    lines: list[str] = []
    skipped: list[Skipped] = []
    for line in _lines(blocks):
        why = _left_out(line)
        if why:
            skipped.append(Skipped(what=mask(line)[:80], where="the draft", why=why))
        else:
            lines.append(mask(line))
    if not lines:
        raise UsageError(
            "The draft has no line that says anything",
            'Give a sentence: personagen test-message "…", or --file FILE.',
        )
    if len(lines) > MOST:
        why = f"only the first {MOST} lines are tested"
        skipped.append(Skipped(what=f"{len(lines) - MOST} lines", where="the draft", why=why))
    return Draft(tuple(dict.fromkeys(lines[:MOST])), tuple(skipped))


def _lines(blocks: Iterable[str]) -> Iterator[str]:
    for block in blocks:
        text = " ".join(_BULLET.sub("", _MARKS.sub("", block)).split())
        # What stands around the words of an e-mail is none of them.
        text = _SALUTATION.sub("", _LABEL.sub("", text))
        for span in split(text):
            yield text[span.start : span.end].strip()


def _left_out(line: str) -> str:
    if _ADDRESS.match(line):
        return "an address"
    if _FORMALITY.match(line) and len(line.split()) <= 6:
        return "a greeting or formality"
    return "" if len(_WORD.findall(line)) >= 2 else "fewer than two words"
