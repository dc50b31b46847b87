"""Measure what the network of inference tells apart, on examples that it did not learn from.

    python -m tests.inference_quality --write docs/quality/inference.md

Files whose names end in `-05` were kept from training (`corpus/inference`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from personagen.encoder import load as load_encoder
from personagen.inference import load
from personagen.inference.closer import load as load_closer
from personagen.inference.examples import Group, Panel, read_groups, read_panels
from personagen.inference.reworded import Asked, read_reworded
from personagen.inference.transcripts import Transcript, passages, read_transcripts
from personagen.inference.transcripts import questions as questions_put
from tests.pages import told
from tests.second_reading import agreement

FILES = Path(__file__).parents[1] / "corpus" / "inference"
KEPT = "*-05.jsonl"
_PAGE = """\
# What answers, what follows, as measured

Written by `python -m tests.inference_quality --write docs/quality/inference.md`, on what was kept
from training (`{kept}`): {groups} groups, {panels} panels, {sets} sets of statements, {larger}
larger panels, {transcripts} small transcripts, and {reworded} questions that others put to some of
these panels and transcripts, in other words than those of the answers. They were written in one go
with those that were learned from, by the same authors, each on fields of their own: other hands
and other fields will do worse. The larger panels, the transcripts and the questions in other words
came later, by other hands; the network learned from none of them, so for it their rows are the ones
to go by. The closer reader learned from others of their panels and transcripts, but from no
question in other words; where answering has it read ten sentences, here it reads all. *Area* is the
area under the ROC curve: how often, of one that should pass and one that should not, the first
scores higher. *Lost* are the right ones where nineteen of twenty wrong ones are refused. The
encoder's line is the cosine of its vectors.

A question counts by its likeliest passage: of a group, one person's few sentences; of a panel, all
that several people said of one subject; of a transcript, all sentences that anybody answered, each
after what the interviewer asked. There every phrasing of a question counts by itself.

| which | right | wrong | area | right ones lost |
| --- | --: | --: | --: | --: |
{rows}

Of the answerable questions, the likeliest passage is one that answers:

| which | closer reader | network | encoder |
| --- | --: | --: | --: |
| of panels | {of_panels} |
| of larger panels | {of_larger} |
| of transcripts | {of_transcripts} |
| in other words | {in_other_words} |

