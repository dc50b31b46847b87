"""PDF transcripts: the text that is in them, without page numbers and running heads."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.text import from_text

_MOST_PAGES = 3000
_EDGE = 2
"""Lines at the top and the foot of a page that may be furniture."""
_PAGE_NUMBER = re.compile(
    r"^\W*(page|seite|página|p\.)?\s*\d{1,4}\s*((of|/|von|de)\s*\d{1,4})?\W*$", re.I
)


def _sniff(file: RawFile) -> bool:
    return b"%PDF-" in file.data[:1024]


def _parse(file: RawFile) -> Parsed:
    pages = _pages(file)
    letters = sum(sum(map(str.isalnum, line)) for page in pages for line in page)
    if letters < 20 * max(1, len(pages)) and letters < 200:
        raise file.refuse(
            "it holds no text: it is probably scanned",
            "Run text recognition (OCR) over it, or type it out.",
        )
    kept, dropped = _without_furniture(pages)
    warnings = [f"{dropped} page number(s) and running head(s) left out"] if dropped else []
    numbered = sum(len(page) - len(_without_line_numbers(page)) for page in pages)
    if numbered:
        warnings.append(f"{numbered} line number(s) left out")
    return from_text(file, "\n".join(kept), "pdf", warnings)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep pypdf from telling the terminal about every small fault."""
    logger = logging.getLogger("pypdf")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _pages(file: RawFile) -> list[list[str]]:
    """Return the lines of each page, white space made single."""
    import pypdf
    from pypdf.errors import PyPdfError

    with _quiet():
        try:
            reader = pypdf.PdfReader(io.BytesIO(file.data))
            if reader.is_encrypted and not reader.decrypt(""):
                raise file.refuse("it is protected by a password", "Save a copy without password.")
            if len(reader.pages) > _MOST_PAGES:
                raise file.refuse(f"it has more than {_MOST_PAGES} pages", "Split it.")
            texts = [page.extract_text() for page in reader.pages]
        except (PyPdfError, ValueError, KeyError, TypeError, OSError) as error:
            raise file.refuse("the PDF is damaged", "Print it to a new PDF.") from error
    return [[" ".join(line.split()) for line in text.split("\n")] for text in texts]


def _without_furniture(pages: Sequence[list[str]]) -> tuple[list[str], int]:
    """Drop page numbers, and lines that stand at the edge of most pages."""
    masked: Counter[str] = Counter()
    for page in map(_without_line_numbers, pages):
        masked.update({_mask(line) for line in _edges(page)})
    often = {line for line, n in masked.items() if n >= 3 and n >= 0.6 * len(pages)}
    kept: list[str] = []
    dropped = 0
    for page in map(_without_line_numbers, pages):
        filled = [at for at, line in enumerate(page) if line]
        edge = set(filled[:_EDGE] + filled[-_EDGE:])
        for at, line in enumerate(page):
            number = at in edge and len(pages) > 1 and _PAGE_NUMBER.match(line)
            if line and (number or (at in edge and _mask(line) in often)):
                dropped += 1
            elif line or (filled and filled[0] < at < filled[-1]):  # white edges part no paragraph
                kept.append(line)
    return kept, dropped


def _without_line_numbers(page: list[str]) -> list[str]:
    """Numbered lines come out as a column of counting numbers: drop a run of five or more."""
    run: list[int] = []
    drop: set[int] = set()
    for at, line in enumerate(page):
        if line.isascii() and line.isdigit() and (not run or int(line) == int(page[run[-1]]) + 1):
            run.append(at)
        elif line:
            run = [at] if line.isascii() and line.isdigit() else []
        if len(run) >= 5:
            drop.update(run)
    return [line for at, line in enumerate(page) if at not in drop]


def _edges(page: list[str]) -> list[str]:
    filled = [line for line in page if line]
    # A label alone on its line heads a turn, however often it opens a page.
    return [line for line in filled[:_EDGE] + filled[-_EDGE:] if not line.endswith(":")]


def _mask(line: str) -> str:
    return re.sub(r"\d+", "#", line)


FORMAT = Format("pdf", _sniff, _parse)
