"""Look at masks, take one back, add one: a person decides, and what is stored follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from personagen.errors import UnknownIdError, UsageError
from personagen.models import Model
from personagen.privacy import Alias, Mask, MaskChoice
from personagen.privacy.base import MaskKind
from personagen.privacy.masking import Change, Masker
from personagen.privacy.names import words
from personagen.privacy.placeholders import Placeholders, is_numbered, kind_of
from personagen.store import sealed
from personagen.store import tables as t
from personagen.store.ledger import Ledger
from personagen.store.remasking import remask

_AROUND = 40
"""Characters shown on each side of a mask."""


class MaskGroup(Model):
    """What one placeholder stands for, and how often."""

    placeholder: str
    kind: MaskKind
    originals: tuple[str, ...]
    places: int


class MaskPlace(NamedTuple):
    """One place where a placeholder stands."""

    number: int
    """What `masks undo` takes."""
    source: str
    utterance: str
    placeholder: str
    original: str
    around: str
    """The stored words around it."""


def masks(ledger: Ledger) -> tuple[Mask, ...]:
    """Return every place that is masked, in the order of the texts."""
    with ledger.engine.connect() as connection:
        rows = connection.execute(select(t.masks).order_by(t.masks.c.id)).all()
    return tuple(sealed.mask_of(ledger.vault, row) for row in rows)


def groups(found: Iterable[Mask], kind: str = "") -> list[MaskGroup]:
    """Return what stands for what, the most frequent first."""
    of: dict[str, list[Mask]] = {}
    for mask in found:
        if not kind or mask.kind == kind:
            of.setdefault(mask.placeholder, []).append(mask)
    listed = (
        MaskGroup(
            placeholder=placeholder,
            kind=kind_of(placeholder),
            originals=tuple(dict.fromkeys(mask.original for mask in places)),
            places=len(places),
        )
        for placeholder, places in of.items()
    )
    return sorted(listed, key=lambda group: -group.places)


def places(ledger: Ledger, target: str) -> list[MaskPlace]:
    """Return where a placeholder, or the mask of one number, stands.

    Raises:
        UnknownIdError: nothing is masked by that name or number.
    """
    wanted = _wanted(masks(ledger), target)
    with ledger.engine.connect() as connection:
        columns = (t.utterances.c.id, t.utterances.c.text, t.utterances.c.context)
        ids = {mask.utterance for mask in wanted}
        rows = connection.execute(select(*columns)).all()
    texts = {row.id: row for row in rows if row.id in ids}
    return [
        MaskPlace(
            mask.id,
            mask.source,
            mask.utterance,
            mask.placeholder,
            mask.original,
            _around(getattr(texts[mask.utterance], mask.field), mask),
        )
        for mask in wanted
    ]


def _around(text: str, mask: Mask) -> str:
    return text[max(0, mask.start - _AROUND) : mask.end + _AROUND].replace("\n", " ")


def _wanted(found: Sequence[Mask], target: str) -> list[Mask]:
    if target.isdigit():
        wanted = [mask for mask in found if mask.id == int(target)]
    else:
        name = target if target.startswith(("[", "P")) else f"[{target}]"
        wanted = [mask for mask in found if mask.placeholder == name]
    if not wanted:
        raise UnknownIdError(
            f"nothing is masked as {target!r}", "`personagen masks list` shows what is."
        )
    return wanted


def undo(ledger: Ledger, target: str, by: str) -> int:
    """Put words back: in one place by its number, or wherever a placeholder stands for no person.

    A later import leaves these words, too. Returns how many texts changed.

    Raises:
        UnknownIdError: nothing is masked by that name or number.
        UsageError: it would put back a participant's name everywhere.
    """
    wanted = _wanted(masks(ledger), target)
    single = target.isdigit()
    if not single and not is_numbered(wanted[0].placeholder):
        raise UsageError(
            f"{wanted[0].placeholder} stands for a person of the study",
            "Take single places back by their number: `personagen masks show` lists them.",
        )
    back: dict[str, list[Mask]] = {}
    for mask in wanted:
        back.setdefault(mask.utterance, []).append(mask)

    def find(utterance: str, text: str, taken: Sequence[Change]) -> list[Change]:
        held = {(change.start, change.end) for change in taken}
        return [
            Change(mask.start, mask.end, mask.original)
            for mask in back.get(utterance, ())
            if (mask.start, mask.end) in held and text[mask.start : mask.end] == mask.placeholder
        ]

    originals = {mask.original for mask in wanted}
    _decide(
        ledger,
        [
            MaskChoice(
                action="keep",
                term=original,
                placeholder=wanted[0].placeholder,
                utterance=wanted[0].utterance if single else None,
            )
            for original in originals
        ],
        by,
    )
    changed = remask(ledger, find, _said_back(wanted, originals, single))
    if not single:
        _forget(ledger, wanted[0].placeholder)
    return changed


def _said_back(wanted: Sequence[Mask], originals: set[str], single: bool) -> Callable[[str], str]:
    if single or len(originals) > 1:
        return lambda text: text
    placeholder, original = wanted[0].placeholder, wanted[0].original
    return lambda text: text.replace(placeholder, original)


def add(ledger: Ledger, term: str, by: str, placeholder: str = "") -> int:
    """Mask a word or name wherever it stands, now and in later imports; return texts changed.

    Args:
        ledger: The study's database.
        term: As it is written; found whatever its case.
        by: Who decides.
        placeholder: What is to stand there; by default the next `[colleague n]`.

    Raises:
        UsageError: there is no word in it.
    """
    sequence = tuple(words(term))
    if not sequence:
        raise UsageError(f"{term!r} holds no word", "Name what is to be masked.")
    known = Placeholders(ledger.aliases())
    given = placeholder or known.give("colleague", " ".join(sequence), term)
    with ledger.engine.begin() as connection:
        alias = Alias(participant=given, name=term)
        sealed.add_aliases(connection, ledger.vault, [alias])
    _decide(ledger, [MaskChoice(action="mask", term=term, placeholder=given)], by)
    masker = Masker()
    masker.add_wish(sequence, given)
    return remask(
        ledger,
        lambda _, text, taken: masker.changes(text, None, taken),
        lambda text: masker.mask(text).text,
    )


def choices(ledger: Ledger) -> tuple[MaskChoice, ...]:
    """Return what people decided of masks; the last word on a term counts."""
    with ledger.engine.connect() as connection:
        rows = connection.execute(select(t.mask_choices).order_by(t.mask_choices.c.id)).all()
    last = {}
    for row in rows:
        term = ledger.vault.open(row.term)
        last[term.casefold(), row.utterance] = MaskChoice(
            action=row.action, term=term, placeholder=row.placeholder, utterance=row.utterance
        )
    return tuple(last.values())


def _decide(ledger: Ledger, made: Sequence[MaskChoice], by: str) -> None:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    rows = [
        {**choice.model_dump(), "term": ledger.vault.seal(choice.term), "at": at, "by": by}
        for choice in made
    ]
    with ledger.engine.begin() as connection:
        connection.execute(insert(t.mask_choices), rows)


def _forget(ledger: Ledger, placeholder: str) -> None:
    with ledger.engine.begin() as connection:
        connection.execute(delete(t.aliases).where(t.aliases.c.participant == placeholder))
