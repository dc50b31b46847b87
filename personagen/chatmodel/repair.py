"""From what a model wrote to the object that was asked for: chatter off, brackets closed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

Output = TypeVar("Output", bound=BaseModel)

_FENCE = re.compile(r"```(?:json|JSON)?\s*(.*?)(?:```|\Z)", re.DOTALL)
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_TRAILING = re.compile(r",\s*([}\]])")
_MARKED = re.compile(r"\W*(?:s|sentence|no)?\W*\d{1,9}\W*", re.IGNORECASE)
_DEEPEST = 12
_KINDS = frozenset({"int", "str", "float", "bool"})
NO_OBJECT = "the answer is not in the form that was asked for (it holds no JSON object)"
LONGEST = 200_000
"""Characters read of one answer."""


class Unreadable(ValueError):
    """The text holds no such object; the message says why, without quoting the text."""


def read(text: str, output: type[Output]) -> Output:
    """Return the object in a model's answer.

    Raises:
        Unreadable: there is none that fits.
    """
    why = "the answer is empty" if not text.strip() else NO_OBJECT
    for data in _candidates(text[:LONGEST]):
        if not isinstance(data, dict | list):
            continue
        try:
            return output.model_validate(_fitted(data, output))
        except ValidationError as error:
            why = _in_words(error)
    raise Unreadable(why)


def _in_words(error: ValidationError) -> str:
    """Return what does not fit, in words that a person and a model understand."""
    first = error.errors()[0]
    names = [str(part) for part in first["loc"] if isinstance(part, str)]
    name = next((n for n in reversed(names) if n.isidentifier() and n not in _KINDS), "answer")
    match first["type"]:
        case "missing":
            return f"the answer has no {name!r}"
        case "literal_error":
            return f"its {name!r} is none of {first['ctx']['expected']}"
        case kind if kind.startswith("int"):
            return f"its {name!r} is no number"
        case kind if kind.startswith("string"):
            return f"its {name!r} is no text"
        case kind if kind.startswith("list"):
            return f"its {name!r} is no list"
        case _:
            return f"its {name!r} has another form than was asked for"


def _candidates(text: str) -> Iterator[Any]:
    """Yield what may be meant, the likeliest first."""
    text = _THOUGHT.sub("", text).strip()
    fenced = _FENCE.search(text)
    for piece in (text, fenced.group(1) if fenced else "", _from_first_bracket(text)):
        piece = piece.strip()
        if piece:
            yield from _parsed(piece)


def _parsed(piece: str) -> Iterator[Any]:
    for attempt in (piece, _TRAILING.sub(r"\1", piece), _closed(piece)):
        try:
            # `raw_decode` leaves chatter after the object alone.
            yield json.JSONDecoder(strict=False).raw_decode(attempt)[0]
            return
        except (ValueError, RecursionError):
            continue


def _from_first_bracket(text: str) -> str:
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    return text[min(starts) :] if starts else ""


def _closed(piece: str) -> str:
    """Return unfinished JSON, cut after its last whole value and closed."""
    stack: list[str] = []
    inside = escaped = False
    safe, closing = 0, ""
    for at, char in enumerate(piece):
        if inside:
            inside, escaped = (char != '"' or escaped), (char == "\\" and not escaped)
            continue
        if char == '"':
            inside = True
        elif char in "{[":
            stack.append("}" if char == "{" else "]")
        elif char in "}]" and stack:
            stack.pop()
            safe, closing = at + 1, "".join(reversed(stack))
        elif char == "," and stack:
            safe, closing = at, "".join(reversed(stack))
    return _TRAILING.sub(r"\1", piece[:safe] + closing) if safe else piece


def _fitted(data: Any, output: type[BaseModel]) -> Any:
    """Return data bent to the model where what is meant is clear: wrappers, enums, lists."""
    if isinstance(data, list):
        data = _as_only_list(data, output)
    if not isinstance(data, dict):
        return data
    inner = [v for v in data.values() if isinstance(v, dict)]
    if len(data) == 1 and inner and not set(data) & set(output.model_fields):
        data = inner[0]
    return {
        name: _value(data[name], field.annotation)
        for name, field in output.model_fields.items()
        if name in data
    }


def _as_only_list(data: list[Any], output: type[BaseModel]) -> Any:
    """Return a bare list as the one list field of the model."""
    lists = [n for n, f in output.model_fields.items() if get_origin(f.annotation) in (list, tuple)]
    if lists:
        return {lists[0]: data}
    return data[0] if data else {}


def _value(value: Any, kind: Any, depth: int = 0) -> Any:
    origin = get_origin(kind)
    if depth > _DEEPEST:
        return value
    if origin in (list, tuple):
        items = value if isinstance(value, list) else [value]
        return _items(items, get_args(kind)[0], depth + 1)
    if origin is Literal:
        return _choice(value, get_args(kind))
    if kind is int:
        return _number(value)
    if kind is str and isinstance(value, int | float):
        return str(value)
    if origin is UnionType:
        return _number(value) if _only_number(value) else value
    if isinstance(kind, type) and issubclass(kind, BaseModel) and isinstance(value, Mapping):
        return _fitted(dict(value), kind)
    return value


def _items(items: list[Any], kind: Any, depth: int) -> list[Any]:
    """Return the items that fit; one bad line of a list does not spoil the others."""
    fitted = [_value(item, kind, depth) for item in items]
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return [one for one in fitted if one is not None]
    kept = []
    for one in fitted:
        try:
            kept.append(kind.model_validate(one))
        except ValidationError:
            continue
    # A list of which nothing fits is no empty list.
    return kept if kept or not items else fitted


def _choice(value: Any, allowed: tuple[Any, ...]) -> Any:
    """Return the allowed value that is clearly meant: `Pain points` for `pain_point`."""
    if not isinstance(value, str) or value in allowed:
        return value
    plain = re.sub(r"[^a-z]+", "_", value.lower()).strip("_")
    words = [str(a) for a in allowed]
    close = get_close_matches(plain, words, n=1, cutoff=0.8)
    return close[0] if close else value


def _only_number(value: Any) -> bool:
    """Return whether a text is a number with marks around it, and no words: `[S3]` for 3."""
    return not isinstance(value, str) or _MARKED.fullmatch(value) is not None


def _number(value: Any) -> Any:
    """Return the number in `"S3"`, `"3."` or `3.0`."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and (found := re.search(r"-?\d{1,9}", value)):
        return int(found.group())
    return value
