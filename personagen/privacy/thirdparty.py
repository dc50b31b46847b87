"""Names of people who do not speak: colleagues, friends, whoever is talked about.

Rules find them by a list of given names and by how people are introduced and addressed; a name
model, where one is installed, finds the rest. A name that was found once counts in the whole study.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from personagen.privacy.lexicon import given_names, is_nobody, is_word
from personagen.privacy.names import PARTICLES, TOKEN, fold
from personagen.privacy.spokenof import spoken_of

_CAP = r"[A-ZÀ-ÖØ-Þ](?:[a-zà-öø-ÿß-]|['’](?=[A-Z])|(?<=Mc)[A-Z]|(?<=['’])[A-Z])+"
_LINK = r"(?:(?:van|von|der|den|de|del|della|di|da|dos|la|le|bin|al)\s+){0,2}"
_SEQUENCE = re.compile(
    rf"(?<![\w@#/.-]){_CAP}(?:(?:[ ]|[ ]?[A-Z]\.[ ]){_LINK}{_CAP}){{0,3}}(?![\w@])"
)
_TITLE = re.compile(
    r"\b(?:Dr|Mr|Mrs|Ms|Miss|Mx|Prof|Professor|Doctor|Herr|Frau|Señora?|Mme|Monsieur|Madame|Aunt|"
    rf"Uncle)\b\.?\s+(?P<name>{_CAP}(?:\s{_CAP})?)"
)
_OFFICE = re.compile(
    r"\b(?:President|Senator|Governor|Secretary|Mayor|Judge|Congressman|Congresswoman|Captain|"
    r"Sergeant|Lieutenant|Colonel|Detective|Officer|Pastor|Reverend|Rabbi|Coach|Nurse)\s+"
    rf"(?P<name>{_CAP}(?:\s{_CAP})?)"
)
"""Offices that people are called by, and that stand before other things, too."""
_NAMED = re.compile(
    r"\b(?:(?:guy|man|woman|person|friend|girl|boy|colleague|co-?worker|someone|somebody|artist|"
    r"developer|designer|manager|teacher|professor|doctor|lady|kid|student|lass|lad|bloke|chap|"
    r"fellow|gentleman|mate|neighbou?r|nurse|customer|client|driver|volunteer|apprentice|assistant|"
    r"brother|sister|son|daughter|cousin|nephew|niece|uncle|aunt|husband|wife|boss) "
    r"(?:called|named)|"
    r"(?:my|his|her|their|whose) name(?: is|'s|’s|'s like))\s+"
    rf"(?P<name>{_CAP}(?:\s{_CAP})?)"
)
_GREETED = re.compile(
    r"\b(?:[Hh]i|[Hh]ello|[Hh]ey|[Tt]hanks|[Tt]hank you(?: (?:so|very) much)?|[Ww]elcome|[Ss]orry|"
    rf"[Dd]ear|[Bb]ye|[Mm]orning),?\s+(?P<name>{_CAP})(?=[,.!?]|$)"
)
_ADDRESSED = re.compile(
    rf"(?:^|[.?!…]\s+|,\s+)(?P<name>{_CAP}),?\s+(?:do|did|would|could|can|are|have|will) you\b|"
    rf"(?:^|[.?!…]\s+)(?P<name2>{_CAP}),\s+(?:you|what|how|when|where|why|tell|thank)\b"
)
_CUE = re.compile(
    r"\b(?:Dr|Mr|Mrs|Ms|Miss|Mx|Prof|Doctor|Herr|Frau|Señor|Mme|M[oa]|Aunt|Uncle|called|named|name|"
    r"President|Senator|Governor|Secretary|Judge|Congress|Captain|Sergeant|Lieutenant|Colonel|"
    r"Detective|Officer|Pastor|Rev|Rabbi|Coach|Nurse|"
    r"[Hh]i|[Hh]ello|[Hh]ey|[Tt]hank|[Ww]elcome|[Ss]orry|[Dd]ear|[Bb]ye|[Mm]orning|you|what|how|"
    r"when|where|why|tell|thank)"
)
_VOCATIVE = re.compile(rf",\s(?P<name>{_CAP})(?=[,.?!])")
NAME_WORDS = frozenset(
    """
    mark will rich jack john mike bill scott martin jean dawn grace hope rose joy frank grant chase
    dean drew art ray lee max may april june pat rob sue christian eve bob bud guy jordan austin
    rod wade miles robin faith carol amber ruby pearl ivy
    """.split()
)
"""Given names that are also words: a name where they are introduced, addressed or in full."""
_NOBODY = frozenset(
    """
    how what when where why who which whose and but or if because while since after before though
    although just maybe perhaps could would should can will may might do does did is are was were
    have has had the this that these those it its we you they he she my our your their his her here
    not in on at by for from to with of as about between during without under over like even only
    some any each every most many few more less once still never always often sometimes people
    sorry thanks thank welcome noted done fixed closed bye dear hi hey glad happy best regards
    cheers easter christmas monday update
    everyone everybody all there guys folks team god again much very so then well right anyway
    actually honestly sure okay yes no yeah exactly absolutely great good nice cool awesome
    perfect sir madam ma'am dad mom mum grandma grandpa buddy man dude friend friends ladies
    gentlemen doctor support customer user member sales service monday tuesday wednesday
    thursday friday saturday sunday january february march april june july august september
    october november december morning afternoon evening again first second also now today
    tomorrow yesterday please hello english french german spanish google facebook microsoft
    apple amazon slack zoom
    """.split()
)
_LOWER_SHARE = 0.003
"""Share of capitals in the letters of a file below which its names stand in lower case."""


_OPENS = re.compile(r"^$|[.!?…:\n][\s\"“'‘(]*$")
_DATES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february july september "
    "october november december christmas easter".split()
)
_ALSO_NAMES = frozenset({"will", "may", "april", "june", "august"})
_SLIP = 20
"""Texts with a capital in the midst of a sentence for each in lower case that make that a slip."""
_INSIDE = re.compile(r"(?<=[a-z] )[A-Z][^\W_]+")
_AGREED = 0.75
"""Share of the texts with a word in which the model must take it for a name."""
_THING = 0.2
"""Share of the texts with a word in which it may stand as a thing's name."""
_AS_THING = re.compile(
    r"\b(?:the|an?|on|in|into|using|used?|via|within|inside|under|our|your|this|that|open|every|"
    r"play(?:ed|ing)?|built|write|wrote|run(?:ning)?|install(?:ed)?)\s+(?P<word>[A-Z]\w+)|"
    r"\b(?P<word2>[A-Z]\w+)(?:\s+(?:API|app|apps|server|version|team|community|project|user|users|"
    r"game|games|code|console|core|engine|cloud|foundation|package|platform|account|page|post))\b"
)
_PRODUCTS = frozenset(
    """
    adobe airbnb airtable alexa amazon android apple asana azure bing bitcoin canva chatgpt chrome
    chromebook docker dropbox ebay edge ethereum etsy excel facebook figma firefox git github gitlab
    gmail google hubspot instagram ios ipad iphone java javascript jira jupyter kindle kubernetes
    linkedin linux mac macbook microsoft miro mozilla netflix nintendo notion nvidia office oracle
    outlook patreon paypal pinterest playstation postgres powerpoint python react reddit redis ruby
    rust safari salesforce samsung sega shopify siri skype slack snapchat sony spotify stripe swift
    teams tesla tiktok trello twitch twitter uber unity vue walmart whatsapp wikipedia windows word
    wordpress xbox yahoo yelp youtube zendesk zoom
    """.split()
)
"""Names of things that everybody knows, and that a small model takes for people."""


