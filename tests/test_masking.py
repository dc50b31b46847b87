"""What is masked beside the names of speakers: patterns, colleagues, organisations."""

from __future__ import annotations

import pytest

from personagen.privacy import Alias, MaskChoice, Wishes, patterns, pseudonymise
from personagen.privacy.lexicon import english, given_names
from personagen.privacy.names import COMMON
from personagen.privacy.thirdparty import people_in
from personagen.privacy.typed import typed_masker
from tests.test_privacy import ASKER, reading, texts, transcript, utterance


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Write to odette.v+kiln@mail.example.co.uk.", "email"),
        ("Ring +44 20 7946 0958, it is quick.", "phone"),
        ("It's (415) 555-0132 for orders.", "phone"),
        ("Call me on 06 12 34 56 78.", "phone"),
        ("My number is 5550199.", "phone"),
        ("I paid with 4111 1111 1111 1111 as ever.", "card"),
        ("Send it to DE89 3704 0044 0532 0130 00 please.", "account"),
        ("My account number is 12345678.", "account"),
        ("SSN 123-45-6789, they asked.", "account"),
        ("6158379930", "account"),
        ("It is Prabhu 987456321", "account"),
        ("that would be 6789 4356 6785", "account"),
        ("I sit in 12 Baker Street, London NW1 6XE.", "address"),
        ("Hauptstraße 12, 10115 Berlin ist es.", "address"),
        ("C'est 12 rue de la Paix, 75002 Paris.", "address"),
        ("See https://zoom.us/j/98765432?pwd=abc for it.", "url"),
        ("I'm @odette_vrba there.", "handle"),
        ("Find me as odette#1234 there.", "handle"),
    ],
)
def test_what_identifies_by_its_form_is_found(text, kind):
    assert [found.kind for found in patterns.find(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "From 2019-2024 we had 1,200,000 users, on 2024-05-01 and 12/05/2024.",
        "4111 1111 1111 1112 has a wrong check digit.",
        "It took 10-15 minutes for 100 000 rows, version 1.2.3.4, pi is 3.14159265.",
        "Order 5 and ERC-8117 came at 14:30-15:45.",
        "I keep 3 Google Drive folders; see https://example.com/docs for more.",
        "Use @types/node and @media(print) here; issue#1234 is open.",
        "500 to 1000 people in 2016, 2017 and 2018.",
    ],
)
def test_numbers_and_links_that_identify_nobody_stay(text):
    assert patterns.find(text) == []


def test_the_same_e_mail_has_the_same_placeholder_in_the_whole_study():
    first = pseudonymise(transcript(("Tadeo Lund", "Mail a@b.org or C@d.org.")), [], [])
    other = transcript(("Mira Sol", "It was c@d.org, then e@f.org."), sha="b" * 64)
    second = pseudonymise(other, first.participants, first.aliases)
    assert texts(first) == ["Mail [email 1] or [email 2]."]
    assert texts(second) == ["It was [email 2], then [email 3]."]


def test_a_colleague_has_one_placeholder_however_called():
    result = pseudonymise(
        transcript(
            (ASKER, "Who runs it?"),
            ("Tadeo Lund", "Fiona Applegarth does, with Dr. Fields. Fiona's a star."),
            ("Tadeo Lund", "I told Ms Applegarth. Dr. Fields has two fields."),
        ),
        [],
        [],
    )
    assert texts(result)[1:] == [
        "[colleague 1] does, with Dr. [colleague 2]. [colleague 1]'s a star.",
        "I told Ms [colleague 1]. Dr. [colleague 2] has two fields.",
    ]


def test_who_is_greeted_by_an_unknown_name_is_masked():
    result = pseudonymise(transcript((ASKER, "Thanks, Ansgarion. So what next?")), [], [])
    assert texts(result) == ["Thanks, [colleague 1]. So what next?"]


def test_words_and_products_are_no_colleagues():
    said = "And-and then we used Kubernetes. The Grafana board is red. Kubernetes, what a beast."
    assert people_in([said, "it was and then some"]).people == ()


def test_what_stood_there_is_kept_with_its_place():
    result = pseudonymise(transcript(("Tadeo Lund", "I am Tadeo: a@b.org, ask Fiona.")), [], [])
    stored = result.source.utterances[0]
    assert [(m.kind, m.original, stored.text[m.start : m.end]) for m in result.masks] == [
        ("participant", "Tadeo", "P01"),
        ("email", "a@b.org", "[email 1]"),
        ("colleague", "Fiona", "[colleague 1]"),
    ]


def test_organisations_are_masked_on_request():
    talk = transcript(("Tadeo Lund", "Pangora Trading fired us, PANGORA TRADING did."))
    kept = pseudonymise(talk, [], [])
    masked = pseudonymise(talk, [], [], wishes=Wishes(organisations=("Pangora Trading",)))
    assert "Pangora Trading" in texts(kept)[0]
    assert texts(masked) == ["[organisation 1] fired us, [organisation 1] did."]


