from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personagen.errors import PersonagenError, ReadingError, UsageError
from personagen.reading import Reading, ReadOptions, find_files, read, read_corrections

FIXTURES = Path(__file__).parent / "fixtures" / "reading"


def fixture(name: str, **options: object) -> Reading:
    return read(FIXTURES / name, ReadOptions.model_validate(options))


def roles(reading: Reading) -> dict[str, str]:
    return {speaker.name: speaker.role for speaker in reading.speakers}


def said(reading: Reading) -> list[tuple[str, str]]:
    return [(u.speaker, u.text) for u in reading.utterances]


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# Plain text and Markdown


def test_labelled_text_gives_turns_without_its_header_block() -> None:
    reading = fixture("interview.txt")
    assert roles(reading) == {"INTERVIEWER": "interviewer", "P7": "participant"}
    assert said(reading)[1][1] == (
        "Sure. I drew it on the wall first: shelf by shelf, then I copied it into the tablet."
        "\nThen I called Bruno to check the cones."
    )
    assert reading.utterances[2].t_start == 250.0
    assert "Kiln scheduling" not in " ".join(text for _, text in said(reading))


def test_a_turn_begins_and_ends_where_its_words_stand_in_the_file() -> None:
    text = (FIXTURES / "interview.txt").read_text()
    for utterance in fixture("interview.txt").utterances:
        cut = text[utterance.start : utterance.end]
        assert " ".join(cut.split()) == " ".join(utterance.text.split())


@pytest.mark.parametrize(
    "form",
    [
        "**{name}** [00:0{n}] {words}",
        "{name} (0:0{n}) {words}",
        "[00:00:0{n}.100 --> 00:00:0{n}.900] {name}: {words}",
        "{name} – {words}",
        "**{name}** {words}",
    ],
)
def test_a_speaker_without_a_colon_is_one_where_a_mark_sets_it_apart(
    tmp_path: Path, form: str
) -> None:
    spoken = [
        ("Odile", "What happened to the oven?"),
        ("Tadeo", "The door fell off – on a Friday."),
        ("Odile", "And then?"),
        ("Tadeo", "We baked with it open."),
    ]
    file = tmp_path / "oven.txt"
    lines = [form.format(name=name, words=words, n=n) for n, (name, words) in enumerate(spoken)]
    file.write_text("\n\n".join(lines), encoding="utf-8")
    reading = read(file)
    assert [(u.speaker, u.text) for u in reading.utterances] == spoken
    assert roles(reading) == {"Odile": "interviewer", "Tadeo": "participant"}


def test_bold_labels_speak_and_a_break_does_not() -> None:
    reading = fixture("interview.md")
    assert roles(reading) == {"Orsolya Beck": "interviewer", "Tadeo Lund": "participant"}
    assert reading.utterances[0].text == "What was the hardest part of the glaze order?"
    assert reading.utterances[0].t_start == 4.0
    assert reading.utterances[1].text.endswith("\nI labelled mine with tape.")
    assert any("break" in warning for warning in reading.warnings)


def test_a_name_and_a_time_on_one_line_head_the_words_below() -> None:
    reading = fixture("otter.txt")
    assert [(u.speaker, u.t_start) for u in reading.utterances] == [
        ("Orsolya Beck", 3.0),
        ("Tadeo Lund", 9.0),
        ("Orsolya Beck", 3727.0),
        ("Tadeo Lund", 3731.0),
    ]
    assert not any("otter.ai" in u.text for u in reading.utterances)


def test_a_name_alone_on_its_line_heads_the_paragraphs_below() -> None:
    reading = fixture("names_alone.md")
    assert Counter(u.speaker for u in reading.utterances) == {"Orsolya Beck": 2, "Tadeo Lund": 2}
    assert reading.utterances[1].text == "Into a drawer.\nAnd then they are lost."


def test_ids_in_brackets_speak_and_stage_directions_do_not() -> None:
    reading = fixture("focus_group.txt")
    assert roles(reading) == {"id1": "participant", "id2": "participant", "id3": "participant"}
    assert reading.utterances[1].text == "Mine never does. [laughs] I stopped waiting."


