"""The published shape of `study.json`, made from the nouns themselves."""

from __future__ import annotations

import json
from typing import Any

from personagen.models import SCHEMA_VERSION, StudyDocument

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def study_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of `study.json` as personagen writes it."""
    schema = StudyDocument.model_json_schema(mode="serialization")
    return {
        "$schema": DIALECT,
        "$id": f"urn:personagen:study:v{SCHEMA_VERSION}",
        **schema,
        "title": "personagen study",
    }


def study_schema_text() -> str:
    """Return the schema as it is published: indented, one newline at the end."""
    return json.dumps(study_schema(), indent=2, ensure_ascii=False) + "\n"
