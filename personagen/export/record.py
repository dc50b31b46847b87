"""Method and record: who made the document, from what, what people decided, what was left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from personagen.export.base import RecordView, SourceRow
from personagen.export.wording import CODE_NAMES, unquoted
from personagen.models import Skipped, Source, SourceKind, StudyDocument

MOST_ROWS = 60
"""Sources, decisions and reasons listed; study.json has them all."""


def source_counts(document: StudyDocument) -> Mapping[SourceKind, int]:
    """Return how many interviews, reviews, tickets … the study holds: records, not files."""
    counts: Counter[SourceKind] = Counter()
    for source in document.sources:
        counts[source.kind] += _records(source)
    return counts


def record_view(document: StudyDocument) -> RecordView:
    """Return how the document came about."""
    rows = [_row(source) for source in document.sources]
    return RecordView(
        made_by=_made_by(document),
        codebook=tuple(
            (CODE_NAMES.get(entry.code, unquoted(entry.code)), unquoted(entry.definition))
            for entry in document.codebook
        ),
        sources=tuple(rows[:MOST_ROWS]),
        more_sources=max(0, len(rows) - MOST_ROWS),
        decisions=_decisions(document),
        runs=tuple(
            f"{run.at:%Y-%m-%d %H:%M} · {unquoted(run.analyst)} · {run.seconds:,.0f} s"
            for run in document.runs[-MOST_ROWS:]
        ),
        left_out=tuple(_left_out(document)),
    )


def _records(source: Source) -> int:
    records = {utterance.record for utterance in source.utterances if utterance.record}
    return len(records) or 1


def _row(source: Source) -> SourceRow:
    return SourceRow(
        path=unquoted(source.path),
        kind=source.kind,
        reader=source.reader,
        lang="" if source.lang == "und" else source.lang,
        utterances=len(source.utterances),
        sha256=source.sha256[:12],
    )


def _made_by(document: StudyDocument) -> tuple[tuple[str, str], ...]:
    made = document.provenance
    rows = (
        ("Analyst", made.analyst),
        ("Model", made.model or "none recorded"),
        ("Prompts", ", ".join(made.prompts) or "none: this analyst uses no prompts"),
        ("Software", f"personagen {made.personagen_version}"),
        ("Made at", f"{made.at:%Y-%m-%d %H:%M %Z}".strip()),
        ("Study question", document.study.question or "none given"),
        ("Product", document.product.name or "none given"),
    )
    return tuple((name, unquoted(value)) for name, value in rows)


def _decisions(document: StudyDocument) -> tuple[str, ...]:
    events = document.reviews
    lines = [
        f"{event.at:%Y-%m-%d %H:%M} · {unquoted(event.by)} · {event.action} · {event.target}"
        for event in events[-MOST_ROWS:]
    ]
    if len(events) > MOST_ROWS:
        lines.insert(0, f"{len(events) - MOST_ROWS:,} earlier decisions are in study.json")
    return tuple(lines)


def _left_out(document: StudyDocument) -> Iterable[str]:
    for noun, items in (
        ("claim", document.claims),
        ("theme", document.themes),
        ("message", document.messages),
        ("persona", document.personas),
        ("insight", document.insights),
    ):
        rejected = sum(item.status == "rejected" for item in items)
        if rejected:
            yield f"{rejected:,} {noun}{'s' * (rejected != 1)} rejected by a person"
    yield from _skipped(document.skipped)


def _skipped(skipped: Iterable[Skipped]) -> Iterable[str]:
    """Yield what was skipped, most first, added up over the places it was skipped in."""
    totals: Counter[tuple[str, str]] = Counter()
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for skip in skipped:
        number, thing = _counted(skip.what)
        totals[thing, skip.why] += number
        places[thing, skip.why].append(skip.where)
    for (thing, why), total in totals.most_common(MOST_ROWS):
        where = places[thing, why]
        place = where[0] if len(where) == 1 else f"{len(where):,} places"
        yield unquoted(f"{total:,} {_plural(thing, total)}, {place}: {why}")
    if len(totals) > MOST_ROWS:
        yield f"{len(totals) - MOST_ROWS:,} more reasons are in study.json"


def _counted(what: str) -> tuple[int, str]:
    """Return `(3, "claim of type goal")` for `3 claims of type goal`; 1 where no number stands."""
    number, _, rest = what.partition(" ")
    if not number.isdigit() or not rest:
        return 1, what
    thing, _, more = rest.partition(" ")
    return int(number), f"{thing.removesuffix('s')} {more}".strip()


def _plural(thing: str, number: int) -> str:
    noun, _, more = thing.partition(" ")
    return f"{noun}{'s' if number != 1 else ''} {more}".strip()
