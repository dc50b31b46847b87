"""Turn what a person asks for into events, or refuse it in one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, get_args

from personagen.errors import ReviewError, UnknownIdError, UsageError
from personagen.ids import stable_id
from personagen.models import (
    Claim,
    Evidence,
    Findings,
    Insight,
    Material,
    MessageKind,
    Model,
    Persona,
    Provenance,
    ReviewEvent,
    Stage,
    Theme,
)
from personagen.review.board import Board, Item, kind_of
from personagen.review.settle import counts

Action = Literal[
    "accept",
    "edit",
    "reject",
    "merge",
    "split",
    "rename",
    "move",
    "add",
    "draft",
    "approve",
    "merge_participant",
    "split_participant",
]
Judge = Callable[[str], list[str]]
"""A text a person wrote to what is wrong with its quotations; empty when every one is verbatim."""


class Decision(Model):
    """What a person asks for."""

    action: Action
    targets: tuple[str, ...]
    text: str = ""
    to: str = ""
    """Merge and move: the theme, persona or participant to go to. Draft: the stage."""
    insights: tuple[str, ...] = ()
    """Split: what goes into the new theme."""
    field: str = ""
    """Add: the persona's field. Draft: the kind of message."""
    claims: tuple[str, ...] = ()
    """Draft: what the message rests on."""
    excerpts: tuple[str, ...] = ()
    """Add: `UTTERANCE:START-END`, offsets in code points."""
    source: str = ""
    """Split of a participant: the source in which it is somebody else."""


class Draft(NamedTuple):
    """An event before the ledger gives it a number, a time and a name."""

    action: str
    target: str
    before: dict[str, object] | None
    after: dict[str, object] | None


def undoing(event: ReviewEvent) -> Draft:
    """Return the draft that takes an event back."""
    return Draft("undo", str(event.id), None, None)


class Scene(NamedTuple):
    """What a decision is taken on."""

    board: Board
    material: Material
    judge: Judge
    by: str
    provenance: Provenance


def decide(
    decision: Decision, findings: Findings, material: Material, judge: Judge, by: Provenance
) -> list[Draft]:
    """Return the events that a decision makes, one a target.

    Args:
        decision: What is asked for.
        findings: As they stand, earlier decisions laid over them.
        material: The study's words.
        judge: Says what is wrong with quotations in a text that a person wrote.
        by: Who decides, and when.

    Raises:
        UnknownIdError: a target is not in the study.
        ReviewError: the decision can't be taken, with the reason.
    """
    if not decision.targets:
        raise UsageError(f"{decision.action} needs an id", "`personagen insights list` shows ids.")
    scene = Scene(Board.of(findings, material), material, judge, by.analyst, by)
    return [_MAKERS[decision.action](scene, decision, target) for target in decision.targets]


def _item(scene: Scene, target: str) -> Item:
    item = scene.board.find(target)
    if item is None:
        raise UnknownIdError(
            f"nothing in this study has the id {target!r}",
            "`personagen insights|themes|personas|messages list` shows ids.",
        )
    return item


def _draft(action: str, item: Item, after: dict[str, object] | None = None) -> Draft:
    before: dict[str, object] = {"noun": kind_of(item), "item": item.model_dump(mode="json")}
    return Draft(action, item.id, before, after)


def _plain(scene: Scene, decision: Decision, target: str) -> Draft:
    return _draft(decision.action, _item(scene, target))


def _edit(scene: Scene, decision: Decision, target: str) -> Draft:
    return _draft(decision.action, _item(scene, target), {"text": _wording(scene, decision)})


def _wording(scene: Scene, decision: Decision) -> str:
    text = decision.text.strip()
    if not text:
        raise UsageError(f"{decision.action} needs the new words", 'Pass --text "…".')
    wrong = scene.judge(text)
    if wrong:
        raise ReviewError(
            f"the text quotes what nobody said that way: {wrong[0]}",
            "Quote word for word, or leave the quotation marks out.",
        )
    return text


def _rename(scene: Scene, decision: Decision, target: str) -> Draft:
    item = _item(scene, target)
    if not isinstance(item, Theme | Persona):
        raise ReviewError(
            f"{target} is {_a(item)}", "Only themes and personas have names; use edit."
        )
    return _draft("rename", item, {"text": _wording(scene, decision)})


