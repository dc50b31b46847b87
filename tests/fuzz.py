"""Damaged files for every reader, and a run over many of them that no hang can stop.

    python -m tests.fuzz --cases 10000 --write docs/quality/damaged-files.md

Each reader has a process of its own. A case that takes longer than its time is stopped by an alarm
of processor time; one that does not hear the alarm, or falls over, ends the process, and the run
goes on behind it. Either way reader and case are named; `--only READER --first CASE --cases 1`
does that case again.
"""

from __future__ import annotations

import argparse
import functools
import io
import json
import multiprocessing
import random
import signal
import sqlite3
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import c_int
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any, NamedTuple

from personagen.errors import PersonagenError
from personagen.reading import ReadOptions, Refused
from personagen.reading.files import RawFile
from personagen.reading.items import Item, _opened
from tests.odd_files import taguette_project
from tests.test_qda import CODES, TALK, points, qde, selection, source

FIXTURES = Path(__file__).parent / "fixtures" / "reading"
SECONDS = 10
"""Of processor time that no file of a few kilobytes may take."""
SILENT = 600
"""Seconds after which a process that finishes no case is ended: many, for a machine may be busy."""
MEMORY = 2 * 1024**3
"""Bytes of addresses that a process of the run may have."""


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


_CHANNEL = [
    {"type": "message", "user": "U1", "ts": "1772532672.0001", "text": "<@U2> too slow?"},
    {"type": "message", "user": "U2", "ts": "1772532673.0001", "text": "Yes, by far."},
]
_COMMENTS = [{"author_id": n, "body": "Too slow by far.", "public": True} for n in (5, 9)]
_USERS = [{"id": 5, "name": "Bo", "role": "end-user"}]

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
    "slack": ("a.json", lambda: json.dumps(_CHANNEL)),
    "comments": ("a.json", lambda: json.dumps({"comments": _COMMENTS, "users": _USERS})),
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


class Hung(BaseException):
    """A file took longer than any may; no reader's `except Exception` catches it."""


@contextmanager
def alarm(seconds: float = SECONDS) -> Iterator[None]:
    """Stop what runs inside after so many seconds of processor time.

    Raises:
        Hung: it ran longer. Where the system has no such timer nothing is stopped.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise Hung

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def survive(name: str, data: bytes) -> bool:
    """Read a file; anything but a reading or a refusal is a fault, and so is a long wait.

    Returns:
        Whether something of it was read.
    """
    with alarm():
        return _survive(name, data)


def _survive(name: str, data: bytes) -> bool:
    read = False
    try:
        for item in _items_of(Path("somewhere") / name, data):
            if isinstance(item, Item):
                read |= _read(item)
            elif isinstance(item, Refused):
                assert item.why
    except PersonagenError as error:
        _clear(error)
    return read


def _clear(error: PersonagenError) -> None:
    assert error.problem
    assert "\n" not in error.problem


def _items_of(path: Path, data: bytes) -> list[object]:
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        return []
    return list(_opened(path, RawFile(path.name, data, ReadOptions()), nested=False))


def _read(item: Item) -> bool:
    try:
        reading = item.read(ReadOptions())
    except PersonagenError as error:
        _clear(error)
        return False
    said = {u.place: u for u in reading.utterances}
    assert len(said) == len(reading.utterances), "places are unique"
    for segment in reading.coded:
        for part in segment.parts:
            assert 0 <= part.start < part.end <= len(said[part.place].text)
    return True


@functools.cache
def _seed(reader: str) -> tuple[str, bytes]:
    """Return name and content of a reader's whole file; a Word file takes longer than a case."""
    name, make = SEEDS[reader]
    seed = make()
    return name, seed.encode() if isinstance(seed, str) else seed


def case(reader: str, number: int) -> tuple[str, bytes]:
    """Return name and content of a reader's damaged file; the same number is the same file."""
    name, data = _seed(reader)
    if number < 0:
        return name, data
    inside = data.startswith(b"PK") and number % 2 == 0
    return name, _inside(data, number) if inside else _mutated(data, number)


class Tally(NamedTuple):
    """What became of a reader's cases."""

    cases: int
    read: int
    """Of which something was read; the others were refused."""
    slowest: float
    """Seconds of processor time."""
    faults: tuple[str, ...]


