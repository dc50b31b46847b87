"""Quotations are found in whatever somebody wrote, with the name that stands by them."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document

from personagen.errors import ReadingError
from personagen.models import Skipped
from personagen.verification import Quotation, find_quotations
from tests.verification_fixture import allotments


def found(folder: Path, name: str, text: str) -> tuple[list[Quotation], list[Skipped]]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return find_quotations(path)


def pairs(folder: Path, name: str, text: str) -> list[tuple[str, str | None]]:
    return [(q.text, q.speaker) for q in found(folder, name, text)[0]]


@pytest.mark.parametrize(
    ("line", "quote", "speaker"),
    [
        ('- "It took 40 minutes." — P01, interview, 00:12:31', "It took 40 minutes.", "P01"),
        ("“It took 40 minutes.” — P01", "It took 40 minutes.", "P01"),
        ("“It took 40 minutes” (P01)", "It took 40 minutes", "P01"),
        ("„Das dauert sehr lange“ (P03)", "Das dauert sehr lange", "P03"),
        ("« Cela prend trop de temps » – P03", "Cela prend trop de temps", "P03"),
        ("'It took 40 minutes.' -- P01", "It took 40 minutes.", "P01"),
        ("P01 said: “It took 40 minutes.”", "It took 40 minutes.", "P01"),
        ("“It took 40 minutes,” said Odile Farrant.", "It took 40 minutes,", "Odile Farrant"),
        ("According to Benno, “it clicks all night”.", "it clicks all night", "Benno"),
        ("As Benno put it, “it clicks all night.”", "it clicks all night.", "Benno"),
        ("Participant 2 told us “it clicks all night.”", "it clicks all night.", "Participant 2"),
        ("**P02:** “It clicks all night.”", "It clicks all night.", "P02"),
        ("| noise | “It clicks all night.” — P02 | low |", "It clicks all night.", "P02"),
        ("One member said that “it clicks all night”.", "it clicks all night", None),
        ("“It clicks all night” — a secretary, small site", "It clicks all night", None),
        ("The valve: “It clicks *all* night.”", "It clicks all night.", None),
        ("She said “he told me ‘it clicks’ all night”.", "he told me ‘it clicks’ all night", None),
        ("&quot;It clicks all night.&quot; (P02)", "It clicks all night.", "P02"),
    ],
)
def test_marks_and_names_of_many_hands_are_read(
    line: str, quote: str, speaker: str | None, tmp_path: Path
) -> None:
    assert pairs(tmp_path, "report.md", line) == [(quote, speaker)]


def test_a_quotation_over_two_lines_is_one(tmp_path: Path) -> None:
    (quote,), _ = found(tmp_path, "report.txt", "Intro.\n\n“It clicks\nall night.”\n— P02\n")
    assert (quote.text, quote.speaker, quote.line) == ("It clicks\nall night.", "P02", 3)


def test_a_quotation_told_in_two_parts_belongs_to_one(tmp_path: Path) -> None:
    text = "“It clicks all night,” said Benno, “and I hate letters.”"
    assert pairs(tmp_path, "report.txt", text) == [
        ("It clicks all night,", "Benno"),
        ("and I hate letters.", "Benno"),
    ]


def test_apostrophes_and_inches_are_no_quotations(tmp_path: Path) -> None:
    text = "It's the members' hose, 'cause it's 5\" wide and theirs is 6\" or so."
    assert found(tmp_path, "report.md", text) == ([], [])


def test_quotation_blocks_need_no_marks(tmp_path: Path) -> None:
    text = "> It clicks all night\n> and I hate it.\n> — P02\n\n> **Draft, not reviewed** · v1\n"
    assert pairs(tmp_path, "report.md", text) == [("It clicks all night\nand I hate it.", "P02")]


def test_a_quoted_conversation_is_taken_apart(tmp_path: Path) -> None:
    text = "> **Interviewer:** And the valve?\n> **P02:** It clicks all night.\n"
    assert pairs(tmp_path, "report.md", text) == [
        ("And the valve?", "Interviewer"),
        ("It clicks all night.", "P02"),
    ]


def test_titles_links_code_and_short_asides_are_listed_as_skipped(tmp_path: Path) -> None:
    text = (
        "# “Evenings back for everyone here”\n\n"
        'See [“What the members really say”](http://example.org) and `"four words of code"`.\n'
        "They call it “the toy”.\n"
    )
    quotes, skipped = found(tmp_path, "report.md", text)
    assert quotes == []
    assert [(s.where, s.why) for s in skipped] == [
        ("report.md, line 1", "stands in a title"),
        ("report.md, line 3", "is a link and reads like a page's title"),
        ("report.md, line 3", "stands in code"),
        ("report.md, line 4", "names no one and has fewer than four words"),
    ]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("[“It clicks all night long”](https://example.org/r/7) — P02", "P02"),
        ("[“It clicks all night long” (P02)](https://example.org/r/7)", "P02"),
        ("P02: [“It clicks all night long”](https://example.org/r/7)", "P02"),
        ("- [“It clicks all night long.”](https://example.org/r/7)", None),
        ("- [“I hear it all night long”](https://example.org/r/7)", None),
        ("- [“It clicks all night long”](#u_0123456789)", None),
    ],
)
def test_a_quotation_that_links_to_its_recording_is_judged(
    text: str, speaker: str | None, tmp_path: Path
) -> None:
    ((_, named),) = pairs(tmp_path, "report.md", text)
    assert named == speaker


def test_a_quotation_that_links_to_its_recording_is_judged_on_a_page(tmp_path: Path) -> None:
    page = (
        "<p><a href='https://example.org/r/7'>“It clicks all night long”</a> — P02</p>"
        "<p><a href='#u_7'>“It took ten whole minutes”</a></p>"
        "<p>See <a href='https://example.org'>“What the members really say”</a></p>"
    )
    quotes, skipped = found(tmp_path, "report.html", page)
    assert [(q.text, q.speaker) for q in quotes] == [
        ("It clicks all night long", "P02"),
        ("It took ten whole minutes", None),
    ]
    assert [s.what for s in skipped] == ["What the members …"]


def test_a_short_quotation_with_a_name_is_judged(tmp_path: Path) -> None:
    assert pairs(tmp_path, "report.md", "They call it “a toy” (P01).") == [("a toy", "P01")]


def test_a_page_is_read_as_it_is_seen(tmp_path: Path) -> None:
    page = (
        "<title>“A title of four words”</title><style>q{content:'“no words of anyone”'}</style>"
        "<p>Wants quiet. <q data-utterance='u'>It clicks all night.</q> — P02</p>\n"
        "<blockquote><p>I don&#39;t explain the app.</p><footer>P02, interview</footer>"
        "</blockquote><details><p>“It<br>took ten <b>minutes</b>.” (P01)</p></details>"
    )
    assert pairs(tmp_path, "report.html", page) == [
        ("It clicks all night.", "P02"),
        ("I don't explain the app.", "P02"),
        ("It\ntook ten minutes.", "P01"),
    ]


def test_paragraphs_and_tables_of_word_files_are_read(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("“A heading of four words”")
    document.add_paragraph("“It clicks all night.” — P02, interview")
    document.add_paragraph("It took ten minutes.\n— P01", style="Quote")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 1).text = "“I hate letters like that.” (P02)"
    document.save(str(tmp_path / "report.docx"))
    quotes, skipped = find_quotations(tmp_path / "report.docx")
    assert [(q.text, q.speaker, q.line) for q in quotes] == [
        ("It clicks all night.", "P02", 2),
        ("It took ten minutes.", "P01", 3),
        ("I hate letters like that.", "P02", 5),
    ]
    assert [s.why for s in skipped] == ["stands in a title"]


def test_lines_of_json_are_read_and_a_broken_one_is_named(tmp_path: Path) -> None:
    good = '{"quote": "It clicks all night.", "speaker": "P02"}\n\n{"quote": "It took ten"}\n'
    assert pairs(tmp_path, "q.jsonl", good) == [
        ("It clicks all night.", "P02"),
        ("It took ten", None),
    ]
    with pytest.raises(ReadingError, match=r"bad\.jsonl, line 2"):
        found(tmp_path, "bad.jsonl", '{"quote": "x"}\n{"quote": \n')
    with pytest.raises(ReadingError, match=r"bad\.jsonl, line 1: no text under 'quote'"):
        found(tmp_path, "bad.jsonl", '{"words": "x"}\n')


@pytest.mark.parametrize("name", ["report.pdf", "report.docx"])
def test_what_cannot_be_read_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match=r"^report\.") as refused:
        found(tmp_path, name, "“It clicks all night.”")
    assert "\n" not in str(refused.value)


def test_a_document_is_judged_quotation_by_quotation(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text(
        "Benno: “It clicks all night.”\n\n"
        "“It saves water.” — P01\n\n"
        "“It clicks all night.” — P01\n\n"
        "Valve: “Swans paint my cellar purple twice yearly.”\n",
        encoding="utf-8",
    )
    verdicts, _ = allotments().index().check_file(path)
    assert [(v.verdict, v.file, v.line) for v in verdicts] == [
        ("verbatim", "report.md", 1),
        ("altered", "report.md", 3),
        ("misattributed", "report.md", 5),
        ("not_found", "report.md", 7),
    ]