def _a(item: Item) -> str:
    noun = kind_of(item)
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _merge(scene: Scene, decision: Decision, target: str) -> Draft:
    gone, into = _item(scene, target), _item(scene, decision.to)
    if not isinstance(gone, Theme) or not isinstance(into, Theme):
        raise ReviewError(
            "only themes can be merged", "For people: `personagen participants merge`."
        )
    if gone.id == into.id:
        raise ReviewError(f"{target} can't be merged into itself", "Name another theme in --into.")
    if gone.code != into.code:
        raise ReviewError(
            f"{gone.id} is {gone.code}, {into.id} is {into.code}", "Merge themes of one code."
        )
    return _draft("merge", gone, {"into": into.id})


def _split(scene: Scene, decision: Decision, target: str) -> Draft:
    theme = _item(scene, target)
    if not isinstance(theme, Theme):
        raise ReviewError(f"{target} is {_a(theme)}", "Only themes can be split.")
    strangers = [i for i in decision.insights if i not in theme.insights]
    if strangers or not decision.insights:
        raise ReviewError(
            f"{strangers[0] if strangers else 'no insight'} is not in theme {target}",
            f"`personagen themes show {target}` lists its insights.",
        )
    if set(decision.insights) == set(theme.insights):
        raise ReviewError("that would leave the theme empty", "Use rename instead.")
    after: dict[str, object] = {
        "insights": list(decision.insights),
        "text": _wording(scene, decision),
    }
    return _draft("split", theme, after)


def _move(scene: Scene, decision: Decision, target: str) -> Draft:
    to = _item(scene, decision.to)
    if isinstance(to, Persona) and target in {p.id for p in scene.material.participants}:
        return Draft("move", target, None, {"to": to.id})
    item = _item(scene, target)
    if not (isinstance(item, Insight) and isinstance(to, Theme) and item.code == to.code):
        raise ReviewError(
            f"{target} can't be moved to {decision.to}",
            "Move an insight to a theme of its code, or a participant to a persona.",
        )
    return _draft("move", item, {"to": to.id})


def _approve(scene: Scene, decision: Decision, target: str) -> Draft:
    persona = _item(scene, target)
    if not isinstance(persona, Persona):
        raise ReviewError(f"{target} is {_a(persona)}", "Only personas are approved.")
    undecided = [c for c in claims_of(persona) if _undecided(scene.board, c)]
    if undecided:
        raise ReviewError(
            f"{persona.name} shows {len(undecided)} undecided claims, {undecided[0]} first",
            "Accept, edit or reject each: `personagen review accept ID…`.",
        )
    return _draft("approve", persona, {"version": persona.version + 1})


def claims_of(persona: Persona) -> list[str]:
    """Return the ids of every claim that a persona shows, each once."""
    slots = [ids for s in persona.journey for ids in (s.happens, s.asks, s.where, s.feels)]
    shown = [*persona.fields.values(), persona.firmographics, *slots]
    return list(dict.fromkeys(c for ids in shown for c in ids))


def _undecided(board: Board, claim: str) -> bool:
    return claim in board.claims and board.claims[claim].status == "suggested"


def _add(scene: Scene, decision: Decision, target: str) -> Draft:
    """Add a claim that a person wrote over excerpts that they picked."""
    persona = _item(scene, target)
    if not isinstance(persona, Persona):
        raise ReviewError(f"{target} is {_a(persona)}", "Claims are added to personas.")
    known = sorted(persona.fields)
    if decision.field not in _TYPES:
        raise UsageError(f"no field {decision.field!r}", f"Fields: {', '.join(known)}.")
    supports = [_excerpt(scene, address) for address in decision.excerpts]
    if not supports:
        raise ReviewError("a claim needs words to rest on", "Pass --excerpt UTTERANCE:START-END.")
    claim = _claim(scene, _wording(scene, decision), decision.field, supports)
    after: dict[str, object] = {"claim": claim.model_dump(mode="json"), "field": decision.field}
    return _draft("add", persona, after)


_TYPES = {
    "goals": "goal",
    "motivations": "motivation",
    "pain_points": "pain_point",
    "objections": "objection",
    "praise": "praise",
    "feature_requests": "feature_request",
    "workarounds": "workaround",
    "triggers": "trigger",
    "tools": "tool",
    "channels": "channel",
    "content_formats": "content_format",
    "vocabulary": "vocabulary",
    "decision_power": "decision_power",
    "success_measures": "success_measure",
    "role": "role",
}


