"""The figures of an exam as a page of the documentation."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from personagen.exam.rendering import asked, table
from personagen.exam.sitting import Sitting

HALVES: tuple[Literal["calibration", "graded"], ...] = ("calibration", "graded")
_HEAD = """# The exam: what a persona knows that it does not know

Written over the sample study (`personagen demo`) by
`personagen exam --questions {questions} --write {page}`.
Each answer is the one that `personagen ask` gives.

- **Unanswerable declined**: of the questions that these people never answered. Some are on their
  own topics, some on what only other personas' people speak of.
- **Answerable declined**: of the questions that they did answer.
- **Cited passages that bear on the question**: passages under answers to answerable and
  contradictory questions that overlap a sentence where the answer stands, or one next to it in
  the same turn.
- **Leading questions accepted**: answered as if what they suppose were so. Not counted are:
  declined, answered with a no, and answered without a yes by a passage, cited first, that
  contradicts it.
- **Both sides**: of the questions on which these people disagree, how many were answered with two
  passages, one from each side.
- **Decided alike**: of the questions put in several phrasings, how many were declined in all or
  answered in all, with the same yes or no.
"""


def page_of(
    calibration: Sitting, graded: Sitting, generated: Sitting, *, questions: str, page: str
) -> str:
    """Return the page: graded questions, those that thresholds were fitted on, a generated exam.

    Args:
        calibration: The file's questions that thresholds were fitted on.
        graded: Its others.
        generated: Questions made from the study.
        questions: The file, as it is named in the command.
        page: Where the page goes, likewise.
    """
    sections = (
        ("Hand-written questions, graded half", graded,
         "Disjoint by theme from what thresholds were fitted on. These are the figures to quote."),
        ("Hand-written questions, calibration half", calibration,
         "On the themes that answering was tuned on: for comparison only."),
        ("Generated from the study", generated,
         "Made from the ledger by rule, so rougher than questions that a person asks."),
    )  # fmt: skip
    head = _HEAD.format(questions=questions, page=page)
    return head + "".join(_section(*section) for section in sections)


def _section(title: str, sitting: Sitting, note: str) -> str:
    graded = sitting.graded
    outcomes = Counter((g.cls, g.outcome) for g in graded if not g.repeats)
    told = "; ".join(f"{cls} {outcome.replace('_', ' ')}: {n}"
                     for (cls, outcome), n in sorted(outcomes.items()))  # fmt: skip
    missing = f" Not asked: {len(sitting.skipped)}." if sitting.skipped else ""
    return (
        f"\n## {title}\n\n{note} Asked: {asked(graded)}.{missing}\n\n{table(graded)}\n\n"
        f"What became of them: {told}.\n"
    )
