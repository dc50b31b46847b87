"""JSON and JSON Lines that hold a list of records: reviews, answers, tickets without threads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from personagen.reading.files import Format, Parsed, RawFile
from personagen.reading.headers import Row, Table
from personagen.reading.jsontext import shortened
from personagen.reading.limits import check_table
from personagen.reading.tables import parse_table

_DEEPEST = 4


def _sniff(file: RawFile) -> bool:
    return file.json is not None


def _parse(file: RawFile) -> Parsed:
    if any(map(_is_persona, file.json or ())):
        raise file.refuse(
            "it is a persona that another program wrote: nobody said its sentences",
            "Import what people said: interviews, reviews, tickets or answers.",
        )
    records = _records(file.json or ())
    if not records:
        raise file.refuse(
            "its JSON holds no list of records",
            "Give a list of objects, each a review, ticket or answer, or export it as .csv.",
        )
    flat = [_flat(record) for record in records if not _is_app(record)]
    if not flat or _is_empty_feed(file.json or ()):
        raise file.refuse(
            "it is a feed of reviews that holds none", "Choose another country or page."
        )
    headers = list(dict.fromkeys(key for record in flat for key in record))
    check_table(file, len(flat), len(headers))
    rows = [
        Row(number, [record.get(key, "") for key in headers])
        for number, record in enumerate(flat, 1)
    ]
    table = Table(headers, [key.rsplit(".", 1)[-1] for key in headers], rows, [])
    return parse_table(file, table, "json", list(file.decoded.warnings))


def _is_persona(document: Any) -> bool:
    """TinyTroupe's agents and fragments, character cards: sentences that nobody said."""
    if not isinstance(document, dict):
        return False
    card = str(document.get("spec", "")).startswith("chara_card")
    agent = document.get("type") in ("TinyPerson", "Fragment") and "persona" in document
    return card or agent


def _records(documents: tuple[Any, ...]) -> list[dict[str, Any]]:
    if len(documents) > 1:
        return [one for one in documents if isinstance(one, dict)]
    best: list[dict[str, Any]] = []
    for found in _lists(documents[0] if documents else None, 0):
        if len(found) > len(best):
            best = found
    if not best and documents and isinstance(documents[0], dict):
        only = documents[0]
        entry = only.get("feed", {}).get("entry") if isinstance(only.get("feed"), dict) else None
        return [entry] if isinstance(entry, dict) else [only]
    return best


def _lists(value: Any, depth: int) -> Iterator[list[dict[str, Any]]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        records = [one for one in value if isinstance(one, dict)]
        if records and len(records) == len(value):
            yield records
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _lists(inner, depth + 1)


def _is_empty_feed(documents: tuple[Any, ...]) -> bool:
    """The App Store answers a page without reviews with the feed's own data."""
    feed = documents[0].get("feed") if documents and isinstance(documents[0], dict) else None
    return isinstance(feed, dict) and "title" in feed and not feed.get("entry")


def _is_app(record: dict[str, Any]) -> bool:
    """The first entry of an older App Store feed is the app itself."""
    return "im:name" in record and "im:rating" not in record


def _flat(record: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            if value.get("label") and not isinstance(value["label"], (dict, list)):
                flat[name] = shortened(value["label"])
            elif depth < 2 and key != "link":
                flat |= _flat(value, f"{name}.", depth + 1)
        elif isinstance(value, list):
            scalars = [shortened(one) for one in value if not isinstance(one, (dict, list))]
            flat[name] = "; ".join(scalars)
        else:
            flat[name] = shortened(value)
    return flat


FORMAT = Format("json", _sniff, _parse)
