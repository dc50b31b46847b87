"""One answer against what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from personagen.exam.places import Places, Span, at
from personagen.exam.questions import Item
from personagen.models import Answer, Basis, Evidence, Model, QuestionClass, Says

Outcome = Literal[
    "answered", "declined", "corrected", "contradicted", "accepted", "both_sides", "one_side"
]


class Graded(Model):
    """One question of an exam and what became of it."""

    persona: str
    cls: QuestionClass
    theme: str
    number: int
    """Of the item in the exam: paraphrases share it."""
    question: str
    repeats: bool = False
    """A further phrasing of a generated question: counts for consistency, and nowhere else."""
    paraphrased: bool
    """Other phrasings of the item ask the same."""
    outcome: Outcome
    """`corrected`: said no to what a leading question supposes; `contradicted`: without a no,
    but the first passage cited is one that contradicts it."""
    right: bool
    basis: Basis
    says: Says
    cited: int
    """Passages under the answer."""
    cited_right: int
    """Passages at gold; as many as cited where the class has no gold."""
    answer: str
    quotes: tuple[str, ...] = ()
    """What was cited, those at gold left out."""


class Key(Model):
    """Where the answer to an item stands in this study."""

    gold: tuple[Span, ...] = ()
    against: tuple[Span, ...] = ()

    @property
    def all(self) -> tuple[Span, ...]:
        """Return both sides."""
        return (*self.gold, *self.against)


def key_of(item: Item, places: Places) -> Key:
    """Return where an item's answer stands; a fragment that is not in the study is left out."""
    sides = (
        tuple(span for _, words in side for span in places.find(words))
        for side in (item.gold, item.against)
    )
    gold, against = sides
    return Key(gold=gold, against=against)


def grade(item: Item, number: int, question: str, said: Answer, key: Key) -> Graded:
    """Return what became of one question."""
    cited = (*said.evidence, *said.opposes)
    outcome = _outcome(item.cls, said, cited, key)
    off = [e for e in cited if not at(e, key.all)]
    return Graded(
        persona=said.persona,
        cls=item.cls,
        theme=item.theme,
        number=number,
        question=question,
        repeats=item.paraphrases and question != item.questions[0],
        paraphrased=item.same,
        outcome=outcome,
        right=outcome in {
            "answerable": {"answered"},
            "unanswerable": {"declined"},
            "leading": {"declined", "corrected", "contradicted"},
            "contradictory": {"both_sides"},
        }[item.cls],
        basis=said.basis,
        says=said.says,
        cited=len(cited),
        cited_right=len(cited) - len(off),
        answer=said.answer,
        quotes=tuple(e.quote for e in off),
    )  # fmt: skip


def _outcome(cls: QuestionClass, said: Answer, cited: Sequence[Evidence], key: Key) -> Outcome:
    if said.basis == "no_evidence":
        return "declined"
    if cls == "leading":
        return _led(said, key)
    if cls == "contradictory":
        return "both_sides" if _both(cited, key) else "one_side"
    return "answered"


def _both(cited: Sequence[Evidence], key: Key) -> bool:
    """Return whether each side is cited, by two passages: one can't stand for both."""
    one = [i for i, e in enumerate(cited) if at(e, key.gold)]
    other = [i for i, e in enumerate(cited) if at(e, key.against)]
    return any(i != j for i in one for j in other)


def _led(said: Answer, key: Key) -> Outcome:
    """Return whether an answer goes along with what a leading question supposes.

    A passage that contradicts it, quoted first and without a yes, is no agreement.
    """
    if said.says == "no":
        return "corrected"
    first = said.evidence[0] if said.evidence else None
    if said.says != "yes" and first is not None and at(first, key.all):
        return "contradicted"
    return "accepted"
