"""Measure which excerpts are left out from under a line, of those that say it and of others.

    python -m tests.membership_quality --write docs/quality/membership.md

On `corpus/inference/points`, and on reviews that people grouped by hand, which lie in the folder
named by `PERSONAGEN_DEV_DATA`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from personagen.encoder import load
from personagen.membership import Told, said_by
from tests.conftest import dev_folder
from tests.pages import told
from tests.points_quality import studies

OTHERS = 3
"""Nearest excerpts that say something else, under each line."""
EVERY = 5
"""Of the written studies each so many-th is read: all take an hour."""
SHORTEST, LONGEST = 3, 40
"""Words of a review."""
_PAGE = """\
# What counts for a line, as measured

Written by `python -m tests.membership_quality --write docs/quality/membership.md`. Under each line
(the most central sentence of some that make one point) stand the others that make it, and the
{others} nearest that don't. What the networks hold not to say the line is left out of the count
(`personagen/membership.py`).

| | make the same point | left out | make another | left out |
| --- | --: | --: | --: | --: |
{rows}

- *Points* are of each {every}th invented study of `corpus/inference/points`, the others of the same
  code; people make the same point there in words as far apart as writers could think of.
- *Reviews* are in English and were grouped by hand, for another purpose and by others.

So it leaves out little that belongs there, and of what doesn't a part: it mends the worst of what
nearness brings together, and no more. What others say of the same thing, near a line in words and
meaning, stays, and is for a person to see.
"""


class Group(NamedTuple):
    """Sentences that make one point, and others from the same place."""

    same: list[str]
    others: list[str]


def of_points() -> Iterator[Group]:
    """Yield the points of some of the written studies."""
    for study in list(studies())[::EVERY]:
        for point in sorted({int(p) for p in study.point if p < 1000}):
            at = [i for i, p in enumerate(study.point) if p == point]
            code = study.code[at[0]]
            others = [i for i in range(len(study.texts)) if i not in at and study.code[i] == code]
            yield Group([study.texts[i] for i in at], [study.texts[i] for i in others])


def of_reviews() -> Iterator[Group]:
    """Yield the groups of reviews, of two or more each."""
    groups: dict[tuple[str, int], list[str]] = defaultdict(list)
    file = dev_folder() / "data" / "labelled" / "appreview_clusters_dev.jsonl"
    for line in file.read_text(encoding="utf-8").splitlines():
        review = json.loads(line)
        about, text = review["meta"], review["text"]
        if about["lang"] == "en" and SHORTEST <= len(text.split()) <= LONGEST:
            groups[about["set"], about["gold_cluster"]].append(text)
    for (name, number), some in groups.items():
        others = [t for (n, k), ts in groups.items() if n == name and k != number for t in ts]
        if len(some) > 1:
            yield Group(some, others)


def page() -> str:
    """Return the page."""
    rows = [_row("points", of_points()), _row("reviews", of_reviews())]
    return _PAGE.format(others=OTHERS, every=EVERY, rows="\n".join(rows))


def _row(name: str, groups: Iterable[Group]) -> str:
    lines, under, right = [], [], []
    for group in groups:
        line, excerpts, same = _stood(group)
        lines.append(line)
        under.append(excerpts)
        right.append(same)
    # One group at a time: there is no bound on what is measured.
    said = [said_by([line], [some])[0] for line, some in zip(lines, under, strict=True)]
    counts = np.zeros((2, 2), int)
    for so, same in zip(said, right, strict=True):
        # The line's own sentence stands first, and says itself.
        for says, belongs in list(zip(so, same, strict=True))[1:]:
            counts[int(belongs), int(says)] += 1
    (out, stay), (wrongly, rightly) = counts
    return (
        f"| {name} | {wrongly + rightly} | {wrongly} ({wrongly / (wrongly + rightly):.1%}) "
        f"| {out + stay} | {out} ({out / (out + stay):.1%}) |"
    )


def _stood(group: Group) -> tuple[str, list[Told], list[bool]]:
    """Return the line, what stands under it, and whether that belongs there."""
    own, far = (load().encode(texts).vectors for texts in (group.same, group.others or [""]))
    central = int((own @ own.mean(0)).argmax())
    order: Sequence[int] = [central, *(i for i in range(len(own)) if i != central)]
    near = np.argsort(-(far @ own[central]))[: OTHERS if group.others else 0]
    excerpts = [Told(group.same[i], "en", own[i]) for i in order]
    excerpts += [Told(group.others[int(i)], "en", far[int(i)]) for i in near]
    return group.same[central], excerpts, [True] * len(order) + [False] * len(near)


if __name__ == "__main__":
    told(page, __doc__)
