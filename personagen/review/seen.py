"""Two people on one study: the second decision on a changed item is told, never lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from personagen.errors import ChangedError
from personagen.ids import version_of
from personagen.models import Findings, ReviewEvent
from personagen.review.people import standing


def still_as_seen(
    findings: Findings, seen: Mapping[str, str], events: Sequence[ReviewEvent]
) -> None:
    """Check that items are what a person saw when they decided.

    Args:
        findings: As they stand.
        seen: Item id to its version as it was shown.
        events: Every decision, to say whose it was.

    Raises:
        ChangedError: one is not; says who changed it, where that is known.
    """
    if not seen:
        return
    nouns = (findings.insights, findings.themes, findings.claims)
    items = [*(i for noun in nouns for i in noun), *findings.personas, *findings.messages]
    now = {item.id: version_of(item) for item in items if item.id in seen}
    for target, version in seen.items():
        if now.get(target) != version:
            raise ChangedError(
                f"{target} was changed since you looked{_by_whom(target, events)}",
                "It is shown as it stands now; decide again if you still want to.",
            )


def _by_whom(target: str, events: Sequence[ReviewEvent]) -> str:
    about = [e for e in standing(events) if e.target == target]
    if not about:
        return ""
    last = about[-1]
    return f": {last.by}, {last.action.replace('_', ' ')}, {last.at:%Y-%m-%d %H:%M} UTC"
