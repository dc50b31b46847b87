r"""Pairs from public sets, for the first stage of training.

    python -m personagen.inference.sources --out pairs.jsonl \
        --entailment snli_1.0_train_subset.jsonl --reading squad.json predictions \
        --memories longmemeval_s_cleaned.json

- **SNLI** (CC BY-SA 4.0): captions and sentences that follow, contradict or do neither. Sentences
  that are easily asked also give yes-or-no questions: answered where they follow or contradict.
- **SQuAD** (CC BY-SA 4.0), in CheckList's layout: questions on articles, and where a good reader
  found the answer. Its sentence answers, others of the article don't.
- **LongMemEval** (MIT): questions on what somebody once told an assistant, and the turns that hold
  the answer, among hundreds that don't.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from personagen.inference.examples import Pair
from personagen.inference.runtime import FOLLOWS
from personagen.sentences import split

_LABELS = {"entailment": "follows", "neutral": "open", "contradiction": "contradicts"}
_ASKABLE = re.compile(
    r"^((?:The|A|An|Two|Three|Four|Five|Some|Several|Many|One|There|They|He|She|People|Kids|"
    r"Children|Men|Women|Everyone|It|His|Her|Their)\b[^,;]*?) "
    r"(is|are|was|were|has|have|can|will) (?!not\b)(.+?)\.?$"
)
_LONG = 250
"""Characters from which a passage is an article's rather than a template's."""
_TURN = 1500
"""Characters of a turn that is taken at most."""


def entailment(file: Path, draw: random.Random, most: int = 60_000) -> Iterator[Pair]:
    """Yield pairs of SNLI, and a third as many questions made of their sentences."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    told = [row for row in rows if row["gold_label"] in _LABELS]
    for row in draw.sample(told, min(most, len(told))):
        label = FOLLOWS.index(_LABELS[row["gold_label"]])
        yield Pair("follows", row["sentence1"].strip(), row["sentence2"].strip(), label)
    asked = [(row, question) for row in told if (question := as_question(row["sentence2"].strip()))]
    for row, question in draw.sample(asked, min(most // 3, len(asked))):
        answered = int(row["gold_label"] != "neutral")
        yield Pair("answers", question, row["sentence1"].strip(), answered, 0.5)


def as_question(sentence: str) -> str:
    """Return a plain sentence as a yes-or-no question; empty where it is not easily turned."""
    match = _ASKABLE.match(sentence)
    if match is None or len(match.group(1).split()) > 6:
        return ""
    who = match.group(1)
    return f"{match.group(2).capitalize()} {who[0].lower()}{who[1:]} {match.group(3)}?"


def reading(articles: Path, predictions: Path, draw: random.Random) -> Iterator[Pair]:
    """Yield questions on articles with the sentence that answers, and three that don't."""
    spans = predictions.read_text(encoding="utf-8").splitlines()
    paragraphs = [
        p for a in json.loads(articles.read_text("utf-8"))["data"] for p in a["paragraphs"]
    ]
    chosen = [p for p in paragraphs if len(p["context"]) > _LONG]
    sentences = {p["context"]: _sentences(p["context"]) for p in chosen}
    anywhere = [s for some in sentences.values() for s in some]
    seen = set()
    for paragraph in chosen:
        some = sentences[paragraph["context"]]
        for asked in paragraph["qas"]:
            span, question = spans[int(asked["id"])], asked["question"]
            at = [i for i, s in enumerate(some) if span and span in s]
            if len(at) != 1 or question in seen:
                continue
            seen.add(question)
            yield Pair("answers", question, some[at[0]], 1, 1.5)
            others = [s for i, s in enumerate(some) if i != at[0]]
            for other in [*draw.sample(others, min(2, len(others))), draw.choice(anywhere)]:
                yield Pair("answers", question, other, 0)


def memories(file: Path, draw: random.Random) -> Iterator[Pair]:
    """Yield questions on what somebody told, with the turns that answer, and six that don't."""
    for asked in json.loads(file.read_text(encoding="utf-8")):
        turns = [
            turn
            for session in asked["haystack_sessions"]
            for turn in session
            if turn["role"] == "user" and len(turn["content"]) <= _TURN
        ]
        right = [t["content"] for t in turns if t.get("has_answer")]
        wrong = [t["content"] for t in turns if not t.get("has_answer")]
        if not right or asked["question_type"] == "temporal-reasoning":
            continue
        for turn in right:
            yield Pair("answers", asked["question"], turn, 1, 1.5)
        near = _nearest(asked["question"], wrong)
        for turn in [*draw.sample(near, min(3, len(near))), *draw.sample(wrong, 3)]:
            yield Pair("answers", asked["question"], turn, 0)


def _sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split(text)]


def _nearest(question: str, turns: Sequence[str], most: int = 20) -> list[str]:
    words = set(re.findall(r"\w{4,}", question.lower()))
    return sorted(turns, key=lambda t: -len(words & set(re.findall(r"\w{4,}", t.lower()))))[:most]


def main() -> None:
    """Write the pairs of what is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--entailment", type=Path)
    parser.add_argument("--reading", type=Path, nargs=2)
    parser.add_argument("--memories", type=Path)
    given, draw = parser.parse_args(), random.Random(0)
    pairs: list[Pair] = []
    if given.entailment:
        pairs += entailment(given.entailment, draw)
    if given.reading:
        pairs += reading(given.reading[0], given.reading[1], draw)
    if given.memories:
        pairs += memories(given.memories, draw)
    lines = (json.dumps(pair._asdict(), ensure_ascii=False) for pair in pairs)
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
