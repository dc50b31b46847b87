"""Bring in: `demo`, `init`, `read`, `import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from personagen.cli.base import emit, json_option, opened, plain, progress, study_option
from personagen.cli.understanding import show_reading
from personagen.errors import PersonagenError, UsageError

if TYPE_CHECKING:
    from personagen.reading import Reading, ReadOptions

ROLES = ("participant", "interviewer", "agent", "bot", "unknown")
KINDS = ("interview", "review", "ticket", "survey", "crm")


def reading_options(command: Any) -> Any:
    """Add the options that correct a reading."""
    for option in (
        click.option("--encoding", help="Text encoding, where it can't be told from the file."),
        click.option(
            "--speaker",
            "speakers",
            multiple=True,
            metavar='"LABEL=P04"',
            help="Who a label in the file is; may be repeated.",
        ),
        click.option(
            "--role",
            "roles",
            multiple=True,
            metavar='"LABEL=ROLE"',
            help="What a speaker does: participant, interviewer, agent, bot; may be repeated.",
        ),
        click.option(
            "--interviewer",
            "interviewers",
            multiple=True,
            metavar="NAME",
            help="Who asks the questions, as named in the file; may be repeated.",
        ),
        click.option(
            "--map",
            "mapping",
            type=click.Path(path_type=Path, dir_okay=False, exists=True),
            help="TOML file with corrections: what each column is, who asks, who is who.",
        ),
        click.option("--kind", type=click.Choice(KINDS), help="What the files are."),
    ):
        command = option(command)
    return command


def _options(
    kind: str | None,
    mapping: Path | None,
    interviewers: tuple[str, ...],
    speakers: tuple[str, ...],
    roles: tuple[str, ...],
    encoding: str | None,
) -> ReadOptions:
    from personagen.reading import ReadOptions, read_corrections, together

    people = _pairs(speakers, "--speaker wants LABEL=ID", '--speaker "Speaker 2=P04"')
    does = _pairs(roles, "--role wants LABEL=ROLE", '--role "Speaker 1=interviewer"')
    strange = set(does.values()) - set(ROLES)
    if strange:
        raise UsageError(f"no role {min(strange)!r}", f"Roles: {', '.join(ROLES)}.")
    given = ReadOptions.model_validate(
        {
            "kind": kind,
            "interviewers": interviewers,
            "speakers": people,
            "roles": does,
            "encoding": encoding,
        }
    )
    return together(read_corrections(mapping), given) if mapping else given


def _pairs(given: tuple[str, ...], problem: str, example: str) -> dict[str, str]:
    parts = [pair.rpartition("=") for pair in given]
    if not all(label and value for label, _, value in parts):
        raise UsageError(problem, f"For example {example}.")
    return {label: value for label, _, value in parts}


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Where the demo study goes.",
)
@json_option
def demo(out: Path, as_json: bool) -> None:
    """Do the whole job on the bundled sample corpus, offline.

    Example: personagen demo --out demo
    """
    from personagen.demo import run_demo

    with progress() as report:
        result = run_demo(out, report)
    if as_json:
        emit(result._asdict())
        return
    click.echo(result.summary)
    click.echo(f"Open {result.open}: every claim unfolds to the words of the people who said it.")
    click.echo("The rest:")
    for path in result.documents:
        click.echo(f"  {path}")
    click.echo(f"Look around: personagen personas -s {out}")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a new study in FOLDER.

    Example: personagen init my-study
    """
    from personagen.study import Study

    Study.create(folder).close()
    click.echo(f"Made a study in {folder}. Say what it asks and what the product does in")
    click.echo(f"{folder / 'study.toml'}, then: personagen import -s {folder} FILES")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@reading_options
