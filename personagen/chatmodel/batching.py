"""Many requests as one batch, answered within a day at a lower price: OpenAI's Batch API.

The file of requests is uploaded, a batch is made of it and asked after until it is done; what came
back is fetched, and the files are deleted there. Each step is noted in the study before the next
one is taken, so that a run that was killed finds its batch again and pays for none twice.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from pydantic import BaseModel

from personagen.chatmodel import structure
from personagen.chatmodel.answers import Answers, OpenBatch
from personagen.chatmodel.settings import OPENAI, ModelSettings
from personagen.chatmodel.structure import Reply, Structure
from personagen.chatmodel.trying import insist
from personagen.egress import purpose
from personagen.errors import ModelError
from personagen.progress import Progress, Report

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types import Batch

ENDPOINT: Final = "/v1/chat/completions"
MOST_REQUESTS = 50_000
MOST_BYTES = 150_000_000
"""Of one batch; OpenAI takes 200 MB."""
FIRST_POLL, LAST_POLL = 5.0, 60.0
"""Seconds until a batch is asked after, at first and in the end."""
_OVER = frozenset({"completed", "failed", "expired", "cancelled"})
_AGAIN = "Run again: what was sent is fetched then, and not paid for twice."
_ANEW = "None of it was answered. Put it right and run again: it is sent anew."
_T = TypeVar("_T")


class Wanted(NamedTuple):
    """One request of a batch."""

    key: str
    turns: Sequence[tuple[str, str]]
    output: type[BaseModel]
    most: int
    tokens: int


class Batcher:
    """Sends the requests of one run in batches."""

    def __init__(
        self,
        settings: ModelSettings,
        connect: Callable[[], OpenAI],
        answers: Answers,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare to send.

        Args:
            settings: Which model, and how it is asked.
            connect: Returns the client, its requests through the one door.
            answers: Where open batches are noted.
            sleep: Waits so many seconds.
        """
        self._settings, self._connect, self._answers = settings, connect, answers
        self._sleep = sleep
        self._client: OpenAI | None = None

    def fetch(self, wanted: Sequence[Wanted], what: str, report: Report) -> dict[str, Reply | str]:
        """Return what came back for each request by its key: a reply, or why there is none.

        Batches that an earlier run left open are fetched first.

        Raises:
            ModelError: the server has no batches, or can't be reached.
        """
        found: dict[str, Reply | str] = {}
        for batch in self._answers.open_batches(self._settings.host):
            found |= self._fetched(batch, what, report)
        left = [one for one in wanted if one.key not in found]
        for part in _parts(left, self._settings):
            found |= self._fetched(self._upload(part, what), what, report)
        return {one.key: found.get(one.key, "the batch holds no answer to it") for one in wanted}

    def _upload(self, lines: Sequence[bytes], what: str) -> OpenBatch:
        tokens = sum(map(len, lines)) // 4
        made = self._try(
            lambda client: client.files.create(
                file=("requests.jsonl", b"\n".join(lines)), purpose="batch"
            ),
            what,
            tokens,
        )
        return self._answers.note_batch(OpenBatch(made.id, "", self._settings.host))

    def _fetched(self, open_batch: OpenBatch, what: str, report: Report) -> dict[str, Reply | str]:
        """Return what a batch brought, and forget it."""
        batch = self._over(self._started(open_batch, what), what, report)
        found: dict[str, Reply | str] = {}
        for name in (batch.output_file_id, batch.error_file_id):
            if name:
                text = self._try(partial(_content, name), what)
                found |= dict(map(_read, filter(str.strip, text.splitlines())))
        self._answers.forget_batch(open_batch)
        self._delete((batch.input_file_id, batch.output_file_id, batch.error_file_id), what)
        if not found and batch.status != "completed":
            raise ModelError(f"The batch at {self._settings.host} {_ended(batch)}", _ANEW)
        return found

    def _started(self, noted: OpenBatch, what: str) -> Batch:
        """Return the batch of an uploaded file; make it where nobody did."""
        if noted.batch:
            return self._try(partial(_retrieve, noted.batch), what)
        known = self._try(lambda client: client.batches.list(limit=100).data, what)
        mine = next((batch for batch in known if batch.input_file_id == noted.file), None)
        batch = mine or self._try(
            lambda client: client.batches.create(
                input_file_id=noted.file, endpoint=ENDPOINT, completion_window="24h"
            ),
            what,
        )
        self._answers.note_batch(noted._replace(batch=batch.id))
        return batch

    def _over(self, batch: Batch, what: str, report: Report) -> Batch:
        wait = FIRST_POLL
        while batch.status not in _OVER:
            counts = batch.request_counts
            if counts and counts.total:
                done = counts.completed + counts.failed
                report(Progress("Waiting for the batch", done, counts.total))
            self._sleep(wait)
            wait = min(wait * 1.5, LAST_POLL)
            batch = self._try(partial(_retrieve, batch.id), what)
        return batch

    def _delete(self, names: Sequence[str | None], what: str) -> None:
        for name in filter(None, names):
            try:
                self._try(partial(_remove, name), what)
            except ModelError:
                # The answers are here; what lies there is deleted by its owner's rules.
                return

    def _try(self, ask: Callable[[OpenAI], _T], what: str, tokens: int = 0) -> _T:
        """Return what the server answers; ask again while that can help."""

        def send() -> _T:
            if self._client is None:
                self._client = self._connect()
            with purpose(f"{what}, as a batch", tokens):
                return ask(self._client)

        return insist(send, self._settings, self._sleep, f"{_AGAIN} Or leave --batch out.")


