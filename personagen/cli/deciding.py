"""Decide: `review accept|edit|reject|merge|split|rename|move|add|approve|undo|log`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from personagen.cli.base import Commands, by_option, emit, json_option, opened, rows, study_option

if TYPE_CHECKING:
    from personagen.models import ReviewEvent

text_option = click.option("--text", required=True, help="The new words.")


@click.group(cls=Commands)
def review() -> None:
    """Decide what stands: every decision is on record, and every one can be undone.

    Example: personagen review accept c_0123456789 --by Ana
    """


def decide_and_tell(folder: Path, by: str, as_json: bool, action: str, **request: object) -> None:
    """Take a decision and say what is on record now."""
    from personagen.review import Decision

    decision = Decision.model_validate({"action": action, **request})
    with opened(folder) as study:
        events = study.decide(decision, by)
    _tell(events, as_json)


def _tell(events: list[ReviewEvent], as_json: bool) -> None:
    if as_json:
        emit(events)
        return
    for event in events:
        click.echo(f"{event.id}: {event.by} · {event.action.replace('_', ' ')} · {event.target}")


@review.command()
@click.argument("ids", nargs=-1, required=True)
@by_option
@study_option
@json_option
def accept(ids: tuple[str, ...], by: str, folder: Path, as_json: bool) -> None:
    """Accept insights, themes, claims, personas or messages.

    Example: personagen review accept c_0123456789 c_9876543210
    """
    decide_and_tell(folder, by, as_json, "accept", targets=ids)


@review.command()
@click.argument("ids", nargs=-1, required=True)
@by_option
@study_option
@json_option
def reject(ids: tuple[str, ...], by: str, folder: Path, as_json: bool) -> None:
    """Reject them: they leave every document and are not suggested again.

    Example: personagen review reject i_0123456789
    """
    decide_and_tell(folder, by, as_json, "reject", targets=ids)


@review.command()
@click.argument("item")
@text_option
@by_option
@study_option
@json_option
def edit(item: str, text: str, by: str, folder: Path, as_json: bool) -> None:
    """Reword one; its evidence stays.

    Example: personagen review edit c_0123456789 --text "Wants evenings back"
    """
    decide_and_tell(folder, by, as_json, "edit", targets=(item,), text=text)


@review.command()
@click.argument("item")
@text_option
@by_option
@study_option
@json_option
def rename(item: str, text: str, by: str, folder: Path, as_json: bool) -> None:
    """Rename a theme or a persona.

    Example: personagen review rename t_0123456789 --text "Waiting for sign-off"
    """
    decide_and_tell(folder, by, as_json, "rename", targets=(item,), text=text)


@review.command()
@click.argument("ids", nargs=-1, required=True)
@click.option("--into", required=True, help="The theme that takes them in.")
@by_option
@study_option
@json_option
def merge(ids: tuple[str, ...], into: str, by: str, folder: Path, as_json: bool) -> None:
    """Merge themes of one code.

    Example: personagen review merge t_0123456789 --into t_9876543210
    """
    decide_and_tell(folder, by, as_json, "merge", targets=ids, to=into)


@review.command()
@click.argument("theme")
@click.argument("insights", nargs=-1, required=True)
@text_option
@by_option
@study_option
@json_option
def split(
    theme: str, insights: tuple[str, ...], text: str, by: str, folder: Path, as_json: bool
) -> None:
    """Take INSIGHTS out of THEME into a new theme named by --text.

    Example: personagen review split t_0123456789 i_1 i_2 --text "Waiting for sign-off"
    """
    decide_and_tell(folder, by, as_json, "split", targets=(theme,), insights=insights, text=text)


@review.command()
@click.argument("ids", nargs=-1, required=True)
@click.option("--to", required=True, help="A theme for insights, a persona for participants.")
@by_option
@study_option
@json_option
def move(ids: tuple[str, ...], to: str, by: str, folder: Path, as_json: bool) -> None:
    """Move insights to a theme, or participants to a persona.

    Example: personagen review move P07 --to p_0123456789
    """
    decide_and_tell(folder, by, as_json, "move", targets=ids, to=to)


@review.command()
@click.argument("persona")
@click.option("--field", required=True, help="pain_points, motivations, objections, tools …")
@click.option(
    "--excerpt",
    "excerpts",
    multiple=True,
    required=True,
    metavar="UTTERANCE:START-END",
    help="What it rests on; may be repeated.",
)
@text_option
@by_option
@study_option
@json_option
def add(
    persona: str,
    field: str,
    excerpts: tuple[str, ...],
    text: str,
    by: str,
    folder: Path,
    as_json: bool,
) -> None:
    """Add a claim of your own to PERSONA, over excerpts that you pick.

    Example: personagen review add p_0123456789 --field tools --text "A paper diary"
    --excerpt u_0123456789:0-42
    """
    request = {"targets": (persona,), "field": field, "excerpts": excerpts, "text": text}
    decide_and_tell(folder, by, as_json, "add", **request)


@review.command()
@click.argument("persona")
@click.option("--kind", required=True, help="value_proposition, pitch, subject_line, ad …")
@click.option("--stage", default="", help="awareness, consideration, decision or use.")
@click.option(
    "--claim", "claims", multiple=True, required=True, help="What it rests on; may be repeated."
)
@text_option
@by_option
@study_option
@json_option
def draft(
    persona: str,
    kind: str,
    stage: str,
    claims: tuple[str, ...],
    text: str,
    by: str,
    folder: Path,
    as_json: bool,
) -> None:
    """Write a message of your own for PERSONA, resting on claims that you pick.

    Example: personagen review draft p_0123456789 --kind pitch --text "Evenings back"
    --claim c_0123456789
    """
    request = {"targets": (persona,), "field": kind, "to": stage, "claims": claims, "text": text}
    decide_and_tell(folder, by, as_json, "draft", **request)


@review.command()
@click.argument("persona")
@by_option
@study_option
@json_option
def approve(persona: str, by: str, folder: Path, as_json: bool) -> None:
    """Approve a persona in which every claim is decided; takes the draft banner away.

    Example: personagen review approve p_0123456789 --by Ana
    """
    decide_and_tell(folder, by, as_json, "approve", targets=(persona,))


@review.command()
@by_option
@study_option
@json_option
def undo(by: str, folder: Path, as_json: bool) -> None:
    """Take the last decision back, exactly.

    Example: personagen review undo
    """
    with opened(folder) as study:
        events = study.undo(by)
    _tell(events, as_json)


@review.command()
@study_option
@json_option
def changes(folder: Path, as_json: bool) -> None:
    """Show what is different in approved personas since they were approved.

    Example: personagen review changes
    """
    with opened(folder) as study:
        found = study.changes()
    if as_json:
        emit(found)
        return
    rows([(c.persona, c.what, c.text) for one in found.values() for c in one], _CHANGES_HEAD)


_CHANGES_HEAD = ("persona", "what", "words")


@review.command()
@study_option
@json_option
def log(folder: Path, as_json: bool) -> None:
    """Show who decided what, and when.

    Example: personagen review log
    """
    with opened(folder) as study:
        events = list(study.events())
    if as_json:
        emit(events)
        return
    table = [(e.id, f"{e.at:%Y-%m-%d %H:%M}", e.by, e.action, e.target) for e in events]
    rows(table, ("no", "when", "who", "what", "on"))
