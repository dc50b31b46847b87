"""A channel of Slack as its export gives it: one JSON list of messages a day.

People who write to each other there have no sides: all are participants, unless who asks stands
out, and machines are bots. `--role "Name=agent"` says who is staff.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from personagen.models import Role
from personagen.reading.base import ReadUtterance
from personagen.reading.clock import iso_day
from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.jsontext import shortened

_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|([^>]*))?>")
_CHANNEL = re.compile(r"<#[A-Z0-9]+\|?([^>]*)>")
_LINK = re.compile(r"<((?:https?|mailto|tel):[^|>]*)(?:\|([^>]*))?>")
_SAID = frozenset({"", "thread_broadcast", "me_message", "file_share", "file_comment"})
"""Subtypes of what a person wrote; the others tell of joins, topics and names."""


def _sniff(file: RawFile) -> bool:
    return bool(_messages(file.json or ()))


def _messages(documents: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return the messages in the file; none where it is no channel of Slack."""
    found: Any = documents[0] if len(documents) == 1 else list(documents)
    if isinstance(found, dict) and "type" not in found:
        found = found.get("messages")
    if not isinstance(found, list) or not found:
        return []
    return found if all(map(_is_message, found)) else []


def _is_message(one: object) -> bool:
    return isinstance(one, dict) and one.get("type") == "message" and "ts" in one


def _parse(file: RawFile) -> Parsed:
    messages = _messages(file.json or ())
    names = _names(messages)
    dropped: Counter[str] = Counter()
    said = [
        utterance
        for number, one in enumerate(messages, 1)
        if (utterance := _utterance(one, number, names, dropped))
    ]
    if not said:
        raise file.refuse("the channel holds no words", "Export it again.")
    told = [f"left out: {', '.join(f'{n} × {what}' for what, n in dropped.items())}"]
    warnings = list(file.decoded.warnings) + (told if dropped else [])
    return Parsed("slack", "interview", said, len(messages), warnings)


def _names(messages: list[dict[str, Any]]) -> dict[str, str]:
    """Return user id → name, as far as the messages tell."""
    names: dict[str, str] = {}
    for one in messages:
        profile = one.get("user_profile")
        if isinstance(profile, dict):
            keys = ("real_name", "display_name", "name")
            name = next((shortened(profile[key]) for key in keys if profile.get(key)), "")
            if name:
                names.setdefault(shortened(one.get("user")), name)
    return names


def _utterance(
    one: dict[str, Any], number: int, names: Mapping[str, str], dropped: Counter[str]
) -> ReadUtterance | None:
    machine = bool(one.get("bot_id")) or one.get("subtype") == "bot_message"
    if not machine and shortened(one.get("subtype")) not in _SAID:
        dropped["line of the program"] += 1
        return None
    words = _plain(shortened(one.get("text")), names)
    if not words:
        dropped["message without words"] += 1
        return None
    user = shortened(one.get("user"))
    role: Role = "bot" if machine else "unknown"
    name = shortened(one.get("username")) or "bot" if machine else names.get(user, user)
    return ReadUtterance(
        speaker=f"{name} (bot)" if machine else name,
        role=role,
        text=words,
        place=f"m{number}",
        identity=user or None,
        date=iso_day(shortened(one.get("ts")).split(".")[0]),
    )


def _plain(text: str, names: Mapping[str, str]) -> str:
    """Return a message as its writer saw it: names for ids, labels or addresses for links."""
    text = _MENTION.sub(lambda hit: names.get(hit[1]) or hit[2] or "somebody", text)
    text = _CHANNEL.sub(lambda hit: f"#{hit[1] or 'channel'}", text)
    text = _LINK.sub(lambda hit: hit[2] or hit[1], text)
    text = re.sub(r"<!([a-z]+)[^>]*>", r"@\1", text)
    return " ".join(html.unescape(text).split())


FORMAT = Format("slack", _sniff, _parse)
