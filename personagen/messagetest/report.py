"""How well the message test does, as the page `docs/quality/message-test.md`."""

from __future__ import annotations

from personagen.messagetest.backtest import BackTest
from personagen.messagetest.grading import RIGHT, Grade, Graded, Tally

COMMAND = (
    "personagen evaluate --messages corpus/benchwren_messages.toml "
    "--truth corpus/benchwren/truth.json -s demo --write docs/quality/message-test.md"
)


def page_of(graded: Graded, back_test: BackTest) -> str:
    """Return the page: what was measured, on what, and what it says."""
    return "\n".join([*_intro(), *_figures(graded), *_tried(graded), *_back_test(back_test)])


def _intro() -> list[str]:
    return [
        "# How often the message test is right",
        "",
        f"Written by `{COMMAND}` on the study that `personagen demo --out demo` makes.",
        "",
        "82 draft lines were written by hand, before the test, as a marketer would write them,",
        "each with the planted themes that it speaks to and those that it runs into. They come in",
        "two halves that share no theme: thresholds and turns of phrase were worked out on one",
        "half; of the other the totals were read while that was done, and nothing was taken from",
        "it. The people and the product are invented; the lines are few, and by one hand.",
        "Intervals are 95 % Wilson intervals over lines and excerpts that go together, so that",
        "they are rather too narrow.",
        "",
    ]


def _figures(graded: Graded) -> list[str]:
    a, b = graded.calibration, graded.graded
    rows = [
        ("cited excerpts that are on a theme of the line", a.on_topic, b.on_topic),
        ("… of these, rightly as speaking to it or opposing it", a.way, b.way),
        ("themes of lines with an excerpt from anybody", a.themes_found, b.themes_found),
        ("themes of lines, by group, with one of its people cited", a.voices_found, b.voices_found),
        ("verdicts given that are the true ones", a.verdicts, b.verdicts),
        ("true verdicts that are given", a.verdicts_found, b.verdicts_found),
        ("lines on nothing in the data that get no verdict", a.nothing_said, b.nothing_said),
    ]
    return [
        f"| {a.lines} and {b.lines} lines | worked out on | graded |",
        "| --- | ---: | ---: |",
        *(f"| {name} | {_share(one)} | **{_share(other)}** |" for name, one, other in rows),
        "",
        "A *verdict* (supported, opposed) is given where at least two of a persona's people said",
        "words that were found; the true one is by the same rule, over who was written to voice",
        "what. An excerpt on a theme that a fair reader could see either way counts nowhere;",
        f"{a.unplanted} and {b.unplanted} cited excerpts show nothing planted and were not judged.",
        "",
        "Read it so: what is cited is to be looked at, since a part of it only sounds alike. A",
        "verdict that is given mostly holds. **Most lines that could carry a verdict get none**,",
        "because the small encoder misses people who say it in other words: `not_supported` is",
        "silence of the evidence that was found, not a no.",
        "",
    ]


def _tried(graded: Graded) -> list[str]:
    lowest = "none that was tried" if graded.chosen is None else f"{graded.chosen:g}"
    return [
        "## The threshold",
        "",
        f"The lowest nearness with at least {RIGHT:.0%} of cited excerpts on the topic, on the",
        f"first half, is {lowest}; the test is set to {graded.set:g}.",
        "",
        "| nearness | on the topic | themes found | verdicts right | verdicts found |",
        "| ---: | ---: | ---: | ---: | ---: |",
        *(_row(one) for one in graded.tried),
        "",
    ]


def _row(one: Grade) -> str:
    cells = (one.on_topic, one.themes_found, one.verdicts, one.verdicts_found)
    return f"| {one.near:g} | " + " | ".join(f"{c.right} of {c.of}" for c in cells) + " |"


def _back_test(found: BackTest) -> list[str]:
    low, high = found.brier_interval
    return [
        "## The back-test on the sample study",
        "",
        found.said,
        "",
        f"Brier score {found.brier:.3f} ({low:.3f}–{high:.3f}); the base rate's is 0.250.",
        "",
        "| how sure | pairs | right |",
        "| ---: | ---: | ---: |",
        *(
            f"| {part.sure:.0%} | {part.guesses} | {part.right:.0%} "
            f"({part.interval[0]:.0%}–{part.interval[1]:.0%}) |"
            for part in found.bins
        ),
        "",
        "Themes and personas were found with everybody's words in, which flatters the figure; the",
        "persona of who is held out is found again from what else they said.",
    ]


def _share(tally: Tally) -> str:
    if not tally.of:
        return "–"
    low, high = tally.interval
    return f"{tally.right} of {tally.of} ({tally.right / tally.of:.0%}, {low:.0%}–{high:.0%})"
