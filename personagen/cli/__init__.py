"""The command line: arguments in, one call on `Study`, words out.

Heavy imports happen inside the commands: `personagen --help` answers at once.
"""

from __future__ import annotations

import click

from personagen import __version__
from personagen.cli.analyzing import analyze
from personagen.cli.base import Commands
from personagen.cli.bringing import bring_in, demo, init, read
from personagen.cli.checking import check, code, verify
from personagen.cli.deciding import review
from personagen.cli.disputed import disputed
from personagen.cli.examining import exam
from personagen.cli.keeping import bench, evaluate, reindex, schema, status, train
from personagen.cli.looking import insights, messages, participants, personas, search, themes
from personagen.cli.making import export
from personagen.cli.opening import ui, users
from personagen.cli.protecting import consent, masks, withdraw
from personagen.cli.talking import ask, ask_next, chat, chats
from personagen.cli.trying import test_message


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="personagen")
def main() -> None:
    """Personas and messaging you can check.

    Interviews, reviews, tickets and survey answers go in; persona documents and messages come
    out, and every line opens the words of the people who said it. Works offline, with no key.

    \b
    Try it:    personagen demo
    Your own:  personagen init my-study
               personagen import -s my-study interviews/ reviews.csv
               personagen analyze -s my-study
               personagen export -s my-study --format md,html
    """  # noqa: D301 - click reads the backspace character


for command in (
    demo,
    init,
    read,
    bring_in,
    analyze,
    insights,
    themes,
    personas,
    messages,
    participants,
    review,
    ask,
    chat,
    chats,
    ask_next,
    exam,
    test_message,
    masks,
    consent,
    withdraw,
    export,
    check,
    verify,
    search,
    status,
    ui,
    users,
    code,
    reindex,
    schema,
    bench,
    train,
    evaluate,
):
    main.add_command(command)
insights.add_command(disputed)
