"""Measure how well sentences are told apart that excerpts carry, and that they don't.

    python -m tests.support_quality --write docs/quality/support.md

The sentences stand in `tests/fixtures/support`, all written for this project.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from personagen import encoder
from personagen.inference.examples import Group, read_groups
from personagen.support import Support
from tests.pages import told

FOLDER = Path(__file__).parent / "fixtures" / "support"
STATEMENTS = Path(__file__).parents[1] / "corpus" / "inference" / "statements"
TUNED = ("first_half", "second_half", "third_part", "developed")
FIELDS = ("fields_first", "fields_second")
HARDEST = "every third set of corpus/inference/statements/*-05"
HELD_OUT = ("held_out", "held_out_2")
ELSEWHERE = "the same, beside others' words"
_HEAD = """\
# Which sentences of a model may stand, as measured

Written by `python -m tests.support_quality --write docs/quality/support.md`. Wanted: at least 0.95
of the sentences that nothing carries refused, and at most 0.10 of the faithful ones. English only.

**Both bars are reached on the first four sets alone.** Of other sentences enough of the unsupported
are refused where they stay near the excerpts' words (`held_out`), and nearly enough where they are
put in other words (`fields_second`, `held_out_2`); of the faithful too many still are: one in seven
where they stay near, four to five in ten where they don't.

- The first four sets are those that the check was bettered on. One author wrote them, and the
  sentences that stand there stay near the excerpts' own words.
- `fields_first` and `fields_second` put things as a good model does, in other words than the
  excerpts', over ninety-three fields. They were written before the check was changed for them, by
  somebody who had seen its code and none of its failures. Measured before any change, 0.871 of
  their unsupported sentences were refused, and 0.918 of the faithful ones. Since then the check
  was bettered looking at the first half; of the second only the shares were looked at.
- `held_out` is by the author of the first four, written before that work began. When it was, 0.741
  of its unsupported and 0.176 of its faithful sentences were refused. None of its sentences was
  looked at while the check was bettered, though the kinds of reasons were, five times.
- `held_out_2` is by another author; none of its sentences was looked at.

Beside the rules two networks read evidence and sentence together (`personagen/inference`); the mean
of their log odds counts, the larger's more than twice as much. They learned from `first_half`,
`developed` and `fields_first` as well, so they flatter there; from the others they did not. There
are three thresholds: below the first nothing passes, from the second a sentence may stand in words
of its own, from the third it may hold a word that a rule misses. Of names, numbers and what is
turned round the rules alone decide. They were chosen with the shares of all sets in view, the held
out ones too, so these shares are a little kinder than those of new sentences. By the small network
alone 0.963 of `held_out`'s unsupported and 0.185 of its faithful sentences were refused, of
`held_out_2` 0.908 and 0.508, of `fields_second` 0.928 and 0.594; before there was a network 0.917
and 0.157, 0.900 and 0.933, 0.920 and 0.884.

The last rows are of statements that writers made as hard as they could, and that the networks did
not learn from; and of such statements beside the words of people who spoke of something else, where
nothing may pass.
"""
_TABLE = """
| set | unsupported | refused | share | faithful | refused | share |
| --- | --: | --: | --: | --: | --: | --: |
"""
_WRONG = """
How the sentences that nothing carries go wrong, and how many of them pass:

| | of the first four sets | of the fields | held out |
| --- | --: | --: | --: |
"""


class Tally(NamedTuple):
    """What became of the sentences of a set."""

    unsupported: int
    caught: int
    faithful: int
    refused: int
    passed: Counter[str]
    """How it goes wrong → sentences that pass all the same."""
    of: Counter[str]


def measure(support: Support, name: str) -> Tally:
    """Return how a set is judged."""
    return judged(support, tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))["group"])


def written_for_the_network(support: Support) -> Tally:
    """Return how statements are judged that were kept from teaching the networks."""
    groups = kept()
    return judged(
        support, [{**group.model_dump(), "excerpts": list(group.said)} for group in groups]
    )


def kept() -> list[Group]:
    """Return a third of the sets that the networks did not learn from: all take minutes."""
    return read_groups(sorted(STATEMENTS.glob("*-05.jsonl")))[::3]


def beside_others(support: Support) -> Tally:
    """Return how statements are judged that stand beside the words of quite other people."""
    groups = kept()
    said = [group.said for group in groups[len(groups) // 2 :] + groups[: len(groups) // 2]]
    mixed = [
        {"excerpts": list(other), "faithful": (), "unsupported": [("said elsewhere", text)]}
        for group, other in zip(groups, said, strict=True)
        for text in group.faithful[:2]
    ]
    return judged(support, mixed)


def judged(support: Support, groups: list[dict[str, Any]]) -> Tally:
    """Return how groups of excerpts and sentences are judged."""
    passed: Counter[str] = Counter()
    of: Counter[str] = Counter()
    faithful = refused = 0
    for group in groups:
        for text in group["faithful"]:
            faithful += 1
            refused += not support.judge(text, group["excerpts"]).ok
        for entry in group["unsupported"]:
            kind, text = ("not said", entry) if isinstance(entry, str) else entry
            of[kind] += 1
            passed[kind] += support.judge(text, group["excerpts"]).ok
    return Tally(of.total(), of.total() - passed.total(), faithful, refused, passed, of)


def measured(support: Support) -> dict[str, Tally]:
    """Return how every set is judged, by its name."""
    sets = {name: measure(support, name) for name in (*TUNED, *FIELDS, *HELD_OUT)}
    others = {HARDEST: written_for_the_network(support), ELSEWHERE: beside_others(support)}
    return sets | others


def page() -> str:
    """Return the page."""
    return written(measured(Support(encoder.load())))


def written(tallies: dict[str, Tally]) -> str:
    """Return the page of the sets' tallies."""
    columns = [[tallies[name] for name in names] for names in (TUNED, FIELDS, HELD_OUT)]
    rows = [_row(f"`{name}`", [tallies[name]]) for name in TUNED]
    rows += [_row("all four", columns[0])]
    rows += [_row(f"`{name}`", [tallies[name]]) for name in (*FIELDS, *HELD_OUT)]
    rows += [_row(HARDEST, [tallies[HARDEST]]), _row(ELSEWHERE, [tallies[ELSEWHERE]])]
    kinds = sorted({kind for column in columns for tally in column for kind in tally.of})
    wrong = [
        f"| {kind} | {' | '.join(_passed(column, kind) for column in columns)} |" for kind in kinds
    ]
    return _HEAD + _TABLE + "\n".join(rows) + "\n" + _WRONG + "\n".join(wrong) + "\n"


def _row(name: str, tallies: list[Tally]) -> str:
    unsupported, caught = sum(t.unsupported for t in tallies), sum(t.caught for t in tallies)
    faithful, refused = sum(t.faithful for t in tallies), sum(t.refused for t in tallies)
    return (
        f"| {name} | {unsupported} | {caught} | {caught / unsupported:.3f} "
        f"| {faithful} | {refused} | {f'{refused / faithful:.3f}' if faithful else '–'} |"
    )


def _passed(tallies: list[Tally], kind: str) -> str:
    return f"{sum(t.passed[kind] for t in tallies)} of {sum(t.of[kind] for t in tallies)}"


if __name__ == "__main__":
    told(page, __doc__)
