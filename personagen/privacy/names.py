"""Names and their parts, and the words that look like names and are not."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import NamedTuple

TOKEN = re.compile(r"[^\W_]+")
"""Words for masking: letters and digits; apostrophe, hyphen and underscore end one."""

COMMON = frozenset(
    """
    ace amber angel april archer art ash august austin autumn baker ball banks barb basil bell
    berry best bill bird black blaze blessing bliss blue bond booth brandy bridge bridges bright
    brook brooks brown buck bud buddy bush butler candy carol carpenter carter case cash chad
    chance charity chase cherry christian christmas chuck church clay cliff close cloud cole
    coral constant cook cooper crane crystal cross curry daisy dale dallas dash dawn day dean
    destiny dick dolly drake drew duke dusty dwight earl early easter eden ella ember england
    english eve faith fern field fields finch fisher fisher flora florence flowers ford forest
    foster fox france frank freedom french frost gale gardener gates gay gene genesis gentry
    georgia german ginger glen gold good grace grant gray green grey guy hall hand happy harmony
    harper harry hart harvest haven hazel heath heather henna herb hill holiday holland holly
    honey honor hope house hunt hunter ian ice iris ivory ivy jack jackson jade jasmine jay jean
    jersey jewel john jordan joy judge july june justice kelvin kent king kitty knight lake
    lance lane lark laurel law lee legend liberty light lily lincoln link little lock london
    long lord lotus love lucky lynx mace major mark marks marsh marshal marshall martin mason
    max may mayor melody mercedes mercy merit mike miles mill miller mills mint miracle misty
    money moon moss myrtle nick noble noel norm north novel oak olive opal page paige paris park
    parker parks pat patience patron peace pearl peg penny pepper person phoenix pierce piper
    pitt poe pole polo pond pool poole pope porter potter power powers price prince prudence
    queen rain rainbow randy ray reed reef rice rich ridge river rivers rob robin rock rocky rod
    rose rosemary rowan royal ruby rush russet rusty sage sail sailor sandy savannah scarlet
    scott scout serenity shade shepherd sherry short silver singer sky skip slate sloan small
    smart smith snow sonny spark sparks spring star stark steel sterling stew stone storm story
    street strong sue summer sunday sunny swan sweet swift tab tad tanner tate taylor teal
    temple terry thorn tiger tuck tucker turner ty van vera victor victory viola violet virginia
    wade wales walker wall wally ward washington watt way weaver webb wells west wheeler al am
    an as at be by do ed ha he hi if in is it la le ma me my no of oh ok on or pa so to un up us
    we white wild will willow winter winters wise wolf wood woods worth wren wright yard york
    young
    """.split()
)
"""Given and family names that are also words, months, places or products; folded."""

MONTHS = frozenset({"april", "may", "june", "july", "august"})

_GENERIC = frozenset(
    """
    a an the of in at from by and for to with my me i q int mod p s x y z account admin agent ai
    amazon anon anonym anonymous app app-user apple author befragte befragter bot business buyer
    caller chatbot cliente client clients company consumer contact counselor customer dad
    developer employee end entrevistado entrevistador expert facilitator fan female former
    founder friend gamer girl google grandma grandpa group guest guy happy unhappy angry host id
    interviewee interviewer kid kindle lady lover long-time loyal male mama manager member mod
    moderator mom mum mother father name nobody none notetaker null no note observer occasional
    operator owner panel panelist parent participant patient person player presenter prime
    private pro professional question reader representative researcher respondent reviewer sad
    satisfied dissatisfied secret seller service shopper shopping somebody someone speaker spk
    staff student subject supplier support teacher team tester therapist unbekannt undisclosed
    unidentified unknown user users vendor verified very visitor voice wife husband woman man
    deleted na n/a moderatorin interviewerin sprecher participante first last recording screen
    presentation stream
    """.split()
)
_TITLES = frozenset("dr mr mrs ms miss mx prof professor sir dame herr frau señor señora".split())
PARTICLES = frozenset(
    "van von der den de del da di du la le el al bin ibn ben dos das ter ten zu zur st".split()
)
_ALSO_GIVEN = frozenset({"ben", "al", "van"})
"""Particles that are given names where they come first: `Ben Adams`."""
_SUFFIXES = frozenset("jr sr ii iii iv phd md esq".split())


class Forms(NamedTuple):
    """The ways in which a person is called, as folded words."""

    whole: tuple[tuple[str, ...], ...]
    """Two words or more: full name, first and last, family name with particles."""
    single: tuple[str, ...]
    """First, middle and family name alone."""


@functools.lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Return a word without case and accents, so that `Jose` finds `José`."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """Return the folded words of a text."""
    return [fold(token) for token in TOKEN.findall(unicodedata.normalize("NFC", text))]


@functools.lru_cache(maxsize=100_000)
def is_generic(label: str) -> bool:
    """Return whether a label names a role or nobody: `Speaker 1`, `P3`, `A Google user`."""
    tokens = words(label)
    if not tokens or tokens[0] in ("verified", "anonymous", "deleted"):
        return True
    return all(
        token in _GENERIC or re.fullmatch(r"[a-z]{0,3}\d+|\d+[a-z]?|[a-z]", token)
        for token in tokens
    )


@functools.lru_cache(maxsize=100_000)
def core(label: str) -> str:
    """Return a label without company, pronouns and role: `Ana Ruiz (Guest)` → `Ana Ruiz`."""
    bare = re.split(r"\s*[(|\[/]|\s+[-–—]\s+|\s@\s|\s+from\s+", label)[0].strip()
    swapped = re.fullmatch(r"([^,]+),\s*([^,]+)", bare)
    if swapped and len(bare.split()) <= 5:
        bare = f"{swapped[2]} {swapped[1]}"
    return bare or label.strip()


def _handles(label: str) -> list[str]:
    """Lower-case words in brackets are nicknames (`(matkt)`); `(Guest)`, `(Besu)` are not."""
    return [h for h in re.findall(r"\(([^()\s]{3,})\)", label) if h.islower() and "/" not in h]


@functools.lru_cache(maxsize=100_000)
def forms(label: str) -> Forms:
    """Return how the bearer of a label may be called; nothing for generic labels."""
    if is_generic(label):
        return Forms((), ())
    bare = core(label)
    tokens = [t for t in words(bare) if t not in _TITLES | _SUFFIXES]
    names = [
        t
        for at, t in enumerate(tokens)
        if (t not in PARTICLES or (at == 0 and t in _ALSO_GIVEN and len(tokens) == 2))
        and len(t) > 1
        and t not in _GENERIC
    ]
    handle = " " not in bare and bool(re.search(r"[\d._]", bare))
    whole = [tuple(tokens), tuple(names)]
    if len(names) > 2:
        whole.append((names[0], names[-1]))
    for at, token in enumerate(tokens[:-1]):
        if at and (token in PARTICLES or len(token) == 1):
            whole.append(tuple(tokens[at:]))
    single = names[:1] if handle else list(names)
    if len(tokens) == 1:
        single = tokens
    extra = [tuple(words(nick)) for nick in _handles(label)]
    single += [nick[0] for nick in extra if len(nick) == 1]
    sequences = [s for s in dict.fromkeys([*whole, *extra]) if len(s) > 1]
    return Forms(tuple(sequences), tuple(dict.fromkeys(s for s in single if len(s) > 1)))


def spoken_forms(label: str) -> tuple[str, ...]:
    """Return how a name may be written in a text, as it stands in the label."""
    bare = core(label)
    if is_generic(label):
        return (label,)
    tokens = [t for t in re.split(r"\s+", bare) if t.lower().strip(".") not in _TITLES]
    pieces = [t.strip(".,") for t in tokens]
    parts = [p for t in pieces for p in (t, *t.split("-")) if len(p) > 1]
    single = [p for p in parts if p.lower() not in PARTICLES - _ALSO_GIVEN]
    found = [label, bare, " ".join(tokens), *single]
    if len(pieces) > 2:
        found.append(f"{pieces[0]} {pieces[-1]}")
        found += [" ".join(pieces[at:]) for at in range(1, len(pieces) - 1)]
    return tuple(dict.fromkeys([*filter(None, found), *_handles(label)]))


@functools.lru_cache(maxsize=100_000)
def full_key(label: str) -> tuple[str, ...]:
    """Return what two labels of one full name have in common; empty for anything less."""
    if is_generic(label):
        return ()
    names = [
        t for t in words(core(label)) if t not in _TITLES | _SUFFIXES | _GENERIC and len(t) > 1
    ]
    return tuple(names) if len(names) > 1 else ()


@functools.lru_cache(maxsize=100_000)
def is_personal(label: str) -> bool:
    """Return whether an author's name is plausibly a person's: `Ana Ruiz`, not `Loves Coffee!`."""
    bare = core(label)
    tokens = TOKEN.findall(bare)
    return (
        2 <= len(tokens) <= 4
        and bool(re.fullmatch(r"[^\W\d_]+(?:[ .'’-]+[^\W\d_]+)*\.?", bare))
        and all(token[0].isupper() or fold(token) in PARTICLES for token in tokens)
        and not any(fold(token) in _GENERIC for token in tokens if len(token) > 1)
    )
