"""Who does what: the verbs of a sentence with their doers, as far as English word order tells.

"My brother drives the van and I load it" holds two deeds, and so does the sentence that has them
the wrong way round. Where a form is in doubt there is no deed, and nothing is refused for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from personagen.support.lexicon import lexicon, present, root, words_of

OWN = "(the participant)"
"""The doer where a participant speaks of themselves, or a sentence speaks of them."""
OTHER = "(somebody)"
"""A doer that only a pronoun names."""

_LONG = [
    (re.compile(r"n['’]t\b"), " not"),
    (re.compile(r"\bcannot\b"), "can not"),
    (re.compile(r"['’](?:ve)\b"), " have"),
    (re.compile(r"['’](?:ll)\b"), " will"),
    (re.compile(r"['’](?:re)\b"), " are"),
    (re.compile(r"\bi['’]m\b"), "i am"),
    (re.compile(r"\b(i|we|you|he|she|it|they)['’]d\b"), r"\1 would"),
    (re.compile(r"\b(he|she|it|that|there|what|who|nobody|everything)['’]s\b"), r"\1 is"),
    (re.compile(r"\bca not\b"), "can not"),
    (re.compile(r"\bwo not\b"), "will not"),
]
_JOINTS = re.compile(
    r"[,;:()–—]+|\s-\s|(?<=\w)\s(?=(?:i|we|he|she|they)\s)|\b(?:and|"
    r"(?<!everything )(?<!anything )(?<!nothing )but|so|because|or|which|who|then|if|when|"
    r"whenever|while|until|till|unless|though|although|since|before|after|where|as|than|what|"
    r"that(?=\s(?:i|we|he|she|they|it|the|a|my|our|is|are|was|were)\b)|whatever|whether|how|"
    r"except|apart from)\b"
)
_BARE = "(none)"
_AND = frozenset({"and", "or", "but", "then", "", ","})
_ASIDES = frozenset("which who what whatever whether how that where as than".split()) | {_BARE}
_OWN = frozenset("i we you they participant participants".split())
_MAYBE_OWN = frozenset("people person user users".split())
_THEIRS = frozenset("he she it one this that these those there who which what".split())
_POINTING = frozenset("this that these those".split())
_EVERY = frozenset("nobody everybody everyone somebody anybody anyone someone none".split())
_BE = frozenset("be am is are was were been being get gets got getting".split())
_AUXILIARY = _BE - {"get", "gets", "got", "getting"} | frozenset(
    "can could will would shall should may might must do does did have has had".split()
)
_DENIES = frozenset("not never no nobody none".split())
_SKIPPED = frozenset(
    "not never no longer ever also really just still often usually only actually sometimes already "
    "even "
    "always mostly rarely simply probably now first then all both more most".split()
)
_FRAMING = frozenset("of in on at for with from by about to into after before during".split())
_SHARES = frozenset("half part some all most many one none any each lot lots".split())
_HELD = frozenset(
    "a an the my our your their his her its this that these those each every no some any".split()
)
_ASKING = "tell ask let make want help allow force need take have expect show"
_WANTING = "want wish hope plan intend love like"
_GIVEN_UP = "stop refuse avoid quit fail"
_OBJECT = frozenset("me us him her them you it".split())
_HEDGES = frozenset("may might perhaps maybe possibly".split())
_WISHED = frozenset("wish wishes".split())
_NOUN_LIKE = ("er", "or", "al", "ion", "ment", "ence", "ance")


class Deed(NamedTuple):
    """A verb with who does it."""

    verb: str
    """As a root."""
    doers: frozenset[str]
    """Roots of nouns, `OWN`, `OTHER`; empty where it is in doubt."""
    done_to: frozenset[str]
    """Roots of nouns and `OWN` of the subject of a passive verb."""
    denied: bool
    hedged: bool
    """Only supposed, or wished for."""
    moves: bool = False
    """Something is done to something: a thing follows at once."""


class _Clause(NamedTuple):
    joint: str
    words: list[str]


def deeds_of(text: str, *, spoken: bool, heard: frozenset[str] = frozenset()) -> list[Deed]:
    """Return the deeds of a text.

    Args:
        text: One or more sentences.
        heard: Roots that are verbs here, whatever they are elsewhere.
        spoken: A participant's own words: "they" are others. Else "they" are the participant,
            and a sentence without a subject is about them.
    """
    found: list[Deed] = []
    for sentence in re.split(r"[.!?…]+(?=\s|$)|\n", _spelt_out(text)):
        before = frozenset[str]() if spoken else frozenset({OWN})
        wished = spoken and bool(_WISHED & set(words_of(sentence)))
        for clause in _clauses(sentence):
            some, doers = _deeds(clause, before, spoken, heard)
            found += [one._replace(hedged=one.hedged or wished) for one in some]
            # Who does what follows "and" may be anybody named so far.
            before = before.union(doers, *(one.doers for one in some))
    return found


def _spelt_out(text: str) -> str:
    low = text.lower()
    for short, spelt in _LONG:
        low = short.sub(spelt, low)
    return low


def _clauses(sentence: str) -> Iterator[_Clause]:
    joint, at = "", 0
    for match in _JOINTS.finditer(sentence):
        yield _Clause(joint, words_of(sentence[at : match.start()]))
        joint, at = match.group().strip() or _BARE, match.end()
    yield _Clause(joint, words_of(sentence[at:]))


def _deeds(
    clause: _Clause, before: frozenset[str], spoken: bool, heard: frozenset[str]
) -> tuple[list[Deed], frozenset[str]]:
    """Return a clause's deeds, and the doers that a clause joined to it has."""
    words = clause.words
    place = _verb_place(words, heard)
    if place is None:
        return [], before
    subject = words[:place]
    doers = _doers(subject, before, spoken) if subject else before
    if (not subject and clause.joint not in _AND) or _acts(subject):
        doers = frozenset()
    if not spoken and subject[-1:] == ["they"] and clause.joint in _ASIDES:
        doers = frozenset()
    at, passive, denied, hedged = _main(words, place, bool(_DENIES & set(subject)), heard)
    hedged = hedged or bool(_HEDGES & set(subject))
    if at is None:
        return [], doers
    verb = _key(words[at])
    rest = words[at + 1 :]
    if passive:
        by = frozenset(_nouns(_after(rest, "by")))
        return [Deed(verb, by, doers, denied, hedged)], doers
    moves = bool(rest) and rest[0] not in _FRAMING | _SKIPPED | {"up", "down", "out", "off"}
    main = Deed(verb, doers, frozenset(), denied, hedged, moves)
    return [main, *_further(main, rest, spoken)], doers


