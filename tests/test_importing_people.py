"""Contacts join participants; the same words in another format are told of or left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from personagen.importing import ImportedFile, import_files
from personagen.models import Material
from personagen.prevalence import base_of
from personagen.reading import ReadOptions
from personagen.store.ledger import Ledger
from personagen.study import Study

TICKETS = """\
Ticket ID,Subject,Description,Requester,Email
1,Empty report,The evening report stays empty.,Ole Berg,ole@till.example
2,Slow print,Every receipt takes half a minute.,Pia Lund,pia@till.example
"""
CONTACTS = """\
Record ID,First Name,Last Name,Email,Job Title,Lifecycle Stage
151,Ole,Berg,OLE@till.example,Owner,Customer
152,Ida,Holm,ida@till.example,Clerk,Lead
"""
REPORT = """\
# ----
# Start date: 20260101
# End date: 20260131
Country,Users
,12
Norway,7
"""
TURNS = [
    ("Dana Okafor", "How do you count the till at night?"),
    ("Ole Berg", "I count it twice, because the first total never fits the slips in the drawer."),
    ("Dana Okafor", "And what happens when it does not fit?"),
    ("Ole Berg", "Then I stay an hour longer and look for the slip that somebody put elsewhere."),
    ("Dana Okafor", "What would help?"),
    ("Ole Berg", "A list of what was sold by the hour, so that I see where the gap begins."),
]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(f"sqlite:///{tmp_path / 'study.db'}")
    ledger.migrate()
    yield ledger
    ledger.close()


def bring(ledger: Ledger, folder: Path, name: str, text: str, skip: bool = False) -> ImportedFile:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    report = import_files(ledger, [path], ReadOptions(), skip_duplicates=skip)
    return report.files[0]


def as_vtt() -> str:
    cues = [
        f"{n}\n00:00:{n:02}.000 --> 00:00:{n + 1:02}.000\n{who}: {text}"
        for n, (who, text) in enumerate(TURNS, 1)
    ]
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


def as_text() -> str:
    return "\n\n".join(f"**{who.split()[0]}:** {text}" for who, text in TURNS) + "\n"


@pytest.mark.parametrize("contacts_first", [True, False])
def test_contacts_describe_participants_whichever_file_comes_first(
    ledger: Ledger, tmp_path: Path, contacts_first: bool
) -> None:
    files = [("contacts.csv", CONTACTS), ("tickets.csv", TICKETS)]
    done = [bring(ledger, tmp_path, *file) for file in sorted(files, reverse=not contacts_first)]
    contacts = next(one for one in done if one.kind == "crm")
    assert (contacts.described, contacts.met) == (2, 0 if contacts_first else 1)
    attributes = [person.attributes for person in ledger.participants()]
    assert len(attributes) == 2  # Ida said nothing: she is known, and counted nowhere
    assert {"role": "Owner", "Lifecycle Stage": "Customer"}.items() <= attributes[0].items()
    assert len(ledger.known()) == 3


def test_who_only_stands_in_a_list_counts_in_no_base_and_keeps_no_name(
    ledger: Ledger, tmp_path: Path
) -> None:
    bring(ledger, tmp_path, "contacts.csv", CONTACTS)
    bring(ledger, tmp_path, "tickets.csv", TICKETS)
    material = Material(participants=ledger.participants(), sources=ledger.sources())
    assert len(base_of(material).participants) == 2
    assert "Ida Holm" not in {alias.name for alias in ledger.aliases()}


def test_a_contact_who_is_interviewed_counts_with_the_interviewed(
    ledger: Ledger, tmp_path: Path
) -> None:
    bring(ledger, tmp_path, "tickets.csv", TICKETS)
    path = tmp_path / "call.vtt"
    path.write_text(as_vtt())
    import_files(ledger, [path], ReadOptions(speakers={"Ole Berg": "P01"}))
    kinds = {person.id: person.kind for person in ledger.participants()}
    assert kinds["P01"] == "interviewee"


def test_an_equal_full_name_in_a_list_is_proposed_and_not_merged(
    ledger: Ledger, tmp_path: Path
) -> None:
    bring(ledger, tmp_path, "call.vtt", as_vtt())
    done = bring(ledger, tmp_path, "contacts.csv", CONTACTS)
    assert done.met == 0
    assert done.proposals == ("P01 and P02 bear the same full name; merge?",)


def test_numbers_of_a_report_are_kept_with_their_source(ledger: Ledger, tmp_path: Path) -> None:
    done = bring(ledger, tmp_path, "ga.csv", REPORT)
    assert [q.value for q in done.quantities] == [12.0, 7.0]
    (source,) = ledger.sources()
    assert (source.kind, source.utterances) == ("crm", ())
    assert [(q.group, q.start) for q in source.quantities] == [
        ("", "2026-01-01"),
        ("Norway", "2026-01-01"),
    ]


def test_the_same_interview_in_another_format_is_told_of(ledger: Ledger, tmp_path: Path) -> None:
    first = bring(ledger, tmp_path, "call.vtt", as_vtt())
    again = bring(ledger, tmp_path, "notes.md", as_text())
    assert again.status == "imported"
    assert again.same_as == (first.source,)
    assert any("call.vtt" in warning for warning in again.warnings)


def test_duplicates_are_left_out_where_that_is_asked_for(ledger: Ledger, tmp_path: Path) -> None:
    bring(ledger, tmp_path, "call.vtt", as_vtt())
    again = bring(ledger, tmp_path, "notes.md", as_text(), skip=True)
    assert (again.status, again.source) == ("duplicate", None)
    assert len(ledger.sources()) == 1


def test_an_interview_by_the_same_questions_is_no_duplicate(ledger: Ledger, tmp_path: Path) -> None:
    bring(ledger, tmp_path, "call.vtt", as_vtt())
    other = as_text().replace("**Ole:**", "**Pia:**")
    for _, words in TURNS[1::2]:
        other = other.replace(words, " ".join(word[::-1] for word in words.split()))
    assert bring(ledger, tmp_path, "pia.md", other).same_as == ()


def test_a_table_saved_in_another_order_is_noticed(ledger: Ledger, tmp_path: Path) -> None:
    head, *rows = [
        "id,rating,comment",
        *(f"{n},{n % 5},The till number {n} stalls each day at {n} sharp." for n in range(9)),
    ]
    first = bring(ledger, tmp_path, "reviews.csv", "\n".join([head, *rows]))
    turned = bring(ledger, tmp_path, "export.csv", "\n".join([head, *reversed(rows)]))
    assert turned.same_as == (first.source,)


def test_a_list_of_contacts_does_not_bring_back_who_withdrew(tmp_path: Path) -> None:
    (tmp_path / "tickets.csv").write_text(TICKETS)
    (tmp_path / "contacts.csv").write_text(CONTACTS)
    with Study.create(tmp_path / "study") as study:
        study.import_files([tmp_path / "tickets.csv"])
        study.custody.withdraw("P01")
        (done,) = study.import_files([tmp_path / "contacts.csv"]).files
        assert (done.described, done.met) == (1, 0)
        assert any("withdrew" in warning for warning in done.warnings)
        assert [person.id for person in study.material().participants] == ["P02"]
