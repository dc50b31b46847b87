"""Does a sentence stand alone: would somebody who heard nothing else know what it says?

A sentence that is shown by itself, as a headline, a line of a journey or a message, must name what
it speaks of, have a verb, and be no question, restart or empty talk. The rules are grammar and
closed word classes, nothing of any trade; where a form is in doubt the sentence is refused: a field
that says "not in the data" is better than noise.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from personagen.analysts.grammar import FINITE, MODALS, PAST, SURE, VERBS, base
from personagen.analysts.stance import BANAL, COMMON, FILLERS, words

LEAST_WORDS = 3
LEAST_CONTENT = 2
"""Words that say what it is about, without which a sentence says nothing."""
ENGLISH = ("en", "und")

_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
# "That's when we gave up on the list": what follows is told, whatever "that" was.
_THAT_IS_WHEN = re.compile(
    r"^(?:that|this|it)(?:['’]s| is| was) "
    r"(?:when|the (?:day|week|moment|year|night)(?: that| when)?) ",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[,;:.!?–—]|\[[^\]]*\]")
_RESTART = re.compile(
    r"\b([\w'’]+ [\w'’]+)[,.–—-]+(?: [\w'’]+){0,2}?[, ]+\1\b|\b(\w{2,})[,–—-]+ \2\b", re.IGNORECASE
)
_FILLER = re.compile(
    r"(?:^|[\s,])(?:um+|uh+|er|erm|hm+|mhm|you know|i mean)(?=[\s,.]|$)"
    r"|\s--+\s|[,–—]\s*(?:oh|well|like|right|okay|yeah|yes|no|er|say)\s*[,–—]|\bor,? well\b",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"\b(?:can you hear|as i (?:said|say)|like i said|let me think|good question|where was i|"
    r"what was i|hang on|hold on|(?:give me|just) (?:a|one) (?:sec(?:ond)?|moment)|"
    r"how (?:shall|should|do|can) i (?:say|put)|know what i mean|if you see what i mean|"
    r"so to speak|train of thought|what's the word|(?:just |only )?(?:kidding|joking)|"
    r"(?:i'd|i had) better (?:go|run|stop)|(?:got|have|need) to (?:go|run|dash) now|you said|"
    r"you asked|you mentioned|your question|next question|anything else)\b|"
    r"\bthat's (?:about |really )?(?:it|all)[,.]?$",
    re.IGNORECASE,
)
_VOCATIVE = re.compile(
    r"(?:^|,\s*)(?:mate|guys|folks|dude|man|love|dear|sir|madam|bro|lads|buddy)\s*(?:[,.!]|$)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:can|could|do|does|did|is|are|was|were|will|would|have|has|shall|should|why|how come|"
    r"what if|what about)\b(?: n['’]t)?\s+(?:i|you|we|they|he|she|it|there|the|an?|my|your|our|"
    r"that|this|not|any(?:one|body)?)\b",
    re.IGNORECASE,
)
# What the sentence before it would have to explain.
_OPENS_LATE = re.compile(
    r"^(?:which|who|whom|whose|how|why|where|whether|than|too|either|neither|then|as well|or|"
    r"nor|anyhow|anyway|however|and|but|"
    r"so(?! far\b| many\b| much\b)|because|although|though|plus|also|"
    r"instead|otherwise|like|including|especially|except|not (?:just|only|even|really)|same|"
    r"such as|for (?:example|instance)|to \w+|of|with (?:it|that|this|them)|me|him|them|us|not)\b",
    re.IGNORECASE,
)
_WAITS = re.compile(r"^(?:if|unless|until|when|whenever|while|once|as soon as|since)\b", re.I)
_CONSEQUENCE = re.compile(r",\s|\b(?:i|we|it|they)\b.*\b(?:i|we|it)\b", re.IGNORECASE)
_DEFINITE = re.compile(
    r"^(?:the|that|this|my|your|our|one) (?:other|others|same|latter|former|first|second|third|"
    r"rest|thing|things|word|answer|point|question|idea|reason|problem|issue|guy|one|ones|only \w+|"
    r"whole thing|main thing|second thing|big one|last one)(?:['’]s\b|\s+(?:is|are|was|were|came|"
    r"comes|did|does|has|had|went|said|would|will|of (?:it|that|them|course))\b)",
    re.IGNORECASE,
)
_HANGS = frozenset(
    "not and but or the a an of to that if when because which who so as than my our your their is "
    "are was were i we they he she very be it's i'm we're they're".split()
)
# "It takes an hour to …", "it's a shame that …", "find it hard to …": nothing is pointed at.
_EMPTY_IT = re.compile(
    r"\bit(?:['’]s|['’]d|['’]ll)?\b(?:\s+(?:is|was|be|been|took|takes?|costs?|would|will|can|could|"
    r"has|had|feels?|felt|seems?|makes?|made|turn(?:s|ed)|gets?|got|becomes?|not|n['’]t|always|"
    r"usually|often|still|really|just))*\s+(?:[\w'’-]+\s+){0,6}?(?:to|that|when|if|how|whether|"
    r"because|before|until)\b|\bit(?:['’]s| is| was)?\s+(?:rain|snow|late|early|dark|cold|hot|"
    r"winter|summer|spring|autumn|monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
    r"my \w+|me\b)|\bit (?:rains|rained|snows|snowed)\b",
    re.IGNORECASE,
)
_POINTERS = frozenset(
    "it its itself they them their theirs themselves he him his she her hers it's they're they've "
    "they'd they'll he's she's he'd she'd he'll she'll it'd it'll".split()
)
_SHOWING = frozenset("this that these those".split())
_SHOWS_SELF = re.compile(
    r"^(?:that|this|these|those)(?:['’](?:s|d|ll|ve|re)\b|\s+(?:is|are|was|were|would|will|"
    r"has|had|can|could|might|may|means?|meant|makes?|made|happen\w*|works?|worked|helps?|helped|"
    r"way|one|ones|kind|sort|stuff|thing|things|alone|too|really|just|never|always)\b)",
    re.IGNORECASE,
)
_DETERMINERS = frozenset(
    "the a an my our your every each no any some this that these those his her their its one two "
    "three four five six seven eight nine ten many few several all both half another".split()
)
_TIMES = frozenset(
    "time times year years month months week weeks day days hour hours minute minutes morning "
    "evening night nights afternoon weekend spring summer autumn winter moment while bit lot lots "
    "way thing things stuff kind sort word point reason thing one ones two people somebody".split()
)
_RELATIVE = frozenset("who which whose whom that to where".split())
_NO_MAIN = frozenset("that's who's what's let's".split())
"""Contractions that open a relative clause or an aside more often than a sentence."""
_PERSON = frozenset("i we you he she they it there who nobody everyone everybody someone".split())
_AUXILIARIES = frozenset("have has had be been being am is are was were to will would can".split())
_NO_THINGS = frozenset(
    "rather instead together alone later soon abroad ago apart anyway certain aware glad able slow "
    "fast new old young wrong right free full empty ready late early long short high low".split()
)
"""Adverbs and adjectives: no "it" stands for them."""
_ED_NOUN = frozenset("bed shed red need feed weed seed speed hundred".split())


class Reading(NamedTuple):
    """What somebody who reads a sentence alone makes of it."""

    faults: tuple[str, ...]
    """Why it does not stand alone; empty where it does."""
    content: int
    """Words that say what it is about."""

    @property
    def alone(self) -> bool:
        """Return whether it stands alone."""
        return not self.faults


@lru_cache(maxsize=8192)
def reading(text: str, lang: str = "en", *, asks: bool = False) -> Reading:
    """Return how a text reads by itself.

    Args:
        text: One or more sentences, as they would be shown; the first must stand by itself.
        lang: ISO 639-1; outside English only questions and length are judged.
        asks: A question is wanted.
    """
    plain = text.strip().replace("’", "'")
    about = content(plain)
    faults = list(_faults(plain, asks)) if lang in ENGLISH else []
    if plain.endswith("?") and not asks:
        faults.append("a question")
    # A figure makes one thing named specific: "three days in the shop".
    said = len(about) + bool(about and has_figure(plain))
    if said < LEAST_CONTENT and lang in ENGLISH:
        faults.append("says nothing in particular")
    return Reading(tuple(dict.fromkeys(faults)), len(about))


def reads_alone(text: str, lang: str = "en", *, asks: bool = False) -> bool:
    """Return whether a text can be shown by itself."""
    return reading(text, lang, asks=asks).alone


def content(text: str) -> list[str]:
    """Return the words that say what a text is about: no everyday words, numbers or times."""
    return [w for w in words(text) if _says_what(w)]


def _says_what(word: str) -> bool:
    return (
        word not in COMMON
        and word not in FILLERS
        and word not in BANAL
        and word not in _TIMES
        and not word.isdigit()
        and len(word) > 1
        and "'" not in word.removesuffix("'s")
    )


def _faults(text: str, asks: bool) -> Iterator[str]:
    if _FILLER.search(text) or _RESTART.search(text):
        yield "hesitates"
    if _TALK.search(text) or _VOCATIVE.search(text):
        yield "speaks to the other speaker"
    if not asks:
        first = _SENTENCE.split(text, maxsplit=1)[0]
        yield from _faults_of_statement(_THAT_IS_WHEN.sub("", first))


def _faults_of_statement(sentence: str) -> Iterator[str]:
    spoken = words(sentence)
    if _ASKS.match(sentence):
        yield "a question"
    if any(late.match(sentence) for late in (_OPENS_LATE, _SHOWS_SELF, _DEFINITE)):
        yield "hangs on what was said before"
    if len(spoken) < LEAST_WORDS:
        yield "too short"
    elif spoken[-1] in _HANGS or (_WAITS.match(sentence) and not _CONSEQUENCE.search(sentence)):
        yield "half a sentence"
    if not has_main_verb(sentence):
        yield "no verb"
    pointer = dangling(sentence)
    if pointer:
        yield f"nobody knows what {pointer!r} is"


def has_main_verb(sentence: str) -> bool:
    """Return whether a sentence has a finite verb of its own, not only in a relative clause."""
    tokens = [t.lower() for t in _TOKEN.findall(sentence.replace("’", "'"))]
    for place, token in enumerate(tokens):
        before = tokens[place - 1] if place else ""
        if before in _RELATIVE or token in _NO_MAIN or not token[0].isalpha():
            continue
        if _contracted(token) or token in FINITE or token in MODALS:
            return True
        if place == 0:
            if _past(token) and len(tokens) > 3:
                return True
        elif _past(token) and before not in _DETERMINERS:
            return True
        elif _present(token, before, tokens[:place]):
            return True
        elif _before_object(token, before, tokens[:place], tokens[place + 1 : place + 2]):
            return True
    return False


def _contracted(token: str) -> bool:
    return token.endswith(("n't", "'re", "'ve", "'ll", "'d", "'m")) or token in (
        "it's", "there's", "he's", "she's", "here's", "everyone's", "nobody's",
    )  # fmt: skip


def _past(token: str) -> bool:
    if token in PAST:
        return True
    return token.endswith("ed") and len(token) > 3 and token not in _ED_NOUN


def _present(token: str, before: str, earlier: Sequence[str]) -> bool:
    """Return whether a present form stands where a verb stands: after its subject."""
    if base(token) not in VERBS:
        return False
    if token.endswith("s") and base(token) in SURE and before not in _DETERMINERS:
        return True
    if before in _PERSON or before in ("people", "customers", "users"):
        return True
    if before.endswith("ly") or before in ("always", "never", "also", "just", "still", "often"):
        return True
    # "The export fails", "my boss signs": a third person after a thing that a word announces.
    announced = any(word in _DETERMINERS for word in earlier)
    return token.endswith("s") and base(token) != token and announced and before not in _DETERMINERS


def _before_object(token: str, before: str, earlier: Sequence[str], after: Sequence[str]) -> bool:
    """Return whether an unknown word stands between its subject and its object: "jams every"."""
    return (
        token.endswith("s")
        and not token.endswith(("ss", "'s"))
        and before not in _DETERMINERS
        and any(word in _DETERMINERS for word in earlier)
        and bool(after)
        and (after[0] in _DETERMINERS or after[0] in ("when", "whenever", "me", "us", "it"))
    )


def dangling(sentence: str) -> str:
    """Return the first word that points at something the sentence has not named, or nothing."""
    plain = sentence.replace("’", "'")
    empty = [m.start() for m in _EMPTY_IT.finditer(plain)]
    named = False
    found = list(_TOKEN.finditer(plain))
    for one, following in itertools.zip_longest(found, found[1:]):
        token = one[0].lower()
        after = following[0].lower() if following else ""
        before = plain[: one.start()].split()[-1].lower() if plain[: one.start()].split() else ""
        if token in _POINTERS and not named:
            if not (token.startswith("it") and one.start() in empty):
                return one[0]
        elif not named and "'" in token and token.partition("'")[0] in _SHOWING:
            return one[0]
        elif token in _SHOWING and not named and not _introduces(token, after, before):
            return one[0]
        elif _names(token, before):
            named = True
    return ""


def _introduces(token: str, after: str, before: str) -> bool:
    """Return whether "this" or "that" stands before a noun, or joins a clause to its verb."""
    if token == "that" and (before and before not in ("of", "with", "like", "about", "for", "do")):
        return True
    return bool(after) and after[0].isalpha() and _says_what(after) and base(after) not in MODALS


def _names(token: str, before: str) -> bool:
    """Return whether a word can be what a later "it" or "they" stands for."""
    if token.startswith("["):
        return True
    if not token[0].isalpha() or not _says_what(token) or token in _NO_THINGS:
        return token in ("people", "somebody", "someone", "anyone", "everyone", "nobody")
    if before in _DETERMINERS:
        return True
    if before in _AUXILIARIES or before.endswith(("n't", "'ve", "'d")):
        return False
    return (
        base(token) not in VERBS and token not in PAST and not token.endswith(("ly", "ed", "ing"))
    )


def clarity(text: str, lang: str = "en") -> float:
    """Return how much a sentence that stands alone says: 0-1, more with things named and figures.

    Of two sentences that both stand alone the clearer one is shown.
    """
    spoken = len(text.split())
    about = min(5, len(content(text))) / 5
    length = 1.0 if 6 <= spoken <= 20 else max(0.0, 1 - 0.08 * max(6 - spoken, spoken - 20))
    return round(0.55 * about + 0.35 * length + 0.1 * has_figure(text), 3)


def has_figure(text: str) -> bool:
    """Return whether a text has a number in it, in digits or as a word."""
    return bool(re.search(r"\d", text)) or any(w in _FIGURES for w in words(text))


_FIGURES = frozenset(
    "two three four five six seven eight nine ten twelve twenty thirty forty fifty hundred".split()
)
