"""Chat: ask a persona; it answers in its people's words, or says that nobody spoke of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from personagen.models import Answer, Evidence

from .address import to
from .personas import find
from .room import Act, Asked, Outcome, Page, Scene
from .shelf import Snapshot

BASES = {"quoted": "Their words", "inferred": "Inferred", "no_evidence": "No evidence"}
MOST = 50
"""Answers of a conversation that are shown, and questions to ask next."""


class Voice(NamedTuple):
    """A quotation under an answer, with where it stands."""

    evidence: Evidence
    source: str
    """The file it stands in."""


class Said(NamedTuple):
    """One question with its answer, as it is shown."""

    answer: Answer
    basis: str
    voices: Sequence[Voice]
    against: Sequence[Voice]
    near: Sequence[Voice]


def show(scene: Scene) -> Page:
    """Return the conversation that the address names with one persona."""
    personas = scene.now.view.personas
    if not personas:
        return Page("chat.html", {"personas": (), "p": None}, "Chat")
    shown = find(scene, scene.at.item) if scene.at.item else personas[0]
    session = scene.at.get("talk")
    own = [a for a in scene.document.chats if a.persona == shown.persona.id]
    here = [a for a in own if session and a.session == session]
    return Page(
        "chat.html",
        {
            "personas": personas,
            "p": shown,
            "session": session or secrets.token_hex(6),
            "said": [said(scene.now, one) for one in here[-MOST:]],
            "ask_next": ask_next(own),
        },
        f"Chat: {shown.persona.name}",
    )


def said(now: Snapshot, answer: Answer) -> Said:
    """Return an answer with where each of its quotations stands."""

    def voices(evidence: Sequence[Evidence]) -> list[Voice]:
        return [
            Voice(e, seat.source.path if (seat := now.seats.get(e.utterance)) else "")
            for e in evidence
        ]

    return Said(
        answer,
        BASES[answer.basis],
        voices(answer.evidence),
        voices(answer.opposes),
        voices(answer.near),
    )


def ask_next(answers: Sequence[Answer]) -> list[str]:
    """Return the interview questions that came out of talking to a persona, the newest first."""
    return list(dict.fromkeys(a.ask_next for a in reversed(answers) if a.ask_next))[:MOST]


def _ask(scene: Scene, asked: Asked) -> Outcome:
    persona, session = asked.text("persona"), asked.text("session")[:64]
    with scene.desk.shelf.open() as study:
        study.ask(asked.text("question"), persona, by=scene.by, session=session)
    return Outcome(go=to("chat", persona, talk=session))


ACTS: Mapping[str, Act] = {"ask": _ask}
