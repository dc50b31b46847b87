"""Work that takes a while: goes on while people look around, says how far it is, can be ended."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from personagen.errors import PersonagenError
from personagen.importing import ImportedFile
from personagen.progress import Progress, Report

Work = Callable[[Report], str]
"""Does the work, reports on the way, returns what came of it in a sentence."""


_STARTING = Progress("Starting", 0, 1)


class EndedError(Exception):
    """Raised in the midst of the work of a job that a person ended."""


@dataclass
class Job:
    """One piece of work and how it stands; written by its thread, read by all."""

    kind: str
    """`import` or `analyze`."""
    by: str
    step: Progress = _STARTING
    steps: list[str] = field(default_factory=list)
    """Labels of the steps so far, the running one last."""
    state: str = "running"
    """`running`, `ending`, `done`, `ended` or `failed`."""
    said: str = ""
    """What came of it, or what went wrong."""
    result: tuple[ImportedFile, ...] = ()
    """Import: what became of each file so far."""
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    @property
    def going(self) -> bool:
        """Return whether it is still at work."""
        return self.state in {"running", "ending"}

    @property
    def elapsed(self) -> float:
        """Return the seconds that it has taken so far."""
        return self.seconds or time.monotonic() - self.started

    def report(self, step: Progress) -> None:
        """Take a report of how far the work is; end it where a person asked for that."""
        if self.state == "ending":
            raise EndedError
        if not self.steps or self.steps[-1] != step.label:
            self.steps.append(step.label)
        self.step = step


class Jobs:
    """The one piece of work that a study has going, or had last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.last: Job | None = None

    @property
    def going(self) -> Job | None:
        """Return the job that is at work, if one is."""
        return self.last if self.last is not None and self.last.going else None

    def start(self, kind: str, by: str, work: Work) -> Job:
        """Start work in a thread of its own.

        Raises:
            PersonagenError: other work is going on.
        """
        with self._lock:
            if self.going:
                raise PersonagenError(
                    f"{self.going.by} started something here that is not done yet",
                    "Wait until it is done, or end it in Analyze.",
                )
            job = self.last = Job(kind, by)
        threading.Thread(target=_run, args=(job, work), daemon=True).start()
        return job

    def end(self) -> bool:
        """Ask the job that is at work to end at its next report; tell whether there was one."""
        job = self.going
        if job:
            job.state = "ending"
        return job is not None


def _run(job: Job, work: Work) -> None:
    try:
        job.said, state = work(job.report), "done"
    except EndedError:
        job.said, state = "", "ended"
    except PersonagenError as error:
        job.said, state = str(error), "failed"
    except Exception as error:
        # Whatever it was, the person who waits is told, and the server's terminal has the rest.
        traceback.print_exc()
        job.said = f"{type(error).__name__}: a fault of personagen. The terminal says more."
        state = "failed"
    job.seconds = time.monotonic() - job.started
    job.state = state
