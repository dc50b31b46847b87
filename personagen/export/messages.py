"""Messages as documents show them: each line with the claims it rests on and its blanks."""

from __future__ import annotations

import re
from collections.abc import Mapping

from personagen.export.base import MessageView
from personagen.export.evidence import claim_text, kept_quotes
from personagen.export.wording import MESSAGE_KINDS, STATUS_NAMES
from personagen.models import Claim, Message, Persona, StudyDocument

_BLANK = re.compile(r"(\[needs a product fact:[^\]]*\])")


def message_views(
    document: StudyDocument,
    persona: Persona,
    claims: Mapping[str, Claim],
    anchors: Mapping[str, str],
) -> tuple[MessageView, ...]:
    """Return a persona's messages in the order of kinds; rejected ones are left out.

    Args:
        document: The study.
        persona: Whose messages.
        claims: Claims that may be shown, by id; a message that has lost all of its own is left out.
        anchors: Claim id to the anchor that shows its evidence.
    """
    kinds = list(MESSAGE_KINDS)
    mine = [m for m in document.messages if m.persona == persona.id and _stands(m, claims)]
    mine.sort(key=lambda message: kinds.index(message.kind))
    members = frozenset(persona.participants)
    return tuple(_view(message, members, claims, anchors) for message in mine)


def _stands(message: Message, claims: Mapping[str, Claim]) -> bool:
    rests = not message.claims or any(claim in claims for claim in message.claims)
    return message.status != "rejected" and rests


def _view(
    message: Message,
    members: frozenset[str],
    claims: Mapping[str, Claim],
    anchors: Mapping[str, str],
) -> MessageView:
    under = [claims[claim] for claim in message.claims if claim in claims]
    return MessageView(
        message=message,
        kind=MESSAGE_KINDS[message.kind],
        title=_title(message, under),
        parts=_parts(kept_quotes(message.text, [e for c in under for e in c.supports])),
        rests_on=tuple(
            (anchors.get(c.id, ""), claim_text(c).rstrip("."), _count(c, members)) for c in under
        ),
        status=STATUS_NAMES[message.status],
    )


def _parts(text: str) -> tuple[tuple[str, bool], ...]:
    return tuple((part, bool(_BLANK.fullmatch(part))) for part in _BLANK.split(text) if part)


def _title(message: Message, claims: list[Claim]) -> str:
    title = MESSAGE_KINDS[message.kind]
    if message.kind == "objection_answer" and claims:
        return f"When they object: {claim_text(claims[0]).rstrip('.')}"
    return f"{title}, {message.stage}" if message.stage else title


def _count(claim: Claim, members: frozenset[str]) -> str:
    return f"{len(members.intersection(claim.participants))} of {len(members)}"