def test_notes_without_speakers_are_one_participant_and_say_so(tmp_path: Path) -> None:
    path = write(tmp_path, "notes.txt", "I fire twice a week.\n\nThe clay comes late: by noon.\n")
    reading = read(path)
    assert [u.role for u in reading.utterances] == ["participant", "participant"]
    assert reading.speakers == ()
    assert any("no speaker names" in warning for warning in reading.warnings)


def test_rules_between_texts_make_each_an_answer_of_its_own(tmp_path: Path) -> None:
    path = write(tmp_path, "answers.txt", "The glaze ran.\n-----\nIt cracked.\n-----\nNo idea.\n")
    reading = read(path)
    assert reading.kind == "survey"
    assert [u.record for u in reading.utterances] == ["a1", "a2", "a3"]


def test_a_colon_in_speech_makes_no_speaker(tmp_path: Path) -> None:
    text = (
        "Ana: So here's the thing: we wait.\nNote: this is odd\nBen: Why?\nAna: Clay.\nBen: Oh.\n"
    )
    reading = read(write(tmp_path, "a.txt", text))
    assert set(roles(reading)) == {"Ana", "Ben"}


# Captions


def test_zoom_captions_become_turns() -> None:
    reading = fixture("zoom.vtt")
    assert said(reading) == [
        ("Orsolya Beck", "Can you hear me?"),
        ("Tadeo Lund (Kilnworks)", "Yes. So here's the plan: fire twice. Then cool."),
        ("Orsolya Beck", "Why twice?"),
    ]
    assert (reading.utterances[1].t_start, reading.utterances[1].t_end) == (5.0, 9.0)
    assert roles(reading)["Orsolya Beck"] == "interviewer"


def test_teams_captions_give_each_voice_its_own_words_in_order() -> None:
    assert said(fixture("teams.vtt")) == [
        ("Beck, Orsolya", "How do you plan a firing, and who helps?"),
        ("Tadeo Lund (Guest)", "We plan it by hand & by eye."),
        ("Beck, Orsolya", "By eye?"),
        ("Tadeo Lund (Guest)", "Mostly."),
    ]


def test_a_cue_whose_time_is_off_is_kept(tmp_path: Path) -> None:
    early = "-0:0:1.0 --> 0:0:2.0\nAna Sol: One."
    sixty = "00:03:60.000 --> 00:04:10.000\nAna Sol: Two."
    reading = read(write(tmp_path, "a.vtt", f"WEBVTT\n\n{early}\n\n{sixty}\n"))
    assert [(u.text, u.t_start, u.t_end) for u in reading.utterances] == [("One. Two.", 0.0, 250.0)]


def test_rolling_captions_show_each_line_once() -> None:
    reading = fixture("rolling.vtt")
    assert said(reading) == [("", "so we begin with the wet clay and let it rest")]
    assert reading.utterances[0].role == "unknown"


def test_a_label_on_the_first_cue_of_a_turn_holds_for_the_next() -> None:
    reading = fixture("otter.srt")
    assert said(reading) == [
        ("Orsolya Beck", "How do slips get into the tablet today?"),
        ("Tadeo Lund", "I type them. Twice, actually. Once for each oven."),
    ]


def test_a_long_turn_of_captions_is_cut_at_a_cue(tmp_path: Path) -> None:
    cues = "\n\n".join(
        f"00:{n:02d}:00.000 --> 00:{n:02d}:30.000\nAna Sol: {'clay ' * 60}{n}" for n in range(20)
    )
    reading = read(write(tmp_path, "long.vtt", f"WEBVTT\n\n{cues}\n"))
    assert len(reading.utterances) > 1
    assert all(len(u.text) <= 2100 for u in reading.utterances)
    assert len({u.place for u in reading.utterances}) == len(reading.utterances)


# Tables


def test_a_review_gives_its_parts_and_what_each_is() -> None:
    reading = fixture("reviews.csv")
    assert reading.kind == "review"
    assert reading.records == 3
    assert [(u.role, u.record, u.context) for u in reading.utterances] == [
        ("participant", "k-1", "title"),
        ("participant", "k-1", "What do you like best about Kilnly?"),
        ("participant", "k-1", "What do you dislike about Kilnly?"),
        ("agent", "k-1", "reply"),
        ("participant", "k-2", "title"),
        ("participant", "k-2", "What do you dislike about Kilnly?"),
    ]
    first = reading.utterances[0]
    assert first.identity == "tadeo@kiln.example"
    assert first.attributes == {"rating": "4.5", "company size": "2-10"}
    assert first.date == "2026-04-11"
    assert any("1 of 3" in warning for warning in reading.warnings)


