"""The one door that outgoing bytes pass: nothing leaves unseen.

Every client that talks to a model's server is made here. What goes out is first written to
`egress.log` in the study's folder: when, to which host, for what purpose, how many tokens, the
SHA-256 of the bytes and, where the user asks for it, the text. A study whose names were kept
refuses every host but this machine, unless the user said otherwise; that, too, is logged.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from personagen.errors import EgressError

if TYPE_CHECKING:
    import httpx2

LOG = "egress.log"
TEXT_SETTING = "PERSONAGEN_EGRESS_TEXT"
"""Environment variable; `1` writes the text of what goes out into the log, too."""

_Value = str | int | bool


class Purpose(NamedTuple):
    """What a request is for."""

    what: str
    """`code`, `name themes` …"""
    tokens: int
    """Tokens that go out, as counted before."""


class Rules(NamedTuple):
    """What may leave."""

    unmasked: bool = False
    """Something in the study was imported with its names."""
    send_unmasked: bool = False
    """The user said that it may leave all the same."""
    log_text: bool = False
    """Write the text of what goes out into the log."""


DEFAULT = Rules()

_purpose: ContextVar[Purpose] = ContextVar("purpose")


@contextmanager
def purpose(what: str, tokens: int) -> Iterator[None]:
    """Say what the requests sent inside the block are for."""
    token = _purpose.set(Purpose(what, tokens))
    try:
        yield
    finally:
        _purpose.reset(token)


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine: `localhost`, `127.0.0.0/8`, `::1`."""
    bare = host.strip("[]").rstrip(".").lower()
    if bare == "localhost":
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def host_of(url: str) -> str:
    """Return the host of a URL; empty where it names none."""
    return urlsplit(url).hostname or ""


class Door:
    """Lets requests of one study out, or not, and writes each down."""

    def __init__(self, folder: Path | None, rules: Rules = DEFAULT) -> None:
        """Open the door.

        Args:
            folder: The study's; None writes no log, for what belongs to no study.
            rules: What may leave.
        """
        self._log = folder / LOG if folder else None
        asked = os.environ.get(TEXT_SETTING, "") not in {"", "0"}
        self._rules = rules._replace(log_text=rules.log_text or asked)
        self._lock = threading.Lock()
        self._clients: list[httpx2.Client] = []

    def require(self, host: str) -> None:
        """Refuse a host that nothing of this study may be sent to.

        Raises:
            EgressError: the study holds names, and the host is not this machine.
        """
        if self._rules.unmasked and not self._rules.send_unmasked and not is_loopback(host):
            raise EgressError(
                f"This study was imported with its names, which may not be sent to {host!r}",
                "Import it again without --no-redact, use a model on this machine, "
                "or say --send-unmasked.",
            )

    def client(self, timeout: float, deadline: float) -> httpx2.Client:
        """Return a client whose every request passes this door.

        Args:
            timeout: Seconds without a byte after which a request is given up.
            deadline: Seconds after which an answer that still drips is given up.
        """
        from personagen.egress.wire import client

        made = client(self.let_out, timeout, deadline)
        self._clients.append(made)
        return made

    def no_way(self) -> httpx2.AsyncClient:
        """Return an asynchronous client that sends nothing: what takes two gets this one, too."""
        from personagen.egress.wire import shut

        return shut()

    def close(self) -> None:
        """Close the connections of every client made here."""
        while self._clients:
            self._clients.pop().close()

    def let_out(self, host: str, path: str, body: bytes) -> None:
        """Write a request down, or refuse it; called before its first byte leaves.

        Raises:
            EgressError: it may not leave.
        """
        try:
            self.require(host)
        except EgressError:
            self._write(host, path, body, {"refused": True})
            raise
        self._write(host, path, body, {})

    def _write(self, host: str, path: str, body: bytes, more: dict[str, _Value]) -> None:
        if self._log is None:
            return
        what = _purpose.get(Purpose("not said", 0))
        line: dict[str, _Value] = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "host": host,
            "path": path,
            "purpose": what.what,
            "tokens": what.tokens,
            "bytes": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
            **more,
        }
        if self._rules.unmasked:
            line["unmasked"] = True
        if self._rules.log_text:
            line["text"] = body.decode("utf-8", "replace")
        with self._lock, self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
