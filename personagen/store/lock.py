"""One writer a study: who else wants to write is told who holds it."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from personagen.errors import StudyLockedError

LOCK_FILE = "write.lock"
HOLDER_FILE = "write.holder.json"


@contextmanager
def writing(folder: Path, command: str, wait: float = 0) -> Iterator[None]:
    """Hold the study's writer lock for the duration of a `with` block.

    The lock is the operating system's, so that of a process that died is free at once; the file
    that names the holder is only there to be read.

    Args:
        folder: The study.
        command: What the holder is doing, for the one who has to wait: `import`.
        wait: Seconds that it may take until the lock is free, for what others do in no time.

    Raises:
        StudyLockedError: another process is writing.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK_FILE, timeout=wait)
    try:
        lock.acquire()
    except Timeout as error:
        raise StudyLockedError(
            f"{folder.name}: {_holder(folder)} is writing to this study",
            "Wait until it is done, or end it.",
        ) from error
    try:
        _sign(folder, command)
        yield
    finally:
        (folder / HOLDER_FILE).unlink(missing_ok=True)
        lock.release()


def _sign(folder: Path, command: str) -> None:
    holder = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "command": f"{Path(sys.argv[0]).name} {command}".strip(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    (folder / HOLDER_FILE).write_text(json.dumps(holder), encoding="utf-8")


def _holder(folder: Path) -> str:
    try:
        holder = json.loads((folder / HOLDER_FILE).read_text(encoding="utf-8"))
        since = datetime.fromisoformat(holder["since"]).astimezone()
        return (
            f"process {holder['pid']} on {holder['host']} "
            f"({holder['command']}, since {since:%H:%M:%S})"
        )
    except (OSError, ValueError, KeyError):
        # The holder has the lock but has not signed yet, or has just let go.
        return "another process"
