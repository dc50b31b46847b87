"""The encoder's figures in words: its section of `docs/quality.md` and its model card."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from personagen.encoder.evaluation import FEWEST, MACRO
from personagen.encoder.layout import CODES, KINDS

Figures = Mapping[str, Any]

BEGIN, END = "<!-- encoder: begin -->", "<!-- encoder: end -->"
_ROWS = ("overall", *KINDS)
_BARS = {"overall": 0.70, "interview": 0.52}
_AHEAD, _KEPT = 0.10, 0.97

_TRIED = """\
Compared on one or a few random folds, where a difference under .01 is chance:

- The labelled sets as tasks of their own before the units: .70 against .71 without, and a fourth
  more time. Left out, so that nothing but the units is learned from.
- More layers kept as they are: none, one or two of the six cost little, the vectors gain. One.
- Logistic regression on pairs of wordpieces added to the encoder's logits: no gain beyond chance.
- Thresholds and calibration for each kind of source: no gain (.70 against .71).
- The map to the sentence vectors left as trained, or fitted on the quantised states: app review ARI
  .94 of the untuned model's against 1.0 and more. Fitted.
- Eight bits of a weight instead of seven would clip on processors without VNNI. Seven.

Not tried, for want of time on two cores: several models distilled into one, pre-training on
unlabelled interviews. `objection` and interviews are where the room is."""


def render(figures: Figures, page: str) -> str:
    """Return a page with the encoder's section put in, or replaced if it has one."""
    section = f"{BEGIN}\n{_section(figures)}\n{END}\n"
    if BEGIN not in page:
        return f"{page.rstrip()}\n\n{section}"
    before, rest = page.split(BEGIN, 1)
    return before + section + rest.split(END, 1)[1].lstrip("\n")


def card(figures: Figures) -> str:
    """Return the model card."""
    random = figures["designs"]["random"]["all units"]
    grouped = figures["designs"]["grouped"]["all units"]
    return f"""\
# The encoder

all-MiniLM-L6-v2 with heads for the six codes of the default codebook, intensity and quotability;
fine-tuned, then quantised to 8 bits. It runs offline in onnxruntime.

- **In:** a sentence or short turn, the question or sentence before it, the kind of source.
- **Out:** a vector of 384 numbers of the text alone, probabilities of the codes, intensity 0 to 3,
  the probability that the text can be quoted by itself.
- **Made from:** all-MiniLM-L6-v2 (Apache-2.0), {figures["units"]} coded units from public
  interviews, reviews, survey answers and support messages, each under its own licence: AnnoMI,
  Changelog transcripts (CC BY-SA 4.0), Hit Save! transcripts (CC BY-SA 4.0), Ethereum protocol
  calls (CC BY-SA 3.0), PDPilot (BSD 3-Clause), mini-BAR app reviews (MIT), Liu's product reviews
  and pros and cons (CC BY 4.0), Jupyter surveys (CC0), R community survey (Apache-2.0), BANKING77
  (CC BY 4.0), MultiDoGO (CDLA-Permissive 1.0), games as art (MIT), TinyTroupe (MIT). The units
  were coded in one model-assisted pass. None of their text is in the model's files or in this
  repository. Beside them {figures["written"]} units written for this project (`corpus/coding`,
  CC0): what people say in ordinary life of the rarer codes, and what only looks like one.
- **Licence of the weights:** Apache-2.0.
- **Macro-F1 of five codes, units not learned from:** {_num(random["overall"]["macro_f1"])} in
  random folds ({_num(random["interview"]["macro_f1"])} on interviews);
  {_num(grouped["overall"]["macro_f1"])} on sources never seen
  ({_num(grouped["interview"]["macro_f1"])} on interviews).
- **Not for:** judging people; languages other than English without reading along; counselling.
  `workaround` is rare and weak. A score is a suggestion for a person to review.

All figures: `docs/quality.md`. Made again by `personagen train`, seed {figures["seed"]}.
"""


def summary(figures: Figures) -> str:
    """Return the main figures in a few words."""
    cell = {design: figures["designs"][design]["all units"] for design in ("random", "grouped")}
    return "; ".join(
        f"{words}: macro-F1 {_num(cell[design]['overall']['macro_f1'])}, "
        f"interviews {_num(cell[design]['interview']['macro_f1'])}"
        for design, words in (("random", "random folds"), ("grouped", "sources never seen"))
    )


