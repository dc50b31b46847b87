"""Who asks and who answers: by label, by the file's own header, then by who asks questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from personagen.models import Role
from personagen.reading.base import ReadOptions, ReadUtterance
from personagen.reading.labels import ANSWERERS, ASKERS, role_word

_AGENTS = frozenset(
    "agent support representative rep csr operator advisor adviser staff support agent "
    "customer support customer service".split()
) | {"support agent", "customer support", "customer service"}
_BOTS = re.compile(r"\b(bot|chatbot|notetaker|note taker|assistant bot|copilot)\b", re.I)
_QUESTION = re.compile(
    r"\b(what|how|why|when|where|who|which|do you|did you|can you|could you|would you|are you|"
    r"have you|tell me|walk me)\b",
    re.I,
)
_SOUND_CHECK = re.compile(
    r"\b(?:how('s it going|( are| is)? (you|it going|everyone|everybody)( all)?( doing)?"
    r"( today)?)|(can|could|do) (you|everyone|everybody|anyone|you guys|you all)( all| both)? "
    r"(hear|see) (me|us|my screen|the screen|it|that)[^.?!]{0,20}"
    r"|am i (audible|muted|on mute))\s*\?",
    re.I,
)
"""Questions that open any call and make nobody an interviewer."""
_ASKS, _HELPS_ASK = 0.2, 0.12
"""Askers of 16 real interviews score .23 or more (co-hosts .13), those who answer .10 or less."""
_MOST_MAIN_SPEAKERS = 4
"""A talk of more people is a meeting, where whoever leads also answers."""
_MEETING = (
    "several people speak and none is marked as asking: all are participants; "
    "name those who ask with --interviewer"
)


class Casting(NamedTuple):
    """Label → role, and what the user should know of it."""

    roles: dict[str, Role]
    warnings: list[str]


class _Share(NamedTuple):
    asks: float
    words: float
    turns: int
    questions: int
    ends: int
    """Turns that end in a question."""


def cast(
    utterances: Sequence[ReadUtterance], named_in_file: Sequence[str], options: ReadOptions
) -> Casting:
    """Return the role of every label in a transcript.

    Args:
        utterances: All turns, in order.
        named_in_file: Who asks, by the file's own header.
        options: `interviewers` overrule what is found; `speakers` are participants; `roles`
            overrule all of that.
    """
    labels = list(dict.fromkeys(u.speaker for u in utterances if u.speaker))
    roles: dict[str, Role] = dict.fromkeys(labels, "participant")
    for label in labels:
        if role_word(label) in _AGENTS:
            roles[label] = "agent"
        elif _BOTS.search(label):
            roles[label] = "bot"
        elif role_word(label) in {"unknown", "unknown speaker", "unidentified speaker"}:
            roles[label] = "unknown"
    people = [label for label in labels if roles[label] == "participant"]
    told = _called(people, options.interviewers)
    told += [p for p in people if options.roles.get(p) == "interviewer" and p not in told]
    askers, warnings = (told, []) if told else _found(people, utterances, named_in_file, roles)
    for label in askers:
        roles[label] = "interviewer"
    for label in labels:
        if label in options.speakers:
            roles[label] = "participant"
        roles[label] = options.roles.get(label, roles[label])
    return Casting(roles, warnings)


def _found(
    people: list[str],
    utterances: Sequence[ReadUtterance],
    named_in_file: Sequence[str],
    roles: dict[str, Role],
) -> tuple[list[str], list[str]]:
    by_word = _by_role_word(people)
    if by_word:
        return by_word, []
    by_header = _called(people, named_in_file)
    if by_header and len(by_header) < len(people):
        return by_header, []
    if any(role == "agent" for role in roles.values()):
        return [], []
    strangers = [label for label, role in roles.items() if role == "unknown"]
    if len(people) == 1 and strangers:
        # One known voice beside an unknown one may be the one that asks.
        askers, _ = _by_questions([*people, *strangers], utterances)
        return [asker for asker in askers if asker in people], []
    if len(people) < 2:
        return [], []
    return _by_questions(people, utterances)


def _called(labels: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the labels that bear one of the names: whole, or the same first and last word."""
    return [label for label in labels if any(_same_name(label, name) for name in names)]


def _same_name(label: str, name: str) -> bool:
    ours, theirs = (re.findall(r"[^\W_]+", text.casefold()) for text in (label, name))
    if not ours or not theirs:
        return label.casefold() == name.casefold()
    if ours == theirs:
        return True
    if len(ours) > 1 and len(theirs) > 1:
        return (ours[0], ours[-1]) == (theirs[0], theirs[-1])
    initials = "".join(word[0] for word in ours)
    return len(ours) > 1 and theirs == [initials]


def _by_role_word(people: list[str]) -> list[str]:
    words = {label: role_word(label) for label in people}
    askers = [label for label, word in words.items() if word in ASKERS]
    answerers = [label for label, word in words.items() if word in ANSWERERS]
    if askers and len(askers) < len(people):
        return askers
    if answerers and len(people) == 2 and len(answerers) == 1 and len(words[answerers[0]]) > 1:
        return [label for label in people if label not in answerers]
    return []


def _by_questions(
    people: list[str], utterances: Sequence[ReadUtterance]
) -> tuple[list[str], list[str]]:
    if len(people) > 10 * _MOST_MAIN_SPEAKERS:
        return [], [_MEETING]
    shares = {label: _share(label, utterances) for label in people}
    main = [s for s in shares.values() if s.words >= 0.02 and (s.turns >= 3 or len(people) <= 4)]
    if len(main) > _MOST_MAIN_SPEAKERS:
        return [], [_MEETING]
    short = len(utterances) <= 12 and sum(s.questions > 0 for s in shares.values()) == 1
    askers = [
        p for p, s in shares.items() if s.asks >= _ASKS and s.ends and (s.questions >= 2 or short)
    ]
    if len(askers) == len(people):
        ranked = sorted(askers, key=lambda p: shares[p].asks, reverse=True)
        clear = shares[ranked[0]].asks >= 1.5 * shares[ranked[1]].asks
        askers = ranked[:1] if clear else []
    if not askers:
        return [], ["can't tell who asks: all are participants; name who asks with --interviewer"]
    helpers = [
        p
        for p, s in shares.items()
        if p not in askers and s.asks >= _HELPS_ASK and s.words <= 0.1 and s.turns >= 3
    ]
    return (askers + helpers if len(askers + helpers) < len(people) else askers), []


def _share(label: str, utterances: Sequence[ReadUtterance]) -> _Share:
    """Asking is the mean of: turns that end in a question, sentences that are questions."""
    texts = [_SOUND_CHECK.sub(".", u.text) for u in utterances if u.speaker == label]
    everything = sum(len(u.text.split()) for u in utterances)
    joined = " ".join(texts)
    if any("?" in u.text for u in utterances):
        ends = sum(text.rstrip(' "”*').endswith("?") for text in texts)
        asked = joined.count("?")
        sentences = max(1, len(re.findall(r"[.?!…]+(?:\s|$)", joined)))
    else:  # speech-to-text without punctuation
        ends = sum(bool(_QUESTION.search(text[-120:])) and len(text) < 300 for text in texts) // 2
        asked = ends
        sentences = max(1, len(joined.split()) // 12)
    asks = (ends / len(texts) + min(1.0, asked / sentences)) / 2
    return _Share(asks, len(joined.split()) / max(1, everything), len(texts), asked, ends)