def _verb_place(words: Sequence[str], heard: frozenset[str]) -> int | None:
    """Return where the first finite verb or auxiliary stands."""
    if not words or words[0] not in _OWN | _THEIRS | _EVERY:
        for i, word in enumerate(words):
            if word in _AUXILIARY and i and words[i - 1] not in (_HELD - _POINTING) | {"to"}:
                return i
    found = None
    for i, word in enumerate(words):
        earlier = words[i - 1] if i else ""
        if word in _AUXILIARY and earlier not in _HELD:
            return i
        if earlier in _OWN | _EVERY | (_THEIRS - _POINTING):
            j = _past_adverbs(words, i)
            return j if j < len(words) else None
        if found is not None and word in _HELD | _FRAMING | _OBJECT:
            return found
        bare = not i or earlier in _SKIPPED or earlier not in _HELD | _FRAMING
        if bare and _may_be_verb(word, heard) and not word.endswith("ing"):
            # "The team lead asks": of two that could be it, the last.
            if found is None or root(word) in heard or root(words[found]) not in heard:
                found = i
    return found


def _acts(subject: Sequence[str]) -> bool:
    """Return whether a doing is the subject, as in "counting the till takes two hours"."""
    return any(w.endswith("ing") and _is_verb(w) for w in subject[:2])


