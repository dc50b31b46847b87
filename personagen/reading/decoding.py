"""Bytes to text: byte-order mark, strict UTF-8, then Windows-1252; never a silent guess."""

from __future__ import annotations

import codecs
import re
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
_TWICE = re.compile(
    "\u00c3[\u0080-\u00bf]|\u00e2\u20ac[\u2122\u0153\u201c\u201d\u00a6\u2013]|\u00c2[\u00a0-\u00bf]"
)
"""What UTF-8 becomes when it is read as Windows-1252 and written again."""
_WESTERN = re.compile("[\u00c0-\u00ff]")
_LATIN_CEILING = 0.25
"""Above this share of bytes ≥ 0x80 the text is not Western European."""


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
        text = _clean(data.decode("utf-8"))
        return Decoded(text, "utf-8", _spoilt(text))
    except UnicodeDecodeError:
        return _western(data, name)


def _spoilt(text: str) -> tuple[str, ...]:
    """Return a warning where letters were spoilt before the file was written: `Ã¼` for `ü`."""
    found = _TWICE.findall(text)
    if len(found) < 2 or len(found) < len(_WESTERN.findall(text)) // 2:
        return ()
    shown = ", ".join(repr(one) for one in dict.fromkeys(found[:20]))
    return (
        f"it holds {shown}: its letters were spoilt by the program that wrote it; "
        "export it again as UTF-8",
    )


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
    """Read UTF-16 without a mark, where every other byte is mostly zero; refuse the rest."""
    half = max(1, len(data) // 2)
    for codec, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[0::2])):
        if zeros.count(0) > 0.6 * half and len(data) % 2 == 0:
            found = _as_told(data, name, codec)
            if "\0" not in found.text:
                return found
    raise ReadingError(
        f"{name}: it is binary, not text", "Export it as text, .docx, .pdf, .vtt or .csv."
    )


def _western(data: bytes, name: str) -> Decoded:
    high = len(data.translate(None, bytes(range(128))))
    guess = _second_opinion(data)
    if high <= _LATIN_CEILING * len(data):
        try:
            text = _clean(data.decode("cp1252"))
        except UnicodeDecodeError:
            text = ""
        if text:
            return Decoded(text, "cp1252", (_shown(text, "Windows-1252 (cp1252)"),))
        if guess:
            text = _clean(data.decode(guess))
            return Decoded(text, guess, (_shown(text, guess),))
    hint = f" It may be {guess}." if guess else ""
    raise ReadingError(
        f"{name}: its encoding is unknown",
        f"Save it as UTF-8, or name its encoding with --encoding.{hint}",
    )


def _second_opinion(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:100_000]).best()
    if best is None or "utf" in best.encoding:
        return None
    try:
        data.decode(best.encoding)
    except ValueError:
        return None
    return best.encoding


def _shown(text: str, encoding: str) -> str:
    """Return the warning that lets the user see whether the encoding is right."""
    line = next(line for line in text.split("\n") if not line.isascii())
    at = next(i for i, letter in enumerate(line) if ord(letter) > 127)
    sample = line[max(0, at - 12) : at + 13].strip()
    return f"not UTF-8; read as {encoding}, where it has {sample!r}; if wrong, name its --encoding"
