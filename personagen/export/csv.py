"""Tables for spreadsheets: insights, claims and themes, one a row, safe to open."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from personagen.export.wording import clock
from personagen.models import Claim, Insight, Persona, Source, StudyDocument, Theme, Utterance

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as the local code page and garbles names; pandas skips it."""
_FORMULA = "=+-@＝＋－＠"  # noqa: RUF001 full-width forms start a formula too
_CONTROL = "\t\r\n"

INSIGHT_COLUMNS = (
    "insight", "code", "theme", "statement", "quote", "participant", "source", "kind", "time",
    "date", "intensity", "score", "quotable", "status", "analyst", "utterance", "start", "end",
)  # fmt: skip
CLAIM_COLUMNS = (
    "claim", "type", "text", "personas", "theme", "n", "of", "interval_low", "interval_high",
    "passages_for", "passages_against", "sources", "newest", "status", "analyst", "participants",
)  # fmt: skip
THEME_COLUMNS = (
    "theme", "code", "label", "definition", "criterion", "insights", "n", "of", "interval_low",
    "interval_high", "status", "analyst", "participants",
)  # fmt: skip

Cell = str | int | float


def render(document: StudyDocument) -> dict[str, str]:
    """Return the tables; status stands in a column, so rejected rows are kept and can be seen."""
    return {
        "insights.csv": table(INSIGHT_COLUMNS, _insight_rows(document)),
        "claims.csv": table(CLAIM_COLUMNS, _claim_rows(document)),
        "themes.csv": table(THEME_COLUMNS, map(_theme_row, document.themes)),
    }


def safe_cell(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet runs: text that looks like a formula gets a leading '.

    Source:
        OWASP, CSV Injection: = + - @, tab and line breaks start a formula in Excel and others.
    """
    if not isinstance(cell, str) or not cell:
        return cell
    starts = cell.lstrip()[:1]
    risky = cell[0] in _CONTROL or (starts and starts in _FORMULA)
    return f"'{cell}" if risky else cell


def table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a table as CSV that spreadsheets read as UTF-8 and run nothing of."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return BYTE_ORDER_MARK + out.getvalue()


def _insight_rows(document: StudyDocument) -> Iterable[Sequence[Cell]]:
    seats = {u.id: (source, u) for source in document.sources for u in source.utterances}
    labels = {insight: theme.label for theme in document.themes for insight in theme.insights}
    for insight in document.insights:
        yield _insight_row(insight, labels, seats)


def _insight_row(
    insight: Insight,
    labels: Mapping[str, str],
    seats: Mapping[str, tuple[Source, Utterance]],
) -> Sequence[Cell]:
    excerpt = insight.excerpt
    source, utterance = seats.get(excerpt.utterance, (None, None))
    return (
        insight.id, insight.code, labels.get(insight.id, ""), insight.statement, excerpt.quote,
        insight.participant, source.path if source else excerpt.source,
        source.kind if source else "", clock(excerpt.t_start),
        (utterance.date or "") if utterance else "", insight.intensity, round(insight.score, 4),
        "yes" if insight.quotable else "no", insight.status, insight.provenance.analyst,
        excerpt.utterance, excerpt.start, excerpt.end,
    )  # fmt: skip


def _claim_rows(document: StudyDocument) -> Iterable[Sequence[Cell]]:
    labels = {theme.id: theme.label for theme in document.themes}
    shown_in: dict[str, list[str]] = {}
    for persona in document.personas:
        for shown in _shown(persona):
            shown_in.setdefault(shown, []).append(persona.name)
    for claim in document.claims:
        yield _claim_row(claim, labels, shown_in.get(claim.id, []))


def _shown(persona: Persona) -> set[str]:
    """Return the ids of the claims that a persona shows."""
    slots = [slot for s in persona.journey for slot in (s.happens, s.asks, s.where, s.feels)]
    return set().union(*persona.fields.values(), persona.firmographics, *slots)


def _claim_row(claim: Claim, labels: Mapping[str, str], personas: Sequence[str]) -> Sequence[Cell]:
    return (
        claim.id, claim.type, claim.text, "; ".join(personas), labels.get(claim.theme or "", ""),
        claim.n, claim.of, *_shares(claim.interval), len(claim.supports), len(claim.opposes),
        "; ".join(f"{kind} {n}" for kind, n in claim.sources.items()), claim.age or "",
        claim.status, claim.provenance.analyst, " ".join(claim.participants),
    )  # fmt: skip


def _theme_row(theme: Theme) -> Sequence[Cell]:
    return (
        theme.id, theme.code, theme.label, theme.definition, theme.criterion, len(theme.insights),
        theme.n, theme.of, *_shares(theme.interval), theme.status, theme.provenance.analyst,
        " ".join(theme.participants),
    )  # fmt: skip


def _shares(interval: tuple[float, float]) -> tuple[float, float]:
    return round(interval[0], 4), round(interval[1], 4)
