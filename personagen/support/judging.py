"""Is a sentence that a model wrote carried by the excerpts it cites?

A sentence passes when it holds no quotation marks, no number and no name that its evidence lacks,
when each of its content words is said there, by root, by lists of near-synonyms or by nearness of
the encoder's vectors, when nothing tells that it says otherwise in the same words, and when it is
near in meaning as a whole. Two networks, which read evidence and sentence together, have a say
beside these rules: what they hold not to follow is refused, what they hold to follow passes in
words of its own, and what they are certain of passes though a rule misses a word. They never
overrule what the form forbids, nor what is turned round. Wrong refusals cost a model's wording,
wrong passes cost the truth: in doubt it is refused.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from personagen.analysts.base import Floats, SentenceEncoder
from personagen.encoder.runtime import shipped_tokenizer
from personagen.inference.together import follows_from_any
from personagen.support.deeds import done_by_others
from personagen.support.form import form_problem
from personagen.support.lexicon import WORD, lexicon, root, words_of
from personagen.support.placing import Mood, Said, Word, content, mood_of, take_apart
from personagen.support.thesaurus import thesaurus
from personagen.support.turning import turned

NEAR_WORD = 0.56
"""Cosine of two single words from which one may stand for the other."""
NEAR_SENTENCE = 0.30
"""Cosine to the nearest excerpt, or to their mean, that a sentence has at least."""
SURE_SENTENCE = 0.62
"""Cosine from which one content word of five may be the sentence's own."""
FOLLOWS = 0.15
"""Probability of following, by both networks, below which nothing passes."""
SURE = 0.75
"""… from which a sentence passes although words of its own are in it."""
CERTAIN = 0.9
"""… from which it passes although a rule misses a word that nobody says or denies."""
FAR = 0.2
"""Cosine to the nearest excerpt below which the networks overrule nothing: they learned little of
what is said of quite other things."""
_SHORTENED = re.compile(r"(?:n't|'(?:ll|d|m|re|ve|s))$")
"""“They'd” is “they”."""
_BUILT = ("ing", "ed", "ness", "tion", "ment", "ship")
"""Ends of words that are no names."""
UNSAID = "nobody cited says anything about"
ELSEWHERE = "it means something else than what is cited"
OWN_WORDS = (UNSAID, ELSEWHERE)
"""Objections that a faithful sentence in words of its own may meet, too."""
LACKING = ("nobody cited says", "nobody cited denies")
"""… and that one seldom meets; of what is turned round the rules alone decide."""
READ_WHOLE = 65
"""Words of evidence that are read together with a sentence at most."""
MOST_KEPT = 20_000
"""Vectors kept of words and excerpts."""


