"""Names of themes: the clearest clause that members said, or a frame around their common words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from personagen.analysts.base import Floats, Member, ThemeName
from personagen.analysts.grammar import PAST, VERBS, base, has_verb, without_lead
from personagen.analysts.keyphrases import Terms, terms_of
from personagen.analysts.phrasings import hints
from personagen.analysts.stance import BANAL, COMMON, FILLERS, stem, words
from personagen.analysts.standalone import ENGLISH, has_main_verb
from personagen.analysts.worded import Worded, worded

CANDIDATES = 12
"""Clauses looked at closely for each theme."""
LONGEST, SHORTEST = 18, 2
"""Words of a clause that may be a headline."""
LEAST_SAYING, MOST_SAY = 5, 0.6
"""People, and share of a theme's people, who must share a single word before it names the theme."""
CLEAR = 0.2
"""What a clause that names things and is neither short nor long gains."""
LOOSE = 0.4
"""What a thing without a verb loses."""
WANTED = 0.3
"""What a motivation's clause gains that says what somebody wants."""
STANDS = 0.35
"""Score from which a clause that stands alone is better than a frame around a phrase."""
KEYWORDS = 4
"""Key phrases that tell a theme apart in its definition."""
GOOD_ENOUGH = 0.55
"""Score from which a clause speaks for its theme; below, a frame around key phrases does."""


class Heard(NamedTuple):
    """What the encoder says of n clauses, read as if each were all that was said."""

    vectors: Floats
    """float32, shape (n, 384), rows of length 1."""
    scores: Floats
    """float32, shape (n,): probability of the themes' code."""
    quotable: Floats
    """float32, shape (n,)."""


Listen = Callable[[Sequence[str]], Heard]


class Frame(NamedTuple):
    """How a code speaks of a thing that has no verb of its own."""

    headline: str
    about: str
    criterion: str


FRAMES = {
    "pain_point": Frame(
        "Trouble with {}", "Difficulties with {}", "a difficulty of their own with {}"
    ),
    "motivation": Frame(
        "Wants {}",
        "What they want to achieve around {}",
        "a goal or reason to act that concerns {}",
    ),
    "objection": Frame(
        "Held back by {}",
        "Reasons not to buy, adopt or stay: {}",
        "a reason against that concerns {}",
    ),
    "praise": Frame("Values {}", "What works well or is valued: {}", "that {} works well for them"),
    "feature_request": Frame(
        "Asks for {}", "Wishes for a change: {}", "an explicit wish that concerns {}"
    ),
    "workaround": Frame(
        "Copes with {}",
        "Substitute ways of coping: {}",
        "a substitute way of coping that involves {}",
    ),
}
_ANY = Frame("{}", "Excerpts about {}", "something about {}")

MOST_READ = 200
"""Members whose clauses are read for a headline; of a larger theme the most central."""

_UNRESOLVED = re.compile(
    r"^(?:it|its|it['’]s|this|that|that['’]s|these|those|they|they['’]re|them|he|she|he['’]s|"
    r"she['’]s|his|her|which|who|whose|where|when|while|if|unless|until|as|"
    r"than|same|such|one|ones|other|"
    r"others|there['’]s that|what|how|why|let['’]s|too|either|not only|especially|including|"
    r"e\.g|etc|of|maybe|perhaps|probably|to|for example|with|from|by|at|on|in|"
    r"for|about|even|only|both|again|mainly|mostly)\b",
    re.IGNORECASE,
)
_NEVER = re.compile(r"[\[\]{}<>|*#@\\^~=]|https?:|www\.|[?]|\.\.|…|\"|“|”|:\)|[^\x00-ɏ‘’–—€£]")
_RUDE = re.compile(
    r"\b(?:f+u+c+k\w*|shit\w*|crap\w*|damn|hell|ass|bitch\w*|wtf|merde|putain)\b", re.I
)
_PIECE = re.compile(
    r"\s*[;:\n]\s*|\s+[–—-]+\s+|,\s+(?=(?:and|but|so|because|which|or|it|i|we|you|the|my)\b)|"
    r",\s+|\s+(?:and|but|or|so)(?=,\s)|\s+(?=(?:but|because)\b)|\.\s+|!\s*",
    re.IGNORECASE,
)
_GOVERNS = re.compile(
    r"\b(?:if|unless|until|when|whenever|wish|hope|imagine|doubt|would|could|might|maybe|perhaps|"
    r"not|no|never|without|neither|nor|hardly|cannot|than|like|such as|instead|say|says|said)\b|"
    r"n['’]t\b",
    re.IGNORECASE,
)
_WANT = re.compile(
    r"\b(?:want(?:ed|s)?|(?:['’]d|would) (?:like|love)|hop(?:e|ed|ing)|wish(?:ed)?|aim|goal|"
    r"ambition|dream|matters|care (?:about|that)|so (?:that )?(?:I|we) (?:can|could))\b",
    re.IGNORECASE,
)
_SPECIFIC = re.compile(
    r"\b\d+(?:[.,]\d+)?\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:two|three|four|five|"
    r"six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|hundred|thousand)\b|"
    r"^(?:is|was|has been|had)\b",
    re.IGNORECASE,
)


