"""Rich Text Format: transcripts from Word, TextEdit, Descript and older programs."""

from __future__ import annotations

import re

from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.text import from_text
from personagen.reading.wordtables import from_tables

_LARGEST = 40 * 1024 * 1024
"""Bytes; pictures are written out as digits, and each is looked at."""
_HEAD = re.compile(rb"\s*\{\\rtf\d?")


def _sniff(file: RawFile) -> bool:
    return bool(_HEAD.match(file.data[:200].removeprefix(b"\xef\xbb\xbf")))


def _parse(file: RawFile) -> Parsed:
    from striprtf.striprtf import rtf_to_text

    if len(file.data) > _LARGEST:
        raise file.refuse("it is too large for an RTF file", "Save it as .docx.")
    if not file.data.rstrip(b"\0 \r\n").endswith(b"}"):
        raise file.refuse("it is cut off before its end", "Save or copy it again.")
    told = file.options.encoding or "cp1252"
    try:
        text: str = rtf_to_text(  # type: ignore[no-untyped-call]
            file.data.decode("latin-1"), encoding=told, errors="strict"
        )
    except UnicodeDecodeError as error:
        raise file.refuse(
            "its letters don't fit the code page it names", "Save it as .docx or plain text."
        ) from error
    text = _joined_surrogates(text).replace("\r\n", "\n").replace("\r", "\n")
    rows, around = _rows(text)
    parsed = from_tables("rtf", [rows], around) if rows else None
    if parsed:
        return parsed
    if not text.strip():
        raise file.refuse("it holds no text", "If it holds pictures of text, type it out first.")
    return from_text(file, text, "rtf", [])


def _joined_surrogates(text: str) -> str:
    """RTF counts in UTF-16: an emoji comes as two halves."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _rows(text: str) -> tuple[list[list[str]], int]:
    """Return table rows, which come as `a|b|c|`, and how many other lines there are."""
    lines = [line for line in text.split("\n") if line.strip()]
    rows = [line[:-1].split("|") for line in lines if line.endswith("|") and line.count("|") > 1]
    return rows, len(lines) - len(rows)


FORMAT = Format("rtf", _sniff, _parse)
