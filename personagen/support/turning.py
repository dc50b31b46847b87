"""What turns a sentence round although its words are said: order, time, scope, certainty, cause."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from personagen.support.lexicon import lexicon, present, root, words_of
from personagen.verification.operators import NUMBER_WORDS

_PARTICLES = {"in": "out", "out": "in", "on": "off", "off": "on", "up": "down", "down": "up"}
_OBJECTS = frozenset("me us them it you him her".split())
_ARTICLES = frozenset("the a an my our their his her its this that these those".split())
_THAN = re.compile(
    r"\b(?:more|less|rather|better|worse|\w{3,}er|double|twice)\b(.*?)\bthan\b(.*)"
    r"|\b(?:prefers?|preferred|preferring)\b(.*?)\b(?:to|over)\b(?!\s+\w+ing)(.*)"
    r"|^(.*?)\b(?:instead of|rather than)\b(.*)",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:is|are|was|were|feels?|felt|seems?|looks?|works?)\s+(?:much |far )?"
    r"(?:more \w+|\w{3,}er|better|worse)\b",
    re.IGNORECASE,
)
_THAN_WHAT = re.compile(r"\b(?:\w{3,}er|better|worse|more \w+)\s+than\s+([^.,;!?]*)", re.IGNORECASE)
_CAUSE = re.compile(
    r"\b(because|due to|since|thanks to|as a result of|leads? to|led to|causes?|caused|"
    r"results? in)\b",
    re.IGNORECASE,
)
_SO = re.compile(
    r"(?:,|\band)?\s*\b(so(?! that| \w+ that| many| much| often| few)|therefore|that['’]s why)\b",
    re.I,
)
_FORWARD = frozenset("lead leads led cause causes caused result results".split())
_LINKED = re.compile(
    r"\b(because|'?cause|since|so|therefore|why|due|thanks|otherwise|to|for|when|whenever|if|as"
    r"|until|makes?|made|means?|costs?|takes?|took|every time|each time|until|then)\b|[,;:–—]",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[,;:.!?–—]+|\b(?:and|but|so|because|when|while|if|until|than|then)\b", re.I)
_ENDS = re.compile(r"[,;:.!?–—]|\b(?:although|though|because|but|when|while|and|if|since)\b", re.I)
_EXCEPT = re.compile(
    r"\b(?:except(?: for)?|apart from|other than|everything but)\s+"
    r"(?:(?:the|my|our|their)\s+)?(\w+)",
    re.IGNORECASE,
)
_SEVERAL = frozenset("several multiple numerous many".split())
_ONLY_ONE = re.compile(r"\bonly (?:one|single)\b|\bthe only\b|\ba single\b", re.IGNORECASE)
_SMALL = frozenset("i we they the a an my our their is are was it of in on to and".split())
_TOO = frozenset("too so enough over overly such far".split())
_OVER = re.compile(r"\btoo (?:many|much|late|often|early|few|little)\b", re.IGNORECASE)
_SURE = frozenset("already certainly definitely surely certain guaranteed will".split())
_FUTURE = frozenset("will won't going gonna shall".split())
_DEGREES = {"more": "more", "less": "less", "fewer": "less"}
_TWINS = (("before", "after"), ("with", "without"), ("always", "sometimes"), ("less", "more"),
          ("inside", "outside"), ("until", "from"))  # fmt: skip


def turned(text: str, said: Sequence[str]) -> str:
    """Return why a text says otherwise than its excerpts in the same words, or nothing.

    Args:
        text: What a model wrote.
        said: What participants said, and what else may be stated.
    """
    checks = (
        _excepted,
        _many,
        _comparison,
        _degree,
        _particle,
        _order,
        _certainty,
        _moment,
        _number,
        _cause,
        _too_much,
    )
    return next(filter(None, (check(text, said) for check in checks)), "")


def _degree(text: str, said: Sequence[str]) -> str:
    """Return why what is said to be more stands there as less, or nothing."""
    theirs: dict[str, set[str]] = defaultdict(set)
    for word, degree in (pair for one in said for pair in _degrees(one)):
        theirs[word].add(degree)
    for word, degree in _degrees(text):
        if theirs[word] and degree not in theirs[word]:
            return f"more and less are exchanged at {word!r}"
    return ""


def _degrees(text: str) -> Iterator[tuple[str, str]]:
    """Yield roots of the words beside “more” and “less”, with which of the two."""
    spoken = words_of(text)
    for at, word in enumerate(spoken):
        for near in spoken[max(0, at - 1) : at] + spoken[at + 1 : at + 2]:
            key = root(near)
            if word in _DEGREES and len(near) > 3 and near != "than" and key not in lexicon().light:
                yield key, _DEGREES[word]


def _comparison(text: str, said: Sequence[str]) -> str:
    """Return why a comparison is the wrong way round."""
    wrong = "it compares the other way round"
    own = _sides(text)
    for one in said:
        theirs = _sides(one)
        if own and theirs:
            (left, right), (other_left, other_right) = own, theirs
            if (right & other_left - other_right) or (left & other_right - other_left):
                return wrong
        elif own is None and _COMPARED.search(text) and (than := _THAN_WHAT.search(one)):
            less = _roots(than.group(1))
            if less and less & _roots(_COMPARED.split(text)[0]):
                return wrong
    return ""


def _sides(text: str) -> tuple[set[str], set[str]] | None:
    """Return the roots of what is more and of what is less."""
    found = _THAN.search(text)
    if found is None:
        return None
    parts = [i for i in (1, 3, 5) if found.group(i) is not None]
    right = _ENDS.split(found.group(parts[0] + 1))[0]
    return _roots(text[: found.start(parts[0] + 1)]), _roots(right)


def _particle(text: str, said: Sequence[str]) -> str:
    """Return why "logged in" can't be said of who was logged out."""
    theirs = {pair for one in said for pair in _particles(one)}
    for verb, particle in _particles(text):
        if (verb, particle) not in theirs and (verb, _PARTICLES[particle]) in theirs:
            return f"{particle!r} is the opposite of what is said"
    return ""


