"""The `--map` file: which column plays which part."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal, get_args

from personagen.errors import UsageError

Part = Literal[
    "text",
    "title",
    "pros",
    "cons",
    "reply",
    "id",
    "person",
    "author",
    "email",
    "name",
    "speaker",
    "role",
    "question",
    "date",
    "time",
    "rating",
    "attribute",
    "ignored",
]
"""What a column can be:

- `text`: open text in the person's own words; each cell is coded, with the header as its question.
- `title`, `pros`, `cons`: parts of a review; coded, and known as what they are.
- `reply`: words of staff or a machine; kept as context, never coded.
- `id`: the row's own id (review, ticket, response).
- `person`, `email`: who wrote it; equal values are the same person over the whole study.
- `author`: id of who wrote the row, where `person` is whose ticket it is; others' rows are staff's.
- `name`: what the person is called; masked, never proof of identity.
- `speaker`: who speaks in a transcript's row; `time`: when in the recording.
- `role`: whether a row is a customer's, an agent's or a bot's; `question`: what the row answers.
- `date`: day of writing. `rating`: stars or a score; kept as an attribute.
- `attribute`: closed answers (role, plan, country, …) that describe the person.
- `ignored`: left out.
"""

PARTS: tuple[str, ...] = get_args(Part)


def read_mapping(path: Path) -> dict[str, str]:
    """Return column header → part from a TOML file with a `[columns]` table.

    ```toml
    [columns]
    "What would you change?" = "text"
    "Customer no." = "person"
    ```

    Raises:
        UsageError: the file is missing, is no TOML, or names an unknown part.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path}: can't be opened", "Check the path after --map.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path}: it is no TOML ({error})", 'Write [columns] and lines like "Comment" = "text".'
        ) from error
    columns = content.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise UsageError(
            f"{path}: it has no [columns] table", 'Write [columns], then "Comment" = "text".'
        )
    for header, part in columns.items():
        if part not in PARTS:
            raise UsageError(
                f"{path}: {header!r} is mapped to {part!r}, which is no part",
                f"Use one of: {', '.join(PARTS)}.",
            )
    return {str(header): str(part) for header, part in columns.items()}