def _section(figures: Figures) -> str:
    parts = [
        "## The encoder",
        f"Written by `personagen train` (seed {figures['seed']}), which trained, measured and "
        f"wrote the model that ships ({figures['megabytes']} MB). Everything is measured on the "
        f"quantised model, on {figures['units']} coded units, each predicted by a model that did "
        "not learn from it; calibration and thresholds come from the other folds. In "
        "interviews the thresholds' odds are lowered by half a unit of the logarithm, for the "
        "encoder and for TF-IDF; that one number was chosen on the random folds. A cell has at "
        f"least {FEWEST} positives, or a dash. Every fold, and TF-IDF in it, also learned from "
        f"{figures['written']} units written for this project (`corpus/coding`), on which nothing "
        f"here is measured. *Macro* is the mean F1 of {_listed(MACRO)}, as far "
        "as they are reported in the row; `workaround` is shown beside it.",
        _bars(figures),
    ]
    for design, title in _TITLES.items():
        parts += _design(figures["designs"][design], title)
    return "\n\n".join([*parts, _search(figures["search"]), "### What was tried", _TRIED])


_COMPARED = ("all units", "tf-idf, all units")
_TITLES = {
    "random": "Random folds: new sentences from known kinds of sources",
    "grouped": "Folds by source: sources never seen",
}
_SAMPLES = {
    "all units": "All units, encoder",
    "tf-idf, all units": "All units, TF-IDF and logistic regression",
    "random sample": "The random sample alone (base rates as in life), encoder",
    "tf-idf, random sample": "The random sample alone, TF-IDF and logistic regression",
}


def _design(figures: Figures, title: str) -> list[str]:
    parts = [f"### {title}"]
    for sample, caption in _SAMPLES.items():
        parts += [f"**{caption}**", cells({row: figures[sample][row] for row in _ROWS})]
    languages = {"French": figures["languages"]["fr"], "Spanish": figures["languages"]["es"]}
    error = figures["calibration error"]
    side = figures["side"]
    return [
        *parts,
        "**Outside English, encoder**",
        cells(languages),
        "**Expected calibration error** (ten bins)",
        _table(["", *CODES, "mean"], [[k, *map(_num, error[k].values())] for k in error]),
        "**Beside the codes:** " + "; ".join(f"{k} {_num(v)}" for k, v in side.items()) + ".",
    ]


def cells(rows: Mapping[str, Figures]) -> str:
    """Return a table of units, macro-F1 and F1 by code, a line a row."""
    lines = []
    for name, cell in rows.items():
        codes = [_num(cell["codes"].get(code, {}).get("f1")) for code in CODES]
        lines.append([name, str(cell["units"]), _num(cell["macro_f1"]), *codes])
    return _table(["", "units", "macro", *CODES], lines)


def _bars(figures: Figures) -> str:
    """Return each bar with what was measured and whether it was reached."""
    random, grouped = (figures["designs"][d] for d in ("random", "grouped"))
    lines = []
    for row, bar in _BARS.items():
        reached = random["all units"][row]["macro_f1"]
        lines.append([f"random folds, {row}, macro-F1", f"≥ {bar:.2f}", *_verdict(reached, bar)])
    for row in KINDS:
        ours, theirs = (grouped[sample][row]["macro_f1"] for sample in _COMPARED)
        ahead = None if ours is None or theirs is None else ours - theirs
        name = f"by source, {row}, ahead of TF-IDF"
        lines.append([name, f"≥ {_AHEAD:.2f}", *_verdict(ahead, _AHEAD)])
    for name, share in _shares(figures["search"]):
        lines.append([name, f"≥ {_KEPT:.2f}", *_verdict(share, _KEPT)])
    return _table(["bar", "at least", "measured", "reached"], lines)


def _verdict(measured: float | None, bar: float) -> tuple[str, str]:
    if measured is None:
        return _num(measured), "not reported"
    return _num(measured), "yes" if measured >= bar else "**no**"


def _shares(search: Figures) -> Iterable[tuple[str, float]]:
    for texts, ours in search["shipped"].items():
        theirs = search["untuned"][texts]
        yield f"BANKING77 recall@10 ÷ untuned, {texts}", ours["recall"] / theirs["recall"]
        yield f"app review ARI ÷ untuned, {texts}", ours["ari"] / theirs["ari"]


def _search(search: Figures) -> str:
    lines = [
        [f"{model}, {name}", *map(_plain, q.values())]
        for model, parts in search.items()
        for name, q in parts.items()
    ]
    head = ["", "BANKING77 recall@10", "questions", "app reviews ARI", "reviews"]
    return (
        "### Search and clustering\n\n"
        "No group or intent is trained on, and the vectors are fitted without these two sources; "
        "some of the texts are coded units all the same, so the figures stand also without those. "
        "Recall@10 is the share of the ten nearest questions that have the same intent. ARI is "
        "that of k-means with the right number of groups against groups made by hand (89 and 45 "
        "groups of 200 reviews each in two languages: hard for any model, and a tenth up or down "
        f"is chance), the mean over sets and ten seeds.\n\n{_table(head, lines)}"
    )


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rule = ["---"] + ["--:"] * (len(head) - 1)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *lines))


def _num(number: float | None) -> str:
    return "–" if number is None else f"{number:.3f}"


def _plain(number: float) -> str:
    return str(number) if isinstance(number, int) else _num(number)


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(f"`{code}`" for code in codes)
