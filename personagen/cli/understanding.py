"""How a file was understood, for a person to look at: speakers, first turns, columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from personagen.cli.base import rows, shorten

if TYPE_CHECKING:
    from personagen.reading import Reading

_MOST_SPEAKERS = 12
_FIRST = 5
"""Turns shown."""
_WIDE = 34
"""Characters of a column's header."""


def show_reading(reading: Reading) -> None:
    """Write what a reading holds, with what would put it right."""
    click.echo(f"{reading.path}: {reading.kind}, read as {reading.reader}; {_counts(reading)}")
    _show_speakers(reading)
    _show_columns(reading)
    for utterance in reading.utterances[:_FIRST]:
        who = utterance.speaker or utterance.role
        about = f" ({shorten(utterance.context, 40)})" if utterance.context else ""
        click.echo(f"  {who}{about}: {shorten(utterance.text, 90)}")
    if len(reading.utterances) > _FIRST:
        click.echo(f"  … and {len(reading.utterances) - _FIRST} more")
    for warning in reading.warnings:
        click.echo(f"  note: {warning}")
    for wrong, option in _remedies(reading):
        click.echo(f"  {wrong}: {option}")


def _counts(reading: Reading) -> str:
    counts = [f"{len(reading.utterances)} utterances, {reading.records} records"]
    if reading.people:
        counts.append(f"{len(reading.people)} people described")
    if reading.quantities:
        counts.append(f"{len(reading.quantities)} quantities")
    if reading.codes:
        counts.append(f"{len(reading.codes)} codes, {len(reading.coded)} coded segments")
    return ", ".join(counts)


def _show_speakers(reading: Reading) -> None:
    said = reading.utterances
    talk = sum(len(u.text) for u in said) or 1
    asked = sum(u.text.count("?") for u in said) or 1
    shares: dict[tuple[str, str], list[int]] = {}
    for u in said:
        share = shares.setdefault((u.speaker, u.role), [0, 0, 0])
        share[0] += 1
        share[1] += len(u.text)
        share[2] += u.text.count("?")
    most = sorted(shares.items(), key=lambda item: -item[1][1])
    table = [
        (f"  {role}", n, f"{chars / talk:.0%}", f"{questions / asked:.0%}", name or "(no name)")
        for (name, role), (n, chars, questions) in most[:_MOST_SPEAKERS]
    ]
    if table:
        rows(table, ("  role", "turns", "talk", "questions", "speaker"))
    if len(most) > len(table):
        click.echo(f"  … and {len(most) - len(table)} more speakers")


def _show_columns(reading: Reading) -> None:
    used = [(c, part) for c, part in reading.columns.items() if part != "ignored"]
    left = [(c, part) for c, part in reading.columns.items() if part == "ignored"]
    table = [
        (f"  {shorten(column, _WIDE)}", part, " · ".join(reading.samples.get(column, ())) or "—")
        for column, part in [*used, *left]
    ]
    if table:
        rows(table, ("  column", "part", "for example"))


def _remedies(reading: Reading) -> Iterator[tuple[str, str]]:
    """Return what may be wrong and the option that puts it right."""
    if reading.columns:
        yield "wrong column", "--map FILE.toml, which --save-map FILE.toml writes for you to edit"
    elif len(reading.speakers) > 1:
        yield "wrong roles", '--interviewer "NAME", --role "LABEL=ROLE", --speaker "LABEL=P04"'
