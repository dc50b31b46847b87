from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen import language
from personagen.errors import UsageError
from personagen.models import Role, SourceKind
from personagen.privacy import Alias, KnownPerson, Pseudonymised, names_of, pseudonymise
from personagen.privacy.names import COMMON, fold, forms
from personagen.reading import Reading, ReadUtterance, Speaker

ASKER = "Orsolya Beck"


def utterance(speaker: str, text: str, place: str, **more: object) -> ReadUtterance:
    role: Role = "interviewer" if speaker == ASKER else "participant"
    return ReadUtterance.model_validate(
        {"speaker": speaker, "role": role, "text": text, "place": place, **more}
    )


def transcript(*turns: tuple[str, str], path: str = "visit.txt", sha: str = "a" * 64) -> Reading:
    return reading(
        [utterance(who, what, f"t{n}") for n, (who, what) in enumerate(turns)], path, sha
    )


def reading(
    utterances: Sequence[ReadUtterance],
    path: str = "visit.txt",
    sha: str = "a" * 64,
    kind: SourceKind = "interview",
) -> Reading:
    names = dict.fromkeys(u.speaker for u in utterances if u.speaker)
    return Reading(
        path=path,
        kind=kind,
        reader="text",
        sha256=sha,
        speakers=tuple(Speaker(name=name, role="participant") for name in names),
        utterances=tuple(utterances),
        records=len(utterances),
    )


def texts(result: Pseudonymised) -> list[str]:
    return [u.text for u in result.source.utterances]


def ids(result: Pseudonymised) -> list[str | None]:
    return [u.participant for u in result.source.utterances]


# Names out


def test_names_are_replaced_as_whole_words_in_every_form() -> None:
    result = pseudonymise(
        transcript(
            (ASKER, "Welcome, Tadeo Lund. May I call you Tadeo?"),
            (
                "Tadeo Lund",
                "Sure, Orsolya. Tadeo's fine, Mr. Lund is not. In Lundgate they say no.",
            ),
        ),
        [],
        [],
    )
    assert texts(result) == [
        "Welcome, P01. May I call you P01?",
        "Sure, [interviewer]. P01's fine, Mr. P01 is not. In Lundgate they say no.",
    ]
    assert [u.speaker for u in result.source.utterances] == ["[interviewer]", "P01"]


def test_accents_and_case_hide_no_name() -> None:
    result = pseudonymise(
        transcript((ASKER, "Is JOSÉ here? jose?"), ("José Muñoz", "Munoz, yes, José.")), [], []
    )
    assert texts(result) == ["Is P01 here? P01?", "P01, yes, P01."]


def test_a_decomposed_name_is_a_name() -> None:
    name = unicodedata.normalize("NFD", "José")
    result = pseudonymise(transcript(("José Muñoz", f"I am {name}, hello.")), [], [])
    assert texts(result) == ["I am P01, hello."]


def test_a_name_that_is_a_word_goes_only_where_it_can_be_a_name() -> None:
    result = pseudonymise(
        transcript(
            (ASKER, "Will you mark it? I asked Mark. Mark it in May. Thanks, Mark, great."),
            ("Mark Tornqvist", "Mark, that's me. They will mark it. Tornqvist."),
        ),
        [],
        [],
    )
    assert texts(result) == [
        "Will you mark it? I asked P01. Mark it in May. Thanks, P01, great.",
        "P01, that's me. They will mark it. P01.",
    ]
    listed = [(d.name, d.masked) for d in result.doubtful]
    assert listed == [("Mark", True), ("Mark", False), ("Mark", True), ("Mark", True)]


def test_a_doubtful_hit_says_where_it_stands_in_the_stored_text() -> None:
    result = pseudonymise(transcript(("Mark Lund", "Ask Lund. Then ask Mark or mark it.")), [], [])
    stored = result.source.utterances[0]
    hit = result.doubtful[0]
    assert (hit.utterance, stored.text[hit.start : hit.end]) == (stored.id, "P01")


