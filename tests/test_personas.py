from __future__ import annotations

import pytest

from personagen.models import Findings, JourneyStage
from personagen.personas import Built, build
from personagen.personas.naming import name_of, titled
from personagen.personas.questions import questions_for
from personagen.personas.selection import FIELDS
from personagen.segments import find_segments
from personagen.verification import standing_alone
from personagen.working import Working
from tests.segment_fixture import HANDS, material, worked
from tests.toy import study, turn


@pytest.fixture(scope="module")
def working() -> Working:
    return worked(material())


@pytest.fixture(scope="module")
def built(working: Working) -> Built:
    return build(working, find_segments(working))


def _claims(working: Working, built: Built) -> dict:
    return {claim.id: claim for claim in (*working.claims, *built.claims)}


def test_every_segment_becomes_a_persona_named_after_what_members_call_themselves(
    built: Built,
) -> None:
    names = {persona.name for persona in built.personas}
    assert any(name.startswith("Kennel Hand ") for name in names)
    assert any("School Owner " in name for name in names)


def test_every_line_rests_on_a_claim_and_every_claim_on_words_that_stand_alone(
    working: Working, built: Built
) -> None:
    known = _claims(working, built)
    texts = {u.id: u.text for s in working.material.sources for u in s.utterances}
    for persona in built.personas:
        listed = {i for ids in persona.fields.values() for i in ids}
        for stage in persona.journey:
            listed.update((*stage.happens, *stage.asks, *stage.where, *stage.feels))
        assert listed <= set(known)
    for claim in built.claims:
        assert claim.supports
        for e in claim.supports:
            assert texts[e.utterance][e.start : e.end] == e.quote
            assert standing_alone(texts[e.utterance], e.start, e.end) is None
            assert e.participant in claim.participants


def test_planted_fields_are_filled(working: Working, built: Built) -> None:
    hands = next(p for p in built.personas if p.name.startswith("Kennel Hand"))
    for field in ("tools", "triggers", "channels", "decision_power", "success_measures", "goals"):
        assert hands.fields[field] or field == "goals", field
    stages = {stage.stage for stage in hands.journey}
    assert {"awareness", "decision"} <= stages


def test_a_field_without_evidence_says_so_and_asks_about_the_product(built: Built) -> None:
    for persona in built.personas:
        silent = {unknown.field for unknown in persona.unknown}
        for field in FIELDS:
            filled = persona.fields.get(field) or (
                persona.firmographics if field == "firmographics" else ()
            )
            assert bool(filled) != (field in silent), field
        assert all(unknown.ask_next.endswith("?") for unknown in persona.unknown)
    assert "Larkpost" in questions_for("Larkpost", [])["triggers"]
    assert "feeding chart fails" in questions_for("", ["The feeding chart fails."])["workarounds"]


def test_the_buyer_is_who_signs(built: Built) -> None:
    kinds = {persona.name.rsplit(" ", 1)[0]: persona.kind for persona in built.personas}
    assert kinds["Kennel Hand"] == "user"


def test_one_excerpt_does_not_stand_under_three_headings(working: Working, built: Built) -> None:
    known = _claims(working, built)
    for persona in built.personas:
        headings: dict[tuple[str, int], set[str]] = {}
        for field, ids in persona.fields.items():
            if field == "vocabulary":
                continue
            for i in ids:
                first = next(
                    (e for e in known[i].supports if e.participant in persona.participants), None
                )
                if first:
                    headings.setdefault((first.utterance, first.start), set()).add(field)
        assert max((len(fields) for fields in headings.values()), default=0) <= 2


def test_quotes_come_from_different_people(built: Built) -> None:
    for persona in built.personas:
        people = [quote.participant for quote in persona.quotes]
        assert people
        assert len(set(people)) == len(people)
        assert set(people) <= set(persona.participants)


def test_a_persona_keeps_its_id_while_its_members_mostly_stay(
    working: Working, built: Built
) -> None:
    old = tuple(
        p.model_copy(update={"id": f"p_old{n}", "participants": p.participants[1:]})
        for n, p in enumerate(built.personas)
    )
    again = build(working, find_segments(working), Findings(personas=old))
    assert [p.id for p in again.personas] == [p.id for p in old]


def test_two_participants_make_a_draft_from_too_few() -> None:
    small = worked(
        study(*[("interview", [turn(f"P{n}", line) for line in HANDS[:8]]) for n in range(2)])
    )
    persona = build(small, find_segments(small)).personas[0]
    assert any("too few" in note for note in persona.notes)


def test_people_for_whom_it_is_wrong_become_a_negative_persona() -> None:
    base = material()
    wrong = [
        turn("R1", "I thought it was a game about dogs, far too expensive for that."),
        turn("R2", "It is not for me, I don't own a kennel and it crashes, too expensive."),
        turn("R3", "I uninstalled it, I only wanted a lead, too expensive."),
    ]
    both = worked(
        study(*[("interview", list(s.utterances)) for s in base.sources], ("review", wrong))
    )
    personas = build(both, find_segments(both)).personas
    negative = [p for p in personas if p.kind == "negative"]
    assert [p.participants for p in negative] == [("R1", "R2", "R3")]
    assert negative[0].priority is None
    assert personas[-1].kind == "negative"


def test_a_name_is_nobodys_own_and_never_guessed() -> None:
    name = name_of([], {"P1"}, [("kennel", "pain_point")], [], {"Kai", "Kit", "Kerry"})
    assert name.title == "Kennel-Troubled"
    assert name.first not in {"Kai", "Kit", "Kerry"}
    assert titled("runs the front desk") == "Front Desk Lead"
    assert titled("practice nurse") == "Practice Nurse"


def test_stages_come_in_the_order_of_the_journey(built: Built) -> None:
    order = ["awareness", "consideration", "decision", "use"]
    for persona in built.personas:
        stages: list[JourneyStage] = list(persona.journey)
        assert [s.stage for s in stages] == [s for s in order if s in {x.stage for x in stages}]
