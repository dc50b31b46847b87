"""Questions in bold over plain answers, as interviews are written up: `**What do you do?**`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from personagen.reading.heads import Head, Line

_BOLD = re.compile(r"(\*\*|__)(?P<said>[^*_\s][^*\n]{1,300}?)(?:\*\*|__)\s*(?P<rest>.*)$")
_LEAST = 2
"""Questions that make a text an interview."""
_ASKED = 0.6
"""Share of what is bold that ends in a question mark; the rest are `**Tell me about it.**`."""


def questions_in_bold(lines: Sequence[Line]) -> tuple[list[Line], dict[int, Head]]:
    """Return the lines of such an interview, and where questions and answers open.

    A question and its answer on one line become two lines. Both are empty where the text is no
    such interview: fewer than two questions, or questions without answers.
    """
    bold = [_BOLD.match(line.text) for line in lines]
    said = [hit["said"].rstrip(" *_") for hit in bold if hit]
    asked = sum(text.endswith("?") for text in said)
    if asked < _LEAST or asked < _ASKED * len(said):
        return [], {}
    found: list[Line] = []
    heads: dict[int, Head] = {}
    answered, open_question = 0, False
    for line, hit in zip(lines, bold, strict=True):
        if hit:
            heads[len(found)] = Head("Q", hit["said"].strip(), None)
            found.append(Line(line.text[: hit.start("rest")].rstrip(), line.start))
            open_question = True
            if not hit["rest"].strip():
                continue
            line = Line(hit["rest"], line.start + hit.start("rest"))
        if open_question and line.text.strip():
            heads[len(found)] = Head("A", line.text.strip(), None)
            answered, open_question = answered + 1, False
        found.append(line)
    return (found, heads) if 2 * answered > len(said) else ([], {})
