"""The review room without a browser: what it draws, what it lets in, what it keeps apart."""

from __future__ import annotations

import ast
import re
import shutil
import time
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import click
import pytest
from personagen.ui import adding, doors, incoming, masks, record, sources
from personagen.ui.address import ROOMS, Address, to
from personagen.ui.desk import ACTS, answer
from personagen.ui.incoming import Incoming, safe_name
from personagen.ui.jobs import Jobs
from personagen.ui.room import Desk, Scene
from personagen.ui.shelf import Shelf
from personagen.ui.trust import grade, lines_of, trust

from personagen.cli import main
from personagen.errors import PersonagenError, UsageError
from personagen.llm.options import LlmOptions
from personagen.models import StudyDocument
from personagen.progress import Progress
from personagen.reidentification import Risk
from personagen.review.decisions import claims_of
from personagen.study import Study

UI = Path(doors.__file__).parent
HOSTILE = '<img src=x onerror="alert(1)"> [click](javascript:alert(2)) ${alert(3)} {{alert(4)}}'


def desk_of(folder: Path, uploads: Path) -> Desk:
    uploads.mkdir(exist_ok=True)
    return Desk(Shelf(folder), Incoming(folder, uploads), Jobs())


@pytest.fixture
def desk(demo_copy: Path, tmp_path: Path) -> Desk:
    return desk_of(demo_copy, tmp_path / "uploads")


def ask(desk: Desk, at: str = "", do: str = "", **more: Any) -> dict[str, Any]:
    return answer(desk, {"turn": 1, "at": at, "by": "Ana", "do": do, **more}, "")


def finish(desk: Desk) -> None:
    while desk.jobs.going:
        time.sleep(0.05)


