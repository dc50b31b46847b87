"""JSON and JSON Lines: a file that is meant to be JSON is never read as plain text."""

from __future__ import annotations

import ast
import json
import re
import warnings
from typing import Any

from personagen.errors import ReadingError
from personagen.reading.limits import LARGEST_JSON

_MEANT = re.compile(r"""\s*(\{\s*"|\[\s*(\{|\[|"[^"\n]*"\s*,)|\{\s*\}|\[\s*\])""")


def documents(text: str, name: str) -> tuple[Any, ...] | None:
    """Return the documents in `text`: one, or one a line; None where it is no JSON.

    Raises:
        ReadingError: it is meant to be JSON and is broken.
    """
    named = name.lower().endswith((".json", ".jsonl", ".ndjson"))
    head = text.lstrip()[:1]
    if not named and head not in ("{", "["):
        return None
    if len(text) > LARGEST_JSON and "\n" not in text.strip()[:LARGEST_JSON]:
        raise ReadingError(
            f"{name}: its JSON is one document of {len(text) // 1024**2} MB", "Export it in parts."
        )
    try:
        return (json.loads(text),)
    except RecursionError as error:
        raise ReadingError(f"{name}: its JSON is nested too deep", "Export it flatter.") from error
    except ValueError as error:
        lines = _lines(text)
        if lines is not None:
            return lines
        if not named and not _MEANT.match(text):
            return None
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise ReadingError(f"{name}: its JSON is broken{where}", "Export it again.") from error


def _lines(text: str) -> tuple[Any, ...] | None:
    found = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        try:
            found.append(json.loads(line))
        except RecursionError:
            return None
        except ValueError:
            literal = _literal(line)
            if literal is None:
                return None
            found.append(literal)
    return tuple(found) if found and all(isinstance(one, dict) for one in found) else None


_LONGEST_LITERAL = 200_000


def _literal(line: str) -> dict[str, Any] | None:
    """Return the record in a line that is written in Python, as Amazon's reviews of 2014 are."""
    if not line.lstrip().startswith("{'") or len(line) > _LONGEST_LITERAL:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes in what people wrote
            found = ast.literal_eval(line.strip())
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None
    return found if isinstance(found, dict) and all(isinstance(key, str) for key in found) else None


def shortened(value: object) -> str:
    """Return a JSON scalar as the text of a cell; nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
