"""Which lines can be trusted: how many people stand behind each, and whether anybody is against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from personagen.export.wording import CLAIM_NAMES

if TYPE_CHECKING:
    from personagen.export.base import ClaimView, PersonaView

ENOUGH = 3
"""People of a persona from which a line is more than what one or two happened to say."""
FIRMEST = 5
"""Lines named at the head of a persona; a single word that they use says nothing there."""
GRADES: Mapping[str, str] = {
    "firm": "Three or more of them say so, nobody is against",
    "contested": "Somebody is against",
    "thin": "One or two of them say so",
}
"""Why a line can be trusted, or can't; each line has one grade."""


class Share(NamedTuple):
    """How many of a persona's lines have one grade."""

    grade: str
    name: str
    lines: int
    of: int


class Trust(NamedTuple):
    """What a reader in a hurry is told of a persona."""

    shares: Sequence[Share]
    firmest: Sequence[ClaimView]
    """The lines with most people behind them."""

    @property
    def firm(self) -> Share:
        """Return how many lines can be leaned on."""
        return self.shares[0]


def grade(claim: ClaimView) -> str:
    """Return the grade of a line."""
    if claim.against or claim.more_against:
        return "contested"
    return "firm" if claim.n_members >= ENOUGH else "thin"


def trust(persona: PersonaView) -> Trust:
    """Return how many lines of a persona can be trusted, and those that can most."""
    claims = lines_of(persona)
    grades = [grade(claim) for claim in claims]
    shares = [Share(g, name, grades.count(g), len(claims)) for g, name in GRADES.items()]
    pairs = zip(claims, grades, strict=True)
    firm = [c for c, g in pairs if g == "firm" and c.name != CLAIM_NAMES["vocabulary"]]
    return Trust(shares, sorted(firm, key=lambda c: -c.n_members)[:FIRMEST])


def lines_of(persona: PersonaView) -> list[ClaimView]:
    """Return every line that a persona shows, each once."""
    sections = (field for section in persona.sections for field in section.fields)
    found = [claim for field in (*persona.profile, *sections) for claim in field.claims]
    found += [c for stage in persona.stages for _, claims in stage.slots for c in claims]
    first: dict[str, ClaimView] = {}
    for claim in found:
        # Shown a second time, a line has no quotations of its own.
        first.setdefault(claim.id, claim)
    return list(first.values())


def of_grade(claims: Iterable[ClaimView], wanted: str) -> list[ClaimView]:
    """Return the lines of one grade; all where none is asked for."""
    return [claim for claim in claims if not wanted or grade(claim) == wanted]
