"""A model's words in a real browser: they come while the server sends, and go when checked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from personagen.study import Study
from tests.browser import CHROMIUM, Server, Tab
from tests.llm_fixture import said, write_study
from tests.model_server import serving

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright (dev extra)")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
    # Playwright's driver leaves its pipes to the interpreter.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
LIE = "I love flying to Berlin."
FRIDAY = "Matching invoices by hand takes my Friday."


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_study(tmp_path_factory.mktemp("streaming") / "study")
    with Study.open(folder) as opened:
        opened.analyze()
    return folder


@pytest.fixture
def tab(study: Path) -> Iterator[Tab]:
    with playwright.sync_playwright() as driver, Server(study, "--by", "Ana") as running:
        made = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        one = Tab(made, running).open("#/chat")
        yield one
        assert one.strangers == []
        assert one.problems == []
        one.close()
        made.close()


def test_words_show_as_being_checked_while_they_come_and_only_what_holds_stays(tab: Tab) -> None:
    go_on = threading.Event()

    def respond(handler: Any, body: Any) -> None:
        line = next(line for line in said(body).splitlines() if "Friday" in line)
        good = {"text": FRIDAY, "rests_on": [int(line[1 : line.index("]")])]}
        came = iter(range(500))
        handler.stream(
            {"sentences": [{"text": LIE, "rests_on": [1]}, good]},
            body,
            lambda: next(came) == 10 and go_on.wait(60),
        )

    with serving(respond) as server:
        page: Any = tab.page
        page.fill("#question", "What takes your Fridays?")
        page.click("#who-words summary")
        page.check("#chat-llm")
        page.fill("#chat-model", "openai:x")
        page.fill("#chat-base", server.url)
        page.click("#asking button.primary")
        page.wait_for_function(
            "() => document.querySelector('[data-words]')?.textContent.length > 5", timeout=60_000
        )
        words = page.inner_text("[data-words]").rstrip()
        assert LIE.startswith(words)
        assert "Being checked" in page.inner_text("#pending")
        go_on.set()
        page.wait_for_selector("#pending", state="detached", timeout=60_000)
        told = page.inner_text("ul.items")
    assert FRIDAY in told
    assert "Berlin" not in page.inner_text("body")
