from __future__ import annotations

import re

import pytest

from personagen.messaging import Proposed, propose
from personagen.messaging.facts import Facts, as_sentence
from personagen.models import Product
from personagen.personas import Built, build
from personagen.segments import find_segments
from personagen.working import Working
from tests.segment_fixture import material, worked


@pytest.fixture(scope="module")
def working() -> Working:
    return worked(material())


@pytest.fixture(scope="module")
def built(working: Working) -> Built:
    return build(working, find_segments(working))


@pytest.fixture(scope="module")
def proposed(working: Working, built: Built) -> Proposed:
    return propose(working, built.personas, (*working.claims, *built.claims))


def test_each_persona_gets_its_lines(built: Built, proposed: Proposed) -> None:
    for persona in built.personas:
        kinds = {m.kind for m in proposed.messages if m.persona == persona.id}
        assert {"value_proposition", "pitch", "vocabulary", "subject_line", "ad"} <= kinds
        stages = {m.stage for m in proposed.messages if m.persona == persona.id and m.stage}
        assert len(stages) >= 3


def test_every_line_rests_on_claims_and_named_facts(
    working: Working, built: Built, proposed: Proposed
) -> None:
    known = {claim.id for claim in (*working.claims, *built.claims)}
    product = working.material.product
    for message in proposed.messages:
        assert message.claims
        assert set(message.claims) <= known
        assert set(message.product_facts) <= {*product.does, *product.proof}
        assert message.status == "suggested"


def test_whatever_stands_in_quotation_marks_was_said(working: Working, proposed: Proposed) -> None:
    said = " ".join(u.text for s in working.material.sources for u in s.utterances).casefold()
    quoted = [q for m in proposed.messages for q in re.findall(r"“([^”]+)”", m.text)]
    assert quoted
    assert not [q for q in quoted if q.casefold() not in said]


def test_a_missing_fact_leaves_a_marked_blank_and_invents_nothing(working: Working) -> None:
    bare = working._replace(material=working.material.model_copy(update={"product": Product()}))
    personas = build(bare, find_segments(bare))
    lines = propose(bare, personas.personas, (*bare.claims, *personas.claims)).messages
    assert not any(m.product_facts for m in lines)
    offers = [m for m in lines if m.kind in ("value_proposition", "ad")]
    assert offers
    assert all("[needs a product fact:" in m.text for m in offers)


def test_a_fact_speaks_only_to_what_it_is_about(working: Working) -> None:
    facts = Facts(working)
    chart = [c for c in working.claims if any("feeding chart" in e.quote for e in c.supports)]
    matched = {match.fact for c in chart for match in facts.matching(c, c.supports)}
    assert "takes the deposit when a place on a puppy course is booked" not in matched


def test_ids_are_stable(working: Working, built: Built, proposed: Proposed) -> None:
    again = propose(working, built.personas, (*working.claims, *built.claims))
    assert again == proposed
    ids = [m.id for m in proposed.messages]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ("prints a tag", "Larkpost prints a tag."),
        ("the tag stays readable", "The tag stays readable."),
        ("340 kennels use it", "340 kennels use it."),
        ("Larkpost works offline.", "Larkpost works offline."),
        ("offline mode", "Larkpost: offline mode."),
    ],
)
def test_a_fact_becomes_a_sentence(fact: str, sentence: str) -> None:
    assert as_sentence(Product(name="Larkpost"), fact) == sentence
