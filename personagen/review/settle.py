"""After the decisions: count again, and let fall what rests on nothing any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from personagen.models import Claim, Evidence, Excerpt, Persona, Theme, rests_on_record
from personagen.prevalence import prevalence
from personagen.review.board import Board, Item

T = TypeVar("T")


def union(first: Iterable[T], second: Iterable[T]) -> tuple[T, ...]:
    """Return all of both, each once, in order."""
    out: list[T] = []
    seen: set[object] = set()
    for item in (*first, *second):
        key = _place(item) if isinstance(item, Excerpt) else item
        if key not in seen:
            seen.add(key)
            out.append(item)
    return tuple(out)


def _place(excerpt: Excerpt) -> tuple[str, int, int]:
    return excerpt.utterance, excerpt.start, excerpt.end


def holds(board: Board, excerpt: Excerpt) -> bool:
    """Tell whether the words still stand at their place."""
    said = board.utterances.get(excerpt.utterance)
    return said is not None and said.text[excerpt.start : excerpt.end] == excerpt.quote


def evidence_of(item: Item) -> set[object]:
    """Return what an item rests on, in a form that can be compared."""
    match item:
        case Theme():
            return set(item.insights)
        case Claim():
            return {_place(e) for e in item.supports}
        case Persona():
            return {c for ids in item.fields.values() for c in ids}
    return set()


def settle(board: Board) -> None:
    """Make counts, memberships and documents agree with the decisions."""
    _free_members(board)
    _recount_themes(board)
    _recount_claims(board)
    _drop_fallen_claims(board)
    _drop_fallen_messages(board)
    _one_persona_each(board)


def _free_members(board: Board) -> None:
    """Take rejected insights out of themes, and what a decided theme holds out of the others."""
    rejected = {i.id for i in board.insights.values() if i.status == "rejected"}
    decided = [t for t in board.themes.values() if t.status in {"accepted", "edited"}]
    owner = {i: t.id for t in decided for i in t.insights}
    for theme in list(board.themes.values()):
        kept = tuple(
            i
            for i in theme.insights
            if i in board.insights and i not in rejected and owner.get(i, theme.id) == theme.id
        )
        if kept != theme.insights:
            board.put(theme.model_copy(update={"insights": kept}))


def _recount_themes(board: Board) -> None:
    for theme in list(board.themes.values()):
        voices = union((board.insights[i].participant for i in theme.insights), ())
        if not voices and theme.status != "rejected":
            del board.themes[theme.id]
            board.skip("theme", theme.id, "all its insights were rejected or are gone")
        elif set(voices) != set(theme.participants):
            board.put(theme.model_copy(update=counts(board, voices)))


def counts(board: Board, voices: tuple[str, ...]) -> dict[str, object]:
    """Return the fields that say who supports something, and how many of all that is."""
    return {"participants": voices, **prevalence(voices, board.base)._asdict()}


def _recount_claims(board: Board) -> None:
    refused = {
        (i.code, *_place(i.excerpt)) for i in board.insights.values() if i.status == "rejected"
    }
    for claim in list(board.claims.values()):
        kept = tuple(
            e for e in claim.supports if (claim.type, *_place(e)) not in refused and holds(board, e)
        )
        against = tuple(e for e in claim.opposes if holds(board, e))
        board.put(_counted(board, claim, kept, against))


def reworded(claim: Claim, supports: Iterable[Evidence]) -> Claim:
    """Return the claim resting on these excerpts, supported by the people who said them.

    Someone counted through an excerpt that the claim does not list spoke all the same: only those
    leave whose listed words were all taken away.
    """
    supports = tuple(supports)
    voices = union((e.participant for e in supports), ())
    lost = {e.participant for e in claim.supports} - set(voices)
    kept = union((p for p in claim.participants if p not in lost), voices)
    return claim.model_copy(update={"supports": supports, "participants": kept})


def _counted(
    board: Board, claim: Claim, kept: tuple[Evidence, ...], against: tuple[Evidence, ...]
) -> Claim:
    new = reworded(claim, kept)
    kinds = Counter(board.kinds[e.source] for e in kept)
    sources = claim.sources if kept == claim.supports else dict(kinds)
    update = {"opposes": against, "sources": sources, **counts(board, new.participants)}
    return new.model_copy(update=update)


def _drop_fallen_claims(board: Board) -> None:
    """Take claims without words, or rejected ones, out of the personas that list them."""
    silent = [c for c in board.claims.values() if not c.supports and not rests_on_record(c)]
    for claim in [c for c in silent if c.status != "rejected"]:
        del board.claims[claim.id]
        board.skip("claim", claim.id, "no excerpt supports it any more")
    shown = {c.id for c in board.claims.values() if c.status != "rejected"}
    for persona in list(board.personas.values()):
        board.put(_without(persona, shown))


def _without(persona: Persona, shown: set[str]) -> Persona:
    fields = {name: tuple(c for c in ids if c in shown) for name, ids in persona.fields.items()}
    journey = tuple(
        stage.model_copy(
            update={
                slot: tuple(c for c in getattr(stage, slot) if c in shown)
                for slot in ("happens", "asks", "where", "feels")
            }
        )
        for stage in persona.journey
    )
    firm = tuple(c for c in persona.firmographics if c in shown)
    return persona.model_copy(update={"fields": fields, "journey": journey, "firmographics": firm})


def _drop_fallen_messages(board: Board) -> None:
    shown = {c.id for c in board.claims.values() if c.status != "rejected"}
    for message in list(board.messages.values()):
        if message.status != "rejected" and not set(message.claims) <= shown:
            del board.messages[message.id]
            board.skip("message", message.id, "a claim it rests on was rejected or is gone")


def _one_persona_each(board: Board) -> None:
    """Keep members of a decided persona out of the suggested ones."""
    decided = [p for p in board.personas.values() if p.status not in {"suggested", "rejected"}]
    owner = {member: p.id for p in decided for member in p.participants}
    for persona in list(board.personas.values()):
        left = tuple(m for m in persona.participants if owner.get(m, persona.id) == persona.id)
        if left != persona.participants:
            board.put(persona.model_copy(update={"participants": left}))
