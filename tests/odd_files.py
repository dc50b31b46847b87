"""Files as people have them, made for the tests."""

from __future__ import annotations

import sqlite3

_SCHEMA = """
CREATE TABLE projects(id integer primary key, name varchar, description text);
CREATE TABLE documents(id integer primary key, name varchar, description text, filename varchar,
    project_id integer, text_direction varchar, contents text);
CREATE TABLE highlights(id integer primary key, document_id integer, start_offset integer,
    end_offset integer, snippet text);
CREATE TABLE tags(id integer primary key, project_id integer, path varchar, description text);
CREATE TABLE highlight_tags(highlight_id integer, tag_id integer);
INSERT INTO projects VALUES (1, 'Kiln', '');
INSERT INTO tags VALUES (1, 1, 'pain.time', 'time that is lost'), (2, 1, 'paper', '');
"""
TAGUETTE_DOCUMENT = (
    "<p>Ana: Wie planst du?</p><p>Bo: Für die Öfen nehme ich <b>Papier</b> &amp; es dauert.</p>"
    "<p>Ana: Warum?</p><p>Bo: Niemand sonst kann es lesen.</p>"
)
_WORDS = (
    "Ana: Wie planst du?Bo: Für die Öfen nehme ich Papier & es dauert."
    "Ana: Warum?Bo: Niemand sonst kann es lesen."
)


def taguette_project() -> bytes:
    """Return a Taguette database with one document; two tags on one highlight, one on another."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(_SCHEMA)
    connection.execute(
        "INSERT INTO documents VALUES (1, 'Bo', '', 'bo.docx', 1, 'LEFT_TO_RIGHT', ?)",
        (TAGUETTE_DOCUMENT,),
    )
    for number, words in ((1, "Papier & es dauert"), (2, "Niemand sonst")):
        start = len(_WORDS[: _WORDS.index(words)].encode())
        place = (number, start, start + len(words.encode()), words.replace("&", "&amp;"))
        connection.execute("INSERT INTO highlights VALUES (?, 1, ?, ?, ?)", place)
    connection.executemany("INSERT INTO highlight_tags VALUES (?, ?)", [(1, 1), (1, 2), (2, 1)])
    connection.commit()
    return connection.serialize()