def test_file_names_contexts_and_attributes_lose_their_names_too() -> None:
    result = pseudonymise(
        reading(
            [
                utterance(
                    "Tadeo Lund",
                    "Fine.",
                    "t0",
                    context="What did Tadeo say?",
                    attributes={"team": "Lund ovens"},
                )
            ],
            path="/home/x/2026_TadeoLund-interview lund.txt",
        ),
        [],
        [],
    )
    assert result.source.path == "2026_P01-interview P01.txt"
    assert result.source.utterances[0].context == "What did P01 say?"
    assert result.participants[0].participant.attributes == {"team": "P01 ovens"}


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("05 Tadeo Vance.md", "05 P01.md"),
        ("03-tadeo-zoom.vtt", "03-P01-zoom.vtt"),
        ("InterviewTadeo.docx", "InterviewP01.docx"),
        ("Tadeo Interview.docx", "P01 Interview.docx"),
        ("kiln.txt", "kiln.txt"),
    ],
)
def test_a_file_name_tells_nobodys_name(name: str, masked: str) -> None:
    result = pseudonymise(transcript(("Tadeo", "Hello."), path=name), [], [])
    assert result.source.path == masked


def test_a_reviewers_nickname_is_not_masked_in_interviews() -> None:
    row = utterance("workshop_lou", "Good.", "r1", record="1", person="author")
    first = pseudonymise(reading([row], kind="review"), [], [])
    second = pseudonymise(
        transcript(("Mira Sol", "In the workshop we fire."), sha="b" * 64),
        first.participants,
        first.aliases,
    )
    assert texts(second) == ["In the workshop we fire."]


def test_names_known_from_other_files_are_masked() -> None:
    first = pseudonymise(transcript(("Tadeo Lund", "Hello there.")), [], [])
    other = transcript(("Mira Sol", "I asked Tadeo."), sha="b" * 64)
    second = pseudonymise(other, first.participants, first.aliases)
    assert texts(second) == ["I asked P01."]
    assert ids(second) == ["P02"]


def test_the_people_of_a_file_come_before_their_namesakes_elsewhere() -> None:
    first = pseudonymise(transcript(("Tadeo Lund", "Hello.")), [], [])
    other = transcript(("Tadeo Vance", "I am Tadeo, not Lund."), sha="b" * 64)
    second = pseudonymise(other, first.participants, first.aliases)
    assert texts(second) == ["I am P02, not P01."]


def test_a_name_that_two_people_of_a_file_bear_stands_for_neither() -> None:
    result = pseudonymise(
        transcript(("Tadeo Lund", "I met Tadeo."), ("Tadeo Vance", "Vance here.")), [], []
    )
    assert texts(result) == ["I met [name].", "P02 here."]
    assert names_of(result.aliases)["[name]"] == {"Tadeo"}


def test_a_label_that_is_a_role_is_no_name() -> None:
    result = pseudonymise(
        transcript(("client", "The client said so."), ("Speaker 2", "A speaker, I.")), [], []
    )
    assert texts(result) == ["The client said so.", "A speaker, I."]


def test_companies_in_labels_stay_in_the_text() -> None:
    result = pseudonymise(
        transcript(
            ("Greta K | Besu", "At Besu, Greta does it."), ("Etan (Nimbus)", "Nimbus is ok.")
        ),
        [],
        [],
    )
    assert texts(result) == ["At Besu, P01 does it.", "Nimbus is ok."]


def test_without_redaction_names_stay_and_people_have_ids() -> None:
    result = pseudonymise(transcript(("Tadeo Lund", "Tadeo here.")), [], [], redact=False)
    assert texts(result) == ["Tadeo here."]
    stored = result.source.utterances[0]
    assert (stored.speaker, stored.participant) == ("Tadeo Lund", "P01")


def test_a_reviewers_nickname_is_no_word_to_mask_elsewhere() -> None:
    rows = [
        utterance("Dark Mode", "I love dark mode.", "r1", record="1", person="author"),
        utterance("Mira Sol", "Dark Mode is late, says Sol.", "r2", record="2", person="author"),
        utterance("Happy Customer", "A happy customer.", "r3", record="3", person="author"),
        utterance("", "Mira Sol was right.", "r4", record="4", person="author"),
    ]
    result = pseudonymise(reading(rows, kind="review"), [], [])
    assert texts(result)[2:] == ["A happy customer.", "P02 was right."]
    assert "says P02" in texts(result)[1]


