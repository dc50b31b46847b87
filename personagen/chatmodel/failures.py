"""What went wrong with a request, in words, and whether asking again can help."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from personagen.chatmodel.settings import KEY, OPENAI, OTHER_KEY
from personagen.errors import PersonagenError

_TOO_LONG = (
    "context_length", "context length", "context window", "context size", "too long",
    "exceed_context",
)  # fmt: skip


class Failure(NamedTuple):
    """Why a request has no answer."""

    why: str
    again: bool = False
    """The same request may succeed later."""
    fatal: bool = False
    """No request to this server will succeed."""
    mode: bool = False
    """The server may not know the way in which structure was asked for."""
    wait: float | None = None
    """Seconds that the server asks to wait."""


def failure_of(error: Exception, model: str, host: str) -> Failure:
    """Return what an exception of the client means.

    Args:
        error: As LangChain or the OpenAI client raised it.
        model: The model's name.
        host: Whom it was asked of.
    """
    import openai

    ours = own_error(error)
    if ours is not None:
        return Failure(str(ours), fatal=True)
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, model, host)
    if isinstance(error, openai.APITimeoutError):
        return Failure(f"{host} gave no answer in time", again=True)
    if isinstance(error, openai.APIConnectionError):
        return Failure(f"{host} could not be reached, or cut the connection", again=True)
    # Whatever else the client trips over came from an answer that is none: HTML, no choices.
    return Failure(
        f"what {host} answers is no model's answer (see that the address is right, with its /v1)",
        again=True,
    )


def own_error(error: BaseException | None) -> PersonagenError | None:
    """Return the error of ours that a client wrapped in its own, or None."""
    while error is not None:
        if isinstance(error, PersonagenError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _of_status(error: object, model: str, host: str) -> Failure:
    import openai

    assert isinstance(error, openai.APIStatusError)
    code = str(getattr(error, "code", "") or "")
    key = KEY if host == OPENAI else OTHER_KEY
    wait = wait_of(error.response.headers)
    match error.status_code:
        case 401:
            return Failure(f"{host} refused the key, which is read from {key}", fatal=True)
        case 403:
            return Failure(f"this key may not use {model!r} at {host}", fatal=True)
        case 404:
            return Failure(f"{host} knows no model {model!r}, or no such address", fatal=True)
        case 402:
            return Failure(f"the account at {host} has no credit left", fatal=True)
        case 429 if code == "insufficient_quota":
            return Failure(f"the account at {host} has no credit left", fatal=True)
        case 429:
            return Failure(f"{host} asks for fewer requests (429)", again=True, wait=wait)
        case 408 | 409 | 425:
            return Failure(f"{host} answered {error.status_code}", again=True, wait=wait)
        case status if status >= 500 and status != 501:
            # Some servers fail with 500 on a schema they can't compile.
            return Failure(f"{host} failed ({status})", again=True, mode=True, wait=wait)
        case 400 if any(sign in f"{error} {code}".lower() for sign in _TOO_LONG):
            return Failure(f"too long for the context of {model!r}")
        case status:
            return Failure(f"{host} refused the request ({status} {code})".replace(" )", ")"),
                           mode=True)  # fmt: skip


def wait_of(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a server asks to wait: `Retry-After`, a number or a date."""
    exact = headers.get("retry-after-ms", "")
    if exact.replace(".", "", 1).isdigit():
        return float(exact) / 1000
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.replace(".", "", 1).isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
