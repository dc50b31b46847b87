"""`study.json`: the one lossless export, the same shape as `StudyDocument`."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from personagen.errors import PersonagenError
from personagen.models import StudyDocument

FILE = "study.json"


def render(document: StudyDocument) -> dict[str, str]:
    """Return the study written out, indented so that two versions can be compared by line."""
    return {FILE: document.model_dump_json(indent=2) + "\n"}


def load(path: Path) -> StudyDocument:
    """Return the study that a `study.json` holds.

    Raises:
        PersonagenError: the file is not a study of this version; the message says where.
    """
    try:
        return StudyDocument.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise PersonagenError(f"{path.name}: no such file", "Name a study.json.") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise PersonagenError(
            f"{path.name} is not a study of this version: {where}: {first['msg']}",
            "Export it again with this version of personagen.",
        ) from error
