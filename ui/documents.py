"""Documents: write them, look at them, take them along; what changed since the last approval."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from personagen.errors import UsageError
from personagen.export import FORMATS

from .format import counted
from .frame import review_state
from .room import Act, Asked, Outcome, Page, Scene

LONGEST_PREVIEW = 60_000
"""Characters of a text shown; the file has the rest."""
LARGEST_PAGE = 12 * 1024 * 1024
"""Bytes of a web page that is shown inside the app."""
NAMES: Mapping[str, str] = {
    "md": "Markdown, to paste and edit",
    "html": "Web page, every claim unfolds",
    "docx": "Word document",
    "pdf": "PDF",
    "json": "JSON, the whole study",
    "csv": "Tables for a spreadsheet",
}


class Written(NamedTuple):
    """One document in the study's exports."""

    name: str
    size: int
    at: float
    link: str
    """Where the browser gets it."""
    stale: bool
    """Something was decided or analyzed since it was written."""


def show(scene: Scene) -> Page:
    """Return the documents there are, one of them to look at, and what changed since approval."""
    with scene.desk.shelf.open() as study:
        changes = study.changes(scene.document)
        risks = study.risks(scene.document)
    names = {p.id: p.name for p in scene.document.personas}
    found = written(scene)
    values = {
        "formats": [(name, NAMES.get(name, name)) for name in FORMATS],
        "found": found,
        "preview": preview(found, scene),
        "changes": [(names.get(p, p), made) for p, made in changes.items()],
        "banner": review_state(scene.document),
        "risks": [(names.get(r.where, r.where), r.why) for r in risks],
        "analyzed": bool(scene.document.personas),
    }
    return Page("documents.html", values, "Documents")


def written(scene: Scene) -> list[Written]:
    """Return the documents that were written, by name."""
    folder = scene.desk.shelf.folder / "exports"
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name[0] != ".")
    last = max(
        [e.at.timestamp() for e in scene.document.reviews[-1:]]
        + [r.at.timestamp() for r in scene.document.runs[-1:]],
        default=0.0,
    )
    return [_written(p, folder, last) for p in files]


def _written(path: Path, folder: Path, last: float) -> Written:
    stat = path.stat()
    link = f"gradio_api/file={path.resolve()}"
    return Written(
        str(path.relative_to(folder)), stat.st_size, stat.st_mtime, link, stat.st_mtime < last
    )


def preview(found: list[Written], scene: Scene) -> Mapping[str, str]:
    """Return what the address asks to look at: its name, and its text or its page."""
    one = next((w for w in found if w.name == scene.at.item), None)
    if one is None:
        return {}
    path = scene.desk.shelf.folder / "exports" / one.name
    if path.suffix == ".html" and one.size <= LARGEST_PAGE:
        return {"name": one.name, "page": path.read_text(encoding="utf-8")}
    if path.suffix in {".md", ".csv", ".json", ".txt", ".jsonl"}:
        with path.open(encoding="utf-8") as file:
            return {"name": one.name, "text": file.read(LONGEST_PREVIEW)}
    return {"name": one.name}


def _export(scene: Scene, asked: Asked) -> Outcome:
    wanted = asked.texts("formats")
    if not wanted:
        raise UsageError("no format is ticked", "Tick one or more.")
    with scene.desk.shelf.open() as study:
        paths = study.export(list(wanted))
    return Outcome(f"Wrote {counted(len(paths), 'document')}.")


def _bundle(scene: Scene, asked: Asked) -> Outcome:
    """Pack every document that was written into one file for the browser to download."""
    folder, found = scene.desk.shelf.folder / "exports", written(scene)
    if not found:
        raise UsageError("no document is written yet", "Tick formats and write them first.")
    room = Path(mkdtemp(dir=scene.desk.incoming.uploads))
    path = room / f"{scene.desk.shelf.folder.resolve().name}-documents.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for one in found:
            archive.write(folder / one.name, one.name)
    said = f"{counted(len(found), 'document')} in one file."
    return Outcome(said, fetch=f"gradio_api/file={path}")


ACTS: Mapping[str, Act] = {"export": _export, "bundle": _bundle}