def _claim(scene: Scene, text: str, field: str, supports: Sequence[Evidence]) -> Claim:
    voices = tuple(dict.fromkeys(e.participant for e in supports))
    kinds = [scene.board.kinds[e.source] for e in supports]
    return Claim.model_validate(
        {
            "id": stable_id("c", "added", text, *(e.utterance for e in supports)),
            "type": _TYPES[field],
            "theme": None,
            "text": text,
            "supports": [e.model_dump() for e in supports],
            **counts(scene.board, voices),
            "sources": {kind: kinds.count(kind) for kind in kinds},
            "status": "accepted",
            "provenance": scene.provenance.model_dump(),
        }
    )


def _draft_message(scene: Scene, decision: Decision, target: str) -> Draft:
    """Add a message that a person wrote over claims that they picked."""
    persona = _item(scene, target)
    if not isinstance(persona, Persona):
        raise ReviewError(f"{target} is {_a(persona)}", "Messages are drafted for personas.")
    kinds, stages = get_args(MessageKind), get_args(Stage)
    if decision.field not in kinds:
        raise UsageError(f"no kind of message {decision.field!r}", f"Kinds: {', '.join(kinds)}.")
    if decision.to not in {"", *stages}:
        raise UsageError(f"no stage {decision.to!r}", f"Stages: {', '.join(stages)}.")
    strange = [c for c in decision.claims if not isinstance(scene.board.find(c), Claim)]
    if strange or not decision.claims:
        raise ReviewError(
            f"{strange[0]} is no claim" if strange else "a message needs claims to rest on",
            f"`personagen personas show {target}` lists its claims.",
        )
    text = _wording(scene, decision)
    message = {
        "id": stable_id("m", "drafted", target, decision.field, text),
        "persona": target,
        "kind": decision.field,
        "stage": decision.to or None,
        "text": text,
        "claims": list(decision.claims),
        "product_facts": [],
        "status": "accepted",
    }
    return _draft("draft", persona, {"message": message})


def _excerpt(scene: Scene, address: str) -> Evidence:
    utterance_id, _, span = address.rpartition(":")
    said = scene.board.utterances.get(utterance_id)
    ends = span.split("-")
    if said is None or len(ends) != 2 or not all(e.isdigit() for e in ends):
        raise UsageError(f"{address!r} is no place in this study", "Write UTTERANCE:START-END.")
    start, end = int(ends[0]), int(ends[1])
    if not 0 <= start < end <= len(said.text):
        raise UsageError(f"{address!r} is outside the utterance", f"It ends at {len(said.text)}.")
    if said.participant is None:
        raise ReviewError(f"{utterance_id} is the {said.role}'s", "Only participants are quoted.")
    return Evidence(
        source=scene.board.sources_of[utterance_id],
        utterance=utterance_id,
        start=start,
        end=end,
        quote=said.text[start:end],
        speaker=said.speaker,
        role=said.role,
        t_start=said.t_start,
        participant=said.participant,
    )


def _merge_participant(scene: Scene, decision: Decision, target: str) -> Draft:
    known = {p.id for p in scene.material.participants}
    for person in (target, decision.to):
        if person not in known:
            raise UnknownIdError(f"no participant {person!r}", "`personagen participants list`.")
    if target == decision.to:
        raise ReviewError(f"{target} is {target} already", "Name another participant in --into.")
    return Draft("merge_participant", target, None, {"into": decision.to})


def _split_participant(scene: Scene, decision: Decision, target: str) -> Draft:
    known = {p.id for p in scene.material.participants}
    spoken = {s.id for s in scene.material.sources for u in s.utterances if u.participant == target}
    if target not in known or decision.source not in spoken:
        raise UnknownIdError(
            f"{target!r} does not speak in {decision.source!r}",
            f"`personagen participants show {target}` lists the sources.",
        )
    if len(spoken) == 1:
        raise ReviewError(f"{target} speaks in one source only", "There is nothing to split.")
    numbers = [int(p[1:]) for p in known if p[1:].isdigit()]
    new = f"P{max(numbers, default=0) + 1:02d}"
    return Draft("split_participant", target, None, {"source": decision.source, "to": new})


_MAKERS: dict[str, Callable[[Scene, Decision, str], Draft]] = {
    "accept": _plain,
    "reject": _plain,
    "edit": _edit,
    "rename": _rename,
    "merge": _merge,
    "split": _split,
    "move": _move,
    "add": _add,
    "draft": _draft_message,
    "approve": _approve,
    "merge_participant": _merge_participant,
    "split_participant": _split_participant,
}
