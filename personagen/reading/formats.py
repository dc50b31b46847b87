"""The formats, in the order in which they are tried; a new one is a file and a line here."""

from __future__ import annotations

import io
import re
import zipfile

from personagen.reading import (
    analytics,
    codebooks,
    delimited,
    docx,
    mail,
    odt,
    office,
    pdf,
    records,
    rtf,
    slack,
    speech,
    srt,
    text,
    threads,
    tickets,
    vtt,
    whatsapp,
    xlsx,
    zoomchat,
)
from personagen.reading.files import Format, RawFile

SIGNED: tuple[Format, ...] = (
    docx.FORMAT,
    xlsx.FORMAT,
    odt.FORMAT,
    pdf.FORMAT,
    rtf.FORMAT,
    mail.FORMAT,
    codebooks.REFI,
)
"""Known by their first bytes or by what is in their zip."""

WRITTEN: tuple[Format, ...] = (
    speech.FORMAT,
    slack.FORMAT,
    tickets.FORMAT,
    threads.FORMAT,
    records.FORMAT,
    vtt.FORMAT,
    srt.FORMAT,
    zoomchat.FORMAT,
    whatsapp.FORMAT,
    codebooks.TAGUETTE,
    codebooks.QUALCODER,
    analytics.FORMAT,
    delimited.FORMAT,
    text.FORMAT,
)
"""Known by what is written in them; `text` takes whatever is text."""

FORMATS = (*SIGNED, *WRITTEN)
"""The first whose `sniff` says yes reads the file."""

_NOT_YET: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (
        re.compile(rb"PK\x03\x04"),
        "it is a zip that holds no Word or Excel file",
        "Unpack it first.",
    ),
    (
        re.compile(rb"SQLite format 3\0"),
        "it is a database, of no coding program that is read",
        "Export its texts as .csv or .docx.",
    ),
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
    for form in SIGNED:
        if form.sniff(file):
            return form
    office.refuse(file)
    if file.data.startswith(b"PK\x03\x04") and not zipfile.is_zipfile(io.BytesIO(file.data)):
        raise file.refuse("it is damaged: its end is missing", "Copy or export it again.")
    head = file.data[:4000].removeprefix(b"\xef\xbb\xbf")
    for pattern, problem, remedy in _NOT_YET:
        if pattern.match(head):
            raise file.refuse(problem, remedy)
    for form in WRITTEN:
        if form.sniff(file):
            return form
    assert file.text is not None  # not text: decoding says why
    raise file.refuse("its format is unknown", "Export it as text, .csv, .docx or .pdf.")
