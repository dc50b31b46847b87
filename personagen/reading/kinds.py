"""What a table is about: reviews, tickets, answers or contacts, by its headers and name."""

from __future__ import annotations

import re
from collections.abc import Collection

from personagen.models import SourceKind
from personagen.reading.columns import words_of
from personagen.reading.headers import Table
from personagen.reading.synonyms import CONTACT

_TICKET = re.compile(
    r"\b(ticket|issue key|case ?number|case ?id|requester|conversation|resolution|assignee|agent)\b"
)
_REVIEW = re.compile(
    r"\b(reviews?|stars?|star rating|rating|reviewer|verified|pros|cons|developer reply|"
    r"app version|helpful vote|company response|thumbs up|nickname|sterne|calificación)\b"
)
_SURVEY = re.compile(
    r"\b(respondent|response id|responseid|nps|recommend|survey|submit date|collector|timestamp|"
    r"started|submitted|recorded date|segment)\b"
)
_IN_NAME: dict[SourceKind, str] = {
    "review": "review",
    "ticket": "ticket",
    "survey": "survey",
    "crm": "contact|lead|crm|customer.?list|account",
}
_SPOKEN = {"title", "text", "pros", "cons"}
_KNOWN = {"email", "person", "name", "id"}


def kind_of(table: Table, parts: Collection[str], name: str) -> SourceKind | None:
    """Return what a table most likely is; None where nothing tells.

    Args:
        table: With one header a column.
        parts: What its columns were found to be.
        name: The file's.
    """
    if table.tool or "question" in parts:
        return "survey"
    scores = _scores(table, parts, name)
    if not _SPOKEN & set(parts):
        scores["crm"] += 2 if _KNOWN & set(parts) else -100
        scores["review"] = scores["ticket"] = 0
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] > 0 else None


def _scores(table: Table, parts: Collection[str], name: str) -> dict[SourceKind, int]:
    headers = " | ".join(words_of(header) for header in (*table.headers, *table.codes))
    asked = sum(header.endswith("?") for header in table.headers)
    scores: dict[SourceKind, int] = {
        "ticket": 2 * len(set(_TICKET.findall(headers))) + 2 * ("role" in parts),
        "review": 2 * len(set(_REVIEW.findall(headers)))
        + ("pros" in parts)
        + 2 * ({"rating", "title"} <= set(parts)),
        "survey": len(set(_SURVEY.findall(headers)))
        + 2 * asked
        + 2 * sum("how likely" in header.lower() for header in table.headers),
        "crm": 2 * len(set(CONTACT.findall(headers))),
    }
    if re.search(r"nps|respons|answers|feedback", name, re.I):
        scores["survey"] += 2
    for kind, words in _IN_NAME.items():
        scores[kind] += 2 * bool(re.search(words, name, re.I))
    if "rating" in parts or ("date" in parts and "text" in parts):
        scores["crm"] -= 2
    return scores
