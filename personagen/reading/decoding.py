"""Bytes to text: byte-order mark, strict UTF-8, Windows-1252 where it makes words; else ask."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import NamedTuple

from personagen.errors import ReadingError
from personagen.reading.limits import LARGEST_TEXT

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH = (
    "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u2030\u2020\u2021"
    "\u2122\u20ac"
)
_TWICE = re.compile(rf"\u00c3[{_HIGH}]|\u00e2\u20ac[\u2122\u0153\u201c\u201d\u00a6\u2013\u02dc]")
"""What UTF-8 becomes when it is read as Windows-1252 and written again: `Ã¼` for `ü`."""
_MAYBE_TWICE = re.compile(
    rf"\u00c2[\u00a0-\u00bf]|\u00c3[\u201c\u201d\u2019\u2013\u2014\u2026\u201e]"
    rf"|[\u00c4\u00c5\u00d0\u00d1][{_HIGH}\u201a\u201e\u2026\u203a\u2039]"
)
"""The same, where a single one may be meant: Cyrillic, for one."""
_WESTERN = re.compile("[\u00c0-\u00ff]")
_CONTROLS = {
    number: bytes([number]).decode("cp1252")
    for number in range(0x80, 0xA0)
    if number not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
"""Windows-1252's signs, for the control characters that a program made of them."""
_IN_NO_WORD = re.compile(
    r"(?<=[^\W\d_])[¡¢¤¥¦§¬¯°±³¶¹¼½¾¿×÷](?=[^\W\d_])"  # `Prowadz¹ca`
    r"|(?<![^\W\d_])£(?=[a-z])|(?<=[^\W\d_])þ|(?<=[a-z])[ÀÁÂÃÄÅÆÇÈÊÉËÍÎÏÓÔÕÖØÙÚÛÜÝÞŠŽŸŒ](?=[a-z])"
)
"""Signs inside a word, capitals inside small letters: another code page than Windows-1252."""
_RUN = re.compile("[\u00c0-\u00ff]{3,}")
"""As many accented letters on end: `Àííà`."""
_LATIN_CEILING = 0.25
"""Above this share of bytes ≥ 0x80 the text is not Western European."""
_ODD = 0.05
"""From this share of the words with accents on, Windows-1252 is not what they are written in."""


class Decoded(NamedTuple):
    """A file's text, and how it was found."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, name: str, encoding: str | None = None) -> Decoded:
    """Return `data` as text with LF line ends and no byte-order mark.

    Args:
        data: The whole file.
        name: Stands in messages.
        encoding: The user's word; nothing else is tried then.

    Raises:
        ReadingError: the bytes are binary, or no encoding fits.
    """
    if len(data) > LARGEST_TEXT:
        raise ReadingError(
            f"{name}: it has {len(data) >> 20} MB, text is read up to {LARGEST_TEXT >> 20}",
            "Split it into smaller files.",
        )
    if encoding:
        return _as_told(data, name, encoding)
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _as_told(data, name, codec)
    if b"\0" in data:
        return _with_zeros(data, name)
    try:
        return _with_signs(_clean(data.decode("utf-8")))
    except UnicodeDecodeError:
        return _western(data, name)


def _spoilt(text: str) -> tuple[str, ...]:
    """Return a warning for letters that were spoilt before the file was written: `Ã¼`, `�`."""
    told = []
    found = _TWICE.findall(text) + (maybe if len(maybe := _MAYBE_TWICE.findall(text)) > 1 else [])
    if found and len(found) >= len(_WESTERN.findall(text)) // 20:
        shown = ", ".join(repr(one) for one in dict.fromkeys(found[:20]))
        told.append(
            f"it holds {shown}: its letters were spoilt by the program that wrote it; "
            "export it again as UTF-8"
        )
    if lost := text.count("\ufffd"):
        told.append(
            f"letters were lost before it was written ({lost} \ufffd); export it again as UTF-8"
        )
    return tuple(told)


def _with_signs(text: str) -> Decoded:
    """Return a text in UTF-8, Windows-1252's signs in place of control characters."""
    mended = text.translate(_CONTROLS)
    told = _spoilt(mended)
    if mended != text:
        told += ("it holds control characters; read as the signs of Windows-1252 (– “ €)",)
    return Decoded(mended, "utf-8", told)


