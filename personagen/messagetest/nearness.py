"""How near what was said is to a line: meaning, shared words that tell, and neither by chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from personagen.analysts.base import Floats
from personagen.messagetest.heard import NEIGHBOURS, Heard, telling

NEAR = 0.65
"""Nearness from which an excerpt is on what a line says; set on the calibration half of
`corpus/benchwren_messages.toml` (`personagen evaluate --messages`)."""
ECHOES, ALIKE = 0.3, 0.6
"""What somebody else says much like an excerpt that is on the line is on it too: nearness that it
must have itself, and likeness to the other excerpt."""
UNCODED = 0.1
"""How much nearer a sentence must be that nobody coded: its stance is a guess."""
TOUCHES = 0.5
"""Nearness from which a line is on the topic of an objection, without having to answer it."""
WORDS = 0.3
"""Weight of shared words, each by its rarity, beside the cosine."""
CROWDED = 0.5
"""Share taken off of what is near to everything: such excerpts are near by no merit of theirs."""
TYPICAL = 0.33
"""Mean similarity to its nearest excerpts of an ordinary line."""


def nearness(line: str, heard: Heard) -> Floats:
    """Return how near each excerpt is to a line; float32, shape (n,).

    A line that is near to many excerpts, and an excerpt that is near to many others, are brought
    back by what they have in common with everything (after CSLS).

    Source:
        Lample et al. (2018), arXiv:1710.04087, for the correction of hubs.
    """
    if not heard.said:
        return np.zeros(0, np.float32)
    meaning = heard.points @ heard.point(line)
    count = min(NEIGHBOURS, max(1, heard.sure // 3))
    own = float(np.sort(meaning[: heard.sure])[-count:].mean()) - TYPICAL if heard.sure else 0.0
    said = telling(line)
    shared = np.array([sum(map(heard.rarity, said & bag)) for bag in heard.bags], np.float32)
    near: Floats = meaning + WORDS * shared - CROWDED * (heard.crowding + own)
    return near


def on_line(near: Floats, heard: Heard, least: float = NEAR) -> NDArray[np.intp]:
    """Return the excerpts that are on what a line says, as indexes.

    Args:
        near: From `nearness`.
        heard: The study.
        least: Nearness that the first of them has at least.
    """
    asked = np.full(len(near), least + UNCODED, np.float32)
    asked[: heard.sure] = least
    enough = near >= asked
    sure = np.flatnonzero(enough)
    if not len(sure):
        return sure
    alike = np.stack([_likeness(int(row), heard) for row in sure]).max(axis=0)
    echoes = (near >= ECHOES) & (alike >= ALIKE)
    echoes[heard.sure :] = False
    return np.flatnonzero(enough | echoes)


def _likeness(row: int, heard: Heard) -> Floats:
    """Return how like all excerpts are to one; float32, shape (n,)."""
    meaning = heard.points @ heard.points[row]
    own = heard.bags[row]
    shared = np.array([sum(map(heard.rarity, own & bag)) for bag in heard.bags], np.float32)
    like: Floats = meaning + WORDS * shared - CROWDED * (heard.crowding + heard.crowding[row])
    return like
