"""The quote gate on single sentences: what may be cut, changed and left out, and what may not."""

from __future__ import annotations

import pytest

from personagen.models import Source, Utterance
from personagen.verification import QuoteIndex, QuoteVerdict, standing_alone
from personagen.verification.speed import measure


def source(*turns: tuple[str, str]) -> Source:
    """Return a source of (speaker, words); `[interviewer]` asks, everyone else takes part."""
    said = tuple(
        Utterance(
            id=f"u{k}",
            speaker=who,
            role="interviewer" if who == "[interviewer]" else "participant",
            text=text,
            participant=None if who == "[interviewer]" else who,
        )
        for k, (who, text) in enumerate(turns)
    )
    return Source(id="s", path="a.txt", kind="interview", reader="t", sha256="", utterances=said)


def check(said: str, quote: str) -> QuoteVerdict:
    index = QuoteIndex.build([source(("[interviewer]", "And then what?"), ("P01", said))])
    return index.check(quote, "P01")


# What was said; what may be quoted from it; what may not.
CASES: list[tuple[str, list[str], list[str]]] = [
    (
        "I don't think it saves time.",
        ["I don't think it saves time", "i don't think it saves time."],
        ["it saves time", "It saves time.", "think it saves time", "I do not think it saves time."],
    ),
    ("My boss says it is a toy.", ["My boss says it is a toy"], ["it is a toy", "It is a toy."]),
    (
        "If it were free, I'd buy it.",
        ["If it were free, I'd buy it"],
        ["I'd buy it", "I'd buy it."],
    ),
    (
        "I would buy it if it were free.",
        ["I would buy it if it were free."],
        ["I would buy it", "I would buy it."],
    ),
    ("It's not that it's slow.", [], ["it's slow"]),
    ("It's great, not.", [], ["It's great"]),
    ("It's fast. Not.", [], ["It's fast."]),
    ("It's fast, or so they claim.", [], ["It's fast"]),
    ("Nobody said it was easy.", [], ["it was easy", "it was easy."]),
    ("I doubt it saves time.", [], ["it saves time"]),
    ("I can't say I love it.", [], ["I love it"]),
    ("There is no way I would recommend it.", [], ["I would recommend it"]),
    (
        "Far from being useful, it is a burden.",
        ["Far from being useful, it is a burden"],
        ["being useful", "useful, it is a burden"],
    ),
    ("It used to be reliable.", ["It used to be reliable."], ["be reliable", "reliable."]),
    ("It is hardly useful.", [], ["useful", "It is useful."]),
    (
        "It is too expensive to be useful for us.",
        [],
        ["to be useful for us", "expensive to be useful", "be useful for us"],
    ),
    ("I wish it worked.", [], ["it worked"]),
    ("Without the support team it would be unusable.", [], ["it would be unusable"]),
    (
        "The app is fast and I love it.",
        [
            "The app is fast",
            "I love it",
            "I love it.",
            "The app is fast and I love it",
            "and I love it",
        ],
        [],
    ),
    (
        "I moved everything over, and it saves time.",
        ["it saves time", "I moved everything over"],
        [],
    ),
    ("I don't like the price, but it saves time.", ["it saves time", "I don't like the price"], []),
    (
        "It saves time because I don't have to ring round.",
        ["It saves time", "I don't have to ring round."],
        [],
    ),
    ("It saves time, and I don't have to ring round.", ["It saves time"], []),
    ("It saves time, but only on Mondays.", [], ["It saves time"]),
    (
        "So we moved to Excel in 2019.",
        ["we moved to Excel in 2019", "We moved to Excel"],
        ["We moved to Excel in 2018.", "we moved to excel in 2019"],
    ),
    (
        "It costs 40 thousand dollars a year.",
        [],
        ["It costs 40", "it costs 40 dollars a year", "thousand dollars a year"],
    ),
    ("It costs about 40 dollars.", [], ["40 dollars", "It costs 40 dollars."]),
    (
        "It costs $1,500.50 a year.",
        [],
        [
            "It costs $1,500",
            "It costs 1,500.50 a year",
            "It costs $1500.50 a year",
            "500.50 a year",
        ],
    ),
    (
        "It takes 5-10 minutes.",
        ["It takes 5–10 minutes."],
        ["It takes 5 minutes", "10 minutes", "It takes 5", "It takes 510 minutes"],
    ),
    ("Temperatures of -5 degrees kill it.", [], ["5 degrees kill it"]),
    (
        "The area is 5² metres and ½ a litre.",
        ["The area is 5² metres and ½ a litre"],
        [
            "The area is 52 metres and ½ a litre",
            "The area is 5² metres and 1/2 a litre",
            "The area is 5 metres",
        ],
    ),
    (
        "It is non-toxic and user-friendly.",
        ["It is non‑toxic and user-friendly"],
        ["toxic and user-friendly", "It is toxic and user-friendly", "friendly"],
    ),
    (
        "Does it work? I have no idea.",
        ["Does it work?", "I have no idea"],
        ["Does it work", "Does it work.", "It work? I have no idea!"],
    ),
    ("It works, right?", ["It works, right?"], ["It works", "It works, right."]),
    (
        "I like it. I don't use the reports. The rota saves me.",
        ["The rota saves me."],
        ["I like it. […] The rota saves me."],
    ),
    (
        "I like it. We bought it in March. The rota saves me.",
        [
            "I like it. […] The rota saves me.",
            "I like it ... The rota saves me",
            "I like it (…) The rota saves me.",
        ],
        [],
    ),
    (
        "We use the rota, which my boss bought in March, every single day.",
        ["We use the rota […] every single day."],
        [],
    ),
    ("I hate the old app and love the new one.", [], ["I hate […] the new one"]),
    ("My boss loves it and my wife hates it.", ["My boss loves it"], ["My boss […] hates it"]),
    (
        "I like the rota. What bugs me is the price.",
        [],
        ["I like […] the price", "I like the […] price."],
    ),
    ("I do not […] like it", ["I do not [...] like it"], []),
    (
        "Um, so, uh, we like it, you know, a lot.",
        [
            "So, we like it, a lot.",
            "so we like it, you know, a lot",
            "So, we like it a lot",
            "Um, so, uh, we like it, you know, a lot",
        ],
        ["So we like it, I mean, a lot"],
    ),
    ("You know it saves time.", ["You know it saves time."], ["It saves the time"]),
    ("I know you know the rules.", [], ["I know the rules."]),
    (
        "Uh-huh, it works. Uh-uh, it does not.",
        ["Uh-huh, it works."],
        ["huh, it works", "it works. It does not"],
    ),
    (
        "The ER was full and er it was slow.",
        ["The ER was full and it was slow"],
        ["The was full and er it was slow"],
    ),
    ("It never, um, worked.", ["It never worked."], ["It worked"]),
    (
        "They said “it is a toy” and left.",
        ['They said "it is a toy" and left'],
        ["it is a toy", "They said it is a toy and left"],
    ),
    (
        'She goes, "It\'s awful. I hate it." I like it myself.',
        ["I like it myself"],
        ["I hate it.", "It's awful."],
    ),
    ("I love it... said no one ever.", [], ["I love it", "I love it..."]),
    ("I don't know... It saves time I guess.", [], ["It saves time"]),
    (
        "The setup was exper-\nience driven and re-\nsigned.",
        [
            "The setup was experience driven and re-signed",
            "The setup was experience driven and resigned.",
        ],
        ["The setup was ience driven"],
    ),
    ("Café naïve ﬁne.", ["Café naïve fine."], ["Cafe naive fine."]),
    ("We got it on 3 March 2024.", [], ["We got it on 3 March 2025", "We got it on 4 March 2024."]),
    ("It's quicker than Excel, in theory.", [], ["It's quicker than Excel"]),
    ("Only the managers like it.", [], ["the managers like it", "The managers like it."]),
    ("Hardly anyone uses it.", [], ["anyone uses it"]),
    ("What I like is that it saves time.", ["What I like is that it saves time."], []),
    ("It is better than nothing.", [], ["It is better"]),
    ("It is as good as Excel when it works.", [], ["It is as good as Excel"]),
    ("According to the vendor, it is secure.", [], ["it is secure"]),
    ("It is secure, according to the vendor.", [], ["It is secure"]),
    ("He thinks it's cheap, and it's not.", [], ["it's cheap", "He thinks it's cheap and it's"]),
    ("It isn't cheap or fast.", [], ["cheap or fast", "fast"]),
    ("Neither the app nor the site works.", [], ["the site works", "the app"]),
    ("I was told it's free.", [], ["it's free"]),
    ("Imagine it's free.", [], ["it's free"]),
    ("It's supposed to save time.", [], ["save time"]),
    ("They promised it would save time.", [], ["it would save time"]),
    (
        "I thought it was good at first.",
        [],
        ["it was good", "it was good at first", "I thought it was good"],
    ),
    ("I love it when it crashes.", [], ["I love it"]),
    ("I love it, sarcastically speaking.", [], ["I love it"]),
    ("Is it good or is it bad?", [], ["it good", "is it bad", "Is it good"]),
    ("I'd say it is good.", [], ["it is good"]),
    ("It is good, I'd say.", [], ["It is good"]),
    ("It was good until the update.", [], ["It was good"]),
    ("We use it every day except Sunday.", [], ["We use it every day"]),
    ("Almost everyone likes it.", [], ["everyone likes it"]),
    ("It works most of the time.", [], ["It works"]),
    ("It's good for small teams only.", [], ["It's good for small teams", "It's good"]),
    ("It saves at least two hours.", [], ["two hours", "It saves two hours"]),
    ("I kind of like it.", [], ["like it", "I like it"]),
    ("THE APP IS BAD. I hate it.", ["THE APP IS BAD."], ["The app is bad."]),
    ("I hate it!", ["I hate it!"], ["I hate it?", "I hate it!!?"]),
    ("Great 🙄 app.", ["Great 🙄 app"], ["Great app."]),
    (
        "Je ne pense pas que ça marche bien.",
        ["Je ne pense pas que ça marche bien"],
        ["ça marche bien"],
    ),
    ("Mon chef dit que c'est un jouet pour les enfants.", [], ["c'est un jouet pour les enfants"]),
    (
        "Ich glaube nicht, dass es Zeit spart und gut ist.",
        [],
        ["es Zeit spart und gut ist", "dass es Zeit spart"],
    ),
    (
        "No creo que la aplicación sea buena para el equipo.",
        [],
        ["la aplicación sea buena para el equipo"],
    ),
    (
        "Wir machen das, um Zeit zu sparen, und er ist froh, dass es nicht teuer ist.",
        [],
        [
            "Wir machen das, Zeit zu sparen, und er ist froh, dass es nicht teuer ist.",
            "Wir machen das, um Zeit zu sparen, und ist froh, dass es nicht teuer ist.",
        ],
    ),
]


