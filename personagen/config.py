"""What the user says of a study in its own files: `study.toml` and `codebook.toml`."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from personagen.errors import UsageError
from personagen.models import CodebookEntry, Model, Product, StudyQuestion

STUDY_FILE = "study.toml"
CODEBOOK_FILE = "codebook.toml"
PRIVACY_FILE = "privacy.toml"

Noun = TypeVar("Noun", bound=Model)

_STUDY = """\
# What this study is about. Everything here may stay empty; a message that lacks a product fact
# leaves a marked blank instead of inventing one.

[study]
# What you want to find out, as one sentence.
question = {question}

[product]
# The product's name, as customers know it.
name = {name}
# What it does, a line each: "Matches invoices to payments overnight"
does = {does}
# What proves it, a line each: "Used by 40 accounting teams"
proof = {proof}
"""
NEW_STUDY = _STUDY.format(question='""', name='""', does="[]", proof="[]")


class StudyFacts(NamedTuple):
    """What `study.toml` says."""

    study: StudyQuestion
    product: Product


def read_facts(folder: Path) -> StudyFacts:
    """Return what `study.toml` in the folder says; empty facts where there is no such file.

    Raises:
        UsageError: the file isn't TOML, or a key is unknown or of the wrong type.
    """
    path = folder / STUDY_FILE
    tables = _load(path)
    for name in tables:
        if name not in StudyFacts._fields:
            raise UsageError(f"{path.name}: unknown key {name!r}", "Known: [study], [product].")
    return StudyFacts(
        _parse(StudyQuestion, tables.get("study", {}), path, "study"),
        _parse(Product, tables.get("product", {}), path, "product"),
    )


class PrivacySettings(Model):
    """What `privacy.toml` says of a study; the file may be missing."""

    organisations: tuple[str, ...] = ()
    """Names of firms to be masked, too."""
    keep_until: date | None = None
    """The day after which `personagen status` asks whether the study may still be kept."""
    key_file: str = ""
    """Where the key of the vault lies, outside the study; by default the keyring."""


def read_privacy(folder: Path) -> PrivacySettings:
    """Return what `privacy.toml` in the folder says; the defaults where there is none.

    Raises:
        UsageError: the file isn't TOML, or a key is unknown or of the wrong type.
    """
    path = folder / PRIVACY_FILE
    return _parse(PrivacySettings, _load(path), path, "privacy")


def write_facts(folder: Path, facts: StudyFacts) -> None:
    """Write down what `read_facts` returns, whole or not at all; comments of one's own are lost."""
    # A JSON string without a delete character is a TOML string.
    plain = {**facts.study.model_dump(), **facts.product.model_dump()}
    values = {n: json.dumps(v, ensure_ascii=False).replace("\x7f", "") for n, v in plain.items()}
    draft = folder / f".{STUDY_FILE}.part"
    draft.write_text(_STUDY.format(**values), encoding="utf-8")
    draft.replace(folder / STUDY_FILE)


def read_codebook(folder: Path) -> tuple[CodebookEntry, ...]:
    """Return the codebook of the study in the folder: the default, overruled by the study's own.

    Raises:
        UsageError: the study's `codebook.toml` isn't TOML, or a key is unknown or of the
            wrong type.
    """
    codebook = _load(Path(__file__).with_name(CODEBOOK_FILE))
    path = folder / CODEBOOK_FILE
    for code, entry in _load(path).items():
        if code not in codebook:
            raise UsageError(
                f"{path.name}: unknown code {code!r}", f"Known: {', '.join(codebook)}."
            )
        if not isinstance(entry, dict):
            raise UsageError(f"{path.name}: {code!r} is not a table", f"Write [{code}].")
        codebook[code] |= entry
    return tuple(
        _parse(CodebookEntry, {"code": code, **entry}, path, code)
        for code, entry in codebook.items()
    )


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name}: not valid TOML: {error}", "Put it right.") from error


def _parse(model: type[Noun], table: object, path: Path, name: str) -> Noun:
    try:
        return model.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, (name, *first["loc"])))
        if first["type"] == "extra_forbidden":
            known = ", ".join(model.model_fields)
            raise UsageError(f"{path.name}: unknown key {key!r}", f"Known: {known}.") from error
        raise UsageError(f"{path.name}: {key!r}: {first['msg']}", "Put it right.") from error
