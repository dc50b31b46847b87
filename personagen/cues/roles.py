"""Who participants say they are: role words and the size of where they work, as said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from personagen.cues.hits import Hit, is_supposed, words

_FILLER = (
    r"(?:\s+(?:currently|basically|mostly|kind of|sort of|actually|just|also|now|officially|really|"
    r"still|only|essentially|technically|mainly|primarily|by trade|myself|um|uh|er|like|"
    r"in fact))*,?"
)
_STOP = re.compile(
    r"\s+(?:for|at|in|of|with|and|who|that|which|on|from|by|here|so|but|or|to|because|since|as|"
    r"these|every|when|where|now)\b|[,.;:!?()–—]",
    re.IGNORECASE,
)
_NUMBER = (
    r"(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    r"fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|"
    r"ninety|(?:a|one|two|three|four|five|six) hundred|a dozen|a thousand)"
    r"(?:[- ](?:odd|one|two|three|four|five|six|seven|eight|nine|thousand))?"
)
_ABOUT = (
    r"(?:about|around|roughly|only|just|maybe|nearly|almost|over|some|like|currently|up to|"
    r"probably)?\s*"
)
_SIZE = re.compile(
    rf"\b(?:(?:we're|we are|there's|there are|there is|we have|we've got|we employ|it's|"
    rf"it is)\s+"
    rf"{_ABOUT}(?P<a>{_NUMBER})\s+(?:of us|(?:paid )?(?:people|staff|employees)|heads?|strong)\b"
    rf"|\b(?:a |our )?(?:team|company|firm|staff|crew|practice|office|shop|business) of "
    rf"{_ABOUT}(?P<b>{_NUMBER})\b"
    rf"|\b(?P<c>{_NUMBER})[- ](?:person|people|employee|man|strong)\s+(?:\w+\s)?(?:team|"
    rf"company|firm|business|shop|startup|start-up|agency|practice|clinic|office|operation|outfit|crew))".replace(
        "'", "['’]"
    ),
    re.IGNORECASE,
)
# "I've been a student of that", "I started out as a programmer": not what they are.
_FIGURE = re.compile(r"(?:\w+ )?(?:student|product|child) of (?:this|that|these|those|the)\b", re.I)
_ONCE = re.compile(r"\b(?:started|start|began|begun)(?: out| off| life)?\s*$", re.IGNORECASE)
# "I run the company, three branches, twenty-six people on the payroll."
_INTRODUCES = re.compile(
    r"\b(?:I|we)(?: \w+ly)? (?:own|run|lead|manage|head|bought|founded|started|opened|coordinate|"
    r"keep|look after)\b|\b(?:I|we)(?:['’]m| am|['’]re| are) (?:the|an?|also)\b",
    re.IGNORECASE,
)
_STAFF = re.compile(
    rf"\b(?P<n>{_NUMBER})\s+(?:employees|(?:paid |permanent )?staff|"
    r"(?:people )?on (?:the|our) payroll|(?P<unpaid>volunteers))\b",
    re.IGNORECASE,
)
# "I'm in a group of shop owners, there's about ninety of us" is not where they work.
_CROWD = re.compile(
    r"\b(?:group|chat|forum|network|association|club|class|course|mailing list|community|meet-?up|"
    r"conference|union|band|choir|family)\b",
    re.IGNORECASE,
)
_UNITS = dict(
    zip(
        (
            "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
            "sixteen seventeen eighteen nineteen twenty"
        ).split(),
        range(2, 21),
        strict=True,
    )
)
_TENS = {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_BANDS = ((10, "fewer than 10"), (50, "10–49"), (250, "50–249"))


class _Patterns(NamedTuple):
    named: re.Pattern[str]
    does: re.Pattern[str]
    buyer: re.Pattern[str]
    keys: re.Pattern[str]
    ignored: re.Pattern[str]


def roles_in(sentence: str) -> list[Hit]:
    """Return the roles that speakers give themselves: `nurse`, `runs the front desk`."""
    found = []
    for match in _patterns().named.finditer(sentence):
        role = _role_words(match["role"])
        if _FIGURE.match(match["role"]) or _ONCE.search(sentence[: match.start()]):
            continue
        if role and not is_supposed(sentence, match.start(), match.end()):
            found.append(Hit("role", role, None, None, match.start(), match.end()))
    for match in _patterns().does.finditer(sentence):
        work = _work_words(match["verb"], match["work"])
        if work and not is_supposed(sentence, match.start(), match.end("verb")):
            found.append(Hit("role", work, None, None, match.start(), match.end("verb")))
    return found


def sizes_in(sentence: str) -> list[Hit]:
    """Return how many people the speaker says there are where they work, in bands."""
    sizes = [(m, _number(m["a"] or m["b"] or m["c"]), "people") for m in _SIZE.finditer(sentence)]
    if _INTRODUCES.search(sentence):
        told = _STAFF.finditer(sentence)
        sizes += [(m, _number(m["n"]), "volunteers" if m["unpaid"] else "people") for m in told]
    found = {
        text: Hit("firmographic", text, None, None, match.start(), match.end())
        for match, size, whom in sizes
        if size
        and not _CROWD.search(sentence[: match.start()])
        and not is_supposed(sentence, match.start(), match.end())
        for text in [_band(size, whom)]
    }
    return list(found.values())


def recorded_role(attributes: Mapping[str, str]) -> str | None:
    """Return the role that a table gave for a participant."""
    for key, value in attributes.items():
        if _patterns().keys.search(key) and value.strip():
            return " ".join(value.split()).casefold()
    return None


def recorded_facts(attributes: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes that say who someone is, without ids, dates, ratings and roles."""
    patterns = _patterns()
    return {
        " ".join(key.replace("_", " ").split()): " ".join(value.split())
        for key, value in attributes.items()
        if value.strip()
        and len(value) <= 60
        and not patterns.ignored.search(key)
        and not patterns.keys.search(key)
    }


