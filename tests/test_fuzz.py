"""Random files for every reader: each gives a reading or a refusal, never anything else, soon.

A short run always; with `--slow` 10,000 cases a reader, each in a process that can be ended.
"""

from __future__ import annotations

import json
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import fuzz
from tests.fuzz import SEEDS, Hung, alarm, case, run, survive


@pytest.mark.parametrize("reader", SEEDS)
def test_a_damaged_file_is_read_or_refused(reader: str) -> None:
    for number in range(-1, 40):
        survive(*case(reader, number))


@pytest.mark.slow
@pytest.mark.parametrize("reader", SEEDS)
def test_ten_thousand_damaged_files_are_read_or_refused(reader: str) -> None:
    assert run(reader, 1000, 10_000).faults == ()


def test_what_runs_too_long_is_stopped_even_inside_a_pattern() -> None:
    began = time.process_time()
    with pytest.raises(Hung), alarm(0.2):
        re.match(r"(x+x+)+y", "x" * 60 + "z")
    assert time.process_time() - began < 5


def test_an_ended_process_names_its_case_and_the_run_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fuzz, "_work", _dies_at_three)
    tally = run("text", 0, 6)
    assert tally.faults == ("text case 3: it ended the process or was ended",)
    assert tally.cases == 6


def _dies_at_three(reader: str, first: int, last: int, current: object, results: object) -> None:
    import os

    for number in range(first, last):
        current.value = number  # type: ignore[attr-defined]
        if number == 3:
            os._exit(7)
    results.put(fuzz.Tally(last - first, 0, 0.0, ()))  # type: ignore[attr-defined]


NAMES = st.sampled_from(sorted({name for name, _ in SEEDS.values()}))
CALM = settings(
    deadline=None, max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
_HEADS = st.sampled_from(
    [
        b"",
        b"PK\x03\x04",
        b"%PDF-1.7\n",
        rb"{\rtf1 ",
        b"WEBVTT\n\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"SQLite format 3\0",
        b"From x\n",
        b"<?xml version='1.0'?><CodeBook>",
        b"\xff\xfe",
        b'{"a":',
        b"1\n00:00:01,000 --> 00:00:02,000\n",
        b"0:00:00.000,0:00:01.000\n",
        b"id,comment\n",
    ]
)


@CALM
@given(name=NAMES, head=_HEADS, data=st.binary(max_size=600))
def test_any_bytes_under_any_head_and_name_are_read_or_refused(
    name: str, head: bytes, data: bytes
) -> None:
    survive(name, head + data)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "results channels alternatives words segments speaker text start end utterances "
                "items monologues elements recognizedPhrases nBest sentences transcription offsets "
                "data transcripts comments author body feed entry label content type id "
                "source".split()
            )
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@CALM
@given(document=_JSON)
def test_any_json_in_the_words_of_the_vendors_is_read_or_refused(document: object) -> None:
    survive("a.json", json.dumps(document).encode())


@pytest.mark.slow
@settings(CALM, max_examples=10_000)
@given(document=_JSON)
def test_ten_thousand_json_documents_are_read_or_refused(document: object) -> None:
    survive("a.json", json.dumps(document).encode())


def test_a_long_run_of_what_heads_are_made_of_takes_no_time() -> None:
    heads = {
        "a.txt": "",
        "a.md": "**Ana:** hi\n",
        "a.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\n",
        "a.srt": "1\n00:00:01,000 --> 00:00:02,000\n",
    }
    for piece in (" ", "a: ", "[", "[1:02", "**", "00:00 ", "(", "\\[", "a  ", "\t", "<v ", "-"):
        for name, head in heads.items():
            survive(name, f"{head}{piece * 20_000}\nAna: hi\nBo: hi\nAna: oh\n".encode())
