"""Examine: does a persona answer what its people said, and decline what they did not?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from personagen.cli.base import emit, json_option, opened, progress, rows, study_option
from personagen.cli.modelled import agreed, llm_of, model_options, taken

if TYPE_CHECKING:
    from personagen.exam.questions import Half
    from personagen.exam.sitting import Sitting
    from personagen.progress import Report
    from personagen.study import Study


@click.command()
@click.argument("persona", default="")
@click.option(
    "--questions",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Questions that a person wrote, as corpus/README.md describes them.",
)
@click.option(
    "--half",
    type=click.Choice(["calibration", "graded"]),
    help="Of the file's questions, those of one half only.",
)
@click.option("--failures", is_flag=True, help="Show each question that went wrong, and why.")
@click.option(
    "--write",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the figures of the file's halves, and of a generated exam, to a Markdown page.",
)
@click.option(
    "--calibrate",
    "weights",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Fit the weights of answering on the file's calibration half, and write them here.",
)
@model_options
@click.option("--yes", is_flag=True, help="With llm: do not ask whether the cost is agreed to.")
@study_option
@json_option
def exam(
    persona: str,
    questions: Path | None,
    half: str | None,
    failures: bool,
    page: Path | None,
    weights: Path | None,
    yes: bool,
    folder: Path,
    as_json: bool,
    **model: Any,
) -> None:
    """Examine a persona, or all: what it answers, what it declines, whether it can be led.

    The questions are made from the study: what its people said, what only others said, what
    nobody said, and claims turned round. The card stands in the persona's document.

    With --analyst llm a language model words the answers; what that may cost is said before.

    Example: personagen exam "Shop Owner Oakley" --failures -s my-study
    """
    llm = llm_of(**model)
    if questions is None and (page is not None or weights is not None):
        raise click.UsageError("--write and --calibrate take hand-written ones: --questions FILE.")
    if llm is not None and (page is not None or weights is not None):
        raise click.UsageError("--write and --calibrate are of the offline answers.")
    if weights is not None and questions is not None:
        _calibrate(folder, questions, weights)
        return
    with opened(folder) as study, progress() as report:
        asked = cast("Half", half or "")
        if page is not None and questions is not None:
            _write(study, persona, questions, page, report)
            return
        if llm is not None:
            desk = study.examining
            agreed(lambda: desk.estimate(llm, persona, questions, asked), llm, yes)
        sitting = study.examine(persona, questions, asked, llm=llm, report=report)
        names = {p.id: p.name for p in study.findings().personas}
    if as_json:
        emit(sitting)
        return
    _show(sitting, names, failures)
    if sitting.spent:
        click.echo(taken(sitting.spent), err=True)


def _write(study: Study, persona: str, questions: Path, page: Path, report: Report) -> None:
    from personagen.exam.page import HALVES, page_of

    one, other = (study.examine(persona, questions, h, report=report) for h in HALVES)
    made = study.examine(persona, report=report)
    named = {"questions": questions.as_posix(), "page": page.as_posix()}
    page.write_text(page_of(one, other, made, **named), encoding="utf-8")
    click.echo(f"Written: {page}")


def _calibrate(folder: Path, questions: Path, weights: Path) -> None:
    from personagen.exam.calibrating import rendered

    with opened(folder) as study:
        fitted = study.examining.calibrate(questions)
    weights.write_text(rendered(fitted, questions.as_posix()), encoding="utf-8")
    click.echo(
        f"Fitted on {fitted.questions} questions. Themes judged by the others: "
        f"{fitted.let_through:.1%} of the unanswerable answered, "
        f"{fitted.declined:.1%} of the answerable declined. Written: {weights}"
    )


def _show(sitting: Sitting, names: dict[str, str], failures: bool) -> None:
    from personagen.exam.rendering import lines

    for card in sitting.cards:
        asked = ", ".join(f"{n} {cls}" for cls, n in card.asked.items())
        click.echo(f"{names[card.persona]} ({card.persona}, version {card.version}): {asked}")
        rows([line[1:] + line[:1] for line in lines(card)],
             ("k of n", "share (95 %)", "bar", "", "measure"))  # fmt: skip
        click.echo()
    for left in sitting.skipped:
        click.echo(f"Not asked: {left.what} ({left.why})", err=True)
    if failures:
        for g in (g for g in sitting.graded if not g.right):
            click.echo(f"[{g.cls}: {g.outcome}] {names[g.persona]}, {g.question}")
            click.echo(f"    {g.answer}")
