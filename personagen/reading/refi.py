"""REFI-QDA, the exchange format of coding programs: projects (.qdpx) and codebooks (.qdc).

Read by local names and in any order, as the programs write it: NVivo, ATLAS.ti, MAXQDA, QualCoder,
Taguette and others differ in folders, cases of letters, namespaces and the units of positions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element

from personagen.models import CodebookEntry
from personagen.reading.safexml import local

LEVEL = " > "
"""Between the names of a code and of what it belongs to."""
_HELD = {"TextSource", "Representation", "Transcript"}


class Selection(NamedTuple):
    """A coded passage, in the units of the program that wrote it."""

    start: int
    end: int
    code: str
    coder: str
    name: str
    """Some programs give the words here, cut off near 100 characters."""
    memo: str


class TextSource(NamedTuple):
    """A text of a project."""

    name: str
    path: str
    """Of the text in the package, without `internal://`; empty where `content` holds it."""
    content: str
    selections: tuple[Selection, ...]
    attributes: Mapping[str, str]
    """Of the case it belongs to."""


class Project(NamedTuple):
    """What a project file says."""

    origin: str
    codes: tuple[CodebookEntry, ...]
    folders: int
    """Codes that only hold others."""
    texts: tuple[TextSource, ...]
    other: int
    """Coded places in pictures, sound and pages, which are no words."""


def read_codes(root: Element) -> tuple[dict[str, str], tuple[CodebookEntry, ...], int]:
    """Return code ids with the names of their codes, the codes, and how many are mere folders."""
    names: dict[str, str] = {}
    entries: dict[str, CodebookEntry] = {}
    folders = 0
    book = next((e for e in root.iter() if local(e) == "Codes"), None)
    for element, path in _codes(book, ()) if book is not None else ():
        name = LEVEL.join(path)
        names[guid(element.get("guid", ""))] = name
        if element.get("isCodable", "true").strip().lower() in ("false", "0"):
            folders += 1
        elif name not in entries:
            entries[name] = CodebookEntry(code=name, definition=_description(element))
    return names, tuple(entries.values()), folders


def _codes(parent: Element, above: tuple[str, ...]) -> Iterator[tuple[Element, tuple[str, ...]]]:
    for element in parent:
        if local(element) == "Code":
            name = " ".join((element.get("name") or "").split()) or "unnamed code"
            path = (*above, name)
            yield element, path
            yield from _codes(element, path)


def read_project(root: Element) -> Project:
    """Return what the root element of a project says."""
    codes, entries, folders = read_codes(root)
    users = {
        guid(e.get("guid", "")): (e.get("name") or e.get("id") or "").strip()
        for e in root.iter()
        if local(e) == "User"
    }
    attributes = _attributes_of_cases(root)
    texts: dict[str, TextSource] = {}
    for owner, element in _held_texts(root):
        path, content = _path(element), _content(element)
        if not path and not content.strip():
            continue
        key = path.lower() or guid(element.get("guid", "")) or str(len(texts))
        found = TextSource(
            name=(owner.get("name") or element.get("name") or "").strip() or path,
            path=path,
            content=content,
            selections=tuple(_selections(element, codes, users)),
            attributes=attributes.get(guid(owner.get("guid", "")), {}),
        )
        known = texts.get(key)
        texts[key] = (
            known._replace(selections=(*known.selections, *found.selections)) if known else found
        )
    other = sum(
        any(local(child) == "Coding" for child in e)
        for e in root.iter()
        if local(e) in {"PictureSelection", "PDFSelection", "AudioSelection", "VideoSelection"}
    )
    return Project(root.get("origin", ""), entries, folders, tuple(texts.values()), other)


def guid(value: str) -> str:
    """Return an id in one form: programs write it with and without braces, in any case."""
    return value.strip().strip("{}").lower()


def _held_texts(root: Element) -> Iterator[tuple[Element, Element]]:
    """Yield each text with the source it belongs to: itself, a PDF, a recording."""
    sources = next((e for e in root if local(e) == "Sources"), None)
    for source in sources if sources is not None else ():
        if local(source) == "TextSource":
            yield source, source
        else:
            for child in source:
                if local(child) in _HELD:
                    yield source, child


def _path(element: Element) -> str:
    path = (element.get("plainTextPath") or "").strip()
    return re.sub(r"^(internal|relative)://+", "", path)


def _content(element: Element) -> str:
    return next((e.text or "" for e in element if local(e) == "PlainTextContent"), "")


def _description(element: Element) -> str:
    text = next((e.text or "" for e in element if local(e) == "Description"), "")
    return " ".join(text.split())


def _selections(
    source: Element, codes: Mapping[str, str], users: Mapping[str, str]
) -> Iterator[Selection]:
    for element in source:
        if local(element) not in ("PlainTextSelection", "Coding"):
            continue
        start, end = _number(element.get("startPosition")), _number(element.get("endPosition"))
        codings = [element] if local(element) == "Coding" else _children(element, "Coding")
        for coding in codings:
            for reference in _children(coding, "CodeRef"):
                user = coding.get("creatingUser") or element.get("creatingUser") or ""
                yield Selection(
                    start=start,
                    end=end,
                    code=codes.get(guid(reference.get("targetGUID", "")), ""),
                    coder=users.get(guid(user), ""),
                    name=(element.get("name") or "").strip(),
                    memo=_description(element),
                )


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if local(child) == name]


def _number(value: str | None) -> int:
    """A coding of the whole source has no positions: -1."""
    text = (value or "").strip()
    return int(text) if text.isdecimal() and len(text) < 12 else -1


def _attributes_of_cases(root: Element) -> dict[str, dict[str, str]]:
    """Return source id → the values of the case that it belongs to."""
    names = {
        guid(e.get("guid", "")): (e.get("name") or "").strip()
        for e in root.iter()
        if local(e) == "Variable"
    }
    found: dict[str, dict[str, str]] = {}
    for case in (e for e in root.iter() if local(e) == "Case"):
        values = {}
        for value in _children(case, "VariableValue"):
            reference = next(iter(_children(value, "VariableRef")), None)
            name = (
                names.get(guid(reference.get("targetGUID", "")), "")
                if reference is not None
                else ""
            )
            text = next((e.text or "" for e in value if local(e) != "VariableRef"), "").strip()
            if name and text:
                values[name] = text
        for reference in _children(case, "SourceRef"):
            found.setdefault(guid(reference.get("targetGUID", "")), {}).update(values)
    return found
