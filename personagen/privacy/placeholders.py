"""Which placeholder stands for what: the same e-mail is `[email 1]` in the whole study."""

from __future__ import annotations

import re
from collections.abc import Iterable

from personagen.privacy import patterns
from personagen.privacy.base import Alias, MaskKind
from personagen.privacy.names import words

_NUMBERED = re.compile(r"\[([a-z]+) (\d+)\]")
_STAFF = frozenset({"[interviewer]", "[agent]", "[bot]", "[form]"})


def kind_of(placeholder: str) -> MaskKind:
    """Return what a placeholder stands for."""
    if placeholder in _STAFF:
        return "staff"
    numbered = _NUMBERED.fullmatch(placeholder)
    if numbered:
        return numbered[1]  # type: ignore[return-value]
    return "name" if placeholder.startswith("[") else "participant"


def is_numbered(placeholder: str) -> bool:
    """Return whether it is one of those that are counted: `[email 2]`."""
    return _NUMBERED.fullmatch(placeholder) is not None


class Placeholders:
    """Gives out numbered placeholders; what was seen before keeps its own."""

    def __init__(self, aliases: Iterable[Alias]) -> None:
        self._given: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self._known: set[tuple[str, str]] = set()
        self.fresh: list[Alias] = []
        """Aliases that the vault must learn."""
        for alias in aliases:
            numbered = _NUMBERED.fullmatch(alias.participant)
            if numbered:
                kind, number = numbered[1], int(numbered[2])
                self._given[kind, key_of(kind, alias.name)] = alias.participant
                self._counts[kind] = max(self._counts.get(kind, 0), number)
                self._known.add((alias.participant, alias.name))

    def give(self, kind: MaskKind, key: str, said: str) -> str:
        """Return the placeholder of something found, a new one where it was never seen."""
        given = self._given.get((kind, key))
        if given is None:
            number = self._counts[kind] = self._counts.get(kind, 0) + 1
            given = self._given[kind, key] = f"[{kind} {number}]"
        self.learn(given, said)
        return given

    def learn(self, placeholder: str, said: str) -> None:
        """Note another way in which something was written."""
        if (placeholder, said) not in self._known:
            self._known.add((placeholder, said))
            self.fresh.append(Alias(participant=placeholder, name=said))

    def known(self, kind: MaskKind) -> list[tuple[str, str]]:
        """Return key and placeholder of everything of a kind, the first first."""
        return [(key, given) for (of, key), given in self._given.items() if of == kind]


def key_of(kind: str, said: str) -> str:
    """Return what two spellings of one thing have in common."""
    if kind in ("colleague", "organisation"):
        return " ".join(words(said))
    for found in patterns.find(said):
        if found.kind == kind:
            return found.key
    if kind in ("phone", "card"):
        return re.sub(r"\D", "", said)
    return re.sub(r"[\s-]", "", said).casefold() if kind == "account" else said.casefold()
