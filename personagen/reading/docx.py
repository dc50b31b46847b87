"""Word documents: Teams and Meet transcripts, tables of turns, labelled paragraphs, notes."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from personagen.reading import archives
from personagen.reading.clock import CLOCK, seconds
from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.labels import could_be_label
from personagen.reading.text import from_text
from personagen.reading.turns import Cue, merge

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

_SPEAKER = re.compile(r"^(speakers?|name|who|sprecher(in)?|orador|locuteur|participant)$", re.I)
_WORDS = re.compile(
    r"^(transcript(ion)?|text|utterance|speech|content|dialogue|what was said)$", re.I
)
_TIME = re.compile(r"^(time(code|stamp)?|start|zeit|hora)$", re.I)
_STAMP = re.compile(rf"^\W*{CLOCK}\W*$")


def _sniff(file: RawFile) -> bool:
    return "word/document.xml" in archives.members(file)


def _parse(file: RawFile) -> Parsed:
    archives.check(file)
    document = _open(file)
    for number, table in enumerate(document.tables):
        parsed = _from_table(file, table, number)
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
    """Return the cells of each row; a merged cell counts once."""
    rows = []
    for row in table.rows:
        seen: set[int] = set()
        cells = []
        for cell in row.cells:
            if id(cell._tc) not in seen:
                seen.add(id(cell._tc))
                cells.append(cell.text.strip())
        rows.append(cells)
    return rows


def _from_table(file: RawFile, table: Table, number: int) -> Parsed | None:
    """Return the turns of a table with a column of speakers and one of words, if it is one."""
    rows = _rows(table)
    width = max((len(row) for row in rows), default=0)
    if width < 2 or len(rows) < 2:
        return None
    columns = _columns(rows, width)
    if not columns:
        return None
    speaker, words, time, first = columns
    cues, name = [], ""
    for at, row in enumerate(rows[first:], first):
        cells = row + [""] * (width - len(row))
        name = cells[speaker].rstrip(": ") or name
        stamp = re.search(CLOCK, cells[time]) if time is not None else None
        start = seconds(stamp.group()) if stamp else None
        cues.append(Cue(name, cells[words], f"table{number + 1}.r{at + 1}", t_start=start))
    utterances = merge(cues)
    if not utterances:
        return None
    return Parsed("docx", "interview", utterances, len(cues), _left_out(file, number))


def _left_out(file: RawFile, number: int) -> list[str]:
    document = _open(file)
    around = sum(bool(paragraph.text.strip()) for paragraph in document.paragraphs)
    notes = [f"{around} paragraph(s) around the table left out"] if around else []
    if len(document.tables) > 1:
        notes.append(f"{len(document.tables) - 1} other table(s) left out; read table {number + 1}")
    return notes


def _columns(rows: list[list[str]], width: int) -> tuple[int, int, int | None, int] | None:
    """Return the columns of speaker, words and time, and the first row of turns."""
    header = rows[0] + [""] * (width - len(rows[0]))
    speaker = next((i for i, cell in enumerate(header) if _SPEAKER.match(cell)), None)
    words = next((i for i, cell in enumerate(header) if _WORDS.match(cell)), None)
    time = next((i for i, cell in enumerate(header) if _TIME.match(cell)), None)
    if speaker is not None and words is not None:
        return speaker, words, time, 1
    return _columns_by_content(rows, width)


def _columns_by_content(
    rows: list[list[str]], width: int
) -> tuple[int, int, int | None, int] | None:
    cells = [[row[i] for row in rows if i < len(row) and row[i]] for i in range(width)]
    time = next((i for i, c in enumerate(cells) if c and _share(c, _STAMP) > 0.7), None)
    words = max(range(width), key=lambda i: sum(map(len, cells[i])))
    for i, column in enumerate(cells):
        if i in (time, words) or not column:
            continue
        few = len(set(column)) <= max(2, len(column) // 2)
        if few and all(could_be_label(cell.rstrip(": ")) for cell in column):
            return i, words, time, 0
    return None


def _share(cells: list[str], pattern: re.Pattern[str]) -> float:
    return sum(bool(pattern.match(cell)) for cell in cells) / len(cells)


FORMAT = Format("docx", _sniff, _parse)
