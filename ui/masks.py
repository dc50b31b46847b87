"""What was masked: where it stands and what is behind it; take a mask back, mask a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from personagen.errors import UsageError

from .address import to
from .format import Piece, counted
from .room import Act, Asked, Outcome, Page, Scene, paged

if TYPE_CHECKING:
    from personagen.custody.masks import MaskGroup, MaskPlace

PER_PAGE = 40
KINDS: Mapping[str, str] = {
    "participant": "a participant",
    "staff": "somebody of the staff",
    "colleague": "somebody they know",
    "organisation": "an organisation",
    "name": "a name",
    "email": "an e-mail address",
    "phone": "a phone number",
    "address": "an address",
    "url": "a web address",
    "card": "a card number",
    "account": "an account number",
    "handle": "a user name",
}
PEOPLE = frozenset({"participant"})
"""Kinds whose placeholder is a person of the study: put back in one place, never everywhere."""


class Place(NamedTuple):
    """One place where a placeholder stands."""

    number: int
    path: str
    source: str
    utterance: str
    original: str
    pieces: tuple[Piece, ...]
    """The stored words around it, the placeholder marked."""


def show(scene: Scene, tabs: Mapping[str, str]) -> Page:
    """Return the list of what stands for what, or every place of one placeholder."""
    with scene.desk.shelf.open() as study:
        groups = study.custody.masks()
        one = next((g for g in groups if g.placeholder == scene.at.get("mask")), None)
        places = study.custody.mask_places(one.placeholder) if one else []
    frame = {"tabs": tabs, "tab": "masks", "names": KINDS}
    page = _opened(scene, one, places) if one else _listed(scene, groups)
    return page._replace(values={**frame, **page.values})


def _listed(scene: Scene, groups: Sequence[MaskGroup]) -> Page:
    kind, there = scene.at.get("kind"), {g.kind for g in groups}
    rows = paged([g for g in groups if kind in {"", g.kind}], scene.at.number("page"), PER_PAGE)
    values = {
        "rows": rows,
        "kinds": [(k, name.capitalize()) for k, name in KINDS.items() if k in there],
        "kind": kind,
        "everything": len(groups),
        "has_sources": bool(scene.document.sources),
        "interviewees": [p.id for p in scene.document.participants if p.kind == "interviewee"],
    }
    return Page("masks.html", values, "What was masked")


def _opened(scene: Scene, group: MaskGroup, places: Sequence[MaskPlace]) -> Page:
    rows = paged(places, scene.at.number("page"), PER_PAGE)
    values = {
        "group": group,
        "rows": rows,
        "places": [_place(scene, place) for place in rows.rows],
        "open": bool(scene.at.get("behind")),
        "whole": group.kind not in PEOPLE,
    }
    return Page("mask.html", values, f"Masked: {group.placeholder}")


def _place(scene: Scene, place: MaskPlace) -> Place:
    seat = scene.now.seats.get(place.utterance)
    said = seat.source.utterances[seat.position].text if seat else ""
    before, found, after = place.around.partition(place.placeholder)
    if not said.startswith(before):
        before = f"… {before.partition(' ')[2]}"
    if not said.endswith(after):
        after = f"{after.rpartition(' ')[0]} …"
    cut = (Piece(before, False), Piece(found, True), Piece(after, False))
    path = seat.source.path if seat else place.source
    return Place(place.number, path, place.source, place.utterance, place.original, cut)


def _unmask(scene: Scene, asked: Asked) -> Outcome:
    """Put the words back, in one place or wherever a placeholder stands."""
    target, group = next(iter(asked.targets), ""), asked.text("mask")
    with scene.desk.shelf.open() as study:
        changed = study.custody.undo_mask(target, scene.by)
        left = any(g.placeholder == group for g in study.custody.masks())
    return Outcome(
        f"Put back in {counted(changed, 'text')}; later files leave it, too. "
        "Mask the word again to take that back.",
        go=to("sources", tab="masks", mask=group if left else ""),
    )


def _mask(scene: Scene, asked: Asked) -> Outcome:
    """Mask a word wherever it stands, now and in files to come."""
    term, placeholder = asked.text("term").strip(), asked.text("as").strip()
    if not term:
        raise UsageError("there is no word to mask", "Write the name as it stands in the text.")
    with scene.desk.shelf.open() as study:
        changed = study.custody.add_mask(term, scene.by, placeholder)
        found = next((g for g in study.custody.masks() if term in g.originals), None)
    if not changed:
        return Outcome("That word stands nowhere yet; it is masked in later files.")
    where = to("sources", tab="masks", mask=found.placeholder if found else "")
    stands = f" as {found.placeholder}" if found else ""
    return Outcome(f"Masked{stands} in {counted(changed, 'text')}, and in later files.", go=where)


ACTS: Mapping[str, Act] = {"unmask": _unmask, "mask": _mask}
