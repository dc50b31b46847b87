"""One sitting: every question asked, every answer graded, a card for each persona."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import NamedTuple

from personagen.errors import ModelError, UsageError
from personagen.exam.card import basis_of, card_of
from personagen.exam.grading import Graded, Key, grade, key_of
from personagen.exam.places import Places
from personagen.exam.questions import Item
from personagen.models import Answer, ExamCard, Model, Persona, Skipped, Spent, StudyDocument
from personagen.progress import Progress, Report, silent

Ask = Callable[[str, str], Answer]
"""Question and persona id → the answer."""


class _Put(NamedTuple):
    """One question of an exam, and whom it is put to."""

    item: Item
    number: int
    """Of the item."""
    question: str
    persona: str
    key: Key


class Sitting(Model):
    """What came out of an exam."""

    questions: str
    """`generated`, or the name of the file."""
    cards: tuple[ExamCard, ...]
    graded: tuple[Graded, ...]
    skipped: tuple[Skipped, ...] = ()
    spent: Spent | None = None
    """What a language model took; None where none was asked."""


def sit(
    items: Sequence[Item],
    name: str,
    document: StudyDocument,
    ask: Ask,
    *,
    only: frozenset[str] = frozenset(),
    at_once: int = 1,
    report: Report = silent,
) -> Sitting:
    """Ask every question and grade the answers.

    Args:
        items: The questions.
        name: `generated`, or the name of the file they come from.
        document: The study.
        ask: Puts a question to a persona.
        only: Ids of the personas to examine; empty: all that the items name.
        at_once: Questions that are put at the same time; `ask` is called from as many threads.
        report: Told how far it is.

    Raises:
        ModelError: a model answered none of them.
        UsageError: no item has a persona in this study.
    """
    puts, skipped = _puts(items, name, document, only)
    graded: list[Graded] = []
    failed: list[ModelError] = []
    for done, (put, came) in enumerate(_answered(puts, ask, at_once)):
        report(Progress("exam", done, len(puts)))
        if isinstance(came, ModelError):
            failed.append(came)
            skipped.append(Skipped(what=put.question, where=name, why=came.problem))
        else:
            graded.append(grade(put.item, put.number, put.question, came, put.key))
    if failed and not graded:
        raise failed[0]
    if not graded:
        why = skipped[0].why if skipped else "none is for this persona"
        raise UsageError(f"{name}: none of its {len(items)} items can be asked here", why)
    return Sitting(
        questions=name,
        cards=_cards(graded, name, document),
        graded=tuple(graded),
        skipped=tuple(skipped),
    )


def _puts(
    items: Sequence[Item], name: str, document: StudyDocument, only: frozenset[str]
) -> tuple[list[_Put], list[Skipped]]:
    """Return who is asked what, and what can't be asked."""
    places = Places(document)
    who = addressees(items, document, places)
    puts: list[_Put] = []
    skipped: list[Skipped] = []
    for number, item in enumerate(items):
        persona, key = who.get(item.persona or item.archetype), key_of(item, places)
        if persona is not None and only and persona.id not in only:
            continue
        why = _unaskable(item, persona is not None, bool(key.all))
        if persona is None or why:
            skipped += [Skipped(what=q, where=name, why=why) for q in item.questions]
        else:
            puts += [_Put(item, number, q, persona.id, key) for q in item.questions]
    return puts, skipped


def _answered(
    puts: Sequence[_Put], ask: Ask, at_once: int
) -> Iterator[tuple[_Put, Answer | ModelError]]:
    """Yield the answer to each question, in their order, or why a model gave none."""

    def one(put: _Put) -> Answer | ModelError:
        try:
            return ask(put.question, put.persona)
        except ModelError as error:
            return error

    if at_once == 1:
        yield from ((put, one(put)) for put in puts)
        return
    pool = ThreadPoolExecutor(at_once, "exam")
    try:
        yield from zip(puts, pool.map(one, puts), strict=True)
    finally:
        pool.shutdown(cancel_futures=True)


def _unaskable(item: Item, known: bool, found: bool) -> str:
    if not known:
        return f"no persona for {item.persona or item.archetype!r} in this study"
    if not found and (item.gold or item.cls in {"answerable", "contradictory"}):
        return "what answers it does not stand in this study"
    return ""


def _cards(graded: Sequence[Graded], name: str, document: StudyDocument) -> tuple[ExamCard, ...]:
    now = datetime.now(UTC)
    return tuple(
        card_of(persona, own, name, basis_of(persona, document), now)
        for persona in document.personas
        if (own := [g for g in graded if g.persona == persona.id])
    )


def addressees(
    items: Sequence[Item], document: StudyDocument, places: Places
) -> dict[str, Persona]:
    """Return who is asked: by the persona's id or name, or by whose people said the gold."""
    personas = [p for p in document.personas if p.status != "rejected"]
    named = {name: p for p in personas for name in (p.name, p.id)}
    votes: dict[str, Counter[str]] = {}
    for item in items:
        if not item.persona and item.archetype:
            spans = key_of(item, places).all
            votes.setdefault(item.archetype, Counter()).update(s.participant for s in spans)
    for archetype, said in votes.items():
        weight = {p.id: sum(said[who] for who in p.participants) for p in personas}
        best = max(personas, key=lambda p: weight[p.id], default=None)
        if best is not None and weight[best.id]:
            named[archetype] = best
    return named