def test_a_person_decides_what_is_a_name_and_what_is_none():
    talk = transcript(("Tadeo Lund", "Fiona is our oven. Grumpf is the boss."))
    wishes = Wishes(
        choices=(
            MaskChoice(action="keep", term="Fiona"),
            MaskChoice(action="mask", term="Grumpf", placeholder="[colleague 7]"),
        )
    )
    assert texts(pseudonymise(talk, [], [], wishes=wishes)) == [
        "Fiona is our oven. [colleague 7] is the boss."
    ]


def test_a_model_is_believed_where_it_is_sure_of_a_name():
    class Model:
        def find(self, texts):
            return [
                [(t.index(n), t.index(n) + len(n)) for n in ("Quorra", "Tidewell") if n in t]
                for t in texts
            ]

    said = ["I asked Quorra.", "Quorra knows.", "We use Tidewell.", "In Tidewell it is slow."]
    assert [named.label for named in people_in(said, Model()).people] == ["Quorra"]


def test_what_a_user_types_is_masked_like_what_was_imported():
    mask = typed_masker(
        [
            Alias(participant="P03", name="Tadeo Lund"),
            Alias(participant="[colleague 2]", name="Fiona Applegarth"),
            Alias(participant="[email 1]", name="a@b.org"),
        ]
    )
    said = "Would Tadeo, Fiona Applegarth or A@b.org like x@y.org?"
    assert mask(said) == "Would P03, [colleague 2] or [email 1] like [email 2]?"


FRAMES = (
    "{} is what we need.",
    "Thanks. {} it all.",
    "Thanks, {}. It is fine.",
    "Hi {}",
    "Hey, {}, how are things?",
    "{}, you know, it works.",
    "{}, do you use it?",
    "It was like, {}. Then we went.",
    "We said: {} more people.",
    "Then Officer {} came.",
)


def test_no_english_word_that_begins_or_closes_a_sentence_is_taken_for_a_person():
    everyday = sorted(english() - COMMON)
    said = [
        ("P1", FRAMES[(n + shift) % len(FRAMES)].format(word.capitalize()))
        for shift in (0, 3)
        for n, word in enumerate(everyday[::3])
    ]
    assert len(said) > 10_000
    assert [text for text in texts(pseudonymise(transcript(*said), [], [])) if "[" in text] == []


@pytest.mark.parametrize(
    "said",
    [
        "Zebulor? No! He builds radios.",
        "They say yes, so Zebulor can't give it away even if he wants to.",
        "I think Zebulor just laughed, in the van.",
        "I've been married to Zebulor for nineteen years.",
        "There was a lass called Zebulor who wrote back.",
    ],
)
def test_whoever_is_spoken_of_as_a_person_is_masked_whatever_their_name(said: str):
    (masked,) = texts(pseudonymise(transcript(("P1", said)), [], []))
    assert "Zebulor" not in masked
    assert "[colleague 1]" in masked


@pytest.mark.parametrize(
    "said",
    [
        "Zebulor does the invoices and it costs nothing.",
        "My husband uses Zebulor and he loves it.",
        "Zebulor can be slow, my boss says, and she should know.",
        "We looked at Zebulor. He didn't like it.",
        "Zebulor told me to wait, and Zebulor wants to charge me twice.",
    ],
)
def test_a_tool_that_somebody_uses_is_no_person(said: str):
    assert texts(pseudonymise(transcript(("P1", said)), [], [])) == [said]


def test_the_lists_of_words_and_of_given_names_share_no_word():
    assert not english() & given_names()


def test_a_speaker_called_like_a_word_is_not_sought_in_that_word():
    told = transcript(
        ("Hannah Hire", "We hire slowly. Hire less, ask Hannah."),
        (ASKER, "Thanks, Hire. And, Hannah Hire, who scripts it?"),
    )
    first, second = texts(pseudonymise(told, [], []))
    assert first == "We hire slowly. Hire less, ask P01."
    assert second == "Thanks, P01. And, P01, who scripts it?"


def test_a_reviewer_named_after_a_word_leaves_the_word_in_the_reviews_of_others():
    said = [utterance("Bike Lover", "Fine.", "r1"), utterance("Ana Ruiz", "Bike rides fail.", "r2")]
    rows = reading(said, "r.csv", kind="review")
    assert texts(pseudonymise(rows, [], []))[1] == "Bike rides fail."


def test_a_slip_in_lower_case_makes_no_word_of_a_family_name():
    said = [("P1", f"We met Donald Fenwick on day {n}.") for n in range(25)]
    told = transcript(*said, ("P2", "Then fenwick left."))
    assert all("Fenwick" not in text for text in texts(pseudonymise(told, [], [])))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("I wrote to Senator Bravolt, and Bravolt wrote back.", "I wrote to Senator [colleague 1], "
         "and [colleague 1] wrote back."),
        ("Osama bin Tarwat came. Did bin Tarwat stay?", "[colleague 1] came. Did [colleague 1] "
         "stay?"),
    ],
)  # fmt: skip
def test_whoever_is_called_by_office_or_with_a_particle_is_one_person(text, masked):
    assert texts(pseudonymise(transcript(("P1", text)), [], []))[0] == masked
