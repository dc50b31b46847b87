from __future__ import annotations

import re
from collections.abc import Collection

import pytest

from personagen.analysts.standalone import reads_alone
from personagen.models import Claim, Findings, JourneyStage
from personagen.personas import Built, build
from personagen.personas.kinds import part_of
from personagen.personas.naming import name_of, titled
from personagen.personas.questions import questions_for
from personagen.personas.selection import FIELDS, selected
from personagen.personas.unknowns import MOST_PEOPLE, PEOPLE
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
        asked = [unknown for unknown in persona.unknown if unknown.field != PEOPLE]
        assert all(unknown.ask_next.endswith("?") for unknown in asked)
        assert len(persona.unknown) - len(asked) <= MOST_PEOPLE
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


def _headed_by(claim: Claim, members: Collection[str]) -> list[tuple[str, int]]:
    """Return the members' excerpts whose words a claim's heading quotes."""
    if not claim.text.startswith("“"):
        return []
    heading = _words_of(claim.text)
    own = (e for e in claim.supports if e.participant in members)
    return [(e.utterance, e.start) for e in own if heading in _words_of(e.quote)]


def _words_of(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def test_no_two_headings_quote_the_same_words(working: Working, built: Built) -> None:
    known = _claims(working, built)
    for persona in built.personas:
        ids = {i for field in FIELDS for i in persona.fields.get(field, ())}
        places = [place for i in ids for place in _headed_by(known[i], persona.participants)]
        assert len(places) == len(set(places))
        assert places


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


def test_who_runs_what_is_not_theirs_has_one_job_under_many_names() -> None:
    roles = [
        _power("coordinator", "A", "role"),
        _power("runs the tenants' garden", "B", "role"),
        _power("looks after the seed library", "C", "role"),
        _power("retired postman", "D", "role"),
    ]
    name = name_of(roles, ("A", "B", "C", "D"), "Participant", (), ())
    assert name.title == "Coordinator"


def test_a_name_is_nobodys_own_and_never_guessed() -> None:
    name = name_of([], {"P1"}, "Participant", [], {"Pat", "Parker"})
    assert name.title == "Participant"
    assert name.first not in {"Pat", "Parker"}
    assert titled("runs the front desk") == "Front Desk Lead"
    assert titled("practice nurse") == "Practice Nurse"


def test_stages_come_in_the_order_of_the_journey(built: Built) -> None:
    order = ["awareness", "consideration", "decision", "use"]
    for persona in built.personas:
        stages: list[JourneyStage] = list(persona.journey)
        assert [s.stage for s in stages] == [s for s in order if s in {x.stage for x in stages}]


def test_nothing_that_stands_alone_points_at_what_was_not_shown(
    working: Working, built: Built
) -> None:
    known = _claims(working, built)
    for persona in built.personas:
        shown = [known[i] for ids in persona.fields.values() for i in ids]
        shown += [known[i] for s in persona.journey for i in (*s.happens, *s.where, *s.feels)]
        for claim in shown:
            if claim.text.startswith("“"):
                said = re.sub(r"^They\b", "Somebody", claim.text.strip("“”"))
                assert reads_alone(said), claim.text
            assert claim.text.strip()


def test_a_summary_speaks_of_several_members_or_not_at_all(working: Working, built: Built) -> None:
    known = _claims(working, built)
    for persona in built.personas:
        members = set(persona.participants)
        shared = {
            claim.text.rstrip(".").strip("“”").casefold()
            for claim in known.values()
            if len(members.intersection(claim.participants)) >= 2
        }
        for part in re.findall(r"(?:most|them): (.+?)\.(?: |$)", persona.summary):
            assert part.strip("“”").casefold() in shared


def _power(text: str, people: str, kind: str = "decision_power") -> Claim:
    who = tuple(people.split())
    return Claim.model_validate(
        {
            "id": f"c_{text}", "type": kind, "theme": None, "text": text, "supports": (),
            "participants": who, "n": len(who), "of": 9, "interval": (0.1, 0.9), "sources": {},
            "provenance": {"analyst": "extractive", "at": "2026-05-04T00:00:00Z"},
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("claims", "kind"),
    [
        ([], "user"),
        ([_power("Needs someone else's yes", "A B C")], "user"),
        ([_power("Can decide alone", "A B C")], "decision_maker"),
        ([_power("Can decide alone", "A B C"), _power("Pays for it", "A B")], "buyer"),
        ([_power("Can decide alone", "A B"), _power("Owns the bakery owner", "A B", "role")],
         "buyer"),
        ([_power("Pays for it", "A B C")], "payer"),
        ([_power("Recommends, others decide", "A B")], "influencer"),
        ([_power("Can decide alone", "X Y")], "user"),
    ],
)  # fmt: skip
def test_a_kind_rests_on_what_members_say_of_the_decision(claims: list[Claim], kind: str) -> None:
    part = part_of(claims, {"A", "B", "C", "D"}, misfit=False)
    assert part.kind == kind
    assert "of these 4" in part.why
    assert part_of(claims, {"A", "B", "C", "D"}, misfit=True).kind == "negative"


def test_a_title_is_shared_by_several_members() -> None:
    roles = [_power("Head baker", "A", "role"), _power("Baker", "B C", "role")]
    assert name_of(roles, {"A", "B", "C"}, "Participant", [], []).title == "Baker"
    lone = [_power("Plumber", "A", "role")]
    assert name_of(lone, {"A", "B", "C"}, "Participant", [], []).title == "Participant"


def test_of_single_voices_the_surest_comes_first(built: Built) -> None:
    one = next(c for c in built.claims if c.supports).model_copy(update={"type": "pain_point"})

    def voice(who: str, quote: str) -> Claim:
        said = one.supports[0].model_copy(
            update={"participant": who, "utterance": f"u_{who}", "start": 0, "quote": quote}
        )
        own = {"id": f"c_{who}", "text": f"“{quote}”", "supports": (said,), "participants": (who,)}
        return one.model_copy(update=own)

    wordy = voice("P1", "Last Tuesday we had forty dogs in six rooms for three hours in a row.")
    sure = voice("P2", "The printer jams every single day.")
    people = frozenset({"P1", "P2", "P3", "P4"})
    scores = {("pain_point", "u_P1", 0): 0.5, ("pain_point", "u_P2", 0): 0.9}
    assert selected([wordy, sure], people, people, {}, scores).fields["pain_points"] == (
        "c_P2",
        "c_P1",
    )