class Verdict(NamedTuple):
    """Whether a sentence may stand, and if not, why."""

    ok: bool
    why: str


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
        evidence = [*excerpts, *facts]
        why = form_problem(text, evidence)
        if not why:
            with self._lock:
                why = self._meaning(text, excerpts, evidence)
                why = self._read(text, evidence, why)
        return Verdict(not why, why)

    def carries(self, text: str, excerpts: Sequence[str]) -> bool:
        """Return whether excerpts surely carry what is put into people's mouths.

        Stricter than `judge`: a yes to a question that supposes what nobody said agrees with it.
        """
        return self.judge(text, excerpts).ok and chance_of(text, excerpts) >= SURE

    def _read(self, text: str, evidence: Sequence[str], why: str) -> str:
        """Return what stands of the rules' objection once evidence and text are read together."""
        if not why:
            follows = chance_of(text, evidence) >= FOLLOWS
            return "" if follows else "read together with what is cited, it does not follow"
        enough = SURE if why.startswith(OWN_WORDS) else CERTAIN
        if not _may_be_overruled(text, evidence, why) or self._is_far(text, evidence):
            return why
        return "" if chance_of(text, evidence) >= enough else why

    def _is_far(self, text: str, evidence: Sequence[str]) -> bool:
        self._learn([text, *evidence])
        return self._nearness(text, evidence) < FAR

    def _meaning(self, text: str, excerpts: Sequence[str], evidence: Sequence[str]) -> str:
        said, own = take_apart(evidence), content(text)
        if not own and (empty := _empty(text, said)):
            return empty
        # What needs no vectors first: reading words one by one is what takes time.
        new = [word for word in own if not _is_said(word, said)]
        why = _first_turned(text, [word for word in own if word not in new], said)
        why = why or turned(text, said.texts) or done_by_others(text, excerpts)
        return why or (self._apart(text, own, new, said) if own else "")

    def _apart(self, text: str, own: Sequence[Word], new: Sequence[Word], said: Said) -> str:
        """Return why words that no list finds in the evidence, or the whole, lie too far off."""
        self._learn([text, *said.texts])
        if new:
            self._learn([*(w.text for w in new), *said.roots])
        loose = []
        for word in new:
            seen = [one for match in self._near(word.text, said) for one in said.roots[match]]
            if not seen and word.text in lexicon().negators - lexicon().telling:
                return f"nobody cited says {word.text!r}"
            if not seen:
                loose.append(word.text)
            elif why := _turned(word, mood_of(text, word.text), seen):
                return why
        near = self._nearness(text, said.texts)
        if len(loose) > (len(own) // 5 if near >= SURE_SENTENCE else 0):
            return f"{UNSAID} {', '.join(dict.fromkeys(loose))}"
        return ELSEWHERE if near < NEAR_SENTENCE else ""

    def _near(self, word: str, said: Said) -> list[str]:
        """Return words of the evidence near in meaning, by the encoder's vectors."""
        key = root(word)
        if key in lexicon().persons:
            return []
        far = lexicon().opposite.get(key, frozenset())
        others = [r for r in said.roots if r not in far and len(r) > 2]
        if not others:
            return []
        near = np.array([self._vectors[word] @ self._vectors[r] for r in others])
        return [others[i] for i in np.flatnonzero(near >= NEAR_WORD)]

    def _learn(self, texts: Sequence[str]) -> None:
        """Read in one pass all that was not read before."""
        if len(self._vectors) > MOST_KEPT:
            self._vectors.clear()
        fresh = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if fresh:
            self._vectors |= zip(fresh, self._encoder.encode(fresh).vectors, strict=True)

    def _nearness(self, text: str, texts: Sequence[str]) -> float:
        rows = np.stack([self._vectors[t] for t in texts])
        own, mean = self._vectors[text], rows.mean(0)
        mean = mean / max(float(np.linalg.norm(mean)), 1e-6)
        return max(float((rows @ own).max()), float(mean @ own))


def _may_be_overruled(text: str, evidence: Sequence[str], why: str) -> bool:
    """Return whether the networks have a say: not of names, nor of what is turned round."""
    lacks = why.startswith((*OWN_WORDS, *LACKING))
    return bool(evidence) and lacks and not _opens_with_a_name(text, evidence)


def _opens_with_a_name(text: str, evidence: Sequence[str]) -> bool:
    """Return whether a sentence opens with a word that nobody cited says and that is no common one.

    Of a word with a capital at the start of a sentence its form does not tell.
    """
    first = WORD.search(text)
    if first is None or not first.group()[0].isupper():
        return False
    word = first.group().lower()
    said = any(word in words_of(one) for one in evidence)
    parts = _SHORTENED.sub("", word.replace("’", "'")).split("-")
    return not said and not all(map(_is_common, parts))


def _is_common(word: str) -> bool:
    """Return whether a word is no name: listed, built like one, or one piece to the tokenizer."""
    listed = root(word) in thesaurus().senses or word.endswith(_BUILT)
    return listed or len(shipped_tokenizer().encode(word, add_special_tokens=False).ids) == 1


def chance_of(text: str, evidence: Sequence[str]) -> float:
    """Return how likely a sentence follows from evidence, 0–1, by both networks' log odds."""
    return follows_from_any(_passages(evidence), text)


def _passages(evidence: Sequence[str]) -> list[str]:
    """Return evidence as few passages, each short enough to be read whole."""
    passages: list[list[str]] = []
    for text in dict.fromkeys(evidence):
        words = len(text.split())
        if not passages or sum(len(t.split()) for t in passages[-1]) + words > READ_WHOLE:
            passages.append([])
        passages[-1].append(text)
    return [" ".join(some) for some in passages]


def _is_said(word: Word, said: Said) -> bool:
    """Return whether a word needs no vectors: lists find it, or its opposite, or it says little."""
    key, lex = root(word.text), lexicon()
    bare = word.text in lex.negators - lex.telling
    if key in lex.light or (bare and said.denies and key not in said.roots):
        return True
    return bool(_matches(key, said)) or any(w in said.roots for w in lex.opposite.get(key, ()))


def _first_turned(text: str, words: Sequence[Word], said: Said) -> str:
    """Return why one of the words that are said says the opposite, or nothing."""
    return next(filter(None, (_opposed(w, mood_of(text, w.text), said) for w in words)), "")


def _opposed(word: Word, mood: Mood, said: Said) -> str:
    """Return why a word that is said, or whose opposite is, can't stand; or nothing."""
    key, lex = root(word.text), lexicon()
    if key in lex.light:
        return _turned(word, mood, said.roots.get(key, []) if key in lex.turnable else [])
    if matches := _matches(key, said):
        return _turned(word, mood, [one for match in matches for one in said.roots[match]])
    opposites = [w for w in lex.opposite.get(key, ()) if w in said.roots]
    flags = [one.denied for other in opposites for one in said.roots[other]]
    if word.denied or (mood.wishes and said.denies) or all(flags):
        return ""
    return f"{word.text!r} is the opposite of what is said"


def _turned(word: Word, mood: Mood, seen: Sequence[Word]) -> str:
    """Return why a word is denied on one side alone, or nothing."""
    if seen and word.turned and not any(one.denied or one.clouded for one in seen):
        return f"nobody cited denies {word.text!r}"
    if seen and not word.denied and all(one.turned for one in seen) and not mood.negative:
        return f"what is cited denies {word.text!r}"
    return ""


def _matches(key: str, said: Said) -> list[str]:
    """Return the words of the evidence that are the same, of the same meaning, or narrower."""
    if key in said.roots:
        return [key]
    lex, wide = lexicon(), thesaurus()
    groups = lex.same.get(key, frozenset())
    narrower, far = lex.broader.get(key, frozenset()), lex.opposite.get(key, frozenset())
    return [
        other
        for other in said.roots
        if other in narrower
        or groups & lex.same.get(other, frozenset())
        or (other not in far and wide.stands_for(key, other))
    ]


def _empty(text: str, said: Said) -> str:
    """Return why a sentence of light words can't stand: all must be said, and two at least."""
    words = [w for w in words_of(text) if len(w) > 3 and w not in lexicon().negators]
    known = {w.removesuffix("'s") for one in said.texts for w in words_of(one)} | set(said.roots)
    missing = [w for w in words if root(w) not in said.roots and w not in known]
    return "it says nothing that could be checked" if len(words) < 2 or missing else ""
