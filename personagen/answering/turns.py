"""What takes up the conversation: who said that, what about the others, why, more."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from personagen.answering import composing
from personagen.answering.dossier import Dossier
from personagen.answering.finding import find
from personagen.answering.judging import judged
from personagen.answering.question import Question, understood
from personagen.models import Answer, Evidence

_REASON = re.compile(r"\b(?:because|so that|since|that['’]s why|otherwise|reason)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"^\W*(?:and|so|but|what about|how about)\b|\b(?:it|that|this|they|them|those|these|there)\b",
    re.IGNORECASE,
)
FEW = 2
"""Content words up to which a question that points back is read together with the one before."""


def taken_up(asked: Question, dossier: Dossier, memory: Sequence[Answer]) -> dict[str, Any] | None:
    """Return the answer to a question that takes up what was said; None for any other."""
    handlers: dict[str, Callable[[Dossier, Sequence[Answer]], dict[str, Any]]] = {
        "who_said": _who_said, "others": _others, "why": _why, "more": _more,
    }  # fmt: skip
    handler = handlers.get(asked.turn)
    return handler(dossier, memory) if handler else None


def filled_in(asked: Question, memory: Sequence[Answer]) -> Question:
    """Return a question that points back, read together with the one before."""
    last = _last_question(memory)
    if last is None or len(asked.focus) > FEW or not _POINTS_BACK.search(asked.text):
        return asked
    focus = tuple(dict.fromkeys((*asked.focus, *last.focus)))
    return asked._replace(text=f"{last.text} {asked.text}", focus=focus)


def _last_question(memory: Sequence[Answer]) -> Question | None:
    asked = (understood(said.question) for said in reversed(memory))
    return next((q for q in asked if not q.turn), None)


def _last_told(memory: Sequence[Answer]) -> Answer | None:
    return next((said for said in reversed(memory) if said.evidence), None)


def _who_said(dossier: Dossier, memory: Sequence[Answer]) -> dict[str, Any]:
    last = _last_told(memory)
    if last is None:
        return _nothing("Nothing was said yet that anybody could have said.")
    paths = {s.id: s.path for s in dossier.heard.document.sources}
    said = (*last.evidence, *last.opposes)
    who = "; ".join(f"{e.participant}, in {_place(e, paths)}" for e in said)
    people = tuple(dict.fromkeys(e.participant for e in said))
    return {
        "answer": f"{who}. I know them by these pseudonyms only.", "basis": "quoted",
        "evidence": last.evidence, "opposes": last.opposes, "participants": people,
        "n": len(people), "of": last.of, "claims": last.claims,
        "why": "Who said what the answer before rests on.",
    }  # fmt: skip


def _place(evidence: Evidence, paths: dict[str, str]) -> str:
    path = paths.get(evidence.source, evidence.source)
    if evidence.t_start is None:
        return path
    seconds = int(evidence.t_start)
    return f"{path} at {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _others(dossier: Dossier, memory: Sequence[Answer]) -> dict[str, Any]:
    """Return what people outside the persona say to the question before: they were asked for."""
    last = _last_question(memory)
    if last is None:
        return _nothing("Ask me something first; then I can say what the others say to it.")
    rest = Dossier(dossier.heard, dossier.persona, others=True)
    found = find(last, rest)
    if not judged(last, found, rest).answers:
        return _nothing("As far as I can tell, nobody outside my group speaks of that, either.")
    quotes = _distinct(found.hits[:6], rest)
    if not quotes:
        return _nothing("What others say of it can’t stand alone.")
    people = tuple(dict.fromkeys(e.participant for e in quotes))
    return {
        "answer": composing.others(quotes, len(people), rest.size), "basis": "quoted",
        "evidence": tuple(quotes), "participants": people, "n": len(people), "of": rest.size,
        "why": "The words of participants outside this persona, because they were asked for.",
    }  # fmt: skip


def _why(dossier: Dossier, memory: Sequence[Answer]) -> dict[str, Any]:
    """Return what the same people say beside what was quoted, where it gives a reason."""
    last = _last_told(memory)
    if last is None:
        return _nothing("Nothing was said yet that could have a reason.")
    told = {(e.utterance, e.start) for e in last.evidence}
    turns = {e.utterance for e in last.evidence}
    rows = [
        i
        for i, u in enumerate(dossier.units)
        if u.utterance in turns and (u.utterance, u.start) not in told and _REASON.search(u.text)
    ]
    quotes = [e for i in rows[: composing.MOST] if (e := dossier.evidence(i)) is not None]
    if not quotes:
        return _nothing("Nobody says why.", f"You said: {composing.lines(last.evidence[:1])} Why?")
    return _quoted(quotes, dossier, "What the same people say beside it, where they give a reason.")


def _more(dossier: Dossier, memory: Sequence[Answer]) -> dict[str, Any]:
    """Return what else was said to the question before."""
    last = _last_question(memory)
    if last is None:
        return _nothing("Ask me something first.")
    told = {(e.utterance, e.start) for said in memory for e in (*said.evidence, *said.opposes)}
    found = find(last, dossier)
    if not judged(last, found, dossier).answers:
        return _nothing("There is no more to it.", last.text)
    fresh = [h for h in found.hits if _place_of(h.row, dossier) not in told]
    quotes = [e for e in _distinct(fresh[:4], dossier) if (e.utterance, e.start) not in told]
    if not quotes:
        return _nothing("There is no more to it.", last.text)
    return _quoted(quotes, dossier, "The next nearest sentences to the question before.")


def _quoted(quotes: Sequence[Evidence], dossier: Dossier, why: str) -> dict[str, Any]:
    people = tuple(dict.fromkeys(e.participant for e in quotes))
    return {
        "answer": composing.quoted(quotes, len(people), dossier.size), "basis": "quoted",
        "evidence": tuple(quotes), "participants": people, "n": len(people), "why": why,
    }  # fmt: skip


def _place_of(row: int, dossier: Dossier) -> tuple[str, int]:
    return dossier.units[row].utterance, dossier.units[row].start


def _distinct(hits: Sequence[Any], dossier: Dossier) -> list[Evidence]:
    found: dict[str, Evidence] = {}
    for hit in hits:
        evidence = dossier.evidence(hit.row)
        if evidence is not None:
            found.setdefault(evidence.participant, evidence)
    return list(found.values())[: composing.MOST]


def _nothing(said: str, ask: str = "") -> dict[str, Any]:
    return {"answer": said, "basis": "no_evidence", "ask_next": ask, "why": said}
