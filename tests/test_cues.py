from __future__ import annotations

import pytest

from personagen.cues.fragments import clip
from personagen.cues.hits import cues, hits
from personagen.cues.roles import may_buy, recorded_facts, recorded_role, roles_in, sizes_in
from personagen.cues.tools import recurring_names, tools_in
from personagen.cues.vocabulary import distinctive, is_common, marketing_words


@pytest.mark.parametrize(
    ("sentence", "kind", "value"),
    [
        ("That's when I gave up and started looking.", "trigger", None),
        ("When our bookkeeper left, nobody knew the password.", "trigger", None),
        ("After the third missed delivery we started looking.", "trigger", None),
        ("In May I discovered that nobody knew the state of a single order.", "trigger", None),
        ("The week Alf retired we had sixty orders in the back.", "trigger", None),
        ("A colleague told me about it at lunch.", "channel", "people they know"),
        ("I googled it at midnight.", "channel", "search"),
        ("I first saw it on LinkedIn.", "channel", "LinkedIn"),
        ("What I'd want is a ten-minute video I can forward.", "content_format", "video"),
        ("I can sign up to four hundred pounds.", "decision_power", "can decide alone"),
        ("My director has the last word.", "decision_power", "needs someone else's yes"),
        (
            "Anything with names in it goes to procurement.",
            "decision_power",
            "goes past procurement, legal or IT",
        ),
        ("They judge me on how many orders leave on Friday.", "success_measure", None),
        ("If the close takes under five days, they're happy.", "success_measure", None),
        ("I just want to be home by six.", "goal", None),
        ("Is there something that just does this?", "journey", None),
        ("I was so relieved when it worked.", "journey", None),
    ],
)
def test_what_people_tell_of_themselves_is_heard(
    sentence: str, kind: str, value: str | None
) -> None:
    assert any((hit.type, hit.value) == (kind, value) and not hit.denied for hit in hits(sentence))


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("If our bookkeeper left we would look for a tool.", "trigger"),
        ("I never googled it.", "channel"),
        ("I don't want to run it.", "goal"),
        ("You get on with it.", "decision_power"),
        ("I'm not judged on that.", "success_measure"),
    ],
)
def test_denials_and_suppositions_are_nobodys_evidence(sentence: str, kind: str) -> None:
    assert not [hit for hit in hits(sentence) if hit.type == kind and not hit.denied]


def test_a_denied_format_stands_against_it() -> None:
    found = [hit for hit in hits("I never watch webinars.") if hit.type == "content_format"]
    assert [(hit.value, hit.denied) for hit in found] == [("webinar", True)]


def test_a_question_tells_what_its_answer_is_about() -> None:
    said = "We had sixty crates in the yard and we lost two of them."
    asked = "What was going on when you first looked for help?"
    assert "trigger" in {hit.type for hit in hits(said, asked)}
    assert "trigger" not in {hit.type for hit in hits(said, "Do you like crates?")}


TAUGHT = "How would you like to hear of something new?"
HEARD = "And you noticed it how?"


@pytest.mark.parametrize(
    ("said", "asked", "kind", "values"),
    [
        ("A short film, one repair from start to finish.", TAUGHT, "content_format", ["video"]),
        ("A picture with arrows I can hang on the wall.", TAUGHT, "content_format", ["picture"]),
        ("They send a picture of a man with a laptop.", TAUGHT, "content_format", [None]),
        ("There's a podcast that I have on in the van.", HEARD, "channel", ["podcast"]),
        ("My sister showed me it on her phone.", HEARD, "channel", ["people they know"]),
        ("Our accountant showed me in May that the shop was losing money.", "", "channel", []),
        ("It rings, and they're pleased that someone told them.", "", "channel", []),
    ],
)
def test_an_answer_that_names_a_thing_tells_that_alone(
    said: str, asked: str, kind: str, values: list[str | None]
) -> None:
    assert [hit.value for hit in hits(said, asked) if hit.type == kind] == values


def test_being_told_that_something_was_wrong_asks_for_no_format() -> None:
    asked = "When did the till first tell you something was wrong?"
    said = "I did the sums for June and there was less in it than in May."
    assert "content_format" not in {hit.type for hit in hits(said, asked)}


def test_every_cue_can_match_only_what_it_is_for() -> None:
    assert len(cues()) > 25
    assert not [hit for hit in hits("The sky is blue over the harbour.")]


@pytest.mark.parametrize(
    ("sentence", "roles"),
    [
        ("I'm a practice nurse at a small clinic.", ["practice nurse"]),
        ("So I'm the workshop manager, on paper.", ["workshop manager"]),
        ("As a finance manager, I see it every month.", ["finance manager"]),
        ("I run the front desk at a vet's.", ["runs the front desk"]),
        ("I am head nurse, we are five on the ward.", ["head nurse"]),
        ("I'm lead to believe that it works.", []),
        ("I've been a student of that for years.", []),
        ("I started out as a baker, I studied law.", []),
        ("I'm a student.", ["student"]),
        ("I'm a big fan of it.", []),
        ("My sister's a nurse.", []),
        ("If I were a manager I would buy it.", []),
        ("I run it every night.", []),
    ],
)
def test_a_role_is_what_speakers_call_themselves(sentence: str, roles: list[str]) -> None:
    assert [hit.value for hit in roles_in(sentence)] == roles


