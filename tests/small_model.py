"""Take the whole sample corpus through the smallest of language models, and write what came of it.

    python -m tests.small_model --room DIR --write docs/quality/small-model.md

It needs what `tests/real_model.py` needs, and an hour or two on one thread. Answers are kept in the
room: run the same command again after a break, and it goes on where it was.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from personagen.chatmodel import ModelSettings
from personagen.chatmodel.answers import Answers, Call
from personagen.demo import SOURCES, sample_corpus
from personagen.llm.options import LlmOptions
from personagen.models import Run, StudyDocument
from personagen.progress import Progress
from personagen.study import Study
from tests.real_model import real_server

_HEAD = """\
# The whole sample corpus with a model of 135 million parameters

Written by `python -m tests.small_model --write docs/quality/small-model.md`: SmolLM2-135M, four
bits, behind llama.cpp; one thread, one request at a time. It is the hardest case: what counts is
that nothing invented gets in, and that the study is complete. An answer has 150 tokens at most.
"""
_HEAD_END = "An answer has 150 tokens at most."
_ASKED = """\
## What was asked

Every answer of the server, those to a second question included.
"""
_LEFT = """\
## Where the extractive result stands in

Asked twice, and refused twice. A study says so in `skipped`, and each result in its provenance.
"""
_MOST = 20
_DIGITS = re.compile(r"\b\d+\b")
_NAMED = re.compile(r"(?<=: )'[^']*'|\d+ (?=words|characters)|(?<=words )'.*")


def settings(url: str) -> ModelSettings:
    """Return how the model is asked: short answers, and all the time it needs."""
    return ModelSettings(
        model="openai:smollm2-135m", base_url=url, max_output_tokens=150, chunk_tokens=500,
        concurrency=1, timeout=7200, deadline=7200,
    )  # fmt: skip


def taken_through(url: str, files: Sequence[Path], folder: Path) -> str:
    """Return the page on a study of some files that was analyzed with the model at an address.

    Args:
        url: The model's.
        files: What is imported, where the study is new.
        folder: The study's; one that is there already goes on with the answers it has.
    """
    known = folder.exists()
    with Study.open(folder) if known else Study.create(folder) as study:
        study.import_files(files)
        run = study.analyze(_told, LlmOptions(settings=settings(url)))
        document, broken = study.document(), study.verify()
        study.export(["md"])
        checked = study.check(sorted((folder / "exports").glob("*.md")))
    answers = Answers(folder)
    calls = answers.calls()
    answers.close()
    altered = sum(verdict.verdict != "verbatim" for verdict in checked.verdicts)
    table = _made(run, document, len(broken), len(checked.verdicts), altered)
    return "\n".join([_HEAD, table, "", _ASKED, _asked(calls), "", _LEFT, _left(document), ""])


def _told(step: Progress) -> None:
    """Say how far it is, on stderr."""
    sys.stderr.write(f"\r{step.label}: {step.done} of {step.total}   ")
    sys.stderr.flush()


def _made(run: Run, document: StudyDocument, broken: int, quoted: int, altered: int) -> str:
    by_model = Counter(c.provenance.analyst.startswith("llm:") for c in document.claims)
    coded = Counter(i.provenance.analyst.startswith("llm:") for i in document.insights)
    rows = [
        ("sources, participants", f"{len(document.sources)}, {len(document.participants)}"),
        ("insights coded by the model, offline", f"{coded[True]}, {coded[False]}"),
        ("themes, personas, messages", f"{len(document.themes)}, {len(document.personas)}, "
                                       f"{len(document.messages)}"),
        ("claims in the model's words, in the extractive ones",
         f"{by_model[True]}, {by_model[False]}"),
        ("claims that lost their words (`verify`)", f"{broken}"),
        ("quotations in the documents, of them not verbatim", f"{quoted}, {altered}"),
    ]  # fmt: skip
    return _table(("", ""), rows)


def _asked(calls: Sequence[Call]) -> str:
    """Return what each step took, over all sittings."""
    steps: dict[str, list[Call]] = {}
    for call in calls:
        steps.setdefault(call.purpose, []).append(call)
    rows = [
        (name, len(some), sum(c.outcome != "answered" for c in some), sum(c.sent for c in some),
         sum(c.written for c in some), max(c.written for c in some),
         f"{sum(c.seconds for c in some):.0f}")
        for name, some in [*steps.items(), ("all", list(calls))] if some
    ]  # fmt: skip
    names = ("step", "answers", "unreadable", "tokens sent", "written", "most in one", "seconds")
    return _table(names, rows)


def _left(document: StudyDocument) -> str:
    """Return why the extractive result stands in, the commonest reason first."""
    found: Counter[tuple[str, str]] = Counter()
    for one in document.skipped:
        if "stands in" in one.what or "coded offline" in one.what:
            what = _DIGITS.sub("", one.what).split(":")[0].split(",")[0].strip()
            found[what, _NAMED.sub("…", one.why)] += 1
    rows = [(what, why, n) for (what, why), n in found.most_common(_MOST)]
    rest = len(found) - len(rows)
    more = [("other", f"{rest} more reasons", found.total() - sum(r[2] for r in rows))]
    return _table(("what", "why the model's was refused", "times"), rows + (more if rest else []))


def _table(names: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [names, ["---"] + ["---:"] * (len(names) - 1), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


@contextmanager
def _place(room: Path | None) -> Iterator[Path]:
    if room:
        room.mkdir(parents=True, exist_ok=True)
        yield room
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def _part(names: Sequence[str]) -> str:
    """Return what says that a page is on a part of the corpus only."""
    listed = ", ".join(f"`{name}`" for name in names)
    return (
        f"\n**Only a part of the corpus**, named with `--only`: {listed}. The whole was not run.\n"
    )


def main() -> None:
    """Run, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, metavar="PAGE", required=True)
    parser.add_argument("--only", action="append", metavar="NAME", help="a file; or several")
    parser.add_argument("--room", type=Path, metavar="DIR", help="where the study is kept")
    asked = parser.parse_args()
    with real_server() as address, _place(asked.room) as room:
        files = [sample_corpus() / name for name in asked.only or SOURCES]
        page = taken_through(address, files, room / "study")
    if asked.only:
        page = page.replace("# The whole sample corpus", "# A part of the sample corpus")
        page = page.replace(_HEAD_END, f"{_HEAD_END}\n{_part(asked.only)}")
    asked.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
