"""A finished document as blocks of plain text: paragraphs, quotation blocks, headings."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from personagen.errors import ReadingError

if TYPE_CHECKING:
    from bs4 import Tag
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

LINK_OPENS, LINK_CLOSES = "\ue000", "\ue001"
"""Private characters around the words of a link that leads out of the document."""
CELL = "\ue002"
"""Private character between the cells of a table row."""
CODE_OPENS, CODE_CLOSES = "\ue003", "\ue004"


class Block(NamedTuple):
    """A paragraph or the like; line breaks in it are the document's."""

    text: str
    line: int
    kind: Literal["text", "quote", "heading", "note"] = "text"


def decode(path: Path) -> str:
    """Return a text file's text: BOM, then UTF-8, then Windows-1252.

    Raises:
        ReadingError: the file can't be opened.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        problem = f"{path.name}: can't be opened ({error.strerror})"
        raise ReadingError(problem, "Check the path.") from error
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace").replace("\r\n", "\n")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


# Markdown and plain text.

_FENCE = re.compile(r"^\s*(```|~~~)")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s")
_UNDERLINE = re.compile(r"^\s{0,3}(?:=+|-{2,})\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+")
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)
_LINK = re.compile(r"!?\[([^\]\[]*(?:\[[^\]]*\][^\]\[]*)*)\]\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_REFERENCE = re.compile(r"^\s{0,3}\[[^\]…]+\]:\s+\S+")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<https?://[^<>]*>")
_EMPHASIS = (
    re.compile(r"(?<![\w*\\])(\*{1,3})(?=\S)(.+?)(?<=[^\s\\])\1(?!\*)", re.S),
    re.compile(r"(?<![\w_\\])(_{1,3})(?=\S)(.+?)(?<=[^\s\\])\1(?![\w_])", re.S),
    re.compile(r"(~~)(?=\S)(.+?)(?<=\S)\1", re.S),
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_NOTE = re.compile(r"^\s*(?:\*\*|__|\[!\w+\])")
_LABEL = re.compile(r"^\s*(?:\*\*|__)[^*_]{1,60}(?::(?:\*\*|__)|(?:\*\*|__)\s*:)")


def markdown(text: str) -> Iterator[Block]:
    """Yield the blocks of Markdown, its markup gone."""
    for block in _raw_blocks(text, marked=True):
        kind = block.kind
        if kind == "quote" and _NOTE.match(block.text) and not _LABEL.match(block.text):
            kind = "note"
        yield Block(_unmarked(block.text), block.line, kind)
        for link in _LINK.finditer(block.text):
            if '"' in link[2]:
                yield Block(link[2][link[2].index('"') :], block.line, "heading")


def plain(text: str) -> Iterator[Block]:
    """Yield the paragraphs of plain text; lines that begin with `>` are quotation blocks."""
    yield from _raw_blocks(text, marked=False)


def _raw_blocks(text: str, marked: bool) -> Iterator[Block]:
    """Yield paragraphs, list items, headings and quotation blocks, fenced code as a link-like."""
    gathered: list[str] = []
    begin, kind, fence = 1, "text", ""
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if marked and (fence or _FENCE.match(line)):
            opened = _FENCE.match(line)
            closes = bool(fence and opened and opened[1] == fence)
            fence = "" if closes else fence or (opened[1] if opened else "")
            line = ""
        this, words = _line_kind(line, marked)
        lazy = kind == "quote" and this == "text" and bool(words.strip()) and bool(gathered)
        breaks = not words.strip() and this != "quote"
        new = breaks or (this != kind and not lazy) or this == "heading"
        new = new or (this == "text" and bool(_ITEM.match(line)))
        if new and gathered:
            yield _block(gathered, begin, kind)
            gathered = []
        if not breaks:
            if not gathered:
                begin, kind = number, this
            gathered.append(words)
    if gathered:
        yield _block(gathered, begin, kind)


def _block(lines: list[str], begin: int, kind: str) -> Block:
    if len(lines) == 2 and kind == "text" and _UNDERLINE.match(lines[1]):
        return Block(lines[0], begin, "heading")
    kinds: dict[str, Literal["text", "quote", "heading"]] = {
        "text": "text",
        "quote": "quote",
        "heading": "heading",
    }
    return Block("\n".join(lines), begin, kinds[kind])


def _line_kind(line: str, marked: bool) -> tuple[str, str]:
    """Return a line's kind and its words; markup of the block is gone, list marks too."""
    quoted = re.match(r"^\s{0,3}(?:[-*+]\s+)?((?:>\s?)+)", line)
    if quoted:
        return "quote", line[quoted.end() :]
    if marked and _HEADING.match(line):
        return "heading", _HEADING.sub("", line)
    if marked and _REFERENCE.match(line):
        return "text", ""
    return "text", _ITEM.sub("", line) if marked else line


