"""Tools that participants use: known ones by name, unknown ones by capitals and verbs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from personagen.cues.hits import (
    Hit,
    alternatives,
    clause_start,
    is_denied,
    is_of_others,
    is_supposed,
    singular,
    words,
)

_BEFORE = (
    r"(?:an? |the |my |our |this |that |these |those |some |one |two |three |shared |big |giant |"
    r"old |little |huge |massive |separate |single |good old |plain |simple )*"
)
_IDIOM = re.compile(r",\s+on paper$", re.IGNORECASE)
"""'I'm the manager, on paper' is about no tool."""
_NAME = r"(?P<name>[A-Z][\w+.&-]*[\w+](?: [A-Z][\w+&-]*\w)?)"


class _Patterns(NamedTuple):
    named: re.Pattern[str]
    capitalised: re.Pattern[str]
    generic: re.Pattern[str]
    had: re.Pattern[str]
    unknown: re.Pattern[str]
    considered: re.Pattern[str]


def recurring_names(sentences: Iterable[tuple[str, str]], product: str) -> frozenset[str]:
    """Return names that no list knows and that at least two participants say they use.

    Args:
        sentences: Pairs of participant and sentence.
        product: Name of the product under study, which is nobody's tool.
    """
    users: dict[str, set[str]] = defaultdict(set)
    for participant, sentence in sentences:
        for match in _patterns().unknown.finditer(sentence):
            users[match["name"]].add(participant)
    known = {name.lower() for name in words()["tools"]["not_names"]} | {product.lower()}
    return frozenset(
        name
        for name, people in users.items()
        if len(people) >= 2 and name.lower() not in known and name.split()[0].lower() not in known
    )


def tools_in(sentence: str, recurring: frozenset[str], product: str) -> list[Hit]:
    """Return the tools that the speaker says they, or their team, use.

    Args:
        sentence: What one participant said.
        recurring: From `recurring_names`.
        product: Name of the product under study.
    """
    patterns = _patterns()
    found: dict[str, Hit] = {}
    for start, end, name in _mentions(sentence, patterns, recurring):
        if name.lower() == product.lower() or _IDIOM.search(sentence[:end]):
            continue
        if _not_used(sentence, start, end, patterns):
            continue
        denied = is_denied(sentence, start, end)
        found.setdefault(name, Hit("tool", name, None, None, start, end, denied))
    return list(found.values())


def tools_listed(sentence: str, question: str, product: str) -> list[Hit]:
    """Return the things listed in answer to what is used: "The till, my tables and a planner".

    Args:
        sentence: What one participant said.
        question: What it answers.
        product: Name of the product under study.
    """
    if not _ASKS_FOR_TOOLS.search(question):
        return []
    pieces = [m for m in _ITEM.finditer(sentence) if m[0].strip()]
    if len(pieces) < 3:
        return []
    found: dict[str, Hit] = {}
    for piece in pieces:
        name = _listed_name(piece[0])
        if name and name != product.casefold():
            found.setdefault(name, Hit("tool", name, None, None, piece.start(), piece.end()))
    return list(found.values())


def _listed_name(piece: str) -> str | None:
    """Return what an item of a list is called: no article, nothing that follows the noun."""
    plain = _ITEM_HEAD.sub("", piece.strip(" .!?"))
    plain = _ITEM_TAIL.split(plain, maxsplit=1)[0].strip()
    count = len(plain.split())
    return singular(plain.casefold()) if 1 <= count <= 3 and _NOUNISH.fullmatch(plain) else None


_ASKS_FOR_TOOLS = re.compile(
    r"\b(?:what (?:else )?(?:do|are|did) you (?:use|using|run|running|work with|have)|"
    r"what (?:do|did) you use|(?:other|which|what) (?:things|tools|systems|programs|software|apps)|"
    r"in the stack|on your (?:desk|screen)|else (?:lives|lies) next to)\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?:(?!,|\band\b|\bplus\b)[^,.;!?])+")
_ITEM_HEAD = re.compile(
    r"^(?:(?:well|so|oh|um|uh|the|an?|my|our|his|her|your|this|that|some|two|three|very|big|large|"
    r"small|old|shared|we|have|i|use|got|there's|there|is|also|still|of course)\s+)+",
    re.IGNORECASE,
)
_ITEM_TAIL = re.compile(
    r"\s+(?:that|which|who|for|with|so|from|in|on|at|of|to|when|is|are|was|i|we|nobody|he|she|they)\b",
    re.IGNORECASE,
)
_NOUNISH = re.compile(r"[a-zA-Z][\w' -]{2,30}")


def _mentions(
    sentence: str, patterns: _Patterns, recurring: frozenset[str]
) -> Iterable[tuple[int, int, str]]:
    for match in patterns.named.finditer(sentence):
        yield match.start(), match.end(), _spelled()[match[0].lower()]
    for match in patterns.capitalised.finditer(sentence):
        if match.start() > 0:
            yield match.start("name"), match.end("name"), match["name"]
    for pattern in (patterns.generic, patterns.had):
        for match in pattern.finditer(sentence):
            yield match.start("name"), match.end("name"), singular(match["name"])
    for match in patterns.unknown.finditer(sentence):
        if match["name"] in recurring:
            yield match.start("name"), match.end("name"), match["name"]


def _not_used(sentence: str, start: int, end: int, patterns: _Patterns) -> bool:
    clause = sentence[clause_start(sentence, start) : start]
    return bool(
        patterns.considered.search(clause)
        or is_supposed(sentence, start, end)
        or _someone_else(clause)
    )


def _someone_else(clause: str) -> bool:
    """Return whether the clause has a stranger as its subject and nobody of the speaker's side."""
    return any(
        is_of_others(clause + " ", at) for at in range(len(clause), 0, -1) if _edge(clause, at)
    ) and not re.search(r"\b(?:I|we|us|our|my)\b", clause)


def _edge(clause: str, at: int) -> bool:
    return at == len(clause) or clause[at] == " "


@cache
def _spelled() -> dict[str, str]:
    return {name.lower(): name for name in words()["tools"]["named"]}


@cache
def _patterns() -> _Patterns:
    tools = words()["tools"]
    use, strict = alternatives(tools["use"]), alternatives(tools["use_strict"])
    generic = alternatives(tools["generic"])
    capitalised = alternatives([re.escape(name) for name in tools["capitalised"]])
    named = alternatives([re.escape(name) for name in tools["named"]])
    return _Patterns(
        named=re.compile(rf"\b{named}\b", re.IGNORECASE),
        capitalised=re.compile(
            rf"\b(?i:{use}|the|our|my)\s+{_BEFORE}(?P<name>{capitalised})\b(?! [A-Z])"
        ),
        generic=re.compile(rf"\b{use}\s+{_BEFORE}(?P<name>{generic})\b", re.IGNORECASE),
        had=re.compile(rf"\b(?:my|our)\s+(?:\w+\s)?(?P<name>{generic})\b", re.IGNORECASE),
        unknown=re.compile(rf"\b(?i:{strict})\s+(?:the |our |my |a )?{_NAME}"),
        considered=re.compile(tools["considered"][0], re.IGNORECASE),
    )
