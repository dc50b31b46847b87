"""Each command is documented as its own help has it, and no document points at nothing."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from personagen.cli import main

ROOT = Path(__file__).resolve().parents[1]
HEAD = """# Commands

Every command takes `-s/--study DIR` (default: the current folder) where it works on a study, and
`--json` where it answers: one JSON document on stdout, progress and messages on stderr. Exit code 0
is success, 1 a failed check or a refused file, 2 wrong use. This page is each command's own
`--help`; a test keeps it so (`pytest --update-golden` rewrites it).
"""


def _walk(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, command in group.commands.items():
        found.append((*path, name))
        if isinstance(command, click.Group):
            found += _walk(command, (*path, name))
    return found


def _reference() -> str:
    parts = [HEAD]
    for path in _walk(main):
        runner = CliRunner(env={"COLUMNS": "100"})
        text = runner.invoke(main, [*path, "--help"], prog_name="personagen", terminal_width=100)
        level = "#" * (len(path) + 1)
        parts.append(f"{level} {' '.join(path)}\n\n```text\n{text.output.strip()}\n```\n")
    return "\n".join(parts)


def test_the_reference_is_what_the_commands_say(request: pytest.FixtureRequest) -> None:
    page = ROOT / "docs" / "commands.md"
    if request.config.getoption("--update-golden"):
        page.write_text(_reference(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == _reference()


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]), ids=lambda p: p.name
)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing
