"""From material to claims: themes across people, n of N, counter-evidence, stable ids."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from personagen.analysis import work_out
from personagen.claims import spread
from personagen.clustering import ALONE, STRAYED
from personagen.models import Findings
from personagen.progress import Progress

from .toy import ToyEncoder, study, turn

AT = datetime(2026, 1, 1, tzinfo=UTC)

EXPORT = [
    "The invoice export takes hours every week.",
    "Our invoice export fails before payday.",
    "I lost an afternoon on the invoice export.",
]
LABELS = [
    "The label printer is slow in winter.",
    "My label printer is slow after lunch.",
    "A slow label printer holds up the van.",
]


@pytest.fixture(autouse=True)
def _all_say_so(monkeypatch):
    """Toy vectors group toy sentences; what reading them tells is `test_membership`'s."""
    monkeypatch.setattr("personagen.membership.follows", lambda pairs: np.ones(len(pairs)))


def interviews(extra=()):
    said = [
        ("interview", [turn(None, "What is slow?"), turn(f"P0{i}", e), turn(f"P0{i}", lab)])
        for i, (e, lab) in enumerate(zip(EXPORT, LABELS, strict=True), 1)
    ]
    return study(*said, *extra)


def run(material, previous=None, **more):
    return work_out(material, previous, encoder=ToyEncoder(), at=AT, **more)[0]


def as_findings(working):
    return Findings(insights=working.insights, themes=working.themes, claims=working.claims)


def test_what_several_people_say_becomes_one_theme_and_one_claim():
    working = run(interviews())
    assert [(t.code, t.n, t.of) for t in working.themes] == [("pain_point", 3, 3)] * 2
    assert len(working.claims) == 2
    claim = working.claims[0]
    assert claim.type == "pain_point"
    assert claim.theme == working.themes[0].id
    assert claim.text.endswith((".", "”"))
    assert {e.participant for e in claim.supports} == {"P01", "P02", "P03"}
    assert claim.sources == {"interview": 3}
    assert claim.status == "suggested"


def test_every_excerpt_is_the_slice_it_says():
    material = interviews()
    texts = {u.id: u.text for s in material.sources for u in s.utterances}
    for claim in run(material).claims:
        for e in (*claim.supports, *claim.opposes):
            assert texts[e.utterance][e.start : e.end] == e.quote
            assert e.role == "participant"


def test_what_only_one_says_stays_an_insight_and_is_counted():
    alone = ("interview", [turn("P04", "The coffee machine fails at noon.")])
    working, skipped = work_out(interviews([alone]), encoder=ToyEncoder(), at=AT)
    in_themes = {i for t in working.themes for i in t.insights}
    (left,) = [i for i in working.insights if i.id not in in_themes]
    assert left.participant == "P04"
    assert [s.what for s in skipped if s.why == ALONE] == ["1 insight"]


@pytest.mark.parametrize(
    ("says_so", "left"),
    [(2, {STRAYED: "1 insight"}), (1, {STRAYED: "2 insights", ALONE: "1 insight"})],
)
def test_what_does_not_say_what_its_theme_is_called_is_not_counted_for_it(
    monkeypatch, says_so, left
):
    def follows(pairs):
        first = sorted({said for said, _ in pairs if said in EXPORT})[:says_so]
        return np.array([0.9 if said in (*first, *LABELS) else 0.1 for said, _ in pairs])

    monkeypatch.setattr("personagen.membership.follows", follows)
    working, skipped = work_out(interviews(), encoder=ToyEncoder(), at=AT)
    assert sorted(t.n for t in working.themes) == ([2, 3] if says_so == 2 else [3])
    assert {s.why: s.what for s in skipped if s.why in (ALONE, STRAYED)} == left
    by_id = {i.id: i for i in working.insights}
    assert len(by_id) == 6
    for theme in working.themes:
        assert {by_id[i].participant for i in theme.insights} == set(theme.participants)


def test_one_person_repeating_himself_is_no_theme():
    talk = [
        turn("P01", "The invoice export takes hours."),
        turn("P01", "That invoice export fails again."),
        turn("P01", "Another invoice export lost."),
    ]
    assert run(study(("interview", talk))).themes == ()


