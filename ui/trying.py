"""Test a message: a draft before personas, line by line, in the room *Messaging*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from .address import to
from .format import percent
from .room import Act, Asked, Outcome, Scene
from .trials import Trial

if TYPE_CHECKING:
    from personagen.messagetest import Share, TestedLine, TestedMessage, Voice
    from personagen.models import Claim

VERDICTS: Mapping[str, str] = {
    "supported": "Supported",
    "opposed": "Opposed",
    "not_supported": "Not supported",
}


class Side(NamedTuple):
    """What was said on one side of a line."""

    title: str
    counted: str
    """As `2 of 5 of this persona, 3 of all 17 (6 %–41 %)`."""
    voices: Sequence[Voice]
    claims: Sequence[Claim]


class Shown(NamedTuple):
    """One line with what it met."""

    line: TestedLine
    verdict: str
    sides: Sequence[Side]
    open: Sequence[Voice]
    """What it leaves open and is not shown under a side."""


class Sheet(NamedTuple):
    """A draft before one persona."""

    tested: TestedMessage
    lines: Sequence[Shown]
    title: str
    short: str
    """What became of it, in a sentence of counts."""


def panel(scene: Scene) -> Mapping[str, object]:
    """Return what the panel shows: the form, and the test that the address asks for."""
    key = scene.at.get("tried")
    trial = scene.desk.trials.get(key) if key else None
    return {
        "trying": bool(scene.at.get("try") or key),
        "gone": bool(key) and trial is None,
        "trial": trial,
        "sheets": [_sheet(scene, one, bool(trial.against)) for one in trial.tested]
        if trial
        else (),
    }


def _sheet(scene: Scene, tested: TestedMessage, several: bool) -> Sheet:
    from personagen.messagetest import in_short

    title = f"{tested.name}, draft {tested.variant}" if several else tested.name
    lines = [_shown(scene, line) for line in tested.lines]
    return Sheet(tested, lines, title, in_short(tested))


def _shown(scene: Scene, line: TestedLine) -> Shown:
    sides = [
        Side(title, _counted(share), voices, _claims(scene, claims))
        for title, way, share, claims in (
            ("Speaks to", "speaks_to", line.base_rate.speaks_to, line.speaks_to),
            ("Runs into", "raises", line.base_rate.raises, line.raises),
        )
        if (voices := [v for v in line.evidence if v.bears == way])
    ]
    seen = {v.utterance for v in line.evidence}
    left = [o.evidence for o in line.leaves_open if o.evidence.utterance not in seen]
    return Shown(line, VERDICTS[line.verdict], sides, left)


def _claims(scene: Scene, ids: Sequence[str]) -> list[Claim]:
    from personagen.models import Claim

    return [c for i in ids if isinstance(c := scene.now.items.get(i), Claim)]


def _counted(share: Share) -> str:
    low, high = share.interval
    said = (
        f"{share.n} of {share.of} of this persona, {share.study_n} of all {share.study_of} "
        f"({percent(low)}–{percent(high)})"
    )
    more = ", ".join(f"{n} in {kind}s" for kind, n in share.elsewhere.items())
    return f"{said}, and {more}" if more else said


def _try(scene: Scene, asked: Asked) -> Outcome:
    text, against = asked.text("text").strip(), asked.text("against").strip()
    persona = asked.text("persona")
    with scene.desk.shelf.open() as study:
        if against:
            first, second, compared = study.message_test.compare(text, against, persona)
            beside = [one for pair in zip(first, second, strict=True) for one in pair]
            trial = Trial(text, against, beside, compared)
        else:
            trial = Trial(text, "", study.message_test.test(text, persona), ())
    key = scene.desk.trials.keep(trial)
    return Outcome(
        "Tested. It is not kept in the study.", to("messaging", scene.at.item, tried=key)
    )


ACTS: Mapping[str, Act] = {"try": _try}
