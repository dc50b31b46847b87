"""Random files for every reader: each gives a reading or a refusal, never anything else, soon.

A short run always; 10,000 cases a reader with `--slow`.
"""

from __future__ import annotations

import io
import json
import random
import sqlite3
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personagen.errors import PersonagenError
from personagen.reading import ReadOptions, Refused
from personagen.reading.files import RawFile
from personagen.reading.items import Item, _opened
from tests.odd_files import taguette_project
from tests.test_qda import CODES, TALK, points, qde, selection, source

FIXTURES = Path(__file__).parent / "fixtures" / "reading"
SECONDS = 10
"""Of processor time that no file of a few kilobytes may take."""


def _zipped(**entries: str | bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return packed.getvalue()


def _docx() -> bytes:
    import docx

    document, packed = docx.Document(), io.BytesIO()
    for line in TALK.split("\n"):
        document.add_paragraph(line)
    row = document.add_table(rows=2, cols=2).rows[0].cells
    row[0].text, row[1].text = "Speaker", "Text"
    document.save(packed)
    return packed.getvalue()


def _xlsx() -> bytes:
    import openpyxl

    book, packed = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (["id", "comment"], [1, "It takes far too long."], [2, "=1+1"]):
        sheet.append(row)
    book.save(packed)
    return packed.getvalue()


def _odt() -> bytes:
    body = "".join(f"<p>{line}</p>" for line in TALK.split("\n"))
    content = f'<d xmlns:o="u"><o:body><o:text>{body}</o:text></o:body></d>'
    return _zipped(**{"META-INF__manifest.xml": "<m/>", "content.xml": content})


def _pdf() -> bytes:
    text = "BT /F1 12 Tf 40 700 Td (Ana: Who plans it?) Tj 0 -20 Td (Bo: Nobody at all.) Tj ET"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body = "".join(f"{n} 0 obj\n{part}\nendobj\n" for n, part in enumerate(parts, 1))
    return f"%PDF-1.4\n{body}trailer << /Root 1 0 R /Size 6 >>\nstartxref\n0\n%%EOF".encode()


def _qualcoder() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        """CREATE TABLE source (id integer primary key, name text, fulltext text);
        CREATE TABLE code_cat (catid integer, name text, supercatid integer);
        CREATE TABLE code_name (cid integer, name text, memo text, catid integer);
        CREATE TABLE code_text (cid integer, fid integer, seltext text, pos0 integer,
                                pos1 integer, owner text, memo text);
        INSERT INTO code_name VALUES (3, 'double work', 'twice', 7);
        INSERT INTO code_text VALUES (3, 1, 'x', 4, 9, 'Ilse', '');"""
    )
    connection.execute("INSERT INTO source VALUES (1, 'bo.txt', ?)", (TALK,))
    connection.commit()
    return connection.serialize()


def _mail() -> bytes:
    return (
        b"From: Bo Lund <bo@example.org>\r\nTo: help@example.org\r\nSubject: =?utf-8?q?Kiln?=\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nIt takes far too long.\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>It takes far too long.</p>\r\n--b--\r\n"
    )


def _project() -> str:
    return qde("NVivo", source(selection(*points(TALK, "I draw it twice."))))


def _speech() -> str:
    results = {"channels": [{"alternatives": [{"words": [{"word": "Hi", "speaker": 0}]}]}]}
    return json.dumps({"results": results, "utterances": None, "segments": [{"text": " Hi"}]})


