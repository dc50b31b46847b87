"""Transcripts as the many programs write them, each in a few invented lines."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from personagen.errors import ReadingError
from personagen.reading import Reading, ReadOptions, read


def reading_of(folder: Path, name: str, content: str | bytes, **options: object) -> Reading:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path, ReadOptions.model_validate(options))


def said(reading: Reading) -> list[tuple[str, str]]:
    return [(u.speaker, u.text) for u in reading.utterances]


TURNS = [
    ("Orsolya Beck", "Who plans the kiln?"),
    ("Tadeo Lund", "Nobody, really. It fires when it is full."),
    ("Orsolya Beck", "And on Mondays?"),
]

# Chats


def test_a_zoom_chat_gives_what_was_written_and_no_reactions(tmp_path: Path) -> None:
    reading = reading_of(
        tmp_path,
        "chat.txt",
        "00:01:02\tOrsolya Beck:\tWho plans the kiln?\r\n"
        "00:01:09\tTadeo L. (studio):\tNobody, see\nhttps://example.org/kiln\r\n"
        '00:01:11\tOrsolya Beck:\tReacted to "Nobody, see" with 👍\r\n'
        '00:01:20\tOrsolya Beck:\tReplying to "Nobody, see"\n\nSince when?\r\n',
    )
    assert reading.reader == "zoom-chat"
    assert said(reading) == [
        ("Orsolya Beck", "Who plans the kiln?"),
        ("Tadeo L. (studio)", "Nobody, see https://example.org/kiln"),
        ("Orsolya Beck", "Since when?"),
    ]
    assert reading.utterances[1].t_start == 69.0
    assert reading.warnings[0] == "left out: 1 × reaction"


def test_private_messages_of_a_chat_stay_out(tmp_path: Path) -> None:
    reading = reading_of(
        tmp_path,
        "chat.txt",
        "10:02:11 From Orsolya Beck to Everyone: Who plans the kiln?\n"
        "10:02:30 From Tadeo Lund to Orsolya Beck (Direct Message): not here\n"
        "10:02:41 From Tadeo Lund to Everyone: Nobody.\n",
    )
    assert said(reading) == [("Orsolya Beck", "Who plans the kiln?"), ("Tadeo Lund", "Nobody.")]
    assert "1 × private message" in reading.warnings[0]


# Captions


def test_the_captions_of_teams_api_hold_objects(tmp_path: Path) -> None:
    cues = "".join(
        f"0:0:{at}.0 --> 0:0:{at + 3}.5\n"
        + json.dumps({"speakerName": who, "spokenText": words, "spokenLanguage": "en-us"})
        + "\n\n"
        for at, (who, words) in enumerate(TURNS, 4)
    )
    assert said(reading_of(tmp_path, "meta.vtt", f"WEBVTT\n\n{cues}")) == TURNS


def test_two_voices_in_one_cue_keep_their_own_words_without_closing_tags(tmp_path: Path) -> None:
    body = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000\n<v Ana Pop>Who plans it? <v Bo>Nobody.\n"
    assert said(reading_of(tmp_path, "two.vtt", body)) == [
        ("Ana Pop", "Who plans it?"),
        ("Bo", "Nobody."),
    ]


def test_a_loop_of_speech_to_text_and_its_credit_are_left_out(tmp_path: Path) -> None:
    lines = ["The kiln is cold."] + ["And so it goes on."] * 9 + ["Transcribed by https://otter.ai"]
    cues = "".join(
        f"00:00:{at:02d}.000 --> 00:00:{at + 1:02d}.000\n{line}\n\n"
        for at, line in enumerate(lines)
    )
    reading = reading_of(tmp_path, "loop.vtt", f"WEBVTT\n\n{cues}")
    assert said(reading)[0][1].count("And so it goes on.") == 3
    assert "otter" not in said(reading)[0][1]
    assert any("6 cue(s) that only repeat" in warning for warning in reading.warnings)


def test_a_short_answer_may_recur(tmp_path: Path) -> None:
    cues = "".join(f"00:00:{at:02d}.000 --> 00:00:{at + 1:02d}.000\nYeah.\n\n" for at in range(9))
    assert said(reading_of(tmp_path, "yes.vtt", f"WEBVTT\n\n{cues}"))[0][1].count("Yeah.") == 9


# Speech-to-text


def test_each_side_of_a_call_speaks_on_a_channel_of_its_own(tmp_path: Path) -> None:
    def channel(*words: tuple[str, float]) -> dict[str, Any]:
        return {"alternatives": [{"words": [{"word": w, "start": t, "end": t} for w, t in words]}]}

    document = {
        "results": {"channels": [channel(("Who", 1.0), ("plans?", 1.5)), channel(("Nobody.", 2.0))]}
    }
    reading = reading_of(tmp_path, "call.json", json.dumps(document))
    assert said(reading) == [("Channel 0", "Who plans?"), ("Channel 1", "Nobody.")]


def test_speechmatics_joins_punctuation_to_the_word_before(tmp_path: Path) -> None:
    def item(content: str, who: str, kind: str = "word") -> dict[str, Any]:
        best = {"content": content, "speaker": who}
        return {"type": kind, "start_time": 1.0, "end_time": 2.0, "alternatives": [best]}

    results = [item("Who", "S1"), item("plans", "S1"), item("?", "S1", "punctuation")]
    document = {"format": "2.9", "results": [*results, item("Nobody", "S2")]}
    reading = reading_of(tmp_path, "sm.json", json.dumps(document))
    assert said(reading) == [("S1", "Who plans?"), ("S2", "Nobody")]


@pytest.mark.parametrize(
    "document",
    [
        [{"speaker_name": who, "text": words, "start_time": "1.0"} for who, words in TURNS],
        {"data": {"transcript": {"sentences": [
            {"speaker_name": who, "text": words, "start_time": 1.0} for who, words in TURNS]}}},
        {"data": {"transcripts": [{"sentences": [
            {"speaker_name": who, "text": words, "start_time": 1.0} for who, words in TURNS]}]}},
        {"segments": [{"speaker": who, "body": words, "startTime": 1.0} for who, words in TURNS]},
        {"segments": [{"speaker": who, "text": f" {words}", "start": 1.0} for who, words in TURNS]},
        {"audio_url": "x", "utterances": None, "words": [
            {"speaker": who, "text": word, "start": 1000}
            for who, words in TURNS for word in words.split()]},
    ],
)  # fmt: skip
def test_transcriptions_come_in_many_wrappings(tmp_path: Path, document: Any) -> None:
    reading = reading_of(tmp_path, "t.json", json.dumps(document))
    assert said(reading) == TURNS
    assert reading.utterances[0].t_start == 1.0


# Text and Markdown


def test_markdown_signs_are_no_part_of_what_was_said(tmp_path: Path) -> None:
    reading = reading_of(
        tmp_path,
        "talk.md",
        "**Ana:** Do you use [Kilnlog](https://example.org/k) \\[laughs\\]?\n\n"
        "**Bo:** No, _Firebook_ and snake_case_names, **never** anything else.\n",
    )
    assert said(reading) == [
        ("Ana", "Do you use Kilnlog [laughs]?"),
        ("Bo", "No, Firebook and snake_case_names, never anything else."),
    ]


def test_plain_text_keeps_its_stars_and_underscores(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, "t.txt", "Ana: Is it *this*?\nBo: It is _that_.\nAna: Oh?\n")
    assert said(reading)[1] == ("Bo", "It is _that_.")


@pytest.mark.parametrize(
    "head", ["Tadeo Lund (00:09):", "Tadeo Lund: (00:09)", "[00:09] Tadeo Lund"]
)
def test_a_head_line_may_put_the_time_anywhere(tmp_path: Path, head: str) -> None:
    other = head.replace("Tadeo Lund", "Orsolya Beck")
    reading = reading_of(
        tmp_path, "rev.txt", f"{other}\nWho plans it?\n\n{head}\nNobody.\n\n{other}\nNobody?\n"
    )
    assert said(reading)[1] == ("Tadeo Lund", "Nobody.")
    assert reading.utterances[1].t_start == 9.0


def test_can_you_hear_me_makes_nobody_an_interviewer(tmp_path: Path) -> None:
    reading = reading_of(
        tmp_path,
        "sound.txt",
        "Ana: Can everyone hear me okay?\nBo: Yes.\nAna: Good. We are late.\n",
    )
    assert {u.role for u in reading.utterances} == {"participant"}


# OpenDocument and RTF


def odt(body: str, manifest: str = "<manifest/>") -> bytes:
    content = (
        '<office:document-content xmlns:office="urn:o" xmlns:text="urn:t" xmlns:table="urn:b">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return packed.getvalue()


def test_an_opendocument_text_gives_its_turns(tmp_path: Path) -> None:
    body = "".join(
        f"<text:p><text:span>{who}:</text:span><text:s text:c='2'/>{words}"
        "<office:annotation><text:p>a comment</text:p></office:annotation></text:p>"
        for who, words in TURNS
    )
    reading = reading_of(tmp_path, "talk.odt", odt(body))
    assert reading.reader == "odt"
    assert said(reading) == TURNS


def test_a_table_of_turns_in_an_opendocument_text_is_read(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        inner = "".join(f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in cells)
        return f"<table:table-row>{inner}</table:table-row>"

    rows = row("Time", "Speaker", "Text") + "".join(
        row(f"0:0{at}", who, words) for at, (who, words) in enumerate(TURNS)
    )
    reading = reading_of(tmp_path, "talk.odt", odt(f"<table:table>{rows}</table:table>"))
    assert said(reading) == TURNS
    assert reading.utterances[2].t_start == 2.0


def test_a_protected_opendocument_text_says_so(tmp_path: Path) -> None:
    locked = odt("", "<manifest><encryption-data/></manifest>")
    with pytest.raises(ReadingError, match="password"):
        reading_of(tmp_path, "talk.odt", locked)


def test_rich_text_gives_its_turns_with_accents_and_emoji(tmp_path: Path) -> None:
    body = r"\par ".join(
        [
            r"{\b Ana:} Who plans it?",
            r"{\b Bo:} Niemand, f\'fcr wahr \u-10179?\u-8638?",
            r"{\b Ana:} Oh?",
        ]
    )
    text = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}}\f0 " + body + "}"
    reading = reading_of(tmp_path, "talk.rtf", text)
    assert said(reading)[1] == ("Bo", "Niemand, für wahr 🙂")


def test_a_table_in_rich_text_is_read_row_by_row(tmp_path: Path) -> None:
    rows = "".join(
        rf"\trowd {who}\cell {words}\cell\row " for who, words in [("Speaker", "Text"), *TURNS]
    )
    assert said(reading_of(tmp_path, "t.rtf", r"{\rtf1\ansi " + rows + "}")) == TURNS


def test_rich_text_that_ends_too_soon_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="cut off"):
        reading_of(tmp_path, "talk.rtf", r"{\rtf1\ansi Ana: Who pl")


# Word


def test_a_table_that_goes_on_over_pages_is_read_to_its_end(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    for part in ([("Speaker", "Text"), *TURNS], [("Tadeo Lund", "Mondays too."), ("", "Always.")]):
        table = document.add_table(rows=0, cols=2)
        for who, words in part:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = who, words
        document.add_paragraph("")
    document.save(str(tmp_path / "t.docx"))
    assert said(read(tmp_path / "t.docx")) == [*TURNS, ("Tadeo Lund", "Mondays too. Always.")]


def test_names_in_paragraphs_of_their_own_speak_in_a_document(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    for who, words in [*TURNS, TURNS[1]]:
        document.add_paragraph(who)
        document.add_paragraph(words)
    document.save(str(tmp_path / "t.docx"))
    assert said(read(tmp_path / "t.docx")) == [*TURNS, TURNS[1]]


@pytest.mark.parametrize(
    ("inside", "says"),
    [("EncryptedPackage", "password"), ("WordDocument", "old Word"), ("Workbook", "old Excel")],
)
def test_an_older_or_protected_office_file_says_which_it_is(
    tmp_path: Path, inside: str, says: str
) -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + inside.encode("utf-16-le")
    with pytest.raises(ReadingError, match=says):
        reading_of(tmp_path, "study.docx", data)
