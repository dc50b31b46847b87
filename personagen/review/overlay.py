"""Lay the events over an analyst's findings: what a person decided stands, whatever ran since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from personagen.ids import stable_id
from personagen.models import (
    Claim,
    Evidence,
    Findings,
    Insight,
    Material,
    Message,
    Persona,
    ReviewEvent,
    Theme,
)
from personagen.review.board import MODELS, Board, Item
from personagen.review.people import rename, standing
from personagen.review.settle import evidence_of, holds, reworded, settle, union

Step = Callable[[Board, ReviewEvent], None]


def apply(findings: Findings, material: Material, events: Sequence[ReviewEvent]) -> Findings:
    """Return the findings as a person left them.

    Args:
        findings: What the last run of the analyst found, all *suggested*.
        material: The study's words, merged and split participants already under their new ids.
        events: Every decision, oldest first, undos among them.
    """
    stand = standing(events)
    board = Board.of(rename(findings, stand), material)
    for event in stand:
        if event.action in STEPS:
            STEPS[event.action](board, event)
    settle(board)
    _note_changes(board, stand)
    return board.findings()


def snapshot(event: ReviewEvent) -> Item | None:
    """Return the item as it stood when the person decided."""
    before = event.before or {}
    model = MODELS.get(str(before.get("noun")))
    return model.model_validate(before["item"]) if model else None


def _after(event: ReviewEvent) -> Mapping[str, Any]:
    return event.after or {}


def _recall(board: Board, event: ReviewEvent) -> Item | None:
    """Return the target, with the evidence it was decided on; brought back if a run lost it."""
    then, now = snapshot(event), board.find(event.target)
    if then is None:
        return now
    if isinstance(then, Insight) and now is None and not holds(board, then.excerpt):
        board.skip("decision", event.target, "the words it rested on are no longer in the study")
        return None
    return _with_evidence(board, now or then, then)


def _with_evidence(board: Board, now: Item, then: Item) -> Item:
    match now, then:
        case Theme(), Theme():
            kept = [i for i in then.insights if i in board.insights]
            return now.model_copy(update={"insights": union(kept, now.insights)})
        case Claim(), Claim():
            kept_words = [e for e in then.supports if holds(board, e)]
            against = [e for e in then.opposes if holds(board, e)]
            whole = reworded(now, union(kept_words, now.supports))
            return whole.model_copy(update={"opposes": union(against, now.opposes)})
        case Persona(), Persona():
            return now.model_copy(
                update={"participants": union(then.participants, now.participants)}
            )
    return now


def _accept(board: Board, event: ReviewEvent) -> None:
    item = _recall(board, event)
    if item is not None:
        status = "edited" if item.status == "edited" else "accepted"
        board.put(item.model_copy(update={"status": status, **_wording(event)}))


def _wording(event: ReviewEvent) -> dict[str, object]:
    """Return the words that were accepted, so that a later run can't swap them."""
    then = snapshot(event)
    match then:
        case Insight():
            return {"statement": then.statement}
        case Theme():
            return {"label": then.label}
        case Claim() | Message():
            return {"text": then.text}
        case Persona():
            return {"name": then.name, "summary": then.summary}
    return {}


_WORDED = {"insight": "statement", "theme": "label", "claim": "text", "message": "text"}


def _edit(board: Board, event: ReviewEvent) -> None:
    item = _recall(board, event)
    if item is not None:
        name = _WORDED.get(type(item).__name__.lower(), "summary")
        update = {name: str(_after(event)["text"]), "status": "edited"}
        board.put(item.model_copy(update=update))


def _reject(board: Board, event: ReviewEvent) -> None:
    item = board.find(event.target)
    if item is not None:
        board.put(item.model_copy(update={"status": "rejected"}))
        if isinstance(item, Theme):
            for claim in [c for c in board.claims.values() if c.theme == item.id]:
                board.put(claim.model_copy(update={"status": "rejected"}))


def _merge(board: Board, event: ReviewEvent) -> None:
    """Fold one theme into another, and its claim into the other's."""
    gone = _recall(board, event)
    into = board.themes.get(str(_after(event)["into"]))
    if not isinstance(gone, Theme) or into is None or gone.id == into.id:
        return
    board.put(into.model_copy(update={"insights": union(into.insights, gone.insights)}))
    board.themes.pop(gone.id, None)
    _merge_claims(board, gone.id, into.id)


def _merge_claims(board: Board, gone: str, into: str) -> None:
    losers = [c for c in board.claims.values() if c.theme == gone]
    winner = next((c for c in board.claims.values() if c.theme == into), None)
    for loser in losers:
        if winner is None:
            board.put(loser.model_copy(update={"theme": into}))
            continue
        winner = reworded(winner, union(winner.supports, loser.supports)).model_copy(
            update={"opposes": union(winner.opposes, loser.opposes)}
        )
        board.put(winner)
        del board.claims[loser.id]
        _replace_claim(board, loser.id, winner.id)


def _replace_claim(board: Board, old: str, new: str) -> None:
    for persona in list(board.personas.values()):
        fields = {
            name: union((new if c == old else c for c in ids), ())
            for name, ids in persona.fields.items()
        }
        board.put(persona.model_copy(update={"fields": fields}))
    for message in list(board.messages.values()):
        claims = union((new if c == old else c for c in message.claims), ())
        board.put(message.model_copy(update={"claims": claims}))


