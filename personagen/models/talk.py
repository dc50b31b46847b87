"""What was said with a persona: questions, answers, and what each answer rests on."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from personagen.models.base import Model, Provenance
from personagen.models.findings import Evidence
from personagen.models.record import Spent

Basis = Literal["quoted", "inferred", "no_evidence"]
Says = Literal["", "yes", "no", "both"]


class Answer(Model):
    """One question to a persona and what came back: evidence, or that there is none."""

    id: str
    at: datetime
    by: str = ""
    """Who asked."""
    session: str = ""
    """The conversation it stands in; what was said before in it counts as memory."""
    persona: str
    version: int = 1
    """Of the persona, when it was asked."""
    draft: bool = True
    """The persona was not approved then."""
    question: str
    answer: str
    """In the first person, quotations in “ ”; how it is shown."""
    basis: Basis
    """`quoted`: their words; `inferred`: from k people, said so; `no_evidence`: declined."""
    says: Says = ""
    """To what the question puts to them: `yes`, `no` (also where a supposition was put right),
    `both` where they disagree; empty for an open question, and where it was declined."""
    evidence: tuple[Evidence, ...] = ()
    opposes: tuple[Evidence, ...] = ()
    """What others among them say against it."""
    near: tuple[Evidence, ...] = ()
    """Where it was declined: the nearest that was said, which may not answer."""
    claims: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    """Whose words it rests on."""
    n: int = 0
    """How many of the persona's people say it."""
    of: int = 0
    """How many people the persona is made of."""
    ask_next: str = ""
    """The interview question that would find out; empty where the evidence answers."""
    why: str = ""
    """How the basis was arrived at, in a sentence."""
    provenance: Provenance
    spent: Spent | None = None
    """What a language model took for it; None where none was asked."""
