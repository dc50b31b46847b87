"""E-mail: who wrote, what they wrote, and what they only copied."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen.errors import ReadingError
from personagen.reading import Reading, read
from personagen.reading.letters import letter_of
from personagen.reading.markup import letter
from personagen.reading.replies import own_words, without_prefix

THREAD = """From lena@bakery.example Mon Mar  2 08:00:00 2026
From: Lena Brandt <lena@bakery.example>
To: Tillmate Support <support@tillmate.example>
Subject: Till report is empty
Date: Mon, 2 Mar 2026 08:00:00 +0100
Message-ID: <a1@bakery.example>
Content-Type: text/plain; charset=utf-8

The evening report is empty since Friday.

>From Saturday on I counted the till by hand:
- two hours on Saturday
- one hour on Sunday

Best regards,
Lena Brandt
Brandt Bakery Ltd

From support@tillmate.example Mon Mar  2 09:30:00 2026
From: Tillmate Support <support@tillmate.example>
To: Lena Brandt <lena@bakery.example>
Subject: Re: Till report is empty
Date: Mon, 2 Mar 2026 09:30:00 +0100
Message-ID: <a2@tillmate.example>
In-Reply-To: <a1@bakery.example>
Content-Type: text/plain; charset=utf-8

Which version do you run?

On Mon, 2 Mar 2026 at 08:00, Lena Brandt <lena@bakery.example> wrote:
> The evening report is empty since Friday.

From lena@bakery.example Mon Mar  2 10:00:00 2026
From: Lena Brandt <lena@bakery.example>
To: Tillmate Support <support@tillmate.example>
Subject: AW: Till report is empty
Date: Mon, 2 Mar 2026 10:00:00 +0100
Message-ID: <a3@bakery.example>
References: <a1@bakery.example> <a2@tillmate.example>
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<html><head><title>x</title><style>p{}</style></head><body><p>Version 4, I=92m sure.</p>
<p>Gr=FC=DFe</p><blockquote>Which version do you run?</blockquote></body></html>

From lena@bakery.example Tue Mar  3 07:00:00 2026
From: Lena Brandt <lena@bakery.example>
To: Tillmate Support <support@tillmate.example>
Subject: Automatic reply: Till report is empty
Date: Tue, 3 Mar 2026 07:00:00 +0100
Message-ID: <a4@bakery.example>
In-Reply-To: <a2@tillmate.example>
Auto-Submitted: auto-replied

