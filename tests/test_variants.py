"""Exports as other versions and plans of the same tools write them, made for these tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from personagen.errors import PersonagenError
from personagen.models import Role
from personagen.reading import Reading, read

ASKED = "What do you do when the kiln is booked twice?"
TOLD = "I drive over there and move the other person's pots by hand."
AGAIN = "And how often does that happen to you?"
OFTEN = "Every second week, and nobody ever tells me before."
TALK = [
    ("Dana Okafor", ASKED),
    ("Ilse Brandt", TOLD),
    ("Dana Okafor", AGAIN),
    ("Ilse Brandt", OFTEN),
]

Load = Callable[[str, str | bytes], Reading]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def _load(name: str, content: str | bytes) -> Reading:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read(path)

    return _load


def said(reading: Reading) -> list[tuple[Role, str, str]]:
    return [(u.role, u.speaker, u.text) for u in reading.utterances]


def in_turns(asker: str, teller: str) -> list[tuple[str, str, str]]:
    """Return what the talk must give, under these names."""
    names = {"Dana Okafor": ("interviewer", asker), "Ilse Brandt": ("participant", teller)}
    return [(*names[who], text) for who, text in TALK]


def lines(pattern: str) -> str:
    return "".join(
        pattern.format(n=n, who=who, text=text, letter="Q" if who.startswith("D") else "A")
        for n, (who, text) in enumerate(TALK, 1)
    )


@pytest.mark.parametrize(
    "pattern",
    [
        "10:0{n}:11\t From {who} : {text}\r\n",
        "10:0{n}:11 From {who} to Everyone:\r\n\t{text}\r\n",
        "2026-03-04 10:0{n}:11 From {who} to Everyone:\n\t{text}\n",
    ],
)
def test_zooms_older_chats_give_who_wrote_what(load: Load, pattern: str) -> None:
    assert said(load("chat.txt", lines(pattern))) == in_turns("Dana Okafor", "Ilse Brandt")


def test_a_stamp_above_the_first_speaker_times_their_turn(load: Load) -> None:
    reading = load("call.txt", lines("0{n}:03\n{who}: {text}\n\n"))
    assert [u.t_start for u in reading.utterances] == [63, 123, 183, 243]


def test_a_stamp_of_zero_times_what_it_opens(load: Load) -> None:
    talk = lines("{who}: {text}\n")
    reading = load("sync - Transcript.txt", f"Notes\nPlan the kiln.\n00:00:00\n{talk}")
    assert said(reading) == in_turns("Dana Okafor", "Ilse Brandt")
    assert reading.utterances[0].t_start == 0


def test_stamps_without_names_keep_their_times_and_nobody_is_quoted(load: Load) -> None:
    reading = load("otter.txt", lines("{n}:15  \n{text}\n\n"))
    assert [(u.role, u.t_start) for u in reading.utterances] == [
        ("unknown", 75), ("unknown", 135), ("unknown", 195), ("unknown", 255),
    ]  # fmt: skip
    assert any("not coded" in warning for warning in reading.warnings)


def test_unpadded_stamps_above_names_open_turns(load: Load) -> None:
    reading = load("teams.txt", lines("0:{n}:5.0 --> 0:{n}:9.32\n{who}\n{text}\n\n"))
    assert said(reading) == in_turns("Dana Okafor", "Ilse Brandt")
    assert [u.t_start for u in reading.utterances] == [65, 125, 185, 245]


def test_a_name_on_the_first_line_of_a_cue_speaks_in_it(load: Load) -> None:
    cues = lines("{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{who}\n{text}\n\n")
    assert said(load("cut.srt", cues)) == in_turns("Dana Okafor", "Ilse Brandt")


def test_letters_with_a_stop_ask_and_answer(load: Load) -> None:
    assert said(load("talk.txt", lines("{letter}. {text}\n\n"))) == in_turns("Q", "A")


def test_two_columns_without_a_header_lose_no_turn(load: Load) -> None:
    reading = load("talk.txt", lines("{who}\t{text}\n"))
    assert said(reading) == in_turns("Dana Okafor", "Ilse Brandt")


def test_times_names_and_words_in_columns_without_a_header(load: Load) -> None:
    reading = load("talk.csv", lines('00:0{n}:03,{who},"{text}"\n'))
    assert said(reading) == in_turns("Dana Okafor", "Ilse Brandt")
    assert reading.utterances[0].t_start == 63


def test_the_one_known_voice_may_be_the_one_that_asks(load: Load) -> None:
    talk = lines("{who}  {n}:03  \n{text}\n\n").replace("Dana Okafor", "Speaker 1")
    reading = load("otter.txt", talk.replace("Ilse Brandt", "Unknown Speaker"))
    assert {s.name: s.role for s in reading.speakers} == {
        "Speaker 1": "interviewer", "Unknown Speaker": "unknown",
    }  # fmt: skip


def _words(at: int, text: str) -> list[tuple[str, float]]:
    return [(word, at * 10 + n * 0.3) for n, word in enumerate(text.split())]


def _who(name: str) -> int:
    return int(name.startswith("I"))


SPEECH: dict[str, tuple[Any, str, str]] = {
    "google, each result its own words": (
        {
            "results": [
                {
                    "alternatives": [
                        {
                            "transcript": text,
                            "words": [
                                {"word": w, "startOffset": f"{t}s", "speakerLabel": str(_who(who))}
                                for w, t in _words(at, text)
                            ],
                        }
                    ]
                }
                for at, (who, text) in enumerate(TALK)
            ]
        },
        "Speaker 0",
        "Speaker 1",
    ),
    "google, the last result repeats all": (
        {
            "results": [
                *({"alternatives": [{"transcript": text}]} for _, text in TALK),
                {
                    "alternatives": [
                        {
                            "words": [
                                {"word": w, "startTime": f"{t}s", "speakerTag": _who(who) + 1}
                                for at, (who, text) in enumerate(TALK)
                                for w, t in _words(at, text)
                            ]
                        }
                    ]
                },
            ]
        },
        "Speaker 1",
        "Speaker 2",
    ),
    "azure, fast": (
        {
            "combinedPhrases": [{"text": "all"}],
            "phrases": [
                {"offsetMilliseconds": at * 10_000, "durationMilliseconds": 900, "text": text,
                 "speaker": _who(who)}
                for at, (who, text) in enumerate(TALK)
            ],
        },
        "Speaker 0",
        "Speaker 1",
    ),
    "elevenlabs": (
        {
            "text": "all",
            "words": [
                {"text": w, "start": t, "end": t, "type": kind,
                 "speaker_id": f"speaker_{_who(who)}"}
                for at, (who, text) in enumerate(TALK)
                for word, t in _words(at, text)
                for w, kind in ((word, "word"), (" ", "spacing"))
            ],
        },
        "speaker_0",
        "speaker_1",
    ),
    "zoom, timeline": (
        {
            "timeline": [
                {"text": text, "ts": f"00:00:{at}0.000", "end_ts": f"00:00:{at}9.000",
                 "users": [{"username": who}]}
                for at, (who, text) in enumerate(TALK)
            ]
        },
        "Dana Okafor",
        "Ilse Brandt",
    ),
}  # fmt: skip


@pytest.mark.parametrize("vendor", SPEECH)
def test_speech_to_text_gives_turns_with_times(load: Load, vendor: str) -> None:
    document, asker, teller = SPEECH[vendor]
    reading = load("speech.json", json.dumps(document))
    assert said(reading) == in_turns(asker, teller)
    assert [u.t_start for u in reading.utterances] == [0, 10, 20, 30]


def test_youtubes_timed_text_is_speech_of_nobody_known(load: Load) -> None:
    events = [
        {"tStartMs": at * 1000, "dDurationMs": 900, "segs": [{"utf8": text}]}
        for at, (_, text) in enumerate(TALK)
    ]
    reading = load("video.json3", json.dumps({"wireMagic": "pb3", "events": events}))
    assert [u.role for u in reading.utterances] == ["unknown"]
    assert reading.utterances[0].text == " ".join(text for _, text in TALK)


def _comment(number: int, author: int, body: str, public: bool = True) -> dict[str, Any]:
    return {
        "id": number, "author_id": author, "body": body, "plain_body": body, "public": public,
        "html_body": f"<p>{body}</p>", "created_at": "2026-03-03T10:11:12Z",
    }  # fmt: skip


def _notes(*told: tuple[str, bool]) -> list[dict[str, Any]]:
    return [{"body": body, "incoming": incoming, "private": False} for body, incoming in told]


LOOSE: dict[str, tuple[Any, Sequence[tuple[Role, str]]]] = {
    "zendesk comments": (
        {"comments": [_comment(1, 5, TOLD), _comment(2, 9, ASKED), _comment(3, 9, "hm", False)]},
        [("participant", TOLD), ("agent", ASKED), ("agent", "hm")],
    ),
    "zendesk comments with users": (
        {
            "comments": [_comment(1, 9, ASKED), _comment(2, 5, TOLD)],
            "users": [{"id": 5, "name": "Ilse", "role": "end-user"}, {"id": 9, "role": "agent"}],
        },
        [("agent", ASKED), ("participant", TOLD)],
    ),
    "zendesk audits": (
        {
            "audits": [
                {
                    "ticket_id": 11,
                    "author_id": 5,
                    "events": [
                        {"type": "Comment", "body": TOLD, "public": True},
                        {"type": "Change", "field_name": "status", "value": "open"},
                    ],
                },
                {
                    "ticket_id": 11,
                    "author_id": 9,
                    "events": [{"type": "Comment", "body": ASKED, "author_id": 9, "public": True}],
                },
            ]
        },
        [("participant", TOLD), ("agent", ASKED)],
    ),
    "help scout threads": (
        {
            "_embedded": {
                "threads": [
                    {
                        "type": kind,
                        "body": body,
                        "createdAt": f"2026-03-03T1{hour}:00:00Z",
                        "createdBy": {"type": by},
                        "customer": {"id": 1, "first": "Ilse", "last": "Brandt"},
                    }
                    for kind, by, body, hour in (
                        ("message", "user", ASKED, 2),
                        ("customer", "customer", TOLD, 1),
                    )
                ]
            }
        },
        [("participant", TOLD), ("agent", ASKED)],
    ),
    "freshdesk account export": (
        [
            {
                "helpdesk_ticket": {
                    "display_id": 11,
                    "subject": "Kiln",
                    "description": TOLD,
                    "requester_name": "Ilse Brandt",
                    "notes": _notes((ASKED, False), (OFTEN, True)),
                }
            }
        ],
        [("participant", "Kiln"), ("participant", TOLD), ("agent", ASKED), ("participant", OFTEN)],
    ),
    "github webhook": (
        {
            "action": "created",
            "issue": {"number": 1, "title": "Kiln", "body": TOLD, "state": "open",
                      "user": {"login": "ilse", "type": "User"}},
            "comment": {"body": ASKED, "author_association": "OWNER", "user": {"login": "dana"}},
        },
        [("participant", "Kiln"), ("participant", TOLD), ("agent", ASKED)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrapping", LOOSE)
def test_messages_without_their_ticket_keep_their_sides(load: Load, wrapping: str) -> None:
    document, expected = LOOSE[wrapping]
    reading = load("t.json", json.dumps(document))
    assert [(u.role, u.text) for u in reading.utterances] == list(expected)
    assert reading.kind == "ticket"


def _post(user: str, name: str, text: str, **more: str) -> dict[str, Any]:
    profile = {"user_profile": {"real_name": name}} if name else {}
    return {
        "type": "message",
        "user": user,
        "ts": "1772532672.0001",
        "text": text,
        **profile,
        **more,
    }


def test_in_a_slack_channel_people_speak_and_programs_do_not(load: Load) -> None:
    channel = [
        _post("U1", "Ilse Brandt", TOLD),
        _post("U2", "Dana Okafor", f"<@U1> see <https://example.org/a|here>. {AGAIN}"),
        _post("U3", "", "<@U3> has joined the channel", subtype="channel_join"),
        _post("", "", "build passed", subtype="bot_message", bot_id="B1"),
        _post("U1", "", "Ovens &amp; kilns, both."),
    ]
    reading = load("2026-03-04.json", json.dumps(channel))
    assert said(reading) == [
        ("participant", "Ilse Brandt", TOLD),
        ("interviewer", "Dana Okafor", f"Ilse Brandt see here. {AGAIN}"),
        ("bot", "bot (bot)", "build passed"),
        ("participant", "Ilse Brandt", "Ovens & kilns, both."),
    ]
    assert reading.warnings == ("left out: 1 × line of the program",)
    assert [u.date for u in reading.utterances[:1]] == ["2026-03-03"]


def test_reviews_written_as_python_are_read(load: Load) -> None:
    review = {"reviewerID": "A1", "asin": "B1", "reviewText": f"It's fine. {TOLD}", "overall": 5.0}
    reading = load("reviews.json", f"{review!r}\n{review!r}\n")
    assert [u.text for u in reading.utterances] == [f"It's fine. {TOLD}"] * 2
    assert reading.kind == "review"


def test_a_feed_without_reviews_is_refused(load: Load) -> None:
    feed = {"feed": {"author": {"name": {"label": "iTunes Store"}}, "title": {"label": "Reviews"}}}
    with pytest.raises(PersonagenError, match="holds none"):
        load("rss.json", json.dumps(feed))


def test_a_colleague_of_whom_a_customer_wrote_to_is_staff(load: Load) -> None:
    box = (
        "From a@x Tue Mar  3 10:11:12 2026\nMessage-ID: <a@x>\nFrom: Ilse <ilse@home.example>\n"
        f"To: support@pots.example\nSubject: Kiln\n\n{TOLD}\n\n"
        "From b@x Tue Mar  3 11:11:12 2026\nMessage-ID: <b@x>\nReferences: <a@x>\n"
        f"From: Dana <dana@pots.example>\nTo: ilse@home.example\nSubject: Re: Kiln\n\n{ASKED}\n"
    )
    assert said(load("box.mbox", box))[1:] == [
        ("participant", "Ilse", TOLD), ("agent", "Dana", ASKED),
    ]  # fmt: skip


def test_names_and_owners_in_other_headers_are_no_attributes(load: Load) -> None:
    cases = (
        "CASENUMBER,SUBJECT,DESCRIPTION,SUPPLIEDNAME,CASE OWNER\n"
        f'1,Kiln,"{TOLD}",Ilse Brandt,Dana Okafor\n'
    )
    reading = load("cases.csv", cases)
    assert {u.speaker for u in reading.utterances} == {"Ilse Brandt"}
    assert all(not u.attributes for u in reading.utterances)


def test_an_owners_response_is_no_customers_word(load: Load) -> None:
    rows = f'Name,Rating,Review,Owner response\nIlse,2,"{TOLD}",Sorry to hear that!\n'
    assert [u.role for u in load("maps.csv", rows).utterances] == ["participant", "agent"]


def test_the_group_of_a_score_is_not_the_score(load: Load) -> None:
    asked = "How likely are you to recommend us?"
    ids = ("_recordId", "QID1_NPS_GROUP", "QID1", "QID2_TEXT")
    coded = ",".join(f'"{{""ImportId"":""{one}""}}"' for one in ids)
    rows = (
        f"ResponseId,Q1_NPS_GROUP,Q1,Q2\nResponse ID,{asked} - Group,{asked},Why?\n{coded}\n"
        f'R_1,1,0,"{TOLD}"\nR_2,3,10,"{OFTEN}"\n'
    )
    assert [u.attributes["rating"] for u in load("nps.csv", rows).utterances] == ["0", "10"]