def test_a_reply_loses_the_name_of_the_one_it_answers() -> None:
    rows = [
        utterance("jo", "Slow.", "r1", record="1", person="author"),
        utterance("", "Hi Jo, sorry!", "r1r", record="1", person="author", role="agent"),
    ]
    result = pseudonymise(reading(rows, kind="review"), [], [])
    assert texts(result)[1] == "Hi P01, sorry!"
    assert result.source.utterances[1].speaker == "[agent]"


_NAME = st.sampled_from(
    "Tadeo Lund|Mira Sol|José Muñoz|Orla O'Hare|Ana-Lucía van Dijk|Bjørn Østergård|Ng Thi Hoa|"
    "Zoë Çelik (Guest)|Dąbrowski, Łucja|jochem-brouwer".split("|")
)
_JOIN = st.sampled_from([" ", ", ", " and ", "'s ", ". ", "\n", " (", ") ", "-", "…", "—"])


@settings(max_examples=200, deadline=None)
@given(
    names=st.lists(_NAME, min_size=1, max_size=4, unique=True),
    words=st.lists(st.sampled_from("the kiln was hot and we will wait in May".split()), max_size=8),
    joins=st.lists(_JOIN, min_size=20, max_size=20),
    change=st.sampled_from([str, str.upper, str.lower]),
)
def test_a_redacted_text_holds_none_of_the_names(
    names: list[str], words: list[str], joins: list[str], change: type[str]
) -> None:
    pieces = [*words, *[change(part) for name in names for part in (name, *name.split())]]
    text = "".join(piece + joins[n % 20] for n, piece in enumerate(pieces))
    result = pseudonymise(transcript(*[(name, text) for name in names]), [], [])
    for stored in result.source.utterances:
        left = {fold(word) for word in re.findall(r"[^\W_]+", stored.text)}
        for name in names:
            assert not left & {part for part in forms(name).single if part not in COMMON}


# Who is one participant


def test_one_label_in_one_file_is_one_person() -> None:
    result = pseudonymise(
        transcript(("Tadeo Lund", "One."), (ASKER, "And?"), ("Tadeo Lund", "Two.")), [], []
    )
    assert ids(result) == ["P01", None, "P01"]


def test_the_same_mail_is_the_same_person_over_the_study() -> None:
    row = utterance("T. Lund", "Slow.", "r1", record="1", identity="Tadeo@kiln.example")
    first = pseudonymise(reading([row], kind="ticket"), [], [])
    again = row.model_copy(update={"identity": "tadeo@kiln.example", "speaker": "Tadeo Lund"})
    second = pseudonymise(
        reading([again], sha="b" * 64, kind="review"), first.participants, first.aliases
    )
    assert ids(second) == ["P01"]


def test_the_same_full_name_is_proposed_and_not_merged() -> None:
    first = pseudonymise(transcript(("Tadeo Lund", "One.")), [], [])
    second = pseudonymise(
        transcript(("Lund, Tadeo", "Two."), sha="b" * 64), first.participants, first.aliases
    )
    assert ids(second) == ["P02"]
    first_key = second.proposals
    assert first_key == ("P01 and P02 bear the same full name; merge?",)


def test_generic_labels_are_other_people_in_each_file() -> None:
    first = pseudonymise(transcript(("Speaker 1", "One."), ("client", "Two.")), [], [])
    second = pseudonymise(
        transcript(("Speaker 1", "One."), ("client", "Two."), sha="b" * 64),
        first.participants,
        first.aliases,
    )
    assert ids(first) == ["P01", "P02"]
    assert ids(second) == ["P03", "P04"]
    assert second.proposals == ()


def test_the_user_joins_a_label_to_a_participant() -> None:
    first = pseudonymise(transcript(("Tadeo Lund", "One.")), [], [])
    second = pseudonymise(
        transcript(("Speaker 2", "Two."), sha="b" * 64),
        first.participants,
        first.aliases,
        speakers={"Speaker 2": "P01"},
    )
    assert ids(second) == ["P01"]


def test_a_label_joined_to_no_participant_id_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="Speaker 2"):
        pseudonymise(transcript(("Speaker 2", "x")), [], [], speakers={"Speaker 2": "Tadeo"})


