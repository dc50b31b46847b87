"""Is a sentence that a model wrote carried by the excerpts it cites?

No model vouches for another here. A sentence passes when it holds no quotation marks, no number
and no name that its evidence lacks, when each of its content words is said there, by root, by a
list of near-synonyms or by nearness of the encoder's vectors, when none stands under a denial that
the evidence does not have (or the other way round), and when it is near in meaning as a whole.
Wrong refusals cost a model's wording, wrong passes cost the truth: in doubt it is refused.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from personagen.analysts.base import Floats, SentenceEncoder
from personagen.support.deeds import done_by_others
from personagen.support.lexicon import WORD, lexicon, root, words_of
from personagen.support.turning import turned
from personagen.verification.operators import NUMBER_WORDS

NEAR_WORD = 0.56
"""Cosine of two single words from which one may stand for the other."""
NEAR_SENTENCE = 0.30
"""Cosine to the nearest excerpt, or to their mean, that a sentence has at least."""
SURE_SENTENCE = 0.62
"""Cosine from which one content word of five may be the sentence's own."""
MOST_KEPT = 20_000
"""Vectors kept of words and excerpts."""
SCOPE = 5
"""Words after a denial that it is felt over."""

_MARKS = re.compile("[\"“”„‟«»‹›`]|(?<![\\w])['‘’](?=\\w)[^'‘’]{2,}?['’](?!\\w)")  # noqa: RUF001
_MARKUP = re.compile(r"https?://|www\.|\[[^\]]*\]\(|<[a-z/!]|[*_#|]{2,}|[{}\\]", re.IGNORECASE)
_CLAUSES = re.compile(
    r"[,;:.!?—–]+|\b(?:and|but|so|because|or|which|then|if|when|until|what|who|where|how|"
    r"although|though|unless|whether)\b",
    re.IGNORECASE,
)
_WISHES = frozenset("want wants wanted wish wishes need needs should ask asks would".split())
_SMALL = frozenset({"one", "first", "second", "half", "single", "once", "both", "another"})
_QUANTITIES = frozenset(
    "all always every each everyone everybody everything majority most guaranteed only".split()
)
_WHOLE = frozenset("all every each everything everyone everybody any whole nobody".split())
_COUNTING = frozenset("a an one per each every".split())


UNSAID = "unsaid"


class Verdict(NamedTuple):
    """Whether a sentence may stand, and if not, why."""

    ok: bool
    why: str


class _Word(NamedTuple):
    """A word where it stands."""

    text: str
    denied: bool
    """A denial stands within a few words before it."""
    turned: bool
    """It is what the denial turns round: the first word after it that says something."""
    clouded: bool
    """Something in its clause denies or complains."""


class _Mood(NamedTuple):
    """What the rest of a sentence does to a word."""

    negative: bool
    wishes: bool


class _Said(NamedTuple):
    """What the evidence says, taken apart."""

    roots: dict[str, list[_Word]]
    denies: bool
    texts: tuple[str, ...]


class Support:
    """Judges sentences against excerpts."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, Floats] = {}
        # Answers are checked in the threads that fetched them; the encoder serves one at a time.
        self._lock = threading.Lock()

    def judge(self, text: str, excerpts: Sequence[str], facts: Sequence[str] = ()) -> Verdict:
        """Return whether excerpts carry a text of one or more sentences.

        Args:
            text: What a model wrote.
            excerpts: What participants said, word for word.
            facts: What else is known and may be stated: product facts, the product's name.
        """
        why = form_problem(text, [*excerpts, *facts])
        if not why:
            with self._lock:
                why = self._meaning(text, excerpts, facts)
        return Verdict(not why, why)

    def _meaning(self, text: str, excerpts: Sequence[str], facts: Sequence[str]) -> str:
        said = _take_apart([*excerpts, *facts])
        own = _content(text)
        if not own:
            return _light_only(text, said)
        self._learn([text, *excerpts, *facts, *(w.text for w in own), *said.roots])
        loose = []
        for word in own:
            problem = self._word(word, _mood(text, word.text), said)
            if problem == UNSAID:
                loose.append(word.text)
            elif problem:
                return problem
        otherwise = turned(text, said.texts) or done_by_others(text, excerpts)
        if otherwise:
            return otherwise
        near = self._nearness(text, [*excerpts, *facts])
        allowed = len(own) // 5 if near >= SURE_SENTENCE else 0
        if len(loose) > allowed:
            return f"nobody cited says anything about {', '.join(dict.fromkeys(loose))}"
        if near < NEAR_SENTENCE:
            return "it means something else than what is cited"
        return ""

    def _word(self, word: _Word, mood: _Mood, said: _Said) -> str:
        """Return `UNSAID`, or why a word can't stand, or nothing."""
        key, lex = root(word.text), lexicon()
        if key in lex.light:
            seen = said.roots.get(key, []) if key in lex.turnable else []
            return _turned_light(word, mood, seen)
        if word.text in lex.negators - lex.telling and said.denies and key not in said.roots:
            return ""
        matches = _said_otherwise(key, said)
        opposed = [w for w in lex.opposite.get(key, ()) if w in said.roots]
        if opposed and not matches:
            wishes = mood.wishes and said.denies
            flags = [one.denied for other in opposed for one in said.roots[other]]
            fits = word.denied or wishes or all(flags)
            return "" if fits else f"{word.text!r} is the opposite of what is said"
        matches = matches or self._near(key, word.text, said)
        if not matches:
            bare = word.text in lex.negators - lex.telling
            return f"nobody cited says {word.text!r}" if bare else UNSAID
        seen = [one for match in matches for one in said.roots[match]]
        if word.turned and not any(one.denied or one.clouded for one in seen):
            return f"nobody cited denies {word.text!r}"
        if not word.denied and all(one.turned for one in seen) and not mood.negative:
            return f"what is cited denies {word.text!r}"
        return ""

    def _near(self, key: str, word: str, said: _Said) -> list[str]:
        """Return words of the evidence near in meaning, by the encoder's vectors."""
        if key in lexicon().persons:
            return []
        far = lexicon().opposite.get(key, frozenset())
        others = [r for r in said.roots if r not in far and len(r) > 2]
        if not others:
            return []
        own = self._vector(word)
        near = np.array([own @ self._vector(r) for r in others])
        return [others[i] for i in np.flatnonzero(near >= NEAR_WORD)]

    def _learn(self, texts: Sequence[str]) -> None:
        """Read in one pass all that was not read before."""
        if len(self._vectors) > MOST_KEPT:
            self._vectors.clear()
        fresh = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if fresh:
            self._vectors |= zip(fresh, self._encoder.encode(fresh).vectors, strict=True)

    def _vector(self, text: str) -> Floats:
        return self._vectors[text]

    def _nearness(self, text: str, texts: Sequence[str]) -> float:
        rows = np.stack([self._vector(t) for t in texts])
        own, mean = self._vector(text), rows.mean(0)
        mean = mean / max(float(np.linalg.norm(mean)), 1e-6)
        return max(float((rows @ own).max()), float(mean @ own))


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
        if before in _QUANTITIES and before not in known and not (timed or whole):
            return before
        if timed and before in _COUNTING and not {word, f"{word}s", word.removesuffix("s")} & known:
            return f"{before} {word}"
    return ""


