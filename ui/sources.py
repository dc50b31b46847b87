"""Sources: drop files, see how they are understood, correct it, import; who was studied; about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from personagen.errors import UnknownIdError, UsageError
from personagen.importing import ImportedFile
from personagen.models import Product, Source, StudyQuestion
from personagen.progress import Progress, Report
from personagen.reading.mapping import PARTS

from . import corrections, masks, people
from .format import KIND_NAMES, counted, listed, turn
from .room import Act, Asked, Desk, Outcome, Page, Scene, paged
from .waiting import FIRST_TURNS, ROLES, correct, forget, options_of, preview, put_right

PER_PAGE = 40
TABS = {"": "Files", "people": "People", "masks": "Masked", "about": "About the study"}
PART_NAMES = {
    "text": "Their own words",
    "title": "Title of a review",
    "pros": "What they like",
    "cons": "What they don’t like",
    "reply": "Words of the staff",
    "id": "Number of the row",
    "person": "Number of the person",
    "author": "Who wrote the row",
    "email": "E-mail of the person",
    "name": "Name of the person",
    "speaker": "Who speaks",
    "role": "Customer or staff",
    "question": "The question",
    "date": "Date",
    "time": "Time in the recording",
    "rating": "Stars or a score",
    "attribute": "A fact about the person",
    "ignored": "Leave it out",
}
"""What a column can be, as people who never saw a column map would say it."""
STATUSES = {
    "imported": "imported",
    "unchanged": "is here already; nothing was changed",
    "re-read": "was here already, and was read again as you corrected it",
    "refused": "refused",
    "duplicate": "left out, since its words are here already",
}


def show(scene: Scene) -> Page:
    """Return the sources, one of them, a file that waits, the people, or what the study asks."""
    if scene.at.item:
        return _source(scene)
    if scene.at.get("file"):
        return _waiting(scene)
    if scene.at.get("tab") == "people":
        return people.show(scene, TABS)
    if scene.at.get("tab") == "masks":
        return masks.show(scene, TABS)
    if scene.at.get("tab") == "about":
        return Page(
            "about.html",
            {"tabs": TABS, "tab": "about", "document_product": scene.document.product},
            "About the study",
        )
    return _files(scene)


def _files(scene: Scene) -> Page:
    job = scene.desk.jobs.last
    mine = job if job is not None and job.kind == "import" else None
    sources = paged(scene.document.sources, scene.at.number("page"), PER_PAGE)
    waiting = [] if mine and mine.going else [preview(p) for p in scene.desk.incoming.files()]
    return Page(
        "sources.html",
        {
            "tabs": TABS,
            "tab": "",
            "waiting": waiting,
            "readable": [file for file in waiting if not file.refused],
            "kept": corrections.names(scene.desk.shelf.folder),
            "work": mine,
            "done": mine.result if mine else (),
            "statuses": STATUSES,
            "rows": sources,
            "lines": [(s, _voices(s)) for s in sources.rows],
        },
        "Sources",
        poll=bool(mine and mine.going),
    )


def _voices(source: Source) -> int:
    return len({u.participant for u in source.utterances if u.participant})


def _waiting(scene: Scene) -> Page:
    path = scene.desk.incoming.find(scene.at.get("file"))
    shown = preview(path, whole=True)
    first = shown.reading.utterances[:FIRST_TURNS] if shown.reading else ()
    values = {
        "file": shown,
        "first": first,
        "kinds": [(kind, name) for kind, name in KIND_NAMES.items()],
        "roles": [(role, role.capitalize()) for role in ROLES],
        "parts_of": [(part, PART_NAMES.get(part, part)) for part in PARTS],
        "people": [p.id for p in scene.document.participants if p.kind == "interviewee"],
        "kept": corrections.names(scene.desk.shelf.folder),
    }
    return Page("waiting.html", values, f"Preview: {path.name}")


def _source(scene: Scene) -> Page:
    source = next((s for s in scene.document.sources if s.id == scene.at.item), None)
    if source is None:
        raise UnknownIdError("this source is not in the study any more", "Go back to Sources.")
    said, wanted = source.utterances, scene.at.get("turn")
    place = next((n for n, u in enumerate(said) if u.id == wanted), 0)
    page = scene.at.number("page", place // PER_PAGE + 1)
    rows = paged(said, page, PER_PAGE)
    people = dict.fromkeys(u.participant for u in said if u.participant)
    values = {
        "source": source,
        "rows": rows,
        "turns": [(u.id == wanted, u.context, turn(u)) for u in rows.rows],
        "people": list(people)[:PER_PAGE],
        "more_people": max(0, len(people) - PER_PAGE),
    }
    return Page("source.html", values, f"Source: {source.path}")


def _take(scene: Scene, asked: Asked) -> Outcome:
    """Take uploaded files in; they wait until somebody imports them."""
    taken = [
        scene.desk.incoming.take(path, name)
        for path, name in zip(asked.texts("paths"), asked.texts("names"), strict=False)
    ]
    refused = asked.texts("refused")
    if refused:
        raise UsageError(
            f"{listed(refused)} could not be brought in: too large, or the connection broke",
            "A file may have 300 MB; split it, or try again.",
        )
    if not taken:
        raise UsageError("no file arrived", "Drop files, or choose them with the button.")
    return Outcome(f"{counted(len(taken), 'file')} ready to look at and import.")


def _correct(scene: Scene, asked: Asked) -> Outcome:
    correct(scene.desk.incoming.find(asked.text("file")), asked)
    return Outcome("Read again as you said.")


def _keep(scene: Scene, asked: Asked) -> Outcome:
    """Keep how a file is read, for the next one of its sort."""
    shown = preview(scene.desk.incoming.find(asked.text("file")), whole=True)
    if shown.reading is None:
        raise UsageError(f"{shown.name} can't be read", "Put that right first.")
    study = scene.desk.shelf.folder
    name = corrections.keep(study, asked.text("name"), shown.reading, shown.options)
    return Outcome(f"Kept as {name}. Choose it where the next such file waits.")


def _reuse(scene: Scene, asked: Asked) -> Outcome:
    """Read one waiting file, or all of them, as an earlier one was put right."""
    one, name, desk = asked.text("file"), asked.text("name"), scene.desk
    paths = [desk.incoming.find(one)] if one else desk.incoming.files()
    for path in paths:
        put_right(path, corrections.reuse(desk.shelf.folder, name, options_of(path)))
    return Outcome(f"{counted(len(paths), 'file')} read again as {name}.")


def _remove(scene: Scene, asked: Asked) -> Outcome:
    path = scene.desk.incoming.find(asked.text("file"))
    scene.desk.incoming.drop([path])
    forget(path)
    return Outcome(f"{path.name} was taken away; nothing of it was stored.", go="#/sources")


def _import(scene: Scene, asked: Asked) -> Outcome:
    """Import one waiting file, or all of them."""
    desk, one = scene.desk, asked.text("file")
    paths = [desk.incoming.find(one)] if one else desk.incoming.files()
    if not paths:
        raise UsageError("no file is waiting", "Drop files first.")
    redact = asked.text("names") != "keep"
    job = desk.jobs.start(
        "import", scene.by, lambda report: import_waiting(desk, paths, redact, report)
    )
    return Outcome(f"Importing {counted(len(paths), 'file')}." if job else "", go="#/sources")


def import_waiting(desk: Desk, paths: Sequence[Path], redact: bool, report: Report) -> str:
    """Import waiting files, each as it was corrected; what was refused goes on waiting."""
    done: list[ImportedFile] = []
    with desk.shelf.open() as study:
        for number, path in enumerate(paths):
            report(Progress(f"Reading {path.name}", number, len(paths)))
            made = study.import_files([path], options_of(path), redact=redact)
            done += [file.model_copy(update={"path": path.name}) for file in made.files]
            if made.files and all(file.status != "refused" for file in made.files):
                desk.incoming.drop([path])
                forget(path)
            if desk.jobs.last:
                desk.jobs.last.result = tuple(done)
    count = Counter(STATUSES[file.status].split(";")[0].split(",")[0] for file in done)
    return f"{listed(f'{n} {what}' for what, n in count.items())}.".capitalize()


def _tell(scene: Scene, asked: Asked) -> Outcome:
    """Write down what the study asks and what the product does."""
    lines = {n: tuple(filter(None, map(str.strip, asked.text(n).splitlines()))) for n in _LISTS}
    product = Product(name=asked.text("name").strip(), **lines)
    with scene.desk.shelf.open() as study:
        study.tell(StudyQuestion(question=asked.text("question").strip()), product)
    return Outcome("Saved. Messages use it from the next analysis on.")


_LISTS = ("does", "proof")
ACTS: Mapping[str, Act] = {
    "take": _take,
    "correct": _correct,
    "keep": _keep,
    "reuse": _reuse,
    "remove": _remove,
    "import": _import,
    "tell": _tell,
    **people.ACTS,
    **masks.ACTS,
}
