"""E-mails, phones, addresses, links with ids, cards, accounts, handles: found by their form.

What has a check digit is checked (cards by Luhn, IBANs by modulo 97), so that a long number that
is none stays. Each finding has a key: two spellings of one number have the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from personagen.privacy import streets
from personagen.privacy.base import MaskKind


class Found(NamedTuple):
    """A place in a text, what stands there, and what makes it the same as another."""

    start: int
    end: int
    kind: MaskKind
    key: str


_SIGNS = frozenset("@#/0123456789")
_WORDS = ("www.", *streets.WITHOUT_NUMBER)
_EMAIL = re.compile(r"[\w.+%'-]*[\w+%-]@[^\W_](?:[\w-]*\.)+[^\W\d_]{2,}")
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'“”«»]+|(?<![\w@.])(?:[\w-]{1,63}\.)+"
    r"(?:com|org|net|io|us|co|me|dev|app|ai|gg|ly|be|tv|de|fr|es|uk|eu|info)/[^\s<>\"'“”«»]+",
    re.I,
)
_LINK_TAIL = ".,;:!?)]}>'\""
_ID_IN_LINK = re.compile(
    r"[?&#=]|\d{4,}|[0-9a-f]{8,}|/(?:u|in|user|users|profile|people|j|join|invite|d|file|"
    r"account|member|id)/[^/]|/@|/~",
    re.I,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?\b")
_CARD = re.compile(r"(?<![\w.+-])\d(?:[ -]?\d){12,18}(?![\w-])")
_SSN = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")
_ACCOUNT = re.compile(
    r"\b(?:(?:bank |savings |checking )?account|acct|a/c|konto(?:nummer)?|iban|sort code|routing|"
    r"ssn|social security|passport|policy|customer|client|member(?:ship)?|patient|licen[cs]e|"
    r"order|booking|reservation|case|ticket|invoice|kundennummer)"
    r"(?P<named>\s+(?:number|no\.?|nr\.?|num\.?|id|code)|\s*#)?\s*(?:is|was|:|=|#)?\s*"
    r"(?P<value>(?:[A-Z]{1,4}[- ]?)?\d(?:[\d -]{2,18}\d))(?![\w%.,]*\d)",
    re.I,
)
_ALWAYS_ACCOUNT = re.compile(r"a/?c|acct|konto|iban|sort|routing|ssn|social|passport|account", re.I)
_LONG = re.compile(
    r"(?<![\w.,/#@$€£+-])(?<!\d[ -])"
    r"(?:\d{9,19}|[2-9]\d{7}|\d{4}(?:[ -]\d{4}){2}(?![ -]\d)|\d{3}[ -]\d{7})"
    r"(?![\w%]|[.,/:-]\d)"
)
"""So many digits on end are no quantity that people write: a number that somebody was given.

