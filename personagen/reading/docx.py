"""Word documents: Teams and Meet transcripts, tables of turns, labelled paragraphs, notes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from personagen.reading import archives
from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.text import from_text
from personagen.reading.wordtables import from_tables

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table


def _sniff(file: RawFile) -> bool:
    return "word/document.xml" in archives.members(file)


def _parse(file: RawFile) -> Parsed:
    archives.check(file)
    document = _open(file)
    tables = [_rows(table) for table in document.tables]
    around = sum(bool(paragraph.text.strip()) for paragraph in document.paragraphs)
    parsed = from_tables("docx", tables, around)
    if parsed:
        return parsed
    text = _text(document)
    if not text.strip():
        raise file.refuse("it holds no text", "If it holds pictures of text, type it out first.")
    return from_text(file, text, "docx", [])


def _open(file: RawFile) -> Document:
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        return docx.Document(io.BytesIO(file.data))
    except (OpcError, LxmlError, KeyError, ValueError, OSError) as error:
        raise file.refuse("it is damaged", "Open it in Word and save it again.") from error


def _text(document: Document) -> str:
    """Return paragraphs and table rows in the order of the page, a blank line between them."""
    from docx.text.paragraph import Paragraph

    blocks = []
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            blocks.append(block.text)
        else:
            blocks += ["  ".join(cells) for cells in _rows(block)]
    return "\n\n".join(block.rstrip() for block in blocks if block.strip())


def _rows(table: Table) -> list[list[str]]:
    """Return the cells of each row; a merged cell counts once.

    From the elements, not `row.cells`, which looks through the whole table for each row.
    """
    from docx.table import _Cell

    return [
        [_Cell(element, table).text.strip() for element in row.tc_lst] for row in table._tbl.tr_lst
    ]


FORMAT = Format("docx", _sniff, _parse)
