"""Addresses: street lines with or without their town, units, post boxes.

What a street may be called stands in `street_kinds.txt`. A kind that is hardly anything else
(`Road`) is enough beside a number; one that is also a thing (`Springs`) must follow a name, and no
thing may follow it: `274 Connor Falls` is a street line, `5 Miller Springs catalogues` is none.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from importlib.resources import files

from personagen.privacy.lexicon import english, is_nobody, is_word
from personagen.privacy.names import fold

Span = tuple[int, int]
"""First character and the one behind the last."""


@functools.cache
def _parts() -> dict[str, tuple[str, ...]]:
    """Return head → the words under it, of the file."""
    text = files("personagen.privacy").joinpath("street_kinds.txt").read_text(encoding="utf-8")
    parts = (part.partition("]") for part in text.split("\n[")[1:])
    return {head: tuple(rest.split("\n", 1)[1].split()) for head, _, rest in parts}


@functools.cache
def _of(head: str) -> frozenset[str]:
    """Return the words under a head, folded."""
    return frozenset(map(fold, _parts()[head]))


def _any(head: str) -> str:
    """Return an expression for the words under a head, longest first, accents or none."""
    words = {word: None for said in _parts()[head] for word in (said, fold(said))}
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


# What repeats is bounded, so that a long line of nothing but capitals or dots takes no longer than
# its length.
_CAP = r"[A-ZÀ-ÖØ-Þ][\w'’.-]{0,40}"
_SMALL = (
    r"(?:(?:de|del|della|delle|dei|degli|di|da|du|des|la|las|los|le|les|den|der|van|het)\s{1,3}"
    r"|[ld]['’]){0,3}"
)
_NAMED = rf"{_SMALL}{_CAP}(?:[\s-]{_SMALL}{_CAP}){{0,4}}"
_TOWN = (
    rf"(?:['’][st][- ]|2e\s)?{_CAP}"
    rf"(?:[ -](?:(?:sur|les|am|an|im|bei|in|aan|upon|on|vorm|vor|unter|ob|und|en|op|bij|van)[ -])?"
    rf"{_SMALL}{_CAP}){{0,5}}"
)
_STATE = (
    "AL|AK|AZ|AR|CA|CO|CT|DC|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|"
    "NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|AS|FM|GU|MH|MP|PR|PW|VI|AA|AE|AP"
)
_AREA = (
    "AB|AL|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|EC|EH|"
    "EN|EX|FK|FY|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|LA|LD|LE|LL|LN|LS|LU|ME|MK|ML|NE|"
    "NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|"
    "TD|TF|TN|TQ|TR|TS|TW|UB|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE|[BEGLMNSW]"
)
_UK = rf"(?:{_AREA})\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{{2}}\b"
_SEP = r"(?:,\s{0,9}|\s{1,9})"
_TOWNED = re.compile(
    rf"{_SEP}(?:\d{{5}}|\d{{4}}\s?[A-Z]{{2}})\b{_SEP}{_TOWN}(?:\s\([A-Z]{{2}}\))?"
    rf"|{_SEP}{_TOWN}{_SEP}(?:NSW|VIC|QLD|SA|WA|TAS|NT|ACT){_SEP}\d{{4}}\b"
    rf"|(?:{_SEP}{_TOWN}){{0,2}}(?:{_SEP}(?:{_STATE})\b\.?)?{_SEP}(?:\d{{5}}(?:-\d{{4}})?\b|{_UK})"
    rf"|{_SEP}\d{{4}}\s?[A-Z]{{2}}\b"
)
"""A postcode with its town, which stands before it or after it."""
_DOOR = r"(?:Apt|Apartment|Unit|Suite|Ste|Flat|Studio|Floor|Room|Level|Shop)"
_UNIT = re.compile(
    rf"{_SEP}(?:{_DOOR}\.?\s*#?\d*[A-Za-z]?\b|#\s?\d+[A-Za-z]?\b"
    r"|(?:Piso|Puerta|Apt\.|Piano|Appartamento|Interno|Wohnung)\s*\d+[ºª]?)"
)
_ENGLISH = re.compile(
    rf"(?<![\w.,$€£/#+-])(?:{_DOOR}\.?\s*\w+{_SEP})?(?P<number>\d{{1,5}}[A-Za-z]?"
    rf"(?:\s?[-/]\s?\d{{1,5}}[A-Za-z]?)?),?\s+(?:[NSEW]\.?\s+)?(?P<words>{_CAP}(?:\s{_CAP}){{1,5}})"
)
_IN_HOUSE = re.compile(
    rf"\b{_DOOR}\.?\s*(?P<number>\d+[A-Za-z]?){_SEP}(?P<words>{_CAP}(?:\s{_CAP}){{1,5}})"
)
_JOINED = re.compile(
    r"(?<![\w-])(?P<words>(?:(?:van|de|den|der|von|am)\s){0,3}[A-ZÄÖÜ][^\W\d_]{0,40}"
    r"(?:[- ](?:(?:van|de|den|der|und|von|am)[ -]){0,3}[A-ZÄÖÜ][^\W\d_]{0,40}){0,5})"
    r"\.?\s+(?P<number>\d{1,4}[a-z]?(?:\s?[-/+]\s?\d{1,4}[a-z]?)?)"
    r"(?![\w%]|[.,:]\d)"
)
_MEASURE = re.compile(
    r"\s*(?:[%€$£°]|Min|Std|Stunde|km|Kilo|Meter|m\b|Uhr|Euro|Tag|Jahr|Sek|Mal\b|mal\b|Prozent|uur|"
    r"min|euro|dag|jaar|keer)"
)
_NUMBER_LAST = re.compile(
    rf"(?<![\w@])(?P<kind>(?i:{_any('number last')}))(?:\s+|(?<=/)){_NAMED},?\s+"
    r"(?:n[.º°]\s*)?(?P<number>\d{1,4}[a-z]?)(?![\w%]|[.,:]\d)"
)
_NUMBER_FIRST = re.compile(
    r"(?<![\w.,$€£-])\d{1,4}(?:\s?(?:bis|ter|quater))?,?\s+"
    rf"(?i:{_any('number first')})\s+{_NAMED}"
)
_NO_NUMBER = re.compile(rf"(?<!\w)(?:{_any('no number')})\s+{_NAMED}")
WITHOUT_NUMBER = _parts()["no number"]
"""What stands in an address that holds no number."""
_ARTICLES = frozenset("a an the this that one every another new main only first any no".split())
_LOWER = re.compile(
    r"\b\d{1,5}\s+(?!(?:way|and|or|of|the|long|more|main)\b)[a-z'’]+(?:\s[a-z'’]+)?\s"
    r"(?:street|avenue|road|boulevard)\b"
)
_OTHERS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b\d{{1,5}}\s+{_CAP}(?:\s{_CAP}){{0,3}},?\s+(?:Apt|Apartment|Unit|Suite|Ste|Flat)\.?\s*"
        r"\d+[A-Za-z]?\b",
        rf"\b(?:Flat|Apt|Apartment)\.?\s*\d+[A-Za-z]?,?\s+(?:\d{{1,5}}[A-Za-z]?\s+)?{_CAP}\s{_CAP}",
        rf"\b{_DOOR}\.?\s*\d+[A-Za-z]?,?\s+\d{{1,5}}[A-Za-z]?\s+{_CAP}\s{_CAP}",
        rf"\b{_CAP}(?:\s{_CAP})?,?\s+(?:{_STATE})\s+\d{{5}}(?:-\d{{4}})?\b",
        rf"\b(?:(?:PSC|Unit|CMR)\s+\d+,?\s+Box\s+\d+{_SEP}|(?:USNS|USS|USNV|USCGC)\s+{_CAP}{_SEP})?"
        r"(?:APO|FPO|DPO),?\s+(?:AA|AE|AP)\s+\d{5}\b",
        rf"\b{_UK}",
        r"(?i:\b(?:P\.?\s?O\.?\s?Box|Postfach|Postbus|Casella Postale|Apartado(?: de correos)?)"
        r"\s+\d+)",
    )
)
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_BEFORE_YEAR = frozenset(
    "the in since by of from until till during for late early our this".split()
)
_NEXT = re.compile(r" (?P<word>[^\W\d_][\w'’]*)")


def places(text: str) -> list[Span]:
    """Return where addresses stand, in order; what overlaps is one place."""
    found: list[Span] = []
    for start, end in sorted(_spans(text)):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _spans(text: str) -> Iterator[Span]:
    yield from _without_number(text)
    if not any(map(str.isdigit, text)):
        return
    for finder in (_english, _joined, _number_last, _number_first, _others):
        yield from finder(text)


def _english(text: str) -> Iterator[Span]:
    """`10 Downing Street` · `Unit 3/14 Connor Falls` · `Studio 5k, Francesca Pike`."""
    for pattern in (_ENGLISH, _IN_HOUSE):
        for hit in pattern.finditer(text):
            end = _street_end(text, hit)
            if end:
                yield hit.start(), end
    for hit in _LOWER.finditer(text):
        yield hit.span()


def _street_end(text: str, hit: re.Match[str]) -> int:
    """Return where the longest street line in capitalised words ends; 0 where none does."""
    words = list(re.finditer(r"\S+", hit["words"]))
    for size in range(len(words), 1, -1):
        line = [word.group() for word in words[:size]]
        if any(len(word) > 4 and word.endswith(".") for word in line[:-1]):
            continue
        end = hit.start("words") + words[size - 1].end()
        end -= line[-1].endswith(".") and len(line[-1]) > 5
        if _is_line(text, hit, line, end):
            return _with_town(text, end)
    return 0


def _is_line(text: str, hit: re.Match[str], line: list[str], end: int) -> bool:
    """Return whether words between a number and `end` are a street line."""
    name, kind = _split([fold(word.rstrip(".")) for word in line])
    dated = _YEAR.match(hit["number"])
    if dated and _is_date(text, hit):
        return False
    if kind in _of("sure"):
        return True
    if kind not in _of("mostly") | _of("named"):
        return False
    if _with_town(text, end) > end:
        return True
    if kind not in _of("mostly") and (hit["words"].isupper() or not all(map(_is_name, name))):
        return False
    return not dated and name[0] not in _of("no names") and not _thing_follows(text, end)


def _is_date(text: str, hit: re.Match[str]) -> bool:
    """Return whether a number is years: `1991-2013, Thomas G. Lane`, `in 2011 Occupy Wall St`."""
    before = text[max(0, hit.start() - 40) : hit.start()].split()[-1:]
    alone = not hit["number"][4:]
    return (
        not alone
        or text[hit.end("number")] == ","
        or bool(before and fold(before[0]) in _BEFORE_YEAR)
    )


def _split(line: list[str]) -> tuple[list[str], str]:
    """Return a line's name and its kind, which may have several words: `Fire Track`."""
    for size in (3, 2):
        kind = "-".join(line[-size:])
        if len(line) > size and kind in _of("named"):
            return line[:-size], kind
    return line[:-1], line[-1]


