"""The review room in a real browser: the whole path, every room at three widths, and the doors."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from personagen import resources
from personagen.demo import Demo
from personagen.models import Product, StudyQuestion
from personagen.review import Decision
from personagen.review.decisions import claims_of
from personagen.study import Study
from tests.browser import CHROMIUM, PATIENCE, Server, Tab, overflow

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright (dev extra)")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe (dev extra)")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
    # Playwright's driver leaves its pipes to the interpreter.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SHOTS = Path(__file__).parents[1] / "docs" / "screens"
SAMPLE = resources.folder("corpus") / "benchwren" / "interviews"
ROOMS = "sources analyze insights themes personas journey messaging chat documents record".split()
SHOWN = {*ROOMS, "persona", "test-message"}
"""Of these the docs have pictures."""
WIDTHS = (1280, 768, 390)
GRADIO_OWN: dict[str, str] = {}
"""Selector inside a widget of Gradio's own to the rule it breaks; none is shown any more."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        made = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield made
        made.close()


@pytest.fixture(scope="module")
def study(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser") / "benchwren"
    return Path(shutil.copytree(demo.open.parents[1], folder))


@pytest.fixture(scope="module")
def server(study: Path) -> Iterator[Server]:
    with Server(study, "--by", "Ana") as running:
        yield running


@pytest.fixture
def tab(browser: Any, server: Server) -> Iterator[Tab]:
    one = Tab(browser, server).open()
    yield one
    assert one.strangers == []
    assert one.problems == []
    one.close()


def places(study: Path) -> dict[str, str]:
    with Study.open(study) as opened:
        document = opened.document()
        mask = opened.custody.masks("colleague")[0].placeholder
    first = sorted(document.personas, key=lambda p: p.priority or 99)[0].id
    interview = next(s for s in document.sources if s.kind == "interview")
    return {
        **{room: f"#/{room}" for room in ROOMS},
        "persona": f"#/personas/{first}",
        "firm-lines": f"#/personas/{first}?lines=firm",
        "compare": "#/personas?compare=all",
        "add-claim": f"#/personas/{first}?add=claim",
        "theme": f"#/themes/{max(document.themes, key=lambda t: t.n).id}",
        "source": f"#/sources/{interview.id}",
        "people": "#/sources?tab=people",
        "masks": "#/sources?tab=masks",
        "mask": f"#/sources?tab=masks&mask={mask}",
        "about": "#/sources?tab=about",
        "draft-message": f"#/messaging/{first}?draft=yes",
        "test-message": f"#/messaging/{first}?try=yes",
        "rejected": "#/record?show=rejected",
        "left-out": "#/record?show=left-out",
    }


@pytest.mark.parametrize("width", WIDTHS)
def test_every_room_is_accessible_and_fits_its_window(
    browser: Any, server: Server, study: Path, width: int, request: pytest.FixtureRequest
) -> None:
    scheme = "dark" if width == 768 else "light"
    tab = Tab(browser, server, viewport={"width": width, "height": 860}, color_scheme=scheme).open()
    wrong = []
    for name, at in places(study).items():
        tab.go(at)
        if name in DONE_FIRST:
            DONE_FIRST[name](tab)
        if request.config.getoption("--update-golden") and name in SHOWN:
            _shoot(tab.page, name, width)
        tab.page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
        assert overflow(tab.page) == [], (name, width)
        tab.page.evaluate(LEAVE_OPEN, MOST_OPEN)
        wrong += _faults(tab.page, name, width)
    assert wrong == []
    assert tab.strangers == []
    assert tab.problems == []
    tab.close()


def _faults(page: Any, name: str, width: int) -> list[tuple[str, int, str, list[str]]]:
    """Return what is serious or critical to axe on the page as it is shown."""
    found = []
    # Without what passed: of a long page that is megabytes.
    done = axe.Axe().run(page, options={"resultTypes": ["violations"]})
    for fault in done.response["violations"]:
        if fault["impact"] in {"serious", "critical"}:
            nodes = [n["html"][:120] for n in fault["nodes"] if not _gradios(n)]
            found += [(name, width, fault["id"], nodes[:3])] if nodes else []
    return found


def _ask_a_persona(tab: Tab) -> None:
    """Put a question that its people answer, and one that nobody spoke of."""
    for question in ("What holds you back?", "Which football club do you follow?"):
        tab.page.locator("#question").fill(question)
        tab.page.locator("#asking .primary").click()
        tab.page.locator("#asking").get_by_role("button", name="Ask").wait_for()
        tab.page.locator(".items").get_by_text(question).first.wait_for()
        tab.settle()


def _test_a_message(tab: Tab) -> None:
    """Put two variants before the persona; each line meets what its people said."""
    page = tab.page
    page.locator("#test-text").fill(
        "No more ringing customers back: they see for themselves when the bike is ready.\n"
        "It costs next to nothing. Our blockchain delights your synergies."
    )
    page.locator("#test-against").fill("Your bookings, prices and services are put in for you.")
    page.locator("#testing").get_by_role("button", name="Test", exact=True).click()
    page.wait_for_selector("#t1-1")
    tab.settle()
    assert "Tested" in tab.said()
    page.locator("[data-said-close]").click()
    page.locator("#testing [type=submit]").evaluate("n => n.scrollIntoView({block: 'start'})")


LEAVE_OPEN = "n => [...document.querySelectorAll('details')].slice(n).forEach(d => d.open = false)"
MOST_OPEN = 8
"""What unfolds is alike all down a page, and axe takes minutes for a page with all of it open."""
DONE_FIRST = {"chat": _ask_a_persona, "test-message": _test_a_message}
"""Places that show something only after somebody did something there."""


def _gradios(node: Any) -> bool:
    return any(selector in str(node["target"]) for selector in GRADIO_OWN)


def _shoot(page: Any, name: str, width: int) -> None:
    """Keep a picture for the docs: each room on a desk, a few in the dark and on a phone."""
    if width != 1280 and name not in {"insights", "persona", "sources"}:
        return
    SHOTS.mkdir(exist_ok=True)
    page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = false)")
    page.wait_for_timeout(300)
    page.screenshot(path=str(SHOTS / f"{name}-{width}.jpg"), type="jpeg", quality=72)


