"""What was planted in the sample study comes out of it: groups, fields, evidence, and no more."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sklearn.metrics import adjusted_rand_score

from personagen.demo import Demo, sample_corpus
from personagen.reading import find_files, read
from personagen.study import Study

CALLED = {"requests": "feature_requests", "success": "success_measures"}
"""Fields that the truth file names otherwise."""
SLOTS = ("happens", "asks", "where", "feels")
TRUTH = json.loads((sample_corpus() / "truth.json").read_text(encoding="utf-8"))


def _document(demo: Demo) -> Any:
    path = next(p for p in demo.documents if p.name == "study.json")
    return json.loads(path.read_text(encoding="utf-8"))


def _agreement(personas: list[Any]) -> float:
    """Return the adjusted Rand index of the personas' groups against the planted ones."""
    # Interviews are imported in the order of their names, one participant each: P01, P02 …
    planted = {f"P{n:02d}": p["archetype"] for n, p in enumerate(TRUTH["participants"], 1)}
    found = {who: p["id"] for p in personas for who in p["participants"]}
    counted = [who for who, group in planted.items() if group]
    return float(
        adjusted_rand_score([planted[w] for w in counted], [found.get(w, w) for w in counted])
    )


def test_planted_groups_are_recovered(demo: Demo) -> None:
    assert _agreement(_document(demo)["personas"]) >= 0.8


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def test_planted_evidence_is_found(demo: Demo) -> None:
    document = _document(demo)
    quotes = [i["excerpt"]["quote"] for i in document["insights"]]
    quotes += [e["quote"] for c in document["claims"] for e in c["supports"]]
    said = [set(_plain(q).split()) for q in quotes]
    planted = [
        set(_plain(e["quote"]).split()) for p in TRUTH["participants"] for e in p["evidence"]
    ]
    found = sum(
        any(len(p & s) > 0.6 * min(len(p), len(s)) and len(s) > 3 for s in said) for p in planted
    )
    assert found / len(planted) >= 0.6


def test_nothing_is_claimed_from_an_interviewers_mouth(demo: Demo) -> None:
    document = _document(demo)
    asked = [_plain(q["question"]) for q in TRUTH["leading_questions"]]
    asked += [_plain(s["quote"]) for s in TRUTH["loaded_interviewer_statements"]]
    for claim in document["claims"]:
        for excerpt in (*claim["supports"], *claim["opposes"]):
            assert excerpt["role"] == "participant"
            assert _plain(excerpt["quote"]) not in asked


def _group_of(persona: Any) -> str:
    planted = {f"P{n:02d}": p["archetype"] for n, p in enumerate(TRUTH["participants"], 1)}
    return Counter(planted[who] for who in persona["participants"]).most_common(1)[0][0]


def _filled(persona: Any) -> set[str]:
    stages = {s["stage"] for s in persona["journey"] if any(s[k] for k in SLOTS)}
    journey = {"journey"} if stages >= set(TRUTH["fields"]["owner"]["journey"]) else set()
    firmographics = {"firmographics"} if persona["firmographics"] else set()
    return {name for name, ids in persona["fields"].items() if ids} | firmographics | journey


def test_every_planted_field_is_filled_for_every_planted_group(demo: Demo) -> None:
    personas = [p for p in _document(demo)["personas"] if p["kind"] != "negative"]
    assert len(personas) == len(TRUTH["archetypes"])
    for persona in personas:
        fields = TRUTH["fields"][_group_of(persona)]
        planted = {f for f, who in fields.items() if f == "journey" or len(who) >= 3}
        assert {CALLED.get(f, f) for f in planted} - _filled(persona) == set()
        assert persona["fields"]["vocabulary"]


@pytest.mark.slow
def test_groups_rest_on_content_not_on_names_and_trade_words(tmp_path: Path) -> None:
    sources = [p for p in sorted(sample_corpus().iterdir()) if p.suffix in {".csv", ".jsonl"}]
    interviews, _ = find_files([sample_corpus() / "interviews"])
    for path in interviews:
        lines = [f"{u.speaker}: {' '.join(u.text.split())}\n" for u in read(path).utterances]
        reworded = tmp_path / "in" / f"{path.stem}.txt"
        reworded.parent.mkdir(exist_ok=True)
        reworded.write_text("\n".join(_reworded(line) for line in lines), encoding="utf-8")
    for path in sources:
        (tmp_path / "in" / f"z {path.name}").write_text(
            _reworded(path.read_text(encoding="utf-8")), encoding="utf-8"
        )
    with Study.create(tmp_path / "study") as study:
        study.import_files([tmp_path / "in"])
        study.analyze()
        personas = [p.model_dump() for p in study.document().personas]
    assert _agreement(personas) >= 0.8


def _reworded(text: str) -> str:
    for name, other in TRUTH["replacements"]["names"].items():
        text = re.sub(rf"\b{re.escape(name)}\b", other, text)
    for word, other in TRUTH["replacements"]["words"].items():
        text = re.sub(
            rf"\b{re.escape(word)}\b", lambda m, o=other: _like(m[0], o), text, flags=re.I
        )
    return text


def _like(old: str, new: str) -> str:
    return new[:1].upper() + new[1:] if old[:1].isupper() else new