class NameModel(Protocol):
    """Finds people's names in texts."""

    def find(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Return the places of names in each text: code points, end exclusive."""


class Named(NamedTuple):
    """A person who is talked about."""

    label: str
    capitalised: bool
    """Masked only where it is capitalised."""
    family_alone: bool = False
    """The last of its words stands for them, too."""


class Crowd(NamedTuple):
    """Whom the texts of a file talk about."""

    people: tuple[Named, ...]
    lower: frozenset[str]
    """The words that it writes in lower case; folded."""


def people_in(texts: Sequence[str], model: NameModel | None = None) -> Crowd:
    """Return whom the texts of one file talk about, as they are written there.

    Args:
        texts: Everything that was said or written in it.
        model: Asked for the texts in which a name may stand; without one, rules alone.
    """
    lower, upper = _vocabulary(texts)
    if _is_lower(texts):
        names = sorted(name for name in lower & given_names() if len(name) > 3)
        return Crowd(tuple(Named(name, False) for name in names), lower)
    found: dict[str, None] = {}
    asked = [text for text in texts if _may_name(text, lower)]
    for text in asked:
        found |= dict.fromkeys(_by_rules(text, lower))
    for text in texts:
        found |= dict.fromkeys(_name_words(text))
    found |= dict.fromkeys(spoken_of(asked, lambda word: _may_be_unlisted(word, lower)))
    if model is not None and asked:
        found |= dict.fromkeys(_by_model(asked, model.find(asked), lower, upper))
    people = (Named(label, True, _family_alone(label, asked, upper)) for label in found)
    return Crowd(tuple(people), lower)


def _may_be_unlisted(word: str, lower: frozenset[str]) -> bool:
    """Return whether a word that no list has may be a name: no word, no date, no known thing."""
    key = fold(word)
    known = key in _DATES or key in _PRODUCTS or key in _NOBODY
    return not known and _is_sole_name(word, lower) and not _is_words(word)


def _family_alone(label: str, texts: Sequence[str], upper: Counter[str]) -> bool:
    """Return whether the family name is the person: `Ruby` after `Sam Ruby` is a language."""
    if " " not in label:
        return False
    whole = sum(1 for text in texts if label in text)
    return upper[fold(label.split()[-1])] <= 4 * whole


def _vocabulary(texts: Iterable[str]) -> tuple[frozenset[str], Counter[str]]:
    """Return the words written in lower case, and how often each is written with a capital.

    A word that nearly always has a capital in the midst of a sentence is written in lower case by
    a slip: it counts as a name may.
    """
    lower: Counter[str] = Counter()
    upper: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for text in texts:
        inside.update({fold(token) for token in _INSIDE.findall(text)})
        for token in set(TOKEN.findall(text)):
            if token.islower():
                lower[fold(token)] += 1
            elif token[0].isupper():
                upper[fold(token)] += 1
    return frozenset(word for word, n in lower.items() if inside[word] < _SLIP * n), upper


def _is_lower(texts: Sequence[str]) -> bool:
    letters = sum(len(text) for text in texts)
    capitals = sum(1 for text in texts for letter in text if letter.isupper())
    return letters > 500 and capitals < letters * _LOWER_SHARE


def _may_name(text: str, lower: frozenset[str]) -> bool:
    """Return whether a capitalised word stands in a text that is written in no other way.

    At the start of a sentence every word has a capital: there an English word is none.
    """
    return any(
        token[0].isupper()
        and len(token) > 1
        and fold(token) not in lower
        and fold(token) not in _DATES
        and not (_is_plain(fold(token)) and _OPENS.search(text[: place.start()][-4:]))
        for place in TOKEN.finditer(text)
        for token in [place[0]]
    )


def _is_plain(word: str) -> bool:
    return is_nobody(word) or (word in _NOBODY and word not in _ALSO_NAMES)


def cued(text: str, lower: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield where somebody is introduced or addressed by name: `Dr. Fields`, `Thanks, Ansgar`.

    Args:
        text: One text of a file.
        lower: The words that the file writes in lower case; after a title they may be a name all
            the same.
    """
    if not _CUE.search(text):
        return
    for hit in _TITLE.finditer(text):
        if fold(hit["name"].split()[0]) not in _NOBODY:
            name = _trimmed(hit["name"].split(), lower)
            yield hit.start("name"), hit.start("name") + len(name)
    for pattern in (_OFFICE, _NAMED, _GREETED, _ADDRESSED):
        for hit in pattern.finditer(text):
            group = "name" if hit["name"] else "name2"
            name = hit[group].split()[0]
            if _is_sole_name(name, lower) and not _is_words(name):
                yield hit.start(group), hit.start(group) + len(_trimmed(hit[group].split(), lower))


def _by_rules(text: str, lower: frozenset[str]) -> Iterator[str]:
    for hit in _SEQUENCE.finditer(text):
        yield from _given(hit.group().split(), lower)
    for pattern in (_TITLE, _OFFICE):
        for hit in pattern.finditer(text):
            yield from _titled(hit["name"].split(), lower)


def _titled(words: Sequence[str], lower: frozenset[str]) -> Iterator[str]:
    """Yield who is called by a title, where their name is no word: `Senator Vance`."""
    known = words[0] in given_names() or is_word(fold(words[0]))
    if not known and _is_sole_name(words[0], lower) and not _is_words(words[0]):
        yield _trimmed(words, lower)


def _name_words(text: str) -> Iterator[str]:
    """Yield names that are also words, where somebody is introduced or addressed by one."""
    if not _CUE.search(text) and "," not in text:
        return
    for pattern in (_NAMED, _VOCATIVE, _GREETED):
        for hit in pattern.finditer(text):
            if fold(hit["name"].split()[0]) in NAME_WORDS:
                yield hit["name"].split()[0]


def _is_sole_name(name: str, lower: frozenset[str]) -> bool:
    parts = [fold(part) for part in re.split("[-'’]", name) if part]
    if len(fold(name)) < 3 or len(set(parts)) < len(parts):
        return False  # `Mm`, `And-and`
    return all(part not in _NOBODY and part not in lower for part in parts)


def _is_words(name: str) -> bool:
    return all(is_nobody(fold(part)) for part in re.split("[-'’]", name) if part)


def _given(words: Sequence[str], lower: frozenset[str]) -> Iterator[str]:
    """Yield the name in a run of capitalised words that begins with a given name."""
    for at, word in enumerate(words):
        key = fold(re.split("[-'’]", word)[0])
        if key in given_names() and key not in _NOBODY and not word.endswith("."):
            # A word that the file also writes in lower case is no name because of a capital.
            if key not in lower:
                yield _trimmed(words[at:], lower)
            return
        if key in NAME_WORDS and at + 1 < len(words) and _is_sole_name(words[at + 1], lower):
            yield f"{word} {words[at + 1]}"
            return


def _trimmed(words: Sequence[str], lower: frozenset[str]) -> str:
    """Return a name without what follows it and is a word: `Sarah Thanks` is `Sarah`."""
    kept = [words[0]]
    size = 1
    for at, word in enumerate(words[1:], 1):
        key = fold(word)
        joins = word in PARTICLES and at + 1 < len(words)
        if size == 3 or (not joins and _ends_name(key, lower)):
            break
        kept.append(word)
        size += not joins
    while kept[-1] in PARTICLES:
        kept.pop()
    return " ".join(kept).rstrip(".-'’")


def _ends_name(key: str, lower: frozenset[str]) -> bool:
    return key in _NOBODY or (key in lower and key not in given_names())


def _by_model(
    texts: Sequence[str],
    places: Sequence[Sequence[tuple[int, int]]],
    lower: frozenset[str],
    upper: Counter[str],
) -> Iterator[str]:
    """Yield what the model takes for a name again and again, and what is not used as a thing's.

    A small model takes products for people; people are seldom *the*, *on*, *in* or *used*.
    """
    votes: Counter[str] = Counter()
    full: Counter[str] = Counter()
    for text, spans in zip(texts, places, strict=True):
        labels = {label for start, end in spans if (label := _tidy(text[start:end]))}
        full.update(label for label in labels if " " in label)
        votes.update({fold(word) for label in labels for word in label.split()})
    things = _things(texts, {word for word in votes if word not in lower})
    for label in full:
        if not any(_is_thing(fold(word), lower, things, upper) for word in label.split()):
            yield label
    for word, n in votes.items():
        often = n >= 2 and n >= _AGREED * upper[word]
        if often and len(word) > 2 and not _is_thing(word, lower, things, upper):
            yield word.capitalize()


def _is_thing(word: str, lower: frozenset[str], things: Counter[str], upper: Counter[str]) -> bool:
    if word in lower or word in _NOBODY or word in _PRODUCTS:
        return True
    return things[word] > _THING * upper[word]


def _things(texts: Sequence[str], words: set[str]) -> Counter[str]:
    """Return in how many texts each word stands as only a thing's name does: `the Genesis`."""
    found: Counter[str] = Counter()
    for text in texts:
        hits = (fold(hit["word"] or hit["word2"]) for hit in _AS_THING.finditer(text))
        found.update({word for word in hits if word in words})
    return found


_TIDY = re.compile(rf"{_CAP}(?:[ ](?:[A-Z]\.[ ])?{_LINK}{_CAP}){{0,3}}")


def _tidy(said: str) -> str:
    """Return a span as a name: no possessive, no digits, nothing in capitals alone; or nothing."""
    bare = re.sub(r"['’]s$", "", said.strip())
    return bare if _TIDY.fullmatch(bare) else ""