@pytest.mark.parametrize(("said", "accepted", "refused"), CASES, ids=[c[0][:40] for c in CASES])
def test_only_what_keeps_its_meaning_is_verbatim(
    said: str, accepted: list[str], refused: list[str]
) -> None:
    index = QuoteIndex.build([source(("[interviewer]", "And then what?"), ("P01", said))])
    verdicts = {quote: index.check(quote, "P01") for quote in [*accepted, *refused]}
    assert [(q, verdicts[q].why) for q in accepted if verdicts[q].verdict != "verbatim"] == []
    assert [q for q in refused if verdicts[q].verdict == "verbatim"] == []


NAMES = {
    "P01": frozenset({"Dana Okafor"}),
    "P02": frozenset({"Sam Lee"}),
    "P03": frozenset({"Dana Lee"}),
    "[colleague 1]": frozenset({"Karen"}),
    "[interviewer]": frozenset({"Ida Berg"}),
}
STUDY = source(
    ("[interviewer]", "How do you plan the rota today?"),
    ("P01", "I print the sheet. P02 told [colleague 1] that P02's copy is wrong."),
    ("P02", "I never print the sheet. The rota is on the wall."),
    ("[interviewer]", "The rota is on the wall. Who put it there?"),
    ("P03", "Nobody knows who put it there."),
)


