"""Open: `ui` serves the review room; `users` says who may come in from other computers."""

from __future__ import annotations

import getpass
from importlib import import_module
from pathlib import Path

import click

from personagen.cli.base import Commands, study_option
from personagen.errors import UsageError


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="What to listen on.")
@click.option("--port", type=int, help="Default: the first free one from 7860.")
@click.option(
    "--auth",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Who may come in: a file made by `personagen users add`. Needed with --host.",
)
@click.option("--by", help="Who decides, where nobody logs in (default: your login name).")
@click.option("--open/--no-open", "inbrowser", default=True, help="Open it in the browser.")
@study_option
def ui(
    host: str, port: int | None, auth: Path | None, by: str | None, inbrowser: bool, folder: Path
) -> None:
    """Open the review room of a study in the browser.

    An empty or missing folder becomes a new study. Only this computer can come in; others need
    --host, and a name and a password out of --auth.

    Example: personagen ui -s my-study
    """
    from personagen.study import Study

    # Imported by name: a type checker can't see in a checkout what is a package in the wheel.
    doors = import_module("personagen.ui.doors")
    if not doors.is_loopback(host) and auth is None:
        raise UsageError(
            f"--host {host} lets other computers in",
            "Say who may: personagen users add NAME --auth users.txt, then pass --auth users.txt.",
        )
    check = doors.Users(auth).check if auth else None
    if not (folder / "study.db").exists() and not (folder.exists() and any(folder.iterdir())):
        Study.create(folder).close()
        click.echo(f"Made a new study in {folder}.")
    Study.open(folder).close()
    app = import_module("personagen.ui.app")
    app.launch(
        folder,
        me=by or getpass.getuser(),
        host=host,
        port=port,
        check=check,
        inbrowser=inbrowser,
        ready=lambda address: click.echo(
            f"The review room is open at {address}; Ctrl+C closes it."
        ),
    )


@click.group(cls=Commands)
def users() -> None:
    """Say who may come into the review room from other computers.

    Example: personagen users add ana --auth users.txt
    """


@users.command("add")
@click.argument("name")
@click.option(
    "--auth",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file; only you can read it, and it holds hashes, no passwords.",
)
@click.password_option(help="Asked for when it is not given.")
def add_user(name: str, auth: Path, password: str) -> None:
    """Let NAME in, or give them another password.

    Example: personagen users add ana --auth users.txt
    """
    import_module("personagen.ui.doors").add_user(auth, name, password)
    click.echo(f"{name} may come in: personagen ui --host 0.0.0.0 --auth {auth}")
