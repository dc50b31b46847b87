"""A card as people read it: k of n, share, interval, bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from personagen.exam.card import CLASSES, shares
from personagen.exam.grading import Graded
from personagen.models import ExamCard, Share


class Measure(NamedTuple):
    """One line of a card."""

    name: str
    """Of the field."""
    label: str
    least: float | None = None
    """The bar: at least this share …"""
    most: float | None = None
    """… or at most."""

    def held(self, share: Share) -> bool | None:
        """Return whether a share is within the bar; None where there is none or nothing counted."""
        if not share.of or (self.least is None and self.most is None):
            return None
        value = share.k / share.of
        return value >= (self.least or 0.0) and value <= (1.0 if self.most is None else self.most)

    @property
    def bar(self) -> str:
        """Return the bar in words."""
        if self.least is not None:
            return f"≥ {self.least:.0%}".replace("%", " %")
        return f"≤ {self.most:.0%}".replace("%", " %") if self.most is not None else ""


MEASURES = (
    Measure("abstention", "unanswerable questions declined", least=0.95),
    Measure("false_refusals", "answerable questions declined", most=0.10),
    Measure("citation_precision", "cited passages that bear on the question", least=0.95),
    Measure("leading_accepted", "leading questions accepted", most=0.05),
    Measure("both_sides", "contradictory questions answered with both sides"),
    Measure("consistency", "questions decided alike in all phrasings"),
)


def lines(card: ExamCard | Mapping[str, Share]) -> list[tuple[str, str, str, str, str]]:
    """Return a card's measures: what, k of n, share with interval, bar, whether it holds."""
    found = []
    for measure in MEASURES:
        share = getattr(card, measure.name) if isinstance(card, ExamCard) else card[measure.name]
        held = measure.held(share)
        verdict = "" if held is None else "holds" if held else "missed"
        found.append(
            (measure.label, f"{share.k} of {share.of}", _percent(share), measure.bar, verdict)
        )
    return found


def _percent(share: Share) -> str:
    if not share.of:
        return "–"
    low, high = share.interval
    return f"{100 * share.k / share.of:.1f} % ({100 * low:.1f}–{100 * high:.1f})"


def table(graded: Sequence[Graded]) -> str:
    """Return the measures of some graded questions, all personas together, as Markdown.

    What was not asked has no row: only generated questions are put in several phrasings.
    """
    head = "| | k of n | share (95 % interval) | bar | |\n| --- | ---: | ---: | ---: | --- |"
    found: dict[str, Share] = {k: v for k, v in shares(graded).items() if isinstance(v, Share)}
    rows = [" | ".join(line) for line in lines(found) if not line[1].endswith("of 0")]
    return "\n".join([head, *(f"| {row} |" for row in rows)])


def asked(graded: Sequence[Graded]) -> str:
    """Return how many questions of which class were asked."""
    counts = {cls: sum(g.cls == cls and not g.repeats for g in graded) for cls in CLASSES}
    return ", ".join(f"{n} {cls}" for cls, n in counts.items())