I am away until Monday.
"""


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """Return one support thread, read."""
    path = tmp_path_factory.mktemp("mail") / "archive"
    path.write_text(THREAD, encoding="utf-8")
    return read(path)


def test_a_mailbox_is_known_by_its_content_and_is_one_thread(thread: Reading) -> None:
    assert (thread.reader, thread.kind, thread.records) == ("email", "ticket", 1)


def test_who_opens_a_thread_is_the_customer_and_a_machine_is_a_bot(thread: Reading) -> None:
    said = [(u.role, u.speaker) for u in thread.utterances]
    lena, staff = ("participant", "Lena Brandt"), ("agent", "Tillmate Support")
    assert said == [lena, lena, staff, lena, ("bot", "Lena Brandt")]


def test_only_own_words_are_kept_lists_and_all(thread: Reading) -> None:
    texts = [u.text for u in thread.utterances]
    assert texts[0] == "Till report is empty"
    assert texts[1] == (
        "The evening report is empty since Friday.\n\n"
        "From Saturday on I counted the till by hand:\n"
        "- two hours on Saturday\n- one hour on Sunday"
    )
    assert texts[2] == "Which version do you run?"
    assert texts[3] == "Version 4, I’m sure."


def test_the_same_address_is_the_same_person(thread: Reading) -> None:
    own = {u.identity for u in thread.utterances if u.role == "participant"}
    assert own == {"lena@bakery.example"}
    assert all(u.identity is None for u in thread.utterances if u.role != "participant")


def test_answers_between_quoted_lines_stay() -> None:
    body = "> Which version?\n\nFour.\n\n> Which till?\n\nThe one by the door."
    assert own_words(body) == "Four.\n\nThe one by the door."


def test_a_wrapped_attribution_goes_with_what_it_quotes() -> None:
    body = (
        "It works.\n\nOn Mon, 2 Mar 2026 at 08:00, Somebody With A Long Name\n"
        "<long@name.example> wrote:\n\nthe old text"
    )
    assert own_words(body) == "It works."


def test_the_copy_under_outlooks_fields_goes() -> None:
    body = (
        "Still broken.\n\n________________________________\nVon: A <a@b.example>\n"
        "Gesendet: Montag\nAn: C\nBetreff: Kasse\n\nalt"
    )
    assert own_words(body) == "Still broken."


@pytest.mark.parametrize(
    "body",
    [
        "Thanks, but it still fails.\nI tried it twice.",
        "My notes:\n- it froze\n- it froze again",
        "She wrote:\nI give up.",
        "From: the office\nI can't print.",
        "Warning: this costs me two hours a day.",
        "Regards to the team, the new export is quick and I use it every single day now.",
    ],
)
def test_what_only_resembles_a_signature_or_a_quotation_stays(body: str) -> None:
    assert own_words(body) == body


@pytest.mark.parametrize(
    "ending",
    [
        "-- \nLena\nBrandt Bakery",
        "Sent from my iPhone",
        "Mit freundlichen Grüßen\nLena Brandt\nTel. 030 1234",
        "This e-mail and any attachments are confidential and intended only for the addressee.",
    ],
)
def test_a_signature_or_legal_footer_goes(ending: str) -> None:
    assert own_words(f"The total is wrong.\n\n{ending}") == "The total is wrong."


def test_prefixes_of_replies_come_off_in_many_languages() -> None:
    assert without_prefix("AW: Re[2]: Fwd: Bon") == ("Bon", True)
    assert without_prefix("Return policy") == ("Return policy", False)


def test_plain_text_is_preferred_and_never_doubled(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_text(
        "From: a@b.example\nTo: help@c.example\nSubject: S\nMIME-Version: 1.0\n"
        'Content-Type: multipart/alternative; boundary="x"\n\n--x\nContent-Type: text/plain\n\n'
        "Words.\n--x\nContent-Type: text/html\n\n<p>Words.</p>\n--x--\n"
    )
    assert [u.text for u in read(path).utterances] == ["S", "Words."]


def test_a_transcript_that_opens_like_a_letter_is_no_email(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(
        "From: the field\nSubject: tills\n\nA: Do you use it?\nB: No.\nA: Why?\nB: Cost.\n"
    )
    assert read(path).reader == "text"


def test_a_mailbox_without_words_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.eml"
    path.write_text("From: a@b.example\nMessage-ID: <1@b>\nMIME-Version: 1.0\n\n")
    with pytest.raises(ReadingError, match="no words"):
        read(path)


def test_html_letters_lose_style_and_quoted_history() -> None:
    page = '<div>Hi<br>there</div><div class="gmail_quote">old</div><script>x()</script>'
    assert letter(page) == "Hi\nthere"


@given(st.binary(max_size=400))
def test_no_bytes_make_a_message_raise(data: bytes) -> None:
    letter_of(data)
    letter_of(b"From: a@b.example\r\nSubject: =?utf-8?q?" + data)


@given(st.text(max_size=400))
def test_own_words_are_words_of_the_message(body: str) -> None:
    kept = own_words(body)
    assert all(line.rstrip() in body.replace("\u200b", "") for line in kept.split("\n"))


@pytest.mark.parametrize(
    "data",
    [
        b"From: a@b.example\r\n" * 3000 + b"x",
        b"A: b\r\n" * 9000 + b"\x00",
        b"From a@b.example Mon Jun  1 09:00:00 2026\nFrom: a@b.example\n\n"
        + b"\n" * 300_000
        + b"x",
        b"From: a@b.example\nMessage-ID: <1@b>\n\n" + b"> " * 200_000,
        b"From: a@b.example\nMessage-ID: <1@b>\n\n" + b"On 1 May, A wrote:\n" * 5000,
    ],
)
def test_headers_without_end_and_endless_lines_take_no_time(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "long.eml"
    path.write_bytes(data)
    begun = time.process_time()
    with contextlib.suppress(ReadingError):
        read(path)
    assert time.process_time() - begun < 10