def run(reader: str, first: int, cases: int) -> Tally:
    """Put damaged files before a reader, in processes that can be ended.

    Args:
        reader: A key of `SEEDS`.
        first: Number of the first case.
        cases: How many.
    """
    spawn = multiprocessing.get_context("spawn")
    at, last, parts, faults = first, first + cases, list[Tally](), list[str]()
    while at < last:
        current, results = spawn.Value(c_int, at), spawn.SimpleQueue()
        worker = spawn.Process(target=_work, args=(reader, at, last, current, results))
        worker.start()
        part = _watch(worker, current, results)
        if part is None:
            faults.append(f"{reader} case {current.value}: it ended the process or was ended")
            at = current.value + 1
        else:
            parts.append(part)
            at = last
    faults += [fault for part in parts for fault in part.faults]
    slowest = max((part.slowest for part in parts), default=0.0)
    return Tally(cases, sum(part.read for part in parts), slowest, tuple(faults))


def _watch(worker: Any, current: Synchronized[int], results: Any) -> Tally | None:
    """Return what a process found; None where it died, or had to be ended."""
    number, since = current.value, time.monotonic()
    while worker.is_alive() and results.empty():
        worker.join(0.2)
        if current.value != number:
            number, since = current.value, time.monotonic()
        elif time.monotonic() - since > SILENT:
            worker.kill()
    found: Tally | None = None if results.empty() else results.get()
    worker.join()
    return found


def _work(reader: str, first: int, last: int, current: Synchronized[int], results: Any) -> None:
    """Do cases one after the other; run in a process of its own."""
    _bound_memory()
    read, slowest, faults = 0, 0.0, list[str]()
    for number in range(first, last):
        current.value = number
        name, data = case(reader, number)
        began = time.process_time()
        try:
            read += survive(name, data)
        except (Exception, Hung) as error:
            faults.append(f"{reader} case {number}: {type(error).__name__} {error}".strip())
        slowest = max(slowest, time.process_time() - began)
    results.put(Tally(last - first, read, slowest, tuple(faults)))


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # not on every system
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def as_markdown(tallies: dict[str, Tally]) -> str:
    """Return the page: one row a reader."""
    cases, faults = (
        sum(t.cases for t in tallies.values()),
        [fault for tally in tallies.values() for fault in tally.faults],
    )
    most = max(t.cases for t in tallies.values())
    few = any(t.cases < most for t in tallies.values())
    fewer = ", with fewer files where the column says so (`--only READER --cases N`)" if few else ""
    lines = [
        "# Damaged files, as measured",
        "",
        f"Written by `python -m tests.fuzz --cases {most} --write docs/quality/damaged-files.md`"
        f"{fewer}. For each reader a small file that it reads is cut, "
        "doubled, swapped and overwritten in up to twelve places (in zips every other time inside "
        "a member); what is the result must be a reading, or a refusal of one line, within "
        f"{SECONDS} seconds of processor time and {MEMORY // 1024**3} GB of addresses. The files "
        "are the same at each run.",
        "",
        f"**{len(faults)} faults in {cases} files.**",
        "",
        "| reader | files | read, whole or in part | refused | slowest, seconds |",
        "| --- | --: | --: | --: | --: |",
    ]
    for reader, t in tallies.items():
        refused = t.cases - t.read - len(t.faults)
        lines.append(f"| {reader} | {t.cases} | {t.read} | {refused} | {t.slowest:.2f} |")
    return "\n".join([*lines, *[f"\n- {fault}" for fault in faults]]) + "\n"


def main() -> None:
    """Put damaged files before all readers; exits 1 where one is neither read nor refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--only", nargs="*", choices=SEEDS, default=list(SEEDS))
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    tallies = {}
    for reader in options.only:
        tallies[reader] = tally = run(reader, options.first, options.cases)
        print(reader, *tally[:3], *tally.faults, sep="\n  ", flush=True)
    if options.write:
        options.write.write_text(as_markdown(tallies), encoding="utf-8")
    raise SystemExit(any(tally.faults for tally in tallies.values()))


if __name__ == "__main__":
    main()
