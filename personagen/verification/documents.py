"""Finds every quotation in a finished document, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from personagen.errors import ReadingError
from personagen.models import Skipped
from personagen.verification.attribution import (
    LINE_LABEL,
    SIGNATURE,
    as_name,
    label_before,
    speaker_after,
    speaker_before,
)
from personagen.verification.blocks import (
    CELL,
    CODE_CLOSES,
    CODE_OPENS,
    LINK_CLOSES,
    LINK_OPENS,
    READERS,
    Block,
    json_lines,
)
from personagen.verification.verdicts import Quotation

_FEWEST = 4
_CLOSERS = {"“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›", '"': '"', "‘": "’", "'": "'"}
_CLIPPED = re.compile(r"['‘’](?:cause|em|til|till|bout|round|tis|twas|n|\d)", re.I)
_SAID = re.compile(r"\b(?:I|me|my|we|us)\b|[.!?…]$", re.IGNORECASE)
_MARKERS = re.compile(f"[{LINK_OPENS}{LINK_CLOSES}{CODE_OPENS}{CODE_CLOSES}]")


class _Span(NamedTuple):
    """A quotation in a block: where its words begin and end, and where its marks end."""

    start: int
    end: int
    after: int


def find_quotations(path: Path) -> tuple[list[Quotation], list[Skipped]]:
    """Return the quotations of a document, and what looks like one and is not judged.

    Args:
        path: .md, .html, .docx, .txt, or .jsonl with `{quote, speaker?}` a line.

    Raises:
        ReadingError: the file can't be read as what its name says.
    """
    suffix = path.suffix.lower()
    if suffix == ".jsonl":
        return [Quotation(text=q, speaker=s, line=n) for q, s, n in json_lines(path)], []
    if suffix not in READERS:
        known = ", ".join([*READERS, ".jsonl"])
        raise ReadingError(f"{path.name}: can't look for quotations in {suffix!r}", f"Use {known}.")
    found: list[Quotation] = []
    skipped: list[Skipped] = []
    for item in _all_in(list(READERS[suffix](path))):
        if isinstance(item, Quotation):
            found.append(item)
        else:
            skipped.append(item)
    return found, [s.model_copy(update={"where": f"{path.name}, {s.where}"}) for s in skipped]


def _all_in(blocks: list[Block]) -> Iterator[Quotation | Skipped]:
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        signed = following is not None and re.match(r"\s*[—–―]", following.text)
        after = following.text if following is not None and signed else ""
        if block.kind == "quote":
            yield from _in_quotation_block(block, after)
        else:
            yield from _in_text(block, after)


def _in_quotation_block(block: Block, after: str) -> Iterator[Quotation | Skipped]:
    lines = block.text.split("\n")
    labels = [LINE_LABEL.match(line) for line in lines]
    if sum(bool(m and as_name(m[1])) for m in labels) > 1:
        yield from _dialogue(block, lines)
        return
    if any(_spans(block.text)):
        yield from _in_text(block, after)
        return
    text, speaker = block.text, speaker_after(f" {after}") if after else None
    signature = SIGNATURE.search(text)
    if signature:
        speaker = speaker_after(signature.group().strip()) or speaker
        text = text[: signature.start()]
    label = labels[0]
    if label and as_name(label[1]):
        speaker, text = label[1], text[label.end() :]
    yield from _one(text, speaker, None, block.line)


def _dialogue(block: Block, lines: list[str]) -> Iterator[Quotation | Skipped]:
    """Yield the turns of a quoted conversation, one by one."""
    gathered, speaker, begin = "", None, block.line
    for number, line in enumerate(lines, block.line):
        label = LINE_LABEL.match(line)
        if label and as_name(label[1]):
            yield from _one(gathered, speaker, None, begin)
            gathered, speaker, begin = line[label.end() :], label[1], number
        else:
            gathered += "\n" + line
    yield from _one(gathered, speaker, None, begin)


def _in_text(block: Block, after: str) -> Iterator[Quotation | Skipped]:
    for begin, cell in _cells(block.text):
        for span in _spans(cell):
            line = block.line + block.text.count("\n", 0, begin + span.start)
            words = cell[span.start : span.end]
            rest = cell[span.after :]
            named = speaker_after(_bare(rest if rest.strip() else f" {after}"))
            before = _bare(cell[: span.start - 1])
            speaker = named or speaker_before(before)
            label = None if speaker else label_before(before)
            why = _not_judged(block, cell, span, bool(speaker or label))
            if why:
                yield Skipped(what=_few(words), where=f"line {line}", why=why)
            else:
                yield from _one(words, speaker, label, line)


def _cells(text: str) -> Iterator[tuple[int, str]]:
    begin = 0
    for cell in text.split(CELL):
        yield begin, cell
        begin += len(cell) + 1


def _not_judged(block: Block, cell: str, span: _Span, named: bool) -> str | None:
    if block.kind == "heading":
        return "stands in a title"
    if block.kind == "note":
        return "stands in a note"
    linked = _within(cell, span, LINK_OPENS, LINK_CLOSES)
    # A report links what somebody said to its recording, and other pages by their titles.
    if linked and not named and not _SAID.search(_bare(cell[span.start : span.end])):
        return "is a link and reads like a page's title"
    return "stands in code" if _within(cell, span, CODE_OPENS, CODE_CLOSES) else None


def _within(text: str, span: _Span, opens: str, closes: str) -> bool:
    return text.rfind(opens, 0, span.start) > text.rfind(closes, 0, span.start)


def _one(
    text: str, speaker: str | None, label: str | None, line: int
) -> Iterator[Quotation | Skipped]:
    words = _bare(text).strip()
    if not words:
        return
    if speaker is None and label is None and len(words.split()) < _FEWEST:
        why = "names no one and has fewer than four words"
        yield Skipped(what=_few(words), where=f"line {line}", why=why)
        return
    yield Quotation(text=words, speaker=speaker, label=label, line=line)


def _bare(text: str) -> str:
    return _MARKERS.sub("", text)


def _few(words: str) -> str:
    parts = _bare(words).split()
    return " ".join(parts[:3]) + (" …" if len(parts) > 3 else "")


# Quotation marks.


def _spans(text: str) -> Iterator[_Span]:
    """Yield the outermost quotations in a paragraph; marks inside them are part of the words."""
    i = 0
    while i < len(text):
        if text[i] in _CLOSERS and _opens(text, i):
            end = _closing(text, i)
            if end is not None:
                yield _Span(i + 1, end, min(end + 1, len(text)))
                i = end
        i += 1


def _opens(text: str, i: int) -> bool:
    before, after = text[i - 1 : i], text[i + 1 : i + 2]
    if not after or after.isspace():
        return text[i] in "«„" and bool(after)  # French spacing: « mots »
    if text[i] in "“„«‹":
        return True
    loose = (
        not before
        or before.isspace()
        or before in "([{—–-/:,>*_" + CELL + LINK_OPENS + CODE_OPENS + '“"'
    )
    if text[i] in "'‘" and _CLIPPED.match(text, i):
        return False
    return loose


def _closing(text: str, i: int) -> int | None:
    """Return where the quotation that opens at i closes; None if it never does."""
    mark, closers = text[i], _CLOSERS[text[i]]
    stop = re.compile(r"\n\s*\n").search(text, i)
    limit = stop.start() if stop else len(text)
    depth = 0
    for k in range(i + 1, limit):
        if text[k] == mark and mark not in "\"'":
            depth += 1
        elif text[k] in closers and _closes(text, k, mark):
            if depth == 0:
                return k
            depth -= 1
    if mark == "“" and limit > i + 1:
        return limit  # opened and never closed: judged to the paragraph's end
    return None


def _closes(text: str, k: int, mark: str) -> bool:
    before, after = text[k - 1 : k], text[k + 1 : k + 2]
    if mark == '"':
        return not before.isspace() and not after.isalnum()
    if mark not in "'‘":
        return True
    if before.isspace() or after.isalnum():
        return False
    # "the users' app": a plural's apostrophe, if the quotation still closes later.
    plural = before == "s" and after == " " and text[k + 2 : k + 3].islower()
    return not (plural and re.search(r"[^\s]['’](?!\w)", text[k + 2 :]))
