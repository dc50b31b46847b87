"""How a reading was put right, kept in a file for the next one: `--save-map` and `--map`."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from personagen.errors import UsageError
from personagen.models import Role, SourceKind
from personagen.reading.base import Reading, ReadOptions
from personagen.reading.labels import ANSWERERS, ASKERS
from personagen.reading.mapping import PARTS

_TABLES = ("columns", "speakers", "roles")
_KEYS = ("kind", "encoding", "interviewers", *_TABLES)
_EXAMPLE = 'Write [columns] and lines like "Comment" = "text".'


def read_corrections(path: Path) -> ReadOptions:
    """Return the corrections in a TOML file; every part of it may be left out, but not all.

    ```toml
    kind = "survey"
    interviewers = ["Dana Okafor"]

    [columns]
    "What would you change?" = "text"
    "Customer no." = "person"

    [speakers]
    "Speaker 2" = "P04"

    [roles]
    "Speaker 1" = "interviewer"
    ```

    Raises:
        UsageError: the file is missing, is no TOML, or names an unknown part, kind or role.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path}: can't be opened", "Check the path after --map.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: it is no TOML ({error})", _EXAMPLE) from error
    if not any(content.get(key) for key in _KEYS):
        raise UsageError(f"{path}: it has no [columns] table", _EXAMPLE)
    strange = set(content) - set(_KEYS)
    if strange:
        raise UsageError(f"{path}: it has no use for {min(strange)!r}", f"Use: {', '.join(_KEYS)}.")
    return ReadOptions(
        kind=_one_of(path, "kind", content.get("kind"), get_args(SourceKind)),
        mapping=_table(path, content, "columns", PARTS),
        interviewers=_names(path, content.get("interviewers", [])),
        speakers=_table(path, content, "speakers", None),
        roles=_table(path, content, "roles", get_args(Role)),
        encoding=content.get("encoding"),
    )


def _one_of(path: Path, what: str, value: Any, allowed: tuple[str, ...]) -> Any:
    if value is not None and value not in allowed:
        raise UsageError(f"{path}: {value!r} is no {what}", f"Use one of: {', '.join(allowed)}.")
    return value


def _table(path: Path, content: dict[str, Any], name: str, allowed: tuple[str, ...] | None) -> Any:
    table = content.get(name, {})
    if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
        raise UsageError(f"{path}: [{name}] is no table of words", _EXAMPLE)
    for key, value in table.items():
        if allowed is not None and value not in allowed:
            what = "part" if name == "columns" else "role"
            raise UsageError(
                f"{path}: {key!r} is mapped to {value!r}, which is no {what}",
                f"Use one of: {', '.join(allowed)}.",
            )
    return table


def _names(path: Path, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise UsageError(f"{path}: interviewers is no list", 'Write interviewers = ["Dana"].')
    return tuple(value)


def together(saved: ReadOptions, given: ReadOptions) -> ReadOptions:
    """Return saved corrections with those of this call laid over them."""
    return ReadOptions(
        kind=given.kind or saved.kind,
        mapping=saved.mapping | given.mapping,
        interviewers=given.interviewers or saved.interviewers,
        speakers=saved.speakers | given.speakers,
        roles=saved.roles | given.roles,
        encoding=given.encoding or saved.encoding,
    )


def corrections_of(reading: Reading, options: ReadOptions) -> ReadOptions:
    """Return what was given and what was found, as it would be given for the next file."""
    found = tuple(s.name for s in reading.speakers if s.role == "interviewer")
    return ReadOptions(
        kind=reading.kind,
        mapping=dict(reading.columns),
        interviewers=options.interviewers or found,
        speakers=options.speakers,
        roles=options.roles,
        encoding=options.encoding,
    )


def for_any_file(corrections: ReadOptions) -> ReadOptions:
    """Return the corrections without what holds for one file alone: who of it is which person.

    Roles stay where the label names no participant: those who ask, and `Speaker 1` or `Guest`.
    """
    roles = {
        label: role
        for label, role in corrections.roles.items()
        if role != "participant" or _is_anybody(label)
    }
    return corrections.model_copy(update={"speakers": {}, "roles": roles})


def _is_anybody(label: str) -> bool:
    word = label.casefold().strip("0123456789 .#:-_")
    return word in ASKERS | ANSWERERS | {"speaker", "sprecher", "orateur", "voice", "unknown"}


def write_corrections(path: Path, corrections: ReadOptions) -> None:
    """Write corrections so that `read_corrections` gives them back.

    Raises:
        UsageError: the file can't be written.
    """
    lines = []
    for key in ("kind", "encoding"):
        if value := getattr(corrections, key):
            lines.append(f"{key} = {_quoted(value)}")
    if corrections.interviewers:
        lines.append(f"interviewers = [{', '.join(map(_quoted, corrections.interviewers))}]")
    lines += _lines("columns", corrections.mapping)
    lines += _lines("speakers", corrections.speakers)
    lines += _lines("roles", corrections.roles)
    try:
        path.write_text("\n".join(lines).lstrip("\n") + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: can't be written", "Check the path.") from error


def _lines(name: str, table: Mapping[str, str]) -> list[str]:
    pairs = [f"{_quoted(key)} = {_quoted(value)}" for key, value in table.items()]
    return ["", f"[{name}]", *pairs] if pairs else []


def _quoted(text: str) -> str:
    """A JSON string is a TOML string, but for one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
