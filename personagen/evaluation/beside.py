"""Figures of several analysts in one table of a page, each measured by its own run."""

from __future__ import annotations

from pathlib import Path

from personagen.coding import units_of
from personagen.evaluation.agreement import Agreement, GoldSpan
from personagen.evaluation.recovery import words_in
from personagen.evaluation.truth import Truth
from personagen.models import Material, StudyDocument

BEGIN, END = "<!-- coding: begin -->", "<!-- coding: end -->"
_FEWEST = 4
"""Different words of a sentence that can be known again."""
_SAME = 0.8
"""Share of a sentence's words in a passage from which it is part of it; masks change some."""
_HEAD = """\
| analyst | code | prevalence | precision | recall | F1 | kappa | AC1 |
| --- | --- | --: | --: | --: | --: | --: | --: |"""


def planted(truth: Truth, document: StudyDocument) -> list[GoldSpan]:
    """Return what was planted as a coding: of the utterances that hold planted passages.

    A sentence beside a planted one in the same utterance counts as having no code.

    Args:
        truth: What was planted, by its words.
        document: The study, in which the words stand masked.
    """
    kinds = {source.id: source.kind for source in document.sources}
    units = [(u, words_in(u.text)) for u in units_of(Material(sources=document.sources))[0]]
    found: dict[tuple[str, int, int], set[str]] = {}
    for one in truth.passages:
        own = words_in(one.quote)
        for unit, words in units:
            if kinds[unit.source] == one.kind and _within(words, own):
                codes = found.setdefault((unit.utterance, unit.start, unit.end), set())
                codes.update({one.code} if one.code else ())
    return [
        GoldSpan(utterance=utterance, start=start, end=end, codes=tuple(sorted(codes)))
        for (utterance, start, end), codes in found.items()
    ]


def _within(words: set[str], quote: set[str]) -> bool:
    """Return whether a sentence is part of a planted passage, up to masks."""
    return len(words) >= _FEWEST and len(words & quote) >= _SAME * len(words)


def write_beside(page: Path, analyst: str, command: str, result: Agreement) -> None:
    """Put an analyst's figures into a page's table, in the place of its earlier ones.

    Args:
        page: A Markdown file; the section is added where it has none.
        analyst: As provenance names it: `extractive`, `llm:openai:gpt-4.1-mini`.
        command: What measured it.
        result: The figures.
    """
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    before, _, rest = text.partition(BEGIN)
    section, _, after = rest.partition(END)
    others = [
        line
        for line in section.splitlines()
        if line.startswith("| `") and not line.startswith(f"| `{analyst}` |")
    ]
    table = "\n".join([_HEAD, *sorted([*others, *_rows(analyst, result)])])
    intro = (
        f"## One coding beside another\n\nWritten by `{command}`; another analyst's run adds "
        "its own rows. In the last row of each: sentences, macro-F1 over the codes that the other "
        "coding gives, and how far spans overlap (mean intersection over union)."
    )
    made = f"{BEGIN}\n{intro}\n\n{table}\n{END}"
    page.write_text(f"{before.rstrip()}\n\n{made}\n{after.lstrip()}", encoding="utf-8")


def _rows(analyst: str, result: Agreement) -> list[str]:
    rows = [
        f"| `{analyst}` | {one.code} | {one.prevalence:.2f} | {one.precision:.2f} "
        f"| {one.recall:.2f} | {one.f1:.2f} | {one.kappa:.2f} | {one.ac1:.2f} |"
        for one in result.codes
    ]
    whole = (
        f"| `{analyst}` | ~ all of {result.sentences} sentences | | | | {result.macro_f1:.2f} "
        f"| spans {result.span_iou:.2f} | |"
    )
    return [*rows, whole]
