"""Two variants side by side: counted in people whose words they meet, never in points."""

from __future__ import annotations

from personagen.messagetest.results import Bears, Compared, TestedMessage

_WAYS: tuple[Bears, ...] = ("speaks_to", "raises")


def compared(a: TestedMessage, b: TestedMessage) -> Compared:
    """Return how two variants differ before one persona."""
    pro, con = (tuple(len(members(one, way)) for one in (a, b)) for way in ("speaks_to", "raises"))
    result = Compared(
        persona=a.persona,
        name=a.name,
        speaks_to=(pro[0], pro[1]),
        raises=(con[0], con[1]),
        unbacked=(_unbacked(a), _unbacked(b)),
        not_their_words=(_foreign(a), _foreign(b)),
        said="",
    )
    return result.model_copy(update={"said": _in_words(a, b)})


def members(tested: TestedMessage, way: Bears) -> frozenset[str]:
    """Return the persona's people whose words bear on a draft in one way."""
    return frozenset(
        v.participant for line in tested.lines for v in line.evidence if v.member and v.bears == way
    )


def people_for(tested: TestedMessage) -> int:
    """Return how many of the persona's people a draft speaks to, less how many it runs into."""
    return len(members(tested, "speaks_to")) - len(members(tested, "raises"))


def _in_words(a: TestedMessage, b: TestedMessage) -> str:
    only_a = members(a, "speaks_to") - members(b, "speaks_to")
    only_b = members(b, "speaks_to") - members(a, "speaks_to")
    against_a = members(a, "raises") - members(b, "raises")
    against_b = members(b, "raises") - members(a, "raises")
    if not (only_a or only_b or against_a or against_b):
        return "The evidence doesn't tell them apart."
    parts = [
        f"{name} {what} {', '.join(sorted(who))}, the other doesn't"
        for name, what, who in (
            ("A", "speaks to", only_a),
            ("B", "speaks to", only_b),
            ("A", "runs into what is said by", against_a),
            ("B", "runs into what is said by", against_b),
        )
        if who
    ]
    silent = [one.variant for one in (a, b) if not any(members(one, w) for w in _WAYS)]
    if silent:
        return f"{'; '.join(parts)}. {silent[0]} meets nothing that this persona's people said."
    more = people_for(a) - people_for(b)
    lead = "A" if more > 0 else "B"
    size = f"by {abs(more)} of {a.of} people" if more else "neither is ahead"
    return f"{'; '.join(parts)}: {f'{lead} is ahead {size}' if more else size}."


def _unbacked(tested: TestedMessage) -> int:
    return sum(bool(line.unbacked) for line in tested.lines)


def _foreign(tested: TestedMessage) -> int:
    return len({word.word for line in tested.lines for word in line.not_their_words})
