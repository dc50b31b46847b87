"""What was said with personas, as a file: conversations, and what to ask in the next interview."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from personagen.errors import UsageError
from personagen.export.csv import Cell, table
from personagen.models import Answer, Evidence, StudyDocument

FORMS = (".md", ".csv", ".json")
BASES = {"quoted": "their words", "inferred": "inferred", "no_evidence": "no evidence"}


class Open(NamedTuple):
    """A question for the next interview, and what it came out of."""

    question: str
    persona: str
    """Name."""
    asked: tuple[str, ...]
    """What was asked of the persona, each once."""
    times: int
    last: str
    """Day on which it was asked last."""


def open_questions(chats: Sequence[Answer], document: StudyDocument) -> list[Open]:
    """Return what was declined as interview questions, the most asked first."""
    names = _names(document)
    found: dict[tuple[str, str], list[Answer]] = {}
    for said in chats:
        if said.ask_next:
            found.setdefault((said.ask_next, said.persona), []).append(said)
    listed = [
        Open(
            question,
            names.get(persona, persona),
            tuple(dict.fromkeys(a.question for a in asked)),
            len(asked),
            max(a.at for a in asked).date().isoformat(),
        )
        for (question, persona), asked in found.items()
    ]
    return sorted(listed, key=lambda one: -one.times)


def write_open(path: Path, chats: Sequence[Answer], document: StudyDocument) -> Path:
    """Write the questions for the next interview; return where.

    Raises:
        UsageError: the name of the file says no form that is known.
    """
    found, form = open_questions(chats, document), _form(path)
    if form == ".json":
        text = _json([one._asdict() for one in found])
    elif form == ".csv":
        head = ("question", "persona", "asked", "times", "last")
        text = table(head, [(o.question, o.persona, " | ".join(o.asked), o.times, o.last)
                           for o in found])  # fmt: skip
    else:
        text = _open_page(found)
    return _written(path, text)


def write_chats(path: Path, chats: Sequence[Answer], document: StudyDocument) -> Path:
    """Write everything that was said, with its evidence; return where.

    Raises:
        UsageError: the name of the file says no form that is known.
    """
    form = _form(path)
    if form == ".json":
        text = _json([said.model_dump(mode="json") for said in chats])
    elif form == ".csv":
        text = _chat_table(chats, document)
    else:
        text = _chat_page(chats, document)
    return _written(path, text)


def _form(path: Path) -> str:
    form = path.suffix.lower()
    if form not in FORMS:
        raise UsageError(f"{path.name}: no such form is known", "End it in .md, .csv or .json.")
    return form


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _names(document: StudyDocument) -> dict[str, str]:
    return {p.id: p.name for p in document.personas}


def _open_page(found: Sequence[Open]) -> str:
    lines = ["# To ask in the next interviews", "",
             "From questions to personas that nobody's words answer.", ""]  # fmt: skip
    for one in found:
        often = f", {one.times} times" if one.times > 1 else ""
        asked = "; ".join(f"“{q}”" for q in one.asked)
        lines += [f"- [ ] {one.question}", f"  ({one.persona} was asked {asked}{often})"]
    return "\n".join(lines if found else [*lines, "Nothing yet."]) + "\n"


def _chat_page(chats: Sequence[Answer], document: StudyDocument) -> str:
    names, paths = _names(document), _paths(document)
    lines = ["# What was said with personas", ""]
    talks: dict[tuple[str, str], list[Answer]] = {}
    for said in chats:
        talks.setdefault((said.persona, said.session or said.id), []).append(said)
    for (persona, _), told in talks.items():
        lines += [f"## {names.get(persona, persona)}, {told[0].at:%Y-%m-%d %H:%M}", ""]
        for said in told:
            lines += [*_turn(said, paths), ""]
    return "\n".join(lines)


def _turn(said: Answer, paths: Mapping[str, str]) -> list[str]:
    count = f", {said.n} of {said.of}" if said.n else ""
    draft = ", a draft persona" if said.draft else ""
    lines = [
        f"**{said.by or 'Asked'}**: {_line(said.question)}",
        "",
        said.answer,
        "",
        f"*{BASES[said.basis]}{count}{draft}; {said.provenance.analyst}. {said.why}*",
        "",
    ]
    lines += _voices("", said.evidence, paths)
    lines += _voices("Against it: ", said.opposes, paths)
    lines += _voices("Nearest, may not answer: ", said.near, paths)
    return lines + ([f"- Ask next: {said.ask_next}"] if said.ask_next else [])


def _voices(label: str, evidence: Sequence[Evidence], paths: Mapping[str, str]) -> list[str]:
    return [
        f"- {label}“{_line(e.quote)}” — {e.participant}, {paths.get(e.source, e.source)}"
        for e in evidence
    ]


def _chat_table(chats: Sequence[Answer], document: StudyDocument) -> str:
    names, paths = _names(document), _paths(document)
    head = ("at", "session", "persona", "by", "question", "answer", "basis", "n", "of",
            "evidence", "against", "ask_next", "analyst")  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            said.at.isoformat(timespec="seconds"), said.session,
            names.get(said.persona, said.persona), said.by, said.question, said.answer,
            said.basis, said.n, said.of, _cell(said.evidence, paths),
            _cell(said.opposes, paths), said.ask_next, said.provenance.analyst,
        )
        for said in chats
    ]  # fmt: skip
    return table(head, rows)


def _cell(evidence: Sequence[Evidence], paths: Mapping[str, str]) -> str:
    return "\n".join(line[2:] for line in _voices("", evidence, paths))


def _paths(document: StudyDocument) -> dict[str, str]:
    return {s.id: s.path for s in document.sources}


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _line(text: str) -> str:
    return " ".join(text.split())