def _content(name: str, client: OpenAI) -> str:
    return client.files.content(name).text


def _retrieve(name: str, client: OpenAI) -> Batch:
    return client.batches.retrieve(name)


def _remove(name: str, client: OpenAI) -> None:
    client.files.delete(name)


def _parts(wanted: Sequence[Wanted], settings: ModelSettings) -> Iterator[list[bytes]]:
    """Return the lines of each batch."""
    part: list[bytes] = []
    size = 0
    for one in wanted:
        line = _line(one, settings)
        if part and (len(part) == MOST_REQUESTS or size + len(line) > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(line)
        size += len(line)
    if part:
        yield part


def _line(one: Wanted, settings: ModelSettings) -> bytes:
    strict = Structure(settings.bare).mode == "json_schema"
    schema = {
        "name": one.output.__name__, "strict": True, "schema": structure.schema_of(one.output)
    }  # fmt: skip
    bound = "max_completion_tokens" if settings.host == OPENAI else "max_tokens"
    body: dict[str, Any] = {
        "model": settings.bare,
        "messages": [{"role": role, "content": text} for role, text in one.turns],
        "response_format": (
            {"type": "json_schema", "json_schema": schema} if strict else {"type": "json_object"}
        ),
        bound: one.most,
    }
    if settings.temperature is not None:
        body["temperature"] = settings.temperature
    line = {"custom_id": one.key, "method": "POST", "url": ENDPOINT, "body": body}
    return json.dumps(line, ensure_ascii=False).encode()


def _read(line: str) -> tuple[str, Reply | str]:
    """Return the key of an answer and the answer, or why there is none."""
    found = json.loads(line)
    key, response = str(found.get("custom_id", "")), found.get("response") or {}
    body = response.get("body") or {}
    if found.get("error") or response.get("status_code") != 200:
        error = found.get("error") or body.get("error") or {}
        why = str(error.get("code") or error.get("message") or response.get("status_code"))
        return key, f"the batch failed on it ({why[:80]})"
    choice = (body.get("choices") or [{}])[0]
    message, usage = choice.get("message") or {}, body.get("usage") or {}
    return key, Reply(
        text=str(message.get("content") or ""),
        refusal=str(message.get("refusal") or ""),
        cut=choice.get("finish_reason") == "length",
        sent=usage.get("prompt_tokens"),
        written=usage.get("completion_tokens"),
    )


def _ended(batch: Batch) -> str:
    first = next(iter((batch.errors and batch.errors.data) or ()), None)
    return f"{batch.status}: {first.message}" if first and first.message else batch.status
