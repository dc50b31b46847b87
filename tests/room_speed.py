"""How long a person waits in the review room of a large study, in a real browser.

    python -m tests.room_speed [--insights 5000] [--study FOLDER] [--times 5] [--write PAGE]

Makes a generated survey of so many insights (or takes a study that is there), opens it in Chromium
and says how long each thing takes, from the click until it is drawn. A figure, never a verdict: a
busy machine is no failure.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, NamedTuple

from personagen.bench import generate
from personagen.study import Study
from tests.browser import CHROMIUM, Server, Tab

BEGIN, END = "<!-- room speed: begin -->", "<!-- room speed: end -->"
ANSWERS_AN_INSIGHT = 1.3
"""Generated answers that give one insight."""
ROOMS = ("insights", "themes", "personas", "messaging", "sources", "documents", "record")


class Waited(NamedTuple):
    """One thing that a person does, and what it takes until it is drawn."""

    what: str
    seconds: float
    work: float
    """Processor seconds of the server and of the page's thread; the same on a busy machine."""


class Clock:
    """Tells the time that has passed, and what was worked on it."""

    def __init__(self, server: Server, tab: Tab | None = None) -> None:
        self._server, self._page = server, None
        if tab:
            self._page = tab.context.new_cdp_session(tab.page)
            self._page.send("Performance.enable", {"timeDomain": "threadTicks"})

    def timed(self, what: str, work: Callable[[], None], times: int = 1) -> Waited:
        """Return the median of what some work takes."""
        found = [self._once(work) for _ in range(times)]
        return Waited(what, median(s for s, _ in found), median(w for _, w in found))

    def _once(self, work: Callable[[], None]) -> tuple[float, float]:
        began, worked = perf_counter(), self._worked()
        work()
        return perf_counter() - began, self._worked() - worked

    def _worked(self) -> float:
        seconds = self._server.worked()
        if self._page:
            metrics = self._page.send("Performance.getMetrics")["metrics"]
            seconds += next(m["value"] for m in metrics if m["name"] == "TaskDuration")
        return seconds


def main(arguments: list[str]) -> None:
    """Measure; print the table, and put it into a document where one is named."""
    options = _parser().parse_args(arguments)
    with TemporaryDirectory() as room:
        folder = Path(room) / "study"
        if options.study:
            shutil.copytree(options.study, folder)
        else:
            made(folder, round(options.insights * ANSWERS_AN_INSIGHT))
        with Study.open(folder) as study:
            insights = len(study.document().insights)
        table = as_markdown(measured(folder, options.times), insights)
    sys.stdout.write(f"{table}\n")
    if options.write:
        write(options.write, table)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--insights", type=int, default=5_000, help="how many, about")
    parser.add_argument("--study", type=Path, help="a study that is there; a copy is measured")
    parser.add_argument("--times", type=int, default=5, help="of which the median is said")
    parser.add_argument("--write", type=Path, help="a document with a place for the table")
    return parser


def made(folder: Path, answers: int) -> None:
    """Make a study of a generated survey and analyze it."""
    survey = folder.parent / "survey.csv"
    generate(survey, answers)
    with Study.create(folder) as study:
        study.import_files([survey])
        study.analyze()


def measured(folder: Path, times: int) -> list[Waited]:
    """Return what each thing takes in the browser; the server has just been started."""
    from playwright.sync_api import sync_playwright

    server, began = Server(folder, "--by", "Ana"), perf_counter()
    with sync_playwright() as driver, server:
        seconds, work = perf_counter() - began, server.worked()
        found = [Waited("start the server, until it answers", seconds, work)]
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        found += _first_views(browser, server, times)
        tab = Tab(browser, server).open()
        clock = Clock(server, tab)
        found += [_going(clock, tab, room, times) for room in ROOMS]
        found += _deciding(clock, tab, times)
        browser.close()
    return found


def _first_views(browser: Any, server: Server, times: int) -> list[Waited]:
    """Return what it takes from the address to the drawn page, with nothing in the browser."""
    found = []
    for name, at in (("Personas", ""), ("Insights", "#/insights")):
        views = []
        for _ in range(times):
            tab = Tab(browser, server)
            clock = Clock(server, tab)
            views.append(clock.timed("", partial(_opened, tab, at)))
            tab.close()
        found.append(views[0]._replace(what=f"first view: {name}, the first time"))
        seconds, work = median(v.seconds for v in views), median(v.work for v in views)
        found.append(Waited(f"first view: {name}, median of {times}", seconds, work))
    return found


def _opened(tab: Tab, at: str) -> None:
    tab.page.goto(tab.server.address + at)
    tab.page.wait_for_selector("#room-title")


def _going(clock: Clock, tab: Tab, room: str, times: int) -> Waited:
    def go() -> None:
        tab.page.evaluate("at => { location.hash = at }", f"#/{room}")
        tab.drawn(f"#/{room}")

    views = []
    for _ in range(times):
        tab.go("#/analyze")
        views.append(clock.timed("", go))
    seconds, work = median(v.seconds for v in views), median(v.work for v in views)
    return Waited(f"go to {room.capitalize()}", seconds, work)


def _deciding(clock: Clock, tab: Tab, times: int) -> list[Waited]:
    page = tab.go("#/insights?status=suggested").page

    def click(selector: str) -> Callable[[], None]:
        def work() -> None:
            page.locator(selector).first.click()
            _drawn(tab)

        return work

    one = clock.timed("accept an insight", click("[data-key=a]"), times)
    back = clock.timed("undo", click("#undo"), times)
    page.locator("#tick-all").check()
    many = clock.timed("accept the 25 of a page", click("#bulk-accept"))
    return [
        one,
        back,
        many,
        _searched(clock, tab, "search by words", "words", "slow export"),
        _searched(clock, tab, "search by meaning, the first time", "meaning", "slow export"),
        _searched(clock, tab, "search by meaning, then", "meaning", "too expensive"),
    ]


def _searched(clock: Clock, tab: Tab, what: str, field: str, text: str) -> Waited:
    tab.go("#/insights")
    tab.page.locator(f"#c-{field}").fill(text)

    def search() -> None:
        tab.page.locator("#search-go").click()
        tab.drawn(f"#/insights?{field}={text}")

    return clock.timed(what, search)


def _drawn(tab: Tab) -> None:
    """Wait until the answer is drawn: whoever asks marks the page as busy at once."""
    tab.page.wait_for_function(
        "() => !document.querySelector('[data-page]').hasAttribute('aria-busy')"
    )


def as_markdown(found: list[Waited], insights: int) -> str:
    """Return the figures as a Markdown table, with what they were measured on."""
    lines = [f"| {one.what} | {one.seconds:.2f} s | {one.work:.2f} s |" for one in found]
    where = (
        f"A generated survey with {insights:,} insights; Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}, {datetime.now(UTC):%Y-%m-%d}."
    )
    head = ["| what a person does | until it is drawn | work |", "| --- | ---: | ---: |"]
    return "\n".join([*head, *lines, "", where])


def write(path: Path, table: str, begin: str = BEGIN, end: str = END) -> None:
    """Put the table into a document, between its markers."""
    before, found, rest = path.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"{path} has no place for the table; put {begin} and {end} in it")
    path.write_text(f"{before}{begin}\n{table}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