@pytest.fixture(scope="module")
def index() -> QuoteIndex:
    return QuoteIndex.build([STUDY], NAMES)


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        ("Sam told Karen that Sam's copy is wrong.", "verbatim"),
        ("Sam Lee told [colleague 1] that P02's copy is wrong.", "verbatim"),
        ("Sam told Karen that Lee’s copy is wrong", "verbatim"),
        ("Karen told Sam that Karen's copy is wrong.", "altered"),
        ("Dana told Karen that Sam's copy is wrong.", "altered"),
        ("He told Karen that Sam's copy is wrong.", "altered"),
        ("Sam told Karen that Sam copy is wrong.", "altered"),
        ("P02 told [colleague 2] that P02's copy is wrong.", "altered"),
    ],
)
def test_a_placeholder_accepts_itself_and_its_names_and_nothing_else(
    quote: str, verdict: str, index: QuoteIndex
) -> None:
    assert index.check(quote, "P01").verdict == verdict


@pytest.mark.parametrize(
    ("quote", "speaker", "verdict"),
    [
        ("I never print the sheet.", "P02", "verbatim"),
        ("I never print the sheet.", "Sam Lee", "verbatim"),
        ("I never print the sheet.", "sam", "verbatim"),
        ("I never print the sheet.", "P2", "verbatim"),
        ("I never print the sheet.", "P02, interview, 00:12:31", "verbatim"),
        ("I never print the sheet.", "Participant", "verbatim"),
        ("I never print the sheet.", None, "verbatim"),
        ("I never print the sheet.", "P01", "misattributed"),
        ("I never print the sheet.", "Dana Okafor", "misattributed"),
        ("I never print the sheet.", "Interviewer", "misattributed"),
        ("I never print the sheet.", "Somebody Else", "misattributed"),
        ("How do you plan the rota today?", None, "misattributed"),
        ("How do you plan the rota today?", "P01", "misattributed"),
        ("How do you plan the rota today?", "Ida Berg", "verbatim"),
        ("The rota is on the wall.", None, "verbatim"),
        ("The rota is on the wall.", "P02", "verbatim"),
        ("The rota is on the wall.", "P03", "misattributed"),
        ("Nobody knows who put it there.", "Lee", "verbatim"),
    ],
)
def test_words_belong_to_who_said_them(
    quote: str, speaker: str | None, verdict: str, index: QuoteIndex
) -> None:
    assert index.check(quote, speaker).verdict == verdict