With eight the first is none of those that round quantities and days most often begin with."""
_EXTENSION = r"(?:[ ,]{0,2}(?:x|ext\.?|extension|Durchwahl)[ .]?\d{1,6})"
_PHONE = re.compile(
    rf"(?<![\w.,/#-])(?P<said>(?:\+|00)?\(?\d[\d().\u00a0 /-]{{5,20}}\d){_EXTENSION}?"
    r"(?![\w%]|[.,:/-]\d)",
    re.I,
)
_PHONE_WORD = re.compile(
    r"(?:phone|tel\b|tel\.|mobile|cell|whats ?app|call|ring|text|sms|fax|dial|number|reach|"
    r"handy|telefon|téléphone|móvil)\W*(?:\w+\W+){0,4}$",
    re.I,
)
_DATE = re.compile(
    r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}([-./])\d{1,2}\1(?:19|20)?\d\d(?!\d)|"
    r"(?:19|20)\d\d ?[-–/] ?(?:19|20)?\d\d"
)
_US_PHONE = re.compile(r"(?:\+?1[ .-]?)?(?:\(\d{3}\)[ .-]?|\d{3}[ .-])\d{3}[ .-]\d{4}")
_LOCAL_EIGHT = re.compile(r"(?!\d\d(?:00.\d\d00|\d0.\d\d\d0|99.\d\d99))[2-9]\d{3}[ .-]\d{4}")
"""Two groups of four without an area, as in Australia; no range of round numbers or prices."""
_LOCAL_PHONE = re.compile(r"\(?0\d{1,4}\)?(?:[ ./-]?\d{2,5}){2,4}")
_HANDLE = re.compile(
    r"(?<![\w@/.])@(?=\w*[A-Za-z])\w(?:[\w.-]{0,30}\w)?(?:@[\w-]+\.\w+)?(?![\w(/])"
)
_NOT_HANDLES = frozenset("@media @import @param @return @returns @override @property @all".split())
_TAGGED = re.compile(r"(?<![\w#])(?P<name>[A-Za-z][\w.]{1,31})#\d{4}(?!\d)")
_NOT_TAGGED = frozenset("issue pr bug ticket case order no number page fixes gh row item".split())


def find(text: str) -> list[Found]:
    """Return what is found in a text, in order, nothing twice."""
    if not _may_hold(text):
        return []
    taken: list[Found] = []
    held = bytearray(len(text))
    digits = sum(map(str.isdigit, text))
    for finder, least in _FINDERS:
        if digits < least:
            continue
        for found in finder(text):
            size = found.end - found.start
            if not any(held[found.start : found.end]):
                held[found.start : found.end] = b"\1" * size
                taken.append(found)
    return sorted(taken)


def _may_hold(text: str) -> bool:
    """Return whether a text can hold any of it; plain string search, as most texts hold none."""
    if not _SIGNS.isdisjoint(text) or (not text.isascii() and any(map(str.isdecimal, text))):
        return True
    folded = text.lower()
    return any(word in folded for word in _WORDS)


def _emails(text: str) -> Iterator[Found]:
    if "@" in text:
        for hit in _EMAIL.finditer(text):
            yield Found(hit.start(), hit.end(), "email", hit.group().casefold())


def _links(text: str) -> Iterator[Found]:
    for hit in _LINK.finditer(text):
        link = hit.group().rstrip(_LINK_TAIL)
        path = re.sub(r"^(?:https?://)?[^/?#]*", "", link)
        if _ID_IN_LINK.search(path):
            yield Found(hit.start(), hit.start() + len(link), "url", link)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _ibans(text: str) -> Iterator[Found]:
    for hit in _IBAN.finditer(text):
        plain = hit.group().replace(" ", "")
        moved = plain[4:] + plain[:4]
        if len(plain) >= 15 and int("".join(str(int(c, 36)) for c in moved)) % 97 == 1:
            yield Found(hit.start(), hit.end(), "account", plain)


def _cards(text: str) -> Iterator[Found]:
    for hit in _CARD.finditer(text):
        number = _digits(hit.group())
        if number[0] in "23456" and len(set(number)) > 1 and _luhn(number):
            yield Found(hit.start(), hit.end(), "card", number)


def _luhn(number: str) -> bool:
    twice = "0246813579"
    total = sum(int(twice[int(d)]) if i % 2 else int(d) for i, d in enumerate(reversed(number)))
    return total % 10 == 0


def _accounts(text: str) -> Iterator[Found]:
    for hit in _SSN.finditer(text):
        yield Found(hit.start(), hit.end(), "account", _digits(hit.group()))
    for hit in _ACCOUNT.finditer(text):
        value = hit["value"]
        sure = hit["named"] or _ALWAYS_ACCOUNT.match(hit.group())
        if sure and len(_digits(value)) >= 5 and not _DATE.fullmatch(value):
            key = re.sub(r"[\s-]", "", value).casefold()
            yield Found(hit.start("value"), hit.end("value"), "account", key)


def _long_numbers(text: str) -> Iterator[Found]:
    for hit in _LONG.finditer(text):
        number = _digits(hit.group())
        if len(set(number)) > 1 and not number.endswith("000000") and not _is_day(number):
            yield Found(hit.start(), hit.end(), "account", number)


def _is_day(number: str) -> bool:
    """Return whether eight digits are a day: `20261103`, `03112026`."""
    return bool(
        re.fullmatch(r"(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d|[0-3]\d[0-3]\d(?:19|20)\d\d", number)
    )


def _phones(text: str) -> Iterator[Found]:
    for hit in _PHONE.finditer(text):
        said, number = hit["said"], _digits(hit["said"])
        whole = said.startswith("+") or (said.startswith("0") and len(number) >= 10)
        dated = not whole and _DATE.search(said)
        if 7 <= len(number) <= 15 and not dated and _is_phone(text, hit, number):
            yield Found(hit.start(), hit.end(), "phone", number)


def _is_phone(text: str, hit: re.Match[str], number: str) -> bool:
    said = hit["said"]
    if said.startswith("+") or (said.startswith("00") and len(number) >= 10):
        return len(number) >= 8
    if _US_PHONE.fullmatch(said) or _LOCAL_EIGHT.fullmatch(said):
        return True
    if _LOCAL_PHONE.fullmatch(said) and len(number) >= 9:
        return True
    return bool(_PHONE_WORD.search(text, max(0, hit.start() - 40), hit.start()))


def _addresses(text: str) -> Iterator[Found]:
    for start, end in streets.places(text):
        yield Found(start, end, "address", " ".join(text[start:end].split()).casefold())


def _handles(text: str) -> Iterator[Found]:
    if "@" in text:
        for hit in _HANDLE.finditer(text):
            if hit.group().casefold() not in _NOT_HANDLES:
                yield Found(hit.start(), hit.end(), "handle", hit.group().casefold())
    if "#" in text:
        for hit in _TAGGED.finditer(text):
            if hit["name"].casefold() not in _NOT_TAGGED:
                yield Found(hit.start(), hit.end(), "handle", hit.group().casefold())


_FINDERS: tuple[tuple[Callable[[str], Iterator[Found]], int], ...] = (
    (_emails, 0),
    (_links, 0),
    (_ibans, 5),
    (_cards, 13),
    (_accounts, 5),
    (_addresses, 0),
    (_phones, 7),
    (_long_numbers, 8),
    (_handles, 0),
)
"""What finds, and the digits that a text must hold for it."""