def _is_name(word: str) -> bool:
    """Return whether a street may be called by a folded word: by all but the commonest."""
    return not (is_word(word) and is_nobody(word)) or word in _of("also names")


def _thing_follows(text: str, end: int) -> bool:
    """Return whether the next word makes what stands before it a thing: `2 Factor Court cases`."""
    hit = _NEXT.match(text, end)
    if not hit:
        return False
    word = fold(hit["word"].replace("’", "'").split("'")[0])
    return is_nobody(word) if hit["word"][0].isupper() else word not in _of("may follow")


def _with_town(text: str, end: int) -> int:
    """Return where an address ends whose street line ends at `end`."""
    for part in (_UNIT, _TOWNED):
        hit = part.match(text, end)
        end = hit.end() if hit else end
    return end


def _joined(text: str) -> Iterator[Span]:
    """`Hauptstraße 5` · `Ralf-Wieloch-Gasse 1/6` · `Prinsengracht 88, 1015 AB`."""
    for hit in _JOINED.finditer(text):
        if _is_joined(hit) and not _MEASURE.match(text, hit.end()):
            yield hit.start(), _with_town(text, hit.end())


def _is_joined(hit: re.Match[str]) -> bool:
    *before, last = re.split(r"[- ]", hit["words"])
    word = fold(last)
    dotted = word + "." * (hit.string[hit.end("words")] == ".")
    if word in _of("no streets") or dotted.count(".") != dotted.endswith("str."):
        return False
    for ending in _of("endings"):
        if dotted == ending and before:
            joined = hit["words"][-len(last) - 1] == "-"
            return joined or ending not in english() | {"hof", "baan", "pad"}
        if dotted.endswith(ending) and len(dotted) - len(ending) >= 2 and word not in english():
            return not _YEAR.match(hit["number"])
    return False


