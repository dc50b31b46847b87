"""Plain text and Markdown: labelled turns, or the notes of one person."""

from __future__ import annotations

from personagen.reading.base import ReadUtterance
from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.limits import check_transcript
from personagen.reading.markdown import is_markdown, plain
from personagen.reading.transcript import Turns, read_turns

NO_SPEAKERS = (
    'no speaker names found: read as one participant; start each turn with "Name:" '
    "if several people speak"
)


def _sniff(file: RawFile) -> bool:
    return file.is_text


def _parse(file: RawFile) -> Parsed:
    return from_text(file, file.text, "text", list(file.decoded.warnings))


def from_text(file: RawFile, text: str, reader: str, warnings: list[str]) -> Parsed:
    """Return the turns of a text that was decoded, or taken out of a document.

    Raises:
        ReadingError: it holds no words.
    """
    check_transcript(file, text)
    turns = read_turns(text)
    if reader == "text" and is_markdown(file.name, text):
        turns = turns._replace(utterances=[_plain(said) for said in turns.utterances])
    if not turns.utterances:
        raise file.refuse("it holds no words", "Check that the export worked.")
    return as_parsed(turns, reader, warnings)


def _plain(said: ReadUtterance) -> ReadUtterance:
    text = plain(said.text)
    return said if text == said.text else said.model_copy(update={"text": text})


def as_parsed(turns: Turns, reader: str, warnings: list[str]) -> Parsed:
    """Return turns as the result of the format `reader`."""
    told = list(warnings) + turns.warnings
    if turns.answers:
        told.append("no speaker names, but rules between the texts: each is one person's answer")
    elif not turns.labelled and not turns.timed:
        told.append(NO_SPEAKERS)
    return Parsed(
        reader=reader,
        kind="survey" if turns.answers else "interview",
        utterances=turns.utterances,
        records=len({u.record for u in turns.utterances})
        if turns.answers
        else len(turns.utterances),
        warnings=told,
        interviewers=turns.interviewers,
        speech=turns.labelled,
    )


FORMAT = Format("text", _sniff, _parse)
