"""How a server is asked for structure: the strictest way that it knows, found by trying."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import BaseModel

from personagen.chatmodel.settings import OPENAI, ModelSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel, LanguageModelInput
    from langchain_core.messages import AIMessage
    from langchain_core.runnables import Runnable

Mode = Literal["json_schema", "function_calling", "json_mode", "plain"]
MODES: tuple[Mode, ...] = ("json_schema", "function_calling", "json_mode", "plain")
IN_WORDS: dict[Mode, str] = {
    "json_schema": "JSON schema",
    "function_calling": "tool calling",
    "json_mode": "JSON mode",
    "plain": "plain text",
}


_FILTERED = "the server's content filter"


class Reply(NamedTuple):
    """What came back."""

    text: str
    """The answer, or the arguments of the tool that was called."""
    refusal: str
    """Why the model would not answer; empty where it did."""
    cut: bool
    """It ran into the bound on its length."""
    sent: int | None
    """Tokens, as the server counted; None where it says nothing."""
    written: int | None


class Structure:
    """Which mode a server knows; shared by all requests of a run."""

    def __init__(self, model: str = "") -> None:
        self._lock = threading.Lock()
        # LangChain itself knows that these have no JSON schema, and warns.
        self._at = 1 if model == "gpt-4" or model.startswith(("gpt-3", "gpt-4-")) else 0
        self._from = self._at
        self._proved = False

    @property
    def mode(self) -> Mode:
        """Return the mode to ask in."""
        return MODES[self._at]

    @property
    def lacking(self) -> str:
        """Return what was tried in vain, and what is asked for instead; empty where nothing was."""
        if self._at == self._from or not self._proved:
            return ""
        tried = " and ".join(f"no {IN_WORDS[mode]}" for mode in MODES[self._from : self._at])
        return f"knows {tried}: it is asked for {IN_WORDS[self.mode]}"

    def worked(self, mode: Mode) -> None:
        """Learn that a request in a mode was answered."""
        with self._lock:
            self._proved = self._proved or mode == self.mode

    def give_up(self, mode: Mode) -> bool:
        """Turn to the next mode, if this one never worked; return whether to ask again."""
        with self._lock:
            if mode != self.mode:
                return True
            if self._proved or self._at + 1 == len(MODES):
                return False
            self._at += 1
            return True


@lru_cache(maxsize=32)
def schema_of(output: type[BaseModel]) -> dict[str, Any]:
    """Return a model's JSON schema as strict servers want it: inlined, closed, all required."""
    from langchain_core.utils.json_schema import dereference_refs

    raw = output.model_json_schema()
    inlined = dereference_refs(raw)
    inlined.pop("$defs", None)
    closed: dict[str, Any] = _closed(inlined)
    return {**closed, "title": output.__name__, "description": (output.__doc__ or "").strip()}


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {k: v for k, v in schema.items() if k not in {"title", "default"} or isinstance(v, dict)}
    if kept.get("type") == "object" and "properties" in kept:
        kept["properties"] = {name: _closed(one) for name, one in kept["properties"].items()}
        return {**kept, "required": list(kept["properties"]), "additionalProperties": False}
    return {key: _closed(value) for key, value in kept.items()}


@lru_cache(maxsize=32)
def schema_text(output: type[BaseModel]) -> str:
    """Return the schema as it is sent, for counting its tokens."""
    return json.dumps(schema_of(output))


def asking(
    model: BaseChatModel,
    settings: ModelSettings,
    mode: Mode,
    output: type[BaseModel],
    most: int,
    temperature: float | None,
) -> Runnable[LanguageModelInput, Any]:
    """Return what asks the model for the output in a mode.

    Args:
        model: LangChain's chat model.
        settings: How it is asked.
        mode: In which way structure is asked for.
        output: What the answer must fit.
        most: Tokens of the answer.
        temperature: None leaves it to the server.
    """
    options: dict[str, Any] = {"max_tokens": most}
    if temperature is not None:
        options["temperature"] = temperature
    if settings.host != OPENAI:
        # LangChain sends `max_completion_tokens`, which not every compatible server knows.
        options["extra_body"] = {"max_tokens": most}
    if mode == "plain":
        return model.bind(**options)
    strict = {"strict": True} if mode == "json_schema" else {}
    return model.with_structured_output(
        schema_of(output), method=mode, include_raw=True, **strict, **options
    )


def overheard(
    asking: Runnable[LanguageModelInput, Any],
    turns: Sequence[tuple[str, str]],
    hear: Callable[[str], object],
) -> Any:
    """Return what came back, having told the text so far with each part that came.

    Returns None where the server streams nothing.
    """
    whole: Any = None
    try:
        for part in _bare(asking).stream(list(turns)):
            whole = part if whole is None else whole + part
            hear(_text(whole))
    except ValueError as error:
        # So LangChain says that a server streamed nothing: there is no class of its own for it.
        if whole is not None or "No generation" not in str(error):
            raise
    return whole


def _bare(asking: Runnable[LanguageModelInput, Any]) -> Runnable[LanguageModelInput, Any]:
    """Return what asks the model without LangChain's own parsing: that waits for the last word."""
    from langchain_core.runnables import RunnableBinding, RunnableParallel, RunnableSequence

    model: Any = asking
    if isinstance(model, RunnableSequence):
        model = model.first
    if isinstance(model, RunnableParallel):
        model = model.steps__["raw"]
    if not isinstance(model, RunnableBinding) or "response_format" not in model.kwargs:
        return model  # type: ignore[no-any-return]
    # OpenAI's client reads a stream with a schema by itself, and stumbles over what servers leave
    # out. Put past it, the format goes out as it is.
    kwargs = dict(model.kwargs)
    extra = {**kwargs.pop("extra_body", {}), "response_format": kwargs.pop("response_format")}
    return model.bound.bind(**kwargs, extra_body=extra)


def reply_in(error: Exception) -> Reply | None:
    """Return the answer that the client raised instead of giving it: cut off, or filtered.

    It was paid for, and of what was cut off the beginning may be good.
    """
    import openai

    if isinstance(error, openai.ContentFilterFinishReasonError):
        return Reply("", _FILTERED, cut=False, sent=None, written=None)
    if not isinstance(error, openai.LengthFinishReasonError) or not error.completion.choices:
        return None
    usage = error.completion.usage
    return Reply(
        text=error.completion.choices[0].message.content or "",
        refusal="",
        cut=True,
        sent=usage.prompt_tokens if usage else None,
        written=usage.completion_tokens if usage else None,
    )


def reply_of(result: Any) -> Reply:
    """Return what came back, from a message or from LangChain's `raw` beside its own parsing."""
    raw: AIMessage = result["raw"] if isinstance(result, dict) else result
    usage = raw.usage_metadata
    finish = str(raw.response_metadata.get("finish_reason") or "")
    refusal = str(raw.additional_kwargs.get("refusal") or "")
    if finish == "content_filter" and not refusal:
        refusal = _FILTERED
    return Reply(
        text=_text(raw),
        refusal=refusal,
        cut=finish == "length",
        sent=usage["input_tokens"] if usage else None,
        written=usage["output_tokens"] if usage else None,
    )


def _text(raw: AIMessage) -> str:
    if raw.tool_calls:
        return json.dumps(raw.tool_calls[0]["args"])
    if raw.invalid_tool_calls:
        return str(raw.invalid_tool_calls[0]["args"] or "")
    return str(raw.text)
