"""What a persona is called: evidenced role words and a neutral first name, nobody's own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from personagen.cues.hits import words
from personagen.models import Claim, ParticipantKind

_DOES = re.compile(r"^(runs|manages|looks after|owns) (?:the|an?|all)?\s*(.+)$", re.IGNORECASE)
_TITLES = {"runs": "Lead", "manages": "Manager", "looks after": "Keeper", "owns": "Owner"}
# Who runs, looks after or coordinates what isn't theirs has one job under many names.
_LEADS = frozenset(
    ("lead", "leader", "keeper", "coordinator", "co-ordinator", "organiser", "organizer")
)
_OWN = frozenset(("owner", "co-owner", "proprietor", "founder", "co-founder"))
SEVERAL = 2
"""Members who must share a role before the persona is called by it."""
NEUTRAL: dict[ParticipantKind, str] = {
    "interviewee": "Participant",
    "author": "Reviewer",
    "requester": "Customer",
    "respondent": "Respondent",
}
"""What a persona is called whose members share no role: how they came into the study."""
OUTSIDER = "Outsider"
"""What people are called for whom the product is wrong."""


class Family(NamedTuple):
    """Roles that come to the same, and who gives them to themselves."""

    title: str
    """`Mechanic`, `Shop Owner`."""
    said: str
    """As a sentence says it, in the words of the roles: `Mechanic`, `Owns or runs the place`."""
    people: frozenset[str]


class Name(NamedTuple):
    """A persona's name in its parts."""

    title: str
    """`Finance Manager`."""
    first: str
    """`Frankie`."""

    @property
    def full(self) -> str:
        """Return both, as documents show them."""
        return f"{self.title} {self.first}"


def name_of(
    roles: Sequence[Claim],
    members: Collection[str],
    neutral: str,
    taken: Collection[str],
    said: Collection[str],
) -> Name:
    """Return a name that rests on evidence.

    Args:
        roles: Role claims that members support.
        members: The persona's participants.
        neutral: What they are called where no role is shared by several.
        taken: First names and titles that other personas have.
        said: Every capitalised word in the sources, and names to avoid: none is given.
    """
    title = next((f.title for f in families(roles, members) if f.title not in taken), neutral)
    return Name(title, _first(title, taken, said))


def families(roles: Sequence[Claim], members: Collection[str]) -> list[Family]:
    """Return the roles that several members share, by the noun that heads them; most people first.

    A head mechanic and a mechanic are both mechanics; who owns a shop and who runs a company both
    own or run the place.
    """
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for claim in roles:
        role = claim.text.removesuffix(" (recorded)")
        inside = set(claim.participants).intersection(members)
        title = titled(role)
        if inside and title:
            found[_head(role, title)][title] |= inside
    made = [_family(head, titles) for head, titles in found.items()]
    shared = [family for family in made if len(family.people) >= min(SEVERAL, len(members))]
    return sorted(shared, key=lambda f: (-len(f.people), len(f.title), f.title))


def _head(role: str, title: str) -> str:
    does = _DOES.match(role)
    if does and (does[1].lower() == "owns" or _is_place(does[2])):
        return "owner"
    last = title.split()[-1].lower()
    return "owner" if last in _OWN else "lead" if last in _LEADS else last


def _is_place(thing: str) -> bool:
    return thing.lower().split()[-1] in words()["roles"]["own_only"]


def _family(head: str, titles: Mapping[str, set[str]]) -> Family:
    people = frozenset(p for holders in titles.values() for p in holders)
    best = min(titles, key=lambda t: (-len(titles[t]), _rank(t), len(t), t))
    if head == "owner":
        return Family(best, "Owns or runs the place", people)
    if head == "lead":
        return Family(best, "Runs or looks after the place", people)
    if len(titles[best]) < SEVERAL and len(people) > 1:
        best = _capitals(head)
    return Family(best, best[:1].upper() + best[1:].lower(), people)


def _rank(title: str) -> int:
    """Put titles that someone gave themselves before those made of what they run."""
    return int(title.split()[-1] in ("Lead", "Keeper"))


def titled(role: str) -> str | None:
    """Return a role as a title: `runs the front desk` → `Front Desk Lead`; None where long."""
    does = _DOES.match(role)
    if does:
        work = [
            w for w in does[2].split() if w.lower() not in ("the", "a", "an", "whole", "all", "own")
        ]
        if not work:
            return None
        return f"{_capitals(' '.join(work[-2:]))} {_TITLES[does[1].lower()]}"
    kept = role.split()
    return _capitals(role) if 1 <= len(kept) <= 3 else _capitals(" ".join(kept[-2:]))


def _capitals(text: str) -> str:
    small = {"of", "and", "the", "for", "in", "at"}
    return " ".join(
        w if w.lower() in small or w.isupper() else w[:1].upper() + w[1:] for w in text.split()
    )


def _first(title: str, taken: Collection[str], said: Collection[str]) -> str:
    """Return the first free name that alliterates with the title's last word, then with any."""
    heard = {word.casefold() for word in said}
    names = [n for n in words()["names"]["first"] if n.casefold() not in heard and n not in taken]
    for word in reversed(re.findall(r"[A-Za-z]+", title)):
        for name in names:
            if name[0].lower() == word[0].lower():
                return name
    place = sum(map(ord, title)) % max(1, len(names))
    return names[place] if names else "Nobody"


def capitalised(texts: Iterable[str]) -> frozenset[str]:
    """Return every word that stands with a capital somewhere in the texts."""
    return frozenset(w for text in texts for w in re.findall(r"\b[A-Z][a-zà-ÿ]+\b", text))
