"""Does each excerpt say what stands over it? Those that don't are not counted for it.

Groups are formed by nearness, and nearness hears words: “It keeps asking me who the customer is”
lies near “Customers ringing while I had a wheel in the jig”. What counts for a line must carry it.
So each excerpt is read together with the line, as a model's sentence is with what it cites.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from personagen.analysts.base import Floats
from personagen.inference.together import follows
from personagen.memory import give_back

CARRIES = 0.15
"""Probability below which an excerpt does not say the line: as of a sentence whose words are all
cited."""
SAYS = 0.5
"""… that one excerpt has at least, or the line is none that anybody could say, and nothing is told
from it."""
MOST_READ = 2_000
"""Excerpts that are read at most, those of the smallest groups first: there each one counts most.
It takes half a minute on two cores."""
NEAR = 0.62
"""Cosine to an excerpt that does say it from which another stays, whatever is read: people who say
the same of two days contradict each other to a network."""
READS = "en"
"""Language that the networks know."""


class Told(NamedTuple):
    """An excerpt."""

    text: str
    lang: str
    vector: Floats
    """float32, length 1."""


def said_by(lines: Sequence[str], groups: Sequence[Sequence[Told]]) -> list[list[bool]]:
    """Return of each group's excerpts whether they say the line that stands over it.

    Args:
        lines: One a group; quotation marks around it don't matter, and an empty one tells nothing.
        groups: The excerpts under each line.
    """
    said = [[True] * len(group) for group in groups]
    read = [(group, excerpt) for group, excerpt in _read(groups) if lines[group]]
    give_back()  # What grouping took makes room for the networks.
    chances = follows([(groups[g][e].text, lines[g].strip("“”")) for g, e in read])
    of: dict[int, dict[int, float]] = defaultdict(dict)
    for (group, excerpt), chance in zip(read, chances, strict=True):
        of[group][excerpt] = float(chance)
    for group, likely in of.items():
        sayers = [groups[group][e].vector for e, chance in likely.items() if chance >= SAYS]
        for excerpt, chance in likely.items():
            far = sayers and max(groups[group][excerpt].vector @ v for v in sayers) < NEAR
            said[group][excerpt] = not (far and chance < CARRIES)
    return said


def unread(groups: Sequence[Sequence[Told]]) -> int:
    """Return how many excerpts stay unread because there are too many, in the largest groups."""
    read = {group for group, _ in _read(groups)}
    known = [sum(told.lang == READS for told in group) for group in groups]
    return sum(n for g, n in enumerate(known) if g not in read and len(groups[g]) > 1)


def _read(groups: Sequence[Sequence[Told]]) -> list[tuple[int, int]]:
    """Return places of what is read: group and excerpt each."""
    read: list[tuple[int, int]] = []
    for group in sorted(range(len(groups)), key=lambda g: (len(groups[g]), g)):
        if len(read) + len(groups[group]) > MOST_READ:
            break
        if len(groups[group]) > 1:
            known = [e for e, told in enumerate(groups[group]) if told.lang == READS]
            read += [(group, excerpt) for excerpt in known]
    return read
