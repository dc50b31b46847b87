"""A page that a command writes, or prints where no file is named."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def told(page: Callable[[], str], about: str | None) -> None:
    """Make a page and write it where `--write` says.

    Args:
        page: Makes it.
        about: What the command does, for its `--help`.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--write", type=Path, metavar="PAGE")
    target = parser.parse_args().write
    text = page()
    if target:
        target.write_text(text, encoding="utf-8")
    else:
        print(text)  # noqa: T201 - a command of its own