def _clean(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _as_told(data: bytes, name: str, encoding: str) -> Decoded:
    try:
        return Decoded(_clean(data.decode(encoding)), encoding.removesuffix("-sig"))
    except LookupError as error:
        raise ReadingError(
            f"{name}: no encoding is called {encoding!r}", "Try --encoding utf-8 or cp1252."
        ) from error
    except ValueError as error:
        raise ReadingError(
            f"{name}: its bytes are not {encoding}", "Save it as UTF-8, or name its --encoding."
        ) from error


def _with_zeros(data: bytes, name: str) -> Decoded:
    """Read UTF-16 without a mark; refuse what is none."""
    half = max(1, len(data) // 2)
    for codec, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[0::2])):
        if zeros.count(0) > 0.6 * half and len(data) % 2 == 0:
            found = _as_told(data, name, codec)
            if "\0" not in found.text:
                return found
    for codec in ("utf-16-le", "utf-16-be"):
        if len(data) % 2 == 0 and (text := _in_words(data, codec)):
            return Decoded(text, codec, (_shown(text, codec),))
    raise ReadingError(
        f"{name}: it is binary, not text", "Export it as text, .docx, .pdf, .vtt or .csv."
    )


def _in_words(data: bytes, codec: str) -> str:
    """Return what is written in another script than Latin; empty where that is no text."""
    try:
        text = _clean(data.decode(codec))
    except UnicodeDecodeError:
        return ""
    if any(unicodedata.category(one) in _NO_TEXT and one not in "\n\t\f" for one in set(text)):
        return ""
    return text if 100 * (text.count(" ") + text.count("\n")) > len(text) else ""


_NO_TEXT = frozenset({"Cc", "Cn", "Co", "Cs"})


def _western(data: bytes, name: str) -> Decoded:
    """Read Windows-1252, and say so; ask where that makes no words."""
    high = len(data.translate(None, bytes(range(128))))
    text, why = "", "its encoding is unknown"
    if high <= _LATIN_CEILING * len(data):
        try:
            text = _clean(data.decode("cp1252"))
        except UnicodeDecodeError:
            text = ""
    if text:
        odd = _odd_words(text)
        if not odd:
            return Decoded(text, "cp1252", (_shown(text, "Windows-1252 (cp1252)"),))
        why = f"not UTF-8, and as Windows-1252 it would have {', '.join(map(repr, odd))}"
    hint = f" It may be {guess}." if (guess := _second_opinion(data)) else ""
    raise ReadingError(
        f"{name}: {why}", f"Save it as UTF-8, or name its encoding with --encoding.{hint}"
    )


def _odd_words(text: str) -> list[str]:
    """Return up to three words that Windows-1252 hardly makes; none where they are few."""
    words = [word for word in re.findall(r"\S+", text) if not word.isascii()]
    odd = [word for word in words if _is_odd(word)]
    return [] if len(odd) < _ODD * len(words) else list(dict.fromkeys(odd))[:3]


def _is_odd(word: str) -> bool:
    runs = (run.group().lower() for run in _RUN.finditer(word))
    return bool(
        _IN_NO_WORD.search(word) or _TWICE.search(word) or any(len(set(run)) > 1 for run in runs)
    )


def _second_opinion(data: bytes) -> str | None:
    """Return what statistics take the bytes for: a hint for the user, never read by."""
    from charset_normalizer import from_bytes

    best = from_bytes(data[:100_000]).best()
    return None if best is None or "utf" in best.encoding else best.encoding


def _shown(text: str, encoding: str) -> str:
    """Return the warning that lets the user see whether the encoding is right."""
    words = dict.fromkeys(word for word in re.findall(r"[^\s,;.:]+", text) if not word.isascii())
    most = sorted(words, key=lambda word: sum(map(word.count, _accents(word))), reverse=True)[:3]
    sample = ", ".join(repr(word[:25]) for word in most)
    return f"not UTF-8; read as {encoding}, where it has {sample}; if wrong, name its --encoding"


def _accents(word: str) -> set[str]:
    return {letter for letter in word if not letter.isascii()}
