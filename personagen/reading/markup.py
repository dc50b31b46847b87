"""Text out of the markup that shops, help desks and mail programs leave in a field."""

from __future__ import annotations

import html
import re

_BREAKS = re.compile(r"<(?:br|/p|/div|/li|/tr|/h\d)\s*/?>", re.I)
_TAGS = re.compile(
    r"<(/?)(p|div|span|b|i|u|em|strong|a|ul|ol|li|h\d|blockquote|font|br)(?:\s[^<>]*)?/?>", re.I
)
_NEEDS_END = frozenset("span b i u em strong a font h1 h2 h3 h4 h5 h6 blockquote".split())
_SUFFIX = "Review collected by and hosted on G2.com"
_WIKI = re.compile(
    r"\{(?:code|quote|noformat|panel|color)(?::[^{}\n]{0,80})?\}|^h[1-6]\.\s+|^bq\.\s+", re.M
)
_WIKI_BOLD = re.compile(r"(?<!\S)\*(\S[^*\n]*\S|\S)\*(?=[\s.,;:!?]|$)")
_QUOTED_HTML = (
    "blockquote, .gmail_quote, .yahoo_quoted, .moz-cite-prefix, .protonmail_quote, "
    ".gmail_signature, .moz-signature, #Signature, #divRplyFwdMsg, #appendonsend"
)
_INVISIBLE = "head, title, style, script, template"
_BLOCKS = ("p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol")
_LARGEST_HTML = 2_000_000
"""Characters; what is longer is no letter that a person wrote."""


def plain(text: str) -> str:
    """Return a cell without the markup that shops and help desks leave in it.

    Only formatting goes: `<script>` in a review, or a `<span>` that never ends, is what its author
    wrote.
    """
    text = text.strip()
    if "<" in text:
        ended = text.lower()
        text = _TAGS.sub(lambda tag: _tag(tag, ended), _BREAKS.sub("\n", text))
    if "&" in text:
        text = html.unescape(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.rstrip(" \n.").removesuffix(_SUFFIX) if _SUFFIX in text[-50:] else text
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    return "" if text in ("-", "--") else text


def _tag(tag: re.Match[str], text: str) -> str:
    name = tag[2].lower()
    lone = name in _NEEDS_END and not tag[1] and f"</{name}" not in text
    return tag[0] if lone else ""


def without_wiki(text: str) -> str:
    """Return a field without Jira's wiki markup; lists keep their stars."""
    if "{" not in text and "*" not in text and "." not in text[:4]:
        return text
    return _WIKI_BOLD.sub(r"\1", _WIKI.sub("", text)).strip()


def letter(markup: str) -> str:
    """Return what a person wrote in an HTML message: no quoted reply, no signature, no style."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(markup[:_LARGEST_HTML], "html.parser")
    rest = soup.select_one("#divRplyFwdMsg, #appendonsend")
    while rest is not None and (after := rest.find_next_sibling()) is not None:
        after.decompose()
    for tag in soup.select(f"{_INVISIBLE}, {_QUOTED_HTML}"):
        tag.decompose()
    # In HTML a line break is a blank; lines end where tags say so.
    for node in soup.find_all(string=True):
        node.replace_with(re.sub(r"\s+", " ", node))
    for tag in soup.find_all("br"):
        tag.replace_with("\n")
    for tag in soup.find_all(_BLOCKS):
        tag.append("\n")
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in soup.get_text().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
