"""Whom a document gives a quotation to: the name after it, or the name before it."""

from __future__ import annotations

import re

_PSEUDONYM = (
    r"\[?[Pp]\d{1,4}\]?|\[[a-z]+(?: \d+)?\]|"
    r"(?:Participant|Speaker|Interviewee|Respondent) #?\d+"
)
_ROLES = "Interviewer|Moderator|Facilitator|Researcher|Participant|Agent|Bot"
_PROPER = r"[A-ZÀ-ÖØ-Þ][\w'’.-]*(?: (?:de|da|van|von|der|den|di|la|le|[A-ZÀ-ÖØ-Þ][\w'’.-]*)){0,3}"
_NAME = rf"(?:{_PSEUDONYM}|{_ROLES}|{_PROPER})"
_VERB = (
    r"(?:said|says|say|asked|asks|explained|explains|told (?:us|me)|tells (?:us|me)|added|adds|"
    r"noted|notes|admitted|admits|recalled|recalls|remembered|reported|reports|replied|replies|"
    r"commented|comments|complained|complains|put it|puts it|describes?|described|wrote|writes|"
    r"answered|answers|stated|states|remarked|observed|shared|shares|mentioned|mentions)"
)
_AFTER = (
    re.compile(rf"\s*[.,;]?\s*(?:—|–|―|--|-|~)\s*({_NAME})(?=\s*(?:[,.;:()|·\n]|[-–—]\s|$))"),
    re.compile(rf"\s*[.,;]?\s*[(\[]\s*({_NAME})(?=\s*[,.;:)\]|·])"),
    re.compile(rf"\s*,?\s*{_VERB}\s+({_NAME})\b"),
    re.compile(rf"\s*,?\s*({_NAME})\s+(?:also |then )?{_VERB}\b"),
)
_BEFORE = (
    re.compile(rf"\b{_VERB}\s+({_NAME})\s*[,:]\s*$"),
    re.compile(
        rf"({_NAME})(?:\s*\([^()]*\))?,?\s+(?:\w+\s+){{0,2}}{_VERB}(?:\s+\w+){{0,4}}\s*[,:]?\s*$"
    ),
    re.compile(rf"(?:According to|For|To)\s+({_NAME})\s*[,:]\s*$"),
    re.compile(rf"(?:^|[\n\ue002])\W*({_PSEUDONYM}|{_ROLES})(?:\s*\([^()]*\))?\s*:\s*$"),
)
_LABEL = re.compile(rf"(?:^|[\n\ue002])\W*({_PROPER})(?:\s*\([^()]*\))?\s*:\s*$")
_NOT_NAMES = frozenset(
    "the a an this that these those when while if in on at for to from by with of and but or so as "
    "one two some many most several others another other he she they it we i you who what why how "
    "his her their our my users customers participants people interviewees respondents reviewers "
    "nobody everyone someone all both each few here there then now yes no not against quote source "
    "note example see also only even still later earlier after before again".split()
)
_ROLE_WORDS = frozenset(
    "manager nurse director engineer owner ceo cto cfo customer user reviewer lead head analyst "
    "designer developer teacher student founder assistant coordinator receptionist consultant "
    "administrator officer specialist interview interviews review reviews ticket tickets survey "
    "surveys buyer agency clinic team study respondent requester persona".split()
)


def speaker_after(text: str) -> str | None:
    """Return the speaker that the text after a quotation names, if it names one at once."""
    for pattern in _AFTER:
        found = pattern.match(text[:120])
        name = as_name(found[1]) if found else None
        if name:
            return name
    return None


def speaker_before(text: str) -> str | None:
    """Return the speaker that the text before a quotation introduces."""
    for pattern in _BEFORE:
        found = pattern.search(text[-160:])
        name = as_name(found[1]) if found else None
        if name:
            return name
    return None


def label_before(text: str) -> str | None:
    """Return a capitalised label and colon before a quotation: a speaker if the study knows it."""
    found = _LABEL.search(text[-120:])
    return as_name(found[1]) if found else None


def as_name(said: str) -> str | None:
    """Return the person or label that capitalised words name, or None: "As Sam", "The Team"."""
    parts = said.strip(" .").split()
    if re.fullmatch(_PSEUDONYM, said.strip()):
        return said.strip()
    while parts and parts[0].lower() in _NOT_NAMES:
        del parts[0]
    return " ".join(parts) if parts and parts[-1].lower() not in _ROLE_WORDS else None


LINE_LABEL = re.compile(rf"^\W*({_NAME})(?:\s*\([^()]*\))?\s*:\s+(?=\S)")
"""`P05: words` at the beginning of a line."""
SIGNATURE = re.compile(r"\n\s*(?:—|–|―|--|-)\s*[^\n]{2,80}\s*$")
"""A last line `— P05, interview`."""