def test_the_whole_path_from_files_to_a_document_that_holds_the_decision(
    browser: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "shop"
    server = Server(folder, "--by", "Ana").start()
    tab = Tab(browser, server).open()
    try:
        _bring_in(tab, tmp_path)
        _analyze(tab)
        _decide_on_insights(tab)
        server.stop()
        server.start()
        _everything_is_still_there(tab)
        words = _edit_persona_and_draft(tab)
        _export(tab, words)
        assert tab.strangers == []
        assert tab.problems == []
    finally:
        tab.close()
        server.stop()


def _bring_in(tab: Tab, tmp_path: Path) -> None:
    page = tab.page
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"PK\x03\x04 and then nothing that makes sense")
    files = [*sorted(SAMPLE.iterdir()), broken]
    page.set_input_files("#drop-files", [str(f) for f in files])
    tab.wait_for(f"{len(files)} files to import")
    tab.settle()
    assert page.get_by_text("Can’t be read: broken.docx").is_visible()
    first = next(f.name for f in files if f.suffix == ".txt")
    tab.go(f"#/sources?file={first}")
    roles = page.locator("select[id^=role-]")
    before = [roles.nth(n).input_value() for n in range(roles.count())]
    assert "interviewer" in before
    asker = before.index("interviewer")
    roles.nth(asker).select_option("participant")
    page.get_by_role("button", name="Read again like this").click()
    tab.wait_for("Read again as you said.")
    tab.settle()
    assert page.locator(f"#role-{asker}").input_value() == "participant"
    page.locator(f"#role-{asker}").select_option("interviewer")
    page.get_by_role("button", name="Read again like this").click()
    tab.settle()
    tab.go("#/sources")
    page.get_by_role("button", name=f"Import all {len(files)}").click()
    tab.wait_for("What the last import did")
    tab.settle()
    assert page.get_by_text("Imported.").count() == len(files) - 1
    assert page.get_by_text("Refused.").count() == 1
    page.get_by_role("button", name="Take away").first.click()
    tab.wait_for("was taken away")
    tab.settle()


def _analyze(tab: Tab) -> None:
    tab.go("#/analyze")
    tab.page.locator("#analyze").click()
    tab.wait_for("At work")
    tab.page.locator("#end").click()
    tab.wait_for("Ended. What was read")
    tab.settle()
    tab.page.locator("#analyze").click()
    tab.page.get_by_text("Done:").wait_for(timeout=3 * PATIENCE)
    tab.settle()


