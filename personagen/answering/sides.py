"""Which side a sentence takes, and whether what a question supposes is borne out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from personagen.analysts.stance import dismisses
from personagen.answering.dossier import Dossier
from personagen.answering.lexicon import lexicon
from personagen.models import Evidence
from personagen.support.lexicon import lexicon as shared
from personagen.support.lexicon import root, words_of

Held = Literal["carried", "denied", "unsaid"]
MOST_AGAINST = 2
"""Passages of the other side that the study's own counter-evidence adds to an answer."""
SCOPE = 4
"""Words after a denial that it turns round."""
_WISH = re.compile(
    r"\b(?:would|['’]d|should) (?:also |really |rather )?(?:like|love|prefer)\b", re.I
)
"""Asks for something: neither pleased nor not."""
_DENIES = "cited denies", "is the opposite", "exchanged"
"""What the support check says of a statement that the sentences deny."""
_PLEASED = frozenset({"praise"})
_SORRY = frozenset({"pain_point", "objection"})


def mood(text: str) -> int:
    """Return 1 where a text is pleased, -1 where it is not, 0 where neither or both."""
    balance, left = 0, 0
    for word in words_of(_WISH.sub(" ", text)):
        if word in shared().strong:
            left = SCOPE + 1
        turned = -1 if left > 0 else 1
        if root(word) in lexicon().glad:
            balance += turned
        elif root(word) in lexicon().sorry:
            balance -= turned
        left -= 1
    return (balance > 0) - (balance < 0)


def side(row: int, dossier: Dossier) -> int:
    """Return 1 for a sentence that speaks for what it is about, -1 for one against, else 0."""
    codes = {insight.code for insight in dossier.coded(row)}
    if codes & _PLEASED and not codes & _SORRY:
        return 1
    text = dossier.units[row].text
    if codes == {"feature_request"}:
        return 0
    if codes & _SORRY and not codes & _PLEASED:
        return 1 if dismisses(text) else -1
    return 1 if dismisses(text) else mood(text)


def against(own: Sequence[Evidence], dossier: Dossier) -> list[Evidence]:
    """Return what the study holds against the claims under quotations, or for it where they oppose.

    Only words of the dossier's people count, one passage each, and of nobody who is quoted.
    """
    told = {e.participant for e in own}
    found: dict[str, Evidence] = {}
    for claim in dossier.claims.values():
        for one, other in ((claim.supports, claim.opposes), (claim.opposes, claim.supports)):
            if any(_overlap(e, theirs) for e in own for theirs in one):
                for e in other:
                    if e.participant in dossier.members - told and dossier.at(
                        e.utterance, e.start, e.end
                    ):
                        found.setdefault(e.participant, e)
    return list(found.values())[:MOST_AGAINST]


def _overlap(one: Evidence, other: Evidence) -> bool:
    same = one.utterance == other.utterance
    return same and one.start < other.end and one.end > other.start


def held(statement: str, texts: Sequence[str], dossier: Dossier) -> Held:
    """Return whether sentences carry a statement, deny it, or say nothing to it.

    Args:
        statement: What a question supposes: `you love typing on the phone`.
        texts: What was said that comes nearest, the nearest first.
        dossier: Whose support check judges.
    """
    if any(dossier.support.carries(statement, [text]) for text in texts):
        return "carried"
    why = dossier.support.judge(statement, texts[:1]).why if texts else ""
    return "denied" if any(sign in why for sign in _DENIES) else "unsaid"