@click.option(
    "--save-map",
    "saved",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what was found and corrected to a TOML file, for --map and the next file.",
)
@json_option
def read(files: tuple[Path, ...], as_json: bool, saved: Path | None, **options: Any) -> None:
    """Show how FILES are understood; nothing is stored, nothing is masked.

    Example: personagen read interview.vtt reviews.csv
    """
    choice = _options(**options)
    found = [one for path in files for one in _read_one(path, choice)]
    good = [one for one in found if not isinstance(one, dict)]
    if saved:
        _save(saved, good, choice)
    if as_json:
        emit([one if isinstance(one, dict) else _as_json(one) for one in found])
    else:
        for one in found:
            if isinstance(one, dict):
                click.echo(f"{one['path']}: refused. {one['error']}", err=True)
            else:
                show_reading(one)
        if saved:
            click.echo(f"Saved to {saved}; edit it, then: personagen read --map {saved} FILE")
    if len(good) < len(found):
        raise SystemExit(1)


_NOTHING: dict[str, Any] = {
    "path": "",
    "kind": None,
    "reader": None,
    "status": "refused",
    "error": None,
    "speakers": [],
    "utterances": [],
    "records": 0,
    "warnings": [],
}


def _as_json(reading: Reading) -> dict[str, Any]:
    return {**_NOTHING, **plain(reading), "status": "read"}


def _read_one(path: Path, options: ReadOptions) -> list[Reading | dict[str, Any]]:
    """Return each thing in a file as it was read, or as it was refused."""
    from personagen.reading import read_all

    try:
        readings, refused = read_all(path, options)
    except PersonagenError as error:
        return [{**_NOTHING, "path": str(path), "error": str(error)}]
    left = [{**_NOTHING, "path": one.path, "error": one.why} for one in refused]
    return [*readings, *left]


def _save(path: Path, found: list[Reading], choice: ReadOptions) -> None:
    from personagen.reading import corrections_of, write_corrections

    if len(found) != 1:
        raise UsageError("--save-map wants one file that can be read", "Name that file alone.")
    write_corrections(path, corrections_of(found[0], choice))


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@reading_options
@click.option("--no-redact", is_flag=True, help="Keep names; such a study is marked.")
@click.option(
    "--confirm-withdrawn",
    "confirmed",
    is_flag=True,
    help="Take in also what people said who withdrew.",
)
@click.option(
    "--skip-duplicates",
    is_flag=True,
    help="Leave files out whose words are in the study already, in another format.",
)
@study_option
@json_option
def bring_in(
    paths: tuple[Path, ...],
    folder: Path,
    as_json: bool,
    no_redact: bool,
    confirmed: bool,
    skip_duplicates: bool,
    **options: Any,
) -> None:
    """Read, pseudonymise, embed and store PATHS (files or folders).

    Example: personagen import -s my-study interviews/ reviews.csv
    """
    choice = _options(**options)
    with opened(folder) as study, progress() as report:
        done = study.import_files(
            paths,
            choice,
            redact=not no_redact,
            confirmed=confirmed,
            skip_duplicates=skip_duplicates,
            report=report,
        )
    if as_json:
        emit(done)
    else:
        _show_import(plain(done))
    if any(one["status"] == "refused" for one in plain(done)["files"]):
        raise SystemExit(1)


def _show_import(done: dict[str, Any]) -> None:
    for note in done["notes"]:
        click.echo(f"note: {note}", err=True)
    if done["remasked"]:
        click.echo(f"{done['remasked']} text(s) imported before hold names that came now: masked.")
    for one in done["files"]:
        if one["status"] == "refused":
            click.echo(f"refused: {one['error']}", err=True)
            continue
        counts = f"{one['utterances']} utterances, {one['participants']} participants"
        if one["described"]:
            counts += f", {one['described']} people described, {one['met']} of them known"
        if one["quantities"]:
            counts += f", {len(one['quantities'])} quantities"
        if one["codes"]:
            counts += f", {one['codes']} codes, {one['coded']} coded places"
        click.echo(f"{one['status']}: {one['path']} ({one['kind'] or 'codebook'}, {counts})")
        for note in (*one["warnings"], *one["proposals"]):
            click.echo(f"  note: {note}")
        if one["doubtful"]:
            click.echo(f"  {len(one['doubtful'])} doubtful names; --json lists them")
