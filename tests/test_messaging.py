from __future__ import annotations

import re

import pytest

from personagen.analysts.standalone import reads_alone
from personagen.encoder import load
from personagen.messaging import Proposed, propose
from personagen.messaging.facts import Facts, as_sentence, match
from personagen.messaging.lines import is_about_buying
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
        assert {"value_proposition", "vocabulary", "subject_line"} <= kinds


def test_a_line_that_is_not_drafted_is_left_out_with_the_reason(
    built: Built, proposed: Proposed
) -> None:
    for persona in built.personas:
        mine = [m for m in proposed.messages if m.persona == persona.id]
        left = [s for s in proposed.skipped if s.where == persona.name]
        stages = {m.stage for m in mine if m.kind == "ad"}
        drafts = [re.fullmatch(r"\d drafts? of an ad for (.+)", s.what) for s in left]
        named = {stage for ad in drafts if ad for stage in ad[1].split(", ")}
        assert stages | named == {"awareness", "consideration", "decision", "use"}
        assert all(s.why for s in left)


def test_every_line_stands_alone_and_has_at_most_one_blank(proposed: Proposed) -> None:
    for message in proposed.messages:
        assert message.text.count("[needs a product fact") <= 1
        for said in re.findall(r"“([^”]+)”", message.text):
            assert reads_alone(said), said
            assert not re.search(r"\[\w+ \d+\]|\bP\d\d\b", said), said
        if message.kind in ("ad", "pitch"):
            assert bool(message.product_facts) != ("[needs a product fact" in message.text)


def test_no_passage_is_quoted_in_two_lines_of_a_persona(built: Built, proposed: Proposed) -> None:
    for persona in built.personas:
        quoted = [
            said
            for m in proposed.messages
            if m.persona == persona.id
            for said in re.findall(r"“([^”]+)”", m.text.partition("Somebody else")[0])
        ]
        assert len(quoted) == len(set(quoted))


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("I won't pay for another subscription.", True),
        ("My baker doesn't trust the cloud with our recipes.", True),
        ("It's too expensive for one oven.", True),
        ("I'm not allowed in the kitchen.", False),
        ("Nobody likes the new oven gloves.", False),
        ("The price is fine by me.", False),
    ],
)
def test_an_objection_is_about_getting_or_paying_or_using(said: str, about: bool) -> None:
    assert is_about_buying(said) is about


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
    offers = [m for m in lines if m.kind in ("value_proposition", "pitch", "ad")]
    assert {"value_proposition", "pitch"} <= {m.kind for m in offers}
    assert all("[needs a product fact:" in m.text for m in offers)
    assert not any(m.kind == "ad" and m.stage in ("decision", "use") for m in lines)


def test_a_fact_speaks_only_to_what_it_is_about(working: Working) -> None:
    facts = Facts(working)
    said = [e for c in working.claims for e in c.supports if "feeding chart" in e.quote]
    matched = {match.fact for e in said if (match := facts.matching(e))}
    assert "takes the deposit when a place on a puppy course is booked" not in matched


# Facts of invented products, and sentences with the place of the fact that answers them.
ANSWERED: list[tuple[list[str], list[tuple[str, int | None]]]] = [
    (
        [
            "sends parents a text when the school bus is late",
            "shows the bus on a map",
            "works without an app on the driver's phone",
            "keeps a register of who got on",
        ],
        [
            ("I stand at the stop in the rain with no idea whether the bus is coming", 1),
            ("Nobody tells us when the bus is late", 0),
            ("Our drivers won't install anything on their own phones", 2),
            ("I once lost a child between the stop and the school because nobody had a list", 3),
            ("The council pays by the end of the quarter and not before", None),
            ("I'm not allowed to drive the bus any more", None),
            ("Diesel costs us twice what it did", None),
            ("My phone is full of pictures of the children", None),
            ("The map on the wall is from before the new estate", None),
        ],
    ),
    (
        [
            "turns a photo of a receipt into a booked expense",
            "splits a bill over several projects",
            "pays people back within two days",
            "exports to the accounts package every night",
        ],
        [
            ("I type every receipt into the sheet by hand on a Sunday", 0),
            ("I wait six weeks to get my train fare back", 2),
            ("One hotel bill belongs to three clients and I have to cut it up by hand", 1),
            ("Our accountant copies everything into the accounts again", 3),
            ("My boss says travel is a waste of time", None),
            ("We take photos of the site for the insurance", None),
            ("I would rather stay two days longer than fly home on a Friday", None),
            ("The project ended before the client paid", None),
            ("The night porter never has change", None),
        ],
    ),
    (
        [
            "reminds patients by text two days before",
            "fills a cancelled slot from the waiting list",
            "keeps records inside the country",
            "can be tried free for a month",
        ],
        [
            ("People simply forget their appointment and the chair stays empty", 0),
            ("When someone cancels at eight I ring round for an hour to fill the gap", 1),
            ("Where the patient data goes is the first thing the board asks", 2),
            ("I don't want to pay before I've seen it work", 3),
            ("The waiting room is cold in winter", None),
            ("Two of our dentists retire this month", None),
            ("I write the text for the website myself", None),
            ("Patients complain about the price of a crown", None),
            ("We keep the old records in the cellar", None),
        ],
    ),
    (
        [
            "measures soil moisture every ten minutes",
            "switches the valve off when it rains",
            "battery lasts three seasons",
            "alerts you when a pipe leaks",
        ],
        [
            ("I walk the fields twice a day just to feel whether the ground is dry", 0),
            ("The sprinklers ran through the whole thunderstorm", 1),
            ("I change the batteries in forty sensors every spring", 2),
            ("A burst pipe cost us a week of water before anyone noticed", 3),
            ("The rain stayed away for three seasons", None),
            ("My neighbour grows onions on worse soil", None),
            ("Ten minutes late to the market and the best spot is gone", None),
            ("The valve makers all use different threads", None),
            ("I'd sell the field if anyone wanted it", None),
        ],
    ),
    (
        [
            "finds the newest version of a drawing",
            "shows who changed what",
            "opens drawings on a phone",
            "works offline on site",
        ],
        [
            ("We built the stairs from last month's drawing", 0),
            ("Somebody moved a wall in the plan and nobody admits it", 1),
            ("There's no signal in the basement where I need the plans", 3),
            ("I carry a roll of paper around because I can't open plans on my phone", 2),
            ("The architect never answers his phone", None),
            ("I like drawing by hand", None),
            ("The site is closed over Christmas", None),
            ("We changed our insurer last year", None),
            ("Nobody shows up before nine", None),
        ],
    ),
]


def test_of_sentences_that_no_fact_answers_none_is_given_one() -> None:
    encoder = load()
    right, given = 0, 0
    for facts, sentences in ANSWERED:
        said = [sentence for sentence, _ in sentences]
        vectors = encoder.encode([*facts, *said], [""] * (len(facts) + len(said))).vectors
        likeness = vectors[len(facts) :] @ vectors[: len(facts)].T
        for row, (sentence, answer) in zip(likeness, sentences, strict=True):
            found = match(row, sentence, facts)
            given += found is not None
            right += found is not None and answer is not None and found.fact == facts[answer]
    assert right == given
    assert right >= 5


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
