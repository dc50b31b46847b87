"""What a person decides stands, can be undone exactly, and survives every later run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen.errors import ReviewError, UnknownIdError, UsageError
from personagen.models import (
    Claim,
    Evidence,
    Excerpt,
    Findings,
    Insight,
    Material,
    Message,
    Participant,
    Persona,
    Provenance,
    ReviewEvent,
    Source,
    Theme,
    Utterance,
)
from personagen.prevalence import base_of, prevalence
from personagen.review import Decision, apply, decide, people

AT = datetime(2026, 11, 2, tzinfo=UTC)
BY = Provenance(analyst="person:Ana", at=AT)
RAN = Provenance(analyst="extractive", at=AT)
SAID = {
    "P01": ("I copy the labels by hand every evening.", "The printer jams when it rains."),
    "P02": ("We copy labels from one screen to the other.", "I would not pay for a second tool."),
    "P03": ("Copying labels eats my lunch break.", "It never jams here, honestly."),
    "P04": ("The printer stops in the middle of a roll.", "Nobody upstairs signs for new tools."),
}


def _material() -> Material:
    sources = tuple(
        Source(
            id=f"s_{who}",
            path=f"{who}.txt",
            kind="interview",
            reader="text",
            sha256=who * 8,
            utterances=tuple(
                Utterance(
                    id=f"u_{who}_{i}", speaker=who, role="participant", text=t, participant=who
                )
                for i, t in enumerate(texts)
            ),
        )
        for who, texts in SAID.items()
    )
    everyone = tuple(Participant(id=who, kind="interviewee") for who in SAID)
    return Material(participants=everyone, sources=sources)


def _evidence(who: str, index: int) -> Evidence:
    quote = SAID[who][index]
    return Evidence(
        source=f"s_{who}",
        utterance=f"u_{who}_{index}",
        start=0,
        end=len(quote),
        quote=quote,
        speaker=who,
        role="participant",
        participant=who,
    )


def _insight(name: str, who: str, index: int, code: str = "pain_point") -> Insight:
    evidence = _evidence(who, index)
    return Insight(
        id=name,
        code=code,
        participant=who,
        excerpt=Excerpt(**evidence.model_dump(exclude={"participant"})),
        statement=evidence.quote,
        intensity=2,
        score=0.9,
        provenance=RAN,
    )


def _theme(name: str, label: str, insights: list[Insight]) -> Theme:
    who = tuple(dict.fromkeys(i.participant for i in insights))
    counted = prevalence(who, base_of(_material()))
    return Theme(
        id=name,
        code=insights[0].code,
        label=label,
        definition="",
        criterion="",
        insights=tuple(i.id for i in insights),
        participants=who,
        **counted._asdict(),
        provenance=RAN,
    )


def _claim(name: str, theme: Theme, insights: list[Insight]) -> Claim:
    return Claim(
        id=name,
        type="pain_point" if theme.code == "pain_point" else "objection",
        theme=theme.id,
        text=theme.label,
        supports=tuple(
            Evidence(**i.excerpt.model_dump(), participant=i.participant) for i in insights
        ),
        participants=theme.participants,
        n=theme.n,
        of=theme.of,
        interval=theme.interval,
        sources={"interview": len(insights)},
        provenance=RAN,
    )


def _findings() -> Findings:
    labels = [_insight("i_1", "P01", 0), _insight("i_2", "P02", 0), _insight("i_3", "P03", 0)]
    jams = [_insight("i_4", "P01", 1), _insight("i_5", "P04", 0)]
    money = [_insight("i_6", "P02", 1, "objection"), _insight("i_7", "P04", 1, "objection")]
    groups = {"labels": labels, "jams": jams, "money": money}
    themes = {name: _theme(f"t_{name}", f"About {name}", group) for name, group in groups.items()}
    claims = {name: _claim(f"c_{name}", themes[name], group) for name, group in groups.items()}
    persona = Persona(
        id="p_1",
        name="Packer Pat",
        kind="user",
        summary="Packs.",
        participants=("P01", "P02", "P03", "P04"),
        fields={"pain_points": ("c_labels", "c_jams"), "objections": ("c_money",)},
    )
    message = Message(
        id="m_1", persona="p_1", kind="pitch", text="No copying.", claims=("c_labels",)
    )
    return Findings(
        insights=(*labels, *jams, *money),
        themes=tuple(themes.values()),
        claims=tuple(claims.values()),
        personas=(persona,),
        messages=(message,),
    )


class Desk:
    """A study in memory: findings, and the events on them."""

    def __init__(self, judge: Any = lambda _: []) -> None:
        self.material, self.base, self.judge = _material(), _findings(), judge
        self.events: list[ReviewEvent] = []

    def now(self) -> Findings:
        return apply(self.base, people(self.material, self.events), self.events)

    def do(self, action: str, *targets: str, **request: Any) -> None:
        decision = Decision(action=action, targets=targets, **request)  # type: ignore[arg-type]
        for draft in decide(decision, self.now(), self.material, self.judge, BY):
            self._append(*draft)

    def undo(self, number: int) -> None:
        self._append("undo", str(number), None, None)

    def _append(self, action: str, target: str, before: Any, after: Any) -> None:
        number = len(self.events) + 1
        event = dict(id=number, at=AT, by="Ana", action=action, target=target)
        self.events.append(ReviewEvent(**event, before=before, after=after))  # type: ignore[arg-type]

    def find(self, item_id: str) -> Any:
        now = self.now()
        everything = (*now.insights, *now.themes, *now.claims, *now.personas, *now.messages)
        return next((item for item in everything if item.id == item_id), None)


def test_without_decisions_the_findings_stay_as_they_are() -> None:
    desk = Desk()
    assert desk.now() == desk.base


def test_accepting_and_editing_keep_the_evidence() -> None:
    desk = Desk()
    desk.do("accept", "i_1", "c_jams")
    desk.do("edit", "c_labels", text="Labels are copied by hand")
    assert desk.find("i_1").status == "accepted"
    assert desk.find("c_jams").status == "accepted"
    assert desk.find("c_labels").text == "Labels are copied by hand"
    assert desk.find("c_labels").supports == desk.base.claims[0].supports


def test_a_rejected_insight_leaves_its_theme_its_claim_and_the_count() -> None:
    desk = Desk()
    desk.do("reject", "i_3")
    assert desk.find("t_labels").insights == ("i_1", "i_2")
    assert (desk.find("t_labels").n, desk.find("t_labels").of) == (2, 4)
    assert {e.participant for e in desk.find("c_labels").supports} == {"P01", "P02"}
    assert desk.find("c_labels").n == 2


def test_a_claim_without_words_falls_and_takes_its_message_with_it() -> None:
    desk = Desk()
    desk.do("reject", "i_1", "i_2", "i_3")
    assert desk.find("c_labels") is None
    assert desk.find("m_1") is None
    assert desk.find("p_1").fields["pain_points"] == ("c_jams",)
    assert {s.what for s in desk.now().skipped} == {"theme", "claim", "message"}


def test_an_attribute_as_recorded_needs_no_words() -> None:
    desk = Desk()
    recorded = desk.base.claims[0].model_copy(
        update={"id": "c_size", "type": "firmographic", "theme": None, "supports": ()}
    )
    desk.base = desk.base.model_copy(update={"claims": (*desk.base.claims, recorded)})
    assert desk.find("c_size") == recorded


def test_a_rejected_theme_takes_its_claim_out_of_the_persona() -> None:
    desk = Desk()
    desk.do("reject", "t_money")
    assert desk.find("c_money").status == "rejected"
    assert desk.find("p_1").fields["objections"] == ()


def test_merged_themes_are_one_with_one_claim() -> None:
    desk = Desk()
    desk.do("merge", "t_jams", to="t_labels")
    assert desk.find("t_jams") is None
    assert desk.find("t_labels").n == 4
    assert len(desk.find("c_labels").supports) == 5
    assert desk.find("p_1").fields["pain_points"] == ("c_labels",)


def test_a_split_theme_makes_a_second_claim_beside_the_first() -> None:
    desk = Desk()
    desk.do("split", "t_labels", insights=("i_3",), text="Lunch breaks go")
    fields = desk.find("p_1").fields["pain_points"]
    assert len(fields) == 3
    new = desk.find(fields[1])
    assert (new.text, new.n) == ("Lunch breaks go", 1)
    assert desk.find("t_labels").n == 2


def test_renaming_a_theme_rewords_its_undecided_claim() -> None:
    desk = Desk()
    desk.do("rename", "t_jams", text="Printers stop")
    assert desk.find("c_jams").text == "Printers stop"
    desk.do("rename", "p_1", text="Packer Robin")
    assert desk.find("p_1").name == "Packer Robin"


def test_an_insight_can_be_moved_with_its_words() -> None:
    desk = Desk()
    desk.do("move", "i_3", to="t_jams")
    assert desk.find("t_jams").n == 3
    assert len(desk.find("c_jams").supports) == 3
    assert len(desk.find("c_labels").supports) == 2


def test_a_person_can_add_a_claim_over_excerpts_that_they_picked() -> None:
    desk = Desk()
    desk.do("add", "p_1", field="tools", text="A printer", excerpts=("u_P01_1:4-11",))
    claim = desk.find(desk.find("p_1").fields["tools"][0])
    assert claim.supports[0].quote == "printer"
    assert (claim.n, claim.of, claim.status) == (1, 4, "accepted")


def test_a_persona_is_approved_only_when_no_shown_claim_is_undecided() -> None:
    desk = Desk()
    with pytest.raises(ReviewError, match="3 undecided claims"):
        desk.do("approve", "p_1")
    desk.do("accept", "c_labels", "c_jams")
    desk.do("reject", "c_money")
    desk.do("approve", "p_1")
    assert (desk.find("p_1").status, desk.find("p_1").version) == ("approved", 2)
    assert desk.find("p_1").supersedes == "p_1@v1"


def test_an_approved_persona_that_loses_evidence_is_suggested_again() -> None:
    desk = Desk()
    desk.do("accept", "c_labels", "c_jams", "c_money")
    desk.do("approve", "p_1")
    desk.do("reject", "i_6", "i_7")
    assert desk.find("p_1").status == "suggested"
    assert "1 lost" in desk.find("p_1").changed


def test_a_later_run_overwrites_nothing_that_was_decided() -> None:
    desk = Desk()
    desk.do("accept", "i_1", "c_jams")
    desk.do("edit", "c_labels", text="Labels are copied by hand")
    desk.do("reject", "t_money", "i_5")
    desk.do("rename", "p_1", text="Packer Robin")
    new = _insight("i_8", "P03", 1)
    base = desk.base
    labels = base.themes[0].model_copy(
        update={"label": "Another label", "insights": ("i_2", "i_8")}
    )
    jams = base.claims[1].model_copy(update={"text": "Another text"})
    desk.base = base.model_copy(
        update={
            "insights": (*base.insights[1:], new),
            "themes": (labels, *base.themes[1:]),
            "claims": (base.claims[0].model_copy(update={"text": "New"}), jams, base.claims[2]),
            "personas": (base.personas[0].model_copy(update={"name": "Other"}),),
        }
    )
    assert desk.find("i_1").status == "accepted"
    assert desk.find("c_labels").text == "Labels are copied by hand"
    assert desk.find("c_jams").text == "About jams"
    assert desk.find("t_money").status == "rejected"
    assert desk.find("i_5").status == "rejected"
    assert desk.find("p_1").name == "Packer Robin"


def test_what_was_accepted_comes_back_when_a_run_loses_it() -> None:
    desk = Desk()
    desk.do("accept", "t_jams", "c_jams")
    desk.base = desk.base.model_copy(
        update={"themes": desk.base.themes[:1], "claims": desk.base.claims[:1]}
    )
    assert desk.find("t_jams").status == "accepted"
    assert desk.find("c_jams").supports == _findings().claims[1].supports


def test_lost_words_reopen_a_decided_claim_and_gained_ones_are_told() -> None:
    desk = Desk()
    desk.do("accept", "c_jams")
    more = desk.base.claims[1]
    extra = Evidence(**_evidence("P03", 1).model_dump())
    wider = more.model_copy(update={"supports": (*more.supports, extra)})
    desk.base = desk.base.model_copy(
        update={"claims": (desk.base.claims[0], wider, desk.base.claims[2])}
    )
    assert desk.find("c_jams").status == "accepted"
    assert "1 gained, 0 lost" in desk.find("c_jams").changed
    desk.do("reject", "i_5")
    assert desk.find("c_jams").status == "suggested"
    assert "1 lost" in desk.find("c_jams").changed


def test_merged_participants_count_once() -> None:
    desk = Desk()
    desk.do("merge_participant", "P02", to="P01")
    assert {p.id for p in people(desk.material, desk.events).participants} == {"P01", "P03", "P04"}
    assert desk.find("c_labels").participants == ("P01", "P03")
    assert (desk.find("c_labels").n, desk.find("c_labels").of) == (2, 3)


def test_a_split_participant_gets_a_number_of_their_own() -> None:
    desk = Desk()
    desk.do("merge_participant", "P02", to="P01")
    merged = people(desk.material, desk.events)
    decision = Decision(action="split_participant", targets=("P01",), source="s_P02")
    (draft,) = decide(decision, desk.now(), merged, lambda _: [], BY)
    assert draft.after == {"source": "s_P02", "to": "P05"}


def test_an_edit_that_quotes_what_nobody_said_is_refused() -> None:
    desk = Desk(judge=lambda text: ["'free forever' stands nowhere"] if "“" in text else [])
    with pytest.raises(ReviewError, match="free forever"):
        desk.do("edit", "m_1", text="They say “free forever”.")
    desk.do("edit", "m_1", text="No more copying.")
    assert desk.find("m_1").text == "No more copying."


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (("accept", "c_none", {}), UnknownIdError),
        (("edit", "c_jams", {"text": " "}), UsageError),
        (("merge", "t_jams", {"to": "t_money"}), ReviewError),
        (("merge", "t_jams", {"to": "t_jams"}), ReviewError),
        (("split", "t_jams", {"insights": ("i_1",), "text": "x"}), ReviewError),
        (("move", "i_1", {"to": "t_money"}), ReviewError),
        (("approve", "t_jams", {}), ReviewError),
        (("add", "p_1", {"field": "tools", "text": "x", "excerpts": ("u_P01_1:9",)}), UsageError),
        (("merge_participant", "P01", {"to": "P77"}), UnknownIdError),
        (("split_participant", "P01", {"source": "s_P01"}), ReviewError),
    ],
)
def test_a_decision_that_cannot_be_taken_says_why(
    request_: tuple[str, str, dict[str, Any]], error: type[Exception]
) -> None:
    action, target, rest = request_
    desk = Desk()
    with pytest.raises(error):
        desk.do(action, target, **rest)
    assert desk.events == []


STEPS = st.sampled_from(
    [
        ("accept", ("c_jams",), {}),
        ("reject", ("i_2",), {}),
        ("reject", ("t_money",), {}),
        ("edit", ("c_money",), {"text": "Money"}),
        ("merge", ("t_jams",), {"to": "t_labels"}),
        ("split", ("t_labels",), {"insights": ("i_3",), "text": "Lunch"}),
        ("move", ("P04",), {"to": "p_1"}),
        ("rename", ("p_1",), {"text": "Packer Robin"}),
        ("merge_participant", ("P02",), {"to": "P01"}),
    ]
)


@given(st.lists(STEPS, max_size=5), STEPS)
def test_undo_restores_exactly(before: list[Any], last: Any) -> None:
    desk = Desk()
    for action, targets, rest in before:
        try:
            desk.do(action, *targets, **rest)
        except (ReviewError, UnknownIdError):
            continue
    then = desk.now()
    action, targets, rest = last
    try:
        desk.do(action, *targets, **rest)
    except (ReviewError, UnknownIdError):
        return
    desk.undo(len(desk.events))
    assert desk.now() == then