def test_a_review_that_holds_a_script_keeps_it_as_text() -> None:
    assert "<script>alert(1)</script>" in fixture("reviews.csv").utterances[-1].text


def test_three_header_rows_give_the_question_as_context() -> None:
    reading = fixture("survey_qualtrics.csv")
    assert reading.kind == "survey"
    assert [(u.record, u.context) for u in reading.utterances] == [
        ("R_1", "What is the main reason for your score?"),
        ("R_1", "Which ovens? - Other - Text"),
        ("R_3", "What is the main reason for your score?"),
    ]
    assert reading.utterances[2].attributes["rating"] == "0"
    assert any("preview" in warning for warning in reading.warnings)


def test_two_header_rows_spread_a_question_over_its_options() -> None:
    reading = fixture("survey_monkey.csv")
    assert [(u.identity, u.context) for u in reading.utterances] == [
        ("9001", "Which ovens do you use? – Other (please specify)"),
        ("9001", "What frustrates you most?"),
    ]


def test_a_map_decides_what_a_column_is(tmp_path: Path) -> None:
    mapping = read_corrections(FIXTURES / "map.toml").mapping
    path = write(tmp_path, "s.csv", "Member,Anything else\nm-1,ok\nm-2,no\n")
    with pytest.raises(ReadingError, match="no column of open text"):
        read(path)
    reading = read(path, ReadOptions(mapping=mapping))
    assert [(u.identity, u.text) for u in reading.utterances] == [("m-1", "ok"), ("m-2", "no")]


def test_a_map_with_an_unknown_part_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no part"):
        read_corrections(write(tmp_path, "m.toml", '[columns]\n"A" = "words"\n'))


def test_places_stay_the_same_whatever_the_options() -> None:
    plain = {u.place for u in fixture("reviews.csv").utterances}
    other = {u.place for u in fixture("reviews.csv", kind="survey").utterances}
    assert plain == other


def test_a_transcript_kept_as_a_table_is_an_interview() -> None:
    reading = fixture("transcript.csv")
    assert reading.kind == "interview"
    assert roles(reading) == {"therapist": "interviewer", "client": "participant"}
    assert reading.utterances[1].t_start == 50.0


def test_a_workbook_is_read_from_its_fullest_sheet(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["about this file"])
    sheet = book.create_sheet("answers")
    sheet.append(["Respondent", "What slows you down?"])
    sheet.append(["r-1", "The second oven takes an hour longer."])
    sheet.append(["r-2", "Waiting for the shelf to cool down."])
    book.save(tmp_path / "a.xlsx")
    reading = read(tmp_path / "a.xlsx")
    assert [u.identity for u in reading.utterances] == ["r-1", "r-2"]
    assert any("1 other sheet" in warning for warning in reading.warnings)


# JSON


def test_a_ticket_keeps_customer_and_staff_apart() -> None:
    reading = fixture("ticket.json")
    assert [(u.role, u.text) for u in reading.utterances] == [
        ("participant", "Oven two is missing"),
        ("participant", "Hi,\n\nOven two vanished.\n\nTadeo"),
        ("agent", "Hi Tadeo, fixed."),
        ("agent", "Internal: third time."),
        ("participant", "Thanks. It was slow."),
        ("participant", "Took four days"),
    ]
    assert {u.identity for u in reading.utterances if u.role == "participant"} == {
        "tadeo@kiln.example"
    }


def test_diarised_speech_to_text_keeps_its_speakers() -> None:
    reading = fixture("whisperx.json")
    assert said(reading) == [
        ("SPEAKER_00", "When do you load the kiln?"),
        ("SPEAKER_01", "Before dawn. It is cooler then."),
    ]


@pytest.mark.parametrize("content", ['{"a": [1, 2', '{"utterances": null}', "[]", "{}", "[[1]]"])
def test_json_is_never_read_as_plain_text(tmp_path: Path, content: str) -> None:
    with pytest.raises(ReadingError):
        read(write(tmp_path, "a.txt", content))