def may_buy(role: str) -> bool:
    """Return whether a role is one that usually signs: owner, director, chief."""
    return bool(_patterns().buyer.search(role))


def _role_words(text: str) -> str | None:
    """Return the noun phrase up to its role noun, in lower case, without an article."""
    stop = _STOP.search(text)
    phrase = text[: stop.start()] if stop else text
    said = phrase.split()
    nouns = _role_nouns()
    for i in range(min(len(said), 5), 0, -1):
        for width in (2, 1):
            if i >= width and " ".join(said[i - width : i]).lower() in nouns:
                return " ".join(_plain(said[:i]))
    return None


_EMPTY = frozenset(
    "pretty very quite really fairly big huge good bad great terrible bit little lot total proud "
    "busy typical normal lone one another simple humble mere former ex retired qualified certified "
    "full-time part-time full time part long-time longtime lifelong aspiring self-employed".split()
)


def _plain(said: list[str]) -> list[str]:
    """Return role words without what only colours them; acronyms keep their capitals."""
    kept = [w for w in said if w.lower() not in _EMPTY]
    return [w if w.isupper() and len(w) > 1 else w.lower() for w in kept or said[-1:]]


def _work_words(verb: str, text: str) -> str | None:
    stop = _STOP.search(text)
    phrase = " ".join((text[: stop.start()] if stop else text).split()[:4])
    bare = re.sub(
        r"^(?:the|a|an|my|our|all|all the|most of the)\s+", "", phrase, flags=re.IGNORECASE
    )
    roles = words()["roles"]
    first = phrase.split()[0].lower() if phrase else ""
    if not bare or phrase.lower() in roles["not_objects"] or first in roles["not_objects"]:
        return None
    if (
        verb.lower() in ("own", "handle", "lead")
        and bare.split()[-1].lower() not in roles["own_only"]
    ):
        return None
    if not re.match(r"(?:the|a|an|my|our|all)\b", phrase, re.IGNORECASE):
        return None
    done = {"run": "runs", "own": "owns", "manage": "manages", "look after": "looks after"}
    article = "the" if first in ("the", "my", "our", "all") else first
    return f"{done.get(verb.lower(), 'runs')} {article} {bare.lower()}"


def _number(text: str) -> int | None:
    plain = text.lower().replace(",", "").replace("-", " ").strip(" .")
    if plain[:1].isdigit():
        digits = re.match(r"\d+", plain)
        return int(digits[0]) if digits else None
    if "hundred" in plain:
        return 100 * _UNITS.get(plain.split()[0], 1)
    if "thousand" in plain:
        return 1000
    if "dozen" in plain:
        return 12
    first = plain.split()[0]
    return _UNITS.get(first) or _TENS.get(first)


def _band(size: int, whom: str) -> str:
    """Return the size class of the EU's definition of small and medium enterprises."""
    band = next((name for limit, name in _BANDS if size < limit), None)
    return f"{band} {whom}" if band else f"250 {whom} or more"


@cache
def _role_nouns() -> frozenset[str]:
    return frozenset(noun.lower() for noun in words()["roles"]["nouns"])


@cache
def _patterns() -> _Patterns:
    roles = words()["roles"]
    said = (
        r"\b(?:(?:I'm|I am|I've been|I have been|I work as|I worked as|"
        r"I'm working as|my (?:job|title|role|position) is|my job title is|I'm employed as|"
        rf"I trained as){_FILLER}\s+(?:an?|the|our|one of the|your)\s+"
        r"|(?:speaking |working )?\bas an?\s+(?=[\w\s-]{2,40}(?:,|\s+(?:I|my|we)\b))"
        r"|\bI(?:'m| am)\s+(?:also\s+)?(?=head of|director of|chief|"
        r"(?:head|lead|senior|junior|deputy|assistant|second) (?!to\b)[a-z]+\b))"
    )
    return _Patterns(
        named=re.compile(
            f"{said}(?P<role>[A-Za-z][^.;!?]{{1,70}})".replace("'", "['’]"), re.IGNORECASE
        ),
        does=re.compile(
            (
                rf"\bI(?: also| basically| mostly| currently| now)? ?(?P<verb>{roles['verbs'][0]})"
                r"\s+(?P<work>[a-z][^.;!?]{1,60})"
            ).replace("'", "['’]")
        ),
        buyer=re.compile(roles["buyer"][0]),
        keys=re.compile(roles["attribute_keys"][0]),
        ignored=re.compile(words()["attributes"]["ignored"][0]),
    )