class Tags(HTMLParser):
    """Collects the tags, their ids and their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    @property
    def ids(self) -> list[str]:
        return [str(a["id"]) for _, a in self.found if "id" in a]


def everywhere(document: StudyDocument) -> list[str]:
    first = document.personas[0].id
    return [
        *(to(room) for room in ROOMS),
        to("personas", first),
        to("personas", first, add="claim"),
        to("personas", compare="all"),
        to("themes", document.themes[0].id),
        to("journey", first),
        to("messaging", first, draft="yes"),
        *(to("sources", source.id) for source in document.sources),
        to("sources", tab="people"),
        to("sources", tab="masks"),
        to("sources", tab="masks", kind="colleague"),
        to("sources", tab="masks", mask="[colleague 1]", behind="yes"),
        to("sources", tab="about"),
        to("record", show="left-out"),
        to("record", show="rejected"),
        to("record", show="analyses"),
    ]


# ------------------------------------------------------------------ where one is


@pytest.mark.parametrize(
    "address",
    [
        Address("insights", "", {"code": "pain_point", "page": "2"}),
        Address("sources", "", {"file": "a & b ü?#.txt"}),
        Address("themes", "t_1"),
        Address("documents", "sub/dir.html"),
    ],
)
def test_an_address_reads_back_as_it_was_written(address: Address) -> None:
    assert Address.read(str(address)) == address


@pytest.mark.parametrize("text", ["", "#", "#/nowhere", "#/../../etc/passwd", "#/<script>", "\0"])
def test_an_address_that_makes_no_sense_leads_to_where_one_begins(desk: Desk, text: str) -> None:
    assert ask(desk, text)["title"].startswith("Personas")


def test_numbers_in_an_address_are_kept_in_bounds(desk: Desk) -> None:
    for page in ("0", "-1", "99999999999999999999", "x", "400"):
        assert "item" in ask(desk, to("insights", page=page))["html"]


# ------------------------------------------------------------------ what is drawn


def test_every_place_is_drawn_with_a_title_and_ids_that_stand_once(desk: Desk) -> None:
    for at in everywhere(desk.shelf.now().document):
        reply = ask(desk, at)
        tags = Tags(reply["html"])
        assert reply["tone"] != "problem", at
        assert tags.ids.count("room-title") == 1, at
        twice = {i for i in tags.ids if tags.ids.count(i) > 1}
        assert not twice, (at, twice)


def test_every_field_has_a_name_for_those_who_do_not_see_it(desk: Desk) -> None:
    for at in everywhere(desk.shelf.now().document):
        tags = Tags(ask(desk, at)["html"])
        labelled = {a.get("for") for tag, a in tags.found if tag == "label"}
        for tag, a in tags.found:
            if tag in {"input", "select", "textarea"} and a.get("type") not in {"hidden"}:
                named = a.get("id") in labelled or a.get("aria-label")
                inside = a.get("type") in {"checkbox", "radio"}
                assert named or inside, (at, a)


def test_an_empty_study_says_in_every_room_what_to_do_next(tmp_path: Path) -> None:
    Study.create(tmp_path / "new").close()
    desk = desk_of(tmp_path / "new", tmp_path / "uploads")
    assert ask(desk)["title"].startswith("Sources")
    for room in ROOMS:
        reply = ask(desk, to(room))
        assert 'class="empty' in reply["html"], room
        assert "Analyze the study" not in reply["html"], room
        assert reply["tone"] != "problem"


def test_a_long_list_is_paged(desk: Desk) -> None:
    insights = desk.shelf.now().document.insights
    html = ask(desk, "#/insights")["html"]
    assert len(insights) > 25
    assert html.count('name="pick"') == 25
    assert f"1–25 of {len(insights):,} insights" in html
    more = ask(desk, to("insights", per=50))["html"]
    assert more.count('name="pick"') == 50
    assert ask(desk, to("insights", per=5000))["html"].count('name="pick"') == 25


def test_the_study_is_read_once_until_something_changes(desk: Desk) -> None:
    desk.shelf.now()  # whoever opens a study first makes good what is left to be made good
    before = desk.shelf.now()
    ask(desk, "#/insights")
    assert desk.shelf.now() is before
    ask(desk, do="accept", targets={before.document.insights[0].id: ""})
    assert desk.shelf.now() is not before


# ------------------------------------------------------------------ what participants wrote


def test_markup_that_a_participant_wrote_shows_as_text_in_every_room(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    table = tmp_path / "reviews.csv"
    rows = [
        f'{n},"I hate that the {thing} is so slow. {HOSTILE.replace(chr(34), chr(34) * 2)}"'
        for n in range(4)
        for thing in ("export", "import", "search")
    ]
    table.write_text("author,review\n" + "\n".join(rows), encoding="utf-8")
    talk = tmp_path / f"{'<b>x'}.txt"
    line = f"I wish it were quicker, because {HOSTILE} costs me an hour every day."
    talk.write_text(f"Interviewer: What hurts?\nMia: {line}\n" * 6, encoding="utf-8")
    with Study.create(folder) as study:
        study.import_files([table, talk])
        study.analyze()
        document = study.document()
        study.export(["html", "md", "csv", "json"])
    assert document.insights
    desk = desk_of(folder, tmp_path / "uploads")
    shown = 0
    places = everywhere(document) if document.personas and document.themes else []
    for at in places or [to(room) for room in ROOMS]:
        html = ask(desk, at)["html"]
        shown += "&lt;img src=x" in html
        _is_harmless(html, at)
    for name in ("personas.html", "personas.md", "insights.csv"):
        _is_harmless(ask(desk, to("documents", name))["html"], name)
    assert shown >= 2


def _is_harmless(html: str, at: str) -> None:
    for tag, attributes in Tags(html).found:
        assert tag not in {"img", "script", "object", "embed", "b"}, at
        assert not any(name.startswith("on") for name in attributes), at
        assert not str(attributes.get("href", "")).lower().startswith("javascript"), at
        assert tag != "iframe" or attributes.get("sandbox") == "", at


def test_a_preview_of_a_waiting_file_is_text_too(desk: Desk, tmp_path: Path) -> None:
    upload = tmp_path / "uploads" / "x.txt"
    upload.write_text(f"<b>Ann</b>: Why?\nBen: {HOSTILE}\n" * 3, encoding="utf-8")
    ask(desk, "#/sources", "take", fields={"paths": [str(upload)], "names": ["<i>talk.txt"]})
    (waiting,) = desk.incoming.files()
    for at in ("#/sources", to("sources", file=waiting.name)):
        _is_harmless(ask(desk, at)["html"], at)


# ------------------------------------------------------------------ deciding


def test_accept_edit_reject_and_undo_are_on_record_with_the_name(desk: Desk) -> None:
    first, second, third = desk.shelf.now().document.insights[:3]
    assert ask(desk, "#/insights", "accept", targets={first.id: ""})["undo"]
    ask(desk, "#/insights", "edit", targets={second.id: ""}, fields={"text": "Said plainly"})
    ask(desk, "#/insights", "reject", targets={third.id: ""})
    document = desk.shelf.now().document
    status = {i.id: i.status for i in document.insights}
    assert [status[i.id] for i in (first, second, third)] == ["accepted", "edited", "rejected"]
    assert {e.by for e in document.reviews} == {"Ana"}
    last = str(document.reviews[-1].id)
    ask(desk, "#/insights", "undo", targets={"undo": ""}, fields={"seen": last})
    assert {i.id: i.status for i in desk.shelf.now().document.insights}[third.id] == "suggested"


def test_many_are_decided_at_once_and_taken_back_at_once(desk: Desk) -> None:
    some = desk.shelf.now().document.insights[:40]
    now = desk.shelf.now()
    said = ask(desk, "#/insights", "reject", targets={i.id: now.version(i.id) for i in some})
    assert "40 items" in said["said"]
    last = str(desk.shelf.now().document.reviews[-1].id)
    ask(desk, "#/insights", "undo", targets={"undo": ""}, fields={"seen": last})
    assert all(i.status == "suggested" for i in desk.shelf.now().document.insights)


def test_two_people_on_one_item_the_second_is_told_who_was_first(desk: Desk) -> None:
    insight = desk.shelf.now().document.insights[0]
    seen = {insight.id: desk.shelf.now().version(insight.id)}
    answer(desk, {"at": "#/insights", "by": "Ana", "do": "reject", "targets": seen}, "")
    told = answer(desk, {"at": "#/insights", "by": "Ben", "do": "accept", "targets": seen}, "")
    assert told["tone"] == "problem"
    assert "Ana, reject" in told["said"]
    assert [e.by for e in desk.shelf.now().document.reviews] == ["Ana"]


def test_who_is_logged_in_decides_whatever_name_the_browser_says(desk: Desk) -> None:
    insight = desk.shelf.now().document.insights[0]
    data = {"at": "", "by": "Mallory", "do": "accept", "targets": {insight.id: ""}}
    answer(desk, data, "ben")
    assert desk.shelf.now().document.reviews[-1].by == "ben"


@pytest.mark.parametrize(
    ("do", "more", "told"),
    [
        ("accept", {}, "nothing is selected"),
        ("accept", {"targets": {"i_none": ""}}, "nothing in this study has the id"),
        ("undo", {"fields": {"seen": "x"}}, "no decision to take back"),
        ("merge", {"targets": {"t_none": ""}, "fields": {"to": "t_x"}}, "has the id"),
        ("export", {}, "no format is ticked"),
        ("import", {}, "no file is waiting"),
        ("take", {}, "no file arrived"),
        ("fly", {}, "can't be done here"),
    ],
)
def test_what_goes_wrong_is_said_with_what_to_do(
    desk: Desk, do: str, more: dict[str, Any], told: str
) -> None:
    reply = ask(desk, "#/insights", do, **more)
    assert reply["tone"] == "problem"
    assert told in reply["said"]
    assert "room-title" in reply["html"]


@pytest.mark.parametrize(
    "junk", [{}, {"targets": 3}, {"at": None}, {"do": "x" * 99}, {"fields": {"a": {"b": 1}}}]
)
def test_a_question_that_no_browser_of_ours_asks_is_answered_with_the_first_room(
    desk: Desk, junk: dict[str, Any]
) -> None:
    assert "room-title" in answer(desk, junk, "")["html"]


# ------------------------------------------------------------------ files


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        (".hidden.txt", "hidden.txt"),
        ("a<b>|c?.txt", "a_b_c_.txt"),
        ("Interview 07 (final).docx", "Interview 07 (final).docx"),
        ("über ü.txt", "über ü.txt"),
        ("\u202egnp.txt", "gnp.txt"),
        ("", "file"),
        ("...", "file"),
    ],
)
def test_a_name_stays_in_its_folder(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert len(safe_name("x" * 999 + ".txt")) < 200


def test_only_what_the_server_has_received_is_taken_in(desk: Desk, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Ann: mine\n")
    link = tmp_path / "uploads" / "link.txt"
    link.symlink_to(secret)
    for path in (secret, link, Path("/etc/hostname"), tmp_path / "uploads"):
        reply = ask(desk, "#/sources", "take", fields={"paths": [str(path)], "names": ["x.txt"]})
        assert reply["tone"] == "problem"
    assert secret.exists()
    assert not desk.incoming.files()


def test_a_file_that_is_too_large_is_refused_with_what_to_do(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "LARGEST", 1024 * 1024)
    upload = tmp_path / "uploads" / "big.txt"
    upload.write_bytes(b"x" * (1024 * 1024 + 1))
    reply = ask(desk, "#/sources", "take", fields={"paths": [str(upload)], "names": ["big.txt"]})
    assert "larger than 1 MB. Split it" in reply["said"]
    assert not desk.incoming.files()


def test_a_file_waits_is_corrected_imported_and_leaves(desk: Desk, tmp_path: Path) -> None:
    upload = tmp_path / "uploads" / "talk.txt"
    upload.write_text("Ann: I mend bikes.\nBen: I sell them.\n" * 3, encoding="utf-8")
    ask(desk, "#/sources", "take", fields={"paths": [str(upload)], "names": ["talk.txt"]})
    (waiting,) = desk.incoming.files()
    fields = {
        "file": "talk.txt",
        "role-0": "participant",
        "role-1": "interviewer",
        "kind": "interview",
    }
    assert ask(desk, to("sources", file="talk.txt"), "correct", fields=fields)["tone"] == "done"
    ask(desk, "#/sources", "import", fields={"file": "talk.txt"})
    finish(desk)
    assert not waiting.exists()
    assert not [p for p in desk.incoming.folder.iterdir()]
    source = next(s for s in desk.shelf.now().document.sources if s.path == "talk.txt")
    assert {u.role for u in source.utterances} == {"participant", "interviewer"}
    assert source.utterances[0].role == "participant"
    assert "Imported." in ask(desk, "#/sources")["html"]
    assert 'id="outdated"' in ask(desk, "#/analyze")["html"]


def test_a_refused_file_says_why_and_goes_on_waiting(desk: Desk, tmp_path: Path) -> None:
    upload = tmp_path / "uploads" / "broken.docx"
    upload.write_bytes(b"PK\x03\x04 and then nothing that makes sense")
    ask(desk, "#/sources", "take", fields={"paths": [str(upload)], "names": ["broken.docx"]})
    assert "Can’t be read: broken.docx" in ask(desk, "#/sources")["html"]
    ask(desk, "#/sources", "import")
    finish(desk)
    html = ask(desk, "#/sources")["html"]
    assert "Refused." in html
    assert [p.name for p in desk.incoming.files()] == ["broken.docx"]
    assert 'id="import-all"' not in html
    assert 'id="on-to-analyze"' in html


def test_the_study_is_told_what_it_asks(desk: Desk) -> None:
    fields = {"question": "Why?", "name": "Bench", "does": "mends\n\nsells ", "proof": ""}
    ask(desk, to("sources", tab="about"), "tell", fields=fields)
    document = desk.shelf.now().document
    assert document.study.question == "Why?"
    assert document.product.does == ("mends", "sells")


# ------------------------------------------------------------------ work that takes a while


def test_work_is_ended_at_its_next_report_and_another_can_begin() -> None:
    jobs, steps = Jobs(), []

    def work(report: Any) -> str:
        while True:
            steps.append(1)
            report(Progress("Coding", len(steps), 1_000_000))
            time.sleep(0.01)

    jobs.start("analyze", "Ana", work)
    with pytest.raises(PersonagenError, match="Ana started something"):
        jobs.start("import", "Ben", work)
    jobs.end()
    while jobs.going:
        time.sleep(0.01)
    assert jobs.last is not None
    assert jobs.last.state == "ended"
    assert jobs.start("import", "Ben", lambda report: "done").kind == "import"


def test_work_that_fails_says_why() -> None:
    jobs = Jobs()

    def work(report: Any) -> str:
        raise UsageError("no", "try again")

    job = jobs.start("analyze", "Ana", work)
    while job.going:
        time.sleep(0.01)
    assert (job.state, job.said) == ("failed", "no. try again")


def test_an_analysis_that_was_ended_leaves_the_findings_of_before(desk: Desk) -> None:
    before = desk.shelf.now().document.insights
    ask(desk, "#/analyze", "analyze")
    ask(desk, "#/analyze", "end")
    finish(desk)
    assert desk.jobs.last is not None
    assert desk.jobs.last.state == "ended"
    assert desk.shelf.now().document.insights == before
    assert "Ended." in ask(desk, "#/analyze")["html"]


def test_a_model_elsewhere_needs_a_bound_and_sense_in_what_is_typed(desk: Desk) -> None:
    for wrong, told in (
        ({"model": "openai:x"}, "nothing bounds"),
        ({"cost": "much"}, "no sum of money"),
        ({"base": "ftp://x"}, "is no address"),
        ({"tokens": "lots"}, "no number of tokens"),
        ({"chosen": "yes", "tokens": "9000"}, "the model has nothing to do"),
    ):
        fields = {"analyst": "llm", **wrong}
        assert told in ask(desk, "#/analyze", "analyze", fields=fields)["said"]
    assert desk.jobs.last is None


def test_what_the_model_does_is_ticked_and_its_price_is_that_of_those_steps(desk: Desk) -> None:
    fields: dict[str, str | list[str]] = {
        "analyst": "llm", "tokens": "500,000", "estimate": "yes", "chosen": "yes",
    }  # fmt: skip
    told = {}
    for steps in (["claims"], ["claims", "messages"]):
        reply = ask(desk, "#/analyze", "analyze", fields={**fields, "steps": steps})
        told[steps[-1]] = reply["said"]
        boxes = [a for _, a in Tags(reply["html"]).found if a.get("name") == "steps"]
        assert [a["value"] for a in boxes if "checked" in a] == steps
        assert 'value="500,000"' in reply["html"]
        assert "It stops at 500,000 tokens" in reply["html"]
    assert told["claims"] != told["messages"]


def test_what_a_model_would_cost_is_said_and_what_was_typed_stays(desk: Desk) -> None:
    fields = {"analyst": "llm", "cost": "2.50", "estimate": "yes"}
    reply = ask(desk, "#/analyze", "analyze", fields=fields)
    assert "requests" in reply["said"]
    assert "USD" in reply["said"]
    assert 'value="2.50"' in reply["html"]
    assert desk.jobs.last is None


# ------------------------------------------------------------------ who may come in


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("me.org", False),
    ],
)
def test_loopback_is_this_computer_alone(host: str, loopback: bool) -> None:
    assert doors.is_loopback(host) is loopback


def test_a_password_lets_in_and_its_file_holds_a_hash(tmp_path: Path) -> None:
    file = tmp_path / "users.txt"
    doors.add_user(file, "ana", "long enough words")
    doors.add_user(file, "ben", "other long words")
    users = doors.Users(file)
    assert users.check("ana", "long enough words")
    assert not users.check("ana", "other long words")
    assert not users.check("nobody", "long enough words")
    assert "long enough" not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    doors.add_user(file, "ana", "changed my mind")
    assert not doors.Users(file).check("ana", "long enough words")


@pytest.mark.parametrize(
    ("name", "password"), [("", "x" * 20), ("a:b", "x" * 20), ("ana", "short")]
)
def test_a_name_or_password_that_cannot_be_is_refused(
    tmp_path: Path, name: str, password: str
) -> None:
    with pytest.raises(UsageError):
        doors.add_user(tmp_path / "users.txt", name, password)


def test_other_computers_need_a_password_and_the_command_says_so(
    demo: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["ui", "-s", str(demo.open.parents[1]), "--host", "0.0.0.0"])
    assert stop.value.code == 2
    assert "personagen users add" in capsys.readouterr().err


# ------------------------------------------------------------------ the skin is thin


def test_the_app_knows_the_study_and_the_nouns_and_no_room_behind_them() -> None:
    allowed = {
        "personagen.study": {"Study"},
        "personagen.store.kept": {"Kept"},
        "personagen.custody.masks": {"MaskGroup", "MaskPlace"},
        "personagen.models": None,
        "personagen.errors": None,
        "personagen.progress": None,
        "personagen.ids": {"version_of"},
        "personagen.chatmodel": {"ModelSettings"},
        "personagen.llm.options": {"LlmOptions", "RUN_STEPS", "Step", "steps_of"},
        "personagen.llm.running": {"Estimate"},
        "personagen.reidentification": {"Risk", "risks_of"},
        "personagen.review": {"Change", "Decision"},
        "personagen.filtering": {"InsightFilter"},
        "personagen.messagetest": {
            "Compared",
            "Share",
            "TestedLine",
            "TestedMessage",
            "Voice",
            "in_short",
        },
        "personagen.reading": {
            "Reading",
            "ReadOptions",
            "corrections_of",
            "for_any_file",
            "read_corrections",
            "together",
            "write_corrections",
        },
        "personagen.reading.mapping": {"PARTS"},
        "personagen.importing": {"ImportedFile"},
        "personagen.export": {"FORMATS"},
        "personagen.export.base": None,
        "personagen.export.wording": None,
    }
    for path in UI.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("personagen"):
                names = {alias.name for alias in node.names}
                assert node.module in allowed, (path.name, node.module)
                known = allowed[str(node.module)]
                assert known is None or names <= known, (path.name, node.module, names)


def test_no_module_of_the_app_has_swollen() -> None:
    long = [p.name for p in UI.glob("*.py") if len(p.read_text().splitlines()) > 420]
    assert not long


def test_nothing_in_the_app_points_to_another_site() -> None:
    for path in [*UI.glob("static/*.css"), *UI.glob("static/*.js"), *UI.glob("templates/*")]:
        text = path.read_text(encoding="utf-8")
        assert "http://" not in text, path.name
        assert "https://" not in text, path.name
        assert "@import" not in text, path.name
        assert "|safe" not in text.replace(" ", ""), path.name


def test_whoever_withdraws_is_erased_once_somebody_is_sure(desk: Desk) -> None:
    who = next(p.id for p in desk.shelf.now().document.participants if p.kind == "interviewee")
    page = ask(desk, to("sources", tab="people", withdraw=who))["html"]
    assert f"{who} withdraws" in page
    unsure = ask(desk, "#/sources", "withdraw", targets={who: ""}, fields={"sure": "yes"})
    assert "was not erased" in unsure["said"]
    ask(desk, "#/sources", "withdraw", targets={who: ""}, fields={"sure": who})
    finish(desk)
    assert desk.jobs.last is not None
    assert desk.jobs.last.state == "done", desk.jobs.last.said
    document = desk.shelf.now().document
    assert not [u for s in document.sources for u in s.utterances if u.participant == who]
    assert not [i for i in document.insights if i.participant == who]


def test_a_mask_is_looked_at_taken_back_in_one_place_and_everywhere_and_put_on_again(
    desk: Desk,
) -> None:
    with desk.shelf.open() as study:
        group = next(g for g in study.custody.masks("colleague") if g.places > 1)
        place = study.custody.mask_places(group.placeholder)[0]
    at = to("sources", tab="masks", mask=group.placeholder)
    closed = ask(desk, at)["html"]
    assert f"Behind it: {group.originals[0]}" not in closed
    assert f"Behind it: {group.originals[0]}" in ask(desk, f"{at}&behind=yes")["html"]
    ask(desk, at, "unmask", targets={str(place.number): ""}, fields={"mask": group.placeholder})
    assert place.original in _text_of(desk, place.utterance)
    reply = ask(desk, at, "unmask", targets={group.placeholder: ""})
    assert reply["tone"] == "done"
    assert group.placeholder not in " ".join(_text_of(desk, u) for u in desk.shelf.now().seats)
    told = ask(desk, at, "mask", fields={"term": group.originals[0]})["said"]
    assert "Masked as" in told
    assert place.original not in _text_of(desk, place.utterance)


def _text_of(desk: Desk, utterance: str) -> str:
    source, position = desk.shelf.now().seats[utterance]
    return source.utterances[position].text


def test_the_words_around_a_mask_are_whole_words(desk: Desk) -> None:
    with desk.shelf.open() as study:
        mask = study.custody.masks("colleague")[0].placeholder
    shown = masks.show(scene_of(desk, to("sources", tab="masks", mask=mask)), {})
    for place in shown.values["places"]:
        said = _text_of(desk, place.utterance).split()
        around = "".join(piece.text for piece in place.pieces).split()
        assert set(around) - {"…"} <= set(said)


def scene_of(desk: Desk, at: str) -> Scene:
    return Scene(desk, desk.shelf.now(), Address.read(at), "Ana")


def test_a_participants_name_goes_back_in_single_places_only(desk: Desk) -> None:
    with desk.shelf.open() as study:
        person = next(g for g in study.custody.masks("participant")).placeholder
    at = to("sources", tab="masks", mask=person)
    assert 'id="unmask-all"' not in ask(desk, at)["html"]
    assert ask(desk, at, "unmask", targets={person: ""})["tone"] == "problem"


def test_consent_is_noted_and_the_note_taken_back(desk: Desk) -> None:
    who = desk.shelf.now().document.participants[0].id

    def noted() -> str:
        return next(p.consent for p in desk.shelf.now().document.participants if p.id == who)

    ask(desk, "#/sources?tab=people", "consent", targets={who: ""}, fields={"state": "given"})
    assert noted() == "given"
    ask(desk, "#/sources?tab=people", "consent", targets={who: ""}, fields={"state": "unknown"})
    assert noted() == "unknown"


def test_a_model_elsewhere_is_asked_only_after_its_price_was_shown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    monkeypatch.setattr(desk.jobs, "start", lambda kind, by, work: begun.append(kind))
    fields = {"analyst": "llm", "cost": "2.50"}
    first = ask(desk, "#/analyze", "analyze", fields=fields)
    assert "USD" in first["said"]
    assert "Nothing was sent." in first["said"]
    assert begun == []
    assert 'id="price"' in first["html"]
    ask(desk, first["at"], "analyze", fields=fields)
    assert begun == ["analyze"]


def test_words_are_picked_over_several_searches_for_one_claim(desk: Desk) -> None:
    document = desk.shelf.now().document
    persona = document.personas[0].id
    one, two = document.insights[0], document.insights[-1]
    picked = f"{adding.place(one)} {adding.place(two)}"
    at = to("personas", persona, add="claim", words="bike", picked=picked)
    boxes = [a for tag, a in Tags(ask(desk, at)["html"]).found if a.get("name") == "excerpts"]
    ticked = [a["value"] for a in boxes if "checked" in a]
    assert set(ticked) == set(picked.split())
    values = [a["value"] for a in boxes]
    assert len(values) == len(set(values))
    fields = {"text": "They mend under time pressure", "field": "goals", "excerpts": ticked}
    assert ask(desk, at, "add", targets={persona: ""}, fields=fields)["tone"] == "done"
    claim = next(c for c in desk.shelf.now().document.claims if c.text == fields["text"])
    assert {e.quote for e in claim.supports} == {one.excerpt.quote, two.excerpt.quote}


def test_every_claim_that_stands_before_an_approval_is_on_the_personas_page(desk: Desk) -> None:
    for persona in desk.shelf.now().document.personas:
        html = ask(desk, to("personas", persona.id))["html"]
        boxes = {str(a["value"]) for _, a in Tags(html).found if a.get("name") == "pick"}
        waits = [c.id for c in desk.shelf.now().document.claims if c.status == "suggested"]
        assert set(claims_of(persona)) & set(waits) <= boxes


def test_a_persona_is_approved_and_says_what_changed_since(desk: Desk) -> None:
    persona = min(desk.shelf.now().document.personas, key=lambda p: len(claims_of(p)))
    at = to("personas", persona.id)
    assert 'id="approve"' not in ask(desk, at)["html"]
    ask(desk, at, "accept", targets=dict.fromkeys(claims_of(persona), ""))
    assert 'id="approve"' in ask(desk, at)["html"]
    assert ask(desk, at, "approve", targets={persona.id: ""})["tone"] == "done"
    assert "Nothing changed." in ask(desk, at)["html"]
    ask(desk, at, "edit", targets={persona.id: ""}, fields={"text": "Said in other words"})
    html = ask(desk, at)["html"]
    assert "reworded: Said in other words" in html
    ask(desk, at, "reject", targets={claims_of(persona)[0]: ""})
    assert "removed: " in ask(desk, "#/documents")["html"]


def test_a_persona_says_which_lines_to_trust_and_shows_those_alone(desk: Desk) -> None:
    for shown in desk.shelf.now().view.personas:
        told = trust(shown)
        assert sum(s.lines for s in told.shares) == len(lines_of(shown)) == told.firm.of
        assert all(c.n_members >= 3 and not c.against for c in told.firmest)
        at = to("personas", shown.persona.id, lines="firm")
        ids = set(Tags(ask(desk, at)["html"]).ids)
        boxes = {c.id for c in lines_of(shown) if any(i.endswith(f"-{c.id}") for i in ids)}
        assert boxes == {c.id for c in lines_of(shown) if grade(c) == "firm"}
    assert any(trust(p).firm.lines for p in desk.shelf.now().view.personas)
    cards = ask(desk, "#/personas")["html"]
    assert cards.count("are said by three or more of them") == len(desk.shelf.now().view.personas)


def test_a_message_says_how_many_people_stand_behind_it_before_it_is_opened(desk: Desk) -> None:
    shown = desk.shelf.now().view.personas[0]
    html = ask(desk, to("messaging", shown.persona.id))["html"]
    assert html.count('class="behind"') == len(shown.messages)
    assert f"of {len(shown.persona.participants)} people" in html
    beside = html.split('class="ground"')[1:]
    quoted = [part for part in beside if "<blockquote" in part.split("<details")[0]]
    assert len(beside) == len(shown.messages)
    assert len(quoted) >= len(beside) - 1


def test_corrections_are_kept_for_the_next_file_without_who_is_who(
    desk: Desk, tmp_path: Path
) -> None:
    def drop(name: str) -> None:
        upload = tmp_path / "uploads" / name
        upload.write_text("Ann: I mend bikes.\nSpeaker 2: I sell them.\n" * 3, encoding="utf-8")
        ask(desk, "#/sources", "take", fields={"paths": [str(upload)], "names": [name]})

    drop("one.txt")
    roles = {"role-0": "interviewer", "role-1": "participant", "person-1": "P01"}
    fields = {"file": "one.txt", "kind": "interview", **roles}
    ask(desk, to("sources", file="one.txt"), "correct", fields=fields)
    said = ask(desk, "#/sources", "keep", fields={"file": "one.txt", "name": "Shop ../ talks"})
    assert said["tone"] == "done"
    (path,) = (desk.shelf.folder / "corrections").glob("*.toml")
    assert path.stat().st_mode & 0o077 == 0
    assert "P01" not in path.read_text()
    drop("two.txt")
    for at in ("#/sources", to("sources", file="two.txt")):
        assert path.stem in ask(desk, at)["html"]
    ask(desk, "#/sources", "reuse", fields={"name": path.stem})
    page = ask(desk, to("sources", file="two.txt"))["html"]
    assert page.count('<option value="interviewer" selected>') == 1
    ask(desk, "#/sources", "import", fields={"file": "two.txt"})
    finish(desk)
    source = next(s for s in desk.shelf.now().document.sources if s.path == "two.txt")
    assert source.utterances[0].role == "interviewer"
    wrong = ask(desk, "#/sources", "reuse", fields={"name": "../../etc/passwd"})
    assert wrong["tone"] == "problem"


def test_what_a_person_could_be_known_by_stands_above_the_documents(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    persona = desk.shelf.now().document.personas[0]
    risk = Risk(where=persona.id, why="4 of its 5 quotations are P01's")
    monkeypatch.setattr("personagen.reidentification.risks_of", lambda *_: [risk])
    html = ask(desk, "#/documents")["html"]
    at = html.index("Before this leaves the house")
    assert at < html.index(f"{persona.name}: 4 of its 5 quotations are") < html.index('id="export"')


def test_every_document_comes_along_in_one_file(desk: Desk) -> None:
    ask(desk, "#/documents", "export", fields={"formats": ["md", "json", "csv"]})
    reply = ask(desk, "#/documents", "bundle")
    path = Path(reply["fetch"].removeprefix("gradio_api/file="))
    assert path.is_relative_to(desk.incoming.uploads)
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    there = desk.shelf.folder / "exports"
    assert names == {str(p.relative_to(there)) for p in there.rglob("*") if p.is_file()}


def test_a_copy_of_the_study_opens_where_it_lies(desk: Desk, tmp_path: Path) -> None:
    again = Path(shutil.copytree(desk.shelf.folder, tmp_path / "moved"))
    assert ask(desk_of(again, tmp_path / "uploads"))["title"].endswith("moved")


# ------------------------------------------------------------------ beside the command line

ON_THE_COMMAND_LINE: dict[str, str] = {
    "accept": "review accept",
    "reject": "review reject",
    "edit": "review edit",
    "rename": "review rename",
    "merge": "review merge",
    "split": "review split",
    "move": "review move",
    "add": "review add",
    "draft": "review draft",
    "approve": "review approve",
    "undo": "review undo",
    "merge_participant": "participants merge",
    "split_participant": "participants split",
    "analyze": "analyze",
    "ask": "ask",
    "take_chat": "chats",
    "try": "test-message",
    "consent": "consent",
    "export": "export",
    "import": "import",
    "mask": "masks add",
    "unmask": "masks undo",
    "withdraw": "withdraw",
    "correct": "read",
    "reuse": "import",
    "keep": "import",
}
"""What is done in the room, and the command that does it."""
IN_THE_ROOM_ALONE = {
    "take": "dropping files",
    "remove": "taking away",
    "end": "Ctrl+C",
    "tell": "`study.toml`",
    "bundle": "as one file",
}
"""What only the room does, and the words by which the page tells it."""


def commands(group: click.Command, path: tuple[str, ...] = ()) -> set[str]:
    if not isinstance(group, click.Group):
        return {" ".join(path)}
    inside = (commands(one, (*path, name)) for name, one in group.commands.items())
    return set().union(*inside)


def beside() -> tuple[dict[str, str], str, str]:
    """Return the table of places and commands, what only the room has, and what it has not."""
    page = (Path(__file__).parents[1] / "docs" / "review-room.md").read_text(encoding="utf-8")
    both, rest = page.partition("## Beside the command line")[2].split("Only the room has:")
    room, line = rest.split("Only the command line has:")
    rows = [row.strip("|").split("|") for row in both.splitlines() if row.startswith("|")][2:]
    return {place.strip(): told for place, told in rows}, room, line


def test_every_act_of_the_room_is_a_command_or_told_to_be_its_own() -> None:
    table, room, _ = beside()
    told, known = " ".join(table.values()), commands(main)
    assert set(ACTS) == set(ON_THE_COMMAND_LINE) | set(IN_THE_ROOM_ALONE)
    for act, command in ON_THE_COMMAND_LINE.items():
        assert command in known, act
        assert f"`{command}`" in told, (act, command)
    for act, words in IN_THE_ROOM_ALONE.items():
        assert words in told + room, act


def test_every_place_of_the_room_is_on_the_page_with_commands_that_exist() -> None:
    table, _, _ = beside()
    tabs = {"Sources": sources.TABS, "Record": record.TABS}
    first = {"Sources": "files", "Record": "decisions"}
    places = {
        f"{name}: {tab or first[name]}" if name in tabs else name
        for name in ROOMS.values()
        for tab in tabs.get(name, [""])
    }
    assert set(table) == places
    known = {command.split()[0] for command in commands(main)} | commands(main)
    for place, told in table.items():
        named = [name.partition(" --")[0] for name in re.findall(r"`([a-z][a-z -]*)`", told)]
        assert named, place
        assert set(named) - {"skipped", "runs"} <= known, (place, set(named) - known)


def test_every_command_stands_beside_the_room_or_is_told_to_be_its_own() -> None:
    table, _, line = beside()
    told = " ".join(table.values())
    for command in commands(main):
        assert (f"`{command}" in told) != (f"`{command}`" in line), command


# ------------------------------------------------------------------ who words the answers


def test_the_chat_begins_with_the_model_that_the_analysis_named_and_keeps_another_choice(
    desk: Desk,
) -> None:
    chosen = LlmOptions(steps=("answer",), max_cost=0.5)
    with desk.shelf.open() as study:
        study.analyze(llm=chosen)
    at = to("chat", desk.shelf.now().document.personas[0].id)

    def form(at: str) -> dict[str, dict[str, str | None]]:
        return {
            str(a.get("id")): a for tag, a in Tags(ask(desk, at)["html"]).found if tag == "input"
        }

    fields = form(at)
    assert "checked" in fields["chat-llm"]
    assert fields["chat-model"]["value"] == chosen.settings.model
    assert fields["chat-cost"]["value"] == "0.5"
    persona, asked = Address.read(at).item, {"question": "What is wrong?", "session": "s1"}
    went = ask(desk, at, "ask", fields={"persona": persona, "analyst": "extractive", **asked})
    assert "checked" in form(went["at"])["chat-extractive"]
    assert "checked" not in form(went["at"])["chat-llm"]