def _decide_on_insights(tab: Tab) -> None:
    tab.go("#/insights")
    page = tab.page
    page.get_by_label("Code", exact=True).select_option("pain_point")
    tab.page.wait_for_function("location.hash.includes('pain_point')")
    tab.settle()
    items = page.locator("[data-item]")
    one, two, three = (str(items.nth(n).get_attribute("id")) for n in range(3))
    tab.click(f"#a-{one}")
    assert page.locator(f"#a-{one}").get_attribute("aria-pressed") == "true"
    page.locator(f"#e-{two}").click()
    page.locator(f"#t-{two}").fill("Said in other words")
    tab.click(f"#f-{two} [type=submit]")
    assert page.get_by_text("Read as: Said in other words").is_visible()
    page.locator(f"#{three}").focus()
    page.keyboard.press("r")
    page.wait_for_selector(f"#{three}.rejected")
    tab.settle()
    tab.click("#undo")
    assert page.locator(f"#{three}.rejected").count() == 0
    page.keyboard.press("j")
    page.locator("#tick-all").check()
    assert page.locator("[data-ticked]").first.inner_text() == "25"
    tab.click("#bulk-accept")
    assert "25 items" in tab.said()
    tab.click("#undo")
    assert page.locator(f"#{three} .state").inner_text() == "To decide"
    page.locator("#c-words").fill("bike")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash.includes('words=bike')")
    tab.settle()
    assert "bike" in page.locator(".items").inner_text().lower()


def _everything_is_still_there(tab: Tab) -> None:
    tab.open("#/record")
    log = tab.page.locator("tbody").inner_text()
    for what in ("accepted", "reworded", "rejected", "took back"):
        assert what in log
    assert "Ana" in log


def _edit_persona_and_draft(tab: Tab) -> str:
    page, words = tab.page, "Keeps a shop going with paper and patience"
    tab.go("#/personas")
    page.locator(".card h2 a").first.click()
    page.wait_for_selector("#edit-summary")
    tab.settle()
    page.locator("#edit-summary").click()
    page.locator("textarea[id^=t-p_]").fill(words)
    tab.click("form[id^=f-p_] [type=submit]")
    assert page.locator(".summary").inner_text().startswith(words)
    claim = page.locator(".claim summary").first
    claim.click()
    assert page.locator(".claim details[open] blockquote").first.is_visible()
    page.get_by_role("link", name="Messaging").last.click()
    page.wait_for_selector("#draft-one")
    tab.settle()
    page.locator("#draft-one").click()
    page.wait_for_selector("#draft-text")
    tab.settle()
    page.locator("#draft-text").fill("Close the shop on time")
    page.locator("#drafting [name=claims]").first.check()
    tab.click("#drafting [type=submit]")
    assert page.get_by_text("Close the shop on time").first.is_visible()
    return words


def _export(tab: Tab, words: str) -> None:
    tab.go("#/documents")
    page = tab.page
    page.locator("#format-json").check()
    tab.click("#export [type=submit]")
    assert "Wrote" in tab.said()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download study.json").click()
    document = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert words in [p["summary"] for p in document["personas"]]
    assert "Close the shop on time" in [m["text"] for m in document["messages"]]
    assert {"accepted", "edited"} <= {i["status"] for i in document["insights"]}
    assert {e["by"] for e in document["reviews"]} == {"Ana"}
    tab.go("#/documents/personas.html")
    frame = page.frame_locator("iframe.preview")
    assert words in frame.locator("body").inner_text()


def test_two_tabs_share_no_state_and_the_second_decision_is_told(
    browser: Any, server: Server, tab: Tab
) -> None:
    other = Tab(browser, server).open("#/insights?status=suggested")
    tab.go("#/themes")
    assert "Insights" in other.page.title()
    tab.go("#/insights?status=suggested")
    item = str(tab.page.locator("[data-item]").first.get_attribute("id"))
    tab.click(f"#r-{item}")
    other.click(f"#a-{item}")
    assert "was changed since you looked" in other.said()
    tab.click("#undo")
    other.close()


def test_two_tabs_of_one_window_keep_their_own_room_ticks_and_words(
    browser: Any, server: Server, tab: Tab
) -> None:
    tab.go("#/insights?code=praise")
    box = tab.page.locator("input[name=pick]").first
    box.check()
    tab.page.locator("#c-words").fill("half a word")
    other = Tab(browser, server, beside=tab).open("#/insights?code=praise")
    assert other.page.locator("input[name=pick]:checked").count() == 0
    assert other.page.locator("#c-words").input_value() == ""
    other.go("#/themes")
    assert "Insights" in tab.page.title()
    assert box.is_checked()
    assert tab.page.locator("#c-words").input_value() == "half a word"
    other.page.close()


