"""Projects of coding programs → their texts, each with the codebook and what is coded in it."""

from __future__ import annotations

import io
import posixpath
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from personagen.models import CodebookEntry
from personagen.reading import archives, database
from personagen.reading.base import Reading
from personagen.reading.coded import Passage, locate
from personagen.reading.files import RawFile
from personagen.reading.positions import find_units
from personagen.reading.refi import LEVEL, Project, Selection, TextSource, read_project
from personagen.reading.safexml import parse

LARGEST_PROJECT = 150 * 1024 * 1024
"""Bytes of `project.qde`, or of a QualCoder database."""


class Text(NamedTuple):
    """One text of a project, ready to be read."""

    name: str
    data: bytes
    raw: str
    """As decoded, with the line ends of the file."""
    selections: Sequence[Selection]
    attributes: Mapping[str, str]


class Package(NamedTuple):
    """A project that was opened."""

    reader: str
    origin: str
    codes: tuple[CodebookEntry, ...]
    texts: tuple[Text, ...]
    warnings: tuple[str, ...]


def is_refi(names: frozenset[str]) -> bool:
    """Return whether a zip with these names is a REFI-QDA project."""
    return _project_name(names) is not None


def _project_name(names: frozenset[str]) -> str | None:
    found = sorted(n for n in names if n.lower().endswith(".qde") and "/" not in n.strip("/"))
    return found[0] if len(found) == 1 else None


def open_refi(file: RawFile) -> Package:
    """Open a .qdpx project.

    Raises:
        ReadingError: it is unsafe or damaged.
    """
    archives.check(file)
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        name = _project_name(frozenset(archive.namelist()))
        assert name is not None  # `is_refi` was asked
        if archive.getinfo(name).file_size > LARGEST_PROJECT:
            raise file.refuse("its project file is too large", "Export fewer sources at a time.")
        project = read_project(parse(file, archive.read(name)))
        held = {posixpath.basename(n).lower(): n for n in archive.namelist() if not n.endswith("/")}
        texts, missing = [], []
        for source in project.texts:
            data = _bytes(archive, held, source)
            if data is None:
                missing.append(source)
            else:
                texts.append(_text(source, data, file))
    return Package("qdpx", project.origin, project.codes, tuple(texts), _told(project, missing))


def _bytes(archive: zipfile.ZipFile, held: Mapping[str, str], source: TextSource) -> bytes | None:
    if source.content:
        return source.content.encode()
    name = held.get(posixpath.basename(source.path.replace("\\", "/")).lower())
    return archive.read(name) if name else None


def _text(source: TextSource, data: bytes, file: RawFile) -> Text:
    from personagen.reading.decoding import decode

    decoded = decode(data, f"{file.name}/{source.name}", file.options.encoding)
    raw = data.decode(decoded.encoding, errors="strict").removeprefix("\ufeff")
    return Text(source.name, data, raw, source.selections, source.attributes)


def _told(project: Project, missing: Sequence[TextSource]) -> tuple[str, ...]:
    told = []
    if missing:
        lost = sum(len(source.selections) for source in missing)
        told.append(
            f"{len(missing)} text(s) are not in the package, {lost} coded segment(s) with them; "
            "export the project with its sources"
        )
    if project.folders:
        told.append(f"{project.folders} code(s) only hold others: part of the names below them")
    if project.other:
        told.append(f"{project.other} coded place(s) in pictures, sound or pages left out")
    return tuple(told)


def finish(package: Package, text: Text, reading: Reading) -> Reading:
    """Return the reading of a project's text with the codebook and what is coded in it."""
    inside = [s for s in text.selections if s.start >= 0 and s.code]
    found = find_units(text.raw, inside, package.origin)
    passages, lost = [], len(text.selections) - len(inside)
    for selection in inside:
        start, end = found.ruler.place(selection.start), found.ruler.place(selection.end)
        if start is None or end is None or end <= start:
            lost += 1
            continue
        passages.append(Passage(start, end, selection.code, selection.coder, selection.memo))
    whole = text.raw.replace("\r\n", "\n").replace("\r", "\n")
    coded = [s for s in locate(passages, whole, reading.utterances) if s.parts]
    lost += len(passages) - len(coded)
    told = [*package.warnings]
    if inside and not found.sure:
        told.append(f"positions read as {found.units.name}; check that the coded words are right")
    if lost:
        told.append(f"{lost} coded segment(s) without words in this text left out")
    return reading.model_copy(
        update={
            "reader": package.reader,
            "codes": package.codes,
            "coded": tuple(coded),
            "warnings": (*reading.warnings, *told),
            "utterances": tuple(_with(u, text.attributes) for u in reading.utterances)
            if len({u.speaker for u in reading.utterances if u.role == "participant"}) == 1
            else reading.utterances,
        }
    )