def test_rows_without_an_author_are_each_a_person() -> None:
    rows = [utterance("", "Slow.", f"r{n}", record=f"r{n}", person="author") for n in range(3)]
    assert ids(pseudonymise(reading(rows, kind="review"), [], [])) == ["P01", "P02", "P03"]


def test_title_and_text_of_a_row_are_one_person() -> None:
    rows = [
        utterance("", "Bad.", "r1:Title", record="1", person="author"),
        utterance("", "It is slow.", "r1:Text", record="1", person="author"),
    ]
    assert ids(pseudonymise(reading(rows, kind="review"), [], [])) == ["P01", "P01"]


def _known(results: Sequence[Pseudonymised]) -> tuple[list[KnownPerson], list[Alias]]:
    people = {p.participant.id: p for result in results for p in result.participants}
    return list(people.values()), [a for result in results for a in result.aliases]


def test_reading_the_same_file_again_changes_nothing() -> None:
    rows = [
        utterance("Tadeo Lund", "Slow, said Tadeo.", "r1", record="1", attributes={"plan": "pro"}),
        utterance("", "Bad.", "r2", record="2"),
    ]
    first = pseudonymise(reading(rows, kind="review"), [], [])
    people, aliases = _known([first])
    second = pseudonymise(reading(rows, kind="review"), people, aliases)
    assert second.source == first.source
    assert (second.participants, second.aliases, second.proposals) == ((), (), ())


def test_placeholders_open_to_every_form_of_a_name() -> None:
    aliases = [
        Alias(participant="P01", name="Ana-Lucía van Dijk (Guest)"),
        Alias(participant="[interviewer]", name="Beck, Orsolya"),
        Alias(participant="P02", name="Speaker 1", source="s_1"),
    ]
    found: Mapping[str, frozenset[str]] = names_of(aliases)
    assert {
        "Ana-Lucía van Dijk (Guest)",
        "Ana-Lucía van Dijk",
        "Ana-Lucía",
        "Dijk",
        "van Dijk",
    } <= (found["P01"])
    assert {"Orsolya Beck", "Orsolya", "Beck"} <= found["[interviewer]"]
    assert found["P02"] == {"Speaker 1"}


def test_the_hundredth_participant_follows_the_ninety_ninth() -> None:
    rows = [utterance("", "x", f"r{n}", record=f"r{n}") for n in range(101)]
    assert ids(pseudonymise(reading(rows, kind="survey"), [], []))[98:] == ["P99", "P100", "P101"]


# Language


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "The oven takes far too long to cool down in the evening, so we wait."),
        ("fr", "Le four met beaucoup trop de temps à refroidir le soir, alors on attend."),
        ("es", "El horno tarda demasiado en enfriarse por la tarde, así que esperamos."),
        ("de", "Der Ofen braucht abends viel zu lange, bis er kalt ist, also warten wir."),
        ("und", "Ofen."),
    ],
)
def test_the_language_of_a_text_is_told(code: str, text: str) -> None:
    assert language.detect(text) == code


def test_one_foreign_answer_does_not_turn_a_file() -> None:
    english = ["The oven takes far too long to cool down in the evening."] * 20
    assert language.majority([*english, "Der Ofen braucht abends viel zu lange."]) == "en"


def test_a_column_of_names_that_does_not_say_so_is_masked() -> None:
    said = [("Ana Ruiz", "Quimby Ovens"), ("Luis Gil", "Acme Corp"), ("Xyloph Orr", "New York")]
    rows = [
        utterance("", "Slow.", f"r{n}", record=f"r{n}", attributes={"Wer": who, "Firma": firm})
        for n, (who, firm) in enumerate(said)
    ]
    kept = [
        person.participant.attributes
        for person in pseudonymise(reading(rows, kind="survey"), [], []).participants
    ]
    assert [one["Wer"] for one in kept] == ["[name]"] * 3
    assert [one["Firma"] for one in kept] == ["Quimby Ovens", "Acme Corp", "New York"]
    told = pseudonymise(reading(rows, kind="survey"), [], [], redact=False).participants
    assert told[0].participant.attributes["Wer"] == "Ana Ruiz"
