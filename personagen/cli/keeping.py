"""Keep: `status`, `reindex`, `schema`, `bench`, `train`, `evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from personagen.cli.base import emit, json_option, opened, plain, progress, rows, study_option
from personagen.cli.embedding import embedder_options, made_by


@click.command()
@study_option
@json_option
def status(folder: Path, as_json: bool) -> None:
    """Say what is in the study, and what waits for a decision.

    Example: personagen status -s my-study
    """
    with opened(folder) as study:
        state = plain(study.status())
    if as_json:
        emit(state)
        return
    for name, value in state.items():
        click.echo(f"{name.replace('_', ' ')}: {_words(value)}")


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{n} {what}" for what, n in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)


@click.command()
@embedder_options
@click.option("--send-unmasked", is_flag=True, help="Let a study with names go to another machine.")
@click.option("--yes", is_flag=True, help="Send without asking.")
@study_option
def reindex(
    embedder: str | None, embedder_url: str | None, send_unmasked: bool, yes: bool, folder: Path
) -> None:
    """Build the search vectors anew from the ledger, or have somebody else make them.

    Example: personagen reindex -s my-study --embedder openai:text-embedding-3-small
    """
    with opened(folder) as study, progress() as report:
        made_by(study, embedder, embedder_url, send_unmasked, yes, report)
        if embedder:
            return
        count = study.reindex(report=report)
    click.echo(f"{count} chunks indexed.")


@click.command()
def schema() -> None:
    """Print the JSON Schema of study.json.

    Example: personagen schema > study.schema.json
    """
    from personagen.schema import study_schema

    emit(study_schema())


@click.command()
@click.option("--sizes", default="1000,10000,50000", show_default=True, help="Answers a study.")
@click.option("--write", type=click.Path(path_type=Path), help="Markdown file to put it in.")
@json_option
def bench(sizes: str, write: Path | None, as_json: bool) -> None:
    """Measure speed and memory on generated studies of short answers.

    Example: personagen bench --sizes 1000,10000 --write docs/benchmarks.md
    """
    from personagen.bench import as_markdown, run_bench, write_section

    with progress() as report:
        measured = run_bench(tuple(int(size) for size in sizes.split(",")), report=report)
    if write:
        write_section(measured, write)
    if as_json:
        emit(measured)
    else:
        click.echo(as_markdown(measured))


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where the model goes.")
@click.option(
    "--written",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of units that every fold learns from, and none is measured on.",
)
@click.option(
    "--said",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder as corpus/inference, whose sentences the vectors are fitted on, too.",
)
@click.option("--weights", type=click.Path(path_type=Path, exists=True), help="MiniLM's folder.")
@click.option("--docs", type=click.Path(path_type=Path), help="Where the figures are written.")
@click.option("--work", type=click.Path(path_type=Path), help="Keeps finished folds.")
@click.option("--jobs", default=2, show_default=True, help="Folds trained at the same time.")
@click.option("--seed", default=0, show_default=True, help="Same seed, same data, same model.")
def train(data: Path, **options: Any) -> None:
    """Train the encoder on coded units in DATA (needs `pip install "personagen[train]"`).

    Example: personagen train coded/ --written corpus/coding --weights minilm/ --out model/
    """
    from personagen.encoder.training import train as train_encoder

    with progress() as report:
        click.echo(train_encoder(data, report=report, **options))


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True), required=False)
@click.option(
    "--truth",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What was planted in the study, as corpus/README.md describes it.",
)
@click.option(
    "--gold",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Another coding of the study: JSON Lines {utterance, start, end, codes}, a study.json, "
    "or what was planted.",
)
@click.option(
    "--write",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --gold: a page to put the figures into, beside those of other analysts; with "
    "--messages: the page to write.",
)
@click.option(
    "--messages",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Drafts with the themes of --truth that they are on: how right is the message test?",
)
@study_option
@json_option
def evaluate(
    data: Path | None,
    truth: Path | None,
    gold: Path | None,
    write: Path | None,
    messages: Path | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Score the encoder on coded units, or a study against what was planted or another coding.

    Example: personagen evaluate --truth corpus/benchwren/truth.json -s demo
    """
    if write is not None and messages is None and gold is None:
        raise click.UsageError("--write goes with --gold or --messages; the rest goes to stdout.")
    if messages is not None and truth is not None:
        _message_test(folder, messages, truth, write, as_json)
    elif messages is not None:
        raise click.UsageError("--messages needs --truth FILE: what its themes are.")
    elif truth is not None:
        _recovery(folder, truth, as_json)
    elif gold is not None:
        _agreement(folder, gold, write, as_json)
    elif data is not None:
        from personagen.encoder.evaluation import evaluate as evaluate_encoder

        with progress() as report:
            click.echo(evaluate_encoder(data, report=report))
    else:
        raise click.UsageError("Give DATA with coded units, or --truth or --gold FILE and a study.")


def _agreement(folder: Path, gold: Path, write: Path | None, as_json: bool) -> None:
    from personagen.evaluation.agreement import agreement, read_gold
    from personagen.evaluation.beside import planted, write_beside
    from personagen.evaluation.truth import is_truth, read_truth

    with opened(folder) as study:
        document = study.document()
    spans = planted(read_truth(gold), document) if is_truth(gold) else read_gold(gold)
    result = agreement(document, spans)
    if write:
        command = f"personagen evaluate --gold {gold} -s {folder} --write {write}"
        write_beside(write, document.provenance.analyst, command, result)
    if as_json:
        emit(result)
        return
    head = ("code", "prevalence", "precision", "recall", "F1", "kappa", "AC1")
    rows([[f"{v:.2f}" if isinstance(v, float) else v for v in one.model_dump().values()]
          for one in result.codes], head)  # fmt: skip
    click.echo(
        f"{result.sentences} sentences; macro-F1 {result.macro_f1:.2f}; "
        f"span overlap {result.span_iou:.2f}."
    )


def _message_test(
    folder: Path, messages: Path, truth: Path, write: Path | None, as_json: bool
) -> None:
    from personagen.messagetest.report import page_of

    with opened(folder) as study, progress() as report:
        graded = study.message_test.grade(messages, truth, report)
        tested_back = study.message_test.back_test(report)
    page = page_of(graded, tested_back)
    if write is not None:
        write.write_text(f"{page.rstrip()}\n", encoding="utf-8")
        click.echo(f"Written: {write}", err=True)
    if as_json:
        emit({"graded": graded, "back_test": tested_back})
    elif write is None:
        click.echo(page)


def _recovery(folder: Path, truth: Path, as_json: bool) -> None:
    from personagen.evaluation import read_truth, recovery, render

    planted = read_truth(truth)
    with opened(folder) as study:
        result = recovery(study.document(), planted)
    if as_json:
        emit(result._asdict())
    else:
        click.echo(render(f"{truth.parent.name}: planted, and found", result))