SEEDS: dict[str, tuple[str, Callable[[], str | bytes]]] = {
    "text": ("a.txt", lambda: TALK),
    "markdown": ("a.md", lambda: (FIXTURES / "interview.md").read_text()),
    "otter": ("a.txt", lambda: (FIXTURES / "otter.txt").read_text()),
    "vtt": ("a.vtt", lambda: (FIXTURES / "teams.vtt").read_text()),
    "rolling": ("a.vtt", lambda: (FIXTURES / "rolling.vtt").read_text()),
    "srt": ("a.srt", lambda: (FIXTURES / "otter.srt").read_text()),
    "zoom-chat": ("a.txt", lambda: "00:01:02\tAna:\tHi\r\n00:01:09\tBo:\tReacted to x\nno\r\n"),
    "speech-json": ("a.json", _speech),
    "whisper": ("a.json", lambda: (FIXTURES / "whisperx.json").read_text()),
    "ticket": ("a.json", lambda: (FIXTURES / "ticket.json").read_text()),
    "thread": (
        "a.json",
        lambda: '[{"id": 1, "title": "x", "comments": [{"author": "Bo", "body": "Too slow."}]}]',
    ),
    "whatsapp": ("a.txt", lambda: "[03.05.26, 10:02:11] Ana: Hi\n[03.05.26, 10:03:00] Bo: No\n"),
    "taguette-project": ("a.sqlite3", taguette_project),
    "records": ("a.jsonl", lambda: '{"id": 1, "comment": "Too slow by far."}\n' * 3),
    "csv": ("a.csv", lambda: (FIXTURES / "reviews.csv").read_text()),
    "qualtrics": ("a.csv", lambda: (FIXTURES / "survey_qualtrics.csv").read_text()),
    "email": ("a.eml", _mail),
    "mbox": ("a.mbox", lambda: b"From bo Mon Jan  1 00:00:00 2026\n" + _mail() + b"\n"),
    "rtf": (
        "a.rtf",
        lambda: r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 A;}} Ana: \'fc\u8364?\par Bo: y}",
    ),
    "docx": ("a.docx", _docx),
    "xlsx": ("a.xlsx", _xlsx),
    "odt": ("a.odt", _odt),
    "pdf": ("a.pdf", _pdf),
    "qdpx": ("a.qdpx", lambda: _zipped(**{"project.qde": _project(), "sources__abcd.txt": TALK})),
    "qde": ("a.qdpx", _project),
    "qdc": ("a.qdc", lambda: f"<CodeBook>{CODES}</CodeBook>"),
    "qualcoder": ("data.qda", _qualcoder),
    "qualcoder-codes": ("a.txt", lambda: "Pain>>double work\ttwice\nplanning\n"),
    "taguette": ("a.csv", lambda: "id,document,tag,content\r\n1,bo,waste,I draw it twice.\r\n"),
    "zip": ("a.zip", lambda: _zipped(**{"x__bo.txt": TALK, "c.csv": "id,comment\n1,Too slow.\n"})),
}
"""Reader → a name and a small file that it reads."""

_PIECES = (
    "\0 \r \n\n \ufeff \U0001f621 : --> <v { } [ ] \" ' , \t &amp; <a> </ -1 1e999 .. / % \\u null"
    " 99999999999999999999 00:00:00 \u2028"
).split(" ")
_BYTES = (*(piece.encode() for piece in _PIECES), b"\xff\xfe", b"\x80", b": ", b"<v ")


def _mutated(seed: bytes, number: int) -> bytes:
    """Return a file with some places cut, doubled, swapped or overwritten."""
    chance, data = random.Random(number), bytearray(seed)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data) + 1)
        size = chance.choice((1, 1, 2, 4, 16, 64, 400))
        match chance.randrange(6):
            case 0:
                del data[at : at + size]
            case 1:
                data[at:at] = chance.choice(_BYTES) * chance.choice((1, 1, 1, 3, 200))
            case 2:
                data[at:at] = data[at : at + size] * chance.choice((1, 2, 50))
            case 3:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 4:
                del data[at:]
            case _:
                other = chance.randrange(len(data) + 1)
                data[at:at] = data[other : other + size]
    return bytes(data)


def _inside(seed: bytes, number: int) -> bytes:
    """Return a zip in which a member is damaged, and the zip itself is whole."""
    chance, packed = random.Random(number), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(seed)) as old, zipfile.ZipFile(packed, "w") as new:
        hit = chance.choice(old.namelist())
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, _mutated(content, number) if name == hit else content)
    return packed.getvalue()


