"""A Taguette project: the database that the program keeps, with texts, tags and highlights.

Highlights are counted in bytes of UTF-8 over a document's words without its HTML tags
(Taguette's `extract.py`).
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Mapping

from personagen.models import CodebookEntry
from personagen.reading import database
from personagen.reading.files import RawFile
from personagen.reading.qda import LARGEST_PROJECT, Package, Text
from personagen.reading.refi import Selection

_NEEDED = {"documents", "highlights", "tags", "highlight_tags", "projects"}
_BLOCKS = frozenset("p div li tr h1 h2 h3 h4 h5 h6 table ul ol blockquote br pre".split())
_NAME = 100
"""Characters of a highlight's own words by which its place is checked."""


def is_taguette(data: bytes) -> bool:
    """Return whether bytes are a Taguette database."""
    return data.startswith(database.MAGIC) and b"highlight_tags" in data


def open_taguette(file: RawFile) -> Package:
    """Open a Taguette project (`.sqlite3`).

    Raises:
        ReadingError: it is damaged.
    """
    if len(file.data) > LARGEST_PROJECT:
        raise file.refuse("the database is too large", "Export its highlights as .csv.")
    try:
        with database.opened(file.data) as connection:
            if not database.tables(connection) >= _NEEDED:
                raise file.refuse("it is no Taguette project", "Export the project as .sqlite3.")
            tags = _tags(connection)
            texts = tuple(_texts(connection, {n: code.code for n, code in tags.items()}))
    except (sqlite3.Error, UnicodeError, TypeError, ValueError) as error:
        raise file.refuse("the database is damaged", "Export its highlights as .csv.") from error
    return Package("taguette", "Taguette", tuple(tags.values()), texts, ())


def _tags(connection: sqlite3.Connection) -> dict[int, CodebookEntry]:
    rows = connection.execute("SELECT id, path, description FROM tags ORDER BY id")
    return {
        int(row[0]): CodebookEntry(code=str(row[1]), definition=" ".join(str(row[2] or "").split()))
        for row in rows
    }


def _texts(connection: sqlite3.Connection, tags: Mapping[int, str]) -> Iterator[Text]:
    projects = dict(connection.execute("SELECT id, name FROM projects"))
    rows = connection.execute("SELECT id, project_id, name, contents FROM documents ORDER BY id")
    for document, project, name, contents in rows:
        raw, places = _words(str(contents or ""))
        if raw.strip():
            shown = f"{projects.get(project, '')} {name}" if len(projects) > 1 else str(name)
            found = tuple(_selections(connection, document, tags, places))
            yield Text(shown.strip(), raw.encode(), raw, found, {})


def _words(contents: str) -> tuple[str, tuple[list[int], list[int]]]:
    """Return the words of an HTML document, and where each byte of them stands.

    Returns:
        The text with a line end after each block; for each of its characters that Taguette counts,
        the bytes before it, and its place in the text.
    """
    from bs4 import BeautifulSoup
    from bs4.element import NavigableString, PreformattedString, Tag

    text: list[str] = []
    marks, places, size = [], [], 0
    for node in BeautifulSoup(contents, "html.parser").descendants:
        if isinstance(node, Tag) and node.name in _BLOCKS and text and text[-1] != "\n":
            text.append("\n")
        if not isinstance(node, NavigableString) or isinstance(node, PreformattedString):
            continue
        for letter in str(node):
            marks.append(size)
            places.append(len(text))
            size += len(letter.encode())
            text.append(" " if letter in "\r\n\t" else letter)
    return "".join(text), ([*marks, size], [*places, len(text)])


def _selections(
    connection: sqlite3.Connection,
    document: int,
    tags: Mapping[int, str],
    where: tuple[list[int], list[int]],
) -> Iterator[Selection]:
    marks, places = where
    rows = connection.execute(
        "SELECT h.start_offset, h.end_offset, h.snippet, t.tag_id FROM highlights h "
        "JOIN highlight_tags t ON t.highlight_id = h.id WHERE h.document_id = ? "
        "ORDER BY h.start_offset, t.tag_id",
        (document,),
    )
    for start, end, snippet, tag in rows:
        first, last = (bisect_left(marks, int(at)) for at in (start, end))
        name = " ".join(_words(str(snippet or ""))[0].split())[:_NAME]
        if 0 <= first < last < len(places):
            stop = places[last - 1] + 1
            yield Selection(places[first], stop, tags.get(tag, ""), "", name, "")
        else:
            yield Selection(-1, -1, tags.get(tag, ""), "", name, "")