def test_reviewers_support_a_claim_without_swelling_n_of_n():
    rows = [
        turn("A1", "Invoice export fails all the time.", record="1", date="2026-03-02"),
        turn("A2", "Invoice export takes hours, sorry.", record="2", date="2026-05-01"),
    ]
    working = run(interviews([("review", rows)]))
    claim = next(c for c in working.claims if "A1" in c.participants)
    assert (claim.n, claim.of) == (3, 3)
    assert claim.sources == {"interview": 3, "review": 2}
    assert claim.age == "2026-05-01"


def test_praise_of_the_same_thing_is_shown_against_a_pain():
    fan = ("interview", [turn("P04", "I love our invoice export, it is great for me.")])
    working = run(interviews([fan]))
    claim = next(c for c in working.claims if "export" in c.supports[0].quote)
    assert [e.participant for e in claim.opposes] == ["P04"]


def test_praise_of_something_else_is_not():
    fan = ("interview", [turn("P04", "I love the new kitchen, it is great for me.")])
    assert all(c.opposes == () for c in run(interviews([fan])).claims)


def test_who_says_it_is_no_problem_opposes_and_does_not_support():
    calm = ("interview", [turn("P04", "The invoice export has never been slow or a problem here.")])
    working = run(interviews([calm]))
    claim = next(c for c in working.claims if "export" in c.supports[0].quote)
    assert "P04" not in claim.participants
    assert [e.participant for e in claim.opposes] == ["P04"]


def test_two_runs_give_the_same_findings():
    assert as_findings(run(interviews())) == as_findings(run(interviews()))


def test_the_order_of_sources_changes_no_theme():
    material = interviews()
    turned = material.model_copy(update={"sources": material.sources[::-1]})
    assert {t.id for t in run(material).themes} == {t.id for t in run(turned).themes}


def test_a_theme_that_grows_keeps_its_id_and_its_claim():
    before = as_findings(run(interviews()))
    more = [
        ("interview", [turn(f"P1{i}", said)])
        for i, said in enumerate(
            [
                "The invoice export takes hours every Friday.",
                "Our invoice export fails before noon.",
                "I lost a morning on the invoice export.",
                "The invoice export fails every week.",
            ]
        )
    ]
    after = run(interviews(more), before)
    assert {t.id for t in before.themes} <= {t.id for t in after.themes}
    assert {c.id for c in before.claims} <= {c.id for c in after.claims}
    assert max(t.n for t in after.themes) == 7


def test_another_theme_gets_another_id():
    before = as_findings(run(interviews()))
    other = study(
        ("interview", [turn("P01", "The night shift takes hours.")]),
        ("interview", [turn("P02", "A night shift takes hours too.")]),
    )
    assert not {t.id for t in before.themes} & {t.id for t in run(other, before).themes}


def test_a_talkative_participant_does_not_fill_the_top():
    chatty = [turn("P01", f"The invoice export takes hours on route {w}.") for w in "abcd"]
    material = interviews([("interview", chatty)])
    claim = next(c for c in run(material).claims if "export" in c.supports[0].quote)
    assert len({e.participant for e in claim.supports[:3]}) == 3


def test_the_same_words_come_last():
    rows = [("review", [turn(f"A{i}", "Label printer slow", record=f"{i}") for i in range(4)])]
    claim = next(c for c in run(interviews(rows)).claims if "A0" in c.participants)
    quotes = [e.quote for e in claim.supports]
    assert quotes[-3:] == ["Label printer slow"] * 3
    assert len(set(quotes[:-3])) == len(quotes[:-3])


def test_spreading_leaves_nobody_out():
    insights = run(interviews()).insights
    assert sorted(i.id for i in spread(insights)) == sorted(i.id for i in insights)


def test_progress_is_reported_in_the_users_words():
    seen: list[Progress] = []
    run(interviews(), report=seen.append)
    assert {p.label for p in seen} == {"Coding", "Grouping", "Reading themes", "Weighing"}
    assert all(p.done <= p.total for p in seen)


@pytest.mark.parametrize("material", [study(), study(("interview", [turn(None, "Hello?")]))])
def test_a_study_without_participants_words_gives_empty_findings(material):
    working = run(material)
    assert (working.insights, working.themes, working.claims) == ((), (), ())
