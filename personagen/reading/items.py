"""What is in a file: itself, or the files of a zip, or the texts of a coding project."""

from __future__ import annotations

import hashlib
import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from personagen.errors import PersonagenError, ReadingError
from personagen.models import Model, Skipped
from personagen.reading import archives, qda, taguette
from personagen.reading.base import Reading, ReadOptions
from personagen.reading.files import Parsed, RawFile
from personagen.reading.reader import load, read_content, reading_of, why_not

_MOST_NAMED = 5
_QDA = b"qda\0"
"""Before the bytes that are hashed: a text and the same text coded are two sources."""


@dataclass(frozen=True)
class Item:
    """One thing that can be read on its own."""

    path: Path
    """Where it is; inside a zip or project, below its path."""
    sha256: str
    read: Callable[[ReadOptions], Reading]
    """Raises ReadingError where it can't be read."""
    mark: str = ""
    """Another one where its words are the same and what is coded in them is not."""


class Refused(Model):
    """A member of a zip that can't be read."""

    path: str
    why: str


def items(path: Path, options: ReadOptions | None = None) -> Iterator[Item | Refused | Skipped]:
    """Yield what can be read in a file, one after the other, and what can't or need not be.

    Raises:
        ReadingError: it can't be opened, or isn't safe to unpack.
    """
    options = options or ReadOptions()
    file = RawFile(path.name, load(path), options)
    yield from _opened(path, file, nested=False)


def _opened(path: Path, file: RawFile, *, nested: bool) -> Iterator[Item | Refused | Skipped]:
    names = archives.members(file)
    if qda.is_refi(names):
        yield from _project(path, file, _guarded(file, qda.open_refi))
    elif qda.is_qualcoder(file.data):
        yield from _project(path, file, _guarded(file, qda.open_qualcoder))
    elif taguette.is_taguette(file.data):
        yield from _project(path, file, _guarded(file, taguette.open_taguette))
    elif archives.is_plain(names):
        if nested:
            yield Refused(path=str(path), why="a zip inside a zip is not unpacked")
        else:
            yield from _zip(path, file)
    else:
        sha256 = hashlib.sha256(file.data).hexdigest()
        yield Item(path, sha256, lambda options: read_content(path, file.data, options))


def _guarded(file: RawFile, opener: Callable[[RawFile], qda.Package]) -> qda.Package:
    try:
        return opener(file)
    except PersonagenError:
        raise
    except (Exception, RecursionError) as error:
        # As in reading: a damaged package makes the libraries raise anything.
        raise file.refuse(
            f"the package is damaged ({type(error).__name__})", "Export it again."
        ) from error


def _zip(path: Path, file: RawFile) -> Iterator[Item | Refused | Skipped]:
    """Unpack one file at a time; nothing is ever written under a name from the zip."""
    archives.check(file)
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        for entry in sorted(archive.infolist(), key=lambda entry: entry.filename):
            name = archives.shown(entry.filename)
            inner = path / name
            why = _passed_over(entry, name)
            if entry.is_dir() or not name:
                continue
            if why:
                yield Skipped(what="file", where=str(inner), why=why)
                continue
            try:
                data = archives.unpack(archive, entry)
            except ReadingError as error:
                yield Refused(path=str(inner), why=error.problem)
                continue
            yield from _member(inner, RawFile(posixpath.basename(name), data, file.options))


def _passed_over(entry: zipfile.ZipInfo, name: str) -> str:
    folders = name.split("/")
    if "__MACOSX" in folders or any(part.startswith(".") for part in folders):
        return "hidden or temporary file"
    return why_not(folders[-1])


def _member(path: Path, file: RawFile) -> Iterator[Item | Refused | Skipped]:
    if not file.data.strip():
        yield Refused(path=str(path), why="it is empty")
        return
    try:
        yield from _opened(path, file, nested=True)
    except ReadingError as error:
        yield Refused(path=str(path), why=error.problem)


def _project(path: Path, file: RawFile, package: qda.Package) -> Iterator[Item]:
    qda.must_hold_text(file, package)
    for text in package.texts:
        yield _text_item(path, package, text)
    if not package.texts:
        sha256 = hashlib.sha256(file.data).hexdigest()
        yield Item(path, sha256, lambda options: _codebook(path, file, package))


def _text_item(path: Path, package: qda.Package, text: qda.Text) -> Item:
    name = re.sub(r"[\\/\0]+", "_", text.name).strip(". ")[:150] or "text"
    inner = path / name
    sha256 = hashlib.sha256(_QDA + text.data).hexdigest()
    mark = hashlib.sha256(repr((package.codes, text.selections)).encode()).hexdigest()[:16]

    def read(options: ReadOptions) -> Reading:
        # By its name alone it may pass for a table or a Word file: what is here is its text.
        said = read_content(path / f"{name}.txt", text.data, options)
        update = {"path": str(inner), "sha256": sha256}
        return qda.finish(package, text, said.model_copy(update=update))

    return Item(inner, sha256, read, mark)


def _codebook(path: Path, file: RawFile, package: qda.Package) -> Reading:
    parsed = Parsed(
        package.reader, "interview", [], 0, list(package.warnings), speech=False,
        codes=list(package.codes),
    )  # fmt: skip
    return reading_of(path, file, parsed)


def read_all(path: Path, options: ReadOptions | None = None) -> tuple[list[Reading], list[Refused]]:
    """Return every reading in a file, and what of it can't be read with the reason.

    Raises:
        ReadingError: it can't be read, or nothing in it can.
    """
    options = options or ReadOptions()
    found: list[Reading] = []
    refused: list[Refused] = []
    passed: list[Skipped] = []
    for item in items(path, options):
        if isinstance(item, Skipped):
            passed.append(item)
            continue
        if isinstance(item, Refused):
            refused.append(item)
            continue
        try:
            found.append(item.read(options))
        except ReadingError as error:
            if item.path == path:
                raise
            refused.append(Refused(path=str(item.path), why=error.problem))
    if not found:
        whys = [*(one.why for one in refused), *(one.why for one in passed), "it is empty"]
        raise ReadingError(
            f"{path.name}: nothing in it can be read ({whys[0]})",
            "Unpack it and look at the files.",
        )
    if passed:
        found[0] = _with_note(found[0], passed)
    return found, refused


def _with_note(reading: Reading, passed: Sequence[Skipped]) -> Reading:
    some = ", ".join(f"{Path(one.where).name} ({one.why})" for one in passed[:_MOST_NAMED])
    note = f"{len(passed)} file(s) in the zip passed over: {some}"
    return reading.model_copy(update={"warnings": (*reading.warnings, note)})


def read(path: Path, options: ReadOptions | None = None) -> Reading:
    """Return the turns, cells or comments of one file, with the roles of who speaks.

    Args:
        path: The file; what it is, is found by its content before its name.
        options: How the user corrects the reading.

    Raises:
        ReadingError: names the file, why it can't be read, and what to do; also where it packs
            more than one source, which `read_all` returns.
    """
    found, _ = read_all(path, options)
    if len(found) > 1:
        raise ReadingError(f"{path.name}: it packs {len(found)} sources", "Read them one by one.")
    return found[0]