def _past_adverbs(words: Sequence[str], at: int) -> int:
    while at < len(words) and (words[at] in _SKIPPED or words[at].endswith("ly")):
        at += 1
    return at


def _main(
    words: Sequence[str], at: int, denied: bool, heard: frozenset[str]
) -> tuple[int | None, bool, bool, bool]:
    """Return where the main verb stands; whether it is passive, denied, hedged."""
    passive = hedged = False
    place = at
    while place < len(words):
        word = words[place]
        ahead = words[place + 1] if place + 1 < len(words) else ""
        denied = denied or word in _DENIES
        hedged = hedged or word in _HEDGES
        if word in _BE:
            passive = _is_participle(ahead) or ahead in _SKIPPED
        if word in {"have", "has", "had"} and ahead not in _AUXILIARY | _SKIPPED | {"to"}:
            if not _is_participle(ahead):
                return None, False, denied, hedged
        elif word in {"do", "does", "did"} and ahead in (_HELD | _OBJECT) - {"no"}:
            return place, False, denied, hedged
        elif word == "to" or word in _AUXILIARY | _SKIPPED | _BE | _HEDGES or word.endswith("ly"):
            pass
        elif _may_be_verb(word, heard) or (place == at and word not in _HELD | _FRAMING):
            was = any(w in _BE for w in words[at:place])
            return place, passive and was and _is_participle(word), denied, hedged
        else:
            return None, False, denied, hedged
        place += 1
    if words[at] in {"do", "does", "did"} and not denied:
        return at, False, denied, hedged
    return None, False, denied, hedged


def _further(main: Deed, rest: Sequence[str], spoken: bool) -> Iterator[Deed]:
    """Return what follows a main verb: "told me to write", "spent a weekend rebuilding"."""
    objects: list[str] = []
    doers, denied = main.doers, main.denied or main.verb in _keys(_GIVEN_UP)
    main = main._replace(hedged=main.hedged or main.verb in _keys(_WANTING))
    for i, word in enumerate(rest):
        denied = denied or word in {"without", "not", "never"}
        ahead = rest[i + 1] if i + 1 < len(rest) else ""
        asked = main.verb in _keys(_ASKING) and bool(objects)
        if word == "to" and _is_verb(ahead) and ahead not in _HELD:
            told = _doers(objects, frozenset(), spoken) if asked else doers
            yield Deed(_key(ahead), told, frozenset(), denied, main.hedged)
            objects = []
        elif (
            main.verb in _keys("let make help")
            and objects
            and present(word) == word
            and (_is_verb(word) and rest[i - 1] not in _HELD | {"to"})
        ):
            told = _doers(objects, frozenset(), spoken)
            yield Deed(_key(word), told, frozenset(), denied, main.hedged)
        elif word.endswith("ing") and _is_verb(word) and spoken:
            own = not objects or main.verb in _keys("spend")
            some = doers if own else frozenset[str]()
            yield Deed(_key(word), some, frozenset(), denied, main.hedged)
        elif word not in _HELD:
            objects.append(word)


def _doers(subject: Sequence[str], before: frozenset[str], spoken: bool) -> frozenset[str]:
    """Return who a subject names; empty where that is in doubt."""
    said = [w for w in subject if w not in _SKIPPED]
    if "of" in said and said[said.index("of") - 1] in _SHARES:
        said = said[said.index("of") + 1 :]
    if not said:
        return before
    named = _named(said, before, spoken)
    if named is not None:
        return named
    generic = {OWN} if set(said) & _MAYBE_OWN else set()
    if spoken and generic:
        return frozenset({OTHER, OWN})
    return frozenset({*_nouns(said), *generic})


