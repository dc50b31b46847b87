"""The card of an exam: counts with intervals, and which persona they are of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from personagen.exam.grading import Graded
from personagen.ids import stable_id
from personagen.models import ExamCard, Findings, Persona, QuestionClass, Share
from personagen.prevalence import wilson

CLASSES: tuple[QuestionClass, ...] = ("answerable", "unanswerable", "leading", "contradictory")


def card_of(
    persona: Persona, graded: Sequence[Graded], questions: str, basis: str, at: datetime
) -> ExamCard:
    """Return the card of one persona's exam.

    Args:
        persona: Who was examined.
        graded: What became of each question.
        questions: `generated`, or the name of the file they come from.
        basis: What `basis_of` gives for the persona.
        at: When.
    """
    return ExamCard(
        persona=persona.id,
        version=persona.version,
        at=at,
        questions=questions,
        basis=basis,
        **shares(graded),  # type: ignore[arg-type]  # the fields that shares() names
    )


def shares(graded: Sequence[Graded]) -> dict[str, object]:
    """Return the counts that stand on a card, of one persona or of several together."""
    # Phrasings of one question are not as many questions: an interval over them would be too sure.
    once = [g for g in graded if not g.repeats]
    by_class = {cls: [g for g in once if g.cls == cls] for cls in CLASSES}
    declined = {c: _count(g.outcome == "declined" for g in some) for c, some in by_class.items()}
    cited = [*by_class["answerable"], *by_class["contradictory"]]
    return {
        "asked": {cls: len(some) for cls, some in by_class.items()},
        "abstention": declined["unanswerable"],
        "false_refusals": declined["answerable"],
        "citation_precision": _share(
            sum(g.cited_right for g in cited), sum(g.cited for g in cited)
        ),
        "leading_accepted": _count(not g.right for g in by_class["leading"]),
        "both_sides": _count(g.right for g in by_class["contradictory"]),
        "consistency": _consistent(graded),
    }


def _consistent(graded: Iterable[Graded]) -> Share:
    """Count items whose phrasings were all declined, or all answered with the same yes or no."""
    decisions = defaultdict(list)
    for g in graded:
        if g.paraphrased:
            decisions[g.persona, g.number].append((g.outcome == "declined", g.says))
    return _count(len(set(some)) == 1 for some in decisions.values())


def _count(hits: Iterable[bool]) -> Share:
    found = Counter(hits)
    return _share(found[True], found.total())


def _share(k: int, of: int) -> Share:
    return Share(k=k, of=of, interval=wilson(k, of))


def basis_of(persona: Persona, findings: Findings) -> str:
    """Return a hash of what a persona's answers rest on: its version, its people, its claims."""
    claims = {c.id: c for c in findings.claims if c.status != "rejected"}
    own = sorted({i for ids in persona.fields.values() for i in ids} & set(claims))
    people = sorted(persona.participants)
    return stable_id("b", persona.version, *people, *(f"{i}:{claims[i].text}" for i in own))


def with_cards(findings: Findings, cards: Sequence[ExamCard]) -> Findings:
    """Return findings whose personas carry their cards; those of an earlier version say so."""
    by_persona = defaultdict(list)
    for card in cards:
        by_persona[card.persona].append(card)
    personas = []
    for persona in findings.personas:
        basis = basis_of(persona, findings)
        own = [c.model_copy(update={"current": c.basis == basis}) for c in by_persona[persona.id]]
        personas.append(persona.model_copy(update={"exam": tuple(own)}) if own else persona)
    return findings.model_copy(update={"personas": tuple(personas)})