def _number_last(text: str) -> Iterator[Span]:
    """`Calle de Emperatriz Castelló 7 Piso 8` · `Via Roma, 45`."""
    for hit in _NUMBER_LAST.finditer(text):
        end = _with_town(text, hit.end())
        if _is_number_last(text, hit) and (end > hit.end() or not _thing_follows(text, end)):
            yield hit.start(), end


def _is_number_last(text: str, hit: re.Match[str]) -> bool:
    kind = hit["kind"]
    if _YEAR.match(hit["number"]):
        return False
    if kind == "c.":
        return False
    if fold(kind) in english() or fold(kind) == "via":
        name = map(fold, re.findall(r"[^\W\d_]+", text[hit.end("kind") : hit.start("number")]))
        if all(map(is_nobody, name)):
            return False
        return kind[0].isupper() or text[
            max(0, hit.start() - 9) : hit.start()
        ].rstrip().lower().endswith((" in", " a"))
    return True


def _number_first(text: str) -> Iterator[Span]:
    """`12 bis, rue de la Paix, 75002 Paris`."""
    for hit in _NUMBER_FIRST.finditer(text):
        yield hit.start(), _with_town(text, hit.end())


def _without_number(text: str) -> Iterator[Span]:
    """`rue Le Gall`; in French a street in lower case before a name is nothing else."""
    for hit in _NO_NUMBER.finditer(text):
        before = text[max(0, hit.start() - 40) : hit.start()].split()[-1:]
        if not before or fold(before[0]) not in _ARTICLES:
            yield hit.start(), _with_town(text, hit.end())


def _others(text: str) -> Iterator[Span]:
    """A house with its unit, a town with its state and code, a postcode, a post box."""
    for pattern in _OTHERS:
        for hit in pattern.finditer(text):
            yield hit.start(), _with_town(text, hit.end())