def test_a_mask_goes_a_claim_comes_the_persona_is_approved_and_all_documents_leave(
    browser: Any, demo: Demo, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(demo.open.parents[1], tmp_path / "study"))
    with Server(folder, "--by", "Ana") as server:
        tab = Tab(browser, server).open()
        _take_a_mask_back(tab, folder)
        _add_a_claim_over_two_searches(tab, folder)
        _approve(tab)
        tab.go("#/documents")
        with tab.page.expect_download() as waiting:
            tab.click("#bundle")
        with zipfile.ZipFile(waiting.value.path()) as archive:
            assert "personas.html" in archive.namelist()
        assert tab.strangers == []
        assert tab.problems == []
        tab.close()


def _take_a_mask_back(tab: Tab, folder: Path) -> None:
    page = tab.go("#/sources?tab=masks").page
    page.locator("tbody a").first.click()
    page.wait_for_selector("#behind")
    tab.settle()
    tab.click("#behind")
    name = page.locator(".note").inner_text().removeprefix("Behind it: ")
    tab.click("[id^=unmask-]:not(#unmask-all)")
    assert "Put back in 1 text" in tab.said()
    with Study.open(folder) as study:
        said = [u.text for source in study.document().sources for u in source.utterances]
    assert any(name in text for text in said)


def _add_a_claim_over_two_searches(tab: Tab, folder: Path) -> None:
    page = tab.go("#/personas").page
    page.locator(".card h2 a").last.click()
    page.wait_for_selector("#add-claim")
    tab.settle()
    tab.click("#add-claim")
    page.wait_for_selector("#add-text")
    page.locator("#add-text").fill("Wants to know the state without asking")
    for number, word in enumerate(("bike", "time"), start=1):
        page.locator("#c-words").fill(word)
        page.locator("#search-go").click()
        page.wait_for_function(
            "word => document.querySelector('[data-page]').dataset.at.includes('words=' + word)",
            arg=word,
        )
        tab.settle()
        page.locator("ul:not(#picked) > li > p > [data-pick]").first.click()
        page.wait_for_function(
            "n => document.querySelectorAll('#picked [data-pick]:checked').length === n",
            arg=number,
        )
        tab.settle()
    tab.click("#adding [type=submit]")
    page.wait_for_selector("#next-one")
    with Study.open(folder) as study:
        claims = study.document().claims
    claim = next(c for c in claims if c.text == "Wants to know the state without asking")
    assert len(claim.supports) == 2


def _approve(tab: Tab) -> None:
    page = tab.page
    tab.click("#next-one")
    assert "suggested" in str(page.evaluate("document.activeElement.className"))
    page.locator("#tick-all").check()
    tab.click("#bulk-accept")
    tab.click("#approve")
    assert page.locator(".banner.approved").is_visible()
    page.locator("#edit-name").click()
    page.locator("#t-name").fill("Called otherwise")
    tab.click("#f-name [type=submit]")
    page.get_by_text("→ Called otherwise").wait_for()


def test_whoever_goes_on_before_the_answer_came_gets_where_they_went(tab: Tab) -> None:
    page = tab.go("#/themes").page
    page.evaluate(
        """async () => { for (const room of ['insights', 'themes', 'messaging', 'record']) {
          location.hash = '#/' + room; await new Promise((done) => setTimeout(done, 15)); } }"""
    )
    page.wait_for_selector("#door-record[aria-current=page]")
    tab.settle()
    assert page.evaluate("location.hash") == "#/record"
    assert "Record" in page.title()


def test_a_tab_says_that_the_room_is_closed_and_goes_on_when_it_is_open_again(
    browser: Any, demo: Demo, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(demo.open.parents[1], tmp_path / "study"))
    server = Server(folder, "--by", "Ana").start()
    tab = Tab(browser, server).open("#/insights")
    item = str(tab.page.locator("[data-item]").first.get_attribute("id"))
    tab.page.evaluate("window.before = true")
    server.stop()
    tab.page.locator(f"#a-{item}").click()
    tab.wait_for("The review room does not answer. Start it again")
    server.start()
    tab.page.wait_for_function("!window.before && document.querySelector('#room-title')")
    tab.settle()
    tab.page.locator(f"#a-{item}").click()
    tab.page.wait_for_selector(f"#a-{item}[aria-pressed=true]")
    tab.close()
    server.stop()


