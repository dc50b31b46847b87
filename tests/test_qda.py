"""Projects of coding programs, built here in the ways each program writes them."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from pathlib import Path

import pytest

from personagen.errors import ReadingError
from personagen.reading import Reading, read, read_all

TALK = (
    "Ana: How is the kiln planned? 🔥\n"
    "Bo: Honestly 😡😡 — I draw it twice.\n"
    "Bo: Once on the wall, once in the tablet.\n"
    "Ana: And Mondays?\n"
    "Bo: Nobody plans Mondays.\n"
)
TWICE, NOBODY = "I draw it twice.", "Nobody plans Mondays."
CODES = """<Codes>
 <Code guid="{11111111-1111-1111-1111-111111111111}" name="Pain" isCodable="false">
  <Code guid="22222222-2222-2222-2222-22222222222A" name="double work" isCodable="true">
   <Description>the same thing done
    twice</Description></Code></Code>
 <Code guid="33333333-3333-3333-3333-333333333333" name="planning" isCodable="true"/>
</Codes>"""


def qde(origin: str, sources: str, before: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{before}'
        f'<Project xmlns="urn:QDA-XML:project:1.0" name="kiln" origin="{origin}">'
        '<Users><User guid="AAAAAAAA-0000-0000-0000-000000000000" name="Ilse Brandt"/></Users>'
        f"<CodeBook>{CODES}</CodeBook><Sources>{sources}</Sources></Project>"
    )


def selection(start: int, end: int, code: str = "2" * 8 + "-2222-2222-2222-22222222222a") -> str:
    return (
        f'<PlainTextSelection guid="x" startPosition="{start}" endPosition="{end}"'
        ' creatingUser="{aaaaaaaa-0000-0000-0000-000000000000}"><Coding guid="y">'
        f'<CodeRef targetGUID="{{{code}}}"/></Coding></PlainTextSelection>'
    )


def source(inside: str, path: str = "internal://ABCD.txt", name: str = "Interview Bo") -> str:
    return f'<TextSource guid="s1" name="{name}" plainTextPath="{path}">{inside}</TextSource>'


def package(
    folder: Path,
    project: str,
    text: bytes | None,
    named: str = "project.qde",
    at: str = "sources/abcd.TXT",
) -> Path:
    path = folder / "study.qdpx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(named, project)
        if text is not None:
            archive.writestr(at, text)
    return path


def words(reading: Reading) -> list[tuple[str, list[str]]]:
    """Return the code of each segment with the words it stands on in the utterances."""
    said = {u.place: u.text for u in reading.utterances}
    return [(s.code, [said[p.place][p.start : p.end] for p in s.parts]) for s in reading.coded]


def points(text: str, part: str) -> tuple[int, int]:
    return text.index(part), text.index(part) + len(part)


def units(text: str, part: str) -> tuple[int, int]:
    start = len(text[: text.index(part)].encode("utf-16-le")) // 2
    return start, start + len(part.encode("utf-16-le")) // 2


def test_a_project_gives_its_texts_codes_and_coded_segments(tmp_path: Path) -> None:
    inside = selection(*points(TALK, TWICE)) + selection(
        *points(TALK, NOBODY), "3" * 8 + "-3333-3333-3333-333333333333"
    )
    reading = read(package(tmp_path, qde("any writer", source(inside)), TALK.encode()))
    assert reading.reader == "qdpx"
    assert {s.name: s.role for s in reading.speakers} == {"Ana": "interviewer", "Bo": "participant"}
    assert [(c.code, c.definition) for c in reading.codes] == [
        ("Pain > double work", "the same thing done twice"),
        ("planning", ""),
    ]
    assert words(reading) == [("Pain > double work", [TWICE]), ("planning", [NOBODY])]
    assert reading.coded[0].coder == "Ilse Brandt"
    assert Path(reading.path).name == "Interview Bo"


def test_nvivo_counts_utf16_units_over_two_characters_a_line_end(tmp_path: Path) -> None:
    raw = TALK.replace("\n", "\r\n")
    project = qde("NVivo for Windows 12", source(selection(*units(raw, NOBODY))))
    path = package(tmp_path, project, b"\xef\xbb\xbf" + raw.encode(), at="Sources/abcd.txt")
    assert words(read(path)) == [("Pain > double work", [NOBODY])]


@pytest.mark.parametrize("way", ["points", "points over LF", "UTF-16"])
def test_the_units_of_an_unknown_program_are_found_by_what_fits(tmp_path: Path, way: str) -> None:
    raw = TALK.replace("\n", "\r\n")
    base, count = (TALK if "LF" in way else raw), (units if way == "UTF-16" else points)
    inside = "".join(selection(*count(base, part)) for part in (TWICE, NOBODY, "Once on the wall"))
    reading = read(package(tmp_path, qde("", source(inside)), raw.encode()))
    assert [w for _, w in words(reading)] == [[TWICE], [NOBODY], ["Once on the wall"]]


def test_a_segment_over_several_turns_keeps_the_words_of_each(tmp_path: Path) -> None:
    start, end = TALK.index("Once on"), TALK.index("\nBo: Nobody")
    reading = read(package(tmp_path, qde("", source(selection(start, end))), TALK.encode()))
    assert words(reading)[0][1] == ["Once on the wall, once in the tablet.", "And Mondays?"]


def test_a_project_named_after_itself_with_its_text_inside_is_read(tmp_path: Path) -> None:
    inside = f"<PlainTextContent>{TALK}</PlainTextContent>" + selection(*points(TALK, TWICE))
    project = qde("ATLAS.ti Mac", f'<TextSource guid="s1" name="Bo.docx">{inside}</TextSource>')
    reading = read(package(tmp_path, project, None, "Trial.qde"))
    assert words(reading) == [("Pain > double work", [TWICE])]


def test_missing_texts_leave_the_codes_and_are_told(tmp_path: Path) -> None:
    reading = read(package(tmp_path, qde("", source(selection(0, 4))), None))
    assert not reading.utterances
    assert len(reading.codes) == 2
    assert "1 text(s) are not in the package, 1 coded segment(s)" in reading.warnings[0]


def test_positions_outside_the_text_lose_the_segment_and_say_so(tmp_path: Path) -> None:
    inside = selection(5000, 6000) + selection(9, 9) + selection(*points(TALK, TWICE))
    reading = read(package(tmp_path, qde("", source(inside)), TALK.encode()))
    assert words(reading) == [("Pain > double work", [TWICE])]
    assert any(w.startswith("2 coded segment(s) without words") for w in reading.warnings)


def test_the_values_of_a_case_are_those_of_its_participant(tmp_path: Path) -> None:
    cases = (
        '<Variables><Variable guid="v1" name="Team" typeOfVariable="Text"/></Variables>'
        '<Cases><Case guid="c1" name="Bo"><VariableValue><VariableRef targetGUID="v1"/>'
        '<TextValue>glazing</TextValue></VariableValue><SourceRef targetGUID="S1"/></Case></Cases>'
    )
    project = qde("", source("")).replace("<Sources>", f"{cases}<Sources>")
    reading = read(package(tmp_path, project, TALK.encode()))
    assert {u.speaker: dict(u.attributes) for u in reading.utterances} == {
        "Ana": {}, "Bo": {"Team": "glazing"},
    }  # fmt: skip


def test_entities_in_a_project_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    with pytest.raises(ReadingError, match="declares entities"):
        read(package(tmp_path, qde("", source(""), bomb), TALK.encode()))


def test_two_texts_are_two_sources(tmp_path: Path) -> None:
    both = source("") + source("", "internal://ABCE.txt", "Interview Cy").replace("s1", "s2")
    path = package(tmp_path, qde("", both), TALK.encode())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("sources/ABCE.txt", TALK.replace("Bo", "Cy"))
    readings, _ = read_all(path)
    assert [Path(r.path).name for r in readings] == ["Interview Bo", "Interview Cy"]
    with pytest.raises(ReadingError, match="packs 2 sources"):
        read(path)


# Codebooks


def test_a_refi_codebook_gives_codes_and_no_speech(tmp_path: Path) -> None:
    (tmp_path / "c.qdc").write_text(
        f'<?xml version="1.0"?><CodeBook xmlns="urn:QDA-XML:codebook:0:4">{CODES}</CodeBook>'
    )
    reading = read(tmp_path / "c.qdc")
    assert [c.code for c in reading.codes] == ["Pain > double work", "planning"]
    assert not reading.utterances


def test_taguette_tables_give_codes_and_passages_to_be_found(tmp_path: Path) -> None:
    (tmp_path / "codebook.csv").write_text(
        "tag,description,number of highlights,number of documents\r\nwaste,Work for nothing,2,1\r\n"
    )
    (tmp_path / "highlights.csv").write_text(
        "id,document,tag,content\r\n1,Interview Bo,waste,I draw it  twice.\r\n"
        "1,Interview Bo,plan,x\r\n"
    )
    codes = read(tmp_path / "codebook.csv").codes
    assert [(c.code, c.definition) for c in codes] == [("waste", "Work for nothing")]
    coded = read(tmp_path / "highlights.csv").coded
    assert (coded[0].document, coded[0].code, coded[0].quote) == (
        "Interview Bo", "waste", "I draw it twice.",
    )  # fmt: skip
    assert not coded[0].parts


def test_qualcoders_list_of_codes_is_a_codebook_and_captions_are_not(tmp_path: Path) -> None:
    (tmp_path / "codes.txt").write_text("Pain>>double work\tthe same thing twice\nplanning\n")
    assert [c.code for c in read(tmp_path / "codes.txt").codes] == [
        "Pain > double work", "planning",
    ]  # fmt: skip
    (tmp_path / "captions.txt").write_text(">> Who plans it?\n>> Nobody.\n")
    assert read(tmp_path / "captions.txt").utterances


# QualCoder projects


def qualcoder(folder: Path, start: int, end: int) -> Path:
    project = folder / "kiln.qda"
    project.mkdir()
    (project / "documents").mkdir()
    (project / "documents" / "bo.txt").write_text(TALK)
    connection = sqlite3.connect(project / "data.qda")
    connection.executescript(
        """CREATE TABLE source (id integer primary key, name text, fulltext text);
        CREATE TABLE code_cat (catid integer, name text, supercatid integer);
        CREATE TABLE code_name (cid integer, name text, memo text, catid integer);
        CREATE TABLE code_text (cid integer, fid integer, seltext text, pos0 integer,
                                pos1 integer, owner text, memo text);"""
    )
    connection.execute("INSERT INTO source VALUES (1, 'bo.txt', ?)", (TALK,))
    connection.execute("INSERT INTO code_cat VALUES (7, 'Pain', NULL)")
    connection.execute("INSERT INTO code_name VALUES (3, 'double work', 'twice', 7)")
    row = (3, 1, TALK[start:end], start, end, "Ilse", "!")
    connection.execute("INSERT INTO code_text VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    connection.commit()
    connection.close()
    return project / "data.qda"


def test_a_qualcoder_project_is_read_from_its_database(tmp_path: Path) -> None:
    reading = read(qualcoder(tmp_path, *points(TALK, TWICE)))
    assert reading.reader == "qualcoder"
    assert words(reading) == [("Pain > double work", [TWICE])]
    assert reading.coded[0].coder == "Ilse"


def test_a_folder_with_a_qualcoder_project_is_one_file(tmp_path: Path) -> None:
    from personagen.reading import find_files

    database = qualcoder(tmp_path, *points(TALK, TWICE))
    assert find_files([tmp_path])[0] == [database]


# Zips of files


def packed(folder: Path, **files: str | bytes) -> Path:
    path = folder / "interviews.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_each_file_in_a_zip_is_read_and_the_rest_is_told(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.txt", TALK)
    path = packed(tmp_path, **{
        "week 1/bo.txt": TALK,
        "cy.csv": "id,comment\n1,It takes far too long to fire.\n",
        "__MACOSX/._bo.txt": b"\0\5",
        "secret.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
        "logo.png": b"\x89PNG",
        "more.zip": inner.getvalue(),
        "empty.txt": b"",
    })  # fmt: skip
    readings, refused = read_all(path)
    assert [r.path.split("interviews.zip/")[1] for r in readings] == ["cy.csv", "week 1/bo.txt"]
    assert {Path(r.path).name: r.why for r in refused} == {
        "more.zip": "a zip inside a zip is not unpacked",
        "secret.doc": "secret.doc: it is an old Word file (.doc)",
        "empty.txt": "it is empty",
    }
    assert readings[0].warnings[-1] == (
        "2 file(s) in the zip passed over: ._bo.txt (hidden or temporary file), "
        "logo.png (.png files hold no text to read)"
    )


@pytest.mark.parametrize("name", ["../up.txt", "/etc/up.txt", "a/../../up.txt", "C:\\up.txt"])
def test_a_zip_whose_names_climb_out_is_refused_whole(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path, **{"fine.txt": TALK, name: TALK})
    with pytest.raises(ReadingError, match="not safe to unpack"):
        read_all(path)


def test_a_zip_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, **{"bo.txt": TALK * 50})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ReadingError, match="zip"):
        read_all(path)