class Candidate(NamedTuple):
    """A clause of a member that could be the headline."""

    clause: str
    """As it was said."""
    headline: str
    member: int
    firm: bool
    """It stands alone, with a verb of its own."""
    clarity: float


def name_themes(code: str, themes: Sequence[Sequence[Member]], listen: Listen) -> list[ThemeName]:
    """Return a name for each theme of one code; no two labels are equal.

    A theme that no clause and no common word can name gets an empty label: it is none.

    Args:
        code: Of all the themes.
        themes: Members of each theme.
        listen: Gives vectors and scores of clauses.
    """
    frame = FRAMES.get(code, _ANY)
    terms = terms_of(themes)
    heads = [_central(members) for members in themes]
    shortlists = [_shortlist(m, t, code) for m, t in zip(heads, terms, strict=True)]
    flat = [c.clause for shortlist in shortlists for c in shortlist]
    heard = listen(flat)
    names, taken, begin = [], set[str](), 0
    for members, t, shortlist in zip(themes, terms, shortlists, strict=True):
        own = Heard(*(part[begin : begin + len(shortlist)] for part in heard))
        begin += len(shortlist)
        ranked = _ranked(shortlist, own, members, t, code)
        label = _label(ranked, t, frame, taken, len({m.participant for m in members}))
        taken.add(label.lower())
        about = _listed(t.phrases[:KEYWORDS]) or label
        names.append(
            ThemeName(
                label=label,
                definition=f"{frame.about.format(about)}.",
                criterion=f"The participant voices {frame.criterion.format(about)}.",
                keywords=t.phrases[:KEYWORDS],
            )
        )
    return names


def _central(members: Sequence[Member]) -> Sequence[Member]:
    """Return the members of a large theme that are nearest to its middle, in their order."""
    if len(members) <= MOST_READ:
        return members
    vectors = np.stack([m.vector for m in members])
    near = np.argsort(-(vectors @ vectors.mean(axis=0)), kind="stable")[:MOST_READ]
    return [members[i] for i in sorted(near)]


def _shortlist(members: Sequence[Member], terms: Terms, code: str) -> list[Candidate]:
    found: dict[str, tuple[float, Candidate]] = {}
    for place, member in enumerate(members):
        for clause in clauses(member.text):
            headline = _headline(clause, member, code)
            if headline is None:
                continue
            quick = _quick(headline.text, terms, len(members)) + 0.05 * member.quotable
            quick += _form(headline.clarity, headline.firm, clause, code)
            known = found.get(headline.text.lower())
            if known is None or known[0] < quick:
                candidate = Candidate(clause, headline.text, place, headline.firm, headline.clarity)
                found[headline.text.lower()] = (quick, candidate)
    best = sorted(found.values(), key=lambda f: (-round(f[0], 6), f[1].headline))
    return [candidate for _, candidate in best[:CANDIDATES]]


def clauses(text: str) -> Iterator[str]:
    """Yield a text and those of its clauses that mean the same alone."""
    for sentence in re.split(r"(?<=[.!?])\s+|\n+", text):
        if not sentence.endswith("?"):
            yield sentence
            borders = [0, *(m.end() for m in _PIECE.finditer(sentence)), len(sentence)]
            starts = [m.start() for m in _PIECE.finditer(sentence)] + [len(sentence)]
            for begin, end in zip(borders, starts, strict=False):
                if end - begin < len(sentence) and not _GOVERNS.search(sentence[:begin]):
                    if not _GOVERNS.match(sentence[end:].lstrip(" ,;")):
                        yield sentence[begin:end]


def _headline(clause: str, member: Member, code: str) -> Worded | None:
    bare = without_lead(clause)
    spoken = bare.split()
    if not SHORTEST <= len(spoken) <= LONGEST or _NEVER.search(bare) or _RUDE.search(bare):
        return None
    if _UNRESOLVED.match(bare) or bare.count("(") != bare.count(")"):
        return None
    content = [w for w in words(bare) if w not in COMMON and w not in FILLERS]
    if not content or all(w in BANAL for w in content):
        return None
    # A piece of a longer sentence is a claim only if it has a verb of its own.
    if len(spoken) < 0.6 * len(member.text.split()) and not has_main_verb(bare):
        return None
    if _OTHERWISE.get(code, frozenset()).intersection(hints(bare)):
        return None
    found = worded(clause, member.text, member.lang)
    if found is None or found.firm or member.lang not in ENGLISH:
        return found
    if code not in _OF_THINGS and len(content) < 3:
        return None
    framed = _framed(found.text, code)
    return found._replace(text=framed) if framed else None


