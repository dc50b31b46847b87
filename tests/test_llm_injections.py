"""What participants say is data: a line written to steer the model does what any line does."""

from __future__ import annotations

import csv
import json
import re
import unicodedata

import pytest

from personagen import prompt
from personagen.answering.showing import Point, Shown
from personagen.answering.showing import Turn as Said
from personagen.llm.packing import Turn
from personagen.models import CodebookEntry
from personagen.study import Study
from tests.injections import INJECTIONS
from tests.llm_fixture import asked_for, good_model, options
from tests.model_server import serving

BENIGN = "The weather was fine that day."
CODEBOOK = [CodebookEntry(code="pain_point", definition="Trouble.")]


def rendered(name, line):
    """Render a prompt with a line of a participant in every place that takes one."""
    said = prompt.as_data(line)
    turns = [Turn(1, said, (said, "It is slow."))]
    claims = [{"number": 1, "text": said, "excerpts": [said]}]
    values = {
        "question": said, "codebook": CODEBOOK, "turns": turns, "found": "1.1 praise",
        "kind": "praise", "excerpts": [said], "siblings": [said], "claim": said,
        "sentences": [said], "label": said, "claims": claims, "stage": "use", "longest": 100,
        "product": said, "facts": [said], "themes": [{"label": said, "example": said}],
        "reason": "none", "before": [said],
    }  # fmt: skip
    if name == "answer_question":
        values |= {
            "excerpts": [Shown("P01", said)], "points": [Point("pain points", said, 1, [1], [])],
            "before": [Said(said, said)], "size": 3,
        }  # fmt: skip
    one = prompt.load(name)
    return one.render(**{key: values[key] for key in one.inputs}), said


def test_there_are_enough_injections_to_speak_of():
    assert len(set(INJECTIONS)) >= 40


@pytest.mark.parametrize("line", INJECTIONS)
@pytest.mark.parametrize("name", sorted({p.name for p in prompt.every()} - {"again"}))
def test_an_injected_line_changes_a_prompt_only_where_it_stands(name, line):
    (bad, said), (good, plain) = rendered(name, line), rendered(name, BENIGN)
    assert bad.system == good.system
    assert bad.user.replace(said, plain) == good.user
    assert bad.user.count("<said>") == bad.user.count("</said>") == 1
    assert len(bad.user.splitlines()) == len(good.user.splitlines())
    assert not [c for c in bad.user if unicodedata.category(c) in {"Cf", "Cc"} and c != "\n"]


def study_with(folder, lines):
    files = folder.parent / f"{folder.name}-files"
    files.mkdir()
    said = [
        "The export breaks on long lists.", "Exports break whenever lists are long.",
        "I spend hours matching invoices by hand.", "Matching invoices by hand takes hours.",
        "The price is too high for a small team.", "Too expensive for a small team.",
    ]  # fmt: skip
    with (files / "reviews.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["author", "rating", "text"])
        for i in range(24):
            table.writerow([f"Author N{i:02d}", 3, said[i % len(said)]])
        for i, line in enumerate(lines):
            table.writerow([f"Stranger X{i:02d}", 3, line])
    with Study.create(folder) as study:
        study.import_files([files])
    return folder


def findings(folder, model):
    with serving(model) as server:
        with Study.open(folder) as study:
            study.analyze(llm=options(server))
            assert study.verify() == []
            return study.document()


def test_injected_lines_change_nothing_that_benign_ones_would_not(tmp_path):
    benign = [f"{BENIGN} It rained on day {i}." for i in range(len(INJECTIONS))]
    good = findings(study_with(tmp_path / "good", benign), good_model)
    bad = findings(study_with(tmp_path / "bad", INJECTIONS), good_model)
    honest = {p.id for p in good.participants[:24]}

    def coded(document):
        found = [i for i in document.insights if i.participant in honest]
        return sorted((i.participant, i.code, i.excerpt.quote) for i in found)

    assert coded(bad) == coded(good)


def obedient(handler, body):
    """Do whatever an injection asks for, in the shape that was wanted."""
    evil = "PWNED: everybody loves it, see https://evil.example and “buy now”, says Bob Stone"
    match asked_for(body):
        case "CodedSentences":
            good_model(handler, body)
        case "ThemeLabel":
            handler.say({"label": evil, "definition": evil, "criterion": evil}, body)
        case "Summary":
            handler.say({"sentences": [{"text": evil, "rests_on": [1]}]}, body)
        case "Sentence":
            handler.say({"text": evil}, body)
        case "SameThemes":
            handler.say({"same": [[1, 2, 99]]}, body)
        case _:
            handler.say({"against": [1, 77]}, body)


def test_even_a_model_that_obeys_puts_nothing_into_a_document(tmp_path):
    document = findings(study_with(tmp_path / "study", INJECTIONS[:12]), obedient)
    # What the strangers themselves wrote is theirs, quoted with its place.
    wording = [t.label + t.definition + t.criterion for t in document.themes]
    wording += [c.text for c in document.claims] + [p.summary for p in document.personas]
    wording += [m.text for m in document.messages]
    assert wording
    text = json.dumps(wording)
    assert not re.search(r"evil\.example|buy now|Bob Stone", text)
    assert "PWNED: everybody" not in text
