"""Which way words bear on a line: does it speak to them, or do they oppose what it promises?

The encoder hears topics, hardly polarity; codes and these few turns of phrase tell the ways apart.
Wants, pains and praise are spoken to. What holds people back, what the product itself does badly
and what is said to be no problem runs against a promise; an objection counts as answered only by a
line that a product fact backs. A line that says they *don't* want a thing, or enjoy a pain, is
turned round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from personagen.analysts.stance import dismisses
from personagen.messagetest.heard import DISMISSAL, Said
from personagen.messagetest.results import Bears

UNMET = frozenset({"feature_request", "motivation", "workaround"})
"""Codes of what is wanted and not had: a promise of it is welcome, whoever is to blame."""
Move = Literal["promises", "denies", "enjoys", "disparages"]

_RELIEF = re.compile(
    r"\b(?:no more|never again|never .{1,60} again|stop|quit|without|instead of|ends?|forget|"
    r"throw away|get rid|goodbye|no longer|(?:do(?:n['’]t| not)|never|no) (?:have|need) to|"
    r"no need|don['’]t worry|free of|free from|rid of|not .{1,30} but)\b",
    re.IGNORECASE,
)
_SUBJECT = (
    r"(?:you|they|we|people|nobody|no one|everyone|everybody|(?:your|their|our|the) \w+(?: \w+)?"
    r"|\w+s)"
)
_DENIES = re.compile(
    rf"\b{_SUBJECT} (?:(?:do|does|did|would|could)(?:n['’]t| not)|never|hardly|no longer) "
    r"(?:really |ever |even )?(?:want|need|wish|care|mind|like|miss|hope|look for|aim|"
    r"expect|bother)\b(?! to worry)",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"\b(?:nobody|no one|none of (?:you|them|us)) (?:\w+ )?(?:wants?|needs?|cares?|minds?|likes?|"
    r"misses|worries|complains)\b",
    re.IGNORECASE,
)
_ENJOYS = re.compile(
    rf"\b{_SUBJECT}(?:['’]ll)? (?:will |would |all |really |simply |just )?"
    r"(?:love|loves|enjoy|enjoys|(?:like|likes|prefer|prefers) (?:to\b|\w+ing\b)|adore|adores|"
    r"(?:is|are|will be) (?:happy|glad|fine|pleased|keen|delighted) (?:to|with))\b",
    re.IGNORECASE,
)
_DISPARAGES = re.compile(
    r"\b(?:hard|difficult|impossible|slow|confusing|useless|unreadable|annoying|terrible|awful|"
    r"bad|worse|worst|fails?|breaks?|unreliable|never works|nobody (?:uses|reads|trusts)|"
    r"can(?:no|['’])t (?:read|find|see|use|tell|trust)|too (?:slow|small|hard|complicated)|"
    r"(?:doesn|don|didn|won)['’]t (?:work|help|read|show)|no help)\b",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"\b(?:off|free|no|not|without|never|whenever|any ?time|stop|pause|ends? by itself|"
    r"switch(?:ed)? off|waterproof|readable|included|your own)\b|n['’]t\b",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    r"\b(?:(?:I|we)(?:['’]m| am|['’]re| are) not \w+ing|won['’]t|will not|"
    r"wouldn['’]t (?:do|have|use|put|type|let|press|scan|pay|be)|"
    r"(?:not|wasn['’]t|isn['’]t|aren['’]t|weren['’]t) going to|not sending|"
    r"(?:don['’]t|do not|doesn['’]t) (?:accept|trust|want)|no use|"
    r"cancel(?:l?ed|ling)?|leaving|we['’]re out|(?:have |has )?stopped (?:bothering|using)|"
    r"put \w+ (?:\w+ )?off|(?:went|go|gone|going|are) back to (?:the )?\w+|back to (?:paper|chalk)|"
    r"it['’]s dead|nobody (?:trusts|can promise|uses)|can['’]t (?:sign|afford|have)|"
    r"not able to sign|nearly quit|holding it back|too much for|no pot|would eat)\b",
    re.IGNORECASE,
)
_MEDIUM = re.compile(
    r"\b(?:apps?|software|system|screens?|tablets?|touch ?screens?|accounts?|passwords?|"
    r"log(?:ged|s)? ?(?:in|on|out)s?|log-?ins?|e-?mail address(?:es)?|signal|network|wi-?fi|"
    r"internet|online|offline|cloud|servers?|saved?|typed? (?:in|it)|updates?|upgrades?|"
    r"subscriptions?|monthly|per location|printers?|buttons?|columns?|exports?|exported|"
    r"price list|set(?:ting)? (?:it |this )?up|download(?:s|ed)?|timers?|web ?site|dashboards?|"
    r"notifications?|"
    r"(?:put|enter|entering|entered|type|typing) .{0,60}\b(?:in|by hand|from scratch))\b",
    re.IGNORECASE,
)
_AVERSE = re.compile(
    r"\b(?:I|we|they|\w+s) (?:(?:do|did|does|would)(?:n['’]t| not)|never) (?:\w+ )?want\b"
    r"(?! to lose| to miss)",
    re.IGNORECASE,
)
_COSTS_TIME = re.compile(
    r"\badds? (?:us |me )?(?:\w+ ){0,3}(?:minutes?|hours?|days?|clicks?|steps?)\b", re.IGNORECASE
)
_BEFORE = re.compile(
    r"\b(?:used to|before (?:this|that|we had|benchwren)|the old way|until we|back then|"
    r"in the old days|we once)\b",
    re.IGNORECASE,
)
_WISHES = re.compile(
    r"\b(?:if (?:it|they|you|there) .{1,80}\b(?:I|we)(?:['’]d| would)|(?:can|could) (?:we|you|I) "
    r"(?:have|make|get|please)|I wish|I['’]d (?:love|like)|we['’]d (?:love|like)|please|"
    r"it (?:ought|should)|they (?:ought|should)|why can['’]t)\b",
    re.IGNORECASE,
)
_LACKS = re.compile(
    r"\b(?:(?:does not|doesn['’]t|won['’]t|can['’]t|cannot) (?:\w+ )?(?:talk to|give me|let me|"
    r"show|send|link|connect|sync)|by hand|(?:I|we) (?:still )?(?:copy|type|export|build|redo)\b)",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£]\s?\d|\b(?:pounds?|euros?|dollars?|quid|price[sd]?|costs?|fees?|expensive|afford|pay|paid|"
    r"(?:\w+ty|\w+teen|\d+)(?:-\w+)? a (?:month|year|week|seat)|per (?:month|seat|location))\b",
    re.IGNORECASE,
)
_CHEAPER = re.compile(
    r"\b(?:free|no (?:charge|fees?|cost)|refund|money back|discount|half (?:the )?price|cheaper|"
    r"paus(?:e|es|ed|ing)|pay nothing|only (?:pay|while)|% off)\b",
    re.IGNORECASE,
)
_NOT_A_REPLY = re.compile(r"\b(?:do not|don['’]t|never|not) (?:read|see|get|answer|reply)\b", re.I)


class Line(NamedTuple):
    """A line with what it does."""

    text: str
    move: Move
    facts: tuple[str, ...]
    """Product facts that back it."""

    @property
    def answers(self) -> bool:
        """Tell whether it can answer an objection: it offers something that a fact backs."""
        return bool(self.facts) and bool(_OFFERS.search(self.text))

    @property
    def prices(self) -> bool:
        """Tell whether it names what the product costs, and nothing that makes it cost less."""
        return bool(_MONEY.search(self.text)) and not _CHEAPER.search(self.text)


def line_of(text: str, facts: Sequence[str]) -> Line:
    """Return a line with what it does and the product facts that back it."""
    return Line(text, move_of(text), tuple(facts))


def move_of(text: str) -> Move:
    """Return whether a line promises, or turns wants, pains or praise round."""
    if _RELIEF.search(text):
        return "promises"
    if _NOBODY.search(text) or _DENIES.search(text) or dismisses(text):
        return "denies"
    if _ENJOYS.search(text):
        return "enjoys"
    return "disparages" if _DISPARAGES.search(text) else "promises"


def averse(said: Said) -> bool:
    """Return whether words say what somebody does not want: the wish is that it be otherwise."""
    return "objection" not in said.codes and bool(_AVERSE.search(said.evidence.quote))


def bears(line: Line, said: Said, product: str = "") -> Bears:
    """Return which way an excerpt on the topic of a line bears on it."""
    codes = said.codes - {DISMISSAL}
    if line.move == "denies":
        return "speaks_to" if DISMISSAL in said.codes and not codes - {"praise"} else "raises"
    if line.move == "disparages":
        return "raises" if codes and codes <= {"praise"} else "speaks_to"
    if line.move == "enjoys":
        return "raises" if _hurts(said) or holds_back(said, product) else "speaks_to"
    if not codes or (DISMISSAL in said.codes and codes <= {"praise"}):
        return "raises"
    if averse(said):
        return "speaks_to" if _RELIEF.search(line.text) or line.answers else "raises"
    if line.prices and _objects_to_money(said):
        # To name the price is no answer to whom the price holds back.
        return "raises"
    if holds_back(said, product):
        return "speaks_to" if line.answers else "raises"
    return "speaks_to"


def holds_back(said: Said, product: str = "") -> bool:
    """Return whether words object to the product, or tell of what it does badly."""
    text = said.evidence.quote
    if _COSTS_TIME.search(text):
        return True
    if _WISHES.search(text) or said.lead == "praise":
        return False
    if "objection" in said.codes:
        return True
    if "pain_point" not in said.codes or said.codes & UNMET or _LACKS.search(text):
        return False
    if said.kind == "ticket":
        return True
    if _BEFORE.search(text):
        return False
    named = bool(product) and product.casefold() in text.casefold()
    medium = named or _MEDIUM.search(text) or _NOT_A_REPLY.search(text)
    return bool(medium or _REFUSES.search(text))


def _objects_to_money(said: Said) -> bool:
    text = said.evidence.quote
    refuses = "objection" in said.codes or bool(_REFUSES.search(text))
    return refuses and bool(_MONEY.search(text))


def _hurts(said: Said) -> bool:
    return bool(said.codes & {"pain_point", "objection"})
