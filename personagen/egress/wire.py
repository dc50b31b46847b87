"""The client behind the door: asks it first, and bounds how long and how large an answer is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import cached_property

import httpx2

from personagen.egress.door import is_loopback
from personagen.errors import EgressError

MOST_BYTES = 64 * 1024 * 1024
"""Of one answer: more is no answer of a chat model."""

LetOut = Callable[[str, str, bytes], None]
"""Takes host, path and body before they leave; raises where they may not."""


def client(let_out: LetOut, timeout: float, deadline: float) -> httpx2.Client:
    """Return a client whose every request is let out first."""
    return httpx2.Client(
        transport=_Watched(let_out, deadline), timeout=timeout, follow_redirects=False
    )


def shut() -> httpx2.AsyncClient:
    """Return an asynchronous client that sends nothing."""
    return httpx2.AsyncClient(transport=_Shut())


class _Shut(httpx2.AsyncBaseTransport):
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        raise EgressError(f"A request to {request.url.host!r} tried to pass the log")


class _Timed(httpx2.SyncByteStream):
    """A body that must arrive by a time, and fit."""

    def __init__(self, stream: httpx2.SyncByteStream, until: float) -> None:
        self._stream, self._until = stream, until

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self._stream:
            size += len(part)
            if time.monotonic() > self._until:
                raise httpx2.ReadTimeout("the answer took too long")
            if size > MOST_BYTES:
                raise httpx2.ReadError("the answer is too large")
            yield part

    def close(self) -> None:
        self._stream.close()


class _Watched(httpx2.BaseTransport):
    """Sends a request after the door let it out."""

    def __init__(self, let_out: LetOut, deadline: float) -> None:
        self._let_out, self._deadline = let_out, deadline

    @cached_property
    def _near(self) -> httpx2.HTTPTransport:
        # Nobody stands between this machine and itself; certificates there are self-made.
        return httpx2.HTTPTransport(verify=False)

    @cached_property
    def _direct(self) -> httpx2.HTTPTransport:
        return httpx2.HTTPTransport()

    @cached_property
    def _proxied(self) -> httpx2.HTTPTransport:
        return httpx2.HTTPTransport(proxy=_proxy())

    def _way(self, host: str) -> httpx2.HTTPTransport:
        if is_loopback(host):
            return self._near
        return self._proxied if _proxy() and not _bypassed(host) else self._direct

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self._let_out(request.url.host, request.url.path, request.read())
        until = time.monotonic() + self._deadline
        response = self._way(request.url.host).handle_request(request)
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = _Timed(response.stream, until)
        return response

    def close(self) -> None:
        for name in {"_near", "_direct", "_proxied"} & set(self.__dict__):
            self.__dict__[name].close()


def _proxy() -> str:
    """Return the proxy that the environment names for secure connections."""
    from urllib.request import getproxies

    found = getproxies()
    return found.get("https") or found.get("all") or ""


def _bypassed(host: str) -> bool:
    from urllib.request import proxy_bypass

    return bool(proxy_bypass(host))
