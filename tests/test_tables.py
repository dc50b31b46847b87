"""Tables as the common tools export them: reviews, tickets, surveys, contacts, analytics."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from personagen.errors import ReadingError, UsageError
from personagen.reading import (
    Reading,
    ReadOptions,
    corrections_of,
    read,
    read_corrections,
    together,
    write_corrections,
)
from personagen.reading.markup import plain, without_wiki


def table(
    folder: Path, name: str, rows: Sequence[Sequence[str]], encoding: str = "utf-8", **options: str
) -> Reading:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path = folder / name
    path.write_bytes(text.getvalue().encode(encoding))
    return read(path, ReadOptions.model_validate(options))


def said(reading: Reading) -> list[tuple[str, str]]:
    return [(u.role, u.text) for u in reading.utterances]


def parts(reading: Reading) -> Mapping[str, str]:
    return reading.columns


# Reviews


def test_play_console_in_utf_16_counts_star_only_rows_and_keeps_replies_apart(
    tmp_path: Path,
) -> None:
    rows = [
        ["Package Name", "Reviewer Language", "Review Submit Date and Time",
         "Review Submit Millis Since Epoch", "Star Rating", "Review Title", "Review Text",
         "Developer Reply Date and Time", "Developer Reply Text", "Review Link"],
        ["com.till", "de", "2026-02-01T10:00:00Z", "1", "2", "", "Bon fehlt öfter.",
         "2026-02-02T10:00:00Z", "Danke, wir prüfen das.", "https://x.example/1"],
        ["com.till", "en", "2026-02-01T11:00:00Z", "2", "5", "", "", "", "", ""],
    ]  # fmt: skip
    reading = table(tmp_path, "reviews_com.till_202602.csv", rows, "utf-16")
    assert (reading.kind, reading.records) == ("review", 2)
    assert said(reading) == [
        ("participant", "Bon fehlt öfter."),
        ("agent", "Danke, wir prüfen das."),
    ]
    assert reading.utterances[0].date == "2026-02-01"
    assert reading.utterances[0].attributes["rating"] == "2"
    assert any("1 of 2" in warning for warning in reading.warnings)
    assert not reading.people


def test_pros_and_cons_keep_their_sides_and_scores_of_other_aspects_describe(
    tmp_path: Path,
) -> None:
    rows = [
        ["Reviewer", "Overall", "Ease of Use", "Customer Service", "Likelihood to Recommend",
         "Pros", "Cons", "Overall Comments", "Reasons for Switching"],
        ["Ina B.", "4.0", "3.0", "5.0", "8.0/10", "Quick closing.", "No gift cards.",
         "Good for one shop.", "The old one was slow."],
    ]  # fmt: skip
    reading = table(tmp_path, "capterra.csv", rows)
    assert [parts(reading)[c] for c in ("Pros", "Cons", "Overall Comments")] == [
        "pros", "cons", "text",
    ]  # fmt: skip
    assert parts(reading)["Ease of Use"] == "attribute"
    assert reading.utterances[0].attributes["Likelihood to Recommend"] == "8.0/10"
    assert [u.context for u in reading.utterances][:2] == ["pros", "cons"]


def test_a_vendors_question_is_known_without_its_product_and_its_footer_goes(
    tmp_path: Path,
) -> None:
    rows = [
        ["Review ID", "Title", "What do you like best about Tillmate?",
         "What do you dislike about Tillmate?", "Star Rating", "Job Title", "Company Segment"],
        ["1", "Fine", "It is quick to learn.",
         "No offline mode. Review collected by and hosted on G2.com.", "4.5", "Owner", "Small"],
    ]  # fmt: skip
    reading = table(tmp_path, "g2.csv", rows)
    assert [t for _, t in said(reading)] == ["Fine", "It is quick to learn.", "No offline mode."]
    assert reading.utterances[1].attributes == {
        "rating": "4.5", "role": "Owner", "company size": "Small",
    }  # fmt: skip


def test_reviews_in_json_of_the_stores_and_their_scrapers(tmp_path: Path) -> None:
    label = {"label": "x"}
    feed = {"feed": {"entry": [
        {"im:name": label, "title": {"label": "Tillmate"}},
        {"im:rating": {"label": "1"}, "title": {"label": "Crash"}, "id": {"label": "9"},
         "author": {"name": {"label": "till_user"}, "uri": label},
         "content": {"label": "Crashes on print.", "attributes": {"type": "text"}}},
    ]}}  # fmt: skip
    api = {"reviews": [{"id": "7", "consumer": {"displayName": "Ole"}, "stars": 2,
        "title": "Meh", "text": "The card reader stalls often.",
        "companyReply": {"text": "Sorry, Ole.", "createdAt": "2026-01-02"}}]}  # fmt: skip
    python = [{"userName": "Pia", "rating": 1, "title": "No", "review": "It froze again today.",
        "date": "2026-01-03 10:00:00", "isEdited": False}]  # fmt: skip
    found = {}
    for name, content in {"feed": feed, "api": api, "py": python}.items():
        path = tmp_path / f"{name}_reviews.json"
        path.write_text(json.dumps(content))
        found[name] = read(path)
    assert said(found["feed"]) == [("participant", "Crash"), ("participant", "Crashes on print.")]
    assert said(found["api"])[1:] == [
        ("participant", "The card reader stalls often."),
        ("agent", "Sorry, Ole."),
    ]
    assert [u.speaker for u in found["py"].utterances] == ["Pia", "Pia"]
    assert {reading.kind for reading in found.values()} == {"review"}


# Tickets


def test_jiras_repeated_columns_and_wiki_marks(tmp_path: Path) -> None:
    rows = [
        ["Summary", "Issue key", "Reporter", "Reporter Id", "Created", "Description", "Labels",
         "Labels", "Comment", "Comment"],
        ["Printer stalls", "SUP-1", "ole", "5aa1", "09/Oct/25 1:42 PM",
         "h3. Since Monday\nIt *always* stalls.\n* at noon\n{code}E 12{code}", "print", "noon",
         "09/Oct/25 2:00 PM;77bb;Which model; and where?",
         "09/Oct/25 2:10 PM;5aa1;The small one; by the door."],
    ]  # fmt: skip
    reading = table(tmp_path, "jira.csv", rows, "utf-8-sig")
    assert said(reading) == [
        ("participant", "Printer stalls"),
        ("participant", "Since Monday\nIt always stalls.\n* at noon\nE 12"),
        ("unknown", "Which model; and where?"),
        ("participant", "The small one; by the door."),
    ]
    assert reading.utterances[0].record == "SUP-1"
    assert reading.utterances[0].date == "2025-10-09"


def test_wiki_marks_of_other_texts_stay() -> None:
    assert without_wiki("2 * 3 * 4 = 24") == "2 * 3 * 4 = 24"
    assert plain('I put <span color="red"> before it') == 'I put <span color="red"> before it'


def test_a_report_ends_above_its_footer_and_keeps_leading_zeros(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(
        '"Case Number","Contact Name","Subject","Description","Case Comments"\n'
        '"00001001","Ole Berg","Sync stuck","Stuck at 80 % since noon.","Cleared the queue."\n'
        '\n\n"Grand Totals (1 records)"\n"Confidential Information - Do Not Distribute"\n'
    )
    reading = read(path)
    assert reading.records == 1
    assert {u.record for u in reading.utterances} == {"00001001"}
    assert said(reading)[-1] == ("agent", "Cleared the queue.")


def test_comments_without_a_word_on_who_wrote_them_are_not_coded(tmp_path: Path) -> None:
    head = ["id", "ticket_id", "user_id", "public", "body", "created"]
    rows = [head, ["1", "9", "501", "TRUE", "It prints twice.", "2026-01-01"],
            ["2", "9", "900", "TRUE", "Which model is it?", "2026-01-02"]]  # fmt: skip
    reading = table(tmp_path, "ticket_comments.csv", rows)
    assert {role for role, _ in said(reading)} == {"unknown"}
    assert any("who is customer" in warning for warning in reading.warnings)
    rows = [[*row, who] for row, who in zip(rows, ("requester_id", "501", "501"), strict=True)]
    rows[0][2] = "author_id"
    told = table(tmp_path, "ticket_comments2.csv", rows)
    assert [role for role, _ in said(told)] == ["participant", "agent"]


def test_the_mailbox_that_everyone_wrote_to_is_nobodys_identity(tmp_path: Path) -> None:
    head = ["id", "requester_id", "recipient", "to_address", "subject", "description"]
    body = [[str(n), f"30{n}000", "help@till.example", "help@till.example", f"Subject {n} here",
             f"The report number {n} stays empty."] for n in range(4)]  # fmt: skip
    reading = table(tmp_path, "tickets.csv", [head, *body])
    assert len({u.identity for u in reading.utterances}) == 4


def test_maintainers_who_open_issues_speak_for_the_project(tmp_path: Path) -> None:
    body = "It jams.\n<!-- template -->"
    issue = {"number": 1, "title": "Till jams", "body": body, "state": "open",
             "user": {"login": "ole", "type": "User"}, "author_association": "NONE"}  # fmt: skip
    own = {**issue, "number": 2, "author_association": "MEMBER", "user": {"login": "dev"}}
    pull = {**issue, "number": 3, "pull_request": {}}
    path = tmp_path / "issues.json"
    path.write_text(json.dumps([issue, own, pull]))
    assert said(read(path)) == [
        ("participant", "Till jams"), ("participant", "It jams."),
        ("agent", "Till jams"), ("agent", "It jams."),
    ]  # fmt: skip


def test_a_ticket_that_staff_opened_for_a_caller_holds_staffs_words(tmp_path: Path) -> None:
    ticket = {"id": 4, "subject": "Called about till", "description": "He says it jams.",
              "requester_id": 5, "submitter_id": 9, "via": {"channel": "phone"}}  # fmt: skip
    path = tmp_path / "tickets.json"
    path.write_text(json.dumps({"tickets": [ticket]}))
    assert {role for role, _ in said(read(path))} == {"agent"}


def test_people_listed_beside_the_tickets_give_them_names_and_roles(tmp_path: Path) -> None:
    comments = [
        {"author_id": who, "body": body, "public": True}
        for who, body in ((5, "It jams."), (9, "Which one?"), (6, "Mine jams too."))
    ]
    ticket = {"id": 4, "subject": "Till", "description": "It jams.", "requester_id": 5,
              "submitter_id": 5, "via": {"channel": "web"}, "comments": comments}  # fmt: skip
    users = [
        {"id": 5, "name": "Ole Berg", "email": "ole@till.example", "role": "end-user"},
        {"id": 9, "name": "Sam Lie", "role": "agent"},
        {"id": 6, "name": "Pia Lund", "role": "end-user"},
    ]
    path = tmp_path / "export.json"
    path.write_text(json.dumps({"tickets": [ticket], "users": users}))
    assert [(u.role, u.speaker, u.identity) for u in read(path).utterances] == [
        ("participant", "Ole Berg", "ole@till.example"),
        ("participant", "Ole Berg", "ole@till.example"),
        ("agent", "Sam Lie", None),
        ("unknown", "Pia Lund", None),
    ]


# Surveys


QUALTRICS = [
    ["StartDate", "Status", "Finished", "ResponseId", "RecipientEmail", "Q1", "Q2", "Q2_4_TEXT"],
    ["Anfangsdatum", "Antworttyp", "Beendet", "Antwort-ID", "E-Mail", "Wie oft?", "Was stört?",
     "Was stört? - Anderes - Text"],
    ['{"ImportId":"startDate"}', '{"ImportId":"status"}', '{"ImportId":"finished"}',
     '{"ImportId":"_recordId"}', '{"ImportId":"recipientEmail"}', '{"ImportId":"QID1"}',
     '{"ImportId":"QID2_TEXT"}', '{"ImportId":"QID2_4_TEXT"}'],
    ["2026-01-01 10:00:00", "0", "1", "R_1", "", "3", "Nix!", "Bon"],
    ["2026-01-01 11:00:00", "1", "1", "R_2", "", "3", "test", ""],
    ["2026-01-01 12:00:00", "0", "0", "R_3", "", "1", "", ""],
]  # fmt: skip


def test_qualtrics_says_in_any_language_what_was_typed_and_what_is_a_test(tmp_path: Path) -> None:
    reading = table(tmp_path, "antworten.csv", QUALTRICS)
    assert said(reading) == [("participant", "Nix!"), ("participant", "Bon")]
    assert reading.utterances[0].context == "Was stört?"
    assert [person.attributes for person in reading.people] == [{"Wie oft?": "1"}]
    assert any("preview" in warning for warning in reading.warnings)


def test_qualtrics_before_2017_has_two_header_rows(tmp_path: Path) -> None:
    rows = [
        ["V1", "V2", "V8", "V10", "Q1", ""],
        ["ResponseID", "ResponseSet", "StartDate", "Finished", "What slows you down most?", ""],
        ["R_1", "Default", "2015-01-01 10:00:00", "1", "Counting the till at night.", ""],
    ]
    reading = table(tmp_path, "old.csv", rows)
    assert [(u.record, u.text, u.date) for u in reading.utterances] == [
        ("R_1", "Counting the till at night.", "2015-01-01")
    ]


def test_a_question_reaches_right_over_its_options(tmp_path: Path) -> None:
    rows = [
        ["Respondent ID", "Start Date", "Which do you use?", "", "", "What annoys you?"],
        ["", "", "Till", "Tablet", "Other (please specify)", "Open-Ended Response"],
        ["1140001", "06/01/2026 09:00:11 AM", "Till", "", "a slate", "Late receipts."],
        ["1140002", "06/01/2026 09:01:11 AM", "", "Tablet", "", ""],
    ]
    reading = table(tmp_path, "monkey.csv", rows)
    assert [u.text for u in reading.utterances] == ["a slate", "Late receipts."]
    assert reading.utterances[0].context == "Which do you use? – Other (please specify)"
    assert [person.identities for person in reading.people] == [("1140002",)]


def test_a_survey_of_ready_options_describes_people_and_holds_no_words(tmp_path: Path) -> None:
    rows = [["Timestamp", "How often do you count the till?", "Which till do you use?"]]
    rows += [[f"1/{n}/2026 10:00:00", ("daily", "weekly")[n % 2], "M1"] for n in range(1, 13)]
    reading = table(tmp_path, "closed.csv", rows)
    assert (reading.kind, reading.utterances) == ("survey", ())
    assert len(reading.people) == 12
    assert reading.people[0].attributes["How often do you count the till?"] == "weekly"


def test_zero_is_a_score(tmp_path: Path) -> None:
    rows = [["Email", "Score", "Comment"], ["a@b.example", "0", "I cannot log in at all."]]
    reading = table(tmp_path, "nps.csv", rows)
    assert reading.utterances[0].attributes["rating"] == "0"


def test_where_somebody_works_is_a_fact_and_no_answer_in_own_words(tmp_path: Path) -> None:
    question = "At which company (or through what organization) do you use the till at present?"
    rows = [["Timestamp", question, "What slows you down?"]]
    rows += [[f"1/{n}/2026 10:00:00", f"The Bakery of Number {n}", f"Night count {n} is slow"]
             for n in range(1, 12)]  # fmt: skip
    assert parts(table(tmp_path, "form.csv", rows))[question] == "attribute"


# Contacts and analytics


CONTACTS = [
    ["Record ID", "First Name", "Last Name", "Email", "Contact owner", "Job Title",
     "Lifecycle Stage", "Notes"],
    ["151", "Ole", "Berg", "Ole@till.example", "Sam", "Owner", "Customer",
     "Angry on the phone again."],
    ["4029354501", "Pia", "", "", "", "Clerk", "Lead", ""],
]  # fmt: skip


def test_contacts_describe_people_and_their_notes_are_nobodys_words(tmp_path: Path) -> None:
    reading = table(tmp_path, "contacts.csv", CONTACTS)
    assert (reading.kind, reading.utterances) == ("crm", ())
    first, second = reading.people
    assert first.identities == ("ole@till.example",)  # 151 may be anyone's number elsewhere
    assert second.identities == ("4029354501",)
    assert first.name == "Ole Berg"
    assert first.attributes == {"role": "Owner", "Lifecycle Stage": "Customer"}
    assert any("notes" in warning for warning in reading.warnings)


def test_an_address_that_several_ids_share_identifies_nobody(tmp_path: Path) -> None:
    rows = [["id", "email", "name", "role"],
            ["402935", "office@till.example", "Ole Berg", "end-user"],
            ["402936", "office@till.example", "Pia Lund", "agent"]]  # fmt: skip
    reading = table(tmp_path, "user_data.csv", rows)
    assert [person.identities for person in reading.people] == [("402935",), ("402936",)]


def test_an_analytics_report_gives_numbers_with_their_period(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text(
        "# ------\n# Demographics\n# ------\n#\n# All Users\n# Start date: 20260101\n"
        '# End date: 20260131\nCountry,Users,Engagement rate\n,"1,200",61.5%\nNorway,700,0.6\n'
        "(not set),3,0\n"
    )
    reading = read(path)
    assert (reading.reader, reading.kind, len(reading.quantities)) == ("analytics", "crm", 6)
    total, rate, norway = reading.quantities[:3]
    assert (total.group, total.value, total.start, total.end) == (
        "", 1200.0, "2026-01-01", "2026-01-31",
    )  # fmt: skip
    assert rate.value == 0.615
    assert (norway.of, norway.group, norway.metric) == ("Country", "Norway", "Users")


def test_a_persona_of_another_program_is_no_evidence(tmp_path: Path) -> None:
    path = tmp_path / "lena.agent.json"
    path.write_text(json.dumps({"type": "TinyPerson", "persona": {"name": "Lena"}}))
    with pytest.raises(ReadingError, match="nobody said its sentences"):
        read(path)


# Corrections


def test_what_was_found_can_be_saved_corrected_and_read_back(tmp_path: Path) -> None:
    rows = [["Ref", "Remarks of the day"], ["a-1", "ok"], ["a-2", 'say "no"']]
    with pytest.raises(ReadingError):
        table(tmp_path, "x.csv", rows)
    given = ReadOptions(
        kind="survey",
        mapping={"Remarks of the day": "text", "Ref": "person"},
        speakers={'Speaker "2"': "P04"},
        interviewers=("Dana\tO.",),
    )
    reading = read(tmp_path / "x.csv", given)
    saved = tmp_path / "map.toml"
    write_corrections(saved, corrections_of(reading, given))
    again = read_corrections(saved)
    assert again == given
    assert read(tmp_path / "x.csv", again).utterances == reading.utterances
    over = together(again, ReadOptions(kind="review", mapping={"Ref": "ignored"}))
    assert (over.kind, over.mapping["Ref"]) == ("review", "ignored")
    assert over.interviewers == given.interviewers


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[columns]\n"A" = "words"\n', "no part"),
        ('kind = "poem"\n', "no kind"),
        ('[roles]\n"A" = "boss"\n', "no role"),
        ('interviewers = "Dana"\n', "no list"),
        ('[colums]\n"A" = "text"\n', "no .columns. table"),
        ('kind = "crm"\n[other]\na = 1\n', "no use for 'other'"),
        ("[columns\n", "no TOML"),
    ],
)
def test_a_wrong_file_of_corrections_is_wrong_use(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=why):
        read_corrections(path)


def test_every_column_shows_some_of_its_values(tmp_path: Path) -> None:
    reading = table(tmp_path, "contacts.csv", CONTACTS)
    assert reading.samples["First Name"] == ("Ole", "Pia")
    assert set(reading.samples) == set(reading.columns)


def test_where_people_live_and_when_they_were_born_is_left_out(tmp_path: Path) -> None:
    rows = [
        ["Email", "Mailing Street", "Billing Address", "Zip", "Date of Birth", "Country", "Stage"],
        ["ole@till.example", "Kirkeveien 1", "Kirkeveien 1, Oslo", "0123", "1970-01-02", "NO",
         "Lead"],
    ]  # fmt: skip
    (person,) = table(tmp_path, "contacts.csv", rows).people
    assert person.attributes == {"country": "NO", "Stage": "Lead"}


# Other tools, by their documented headers


def test_an_answer_beside_a_review_is_the_vendors_reply(tmp_path: Path) -> None:
    rows = [
        ["Datum", "Sterne", "Titel", "Bewertung", "Antwort", "Name"],
        ["01.02.2026", "2", "Nie wieder", "Die Kasse hängt jeden Tag.", "Das tut uns leid.", "Ole"],
    ]
    reading = table(tmp_path, "export.csv", rows)
    assert reading.kind == "review"
    assert [role for role, _ in said(reading)] == ["participant", "participant", "agent"]
    question = [["Frage", "Antwort"], ["Was stört?", "Die Kasse hängt."]]
    assert said(table(tmp_path, "a.csv", question)) == [("participant", "Die Kasse hängt.")]


def test_messages_in_rows_are_told_apart_by_their_authors_type(tmp_path: Path) -> None:
    rows = [
        ["message_id", "message_body", "message_created_at", "message_author_type",
         "message_author_name", "message_author_email", "conversation_id"],
        ["1", "It prints twice each day", "1780387869", "user", "Ole", "ole@till.example", "9"],
        ["2", "Which model is it?", "1780387870", "admin", "Sam", "sam@x.example", "9"],
        ["3", "assigned to Sam", "1780387871", "bot", "Op", "", "9"],
    ]  # fmt: skip
    reading = table(tmp_path, "messages.csv", rows)
    assert [(u.role, u.speaker) for u in reading.utterances] == [
        ("participant", "Ole"), ("agent", "Sam"), ("bot", "Op"),
    ]  # fmt: skip
    assert reading.utterances[0].date == "2026-06-02"
    assert not any("no open text" in warning for warning in reading.warnings)


def test_older_amazon_reviews_have_their_dates_and_may_lack_a_text(tmp_path: Path) -> None:
    old = {"overall": 5.0, "vote": "1,003", "reviewTime": "09 13, 2009", "reviewerID": "A2SUA",
           "reviewerName": "J. M.", "reviewText": "Plays well.", "summary": "Fine",
           "unixReviewTime": 1252800000}  # fmt: skip
    bare = {"overall": 1.0, "reviewerID": "A3", "summary": "Bad", "unixReviewTime": 1252800000}
    path = tmp_path / "amazon.json"
    path.write_text(json.dumps(old) + "\n" + json.dumps(bare))
    reading = read(path)
    assert [u.text for u in reading.utterances] == ["Fine", "Plays well.", "Bad"]
    assert {u.date for u in reading.utterances} == {"2009-09-13"}


def test_cases_by_their_api_names_are_tickets(tmp_path: Path) -> None:
    rows = [
        ["ID", "CASENUMBER", "CONTACTID", "SUBJECT", "DESCRIPTION", "CREATEDDATE"],
        ["5003", "00001", "0035g00000AbCdE", "Sync stuck", "It is stuck at eighty.", "2026-01-01"],
    ]
    reading = table(tmp_path, "export.csv", rows)
    assert (reading.kind, reading.utterances[0].identity) == ("ticket", "0035g00000AbCdE")