def test_words_over_two_turns_are_one_splice(index: QuoteIndex) -> None:
    for mark in (" ", " […] ", " ... "):
        quote = f"The rota is on the wall.{mark}Nobody knows who put it there."
        found = index.check(quote, "P02")
        assert found.verdict == "altered"
        assert "turn" in found.why


def test_words_that_nobody_said_are_not_found(index: QuoteIndex) -> None:
    found = index.check("The moon is made of cheese and it shines", "P01")
    assert (found.verdict, found.located) == ("not_found", None)
    assert index.check("", "P01").verdict == "not_found"
    assert index.check("…!", None).verdict == "not_found"


@pytest.mark.parametrize(
    ("quote", "why"),
    [
        ("I print the sheet", "verbatim"),
        ("I always print the sheet.", '"never"'),
        ("The rota is on the walls.", '"walls"'),
        ("Who knows who put it there.", '"Nobody"'),
    ],
)
def test_the_reason_names_the_first_difference(quote: str, why: str, index: QuoteIndex) -> None:
    found = index.check(quote)
    assert why in (found.verdict, *found.why.split()) or why in found.why


def test_the_place_is_given_in_code_points_of_the_stored_text(index: QuoteIndex) -> None:
    place = index.check("sam told Karen that Sam's copy is wrong", "P01").located
    assert place is not None
    (said,) = (u for u in STUDY.utterances if u.id == place.utterance)
    assert said.text[place.start : place.end] == "P02 told [colleague 1] that P02's copy is wrong"
    assert (place.source, place.speaker, place.role) == ("a.txt", "P01", "participant")


def test_offsets_survive_decomposed_letters_and_invisible_characters() -> None:
    said = "Le cafe\u0301 est ﬁn\u00adi. We like the cafe\u0301 on the corner."
    index = QuoteIndex.build([source(("P01", said))])
    place = index.check("We like the café on the corner.").located
    assert place is not None
    assert said[place.start : place.end] == "We like the cafe\u0301 on the corner"


@pytest.mark.parametrize(
    ("utterance", "start", "end", "participant", "verdict"),
    [
        ("u2", 0, 24, "P02", "verbatim"),
        ("u2", 0, 24, None, "verbatim"),
        ("u2", 0, 24, "P01", "misattributed"),
        ("u2", 8, 24, "P02", "altered"),
        ("u2", 0, 23, "P02", "verbatim"),
        ("u2", 0, 21, "P02", "altered"),
        ("u2", 0, 999, "P02", "not_found"),
        ("u2", 5, 5, "P02", "not_found"),
        ("u2", -3, 24, "P02", "not_found"),
        ("u9", 0, 5, "P02", "not_found"),
        ("u0", 0, 31, None, "misattributed"),
    ],
)
def test_an_address_is_judged_by_the_same_rules(
    utterance: str, start: int, end: int, participant: str | None, verdict: str, index: QuoteIndex
) -> None:
    assert index.check_address(utterance, start, end, participant).verdict == verdict


def test_a_reason_echoes_no_more_than_a_few_words() -> None:
    said = " ".join(f"word{k}" for k in range(80)) + "."
    quote = " ".join(f"word{k}" for k in range(40)) + " " + " ".join(f"x{k}" for k in range(30))
    assert len(check(said, quote).why) < 120


def test_the_part_that_may_stand_alone_says_nothing() -> None:
    text = "I moved it over, and it saves time. I don't think it is cheap."
    assert standing_alone(text, 0, 35) is None
    assert standing_alone(text, 21, 34) is None
    assert "think" in (standing_alone(text, 50, 62) or "")


def test_all_of_a_long_speech_may_be_quoted() -> None:
    speech = " ".join(f"In week {k} the pump broke and I rang the shop again." for k in range(600))
    index = QuoteIndex.build([source(("P01", speech))])
    assert index.check(speech, "P01").verdict == "verbatim"
    assert index.check(speech.replace("week 300", "week 3000"), "P01").verdict == "altered"


def test_the_gates_speed_is_measured_on_what_the_study_holds() -> None:
    speech = [("P01", f"In week {k} the pump broke and I rang the shop again.") for k in range(50)]
    found = measure([source(*speech)], quotations=20)
    assert found.characters == sum(len(text) for _, text in speech)
    assert found.of_limit == max(found.verbatim_ms, found.altered_ms) / 5