def _is_number(word: str) -> bool:
    if any(c.isdigit() for c in word):
        return True
    return bool({word, word.removesuffix("s")} & NUMBER_WORDS) and word not in _SMALL


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


def _content(text: str) -> list[_Word]:
    """Return the words that are not light, and the light verbs that can be turned round."""
    lex = lexicon()
    heavy = lex.turnable | {root(w) for w in lex.negators - lex.vague}
    return [
        word
        for word in _in_place(text)
        if (root(word.text) not in lex.light or root(word.text) in heavy)
        and word.text not in lex.strong
        and len(word.text) > 2
    ]


def _light_only(text: str, said: _Said) -> str:
    """Return why a sentence of light words can't stand: all must be said, and two at least."""
    words = [w for w in words_of(text) if len(w) > 3 and w not in lexicon().negators]
    known = {w.removesuffix("'s") for one in said.texts for w in words_of(one)} | set(said.roots)
    missing = [w for w in words if root(w) not in said.roots and w not in known]
    if len(words) < 2 or missing:
        return "it says nothing that could be checked"
    otherwise = turned(text, said.texts) or done_by_others(text, said.texts)
    return otherwise


def _said_otherwise(key: str, said: _Said) -> list[str]:
    """Return the words of the evidence that are the same, of the same meaning, or narrower."""
    if key in said.roots:
        return [key]
    groups = lexicon().same.get(key, frozenset())
    narrower = lexicon().broader.get(key, frozenset())
    return [r for r in said.roots if r in narrower or groups & lexicon().same.get(r, frozenset())]


def _turned_light(word: _Word, mood: _Mood, seen: Sequence[_Word]) -> str:
    """Return why a light word says the opposite of what is cited, or nothing."""
    if not seen:
        return ""
    if all(one.turned for one in seen) and not word.denied and not mood.negative:
        return f"what is cited denies {word.text!r}"
    if word.turned and not any(one.denied or one.clouded for one in seen):
        return f"nobody cited denies {word.text!r}"
    return ""


def _mood(text: str, apart_from: str) -> _Mood:
    words = {w for w in words_of(text) if w != apart_from}
    rather = " rather than " in text or " instead of " in text
    return _Mood(rather or bool(words & lexicon().negators), bool(words & _WISHES))


def _in_place(text: str) -> list[_Word]:
    """Return each word with whether it stands under a denial, clause by clause."""
    found: list[_Word] = []
    for clause in _CLAUSES.split(text):
        words = words_of(clause)
        dark = lexicon().negators.intersection(words)
        left, waiting = 0, False
        for at, word in enumerate(words):
            says = _says_something(word)
            found.append(_Word(word, left > 0, waiting and left > 0 and says, bool(dark - {word})))
            waiting = waiting and not says
            if _denies(words, at):
                left, waiting = SCOPE, True
            else:
                left -= 1
    return found


def _says_something(word: str) -> bool:
    key, lex = root(word), lexicon()
    said = key not in lex.light or key in lex.turnable
    return len(word) > 2 and said and word != "longer"


def _denies(words: Sequence[str], at: int) -> bool:
    """Return whether the word at a place turns round what follows it."""
    word = words[at]
    if word == "to":
        return "too" in words[max(0, at - 5) : at]
    if word in {"than", "of"} and at:
        return (words[at - 1], word) in {("rather", "than"), ("instead", "of")}
    if word == "up":
        return at > 0 and words[at - 1] in {"give", "gives", "gave", "given", "giving"}
    return word in lexicon().strong


def _take_apart(texts: Sequence[str]) -> _Said:
    roots: dict[str, list[_Word]] = {}
    for text in texts:
        for word in _in_place(text):
            roots.setdefault(root(word.text), []).append(word)
    every = {w for text in texts for w in words_of(text)}
    return _Said(roots, bool(every & lexicon().negators), tuple(texts))
