"""Interviews written up as bold questions over plain answers."""

from __future__ import annotations

from pathlib import Path

from personagen.reading import read

BELOW = """# A talk with a baker

**What do you do?**
I run a bakery with two ovens and one apprentice who is never on time.

**Tell me about the ordering.**

I write flour on the wall and then I paint over it.
Half of the time nobody picks up.

They call back when I am asleep.

**Anything else?**
No, that is all.
"""


def _said(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    return [(said.role, said.text) for said in read(tmp_path / "a.md").utterances]


def test_bold_questions_are_asked_and_what_stands_under_them_is_answered(tmp_path: Path) -> None:
    assert _said(tmp_path, BELOW) == [
        ("interviewer", "What do you do?"),
        ("participant", "I run a bakery with two ovens and one apprentice who is never on time."),
        ("interviewer", "Tell me about the ordering."),
        (
            "participant",
            "I write flour on the wall and then I paint over it. Half of the time nobody picks up."
            "\nThey call back when I am asleep.",
        ),
        ("interviewer", "Anything else?"),
        ("participant", "No, that is all."),
    ]


def test_question_and_answer_may_share_a_line(tmp_path: Path) -> None:
    text = "**What do you do?** I bake.\n\n__What is hard?__ The ordering, *always*.\n"
    assert _said(tmp_path, text) == [
        ("interviewer", "What do you do?"), ("participant", "I bake."),
        ("interviewer", "What is hard?"), ("participant", "The ordering, always."),
    ]  # fmt: skip


def test_offsets_lead_to_the_words_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(BELOW, encoding="utf-8")
    for said in read(tmp_path / "a.md").utterances:
        assert said.start is not None
        assert BELOW[said.start :].lstrip("*").startswith(said.text[:12])


def test_bold_words_in_notes_make_no_interview(tmp_path: Path) -> None:
    notes = "I wrote **one thing** down.\n\n**Why?** I forgot.\n\n**Flour** is dear.\n"
    assert {role for role, _ in _said(tmp_path, notes)} == {"participant"}
    unanswered = "**What do you do?**\n**What is hard?**\n**Anything else?**\n"
    assert {role for role, _ in _said(tmp_path, unanswered)} == {"participant"}