def survive(name: str, data: bytes) -> None:
    """Read a file; anything but a reading or a refusal is a fault, and so is a long wait."""
    folder = Path("somewhere")
    began = time.process_time()
    try:
        for item in _items_of(folder / name, data):
            if isinstance(item, Item):
                _read(item)
            elif isinstance(item, Refused):
                assert item.why
    except PersonagenError as error:
        _clear(error)
    assert time.process_time() - began < SECONDS


def _clear(error: PersonagenError) -> None:
    assert error.problem
    assert "\n" not in error.problem


def _items_of(path: Path, data: bytes) -> list[object]:
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        return []
    return list(_opened(path, RawFile(path.name, data, ReadOptions()), nested=False))


def _read(item: Item) -> None:
    try:
        reading = item.read(ReadOptions())
    except PersonagenError as error:
        _clear(error)
        return
    said = {u.place: u for u in reading.utterances}
    assert len(said) == len(reading.utterances), "places are unique"
    for segment in reading.coded:
        for part in segment.parts:
            assert 0 <= part.start < part.end <= len(said[part.place].text)


@pytest.mark.parametrize("reader", SEEDS)
def test_a_damaged_file_is_read_or_refused(reader: str) -> None:
    name, make = SEEDS[reader]
    _run(name, make(), range(40))


@pytest.mark.slow
@pytest.mark.parametrize("reader", SEEDS)
def test_ten_thousand_damaged_files_are_read_or_refused(reader: str) -> None:
    name, make = SEEDS[reader]
    _run(name, make(), range(1000, 11_000))


def _run(name: str, seed: str | bytes, numbers: range) -> None:
    data = seed.encode() if isinstance(seed, str) else seed
    survive(name, data)
    is_zip = data.startswith(b"PK")
    for number in numbers:
        inside = is_zip and number % 2 == 0
        survive(name, _inside(data, number) if inside else _mutated(data, number))


NAMES = st.sampled_from(sorted({name for name, _ in SEEDS.values()}))
CALM = settings(
    deadline=None, max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
_HEADS = st.sampled_from(
    [
        b"",
        b"PK\x03\x04",
        b"%PDF-1.7\n",
        rb"{\rtf1 ",
        b"WEBVTT\n\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"SQLite format 3\0",
        b"From x\n",
        b"<?xml version='1.0'?><CodeBook>",
        b"\xff\xfe",
        b'{"a":',
        b"1\n00:00:01,000 --> 00:00:02,000\n",
        b"0:00:00.000,0:00:01.000\n",
        b"id,comment\n",
    ]
)


@CALM
@given(name=NAMES, head=_HEADS, data=st.binary(max_size=600))
def test_any_bytes_under_any_head_and_name_are_read_or_refused(
    name: str, head: bytes, data: bytes
) -> None:
    survive(name, head + data)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "results channels alternatives words segments speaker text start end utterances "
                "items monologues elements recognizedPhrases nBest sentences transcription offsets "
                "data transcripts comments author body feed entry label content type id "
                "source".split()
            )
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@CALM
@given(document=_JSON)
def test_any_json_in_the_words_of_the_vendors_is_read_or_refused(document: object) -> None:
    survive("a.json", json.dumps(document).encode())


@pytest.mark.slow
@settings(CALM, max_examples=10_000)
@given(document=_JSON)
def test_ten_thousand_json_documents_are_read_or_refused(document: object) -> None:
    survive("a.json", json.dumps(document).encode())


def test_a_long_run_of_what_heads_are_made_of_takes_no_time() -> None:
    heads = {
        "a.txt": "",
        "a.md": "**Ana:** hi\n",
        "a.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\n",
        "a.srt": "1\n00:00:01,000 --> 00:00:02,000\n",
    }
    for piece in (" ", "a: ", "[", "[1:02", "**", "00:00 ", "(", "\\[", "a  ", "\t", "<v ", "-"):
        for name, head in heads.items():
            survive(name, f"{head}{piece * 20_000}\nAna: hi\nBo: hi\nAna: oh\n".encode())
