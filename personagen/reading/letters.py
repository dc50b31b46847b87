"""One e-mail message: its headers decoded, its body as its author wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parseaddr, parsedate_to_datetime
from typing import NamedTuple

from personagen.reading.markup import letter as html_letter
from personagen.reading.replies import own_words

_DEEPEST = 20
_ID = re.compile(r"<[^<>\s]+>")
_MACHINE_PRECEDENCE = {"bulk", "junk", "auto_reply"}


class Letter(NamedTuple):
    """What counts of one message."""

    id: str
    refers_to: tuple[str, ...]
    """Ids of earlier messages, oldest first."""
    name: str
    """The sender's display name; empty where there is none."""
    address: str
    """Lower case."""
    to: tuple[str, ...]
    """Addresses it was sent to (not copies), lower case."""
    subject: str
    sent: str | None
    """ISO 8601, as the sender's clock had it."""
    text: str
    automatic: bool
    """Whether its headers say that a machine wrote it."""
    attachments: int


def letter_of(raw: bytes) -> Letter:
    """Return a message; what is malformed in it is left empty, nothing is raised."""
    # The old policy: the new one raises on headers that real mail has.
    message = message_from_bytes(raw)
    name, address = parseaddr(_raw(message, "From"))
    sent_to = getaddresses([_raw(message, "To")])
    flowing = _raw(message, "In-Reply-To") + " " + _raw(message, "References")
    return Letter(
        id=next(iter(_ID.findall(_raw(message, "Message-ID"))), ""),
        refers_to=tuple(dict.fromkeys(_ID.findall(flowing))),
        name=_decoded(name),
        address=address.strip().lower() if "@" in address else "",
        to=tuple(a.strip().lower() for _, a in sent_to if "@" in a),
        subject=_decoded(_raw(message, "Subject")),
        sent=_sent(_raw(message, "Date")),
        text=_body(message),
        automatic=_is_automatic(message),
        attachments=sum(_is_attachment(part) for part in _leaves(message)),
    )


def _raw(message: Message, name: str) -> str:
    value = message.get(name)
    return re.sub(r"\s*[\r\n]+\s*", " ", str(value)) if value is not None else ""


def _decoded(value: str) -> str:
    """Return a header without encoded words; each in its own character set."""
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):
        return value.strip()
    text = "".join(
        part if isinstance(part, str) else _text(part, charset or "ascii")
        for part, charset in parts
    )
    return re.sub(r"\s+", " ", text).strip(' "')


def _text(data: bytes, charset: str) -> str:
    """Decode with the declared character set, else UTF-8, else Windows-1252.

    What is declared as Latin-1 or ASCII is Windows-1252 in practice (WHATWG Encoding Standard).
    """
    told = charset.lower().strip("\"' ")
    western = told in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii", "")
    for codec in ("utf-8", "cp1252") if western else (told, "utf-8", "cp1252"):
        if western and codec == "utf-8" and told.startswith(("iso", "latin")):
            continue
        try:
            return data.decode(codec)
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


def _sent(value: str) -> str | None:
    try:
        return parsedate_to_datetime(value).isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _is_automatic(message: Message) -> bool:
    submitted = _raw(message, "Auto-Submitted").lower()
    return (
        (bool(submitted) and not submitted.startswith("no"))
        or _raw(message, "Precedence").strip().lower() in _MACHINE_PRECEDENCE
        or bool(message.get("X-Autoreply") or message.get("X-Autorespond"))
        or message.get_content_type() in ("multipart/report", "message/delivery-status")
    )


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    """Return the parts that hold something; forwarded messages are not opened."""
    payload = message.get_payload()
    if not message.get_content_type().startswith("multipart/") or not isinstance(payload, list):
        yield message
    elif depth < _DEEPEST:
        for part in payload:
            if isinstance(part, Message):
                yield from _leaves(part, depth + 1)


def _is_attachment(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _body(message: Message) -> str:
    """Prefer plain text, else HTML; never both, for one is the other's copy."""
    texts, pages = [], []
    for part in _leaves(message):
        if _is_attachment(part):
            continue
        if part.get_content_type() == "text/plain":
            texts.append(_flowed(part, _content(part)))
        elif part.get_content_type() == "text/html":
            pages.append(_content(part))
    written = own_words("\n\n".join(texts))
    return written or own_words("\n\n".join(html_letter(page) for page in pages))


def _content(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    text = _text(data, part.get_content_charset() or "ascii")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _flowed(part: Message, text: str) -> str:
    """Join the lines of `format=flowed` (RFC 3676) that end in a blank."""
    if str(part.get_param("format") or "").lower() != "flowed":
        return text
    glue = str(part.get_param("delsp") or "").lower() == "yes"
    lines: list[str] = []
    flows = False
    for line in text.split("\n"):
        line = line.removeprefix(" ")
        if flows and not line.startswith(">"):
            lines[-1] = (lines[-1].rstrip(" ") if glue else lines[-1]) + line
        else:
            lines.append(line)
        flows = line.endswith(" ") and line != "-- " and not line.startswith(">")
    return "\n".join(lines)
