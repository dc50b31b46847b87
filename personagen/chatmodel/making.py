"""Make the chat model: LangChain's, its requests through the one door."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from personagen.chatmodel.settings import KEY, OTHER_KEY, ModelSettings
from personagen.egress import Door
from personagen.errors import ModelError, UsageError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from openai import OpenAI

_NO_KEY = "none"
"""Sent to servers that ask for no key; the client insists on one."""
_OFF = {"LANGSMITH_TRACING": "false", "LANGCHAIN_TRACING_V2": "false", "LANGCHAIN_TRACING": "false"}


def silence_telemetry() -> None:
    """Turn LangSmith's tracing off, whatever the environment says; before LangChain is loaded."""
    os.environ.update(_OFF)


def make(settings: ModelSettings, door: Door) -> BaseChatModel:
    """Return the chat model of the settings.

    Raises:
        EgressError: nothing of this study may be sent there.
        ModelError: there is no key for it, or its LangChain package is not installed.
        UsageError: its package sends by itself, past the log.
    """
    door.require(settings.host)
    silence_telemetry()
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {
        "http_client": door.client(settings.timeout, settings.deadline),
        "http_async_client": door.no_way(),
        "api_key": key_of(settings),
        "max_retries": 0,
        "timeout": settings.timeout,
    }
    if settings.base_url:
        options["base_url"] = settings.base_url
    if settings.provider == "openai":
        options["use_responses_api"] = False
        # LangChain counts tokens with tiktoken where a stream brings no usage; that would fetch.
        options["stream_usage"] = False
    try:
        model: BaseChatModel = init_chat_model(settings.qualified, **options)
    except ImportError as error:
        raise ModelError(
            f"No LangChain package for {settings.provider!r}",
            f"pip install langchain-{settings.provider}, or name an OpenAI-compatible --base-url.",
        ) from error
    except ValueError as error:
        raise UsageError(
            f"{settings.model!r}: LangChain knows no such provider",
            "Write openai:NAME and, for another server, --base-url URL.",
        ) from error
    if "http_client" not in type(model).model_fields:
        raise UsageError(
            f"{settings.provider!r}: its package sends by itself, past egress.log",
            "Use its OpenAI-compatible address: --model openai:NAME --base-url URL.",
        )
    return model


def connect(settings: ModelSettings, door: Door) -> OpenAI:
    """Return the plain client of a server, for what LangChain has no words for: batches.

    Raises:
        EgressError: nothing of this study may be sent there.
        ModelError: there is no key for it.
        UsageError: it does not speak OpenAI's protocol.
    """
    door.require(settings.host)
    if settings.provider != "openai":
        raise UsageError(
            f"{settings.provider!r} takes no batches here", "Leave --batch out, or name openai:…."
        )
    from openai import OpenAI

    return OpenAI(
        api_key=key_of(settings),
        base_url=settings.base_url,
        http_client=door.client(settings.timeout, settings.deadline),
        max_retries=0,
    )


def key_of(settings: ModelSettings) -> str:
    """Return the key for a server.

    Raises:
        ModelError: there is none.
    """
    key = os.environ.get(KEY, "")
    if settings.base_url is None:
        if not key:
            raise ModelError(
                f"No key for {settings.provider!r}",
                f"Set {KEY} or name a --base-url; what ships with personagen needs neither.",
            )
        return key
    # A key for OpenAI is not shown to another server unless the user set it for this one.
    return os.environ.get(OTHER_KEY, "") or _NO_KEY