def _particles(text: str) -> set[tuple[str, str]]:
    """Return words with the particle that follows them or their pronoun; no prepositions."""
    said = [*words_of(text), "", "", ""]
    found = set()
    for i, word in enumerate(said[:-3]):
        at = i + 1 + (said[i + 1] in _OBJECTS)
        moves = present(word) in lexicon().verbs or word in {"is", "are", "was", "were"}
        if moves and said[at] in _PARTICLES and said[at + 1] not in _ARTICLES:
            found.add((root(word), said[at]))
    return found


def _order(text: str, said: Sequence[str]) -> str:
    """Return why "after" can't stand for "before"."""
    own, theirs = set(words_of(text)), _all_words(said)
    if own & _SEVERAL and any(_ONLY_ONE.search(one) for one in said):
        return "only one is cited"
    for one, other in _TWINS:
        for word, twin in ((one, other), (other, one)):
            if word in own and twin in theirs and word not in theirs and twin not in own:
                return f"{word!r} is the opposite of {twin!r}"
    return ""


def _certainty(text: str, said: Sequence[str]) -> str:
    """Return why something is said to be sure, or done, that nobody says is."""
    theirs = _all_words(said)
    if any("'ll" in word for word in theirs):
        theirs = theirs | {"will"}
    for word in words_of(text):
        if word in _SURE and word not in theirs and not (word == "will" and theirs & _FUTURE):
            return f"nobody cited says {word!r}"
    return ""


def _moment(text: str, said: Sequence[str]) -> str:
    """Return why a time of day, a day, a season or a length of time is not the one that is said."""
    lex, theirs = lexicon(), {root(w) for w in _all_words(said)}
    lengths = lex.lengths
    longest = max((lengths[w] for w in theirs if w in lengths), default=None)
    for word in words_of(text):
        key = root(word)
        if key in lex.moments and not ({key} | lex.broader.get(key, frozenset())) & theirs:
            return f"nobody cited says {word!r}"
        if longest is not None and lengths.get(key, 0) > longest:
            return f"{word!r} is longer than what is said"
    return ""


