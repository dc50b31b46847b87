"""Chat: ask a persona; it answers in its people's words, or says that nobody spoke of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from personagen.chatmodel import ModelSettings
from personagen.errors import UsageError
from personagen.models import Answer, Evidence

from .address import to
from .analyze import in_words, with_model
from .listening import Pending
from .personas import find
from .room import Act, Asked, Desk, Outcome, Page, Scene
from .shelf import Snapshot

BASES = {"quoted": "Their words", "inferred": "Inferred", "no_evidence": "No evidence"}
KEPT = ("analyst", "model", "base", "cost")
"""What the address remembers of the model."""
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
    by_model: bool
    """A model worded it: its passages are numbered."""
    took: str
    """As `1,204 tokens, 0.0021 USD`; empty where no model was asked."""


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
            "others": len(own),
            "pending": _pending(scene, shown.persona.id),
            "kept": _worded_by(scene),
            "default_model": ModelSettings().model,
        },
        f"Chat: {shown.persona.name}",
    )


def _worded_by(scene: Scene) -> Mapping[str, str]:
    """Return who words the answers: as the address says, else as the last analysis was told."""
    chosen = scene.now.answers_with
    if chosen is None or scene.at.get("analyst"):
        return {name: scene.at.get(name) for name in KEPT}
    cost = "" if chosen.max_cost is None else f"{chosen.max_cost:g}"
    base = chosen.settings.base_url or ""
    return {"analyst": "llm", "model": chosen.settings.model, "base": base, "cost": cost}


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
        answer.provenance.analyst.startswith("llm:"),
        _took(answer),
    )


def _took(answer: Answer) -> str:
    spent = answer.spent
    if spent is None:
        return ""
    if not spent.requests:
        return "answered before: nothing was sent"
    price = "price unknown" if spent.usd is None else f"{spent.usd:.4f} USD"
    return f"{spent.tokens_sent + spent.tokens_written:,} tokens, {price}"


def _pending(scene: Scene, persona: str) -> Pending | None:
    """Return the question that the address waits for, unless it is answered."""
    pending = scene.desk.listening.get(scene.at.get("waits"))
    if pending is None or pending.persona != persona or (pending.done and not pending.problem):
        return None
    return pending


def ask_next(answers: Sequence[Answer]) -> list[str]:
    """Return the interview questions that came out of talking to a persona, the newest first."""
    return list(dict.fromkeys(a.ask_next for a in reversed(answers) if a.ask_next))[:MOST]


def after(desk: Desk, asked: Any) -> dict[str, object]:
    """Return what a model has said to a question so far, as soon as it is more than is shown.

    Args:
        desk: Where it is being answered.
        asked: `{"key": …, "words": …}`, as a tab sent it; nothing in it is trusted.
    """
    sent = asked if isinstance(asked, dict) else {}
    key, shown = str(sent.get("key", "")), str(sent.get("words", ""))
    words, done = desk.listening.after(key, shown)
    return {"words": words, "done": done}


def _ask(scene: Scene, asked: Asked) -> Outcome:
    persona, session = asked.text("persona"), asked.text("session")[:64]
    question, by, desk, llm = asked.text("question"), scene.by, scene.desk, with_model(asked)
    kept = {name: asked.text(name) for name in KEPT} if llm else {}
    if llm is None:
        with desk.shelf.open() as study:
            study.ask(question, persona, by=by, session=session)
        # Where a model is the study's choice, that nobody words it is a choice to be kept.
        plainly = {"analyst": "extractive"} if scene.now.answers_with else {}
        return Outcome(go=to("chat", persona, talk=session, **plainly))
    if asked.text("estimate"):
        with desk.shelf.open() as study:
            said = in_words(study.talk.estimate(llm, persona))
        return Outcome(
            f"A question takes {said} Nothing was sent.",
            go=to("chat", persona, talk=session, **kept),
        )
    if not llm.settings.local and llm.max_cost is None:
        raise UsageError(
            "Nothing bounds what this conversation may cost",
            "Say how many US dollars it may cost at most; ask what a question costs first.",
        )

    def work(hear: Any) -> None:
        with desk.shelf.open() as study:
            study.ask(question, persona, by=by, session=session, llm=llm, hear=hear)

    pending = desk.listening.start(Pending(persona, session, question, by), work)
    return Outcome(go=to("chat", persona, talk=session, waits=pending.key, **kept))


def _take(scene: Scene, asked: Asked) -> Outcome:
    """Write a conversation, or what to ask next, into the study's exports, and hand it over."""
    persona = find(scene, next(iter(asked.targets), "")).persona.id
    session = asked.text("go")[:64]
    only = "".join(c for c in session if c.isalnum())
    exports = scene.desk.shelf.folder / "exports" / "chats"
    with scene.desk.shelf.open() as study:
        if asked.text("state") == "next":
            path = study.write_ask_next(exports / f"ask-next-{persona}.md", persona)
        else:
            path = study.write_chats(exports / f"{only or persona}.md", persona, session)
    return Outcome(f"{path.name} is written.", fetch=f"gradio_api/file={path.resolve()}")


ACTS: Mapping[str, Act] = {"ask": _ask, "take_chat": _take}