def _with(utterance: Any, attributes: Mapping[str, str]) -> Any:
    """The values of a case are those of the one participant in its text."""
    if utterance.role != "participant" or not attributes:
        return utterance
    return utterance.model_copy(update={"attributes": {**attributes, **utterance.attributes}})


# QualCoder keeps a project as a folder with a database in it.


def is_qualcoder(data: bytes) -> bool:
    """Return whether bytes are a QualCoder database."""
    return data.startswith(database.MAGIC) and all(
        name in data for name in (b"code_text", b"code_name", b"code_cat", b"fulltext")
    )


def open_qualcoder(file: RawFile) -> Package:
    """Open the `data.qda` of a QualCoder project.

    Raises:
        ReadingError: it is damaged.
    """
    if len(file.data) > LARGEST_PROJECT:
        raise file.refuse("the database is too large", "Export the project as .qdpx.")
    try:
        return _qualcoder(file)
    except (sqlite3.Error, UnicodeError, TypeError) as error:
        raise file.refuse("the database is damaged", "Export the project as .qdpx.") from error


def _qualcoder(file: RawFile) -> Package:
    with database.opened(file.data) as connection:
        if not database.tables(connection) >= {"source", "code_text", "code_name", "code_cat"}:
            raise file.refuse("it is no QualCoder project", "Name the data.qda in its folder.")
        names, entries = _qualcoder_codes(connection)
        texts = tuple(_qualcoder_texts(connection, names))
    return Package("qualcoder", "QualCoder", entries, texts, ())


def _qualcoder_codes(
    connection: sqlite3.Connection,
) -> tuple[dict[int, str], tuple[CodebookEntry, ...]]:
    rows = connection.execute("SELECT catid, name, supercatid FROM code_cat")
    above = {row[0]: (str(row[1]), row[2]) for row in rows}
    names, entries = {}, []
    for cid, name, memo, category in connection.execute(
        "SELECT cid, name, memo, catid FROM code_name ORDER BY cid"
    ):
        path, seen = [str(name)], set()
        while category in above and category not in seen:
            seen.add(category)
            path.insert(0, above[category][0])
            category = above[category][1]
        names[cid] = LEVEL.join(path)
        definition = " ".join(str(memo or "").split())
        entries.append(CodebookEntry(code=names[cid], definition=definition))
    return names, tuple(entries)


def _qualcoder_texts(connection: sqlite3.Connection, names: Mapping[int, str]) -> Iterator[Text]:
    coded: dict[int, list[Selection]] = {}
    for fid, cid, words, start, end, owner, memo in connection.execute(
        "SELECT fid, cid, seltext, pos0, pos1, owner, memo FROM code_text ORDER BY fid, pos0"
    ):
        selection = Selection(
            int(start), int(end), names.get(cid, ""), str(owner or ""), str(words or "")[:100],
            " ".join(str(memo or "").split()),
        )  # fmt: skip
        coded.setdefault(fid, []).append(selection)
    for fid, name, full in connection.execute("SELECT id, name, fulltext FROM source ORDER BY id"):
        if full and str(full).strip():
            raw = str(full)
            yield Text(str(name), raw.encode(), raw, coded.get(fid, []), {})


def must_hold_text(file: RawFile, package: Package) -> None:
    """Refuse a project that holds neither a text nor a code.

    Raises:
        ReadingError: it holds nothing.
    """
    if not package.texts and not package.codes:
        raise file.refuse("the project holds no text and no code", "Export it again.")