def _unmarked(text: str) -> str:
    text = _CODE.sub(lambda m: f"{CODE_OPENS}{m[2]}{CODE_CLOSES}", text)
    text = _LINK.sub(lambda m: _linked(m[1], m[2]), text)
    text = _TAG.sub(lambda m: _quote_tag(m.group()), text)
    if text.lstrip().startswith("|"):
        text = re.sub(r"(?<!\\)\|", CELL, text)
    for pattern in _EMPHASIS:
        text = pattern.sub(r"\2", text)
        text = pattern.sub(r"\2", text)
    return html.unescape(_ESCAPED.sub(r"\1", text))


def _linked(text: str, target: str) -> str:
    """Return a link's text, marked where it leads out of the document."""
    return text if target.lstrip().startswith("#") else f"{LINK_OPENS}{text}{LINK_CLOSES}"


def _quote_tag(tag: str) -> str:
    name = re.sub(r"\W.*", "", tag.strip("</>"), flags=re.S).lower()
    if name == "q":
        return "”" if tag.startswith("</") else "“"
    return "\n" if name == "br" else ""


# HTML.

_PARTS = frozenset(
    "p div li ul ol dl dt dd table tr td th thead tbody section article main header footer aside "
    "figure figcaption details summary form fieldset nav address body html".split()
)
_UNSEEN = frozenset("script style title template noscript svg head math".split())


def web_page(text: str) -> Iterator[Block]:
    """Yield the blocks of an HTML page as a reader sees them."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(text, "html.parser")
    if soup.title is not None and soup.title.string:
        yield Block(soup.title.string, soup.title.sourceline or 1, "heading")
    yield from _page_blocks(soup, "text")


def _page_blocks(
    element: Tag, kind: Literal["text", "quote", "heading", "note"]
) -> Iterator[Block]:
    from bs4 import Tag
    from bs4.element import Comment, Doctype, NavigableString

    gathered: list[str] = []
    line = element.sourceline or 1
    for child in element.children:
        if isinstance(child, (Comment, Doctype)):
            continue
        if isinstance(child, NavigableString):
            gathered.append(str(child))
        elif isinstance(child, Tag) and child.name not in _UNSEEN:
            inner = _kind_of(child, kind)
            if inner is None:
                gathered.append(_inline(child))
                continue
            yield from _seen(gathered, line, kind)
            gathered, line = [], child.sourceline or line
            if child.name == "blockquote":
                yield from _seen([_signed(child)], line, "quote")
            else:
                yield from _page_blocks(child, inner)
    yield from _seen(gathered, line, kind)


def _signed(element: Tag) -> str:
    """Return a quotation block's paragraphs, a line each; who is cited stands after a dash."""
    from bs4 import Tag

    lines = []
    for child in element.children:
        if isinstance(child, Tag) and child.name in ("footer", "cite"):
            lines.append(_inline(child).strip())
        elif isinstance(child, Tag) and child.find(lambda t: t.name in _PARTS):
            lines.append(_signed(child))
        else:
            lines.append(_inline(child) if isinstance(child, Tag) else str(child))
    return "\n".join(line for line in lines if line.strip())


def _kind_of(
    child: Tag, kind: Literal["text", "quote", "heading", "note"]
) -> Literal["text", "quote", "heading", "note"] | None:
    """Return the kind of a block element; None for one that stands in a line."""
    if child.name == "blockquote":
        return "quote"
    if re.fullmatch(r"h[1-6]", child.name):
        return "heading"
    if child.name in _PARTS or child.find(lambda t: t.name in _PARTS | {"blockquote"}):
        return kind
    return None


