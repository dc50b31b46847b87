"""Take the whole sample corpus through the smallest of language models, and write what came of it.

    python -m tests.small_model --write docs/quality/small-model.md

It needs what `tests/real_model.py` needs, and hours on one thread.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from personagen.chatmodel import ModelSettings
from personagen.demo import SOURCES, sample_corpus
from personagen.llm.options import LlmOptions
from personagen.models import Run, StudyDocument
from personagen.study import Study
from tests.real_model import real_server

_HEAD = """\
# The whole sample corpus with a model of 135 million parameters

Written by `python -m tests.small_model --write docs/quality/small-model.md`: SmolLM2-135M, four
bits, behind llama.cpp; one thread, one request at a time. It is the hardest case: what counts is
that nothing invented gets in, and that the study is complete.
"""


def settings(url: str) -> ModelSettings:
    """Return how the model is asked: short answers, and all the time it needs."""
    return ModelSettings(
        model="openai:smollm2-135m", base_url=url, max_output_tokens=64, chunk_tokens=500,
        concurrency=1, timeout=600, deadline=600,
    )  # fmt: skip


def taken_through(url: str, files: Sequence[Path], folder: Path) -> str:
    """Return the page on a study of some files that was analyzed with the model at an address."""
    with Study.create(folder) as study:
        study.import_files(files)
        run = study.analyze(llm=LlmOptions(settings=settings(url)))
        document, broken = study.document(), study.verify()
        study.export(["md"])
        checked = study.check(sorted((folder / "exports").glob("*.md")))
    altered = sum(verdict.verdict != "verbatim" for verdict in checked.verdicts)
    return _page(run, document, len(broken), len(checked.verdicts), altered)


def _page(run: Run, document: StudyDocument, broken: int, quoted: int, altered: int) -> str:
    spent = run.spent
    assert spent is not None
    own = Counter(c.provenance.analyst.startswith("llm:") for c in document.claims)
    rows = [
        ("sources, participants", f"{len(document.sources)}, {len(document.participants)}"),
        ("seconds", f"{run.seconds:.0f}"),
        ("requests answered", f"{spent.requests}"),
        ("tokens sent, written", f"{spent.tokens_sent}, {spent.tokens_written}"),
        ("insights, themes, claims", f"{len(document.insights)}, {len(document.themes)}, "
                                     f"{len(document.claims)}"),
        ("personas, messages", f"{len(document.personas)}, {len(document.messages)}"),
        ("claims in the model's words, in the extractive ones", f"{own[True]}, {own[False]}"),
        ("noted as skipped or stood in for", f"{len(document.skipped)}"),
        ("claims that lost their words (`verify`)", f"{broken}"),
        ("quotations in the documents, of them not verbatim", f"{quoted}, {altered}"),
    ]  # fmt: skip
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    return f"{_HEAD}\n| | |\n| --- | ---: |\n{table}\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, metavar="PAGE", required=True)
    page = parser.parse_args().write
    with real_server() as address, tempfile.TemporaryDirectory() as room:
        made = taken_through(
            address, [sample_corpus() / name for name in SOURCES], Path(room) / "study"
        )
    page.write_text(made, encoding="utf-8")
