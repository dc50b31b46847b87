"""Who may come in: only this computer, or people with a password; and nothing goes out."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from personagen.errors import UsageError

POLICY = "; ".join(
    (
        "default-src 'self'",
        # Gradio compiles its components' templates and scripts in the browser.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "object-src 'none'",
    )
)
_HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


def is_loopback(host: str) -> bool:
    """Return whether a host is this computer alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class OnlyHere:
    """Refuses what was meant for another host or comes from another site; forbids going out.

    A web page in the same browser can send requests to this computer, and a name that it owns can
    point here: neither gets past the check of `Host` and `Origin`.
    """

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._names = _LOCAL_NAMES | {host} if is_loopback(host) else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = self._refusal(Headers(scope=scope))
        if refused:
            await PlainTextResponse(refused, status_code=403)(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, guarded)

    def _refusal(self, headers: Headers) -> str:
        host, origin = headers.get("host", ""), headers.get("origin")
        if self._names is not None and urlsplit(f"//{host}").hostname not in self._names:
            return "This review room answers only at 127.0.0.1 and localhost."
        if origin is not None and urlsplit(origin).netloc != host:
            return "This review room takes no requests from other sites."
        return ""


class Users:
    """Who may come in, out of a file with a line `name:hash` each; argon2 made the hashes."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._hashes = _read(file)
        if not self._hashes:
            raise UsageError(
                f"{file}: nobody in it", f"Add someone: personagen users add NAME --auth {file}"
            )

    def check(self, name: str, password: str) -> bool:
        """Return whether the password is this person's; as slow where there is no such person."""
        from argon2 import PasswordHasher
        from argon2.exceptions import InvalidHashError, VerificationError

        known = self._hashes.get(name)
        try:
            return PasswordHasher().verify(known or _NOBODY, password) and known is not None
        except (VerificationError, InvalidHashError):
            return False


# The hash of a random word that is kept nowhere: checking against it costs what a real check does.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$"
    "c29tZXRoaW5nIHNhbHR5ISE$0eLkGyWwE2v1wTWwzLhYWkBuKS3YyQ1hQnOgYHqxTgQ"
)


def add_user(file: Path, name: str, password: str) -> None:
    """Put a person into the file, or give them another password; only its owner can read it.

    Raises:
        UsageError: the name or the password can't be used.
    """
    from argon2 import PasswordHasher

    if not name.strip() or ":" in name or not name.isprintable():
        raise UsageError(f"{name!r} can't be a name here", "Use letters, without a colon.")
    if len(password) < _SHORTEST:
        raise UsageError("the password is too short", f"Take {_SHORTEST} characters or more.")
    users = (
        {**_read(file), name: PasswordHasher().hash(password)}
        if file.exists()
        else {name: PasswordHasher().hash(password)}
    )
    file.touch(mode=0o600)
    file.write_text("".join(f"{n}:{h}\n" for n, h in users.items()), encoding="utf-8")


_SHORTEST = 10


def _read(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(
            f"{file}: can't be read", f"Make it: personagen users add NAME --auth {file}"
        ) from error
    pairs = (line.partition(":") for line in lines if line.strip() and line[0] != "#")
    return {name: hashed for name, _, hashed in pairs if hashed}