{twice}"""
Floats = NDArray[np.float64]
Pairs = Sequence[tuple[str, str]]
Score = Callable[[Pairs], Floats]


class Cases(NamedTuple):
    """Pairs that are judged together by the best of them, and what is right."""

    pairs: list[list[tuple[str, str]]]
    right: NDArray[np.bool_]
    places: Sequence[Sequence[int]] = ()
    """Of each answerable question, which of its passages answer."""


def questions(groups: Sequence[Group]) -> Cases:
    """Return each question with all sentences of its group, and whether one of them answers."""
    asked = [(q, True, g.said) for g in groups for q, _ in g.answered]
    return _cases(asked + [(q, False, g.said) for g in groups for q in g.unanswered])


def questions_of_panels(panels: Sequence[Panel]) -> Cases:
    """Return each question with all passages of its panel, and whether one of them answers."""
    asked = [(q, True, p.said) for p in panels for q, _ in p.questions]
    cases = _cases(asked + [(q, False, p.said) for p in panels for q in p.unanswered])
    return cases._replace(places=[places for p in panels for _, places in p.questions])


def questions_of_transcripts(transcripts: Sequence[Transcript]) -> Cases:
    """Return each phrasing of a question with all sentences, and whether one of them answers."""
    put = [(asked, tuple(passages(t).values())) for t in transcripts for asked in questions_put(t)]
    cases = _cases([(asked.text, bool(asked.places), said) for asked, said in put])
    return cases._replace(places=[tuple(asked.places) for asked, _ in put if asked.places])


def questions_reworded(some: Sequence[Asked]) -> Cases:
    """Return each question with all that was said, and whether any of it answers."""
    cases = _cases([(asked.text, bool(asked.places), asked.said) for asked in some])
    return cases._replace(places=[tuple(asked.places) for asked in some if asked.places])


def statements(groups: Sequence[Group]) -> Cases:
    """Return each statement with all that was said, and whether it follows."""
    stated = [(t, True, g) for g in groups for t in g.faithful]
    stated += [(t, False, g) for g in groups for _, t in g.unsupported]
    right = np.array([follows for _, follows, _ in stated])
    return Cases([[(" ".join(g.said), t)] for t, _, g in stated], right)


def statements_of_panels(panels: Sequence[Panel]) -> Cases:
    """Return each statement with the passage that it is about, and whether it follows."""
    stated = [(t, True, p.said[i]) for p in panels for t, i in p.claims]
    stated += [(t, False, p.said[i]) for p in panels for _, t, i in p.unsupported]
    right = np.array([follows for _, follows, _ in stated])
    return Cases([[(said, t)] for t, _, said in stated], right)


def page() -> str:
    """Return the page."""
    groups = read_groups(sorted(FILES.glob(KEPT)))
    every = read_panels(sorted(FILES.glob(f"panels/{KEPT}")))
    panels, larger = ([p for p in every if bool(p.claims) is old] for old in (True, False))
    sets = read_groups(sorted(FILES.glob(f"statements/{KEPT}")))
    spoken = read_transcripts(sorted(FILES.glob(f"transcripts/{KEPT}")))
    reworded = read_reworded(FILES, KEPT)
    asked = {
        "of groups": questions(groups),
        "of panels": questions_of_panels(panels),
        "of larger panels": questions_of_panels(larger),
        "of transcripts": questions_of_transcripts(spoken),
        "in other words": questions_reworded(reworded),
    }
    stated = {
        "of groups": statements(groups),
        "of panels": statements_of_panels(panels),
        "of sets": statements(sets),
    }
    told = {
        f"{what} {name}: {who}": (cases, _scores(cases.pairs, score))
        for what, some, readers in (("questions", asked, ASKED), ("statements", stated, STATED))
        for name, cases in some.items()
        for who, score in readers.items()
    }
    return _PAGE.format(
        groups=len(groups), panels=len(panels), sets=len(sets), kept=KEPT,
        rows="\n".join(_row(name, *one) for name, one in told.items()),
        larger=len(larger), transcripts=len(spoken),
        of_panels=_firsts(told, "of panels"), of_larger=_firsts(told, "of larger panels"),
        of_transcripts=_firsts(told, "of transcripts"), reworded=len(reworded),
        in_other_words=_firsts(told, "in other words"), twice=agreement(),
    )  # fmt: skip


def _cases(asked: Sequence[tuple[str, bool, Sequence[str]]]) -> Cases:
    right = np.array([answers for _, answers, _ in asked])
    return Cases([[(q, s) for s in said] for q, _, said in asked], right)


def _read(pairs: Pairs) -> Floats:
    return np.asarray(load().answers(pairs), np.float64)


def _read_closer(pairs: Pairs) -> Floats:
    return np.asarray(load_closer().answers(pairs), np.float64)


def _follows(pairs: Pairs) -> Floats:
    return np.asarray(load().follows(pairs).follows, np.float64)


def _follows_closer(pairs: Pairs) -> Floats:
    return np.asarray(load_closer().follows(pairs).follows, np.float64)


def _cosines(pairs: Pairs) -> Floats:
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    rows = {text: row for row, text in enumerate(texts)}
    vectors = load_encoder().encode(texts).vectors
    first, second = (vectors[[rows[p[i]] for p in pairs]] for i in (0, 1))
    return np.asarray((first * second).sum(1), np.float64)


ASKED: dict[str, Score] = {"closer reader": _read_closer, "network": _read, "encoder": _cosines}
STATED: dict[str, Score] = {
    "closer reader": _follows_closer,
    "network": _follows,
    "encoder": _cosines,
}


def _scores(cases: Sequence[Pairs], score: Score) -> list[Floats]:
    """Return the scores of each case's pairs."""
    scores = score([pair for case in cases for pair in case])
    return np.split(scores, np.cumsum([len(case) for case in cases])[:-1])


def _firsts(told: dict[str, tuple[Cases, list[Floats]]], of: str) -> str:
    return " | ".join(_first(*told[f"questions {of}: {who}"]) for who in ASKED)


def _first(cases: Cases, scores: Sequence[Floats]) -> str:
    """Return in how many answerable questions the passage that scores highest answers."""
    answerable = [s for s, right in zip(scores, cases.right, strict=True) if right]
    right = sum(int(s.argmax()) in at for s, at in zip(answerable, cases.places, strict=True))
    return f"{right} of {len(answerable)}, {right / len(answerable):.3f}"


def _row(name: str, cases: Cases, scores: Sequence[Floats]) -> str:
    best, right = np.array([s.max() for s in scores]), cases.right
    lost = float(np.mean(best[right] < np.quantile(best[~right], 0.95)))
    area = roc_auc_score(right, best)
    return f"| {name} | {right.sum()} | {(~right).sum()} | {area:.3f} | {lost:.3f} |"


if __name__ == "__main__":
    told(page, __doc__)