def _inline(element: Tag) -> str:
    """Return the text of an element inside a paragraph, with marks for links, code and `<q>`."""
    from bs4 import Tag
    from bs4.element import Comment

    if element.name == "br":
        return "\n"
    if element.name in _UNSEEN:
        return ""
    inner = "".join(
        _inline(c) if isinstance(c, Tag) else "" if isinstance(c, Comment) else str(c)
        for c in element.children
    )
    if element.name == "q" and inner.strip()[:1] not in '“"«„':
        return f"“{inner}”"
    if element.name == "a":
        return _linked(inner, str(element.get("href", "")))
    if element.name in ("code", "pre", "kbd", "samp"):
        return f"{CODE_OPENS}{inner}{CODE_CLOSES}"
    if element.name in ("cite", "footer"):
        return "\n— " + re.sub(r"^\s*[—–-]\s*", "", inner)
    return inner


def _seen(
    gathered: list[str], line: int, kind: Literal["text", "quote", "heading", "note"]
) -> Iterator[Block]:
    text = "".join(gathered)
    if text.strip():
        yield Block(text, line, kind)


# Word.


def word_document(path: Path) -> Iterator[Block]:
    """Yield the paragraphs and cells of a .docx; `line` counts paragraphs, cells among them.

    Raises:
        ReadingError: it is no Word document.
    """
    from docx import Document as open_document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = open_document(str(path))
    except (PackageNotFoundError, KeyError, ValueError, OSError) as error:
        problem = f"{path.name}: not a Word document that can be opened"
        raise ReadingError(problem, "Save it as .docx, or export it as text.") from error
    for number, paragraph in enumerate(_paragraphs(document), 1):
        if paragraph.text.strip():
            yield Block(paragraph.text, number, _style_kind(paragraph))


def _paragraphs(part: Document | Table) -> Iterator[Paragraph]:
    from docx.table import Table

    if isinstance(part, Table):
        seen = set()
        for row in part.rows:
            for cell in row.cells:
                if cell._tc in seen:  # a merged cell is given once for every column it spans
                    continue
                seen.add(cell._tc)
                for item in cell.iter_inner_content():
                    yield from _paragraphs(item) if isinstance(item, Table) else (item,)
        return
    for item in part.iter_inner_content():
        yield from _paragraphs(item) if isinstance(item, Table) else (item,)


def _style_kind(paragraph: Paragraph) -> Literal["text", "quote", "heading"]:
    style = (paragraph.style.name or "").lower() if paragraph.style is not None else ""
    if style.startswith(("heading", "title", "subtitle")):
        return "heading"
    return "quote" if "quote" in style else "text"


# JSON Lines.


class Line(NamedTuple):
    """One `{quote, speaker?}` of a JSONL file."""

    quote: str
    speaker: str | None
    line: int


def json_lines(path: Path) -> Iterator[Line]:
    """Yield the quotations of a JSONL file.

    Raises:
        ReadingError: a line is no JSON object with a text `quote`.
    """
    for number, line in enumerate(decode(path).split("\n"), 1):
        if not line.strip():
            continue
        remedy = 'Each line must be like {"quote": "…", "speaker": "P05"}.'
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise ReadingError(f"{path.name}, line {number}: no valid JSON", remedy) from error
        if not isinstance(row, dict) or not isinstance(row.get("quote"), str):
            raise ReadingError(f"{path.name}, line {number}: no text under 'quote'", remedy)
        speaker = row.get("speaker")
        if speaker is not None and not isinstance(speaker, str):
            raise ReadingError(f"{path.name}, line {number}: 'speaker' is no text", remedy)
        yield Line(row["quote"], speaker or None, number)


READERS: dict[str, Callable[[Path], Iterator[Block]]] = {
    ".md": lambda path: markdown(decode(path)),
    ".markdown": lambda path: markdown(decode(path)),
    ".txt": lambda path: plain(decode(path)),
    ".text": lambda path: plain(decode(path)),
    ".html": lambda path: web_page(decode(path)),
    ".htm": lambda path: web_page(decode(path)),
    ".docx": word_document,
}
"""Suffix → how the blocks of such a file are read."""
