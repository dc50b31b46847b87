"""Look: `insights`, `themes`, `personas`, `messages`, `participants`, `search`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from personagen.cli.base import (
    Listing,
    by_option,
    emit,
    json_option,
    opened,
    rows,
    study_option,
)
from personagen.cli.bringing import KINDS
from personagen.cli.deciding import decide_and_tell
from personagen.errors import UnknownIdError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from personagen.models import Claim, Evidence, Persona, StudyDocument

T = TypeVar("T")
STATUSES = ("suggested", "accepted", "edited", "rejected")


def _document(folder: Path) -> StudyDocument:
    with opened(folder) as study:
        return study.document()


def _one(items: Iterable[T], wanted: str, noun: str) -> T:
    for item in items:
        if getattr(item, "id", None) == wanted:
            return item
    raise UnknownIdError(f"no {noun} {wanted!r}", f"`personagen {noun}s list` shows them.")


@click.group(cls=Listing)
def insights() -> None:
    """Look at coded excerpts.

    Example: personagen insights list --code pain_point
    """


@insights.command("list")
@click.option("--code", default="", help="Only this code.")
@click.option("--theme", default="", help="Only this theme's.")
@click.option("--participant", default="", help="Only this participant, as P03.")
@click.option("--where", "attribute", default="", metavar="NAME=VALUE", help="Attribute of people.")
@click.option("--kind", type=click.Choice(KINDS), help="Only from sources of this kind.")
@click.option("--status", type=click.Choice(STATUSES), help="Only this status.")
@click.option("--words", default="", help="Only where all these words stand.")
@click.option("--meaning", default="", help="Only what is near in meaning, nearest first.")
@study_option
@json_option
def list_insights(folder: Path, as_json: bool, **wanted: str | None) -> None:
    """List insights."""
    from personagen.filtering import InsightFilter

    with opened(folder) as study:
        kept = study.insights(InsightFilter.model_validate(wanted))
    if as_json:
        emit(kept)
        return
    table = [(i.id, i.code, i.participant, i.status, i.excerpt.quote) for i in kept]
    rows(table, ("id", "code", "who", "status", "words"))


@insights.command("show")
@click.argument("item")
@study_option
@json_option
def show_insight(item: str, folder: Path, as_json: bool) -> None:
    """Show one insight in the turn that it stands in."""
    document = _document(folder)
    insight = _one(document.insights, item, "insight")
    if as_json:
        emit(insight)
        return
    turn = next(
        u for s in document.sources for u in s.utterances if u.id == insight.excerpt.utterance
    )
    click.echo(f"{insight.code} · intensity {insight.intensity} · {insight.status}")
    click.echo(f"“{insight.excerpt.quote}” — {insight.participant}")
    click.echo(f"in: {turn.text}")


@click.group(cls=Listing)
def themes() -> None:
    """Look at themes: insights of one code that belong together.

    Example: personagen themes show t_0123456789
    """


@themes.command("list")
@click.option("--code", help="Only this code.")
@study_option
@json_option
def list_themes(code: str | None, folder: Path, as_json: bool) -> None:
    """List themes, most voiced first."""
    kept = [t for t in _document(folder).themes if code in {None, t.code}]
    kept.sort(key=lambda t: (-t.n, t.id))
    if as_json:
        emit(kept)
        return
    table = [(t.id, t.code, f"{t.n} of {t.of}", t.status, t.label) for t in kept]
    rows(table, ("id", "code", "people", "status", "label"))


@themes.command("show")
@click.argument("item")
@study_option
@json_option
def show_theme(item: str, folder: Path, as_json: bool) -> None:
    """Show one theme with its insights and what speaks against it."""
    document = _document(folder)
    theme = _one(document.themes, item, "theme")
    if as_json:
        emit(theme)
        return
    click.echo(f"{theme.label} · {theme.code} · {theme.n} of {theme.of} · {theme.status}")
    click.echo(f"{theme.definition} {theme.criterion}")
    held = frozenset(theme.insights)
    members = [i for i in document.insights if i.id in held]
    rows([(i.id, i.participant, i.excerpt.quote) for i in members], ("insight", "who", "words"))
    for claim in document.claims:
        if claim.theme == theme.id:
            _quotes("against", claim.opposes)


@click.group(cls=Listing)
def personas() -> None:
    """Look at personas.

    Example: personagen personas show p_0123456789
    """


@personas.command("list")
@study_option
@json_option
def list_personas(folder: Path, as_json: bool) -> None:
    """List personas, first to serve first."""
    found = sorted(_document(folder).personas, key=lambda p: (p.priority or 99, p.id))
    if as_json:
        emit(found)
        return
    table = [
        (p.id, p.kind, p.status, f"v{p.version}", len(p.participants), f"{p.name}: {p.summary}")
        for p in found
    ]
    rows(table, ("id", "kind", "status", "v", "people", "persona"))


@personas.command("show")
@click.argument("item")
@study_option
@json_option
def show_persona(item: str, folder: Path, as_json: bool) -> None:
    """Show one persona: its claims, and what each rests on."""
    document = _document(folder)
    persona = _one(document.personas, item, "persona")
    if as_json:
        emit(persona)
        return
    click.echo(f"{persona.name} ({persona.kind}, v{persona.version}, {persona.status})")
    click.echo(persona.summary)
    click.echo(f"Rests on {', '.join(persona.participants)}")
    known = {c.id: c for c in document.claims}
    for name, ids in persona.fields.items():
        _field(name, [known[c] for c in ids if c in known], persona)
    for gap in persona.unknown:
        click.echo(f"\n{gap.field.replace('_', ' ')}: not in the data. Ask: {gap.ask_next}")


def _field(name: str, claims: Sequence[Claim], persona: Persona) -> None:
    if claims:
        click.echo(f"\n{name.replace('_', ' ')}")
    for claim in claims:
        within = len(set(claim.participants) & set(persona.participants))
        counts = f"{within} of these {len(persona.participants)}, {claim.n} of all {claim.of}"
        click.echo(f"- {claim.text} [{counts} · {claim.id} · {claim.status}]")
        _quotes("", claim.supports[:2])
        _quotes("against", claim.opposes[:1])


def _quotes(label: str, evidence: Sequence[Evidence]) -> None:
    for one in evidence:
        click.echo(f"    {label + ': ' if label else ''}“{one.quote}” — {one.participant}")


@click.group(cls=Listing)
def messages() -> None:
    """Look at messages to try.

    Example: personagen messages list --persona p_0123456789
    """


@messages.command("list")
@click.option("--persona", help="Only this persona's.")
@study_option
@json_option
def list_messages(persona: str | None, folder: Path, as_json: bool) -> None:
    """List messages by persona."""
    kept = [m for m in _document(folder).messages if persona in {None, m.persona}]
    if as_json:
        emit(kept)
        return
    rows([(m.id, m.kind, m.stage or "", m.status, m.text) for m in kept], _MESSAGE_HEAD)


_MESSAGE_HEAD = ("id", "kind", "stage", "status", "text")


@messages.command("show")
@click.argument("item")
@study_option
@json_option
def show_message(item: str, folder: Path, as_json: bool) -> None:
    """Show one message and the claims that it rests on."""
    document = _document(folder)
    message = _one(document.messages, item, "message")
    if as_json:
        emit(message)
        return
    click.echo(f"{message.kind} · {message.stage or 'any stage'} · {message.status}")
    click.echo(message.text)
    for claim in document.claims:
        if claim.id in message.claims:
            click.echo(f"rests on {claim.id}: {claim.text} ({claim.n} of {claim.of})")
    for fact in message.product_facts:
        click.echo(f"product fact: {fact}")


@click.group(cls=Listing)
def participants() -> None:
    """Look at who was studied; merge and split people.

    Example: personagen participants merge P03 --into P09
    """


@participants.command("list")
@study_option
@json_option
def list_participants(folder: Path, as_json: bool) -> None:
    """List participants with how much each said."""
    document = _document(folder)
    if as_json:
        emit(document.participants)
        return
    coded = Counter(i.participant for i in document.insights if i.status != "rejected")
    table = [
        (p.id, p.kind, coded[p.id], ", ".join(f"{k}: {v}" for k, v in p.attributes.items()))
        for p in document.participants
    ]
    rows(table, ("id", "kind", "insights", "attributes"))


@participants.command("show")
@click.argument("item")
@study_option
@json_option
def show_participant(item: str, folder: Path, as_json: bool) -> None:
    """Show one participant: sources, insights, persona."""
    document = _document(folder)
    person = _one(document.participants, item, "participant")
    spoke = [s for s in document.sources if any(u.participant == item for u in s.utterances)]
    own = [i for i in document.insights if i.participant == item]
    persona = [p.name for p in document.personas if item in p.participants]
    if as_json:
        emit({**person.model_dump(), "sources": [s.id for s in spoke], "personas": persona})
        return
    click.echo(f"{person.id} ({person.kind}) · {', '.join(persona) or 'in no persona'}")
    for source in spoke:
        click.echo(f"in {source.id}: {source.path}")
    rows([(i.id, i.code, i.excerpt.quote) for i in own], ("insight", "code", "words"))


@participants.command("merge")
@click.argument("ids", nargs=-1, required=True)
@click.option("--into", required=True, help="Who they are.")
@by_option
@study_option
@json_option
def merge_participants(
    ids: tuple[str, ...], into: str, by: str, folder: Path, as_json: bool
) -> None:
    """Say that several participants are one person; analyze again afterwards."""
    decide_and_tell(folder, by, as_json, "merge_participant", targets=ids, to=into)


@participants.command("split")
@click.argument("item")
@click.option("--source", required=True, help="The source in which it is somebody else.")
@by_option
@study_option
@json_option
def split_participant(item: str, source: str, by: str, folder: Path, as_json: bool) -> None:
    """Say that in one source it is somebody else; analyze again afterwards."""
    decide_and_tell(folder, by, as_json, "split_participant", targets=(item,), source=source)


@click.command()
@click.argument("text")
@click.option("-n", "count", default=5, show_default=True, help="How many.")
@study_option
@json_option
def search(text: str, count: int, folder: Path, as_json: bool) -> None:
    """Find passages near TEXT in meaning.

    Example: personagen search "waiting for approval" -s my-study
    """
    with opened(folder) as study:
        hits = study.search(text, count)
    if as_json:
        emit(hits)
        return
    rows([(f"{h.score:.2f}", h.source, h.text) for h in hits], ("score", "source", "words"))
