"""Measure which excerpts are left out from under a line, of those that say it and of others.

    python -m tests.membership_quality --write docs/quality/membership.md

On `corpus/inference/points`, and on reviews that people grouped by hand, which lie in the folder
named by `PERSONAGEN_DEV_DATA`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from personagen.encoder import load
from personagen.membership import Told, said_by
from personagen.proximity import groups, space
from tests.conftest import dev_folder
from tests.pages import told
from tests.points_quality import studies

EVERY = 3
"""Of the written studies each so many-th is read: all take a quarter of an hour."""
SHORTEST, LONGEST = 3, 40
"""Words of a review."""
_PAGE = """\
# What counts for a line, as measured

Written by `python -m tests.membership_quality --write docs/quality/membership.md`. Sentences are
grouped by nearness, as themes are (`personagen/proximity.py`); over each group stands its most
central sentence as its line. Then what the networks hold not to say the line is left out
(`personagen/membership.py`).

| | under a line | its point | left out | another | left out | right before | after |
| --- | --: | --: | --: | --: | --: | --: | --: |
{rows}

Of what stands under lines: how many make the line's own point, how many of these are left out; how
many make another point, and how many of those are; the share that is right, before and after.

- *Points* are of each {every}rd invented study of `corpus/inference/points`, code by code. People
  make the same point there in words as far apart as writers could think of, and others are near it
  in words and make another.
- Both are in English, the one language that the networks read; what is said in another stays.
- *Reviews* were grouped by hand, by others and for another purpose; two
  complaints of one kind are one group there.

So it takes away nearly half of what does not belong where people's words are far apart, and next to
nothing where all speak of one thing; what it takes wrongly stays in the study as a single voice. A
count that is too small was preferred to one that is too large. On the sample study it raises the
share of pairs in one theme that make the same point ([quality](../quality.md)).
"""


class Excerpts(NamedTuple):
    """What was said in one place."""

    texts: list[str]
    points: list[int]
    """Which point each makes."""


def of_points() -> Iterator[Excerpts]:
    """Yield the sentences of one code of some of the written studies."""
    for study in list(studies())[::EVERY]:
        for code in sorted(set(study.code)):
            at = [i for i, own in enumerate(study.code) if own == code]
            yield Excerpts([study.texts[i] for i in at], [int(study.point[i]) for i in at])


def of_reviews() -> Iterator[Excerpts]:
    """Yield each set of reviews."""
    sets: dict[str, Excerpts] = defaultdict(lambda: Excerpts([], []))
    file = dev_folder() / "data" / "labelled" / "appreview_clusters_dev.jsonl"
    for line in file.read_text(encoding="utf-8").splitlines():
        review = json.loads(line)
        about, text = review["meta"], review["text"]
        if about["lang"] == "en" and SHORTEST <= len(text.split()) <= LONGEST:
            sets[about["set"]].texts.append(text)
            sets[about["set"]].points.append(about["gold_cluster"])
    yield from sets.values()


def page() -> str:
    """Return the page."""
    rows = [_row("points", of_points()), _row("reviews", of_reviews())]
    return _PAGE.format(every=EVERY, rows="\n".join(rows))


def _row(name: str, places: Iterable[Excerpts]) -> str:
    counts = np.zeros((2, 2), int)
    for place in places:
        for says, belongs in _judged(place):
            counts[int(belongs), int(says)] += 1
    (out, stay), (wrongly, rightly) = counts
    right, total = wrongly + rightly, counts.sum()
    return (
        f"| {name} | {total} | {right} | {wrongly} ({wrongly / right:.1%}) | {out + stay} "
        f"| {out} ({out / (out + stay):.1%}) | {right / total:.1%} "
        f"| {rightly / (rightly + stay):.1%} |"
    )


def _judged(place: Excerpts) -> Iterator[tuple[bool, bool]]:
    """Yield whether each excerpt under a line is held to say it, and whether it makes its point."""
    vectors = load().encode(place.texts).vectors
    for group in groups(space(place.texts, vectors, ["en"] * len(place.texts))):
        own = vectors[group]
        line = int((own @ own.mean(0)).argmax())
        under = [Told(place.texts[i], "en", vectors[i]) for i in group]
        says = said_by([under[line].text], [under])[0]
        for at, excerpt in enumerate(group):
            if at != line:
                yield says[at], place.points[excerpt] == place.points[group[line]]


if __name__ == "__main__":
    told(page, __doc__)
