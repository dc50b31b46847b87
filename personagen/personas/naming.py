"""What a persona is called: evidenced role words and a neutral first name, nobody's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from personagen.cues.hits import words
from personagen.models import Claim

_DOES = re.compile(r"^(runs|manages|looks after|owns) (?:the|an?|all)?\s*(.+)$", re.IGNORECASE)
_TITLES = {"runs": "Lead", "manages": "Manager", "looks after": "Keeper", "owns": "Owner"}
_FROM_THEME = {
    "pain_point": "Troubled",
    "objection": "Wary",
    "motivation": "Seeking",
    "feature_request": "Seeking",
    "praise": "Minded",
    "workaround": "Juggling",
}


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
    distinctive: Sequence[tuple[str, str]],
    taken: Collection[str],
    said: Collection[str],
) -> Name:
    """Return a name that rests on evidence.

    Args:
        roles: Role claims that members support.
        members: The persona's participants.
        distinctive: Words that mark the group, with the code they come from; used without a role.
        taken: First names and titles that other personas have.
        said: Every capitalised word in the sources, and names to avoid: none is given.
    """
    title = _title(roles, members, taken) or _title_from_words(distinctive, taken) or "Participant"
    return Name(title, _first(title, taken, said))


def _title(roles: Sequence[Claim], members: Collection[str], taken: Collection[str]) -> str | None:
    """Return the role that most members give themselves; of equals the one said by most heads."""
    counts: Counter[str] = Counter()
    heads: Counter[str] = Counter()
    for claim in roles:
        people = len(set(claim.participants).intersection(members))
        title = titled(claim.text.removesuffix(" (recorded)"))
        if people and title:
            counts[title] += people
            heads[title.split()[-1]] += people
    ranked = sorted(counts, key=lambda t: (-counts[t], -heads[t.split()[-1]], _rank(t), len(t), t))
    return next((title for title in ranked if title not in taken), None)


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
        if not work or len(work) > 2:
            return None
        return f"{_capitals(' '.join(work))} {_TITLES[does[1].lower()]}"
    kept = role.split()
    return _capitals(role) if 1 <= len(kept) <= 3 else _capitals(" ".join(kept[-2:]))


def _title_from_words(distinctive: Sequence[tuple[str, str]], taken: Collection[str]) -> str | None:
    for word, code in distinctive:
        title = f"{_capitals(word)}-{_FROM_THEME.get(code, 'Minded')}"
        if title not in taken and re.fullmatch(r"[a-zA-Z-]{3,14}", word):
            return title
    return None


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
