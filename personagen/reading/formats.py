"""The formats, in the order in which they are tried; a new one is a file and a line here."""

from __future__ import annotations

import re

from personagen.reading import (
    delimited,
    docx,
    mail,
    pdf,
    records,
    speech,
    srt,
    text,
    tickets,
    vtt,
    xlsx,
    zoomchat,
)
from personagen.reading.files import Format, RawFile

FORMATS: tuple[Format, ...] = (
    docx.FORMAT,
    xlsx.FORMAT,
    pdf.FORMAT,
    mail.FORMAT,
    speech.FORMAT,
    tickets.FORMAT,
    records.FORMAT,
    vtt.FORMAT,
    srt.FORMAT,
    zoomchat.FORMAT,
    delimited.FORMAT,
    text.FORMAT,
)
"""The first whose `sniff` says yes reads the file; `text` takes whatever is text."""

_NOT_YET: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (
        re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        "it is an old or password-protected Office file",
        "Take the password off, or save it as .docx or .xlsx.",
    ),
    (
        re.compile(rb"PK\x03\x04"),
        "it is a zip that holds no Word or Excel file",
        "Unpack it first.",
    ),
    (re.compile(rb"\s*\{\\rtf"), "RTF is not read", "Save it as .docx or plain text."),
    (
        re.compile(rb"\s*(<!doctype html|<html)", re.I),
        "it is a web page",
        "Save the transcript or table in it as text or .csv.",
    ),
    (
        re.compile(rb"\s*<(\?xml|[A-Za-z]+:?[A-Za-z]*[ >])"),
        "XML is not read",
        "Export it as text, .csv, .docx or .json.",
    ),
)


def choose(file: RawFile) -> Format:
    """Return the format that a file's content, and only then its name, points to.

    Raises:
        ReadingError: it is of a kind that no format reads.
    """
    for form in FORMATS[:4]:
        if form.sniff(file):
            return form
    head = file.data[:4000].removeprefix(b"\xef\xbb\xbf")
    for pattern, problem, remedy in _NOT_YET:
        if pattern.match(head):
            raise file.refuse(problem, remedy)
    for form in FORMATS[4:]:
        if form.sniff(file):
            return form
    assert file.text is not None  # not text: decoding says why
    raise file.refuse("its format is unknown", "Export it as text, .csv, .docx or .pdf.")
