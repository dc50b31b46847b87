"""How long a persona takes to answer offline, in a running process.

    python -m tests.answer_speed [--insights 5000] [--study FOLDER] [--write docs/chat.md]

Makes a generated survey of so many insights (or takes a study that is there), opens it once and
asks. A figure, never a verdict: a busy machine is no failure.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from personagen.study import Study
from tests.room_speed import ANSWERS_AN_INSIGHT, made, write

BEGIN, END = "<!-- answer speed: begin -->", "<!-- answer speed: end -->"
QUESTIONS = (
    "Tell me about the first week with it.",
    "What holds you back?",
    "What takes most of your time?",
    "How do you feel about the price?",
    "Why did you choose it?",
    "what would you change first",
    "Who decides about a purchase like this in your team?",
    "How did you find out about it?",
    "Do you trust the numbers that it shows?",
    "What happens when something goes wrong on a Friday evening?",
    "Which other tools do you use beside it?",
    "Since you love the new design, what do you love most?",
    "What do you do when the export fails?",
    "how often do you call support",
    "What would make you leave?",
    "Is it slow on your phone?",
    "What did you use before?",
    "What do your colleagues say about it?",
    "How long did it take until it worked?",
    "What is the one thing that you would pay more for?",
)


def main(arguments: list[str]) -> None:
    """Measure; print a sentence, and put it into a document where one is named."""
    options = _parser().parse_args(arguments)
    with TemporaryDirectory() as room:
        folder = options.study or Path(room) / "study"
        if options.study is None:
            made(folder, round(options.insights * ANSWERS_AN_INSIGHT))
        sentence = measured(folder)
    print(sentence)  # noqa: T201 - a command of its own
    if options.write:
        write(options.write, sentence, BEGIN, END)


def measured(folder: Path) -> str:
    """Return what the first answer takes, and those after it, as a sentence."""
    with Study.open(folder) as study:
        document = study.document()
        persona = max(document.personas, key=lambda p: len(p.participants)).id
        first, *later = [_asked(study, question, persona) for question in QUESTIONS]
    return (
        f"At {len(document.insights):,} insights an answer takes {median(later):.2f} s, the "
        f"slowest of {len(later)} {max(later):.2f} s; the first, which reads the study, "
        f"{first:.1f} s ({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
        "`python -m tests.answer_speed`)."
    )


def _asked(study: Study, question: str, persona: str) -> float:
    began = perf_counter()
    study.ask(question, persona)
    return perf_counter() - began


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--insights", type=int, default=5000)
    parser.add_argument("--study", type=Path)
    parser.add_argument("--write", type=Path, metavar="PAGE")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