def test_json_lines_without_the_name_are_records(tmp_path: Path) -> None:
    rows = [{"user_id": f"u{n}", "text": f"The shelf view is slow, part {n}."} for n in (1, 2)]
    reading = read(write(tmp_path, "export.txt", "\n".join(map(json.dumps, rows))))
    assert [u.identity for u in reading.utterances] == ["u1", "u2"]


# Documents


def _docx(path: Path, paragraphs: list[str], table: list[list[str]] | None = None) -> Path:
    import docx

    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        grid = document.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, text in zip(grid.add_row().cells, row, strict=True):
                cell.text = text
    document.save(str(path))
    return path


def test_a_teams_document_has_one_turn_a_paragraph(tmp_path: Path) -> None:
    path = _docx(
        tmp_path / "t.docx",
        [
            "Kiln talk-20260714_140512-Meeting Recording",
            "Orsolya Beck started transcription",
            "Orsolya Beck   0:04\nWhat happens at 10:30 on a Friday?",
            "Tadeo Lund   0:11\nThe batch cools.\nThen I unload.",
            "Orsolya Beck   1:00:01\nWhy then?",
            "Tadeo Lund   1:00:05\nIt is quiet.",
        ],
    )
    reading = read(path)
    assert said(reading)[1] == ("Tadeo Lund", "The batch cools. Then I unload.")
    assert reading.utterances[2].t_start == 3601.0
    assert reading.reader == "docx"


def test_a_word_table_of_turns_is_read_row_by_row(tmp_path: Path) -> None:
    table = [
        ["Time", "Speaker", "Transcript"],
        ["0:04", "I", "When do you load?"],
        ["0:09", "P3", "Before dawn."],
        ["", "", "It is cooler then."],
        ["0:20", "I", "And unload?"],
    ]
    reading = read(_docx(tmp_path / "t.docx", ["Session 3"], table))
    assert said(reading)[1] == ("P3", "Before dawn. It is cooler then.")
    assert roles(reading) == {"I": "interviewer", "P3": "participant"}


def test_only_lines_after_the_first_time_code_of_machine_notes_are_speech(tmp_path: Path) -> None:
    reading = read(
        _docx(
            tmp_path / "n.docx",
            [
                "Summary",
                "Manual entry: Tadeo described typing slips.",
                "00:00:00",
                "Orsolya Beck: How do slips get in?",
                "Tadeo Lund: We type them: twice.",
                "Orsolya Beck: Twice?",
                "Tadeo Lund: Twice.",
                "Transcription ended after 00:07:31",
            ],
        )
    )
    assert len(reading.utterances) == 4
    assert not any("described" in u.text for u in reading.utterances)


