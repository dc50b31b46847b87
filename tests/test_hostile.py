"""Broken and hostile files: refused in one clear line, in bounded time and memory."""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path

import pytest

from personagen.errors import ReadingError
from personagen.reading import limits, read, read_all
from personagen.study import Study

MEGABYTE = 1024 * 1024


def refusal(folder: Path, name: str, content: bytes) -> ReadingError:
    path = folder / name
    path.write_bytes(content)
    began = time.process_time()
    with pytest.raises(ReadingError) as caught:
        read_all(path)
    assert time.process_time() - began < 20
    assert caught.value.problem.startswith(name)
    assert "\n" not in caught.value.problem
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("line.txt", b"a word and another. " * (MEGABYTE // 5), "a line in it has more than"),
        ("line.csv", b"a,b," * (3 * MEGABYTE), "a line in it has more than"),
        ("line.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"x y " * MEGABYTE, "a line in it"),
        ("lines.txt", b"x\n" * 500_000, "lines, as no transcript has"),
        ("cues.srt", b"1\n00:00:01,000 --> 00:00:02,000\nhi\n\n" * 250_000, "cues"),
        ("columns.csv", b"a," * 6000 + b"\n" + b"1," * 6000 + b"\n", "columns"),
        ("deep.json", b"[" * 500_000, "nested too deep"),
        ("deep2.json", b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "nested too deep"),
        ("nul.txt", b"Ana: hi\0\0\0\nBo: yes\n" * 50, "binary"),
        ("cut.json", b'{"sentences": [{"text": "Who pl', "broken"),
        ("cut.docx", b"PK\x03\x04" + b"\x14\0" * 40, "its end is missing"),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Cat", "damaged"),
    ],
)  # fmt: skip
def test_a_hostile_or_broken_file_is_refused(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    assert says in refusal(tmp_path, name, content).problem


def test_records_that_each_bring_a_column_of_their_own_are_refused(tmp_path: Path) -> None:
    records = json.dumps([{f"key{n}": "some words to read here"} for n in range(20_000)])
    assert "columns" in refusal(tmp_path, "wide.json", records.encode()).problem


def test_one_json_document_over_the_limit_is_not_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("personagen.reading.jsontext.LARGEST_JSON", 1000)
    data = b'{"a": "' + b"x" * 2000 + b'"}'
    assert "its JSON is one document" in refusal(tmp_path, "one.json", data).problem


def test_text_over_the_limit_is_not_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("personagen.reading.decoding.LARGEST_TEXT", 2 * MEGABYTE)
    data = b"Ana: hi\n" * (MEGABYTE // 2)
    assert "text is read up to 2" in refusal(tmp_path, "big.txt", data).problem


def zipped(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize("inside", ["a.txt", "word/document.xml", "xl/workbook.xml", "project.qde"])
def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, inside: str) -> None:
    error = refusal(tmp_path, "bomb.zip", zipped({inside: b"0" * (30 * MEGABYTE)}))
    assert "not safe to unpack" in error.problem


def test_a_zip_of_very_many_files_is_not_unpacked(tmp_path: Path) -> None:
    many = zipped({f"{n}.txt": b"" for n in range(6000)}, zipfile.ZIP_STORED)
    assert "unpacks to more" in refusal(tmp_path, "many.zip", many).problem


LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha" * 10) for n in range(10)
)


def test_entities_are_refused_or_left_unexpanded_in_documents(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_paragraph("ENTITY")
    plain = io.BytesIO()
    document.save(plain)
    entries = {}
    with zipfile.ZipFile(plain) as archive:
        for name in archive.namelist():
            entries[name] = archive.read(name)
    body = entries["word/document.xml"].replace(b"ENTITY", b"&l9;")
    declared = b"<!DOCTYPE d [" + LAUGHS + b"]>"
    entries["word/document.xml"] = body.replace(b"?>", b"?>" + declared, 1)
    path = tmp_path / "bomb.docx"
    path.write_bytes(zipped(entries))
    with pytest.raises(ReadingError):
        read(path)


def test_entities_in_an_opendocument_text_are_refused(tmp_path: Path) -> None:
    content = b"<!DOCTYPE d [" + LAUGHS + b"]><d>&l9;</d>"
    packed = zipped({"META-INF/manifest.xml": b"<m/>", "content.xml": content})
    assert "declares entities" in refusal(tmp_path, "bomb.odt", packed).problem


def test_xml_nested_too_deep_is_refused(tmp_path: Path) -> None:
    content = b"<a>" * 5000 + b"</a>" * 5000
    packed = zipped({"META-INF/manifest.xml": b"<m/>", "content.xml": content})
    assert "nested too deep" in refusal(tmp_path, "deep.odt", packed).problem


def test_a_cell_that_begins_like_a_formula_is_words(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(
        'id,comment\n1,"=HYPERLINK(""http://example.org"",""a prize"")"\n'
        "2,+1 for the new kiln plan\n"
    )
    assert [u.text for u in read(tmp_path / "f.csv").utterances] == [
        '=HYPERLINK("http://example.org","a prize")',
        "+1 for the new kiln plan",
    ]


def test_a_protected_zip_member_says_so_and_the_others_are_read(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": b"Ana: Who?\nBo: Me.\nAna: Oh?\n", "b.txt": b"x" * 40}))
    central = data.rindex(b"PK\x01\x02")
    data[central + 8] |= 1
    path = tmp_path / "half.zip"
    path.write_bytes(bytes(data))
    readings, refused = read_all(path)
    assert len(readings) == 1
    assert [one.why for one in refused] == ["it is protected by a password"]


def test_letters_that_were_spoilt_before_are_told(tmp_path: Path) -> None:
    spoilt = "Ana: Schön für dich? Wärst du müde?\nBo: Ja, öfter.\nAna: Oh?\n".encode().decode(
        "cp1252"
    )
    (tmp_path / "a.txt").write_text(spoilt)
    assert "spoilt" in read(tmp_path / "a.txt").warnings[0]
    (tmp_path / "b.txt").write_text("Ana: Schön für dich?\nBo: Ja, Ãrea 2.\nAna: Oh?\n")
    assert not any("spoilt" in warning for warning in read(tmp_path / "b.txt").warnings)


def test_words_of_a_damaged_cue_are_written_to_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good = "1\n00:00:01,000 --> 00:00:02,000\nAna: hi\n\n"
    (tmp_path / "a.srt").write_text(f"{good}2\n00:00:0x,000 -->\nmy secret\n\n{good}")
    assert read(tmp_path / "a.srt").utterances
    assert not caplog.records


def test_nothing_of_a_refused_file_is_stored(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study")
    (tmp_path / "bad.docx").write_bytes(zipped({"word/document.xml": b"0" * (5 * MEGABYTE)}))
    (tmp_path / "half.json").write_bytes(b'[{"comment": "It stops every Monday"}, {')
    done = study.import_files([tmp_path / "bad.docx", tmp_path / "half.json"])
    assert [one.status for one in done.files] == ["refused", "refused"]
    assert not study.material().sources
    assert not study.material().participants


def test_the_limits_leave_room_for_what_people_have() -> None:
    """A day of talk in one line, 50,000 answers of 40 columns, a hundred hours of captions."""
    assert limits.LONGEST_LINE > 8 * 60 * 200 * 8
    assert limits.MOST_CELLS > 50_000 * 40
    assert limits.MOST_CUES >= 100 * 3600 / 2


@pytest.mark.parametrize("name", ["call.docx", "answers.xlsx", "all.zip"])
def test_a_packed_file_that_breaks_off_is_called_damaged(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / name, "w") as packed:
        packed.writestr("word/document.xml", "<x/>" * 500)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ReadingError, match="its end is missing"):
        read(tmp_path / name)
