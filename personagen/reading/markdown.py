"""Markdown's own signs, taken out of what people said."""

from __future__ import annotations

import re

_LABEL = re.compile(
    r"^\s*(?:\*\*|__)[^*_\n]{1,60}:\s?(?:\*\*|__)|^\s*(?:\*\*|__)[^*_\n]{1,60}(?:\*\*|__):", re.M
)
_LINK = re.compile(r"!?\[([^\[\]\n]{1,300})\]\((?:https?://|mailto:|/|#)[^()\s]{0,2000}\)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,300}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*\n]{1,300}?)(?<=[^\s*\\])\*(?![\w*])")
_UNDERLINE = re.compile(r"(?<![\w\\])_(?=[^\s_])([^_\n]{1,300}?)(?<=[^\s_\\])_(?!\w)")


def is_markdown(name: str, text: str) -> bool:
    """Return whether a transcript is written in Markdown: by its bold labels, else by its name."""
    return len(_LABEL.findall(text[:200_000])) >= 2 or name.lower().endswith((".md", ".markdown"))


def plain(text: str) -> str:
    r"""Return the words without links, emphasis and escapes; `\[laughs\]` gives `[laughs]`."""
    for pattern, kept in (
        (_LINK, r"\1"),
        (_STRONG, r"\2"),
        (_EMPHASIS, r"\1"),
        (_UNDERLINE, r"\1"),
        (_ESCAPE, r"\1"),
    ):
        text = pattern.sub(kept, text)
    return text
