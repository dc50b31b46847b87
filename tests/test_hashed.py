"""Copies of a warehouse hold hashes where people wrote; form headers take two rows."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from personagen.errors import ReadingError
from personagen.reading import ReadOptions, read

WORDS = "It is slow whenever I open the map."
HASHES: dict[str, Callable[[bytes], str]] = {
    "md5": lambda said: hashlib.md5(said).hexdigest(),
    "sha256": lambda said: hashlib.sha256(said).hexdigest().upper(),
    "prefixed": lambda said: f"sha256:{hashlib.sha256(said).hexdigest()}",
    "base 64": lambda said: base64.b64encode(hashlib.sha256(said).digest()).decode(),
    "sha1, base 64": lambda said: base64.b64encode(hashlib.sha1(said).digest()).decode(),
}


def _write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("made", HASHES.values(), ids=HASHES)
def test_a_table_of_hashes_is_refused_and_told(
    tmp_path: Path, made: Callable[[bytes], str]
) -> None:
    rows = [f"{n},2026-03-0{n},u{n}x,{made(b'body %d' % n)},open" for n in range(1, 9)]
    path = _write(tmp_path, "ticket_id,created_at,requester_id,body,status", *rows)
    with pytest.raises(ReadingError, match="body: hashes"):
        read(path)
    assert len(read(path, ReadOptions(kind="crm")).people) == 8


def test_single_hashes_among_words_are_left_out_and_told(tmp_path: Path) -> None:
    one = HASHES["md5"]
    rows = [f"{n},{n % 5},{WORDS if n % 2 else one(b'%d' % n)}" for n in range(1, 9)]
    reading = read(_write(tmp_path, "id,rating,review", *rows))
    assert [said.text for said in reading.utterances] == [WORDS] * 4
    assert any("4 cell(s) hold a hash" in warning for warning in reading.warnings)


def test_a_spanish_form_with_kinds_of_answers_under_its_questions(tmp_path: Path) -> None:
    reading = read(
        _write(
            tmp_path,
            "ID de respuesta,Fecha de envío,¿Qué le gusta más?,¿Con qué frecuencia?,¿Su correo?",
            "Respuesta,Respuesta,Respuesta abierta,Respuesta,Respuesta abierta",
            "7,2026-03-01,Que siempre contestan el mismo día.,Cada semana,a@example.org",
            "8,2026-03-02,Poder pagar con el móvil sin llamar.,Cada mes,b@example.org",
        )
    )
    assert [said.text for said in reading.utterances] == [
        "Que siempre contestan el mismo día.", "Poder pagar con el móvil sin llamar.",
    ]  # fmt: skip
    assert reading.columns["¿Su correo?"] == "email"
    assert reading.columns["ID de respuesta"] == "id"
    assert reading.columns["Fecha de envío"] == "date"


@pytest.mark.parametrize("first", ["Datos personales,,,Opinión,", "Fecha,Datos,,Opinión,"])
def test_a_spanish_form_with_groups_over_its_questions(tmp_path: Path, first: str) -> None:
    dated = first.startswith("Fecha")
    under = ("" if dated else "Edad") + ",Nombre,Ciudad,¿Qué le gusta más?,¿Qué cambiaría?"
    said = ("Que siempre contestan el mismo día.", "Un chat, que nadie atiende el teléfono.")
    reading = read(
        _write(
            tmp_path, first, under,
            f'{"2026-03-01" if dated else 31},Ana Ruiz,Soria,{said[0]},"{said[1]}"',
            f'{"2026-03-02" if dated else 47},Luis Gil,Vigo,{said[0]},"{said[1]}"',
        )
    )  # fmt: skip
    assert [one.text for one in reading.utterances] == [*said, *said]
    assert reading.columns["Nombre"] == "name"
    assert reading.utterances[0].speaker == "Ana Ruiz"


def test_a_first_row_of_answers_is_no_second_header(tmp_path: Path) -> None:
    reading = read(_write(tmp_path, "name,,,feedback", f"Ana,x,y,{WORDS}", f"Bo,x,y,{WORDS}!"))
    assert len(reading.utterances) == 2