@pytest.mark.parametrize(
    ("sentence", "tools"),
    [
        ("I copy it into a shared spreadsheet, and text on WhatsApp.", ["WhatsApp", "spreadsheet"]),
        ("We do it all in Excel.", ["Excel"]),
        ("We looked at Asana.", []),
        ("My sister uses Trello.", []),
        ("So I'm the manager, on paper.", []),
        ("We would use Notion if we could.", []),
    ],
)  # fmt: skip
def test_tools_are_what_people_use(sentence: str, tools: list[str]) -> None:
    found = [hit.value for hit in tools_in(sentence, frozenset(), "Larkpost") if not hit.denied]
    assert sorted(found, key=str) == sorted(tools)


def test_a_name_that_two_people_use_is_a_tool_and_the_product_is_not() -> None:
    said = [
        ("P1", "I log into Quillbase."),
        ("P2", "We use Quillbase daily."),
        ("P1", "I use Lark."),
    ]
    names = recurring_names([*said, ("P2", "We use Lark.")], "Lark")
    assert names == {"Quillbase"}
    assert [h.value for h in tools_in("We use Quillbase daily.", names, "Lark")] == ["Quillbase"]


def test_sizes_are_banded_and_attributes_without_meaning_are_left_out() -> None:
    assert [h.value for h in sizes_in("There's nine of us in the shop.")] == [
        "fewer than 10 people"
    ]
    assert [h.value for h in sizes_in("we're about 40 people")] == ["10–49 people"]
    told = "I run the bakery, two branches, thirty-one people on the payroll."
    assert [h.value for h in sizes_in(told)] == ["10–49 people"]
    mixed = "I'm the librarian, we are two paid staff and about fifteen volunteers."
    assert [h.value for h in sizes_in(mixed)] == ["fewer than 10 people", "10–49 volunteers"]
    assert not sizes_in("They sent nine employees to look at it.")
    assert recorded_role({"Job title": "Head  Nurse"}) == "head nurse"
    assert recorded_facts({"Rating": "5", "Country": "Chile", "E-mail": "x", "role": "y"}) == {
        "Country": "Chile"
    }
    assert may_buy("finance director")
    assert not may_buy("nurse")


def test_a_fragment_is_a_whole_clause_that_the_gate_lets_stand() -> None:
    whole = "Well, I was ringing round at six in the morning, and I don't think it saves time."
    piece = clip(whole, 0, len(whole), 60)
    assert piece is not None
    assert piece.text == whole[piece.start : piece.end]
    assert "it saves time" not in piece.text or "don't" in piece.text
    assert clip("We were told that it is not", 0, 27, 60) is None


def test_a_fragment_from_the_middle_does_not_open_with_an_adjunct() -> None:
    whole = "A sample, that's all, with invented loaves in it, so I can open the oven door."
    piece = clip(whole, 0, len(whole), 60)
    assert piece is None or not piece.text.startswith("with")


def test_distinctive_words_are_used_by_several_members_and_by_few_others() -> None:
    spoken = [(f"A{i}", "The kennel pens and the spaniel need mopping.") for i in range(4)]
    spoken += [(f"B{i}", "The invoices and deposits need checking.") for i in range(4)]
    spoken += [("A0", "unicycle unicycle unicycle")]
    found = [term.text for term in distinctive(spoken, {f"A{i}" for i in range(4)}, 5)]
    assert any("kennel" in term for term in found)
    assert not any("invoice" in term or "unicycle" in term for term in found)
    assert is_common("quickly")


def test_a_word_of_a_group_is_a_noun_and_no_number() -> None:
    spoken = [
        (f"A{i}", "Nineteen trays burned, we reheat the glaze, and the glaze drips on a tray.")
        for i in range(4)
    ]
    spoken += [
        (f"B{i}", "The clerk counts the ledger and the parcels every night.") for i in range(4)
    ]
    found = [term.text for term in distinctive(spoken, {f"A{i}" for i in range(4)}, 5)]
    assert {"tray", "glaze"} <= set(found)
    assert not {"nineteen", "reheat", "burned"}.intersection(found)


def test_what_all_groups_say_is_no_groups_word() -> None:
    spoken = [(f"A{i}", "The oven and the glaze wait for a baker.") for i in range(4)]
    spoken += [(f"B{i}", "The oven and the ledger wait for a clerk.") for i in range(4)]
    found = [term.text for term in distinctive(spoken, {f"A{i}" for i in range(4)}, 5)]
    assert "glaze" in found
    assert "oven" not in found


def test_what_is_said_in_passing_is_no_word_for_the_matter() -> None:
    spoken = [(f"A{i}", "The glaze is late. Over a coffee we met the baker.") for i in range(4)]
    spoken += [(f"B{i}", "The ledger and the parcels wait for a clerk.") for i in range(4)]
    pointed = [(f"A{i}", "The glaze is late.") for i in range(4)]
    members = {f"A{i}" for i in range(4)}
    found = [term.text for term in distinctive(spoken, members, 5, pointed=pointed)]
    assert found == ["glaze"]


def test_sellers_words_are_those_that_nobody_said() -> None:
    avoid = marketing_words(["It is a robust seamless thing"], 3)
    assert len(avoid) == 3
    assert not {"robust", "seamless"}.intersection(avoid)