def _number(text: str, said: Sequence[str]) -> str:
    """Return why a number that is said can't be said of this."""
    lengths, theirs = lexicon().lengths, {pair for one in said for pair in _counted(one)}
    for word, unit in _counted(text):
        others = {lengths[other] for number, other in theirs if number == word}
        if others and lengths[unit] not in others:
            return f"{word!r} is said of another length of time than {unit!r}"
    clauses = [set(map(root, words_of(c))) for one in said for c in _CLAUSES.split(one)]
    light = lexicon().light
    for clause in _CLAUSES.split(text):
        own = words_of(clause)
        rest = {root(w) for w in own if w not in NUMBER_WORDS} - light
        for word in own:
            if word not in NUMBER_WORDS and not any(c.isdigit() for c in word):
                continue
            holders = [c for c in clauses if root(word) in c]
            if holders and rest and not any(_meet(rest, c) for c in holders):
                return f"{word!r} is said of something else"
    return ""


def _counted(text: str) -> set[tuple[str, str]]:
    """Return numbers with the length of time that follows them, as roots."""
    said = [root(w) for w in words_of(text)]
    numbers = {root(w) for w in NUMBER_WORDS}
    return {
        (word, unit)
        for word, unit in pairwise(said)
        if unit in lexicon().lengths and (word in numbers or word[0].isdigit())
    }


def _meet(own: set[str], theirs: set[str]) -> bool:
    same = lexicon().same
    groups = {g for w in theirs for g in same.get(w, ())}
    return bool(own & theirs) or any(g in groups for w in own for g in same.get(w, ()))


def _cause(text: str, said: Sequence[str]) -> str:
    """Return why one thing can't be the cause of the other."""
    found = _CAUSE.search(text)
    if found is None:
        return ""
    parts = [_roots(text[: found.start()]), _roots(text[found.end() :])]
    effect, cause = reversed(parts) if found.group().split()[0] in _FORWARD else parts
    for one in said:
        theirs = _caused(one)
        if theirs:
            straight = len(effect & theirs[0]) + len(cause & theirs[1])
            crossed = len(effect & theirs[1]) + len(cause & theirs[0])
            if crossed > straight:
                return "it is the other way round: cause and effect are exchanged"
    both = [one for one in said if _meet(effect, _roots(one)) and _meet(cause, _roots(one))]
    if effect and cause and not any(_LINKED.search(one) for one in both):
        return "nobody cited says that one is the cause of the other"
    return ""


def _caused(text: str) -> tuple[set[str], set[str]] | None:
    """Return the roots of the effect and of the cause, where a text names both."""
    for pattern in (_CAUSE, _SO):
        found = pattern.search(text)
        if found:
            before, after = _roots(text[: found.start()]), _roots(text[found.end() :])
            forward = pattern is _SO or found.group().split()[0] in _FORWARD
            return (after, before) if forward else (before, after)
    return None


def _too_much(text: str, said: Sequence[str]) -> str:
    """Return why something can't be called too much where nobody does."""
    own, theirs = set(words_of(text)), _all_words(said)
    if _OVER.search(text) and not theirs & _TOO:
        return "nobody cited says 'too'"
    if own & lexicon().strong and not theirs & (lexicon().negators | _TOO):
        return "nobody cited denies anything"
    return ""


def _excepted(text: str, said: Sequence[str]) -> str:
    """Return why what is true of all but one thing can't be said of that one."""
    own = set(map(root, words_of(text)))
    if _EXCEPT.search(text) or lexicon().negators & set(words_of(text)):
        return ""
    for one in said:
        found = _EXCEPT.search(one)
        if found and root(found.group(1)) in own:
            rest = set(map(root, words_of(one[: found.start()]))) - _SMALL
            if rest & own:
                return f"{found.group(1)!r} is excepted"
    return ""


def _many(text: str, said: Sequence[str]) -> str:
    """Return why what one says of a person of theirs can't be said of all such people."""
    first = next(iter(words_of(text)), "")
    one = first.removesuffix("es") if first.endswith("sses") else first.removesuffix("s")
    if first == one or first in _all_words(said):
        return ""
    owned = re.compile(rf"\b(?:my|our)\s+(?:\w+\s+)?{re.escape(one[:7])}\w*\b", re.IGNORECASE)
    if any(owned.search(text) for text in said):
        return f"{first!r} is said of one"
    return ""


def _all_words(said: Iterable[str]) -> set[str]:
    return {word for one in said for word in words_of(one)}


def _roots(text: str) -> set[str]:
    return {root(w) for w in words_of(text)} - lexicon().light
