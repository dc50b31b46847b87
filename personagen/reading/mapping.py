"""The `--map` file: which column plays which part."""

from __future__ import annotations

from typing import Literal, get_args

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
