"""Insights are found by what they are, by words and by meaning; changes since approval are seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from personagen.errors import ChangedError, PersonagenError, ReviewError
from personagen.filtering import InsightFilter
from personagen.ids import version_of
from personagen.models import Product, StudyQuestion
from personagen.review import Decision
from personagen.study import Study


@pytest.fixture
def study(demo_copy: Path):
    with Study.open(demo_copy) as opened:
        yield opened


def test_every_part_of_a_filter_narrows_and_an_empty_one_asks_nothing(study: Study) -> None:
    document = study.document()
    everything = study.insights(InsightFilter(), document)
    assert everything == list(document.insights)
    pains = study.insights(InsightFilter(code="pain_point", kind="review"), document)
    reviews = {s.id for s in document.sources if s.kind == "review"}
    assert pains
    assert all(i.code == "pain_point" and i.excerpt.source in reviews for i in pains)
    theme = document.themes[0]
    found = study.insights(InsightFilter(theme=theme.id), document)
    assert {i.id for i in found} == set(theme.insights)


def test_a_filter_by_attribute_asks_the_participants(study: Study) -> None:
    document = study.document()
    person = next(p for p in document.participants if p.attributes)
    name, value = next(iter(person.attributes.items()))
    found = study.insights(InsightFilter(attribute=f"{name}={value}"), document)
    people = {p.id for p in document.participants if p.attributes.get(name) == value}
    assert {i.participant for i in found} <= people


def test_all_words_must_stand_in_an_insight_whatever_their_case(study: Study) -> None:
    found = study.insights(InsightFilter(words="BIKE shop"))
    assert found
    texts = [f"{i.excerpt.quote} {i.statement}".lower() for i in found]
    assert all("bike" in t and "shop" in t for t in texts)


def test_what_is_near_in_meaning_comes_nearest_first(study: Study) -> None:
    passages = study.search("somebody else should be able to run the shop", 60)
    found = study.insights(InsightFilter(meaning="somebody else should be able to run the shop"))
    order = [u for p in passages for u in p.utterances]
    places = [order.index(i.excerpt.utterance) for i in found]
    assert found
    assert len(found) < len(study.document().insights)
    by_passage = [
        next(n for n, p in enumerate(passages) if order[k] in p.utterances) for k in places
    ]
    assert by_passage == sorted(by_passage)


def test_the_second_decision_on_a_changed_item_is_told_and_nothing_is_decided(
    study: Study,
) -> None:
    insight = study.document().insights[0]
    seen = {insight.id: version_of(insight)}
    study.decide(Decision(action="reject", targets=(insight.id,)), "Ana", seen)
    with pytest.raises(ChangedError, match="Ana, reject"):
        study.decide(Decision(action="accept", targets=(insight.id,)), "Ben", seen)
    assert [event.by for event in study.events()] == ["Ana"]


def test_an_undo_meant_for_ones_own_decision_spares_somebody_elses(study: Study) -> None:
    first, second = study.document().insights[:2]
    mine = study.decide(Decision(action="accept", targets=(first.id,)), "Ana")
    study.decide(Decision(action="accept", targets=(second.id,)), "Ben")
    with pytest.raises(ChangedError, match="Ben decided"):
        study.undo("Ana", mine[-1].id)
    assert len(study.events()) == 2


def test_what_differs_since_approval_is_listed_and_before_it_nothing_is(study: Study) -> None:
    document = study.document()
    assert study.changes(document) == {}
    persona = min(document.personas, key=lambda p: len(p.fields))
    shown = tuple({c for ids in persona.fields.values() for c in ids} | set(persona.firmographics))
    journey = {c for s in persona.journey for c in (*s.happens, *s.asks, *s.where, *s.feels)}
    study.decide(Decision(action="accept", targets=tuple({*shown, *journey})), "Ana")
    with pytest.raises(ReviewError):
        study.decide(Decision(action="approve", targets=(document.personas[-1].id,)), "Ana")
    study.decide(Decision(action="approve", targets=(persona.id,)), "Ana")
    assert study.changes() == {persona.id: []}
    gone = shown[0]
    study.decide(Decision(action="reject", targets=(gone,)), "Ana")
    assert [(c.what, c.item) for c in study.changes()[persona.id]] == [("removed", gone)]


def test_the_stamp_of_a_study_changes_with_a_decision_and_only_then(study: Study) -> None:
    before = study.stamp()
    study.document()
    assert study.stamp() == before
    study.decide(Decision(action="accept", targets=(study.document().insights[0].id,)), "Ana")
    assert study.stamp() != before


def test_a_message_of_ones_own_rests_on_claims_and_goes_when_they_go(study: Study) -> None:
    document = study.document()
    persona = document.personas[0]
    claim = persona.fields["pain_points"][0]
    draft = Decision(
        action="draft",
        targets=(persona.id,),
        field="subject_line",
        to="awareness",
        text="Evenings without paper",
        claims=(claim,),
    )
    study.decide(draft, "Ana")
    (made,) = [m for m in study.document().messages if m.text == "Evenings without paper"]
    assert (made.persona, made.kind, made.stage) == (persona.id, "subject_line", "awareness")
    assert (made.status, made.claims) == ("accepted", (claim,))
    study.decide(Decision(action="reject", targets=(claim,)), "Ana")
    assert made.id not in {m.id for m in study.document().messages}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"claims": ()}, "needs claims"),
        ({"claims": ("c_none",)}, "is no claim"),
        ({"field": "poem"}, "no kind of message"),
        ({"to": "heaven"}, "no stage"),
        ({"text": "They say “I never said this at all”"}, "quotes what nobody said"),
    ],
)
def test_a_message_that_rests_on_nothing_or_misquotes_is_refused(
    study: Study, wrong: dict[str, object], told: str
) -> None:
    persona = study.document().personas[0]
    asked = {
        "action": "draft",
        "targets": (persona.id,),
        "field": "pitch",
        "text": "Less paper",
        "claims": (persona.fields["pain_points"][0],),
    }
    with pytest.raises(PersonagenError, match=told):
        study.decide(Decision.model_validate({**asked, **wrong}), "Ana")
    assert not study.events()


def test_what_is_told_of_the_study_is_read_back_word_for_word(study: Study) -> None:
    question = StudyQuestion(question='Why "spare parts"?\nAnd \\ when — ünïcode')
    product = Product(name="Bench", does=("Does 'this'", 'and "that"'), proof=())
    study.tell(question, product)
    material = study.material()
    assert (material.study, material.product) == (question, product)