def test_the_keyboard_alone_moves_decides_and_takes_back(tab: Tab) -> None:
    tab.go("#/insights?status=suggested&code=motivation")
    page = tab.page
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.id")
    page.keyboard.press("a")
    page.wait_for_function("id => !document.getElementById(id)", arg=first)
    tab.settle()
    assert page.evaluate("document.activeElement.hasAttribute('data-item')")
    page.keyboard.press("u")
    page.wait_for_selector(f"#{first}")
    tab.settle()
    page.keyboard.press("?")
    assert page.locator("dialog[open]").is_visible()
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="hidden")
    page.wait_for_function("document.activeElement.hasAttribute('data-item')")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "c-words"


def test_light_and_dark_can_be_chosen_and_the_choice_lasts(tab: Tab) -> None:
    page = tab.page
    page.locator("#paint").click()
    page.locator("#paint").click()
    assert page.evaluate("document.documentElement.dataset.light") == "dark"
    tab.open()
    assert page.evaluate("document.documentElement.dataset.light") == "dark"


HOSTILE = "<img src=x onerror=alert(1)> [c](javascript:alert(2)) ${alert(3)} {{alert(4)}}"


def test_markup_that_people_wrote_is_text_in_every_room(
    browser: Any, demo: Demo, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(demo.open.parents[1], tmp_path / "hostile"))
    source = _spoil(folder, tmp_path)
    with Server(folder) as server:
        tab = Tab(browser, server).open()
        seen = 0
        for at in [*places(folder).values(), f"#/sources/{source}", "#/documents/personas.html"]:
            tab.go(at)
            shown = tab.page.locator("[data-page]").inner_text()
            seen += "<img src=x onerror=alert(1)>" in shown
            assert tab.page.locator(".pg img").count() == 0, at
            assert tab.page.locator(".pg a[href^=javascript]").count() == 0, at
        assert seen >= 8
        page = tab.page.frame_locator("iframe.preview")
        assert page.locator("img").count() == 0
        assert "<img src=x" in page.locator("body").inner_text()
        assert tab.problems == []
        tab.close()


def _spoil(folder: Path, tmp_path: Path) -> str:
    """Put markup wherever somebody can write something; return the source that holds some."""
    table = tmp_path / "reviews.csv"
    rows = [f'{n},"I hate that the export is so slow, {HOSTILE}"' for n in range(3)]
    table.write_text("author,review\n" + "\n".join(rows), encoding="utf-8")
    with Study.open(folder) as study:
        study.tell(StudyQuestion(question=HOSTILE), Product(name=HOSTILE, does=(HOSTILE,)))
        document = study.document()
        claims = {c for p in document.personas for c in claims_of(p)}
        largest = max(document.themes, key=lambda t: t.n)
        for action, targets in (
            ("edit", [i.id for i in document.insights[:3]]),
            ("rename", [largest.id]),
            ("edit", sorted(claims)),
            ("edit", [p.id for p in document.personas]),
            ("edit", [m.id for m in document.messages]),
        ):
            study.decide(Decision(action=action, targets=tuple(targets), text=HOSTILE), HOSTILE)
        done = study.import_files([table])
        study.export(["html"])
    return str(done.files[0].source)


def test_others_need_their_password_and_decide_under_their_own_name(
    browser: Any, demo: Demo, tmp_path: Path
) -> None:
    from personagen.ui.doors import add_user

    add_user(tmp_path / "users.txt", "ben", "a long enough password")
    folder = Path(shutil.copytree(demo.open.parents[1], tmp_path / "study"))
    with Server(folder, "--auth", str(tmp_path / "users.txt")) as server:
        tab = Tab(browser, server)
        page = tab.page
        page.goto(server.address)
        page.locator("input").nth(0).fill("ben")
        page.locator("input[type=password]").fill("wrong words entirely")
        page.get_by_role("button", name="Login").click()
        page.get_by_text("Incorrect", exact=False).first.wait_for()
        assert page.locator("#room-title").count() == 0
        page.goto(server.address)
        page.locator("input").nth(0).fill("ben")
        page.locator("input[type=password]").fill("a long enough password")
        page.get_by_role("button", name="Login").click()
        page.wait_for_selector("#room-title")
        tab.settle()
        tab.go("#/insights")
        item = str(page.locator("[data-item]").first.get_attribute("id"))
        tab.click(f"#a-{item}")
        assert tab.strangers == []
        tab.close()
    with Study.open(folder) as study:
        assert [e.by for e in study.events()] == ["ben"]
