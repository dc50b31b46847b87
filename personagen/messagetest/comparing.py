"""Two variants side by side: counted in people whose words they meet, never in points."""

from __future__ import annotations

from collections import Counter

from personagen.messagetest.results import Bears, Compared, TestedMessage

TINY = 3
"""People of a persona up to which the difference of one person counts."""
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


_SILENT = (
    " No verdict means that too few were found to have spoken of it, not that nobody cares: read "
    "the excerpts, or ask about it in the next interview."
)


def in_short(tested: TestedMessage) -> str:
    """Return what became of a draft before one persona, in a sentence of counts."""
    verdicts = Counter(line.verdict for line in tested.lines)
    lines = f"Of {len(tested.lines)} lines" if len(tested.lines) > 1 else "Of one line"
    parts = [
        f"{lines} {verdicts['supported']} supported, {verdicts['opposed']} opposed, "
        f"{verdicts['not_supported']} without a verdict"
    ]
    if unbacked := _unbacked(tested):
        parts.append(f"{unbacked} with promises that no product fact names")
    left = {o.evidence.utterance for line in tested.lines for o in line.leaves_open}
    if left or tested.untouched:
        parts.append(f"objections left open: {len(left)}, not touched on: {len(tested.untouched)}")
    silent = _SILENT if 2 * verdicts["not_supported"] > len(tested.lines) else ""
    return f"{'; '.join(parts)}.{silent}"


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
    if not more:
        return f"{'; '.join(parts)}: neither is ahead."
    lead = f"{'A' if more > 0 else 'B'} is ahead by {abs(more)} of {a.of} people"
    # One voice is one voice, here as in a verdict; in the smallest personas it is all there is.
    thin = abs(more) == 1 and a.of > TINY
    return f"{'; '.join(parts)}: {lead}{', too few to choose by' if thin else ''}."


def _unbacked(tested: TestedMessage) -> int:
    return sum(bool(line.unbacked) for line in tested.lines)


def _foreign(tested: TestedMessage) -> int:
    return len({word.word for line in tested.lines for word in line.not_their_words})
