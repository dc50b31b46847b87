"""Decisions: from a form to `Study.decide`, the same way in every room."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from personagen.errors import ReviewError, UsageError
from personagen.review import Decision

from .format import counted
from .room import Act, Asked, Outcome, Scene

SAID: Mapping[str, str] = {
    "accept": "Accepted",
    "reject": "Rejected",
    "edit": "Reworded",
    "rename": "Renamed",
    "merge": "Merged",
    "split": "Split",
    "move": "Moved",
    "add": "Added",
    "draft": "Drafted",
    "approve": "Approved",
    "merge_participant": "Merged",
    "split_participant": "Split",
}


def take(scene: Scene, decision: Decision, seen: Mapping[str, str]) -> Outcome:
    """Put a decision on record; say what was done and offer to take it back."""
    with scene.desk.shelf.open() as study:
        study.decide(decision, scene.by, seen)
    number = counted(len(decision.targets), "item")
    what = SAID[decision.action]
    return Outcome(f"{what}." if len(decision.targets) == 1 else f"{what} {number}.", undo=True)


def _deciding(action: str) -> Act:
    def act(scene: Scene, asked: Asked) -> Outcome:
        if not asked.targets:
            raise UsageError("nothing is selected", "Tick the boxes of those you mean.")
        decision = Decision.model_validate(
            {
                "action": action,
                "targets": tuple(asked.targets),
                "text": asked.text("text"),
                "to": asked.text("to"),
                "field": asked.text("field"),
                "source": asked.text("source"),
                "insights": asked.texts("insights"),
                "excerpts": asked.texts("excerpts"),
                "claims": asked.texts("claims"),
            }
        )
        outcome = take(scene, decision, {i: v for i, v in asked.targets.items() if v})
        return outcome._replace(go=asked.text("go"))

    return act


def _undo(scene: Scene, asked: Asked) -> Outcome:
    seen = asked.text("seen")
    if not seen.isdigit():
        raise ReviewError("there is no decision to take back", "Decide something first.")
    with scene.desk.shelf.open() as study:
        events = study.undo(scene.by, int(seen))
    return Outcome(f"Took back {counted(len(events), 'decision')}.")


ACTS: Mapping[str, Callable[[Scene, Asked], Outcome]] = {
    **{action: _deciding(action) for action in SAID},
    "undo": _undo,
}