def _split(board: Board, event: ReviewEvent) -> None:
    """Take some insights out of a theme into a new one, with a claim of its own."""
    old = _recall(board, event)
    after = _after(event)
    if not isinstance(old, Theme):
        return
    taken = tuple(i for i in after["insights"] if i in board.insights)
    new = old.model_copy(
        update={
            "id": stable_id("t", "split", event.id),
            "label": str(after["text"]),
            "insights": taken,
            "status": "edited",
        }
    )
    board.put(old.model_copy(update={"insights": tuple(i for i in old.insights if i not in taken)}))
    board.put(new)
    _split_claim(board, old.id, new)


def _split_claim(board: Board, old: str, new: Theme) -> None:
    whole = next((c for c in board.claims.values() if c.theme == old), None)
    if whole is None:
        return
    places = {_place(board.insights[i].excerpt) for i in new.insights}
    taken = tuple(e for e in whole.supports if _place(e) in places)
    named = {"id": stable_id("c", new.id), "theme": new.id, "text": new.label}
    part = reworded(whole, taken).model_copy(update={**named, "opposes": (), "status": "edited"})
    board.put(part)
    board.put(reworded(whole, (e for e in whole.supports if e not in taken)))
    _list_beside(board, whole.id, part.id)


def _list_beside(board: Board, claim: str, newcomer: str) -> None:
    for persona in list(board.personas.values()):
        fields = {
            name: tuple(c for one in ids for c in ((one, newcomer) if one == claim else (one,)))
            for name, ids in persona.fields.items()
        }
        board.put(persona.model_copy(update={"fields": fields}))


def _place(excerpt: Any) -> tuple[str, int, int]:
    return excerpt.utterance, excerpt.start, excerpt.end


def _rename(board: Board, event: ReviewEvent) -> None:
    item, text = _recall(board, event), str(_after(event)["text"])
    if isinstance(item, Theme):
        board.put(item.model_copy(update={"label": text, "status": "edited"}))
        for claim in [c for c in board.claims.values() if c.theme == item.id]:
            if claim.status == "suggested":
                board.put(claim.model_copy(update={"text": text}))
    elif isinstance(item, Persona):
        board.put(item.model_copy(update={"name": text, "status": "edited"}))


def _move(board: Board, event: ReviewEvent) -> None:
    """Move an insight to another theme, or a participant to another persona."""
    to = str(_after(event)["to"])
    if event.target in board.insights and to in board.themes:
        for theme in list(board.themes.values()):
            kept = tuple(i for i in theme.insights if i != event.target)
            kept = (*kept, event.target) if theme.id == to else kept
            board.put(theme.model_copy(update={"insights": kept}))
        _move_words(board, board.insights[event.target], to)
    elif to in board.personas:
        for persona in list(board.personas.values()):
            left = tuple(p for p in persona.participants if p != event.target)
            left = (*left, event.target) if persona.id == to else left
            board.put(persona.model_copy(update={"participants": left}))


def _move_words(board: Board, insight: Insight, to: str) -> None:
    evidence = Evidence(**insight.excerpt.model_dump(), participant=insight.participant)
    for claim in list(board.claims.values()):
        if claim.theme == to:
            board.put(reworded(claim, union(claim.supports, [evidence])))
        elif claim.theme and claim.type == insight.code:
            kept = tuple(e for e in claim.supports if _place(e) != _place(evidence))
            board.put(reworded(claim, kept))


def _add(board: Board, event: ReviewEvent) -> None:
    """Add a claim that a person wrote over excerpts that they picked."""
    after = _after(event)
    claim = Claim.model_validate(after["claim"])
    claim = claim.model_copy(
        update={"supports": tuple(e for e in claim.supports if holds(board, e))}
    )
    board.put(claim)
    persona = board.personas.get(event.target)
    if persona is not None:
        name = str(after["field"])
        listed = {**persona.fields, name: union(persona.fields.get(name, ()), [claim.id])}
        board.put(persona.model_copy(update={"fields": listed}))


def _draft_message(board: Board, event: ReviewEvent) -> None:
    """Add a message that a person wrote, as long as its persona stands."""
    if event.target in board.personas:
        board.put(Message.model_validate(_after(event)["message"]))


def _approve(board: Board, event: ReviewEvent) -> None:
    """Freeze a persona as it was approved; what a later run adds waits outside it."""
    then = snapshot(event)
    if isinstance(then, Persona):
        version = int(_after(event)["version"])
        earlier = f"{then.id}@v{then.version}"
        update = {"status": "approved", "version": version, "supersedes": earlier}
        board.put(then.model_copy(update=update))


def _note_changes(board: Board, events: Sequence[ReviewEvent]) -> None:
    """Say what differs since a decision, and reopen what lost evidence that it was taken on."""
    last = {e.target: e for e in events if e.action in {"accept", "edit", "approve", "rename"}}
    for event in last.values():
        then, now = snapshot(event), board.find(event.target)
        if then is None or now is None or now.status == "rejected":
            continue
        lost = len(evidence_of(then) - evidence_of(now))
        gained = len(evidence_of(now) - evidence_of(then))
        if lost or gained:
            day = f"{event.at:%Y-%m-%d}"
            changed = f"since {event.by} decided on {day}: {gained} gained, {lost} lost"
            update: dict[str, object] = {"changed": changed}
            if lost:
                update["status"] = "suggested"
            board.put(now.model_copy(update=update))


STEPS: dict[str, Step] = {
    "accept": _accept,
    "edit": _edit,
    "reject": _reject,
    "merge": _merge,
    "split": _split,
    "rename": _rename,
    "move": _move,
    "add": _add,
    "draft": _draft_message,
    "approve": _approve,
}