_OTHERWISE: dict[str, frozenset[str]] = {
    "pain_point": frozenset({"feature_request", "praise"}),
    "objection": frozenset({"feature_request", "praise"}),
    "workaround": frozenset({"feature_request"}),
    "praise": frozenset({"feature_request", "pain_point"}),
}
"""What a headline may not sound like: "Let us have a code on the wall" names a wish, no pain."""


def _framed(thing: str, code: str) -> str | None:
    """Return a thing without a verb in its code's frame, where there is one; else as it is."""
    if code not in ("motivation", "feature_request"):
        return thing
    first = thing.split()[0].lower()
    if first in _NO_THING or first in PAST or base(first) != first or first.endswith("ing"):
        return None
    return FRAMES[code].headline.format(_lowered(thing))


_OF_THINGS = frozenset({"praise", "feature_request"})
"""Codes that are often voiced as a thing alone: "Fast delivery", "Bigger buttons"."""
_NO_THING = VERBS | {"not", "no", "without", "to", "just", "very", "more and more", "is", "was"}


def _lowered(clause: str) -> str:
    """Return a clause that begins small, unless its first word is a name: "RStudio", "PDF"."""
    first = clause.split()[0]
    return clause[:1].lower() + clause[1:] if first[1:].islower() or first in ("A",) else clause


def _quick(headline: str, terms: Terms, size: int) -> float:
    """Return how well a headline's words cover what the theme speaks of, without vectors."""
    stems = {stem(w) for w in words(headline) if w not in COMMON and w not in FILLERS}
    known = [s for s in stems if s in terms.weight]
    if not known:
        return 0.0
    top = sum(sorted(terms.weight.values(), reverse=True)[:3]) or 1.0
    covered = min(1.0, sum(terms.weight[s] for s in known) / top)
    alone = sum(1 for s in known if terms.shared[s] < 2) / len(known)
    length = len(headline.split())
    off = 0.04 * max(0, 4 - length) + 0.04 * max(0, length - 8)
    verb = 0.1 if has_verb(headline) else 0.0
    return covered + verb - 0.5 * alone - off - 0.15 * bool(_SPECIFIC.search(headline))


def _form(clarity: float, firm: bool, clause: str, code: str) -> float:
    """Return what the form of a clause adds to what it covers."""
    wanted = WANTED if code == "motivation" and _WANT.search(clause) else 0.0
    return CLEAR * clarity - LOOSE * (not firm) + wanted


def _ranked(
    shortlist: list[Candidate], own: Heard, members: Sequence[Member], terms: Terms, code: str
) -> list[tuple[float, Candidate]]:
    if not shortlist:
        return []
    mean = np.mean([m.vector for m in members], axis=0)
    mean /= max(float(np.linalg.norm(mean)), 1e-9)
    speaks = own.vectors @ mean + 0.5 * own.scores + 0.3 * own.quotable
    scored = [
        (
            round(
                _quick(c.headline, terms, len(members))
                + float(speaks[i])
                + _form(c.clarity, c.firm, c.clause, code),
                3,
            ),
            c,
        )
        for i, c in enumerate(shortlist)
    ]
    return sorted(scored, key=lambda s: (-s[0], s[1].headline))


def _label(
    ranked: list[tuple[float, Candidate]],
    terms: Terms,
    frame: Frame,
    taken: set[str],
    people: int,
) -> str:
    """Return the best clause; else a fair one; else a frame around a phrase that people share."""
    free = [(score, c) for score, c in ranked if c.headline.lower() not in taken]
    for score, candidate in free:
        if score >= GOOD_ENOUGH:
            return candidate.headline
    stands = next((c.headline for score, c in free if c.firm and score >= STANDS), "")
    if stands:
        return stands
    for phrase in terms.phrases:
        label = frame.headline.format(phrase)
        # A single word names a theme only where most of its people say it.
        most = terms.shared.get(stem(phrase), 0) >= max(LEAST_SAYING, MOST_SAY * people)
        if label.lower() not in taken and (" " in phrase or most):
            return label[:1].upper() + label[1:]
    return ""


def _listed(phrases: Sequence[str]) -> str:
    """Return phrases as a list in a sentence."""
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} and {phrases[-1]}"
