"""A real Chromium on the real app: the server as its own process, pages that watch the network."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

PATIENCE = 240_000
"""Milliseconds: a busy machine is no failure."""
CHROMIUM = next(
    (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None
)
RUN = "import sys; from personagen.cli import main; main(sys.argv[1:], prog_name='personagen')"


class Server:
    """`personagen ui` on a study, to be started, stopped and started again on the same port."""

    def __init__(self, study: Path, *options: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.study, self.options = study, options
        self.address = f"http://127.0.0.1:{self.port}/"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Server:
        args = ["ui", "-s", str(self.study), "--port", str(self.port), "--no-open", *self.options]
        self._log = self.study.parent / f"{self.study.name}.log"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", RUN, *args], stdout=log, stderr=log, env=dict(os.environ)
            )
        self._wait()
        return self

    def _wait(self) -> None:
        end = monotonic() + PATIENCE / 1000
        while monotonic() < end:
            assert self._process is not None
            assert self._process.poll() is None, self._log.read_text()
            with suppress(OSError, urllib.error.URLError):
                urllib.request.urlopen(self.address, timeout=5)
                return
            sleep(0.3)
        raise AssertionError(self._log.read_text())

    def worked(self) -> float:
        """Return the processor seconds that the server has used; 0 where the system won't tell."""
        assert self._process is not None
        with suppress(OSError):
            stat = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
        return 0.0

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class Tab:
    """One browser tab in the review room; remembers every request that left this computer."""

    def __init__(
        self, browser: Any, server: Server, beside: Tab | None = None, **options: Any
    ) -> None:
        """Open a tab in a window of its own, or beside another one."""
        self.server = server
        shape = {"viewport": {"width": 1280, "height": 860}, **options}
        self.context = (
            beside.context if beside else browser.new_context(accept_downloads=True, **shape)
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.strangers: list[str] = []
        self.problems: list[str] = []
        self.page.on("request", self._note)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("dialog", self._dialog)

    def _note(self, request: Any) -> None:
        ours = (self.server.address, "data:", "blob:", "about:")
        if not request.url.startswith(ours):
            self.strangers.append(request.url)

    def _dialog(self, dialog: Any) -> None:
        if dialog.type != "confirm":
            self.problems.append(f"{dialog.type}: {dialog.message}")
        dialog.accept()

    def open(self, at: str = "") -> Tab:
        self.page.goto(self.server.address + at)
        self.page.wait_for_selector("#room-title")
        self.settle()
        return self

    def go(self, at: str) -> Tab:
        self.page.evaluate("at => { location.hash = at }", at)
        self.drawn(at)
        self.settle()
        return self

    def drawn(self, at: str) -> Tab:
        """Wait until the page of an address, or of one that begins so, is drawn."""
        self.page.wait_for_function(
            "at => decodeURIComponent((document.querySelector('[data-page]').dataset.at || '')"
            ".replaceAll('+', ' ')).startsWith(at)",
            arg=at,
        )
        return self

    def settle(self) -> None:
        """Wait until what was asked is shown."""
        self.page.wait_for_function(
            "() => { const p = document.querySelector('[data-page]');"
            " return p && p.querySelector('#room-title') && !p.hasAttribute('aria-busy') }"
        )
        self.page.wait_for_timeout(120)

    def click(self, selector: str) -> Tab:
        self.page.locator(selector).first.click()
        self.settle()
        return self

    def said(self) -> str:
        return str(self.page.locator("[data-said-text]").inner_text())

    def wait_for(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()

    def close(self) -> None:
        self.context.close()


def overflow(page: Any) -> Sequence[str]:
    """Return what stands out of the window to the right."""
    return list(
        page.evaluate(
            """() => {
              const wide = document.documentElement.scrollWidth > innerWidth + 1;
              if (!wide) return [];
              return [...document.querySelectorAll('.pg *')]
                .filter((n) => n.getBoundingClientRect().right > innerWidth + 1)
                .slice(0, 5).map((n) => n.tagName + '.' + n.className + ' ' + n.id);
            }"""
        )
    )
