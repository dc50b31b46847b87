"""Property tests: no doctored quotation passes the gate, every harmless variant does.

The quick run takes some tens of cases a class; `--slow` takes at least a thousand of each class
over the invented interviews and the real transcripts.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from personagen.verification import QuoteIndex
from tests.redteam import ATTACKS, MISATTRIBUTIONS, VARIANTS, Attack, Corpus, honest, real_corpora
from tests.verification_fixture import allotments

QUICK, MANY = 25, 1000
SEEDS = st.integers(0, 2**32)
# Attacks whose words do stand in the source: the fault is the cut, the mark or the case.
SAME_WORDS = ("cut_", "half_a_", "dropped_question", "added_question", "shouted", "currency")
# One sentence of the podcasts that goes on from an unfinished one before it is refused.
STRICTER_THAN_A_READER = 0.003


class Tally:
    """What became of the cases of one class."""

    def __init__(self) -> None:
        self.tried = 0
        self.wrong: list[str] = []


@cache
def indexed(corpus: Corpus) -> QuoteIndex:
    return corpus.index()


def attacked(corpus: Corpus, attack: Attack, expected: set[str], cases: int) -> Tally:
    """Return how the gate stands up to an attack."""
    tally = Tally()
    literal = attack.__name__.startswith(SAME_WORDS)

    @settings(
        max_examples=cases,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(seed=SEEDS)
    def attempt(seed: int) -> None:
        rng = Random(seed)
        made = next((c for c in (attack(corpus, rng) for _ in range(20)) if c is not None), None)
        assume(made is not None and len(made.quote.split()) >= 4)
        assert made is not None
        assume(literal or expected == {"misattributed"} or not corpus.said(made.quote))
        assume(corpus.times_said(made.quote) <= 1)
        tally.tried += 1
        found = indexed(corpus).check(made.quote, made.speaker)
        if found.verdict not in expected:
            tally.wrong.append(f"{made.quote!r} ({made.speaker}): {found.verdict}, {found.why}")

    with suppress(Unsatisfiable):  # the corpus may hold nothing of this class
        attempt()
    return tally


def varied(corpus: Corpus, name: str, cases: int) -> Tally:
    """Return how the gate takes one harmless variant."""
    tally = Tally()

    @settings(
        max_examples=cases,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(seed=SEEDS)
    def attempt(seed: int) -> None:
        rng = Random(seed)
        for _ in range(40):
            base = honest(corpus, rng)
            quote = VARIANTS[name](corpus, rng, base[1]) if base else None
            if base and quote:
                break
        else:
            assume(False)
        tally.tried += 1
        found = indexed(corpus).check(quote, base[0].speaker)
        if found.verdict != "verbatim":
            tally.wrong.append(f"{quote!r}: {found.verdict}, {found.why}")

    with suppress(Unsatisfiable):  # the corpus may hold nothing of this class
        attempt()
    return tally


@pytest.fixture(scope="module")
def invented() -> Corpus:
    return allotments()


@pytest.fixture(scope="module")
def real(dev_data: Path) -> list[Corpus]:
    return list(real_corpora(dev_data))


REFUSED = {"altered", "not_found"}


@pytest.mark.parametrize("name", ATTACKS)
def test_no_altered_quotation_is_accepted(name: str, invented: Corpus) -> None:
    tally = attacked(invented, ATTACKS[name], REFUSED, QUICK)
    assert tally.wrong == []
    assert tally.tried >= 5


@pytest.mark.parametrize("name", MISATTRIBUTIONS)
def test_no_words_under_the_wrong_name_are_accepted(name: str, invented: Corpus) -> None:
    tally = attacked(invented, MISATTRIBUTIONS[name], {"misattributed"}, QUICK)
    assert tally.wrong == []
    assert tally.tried >= 10


@pytest.mark.parametrize("name", VARIANTS)
def test_every_harmless_variant_is_accepted(name: str, invented: Corpus) -> None:
    tally = varied(invented, name, QUICK)
    assert tally.wrong == []
    assert tally.tried >= 5


def test_no_altered_quotation_from_real_transcripts_is_accepted(real: list[Corpus]) -> None:
    for corpus in real:
        for attack in ATTACKS.values():
            assert attacked(corpus, attack, REFUSED, 4).wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [*ATTACKS, *MISATTRIBUTIONS])
def test_a_thousand_attacks_of_each_class_are_refused(
    name: str, invented: Corpus, real: list[Corpus]
) -> None:
    expected = REFUSED if name in ATTACKS else {"misattributed"}
    attack = (ATTACKS | MISATTRIBUTIONS)[name]
    tallies = [attacked(corpus, attack, expected, MANY) for corpus in (invented, *real)]
    assert [wrong for tally in tallies for wrong in tally.wrong] == []
    print(f"{name}: {sum(t.tried for t in tallies)} refused")  # noqa: T201
    assert sum(t.tried for t in tallies) >= MANY


@pytest.mark.slow
@pytest.mark.parametrize("name", VARIANTS)
def test_a_thousand_harmless_variants_of_each_class_are_accepted(
    name: str, invented: Corpus, real: list[Corpus]
) -> None:
    assert varied(invented, name, MANY).wrong == []
    for corpus in real:
        tally = varied(corpus, name, MANY)
        assert len(tally.wrong) <= STRICTER_THAN_A_READER * max(tally.tried, 334), tally.wrong
