"""OpenDocument texts, as LibreOffice and Google Docs save them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from personagen.reading import archives
from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.safexml import local, parse
from personagen.reading.text import from_text
from personagen.reading.wordtables import from_tables

_LEFT_OUT = {"annotation", "note", "tracked-changes", "sequence-decls", "table-of-content", "frame"}
"""Comments, footnotes, deleted text, indexes and text boxes."""


def _sniff(file: RawFile) -> bool:
    names = archives.members(file)
    return {"content.xml", "META-INF/manifest.xml"} <= names and "word/document.xml" not in names


def _parse(file: RawFile) -> Parsed:
    archives.check(file)
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        manifest = archive.read("META-INF/manifest.xml")
        if b"encryption-data" in manifest:
            raise file.refuse("it is protected by a password", "Save a copy without password.")
        body = parse(file, archive.read("content.xml")).find("./{*}body/{*}text")
    if body is None:
        raise file.refuse("it is no text document", "Save it as .odt, .docx or .csv.")
    blocks = list(_blocks(body))
    tables = [block for block in blocks if isinstance(block, list)]
    around = sum(isinstance(block, str) and bool(block.strip()) for block in blocks)
    parsed = from_tables("odt", tables, around)
    if parsed:
        return parsed
    text = "\n\n".join(_shown(block) for block in blocks if _shown(block).strip())
    if not text.strip():
        raise file.refuse("it holds no text", "If it holds pictures of text, type it out first.")
    return from_text(file, text, "odt", [])


def _shown(block: str | list[list[str]]) -> str:
    return block if isinstance(block, str) else "\n\n".join("  ".join(row) for row in block)


def _blocks(parent: Element) -> Iterator[str | list[list[str]]]:
    """Yield paragraphs and tables in the order of the page."""
    for element in parent:
        name = local(element)
        if name in ("p", "h"):
            yield "".join(_words(element)).rstrip()
        elif name == "table":
            yield [list(_cells(row)) for row in element.iter() if local(row) == "table-row"]
        elif name not in _LEFT_OUT:
            yield from _blocks(element)


def _cells(row: Element) -> Iterator[str]:
    for cell in row:
        if local(cell) == "table-cell":
            yield "\n".join(_shown(block) for block in _blocks(cell)).strip()


def _words(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = local(child)
        if name == "s":
            count = next((v for k, v in child.attrib.items() if k.endswith("}c")), "1")
            yield " " * (min(int(count), 1000) if count.isdigit() else 1)
        elif name == "tab":
            yield "\t"
        elif name == "line-break":
            yield "\n"
        elif name not in _LEFT_OUT:
            yield from _words(child)
        yield child.tail or ""


FORMAT = Format("odt", _sniff, _parse)
