"""A stand-in for OpenAI's Batch API: files and batches in memory, answered by a rule.

Nobody here has seen the real one answer; this one does what its published description says.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

from tests.model_server import Handler, completion

Answer = Callable[[dict[str, Any]], Any]


class BatchStandIn:
    """Answers `/v1/files` and `/v1/batches`; refuses every request that is not part of a batch."""

    def __init__(self, answer: Answer, polls: int = 1) -> None:
        """Prepare.

        Args:
            answer: Returns what the model says to a request: a text or an object.
            polls: Times a batch is asked after until it is done.
        """
        self.answer, self.polls = answer, polls
        self.files: dict[str, str] = {}
        self.deleted: list[str] = []
        self.batches: dict[str, dict[str, Any]] = {}
        self.asked_after: dict[str, int] = {}
        self.answered: list[str] = []
        self.end = "completed"
        self.before: Callable[[Handler], bool] = lambda handler: False
        """Called before each answer; returns whether it answered itself."""

    def __call__(self, handler: Handler, body: dict[str, Any]) -> None:
        if self.before(handler):
            return
        path = handler.path.removeprefix("/v1").split("?")[0]
        match handler.command, path.strip("/").split("/"):
            case "POST", ["files"]:
                self._say(handler, self._upload(body["raw"]))
            case "GET", ["files", name, "content"]:
                handler.reply(200, self.files[name], "application/octet-stream")
            case "DELETE", ["files", name]:
                self.deleted.append(name)
                self._say(handler, {"id": name, "object": "file", "deleted": True})
            case "POST", ["batches"]:
                self._say(handler, self._create(body))
            case "GET", ["batches"]:
                listed = list(self.batches.values())
                self._say(handler, {"object": "list", "data": listed, "has_more": False})
            case "GET", ["batches", name]:
                self._say(handler, self._state(name))
            case _:
                handler.error(400, "not a batch")

    def _say(self, handler: Handler, value: dict[str, Any]) -> None:
        handler.reply(200, json.dumps(value))

    def _upload(self, raw: bytes) -> dict[str, Any]:
        boundary = raw.split(b"\r\n", 1)[0]
        part = next(p for p in raw.split(boundary) if b"filename=" in p)
        text = part.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n").decode()
        name = f"file-in-{len(self.files)}"
        self.files[name] = text
        return {
            "id": name, "object": "file", "bytes": len(text), "created_at": int(time.time()),
            "filename": "requests.jsonl", "purpose": "batch", "status": "processed",
        }  # fmt: skip

    def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        name = f"batch-{len(self.batches)}"
        assert body["endpoint"] == "/v1/chat/completions"
        self.batches[name] = {
            "id": name, "object": "batch", "endpoint": body["endpoint"], "status": "in_progress",
            "input_file_id": body["input_file_id"], "completion_window": "24h",
            "created_at": int(time.time()),
            "request_counts": {"total": 1, "completed": 0, "failed": 0},
        }  # fmt: skip
        return self.batches[name]

    def _state(self, name: str) -> dict[str, Any]:
        batch = self.batches[name]
        self.asked_after[name] = self.asked_after.get(name, 0) + 1
        if batch["status"] == "in_progress" and self.asked_after[name] >= self.polls:
            batch["status"] = self.end
            if self.end == "failed":
                batch["errors"] = {"data": [{"code": "bad", "message": "the file is no good"}]}
            else:
                self._work(name, batch)
        return batch

    def _work(self, name: str, batch: dict[str, Any]) -> None:
        good, bad = [], []
        for line in map(json.loads, self.files[batch["input_file_id"]].splitlines()):
            assert re.fullmatch(r"[0-9a-f]{64}", line["custom_id"])
            assert line["url"] == "/v1/chat/completions"
            said = self.answer(line["body"])
            self.answered.append(line["custom_id"])
            if said is None:
                error = {"status_code": 500, "body": {"error": {"code": "server_error"}}}
                bad.append({"custom_id": line["custom_id"], "response": error, "error": None})
                continue
            text = said if isinstance(said, str) else json.dumps(said)
            response = {"status_code": 200, "body": completion(text, line["body"])}
            good.append({"custom_id": line["custom_id"], "response": response, "error": None})
        for key, lines in (("output_file_id", good), ("error_file_id", bad)):
            if lines:
                batch[key] = f"file-{key}-{name}"
                self.files[batch[key]] = "\n".join(map(json.dumps, lines)) + "\n"