def _pdf(path: Path, pages: list[list[str]]) -> Path:
    """Write a small PDF by hand: one line of text a show operator."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", ""]
    kids = []
    for lines in pages:
        shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
        stream = f"BT /F1 11 Tf 50 780 Td {shown}ET"
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {len(objects)} 0 R"
            "/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>"
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj{content}endobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    body += (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    )
    path.write_bytes(body.encode("latin-1"))
    return path


def test_a_pdf_loses_its_page_numbers_and_running_heads(tmp_path: Path) -> None:
    pages = [
        ["Kiln study", "Orsolya:", "How do you load the kiln?", "Tadeo:", "By hand,", "1/3"],
        ["Kiln study", "shelf by shelf.", "Orsolya:", "Why by hand?", "2/3"],
        ["Kiln study", "Tadeo:", "It is gentler.", "3/3"],
    ]
    reading = read(_pdf(tmp_path / "a.pdf", pages))
    assert said(reading)[1] == ("Tadeo", "By hand, shelf by shelf.")
    assert any("running head" in warning for warning in reading.warnings)


def test_a_pdf_without_text_says_that_it_is_scanned(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="scanned"):
        read(_pdf(tmp_path / "a.pdf", [[""], [""]]))


# Who asks


def test_the_user_says_who_asks() -> None:
    reading = fixture("focus_group.txt", interviewers=("ID1",))
    assert roles(reading)["id1"] == "interviewer"


def test_a_label_given_to_a_participant_is_a_participant() -> None:
    reading = fixture("rolling.vtt", speakers={"unknown": "P01"})
    assert reading.utterances[0].role == "participant"


# Encodings and safety


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_text_is_decoded_by_mark_then_utf8_then_windows(tmp_path: Path, encoding: str) -> None:
    text = (
        "Ana: Der Ofen ist schön heiß heute morgen.\nBo: Wie heiß?\nAna: Über tausend.\nBo: Oh.\n"
    )
    reading = read(write(tmp_path, "a.txt", text.encode(encoding)))
    assert reading.utterances[0].text == "Der Ofen ist schön heiß heute morgen."
    assert any("cp1252" in warning for warning in reading.warnings) == (encoding == "cp1252")


def test_the_user_names_the_encoding(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "Ana: Привет.\nBo: Да?\nAna: Да.\nBo: Да.\n".encode("cp1251"))
    with pytest.raises(ReadingError, match="--encoding"):
        read(path)
    reading = read(path, ReadOptions(encoding="cp1251"))
    assert reading.utterances[0].text == "Привет."


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.csv", b"\n \n", "empty"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x01\x00", "binary"),
        ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        ("broken.docx", b"PK\x03\x04 not a zip", "damaged"),
        ("page.html", b"<!doctype html><html><body>hi</body></html>", "web page"),
        ("broken.pdf", b"%PDF-1.7\nnothing here", "damaged"),
        ("header.csv", b"id,comment\n", "no rows"),
    ],
)
def test_what_cannot_be_read_is_refused_with_name_and_remedy(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(ReadingError, match=reason) as caught:
        read(write(tmp_path, name, content))
    assert caught.value.problem.startswith(f"{name}: ")
    assert caught.value.remedy


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match=r"gone\.txt: it can't be opened"):
        read(tmp_path / "gone.txt")


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 30_000_000)
    with pytest.raises(ReadingError, match="unpack"):
        read(write(tmp_path, "bomb.docx", buffer.getvalue()))


def test_folders_are_walked_in_order_and_the_rest_is_told(tmp_path: Path) -> None:
    for name in ("b.txt", "a.vtt", ".hidden", "photo.png"):
        write(tmp_path, name, "x")
    files, skipped = find_files([tmp_path])
    assert [file.name for file in files] == ["a.vtt", "b.txt"]
    assert {Path(s.where).name for s in skipped} == {".hidden", "photo.png"}


def _is_meant(error: PersonagenError) -> None:
    """A refusal that the reader foresaw, not an exception that it caught at the last moment."""
    assert "unknown shape" not in str(error), error.__cause__


_HEADS = [b"", b"WEBVTT\n\n", b"1\n00:00:01,000 --> ", b"{", b'[{"text": ', b"PK\x03\x04", b"%PDF-"]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    head=st.sampled_from([*_HEADS, b"a,b,c\n1,2,", b"Ana: ", b"From: x@y.z\n", b"# "]),
    body=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)),
    suffix=st.sampled_from([".txt", ".vtt", ".csv", ".json", ".docx", ".pdf", ".srt", ".xlsx"]),
)
def test_any_bytes_give_a_reading_or_a_refusal(
    tmp_path: Path, head: bytes, body: bytes, suffix: str
) -> None:
    path = write(tmp_path, f"any{suffix}", head + body)
    try:
        reading = read(path)
    except PersonagenError as error:
        _is_meant(error)
    else:
        assert len({u.place for u in reading.utterances}) == len(reading.utterances)


_LINES = st.lists(
    st.tuples(st.sampled_from(["Ana", "Bo Lund", "I", "P3"]), st.text("ab c?.:[]*\t", max_size=40)),
    max_size=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=_LINES, join=st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_labelled_lines_never_break_the_reader(
    tmp_path: Path, lines: list[tuple[str, str]], join: str
) -> None:
    path = write(tmp_path, "a.txt", join.join(f"{who}: {what}" for who, what in lines))
    try:
        reading = read(path)
    except ReadingError as error:
        _is_meant(error)
    else:
        assert all(u.text.strip() for u in reading.utterances)


def test_a_speakers_role_is_what_the_user_says_it_is(tmp_path: Path) -> None:
    file = tmp_path / "talk.txt"
    file.write_text("Ana: What do you do?\nBen: I fix bikes.\nAna: How?\nBen: By hand.\n")
    roles = {"Ana": "participant", "Ben": "interviewer"}
    reading = read(file, ReadOptions.model_validate({"roles": roles}))
    assert {s.name: s.role for s in reading.speakers} == roles
