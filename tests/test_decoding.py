# ruff: noqa: RUF001
"""No letters are ever spoilt in silence: an encoding is sure, told, or asked for."""

from __future__ import annotations

import pytest

from personagen.errors import ReadingError
from personagen.reading.decoding import decode

GERMAN = "Ana: Hält Sie das auf? Zoë prüft das Büro – “ehrlich”, für 5 €.\nBo: Ja, täglich.\n"
RUSSIAN = "Анна: Счета занимают недели.\nБорис: И потом?\nАнна: Я проверяю их трижды.\n"
JAPANESE = "田中: 請求書の確認に何週間もかかります。\n鈴木: それから？\n田中: 経理に渡します。\n"
POLISH = "Łucja: Faktury trwają tygodnie, później źle się to kończy.\nJan: Jak często?\n"
TURKISH = "Işıl: Faturalar haftalarca sürüyor, görüşmeci gelmiş.\nCan: Ağır iş.\n"
QUIET = ("utf-8", "utf-8-sig", "utf-16", "utf-32")


@pytest.mark.parametrize("text", [GERMAN, RUSSIAN, JAPANESE, POLISH])
@pytest.mark.parametrize("encoding", QUIET)
def test_what_says_its_encoding_is_read_as_that(text: str, encoding: str) -> None:
    found = decode(text.encode(encoding), "a.txt")
    assert (found.text, found.warnings) == (text, ())


@pytest.mark.parametrize("text", [GERMAN, RUSSIAN, JAPANESE])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_read_in_any_script(text: str, encoding: str) -> None:
    found = decode(text.encode(encoding), "a.txt")
    assert found.text == text
    assert bool(found.warnings) == (text is not GERMAN)


def test_windows_1252_is_read_and_told_with_its_words() -> None:
    found = decode(GERMAN.encode("cp1252"), "a.txt")
    assert found.text == GERMAN
    assert "Hält" in found.warnings[0]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (JAPANESE, "shift-jis"), (JAPANESE, "euc-jp"),
        (POLISH, "cp1250"), (POLISH, "iso8859-2"), (TURKISH, "cp1254"),
        (GERMAN.replace("–", "-"), "mac-roman"),
        ("Bo: It takes weeks, then Анна does it.\nAna: And?\n" * 9, "cp1251"),
    ],
)  # fmt: skip
def test_other_code_pages_are_asked_for(text: str, encoding: str) -> None:
    with pytest.raises(ReadingError, match="--encoding"):
        decode(text.encode(encoding), "a.txt")
    assert decode(text.encode(encoding), "a.txt", encoding).text == text


def test_bytes_that_windows_1252_does_not_know_are_asked_for() -> None:
    with pytest.raises(ReadingError, match="--encoding"):
        decode(GERMAN.encode("cp1252") + b"Zo\x81\x8d\n", "a.txt")


def test_a_file_in_two_encodings_is_asked_for() -> None:
    with pytest.raises(ReadingError, match="hÃ¤lt"):
        decode("Ana: Was hält?\n".encode() + "Bo: Die Prüfung.\n".encode("cp1252"), "a.txt")


def test_western_words_in_windows_1252_are_never_asked_for() -> None:
    text = (
        "Ana: Ääääh, créée à 5 m² für £20, Señor Núñez, Ærø, Übergröße, naïve, ¿qué?, d´accord, "
        "20°C, Þór, ÉTÉ, 3½ Stück, NOËL, œuvre, Šimon, KÖLN, 10µm, São João, «là», l’été…\n"
        "Bo: And so on and so forth, as it is said in so many other words by everybody.\n"
    )
    assert decode(text.encode("cp1252"), "a.txt").text == text


def test_one_letter_that_was_spoilt_before_is_told() -> None:
    once = "Bo: At the cafÃ© it was slow.\nAna: And?\n"
    assert "spoilt" in decode(once.encode(), "a.txt").warnings[0]
    assert "lost" in decode("Bo: At the caf\ufffd.\n".encode(), "a.txt").warnings[0]
    assert "spoilt" in decode(RUSSIAN.encode().decode("latin-1").encode(), "a.txt").warnings[0]


def test_what_is_meant_is_not_taken_for_spoilt() -> None:
    meant = "Ana: “IRMÃ”, Ärger, Åse, MANHÃ, São, Ñandú, Ðorđe. Âge, €5.\n"
    assert decode(meant.encode(), "a.txt").warnings == ()


def test_control_characters_become_the_signs_they_stand_for() -> None:
    found = decode("Ana: “Ja” – 5 €.\n".encode("cp1252").decode("latin-1").encode(), "a.txt")
    assert found.text == "Ana: “Ja” – 5 €.\n"
    assert "control" in found.warnings[0]


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ReadingError, match="binary"):
        decode(bytes(range(256)) * 8, "a.txt")