def _named(said: Sequence[str], before: frozenset[str], spoken: bool) -> frozenset[str] | None:
    """Return who pronouns name; None where there is a noun."""
    last = said[-1]
    if said[0] in _FRAMING and last not in _OWN | _THEIRS:
        return frozenset()
    if spoken and said[0] in _EVERY | {"no", "nothing", "everything"}:
        return frozenset()
    if last in {"they", "them"}:
        return frozenset({OTHER}) if spoken else before | {OWN}
    if last in _OWN | {"me", "us"}:
        return frozenset({OWN})
    if said[0] in {"i", "we"}:
        return frozenset({OWN, *_nouns(said[2:])})
    return frozenset({OTHER}) if last in _THEIRS | {"him", "her"} else None


def _nouns(said: Sequence[str]) -> Iterator[str]:
    """Return the roots of a phrase that can do something: up to its first preposition."""
    for i, word in enumerate(said):
        if word in _FRAMING and i:
            return
        if word in {"me", "us"} or (word in _OWN and i == len(said) - 1):
            yield OWN
        elif word not in _HELD | _FRAMING | _SKIPPED and len(word) > 2:
            yield root(word)


def _after(words: Sequence[str], mark: str) -> Sequence[str]:
    return words[words.index(mark) + 1 :] if mark in words else ()


def _is_verb(word: str) -> bool:
    return present(word) in lexicon().verbs


def _may_be_verb(word: str, heard: frozenset[str]) -> bool:
    return _is_verb(word) or (
        root(word) in heard and not word.removesuffix("s").endswith(_NOUN_LIKE)
    )


def _is_participle(word: str) -> bool:
    return (word.endswith("ed") and _is_verb(word)) or (_is_verb(word) and present(word) != word
            and not word.endswith(("s", "ing")))  # fmt: skip


def _key(word: str) -> str:
    return root(present(word))


@lru_cache(maxsize=8)
def _keys(words: str) -> frozenset[str]:
    return frozenset(map(_key, words.split()))


def done_by_others(text: str, said: Iterable[str]) -> str:
    """Return why a text has somebody do what another does, or nothing.

    Args:
        text: What a model wrote.
        said: What participants said.
    """
    theirs = [deed for one in said for deed in deeds_of(one, spoken=True)]
    known = {word for one in said for word in map(root, words_of(one))}
    heard = frozenset(one.verb for one in theirs)
    own = set(words_of(text))
    for deed in deeds_of(text, spoken=False, heard=heard):
        same = [one for one in theirs if one.verb == deed.verb]
        if same:
            why = _otherwise(deed, same, known, own)
            if why:
                return why
    return ""


def _otherwise(deed: Deed, same: Sequence[Deed], known: set[str], own: set[str]) -> str:
    """Return why a deed is not one of those with the same verb, or nothing."""
    if (deed.doers or deed.done_to) and not any(_fits(deed, one, known) for one in same):
        return f"it is another who does that: {deed.verb!r}"
    lex = lexicon()
    if all(one.hedged for one in same) and not deed.hedged and not own & lex.hedges:
        return f"what is cited only supposes {deed.verb!r}"
    if all(one.denied for one in same) and not deed.denied and not own & lex.negators:
        return f"what is cited denies {deed.verb!r}"
    return ""


def _fits(deed: Deed, said: Deed, known: set[str]) -> bool:
    """Return whether what is said may carry a deed, as to who does it."""
    if deed.done_to:
        # "They are blamed" is no news of who blames.
        return not (deed.done_to <= said.doers and said.moves)
    if said.done_to & deed.doers:
        return False
    if not said.doers or said.doers & deed.doers:
        return True
    # A pronoun may stand for anybody but the speaker.
    if OTHER in said.doers:
        return deed.doers != {OWN}
    if OTHER in deed.doers:
        return said.doers != {OWN}
    return not deed.doers & (known | {OWN})
