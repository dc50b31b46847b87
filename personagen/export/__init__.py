"""Results → Markdown, HTML, JSON, CSV: one file a format.

A new format is one module with a `render(document)` and one line in `FORMATS`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from personagen.errors import PersonagenError, UsageError
from personagen.export import csv, html, json, markdown
from personagen.export.json import load
from personagen.models import StudyDocument

__all__ = ["FORMATS", "load", "render", "write"]

Content = str | bytes
Renderer = Callable[[StudyDocument], Mapping[str, Content]]

FORMATS: Mapping[str, Renderer] = {
    "md": markdown.render,
    "html": html.render,
    "json": json.render,
    "csv": csv.render,
}


def render(document: StudyDocument, format: str) -> dict[str, Content]:
    """Return the files of one format: name to content.

    Raises:
        UsageError: there is no such format; the message names those there are.
    """
    return dict(_renderer(format)(document))


def write(document: StudyDocument, formats: Sequence[str], out: Path) -> list[Path]:
    """Write the study's documents to the folder `out` and return their paths.

    Everything is rendered before anything is written, and each file appears whole or not at all.

    Args:
        document: The study.
        formats: Names out of `FORMATS`; an unknown one is refused before anything is written.
        out: A folder; made where it is missing. Files of the same names are replaced.

    Raises:
        UsageError: there is no such format.
        PersonagenError: the folder can't be written to.
    """
    renderers = [_renderer(name) for name in dict.fromkeys(formats)]
    files = {name: text for renderer in renderers for name, text in renderer(document).items()}
    try:
        out.mkdir(parents=True, exist_ok=True)
        return [_replace(out / name, content) for name, content in files.items()]
    except OSError as error:
        raise PersonagenError(
            f"{out}: can't write the documents: {error.strerror}",
            "Name another folder with --out.",
        ) from error


def _renderer(name: str) -> Renderer:
    try:
        return FORMATS[name]
    except KeyError:
        raise UsageError(
            f"No export format {name!r}", f"Choose from: {', '.join(FORMATS)}."
        ) from None


def _replace(path: Path, content: Content) -> Path:
    data = content.encode() if isinstance(content, str) else content
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path
