"""Files as people have them: each was once read wrong."""

from __future__ import annotations

import io
import json
import sqlite3

import openpyxl
import pytest

from personagen.errors import ReadingError
from personagen.reading import read
from tests.odd_files import taguette_project


@pytest.fixture
def reading(tmp_path):
    """Write a file and read it."""

    def written(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(path)

    return written


def said(reading):
    return [(u.role, u.speaker, u.text) for u in reading.utterances]


def test_a_taguette_project_gives_texts_tags_and_what_is_tagged(reading):
    found = reading("kiln.sqlite3", taguette_project())
    assert found.reader == "taguette"
    assert said(found)[1] == ("participant", "Bo", "Für die Öfen nehme ich Papier & es dauert.")
    assert [code.code for code in found.codes] == ["pain.time", "paper"]
    assert [(c.code, c.quote) for c in found.coded] == [
        ("pain.time", "Papier & es dauert"),
        ("paper", "Papier & es dauert"),
        ("pain.time", "Niemand sonst"),
    ]
    texts = {u.place: u.text for u in found.utterances}
    for segment in found.coded:
        (part,) = segment.parts
        assert texts[part.place][part.start : part.end] == segment.quote


def test_a_database_of_another_program_is_refused_and_never_read_as_letters(reading):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE notes (id integer, words text)")
    connection.execute("INSERT INTO notes VALUES (1, 'It takes far too long.')")
    connection.commit()
    with pytest.raises(ReadingError, match="it is a database"):
        reading("notes.sqlite3", connection.serialize())


def test_bytes_full_of_zeros_are_no_utf_16(reading):
    with pytest.raises(ReadingError, match="binary"):
        reading("dump.txt", b"ab\0\0\0\0" * 400)


def test_every_comment_of_any_programs_tickets_is_read_with_its_side(reading):
    ticket = {
        "id": 4,
        "subject": "Sync",
        "description": "The sync never ends.",
        "requester": "Mia Toll",
        "comments": [
            {"author": "Mia Toll", "body": "The sync never ends."},
            {"author": "Support", "body": "Which version?"},
            {"author": {"name": "Ole", "type": "agent"}, "body": "Looks old.", "public": False},
            {"author": "Mia Toll", "body": "Version 4, and it eats my battery."},
            {"author": "Ulf", "body": "Same here."},
        ],
    }
    found = reading("export.json", json.dumps({"tickets": [ticket]}))
    assert (found.reader, found.kind, found.records) == ("thread-json", "ticket", 1)
    assert said(found) == [
        ("participant", "Mia Toll", "Sync"),
        ("participant", "Mia Toll", "The sync never ends."),
        ("agent", "Support", "Which version?"),
        ("agent", "Ole", "Looks old."),
        ("participant", "Mia Toll", "Version 4, and it eats my battery."),
        ("unknown", "Ulf", "Same here."),
    ]


def test_in_a_chat_with_a_bot_the_user_speaks_and_the_assistant_does_not(reading):
    messages = [
        {"role": "user", "content": "My invoice is wrong again."},
        {"role": "assistant", "content": "I am sorry, which one?"},
    ]
    found = reading("chats.json", json.dumps([{"conversation_id": "c1", "messages": messages}]))
    assert [role for role, _, _ in said(found)] == ["participant", "bot"]


@pytest.mark.parametrize(
    "stamp", ["[03.05.26, 10:0{}:11]", "5/3/26, 10:0{} AM -", "[2026-05-03, 10:0{}:00\u202fPM]"]
)
def test_a_whatsapp_chat_gives_who_wrote_what(reading, stamp):
    lines = [
        "Messages are end-to-end encrypted",
        "Ana: What annoys you most?",
        "Bo Lund: The login: I type it twice.\nEvery day.",
        "Bo Lund: \u200eimage omitted",
    ]
    chat = "\n".join(f"{stamp.format(n)} {line}" for n, line in enumerate(lines)) + "\n"
    found = reading("chat.txt", chat)
    assert found.reader == "whatsapp"
    assert said(found) == [
        ("interviewer", "Ana", "What annoys you most?"),
        ("participant", "Bo Lund", "The login: I type it twice. Every day."),
    ]
    assert found.warnings == ("left out: 1 × line of the program, 1 × post without words",)
    for utterance in found.utterances:
        assert " ".join(chat[utterance.start : utterance.end].split()) == utterance.text


def test_the_numbers_of_lines_are_no_part_of_names_and_words(reading):
    lines = ["I: How did you find it?", "P: Through a friend, she", "showed me.", "I: And then?"]
    lines += ["P: I paid for a year.", "I: Why?", "P: I regret it."]
    numbered = "\n".join(f"{n}   {line}" for n, line in enumerate(lines, 17))
    found = reading("p4.txt", numbered)
    assert said(found)[:2] == [
        ("interviewer", "I", "How did you find it?"),
        ("participant", "P", "Through a friend, she showed me."),
    ]


def test_a_title_and_merged_cells_above_a_table_are_no_answers(reading):
    book, packed = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    for row in (
        ["Customer survey 2026", None, None, None],
        ["Respondent", "Satisfaction", None, "What would you improve?"],
        [None, "Score", "Why?", None],
        [1, 7, "It is quick but the export is broken.", "Fix the export to Excel."],
        [2, 3, "I could not find the settings.", "Make settings easier to find."],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("B2:C2")
    book.save(packed)
    found = reading("survey.xlsx", packed.getvalue())
    assert (found.kind, found.records) == ("survey", 2)
    assert [(u.context, u.text) for u in found.utterances[:2]] == [
        ("Satisfaction – Why?", "It is quick but the export is broken."),
        ("What would you improve?", "Fix the export to Excel."),
    ]
    assert "1 title line(s) above the header left out" in found.warnings


def test_a_first_row_that_lacks_its_number_is_no_second_header(reading):
    rows = "id,comment,\n,The lamp is far too dim at night.,seen\n2,I like the weight of it.,\n"
    found = reading("r.csv", rows)
    assert [u.text for u in found.utterances if "lamp" in u.text or "weight" in u.text] == [
        "The lamp is far too dim at night.",
        "I like the weight of it.",
    ]
