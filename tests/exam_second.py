"""What a second reader says of the exam's graded half: of its key, and of what is cited.

    personagen demo --out my-study
    python -m tests.exam_second --study my-study --write docs/quality/exam-second.md

The second readers had, of each question but the leading ones, the twenty sentences that lie nearest
to it before any is read by the network, shuffled, each with what was asked and said before; neither
the key nor any answer (`corpus/inference/second/exam.jsonl`).
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sklearn.metrics import cohen_kappa_score

from personagen.answering import Dossier
from personagen.exam.grading import key_of
from personagen.exam.places import Places, Span, at
from personagen.exam.questions import Item, read_questions
from personagen.exam.sitting import addressees
from personagen.inference.examples import lines_of
from personagen.models import Answer, QuestionClass
from personagen.study import Study

CORPUS = Path(__file__).parents[1] / "corpus"
_PAGE = """\
# The exam read a second time

Written by `python -m tests.exam_second --study FOLDER --write docs/quality/exam-second.md` over the
sample study (`personagen demo`). Beside the [exam](exam.md), whose figures and bars stay as they
are: the key was written before answering was, and can't know every sentence that answers. Of each
question of the graded half but the leading ones, second readers had the {put} sentences that lie
nearest to it before the network reads any, shuffled, with what was asked and said before each. They
saw neither key nor answers, and were told to be strict. They share the habits of those who wrote
the questions: readers of other schooling may say otherwise.

| of {n} questions | k of n |
| --- | --: |
| unanswerable by the key: a sentence answers all the same, by the second reader | {stretched} |
| answerable or contradictory by the key: none answers, by the second reader | {missed} |
| sentences of the key, or beside them, that the second reader names | {named} |
| sentences that the second reader names which the key has, or one beside them | {known} |

So a reader as good as they are reaches the exam's bars with those sentences: it declines
{reader_wrong} of the unanswerable questions and {reader_right} of the answerable ones, and of the
sentences that it names {reader_cites} stand at the key or beside it. What keeps the persona from
the bars is the network that reads, neither what is found nor the key.

Cohen's κ over the {pairs} pairs of question and sentence, a sentence beside the key's counting as
the key's: {kappa:.2f}.

What the persona cited under {answered} answers to answerable and contradictory questions:

| {cited} passages | share |
| --- | --: |
| at the key, or beside it (the exam's figure) | {by_key} |
| answer, by the second reader | {by_second} |
| at the key or answer by the second reader | {by_either} |

Of the questions that the second reader found an answer to it declined {declined}; of those
that the second reader found none to it answered {answered_wrongly}.
"""


class Reading(NamedTuple):
    """One question as a second reader saw it."""

    put: tuple[str, ...]
    answers: frozenset[int]
    """Of what was put, which answer."""


class Case(NamedTuple):
    """One question, with the key, the second reading and the answer."""

    cls: QuestionClass
    reading: Reading
    at_key: tuple[bool, ...]
    """Of what was put, what is at the key or beside it."""
    cited: tuple[tuple[bool, bool], ...]
    """Of each passage under the answer: at the key, and named by the second reader."""
    declined: bool


def readings() -> dict[tuple[str, str], Reading]:
    """Return what second readers said, by question and class."""
    found = map(json.loads, lines_of([CORPUS / "inference" / "second" / "exam.jsonl"]))
    return {
        (one["question"], one["class"]): Reading(tuple(one["put"]), frozenset(one["answers"]))
        for one in found
    }


def cases(study: Study) -> list[Case]:
    """Return every question of the graded half that was read twice, with its answer."""
    items = read_questions(CORPUS / "benchwren" / "questions.jsonl")
    asked = [item for item in items if item.half == "graded" and item.cls != "leading"]
    document, twice = study.document(), readings()
    places = Places(document)
    who = addressees(asked, document, places)
    found = []
    for item in asked:
        persona, key = who[item.persona or item.archetype], key_of(item, places).all
        near = _near(key, study.talk.dossier(persona.id))
        for question in item.questions:
            said = study.talk.ask(question, persona.id, keep=False)
            found.append(_case(item, twice[question, item.cls], said, key, near))
    return found


def _case(item: Item, reading: Reading, said: Answer, key: Sequence[Span], near: set[str]) -> Case:
    named = [reading.put[i] for i in reading.answers]
    return Case(
        cls=item.cls,
        reading=reading,
        at_key=tuple(text in near for text in reading.put),
        cited=tuple(
            (at(e, key), any(_same(e.quote, text) for text in named))
            for e in (*said.evidence, *said.opposes)
        ),
        declined=said.basis == "no_evidence",
    )


def _near(key: Sequence[Span], dossier: Dossier) -> set[str]:
    """Return the sentences that stand at a key or beside it."""
    return {unit.text for unit in dossier.units if at(unit, key)}


def _same(quote: str, sentence: str) -> bool:
    """Return whether one holds the other: a quotation may be a part of its sentence, or longer."""
    one, other = (" ".join(re.findall(r"[^\W_]+", t.casefold())) for t in (quote, sentence))
    return f" {one} " in f" {other} " or f" {other} " in f" {one} "


def page(study: Study) -> str:
    """Return the page."""
    read = cases(study)
    without = [c for c in read if c.cls == "unanswerable"]
    within = [c for c in read if c.cls != "unanswerable"]
    pairs = [(at_key, i in c.reading.answers) for c in within for i, at_key in enumerate(c.at_key)]
    told = [c for c in within if not c.declined]
    cited = [passage for c in told for passage in c.cited]
    some, none = ([c for c in read if bool(c.reading.answers) is has] for has in (True, False))
    return _PAGE.format(
        put=max(len(c.reading.put) for c in read),
        n=len(read),
        stretched=_share([bool(c.reading.answers) for c in without]),
        missed=_share([not c.reading.answers for c in within]),
        named=_share([second for at_key, second in pairs if at_key]),
        known=_share([at_key for at_key, second in pairs if second]),
        reader_wrong=_share([not c.reading.answers for c in without]),
        reader_right=_share([not c.reading.answers for c in within if c.cls == "answerable"]),
        reader_cites=_share([at_key for at_key, second in pairs if second]),
        pairs=f"{len(pairs):,}",
        kappa=cohen_kappa_score(*zip(*pairs, strict=True)),
        answered=len(told),
        cited=len(cited),
        by_key=_share([by_key for by_key, _ in cited]),
        by_second=_share([second for _, second in cited]),
        by_either=_share([by_key or second for by_key, second in cited]),
        declined=_share([c.declined for c in some]),
        answered_wrongly=_share([not c.declined for c in none]),
    )


def _share(of: Sequence[bool]) -> str:
    return f"{sum(of)} of {len(of)}, {sum(of) / len(of):.1%}"


def main() -> None:
    """Read the study and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--study", type=Path, required=True, help="folder of the sample study")
    parser.add_argument("--write", type=Path, metavar="PAGE")
    given = parser.parse_args()
    with Study.open(given.study) as study:
        text = page(study)
    if given.write:
        given.write.write_text(text, encoding="utf-8")
    else:
        print(text)  # noqa: T201 - a command of its own


if __name__ == "__main__":
    main()
