"""Codebooks and lists of coded passages: REFI-QDA .qdc, QualCoder's list, Taguette's tables."""

from __future__ import annotations

import csv
import io
import re
from xml.etree.ElementTree import Element

from personagen.models import CodebookEntry
from personagen.reading.base import CodedSegment
from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.refi import LEVEL, read_codes
from personagen.reading.safexml import local, parse

_XML = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(\w+:)?CodeBook[\s>]", re.S)
_CODEBOOK = ["tag", "description", "number of highlights"]
_HIGHLIGHTS = ["id", "document", "tag", "content"]
_PATH = re.compile(r"^[^>\t\n]{1,200}(>>[^>\t\n]{1,200})*(\t[^\n]*)?$")


def _is_refi(file: RawFile) -> bool:
    return bool(_XML.match(file.data[:4000].removeprefix(b"\xef\xbb\xbf")))


def _parse_refi(file: RawFile) -> Parsed:
    root: Element = parse(file, file.data)
    _, entries, folders = read_codes(root)
    if local(root) != "CodeBook" or not entries:
        raise file.refuse("the codebook holds no codes", "Export it again.")
    told = [f"{folders} code(s) only hold others: part of the names below them"] if folders else []
    return _codebook("qdc", list(entries), told)


def _codebook(reader: str, codes: list[CodebookEntry], told: list[str]) -> Parsed:
    return Parsed(reader, "interview", [], len(codes), told, speech=False, codes=codes)


def _header(file: RawFile) -> list[str]:
    if not file.is_text:
        return []
    first = file.text[:500].split("\n", 1)[0]
    return [cell.strip().strip('"').lower() for cell in first.split(",")]


def _is_taguette(file: RawFile) -> bool:
    header = _header(file)
    return header[:3] == _CODEBOOK or header == _HIGHLIGHTS


def _parse_taguette(file: RawFile) -> Parsed:
    try:
        rows = [
            row for row in csv.DictReader(io.StringIO(file.text, newline="")) if any(row.values())
        ]
    except csv.Error as error:
        raise file.refuse(f"its rows can't be told apart ({error})", "Export it again.") from error
    warnings = list(file.decoded.warnings)
    if _header(file)[:3] == _CODEBOOK:
        codes = [CodebookEntry(code=r["tag"], definition=_line(r["description"])) for r in rows]
        return _codebook("taguette", [code for code in codes if code.code], warnings)
    coded = [
        CodedSegment(code=row["tag"], quote=_line(row["content"]), document=row["document"])
        for row in rows
        if row["tag"] and row["content"]
    ]
    names = dict.fromkeys(segment.code for segment in coded)
    codes = [CodebookEntry(code=name, definition="") for name in names]
    parsed = _codebook("taguette", codes, warnings)
    parsed.coded, parsed.records = coded, len(rows)
    return parsed


def _line(text: str) -> str:
    return " ".join(text.split())


def _is_qualcoder(file: RawFile) -> bool:
    """`category>>category>>code`, a tab, a memo: nothing else in the file, and once at least."""
    if not file.is_text or ">>" not in file.text[:20_000] or len(file.text) > 1_000_000:
        return False
    lines = [line for line in file.text.split("\n") if line.strip()]
    if file.text.lstrip()[:1] in "{[<" or not all(_PATH.match(line) for line in lines):
        return False
    # `>> text` opens a change of speaker in broadcast captions, and a quotation in letters.
    return not any(line.lstrip().startswith(">") for line in lines)


def _parse_qualcoder(file: RawFile) -> Parsed:
    codes = []
    for line in file.text.split("\n"):
        if line.strip():
            path, _, memo = line.partition("\t")
            name = LEVEL.join(part.strip() for part in path.split(">>"))
            codes.append(CodebookEntry(code=name, definition=" ".join(memo.split())))
    return _codebook("qualcoder-codes", codes, list(file.decoded.warnings))


REFI = Format("qdc", _is_refi, _parse_refi)
TAGUETTE = Format("taguette", _is_taguette, _parse_taguette)
QUALCODER = Format("qualcoder-codes", _is_qualcoder, _parse_qualcoder)
