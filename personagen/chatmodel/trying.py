"""Ask a server until it answers or can't, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from personagen.chatmodel.failures import failure_of, own_error
from personagen.chatmodel.settings import ModelSettings
from personagen.errors import ModelError

T = TypeVar("T")


def insist(
    ask: Callable[[], T], settings: ModelSettings, sleep: Callable[[float], None], remedy: str
) -> T:
    """Return what a server answers; ask again while that can help.

    Args:
        ask: Sends the request.
        settings: How often it may be sent again, and how long waited.
        sleep: Waits so many seconds.
        remedy: What to do where there is no answer.

    Raises:
        ModelError: there is none, with the reason.
    """
    for attempt in range(settings.retries + 1):
        try:
            return ask()
        # The client trips over whatever a server sends: each of its errors becomes words.
        except Exception as error:
            ours = own_error(error)
            if ours is not None:
                raise ours from None
            failure = failure_of(error, settings.bare, settings.host)
            if not failure.again or attempt == settings.retries:
                why = failure.why[:1].upper() + failure.why[1:]
                raise ModelError(why, remedy) from error
            wait = failure.wait if failure.wait is not None else 2.0**attempt
            sleep(min(wait, settings.most_wait))
    raise AssertionError("unreachable")
