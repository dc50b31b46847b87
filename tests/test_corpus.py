"""The sample corpus says what its truth files claim. Plain readers: the package is not needed."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import docx
import pytest

CORPUS = Path(__file__).parent.parent / "corpus"
STUDY = CORPUS / "benchwren"
TRUTH: dict[str, Any] = json.loads((STUDY / "truth.json").read_text(encoding="utf-8"))
PARTICIPANTS: list[dict[str, Any]] = TRUTH["participants"]
FILES = [p["file"] for p in PARTICIPANTS]
ARCHETYPES = list(TRUTH["archetypes"])
BY_FILE = {p["file"]: p for p in PARTICIPANTS}

CODES = {
    "pain_point": "pain_points",
    "motivation": "motivations",
    "objection": "objections",
    "praise": "praise",
    "feature_request": "requests",
    "workaround": "workarounds",
}
FIELDS = [
    *CODES.values(),
    "goals",
    "triggers",
    "tools",
    "channels",
    "content_formats",
    "decision_power",
    "success",
    "firmographics",
]
STAGES = ["awareness", "consideration", "decision", "use"]


class Turn(NamedTuple):
    """What one speaker says until the other one speaks."""

    speaker: str
    text: str


def _merge(lines: list[Turn]) -> list[Turn]:
    turns: list[Turn] = []
    for line in lines:
        text = " ".join(line.text.split())
        if turns and turns[-1].speaker == line.speaker:
            turns[-1] = Turn(line.speaker, f"{turns[-1].text} {text}")
        else:
            turns.append(Turn(line.speaker, text))
    return turns


def _cues(path: Path) -> list[str]:
    blocks = re.split(r"\r?\n\r?\n", path.read_bytes().decode("utf-8"))
    bodies = [b.splitlines() for b in blocks if "-->" in b]
    return [" ".join(lines[2:]) for lines in bodies]


def _labelled(line: str, names: list[str]) -> Turn | None:
    for name in names:
        for label in (f"**{name}:** ", f"{name}: "):
            if line.startswith(label):
                return Turn(name, line.removeprefix(label))
    return None


def _subtitles(path: Path, names: list[str]) -> list[Turn]:
    lines: list[Turn] = []
    for cue in _cues(path):
        voice = re.fullmatch(r"<v ([^>]+)>(.*)</v>", cue)
        found = Turn(voice[1], voice[2]) if voice else _labelled(cue, names)
        lines.append(found or Turn(lines[-1].speaker, cue))
    return lines


def _plain(path: Path, names: list[str]) -> list[Turn]:
    lines: list[Turn] = []
    for raw in path.read_text(encoding="utf-8").splitlines():
        line = re.sub(r"^\[\d\d:\d\d:\d\d\] ", "", raw)
        found = _labelled(line, names)
        if found:
            lines.append(found)
        elif line and lines:
            lines.append(Turn(lines[-1].speaker, line))
    return lines


def _word(path: Path, names: list[str]) -> list[Turn]:
    document = docx.Document(str(path))
    rows = [row.cells for table in document.tables for row in table.rows]
    lines = [Turn(cells[1].text, cells[2].text) for cells in rows if cells[1].text in names]
    for paragraph in document.paragraphs:
        head, _, text = paragraph.text.partition("\n")
        name = re.split(r" {3}\d", head)[0]
        if text and name in names:
            lines.append(Turn(name, text))
    return lines


READERS = {".vtt": _subtitles, ".srt": _subtitles, ".docx": _word, ".txt": _plain, ".md": _plain}


def _turns(file: str) -> list[Turn]:
    names = [s["name"] for s in BY_FILE[file]["speakers"]]
    path = STUDY / file
    return _merge(READERS[path.suffix](path, names))


TURNS = {file: _turns(file) for file in FILES}


def _says(file: str, speaker: str, quote: str) -> bool:
    return any(t.speaker == speaker and quote in t.text for t in TURNS[file])


def _interviewer(file: str) -> str:
    names: list[str] = [s["name"] for s in BY_FILE[file]["speakers"] if s["role"] == "interviewer"]
    assert len(names) == 1
    return names[0]


def _rows(name: str, folder: Path = STUDY) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_interview_is_in_the_truth_and_every_truth_has_a_file() -> None:
    found = {f"interviews/{path.name}" for path in (STUDY / "interviews").iterdir()}
    assert found == set(FILES)
    assert len(FILES) >= 14
    assert len({p["format"] for p in PARTICIPANTS}) >= 5


def test_archetypes_have_members_and_some_people_fit_none() -> None:
    sizes = Counter(p["archetype"] for p in PARTICIPANTS)
    assert all(sizes[a] >= 4 for a in ARCHETYPES)
    assert 1 <= sizes[None] <= 2


@pytest.mark.parametrize("file", FILES)
def test_an_interview_has_the_speakers_turns_and_words_the_truth_states(file: str) -> None:
    counted = Counter(t.speaker for t in TURNS[file])
    assert counted == {s["name"]: s["turns"] for s in BY_FILE[file]["speakers"]}
    words = sum(len(t.text.split()) for t in TURNS[file])
    assert words == BY_FILE[file]["words"]
    assert 600 <= words <= 1200


@pytest.mark.parametrize("file", FILES)
def test_planted_quotes_stand_verbatim_in_a_turn_of_the_participant(file: str) -> None:
    person = BY_FILE[file]
    for evidence in person["evidence"]:
        assert _says(file, person["speaker"], evidence["quote"]), evidence["quote"]
        assert not _says(file, _interviewer(file), evidence["quote"])
        if evidence["code"]:
            assert CODES[evidence["code"]] in evidence["fields"]
    assert len(person["evidence"]) >= 6
    assert sum(e["code"] is not None for e in person["evidence"]) >= 6


@pytest.mark.parametrize("file", FILES)
def test_a_role_is_told_in_the_participants_own_words(file: str) -> None:
    person = BY_FILE[file]
    own = " ".join(t.text for t in TURNS[file] if t.speaker == person["speaker"])
    assert person["role"] in own.replace("’", "'")


def test_no_planted_quote_repeats() -> None:
    quotes = [e["quote"] for p in PARTICIPANTS for e in p["evidence"]]
    assert len(quotes) == len(set(quotes))
    assert len({quote.lower().strip(" .!?") for quote in quotes}) == len(quotes)


def test_members_voice_a_theme_in_their_own_words() -> None:
    """Two quotes on one theme share few words, so that groups are not found by spelling alone."""
    common = set("a an and at by for from i in is it my of on or so that the to was we".split())
    for theme in TRUTH["themes"]:
        quotes = [
            set(re.findall(r"[a-z']+", e["quote"].lower())) - common
            for p in PARTICIPANTS
            for e in p["evidence"]
            if e["theme"] == theme["id"]
        ]
        for i, one in enumerate(quotes):
            for other in quotes[:i]:
                assert len(one & other) / len(one | other) < 0.35, (theme["id"], one & other)


@pytest.mark.parametrize("archetype", ARCHETYPES)
def test_every_persona_field_and_stage_is_planted_in_three_members(archetype: str) -> None:
    fields = TRUTH["fields"][archetype]
    for field in FIELDS:
        assert len(set(fields[field])) >= 3, field
    for stage in STAGES:
        assert len(set(fields["journey"][stage])) >= 3, stage
    for field in FIELDS:
        for file in fields[field]:
            assert BY_FILE[file]["archetype"] == archetype
            assert any(field in e["fields"] for e in BY_FILE[file]["evidence"])


@pytest.mark.parametrize("archetype", ARCHETYPES)
def test_words_of_an_archetype_are_used_by_three_members(archetype: str) -> None:
    vocabulary = TRUTH["vocabulary"][archetype]
    assert len(vocabulary) >= 3
    for word, files in vocabulary.items():
        assert len(files) >= 3
        for file in files:
            text = " ".join(t.text for t in TURNS[file] if t.speaker == BY_FILE[file]["speaker"])
            assert re.search(rf"\b{word}\b", text, re.IGNORECASE), (word, file)


def test_themes_list_who_voices_them() -> None:
    for theme in TRUTH["themes"]:
        voiced = [
            p["file"] for p in PARTICIPANTS if any(e["theme"] == theme["id"] for e in p["evidence"])
        ]
        assert voiced == theme["participants"]
        for file in voiced:
            of_theme = [e for e in BY_FILE[file]["evidence"] if e["theme"] == theme["id"]]
            assert {e["code"] for e in of_theme} == {theme["code"]}


def test_each_archetype_has_themes_that_not_every_member_voices() -> None:
    for archetype in ARCHETYPES:
        members = {p["file"] for p in PARTICIPANTS if p["archetype"] == archetype}
        shares = [len(members & set(t["participants"])) for t in TRUTH["themes"] if t["code"]]
        assert sum(share >= 3 for share in shares) >= 8
        assert sum(3 <= share < len(members) for share in shares) >= 4


def test_contradictions_are_said_by_two_people() -> None:
    assert len(TRUTH["contradictions"]) >= 5
    themes = {t["id"] for t in TRUTH["themes"]}
    for pair in TRUTH["contradictions"]:
        assert pair["theme"] in themes
        assert pair["a"]["file"] != pair["b"]["file"]
        for side in (pair["a"], pair["b"]):
            assert _says(side["file"], side["speaker"], side["quote"])


def test_leading_questions_are_the_interviewers_and_are_turned_down_at_once() -> None:
    assert len(TRUTH["leading_questions"]) >= 5
    for leading in TRUTH["leading_questions"]:
        turns = TURNS[leading["file"]]
        asked = [
            i
            for i, t in enumerate(turns)
            if t.speaker == leading["interviewer"] and leading["question"] in t.text
        ]
        assert len(asked) == 1, leading["id"]
        answer = turns[asked[0] + 1]
        assert answer.speaker == BY_FILE[leading["file"]]["speaker"]
        assert leading["denial"] in answer.text


def test_loaded_statements_are_the_interviewers_only() -> None:
    for statement in TRUTH["loaded_interviewer_statements"]:
        assert _says(statement["file"], statement["interviewer"], statement["quote"])
        assert not _says(
            statement["file"], BY_FILE[statement["file"]]["speaker"], statement["quote"]
        )


def test_traps_stand_in_the_participants_turns() -> None:
    assert {t["kind"] for t in TRUTH["traps"]} == {"negated", "hedged", "reported"}
    for trap in TRUTH["traps"]:
        assert _says(trap["file"], trap["speaker"], trap["quote"])


def test_names_that_are_words_are_also_used_as_words() -> None:
    everything = {file: " ".join(t.text for t in TURNS[file]) for file in FILES}
    used = [n for n in TRUTH["name_words"] if n["ordinary_use"]]
    assert len(used) >= 4
    for name in used:
        assert name["ordinary_use"] in everything[name["file"]]


def test_replacements_keep_names_apart_and_reach_every_speaker() -> None:
    names = TRUTH["replacements"]["names"]
    assert len(set(names.values())) == len(names)
    assert not set(names) & set(names.values())
    for person in PARTICIPANTS:
        for speaker in person["speakers"]:
            parts = re.findall(r"[A-Z][\w-]+", speaker["name"].replace("(Guest)", ""))
            assert all(part in names for part in parts), speaker["name"]


def _all_text() -> dict[str, str]:
    texts = {file: " ".join(t.text for t in TURNS[file]) for file in FILES}
    for path in CORPUS.rglob("*"):
        if path.suffix in {".csv", ".jsonl", ".json", ".toml", ".md", ".txt"}:
            texts[str(path.relative_to(CORPUS))] = path.read_text(encoding="utf-8")
    return texts


@pytest.mark.parametrize("text", _all_text().values(), ids=_all_text().keys())
def test_contact_details_are_invented(text: str) -> None:
    for address in re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", text):
        assert address.endswith(("@example.com", ".example.com")), address
    for host in re.findall(r"https?://([\w.-]+)", text):
        assert host.endswith(("example.com", "creativecommons.org")), host
    assert not re.search(r"(?<![\w.-])\+?\d{2,4}[ -]\d{3,4}[ -]\d{3,4}(?![\w-])", text)
    assert not re.search(r"(?<![\w:\"-])\+?\d{9,}(?![\w\"-])", text)


def test_reviews_are_there_and_their_quotes_stand_in_their_rows() -> None:
    rows = {row["review_id"]: row for row in _rows("reviews.csv")}
    truth = TRUTH["reviews"]
    assert len(rows) == len(truth["rows"]) >= 60
    for entry in truth["rows"]:
        for evidence in entry["evidence"]:
            assert evidence["quote"] in rows[entry["id"]][truth["text_column"]]
            assert evidence["quote"] not in rows[entry["id"]]["staff_reply"]
            assert evidence["code"] in CODES


def test_reviews_hold_the_noise_that_real_ones_hold() -> None:
    rows = _rows("reviews.csv")
    texts = [row["review"] for row in rows]
    assert sum(not text for text in texts) >= 3
    assert sum(len(text.split()) == 1 for text in texts) >= 3
    assert any("<script>alert(1)</script>" in text for text in texts)
    assert any(text.startswith("=HYPERLINK(") for text in texts)
    assert any("\U0001f44d" in text for text in texts)
    assert sum(bool(row["staff_reply"]) for row in rows) >= 8
    assert max(Counter(row["author"] for row in rows).values()) >= 2


def test_tickets_keep_customer_and_agent_apart() -> None:
    lines = (STUDY / "tickets.jsonl").read_text(encoding="utf-8").splitlines()
    tickets = {ticket["id"]: ticket for ticket in map(json.loads, lines)}
    truth = TRUTH["tickets"]
    assert len(lines) == len(tickets) == len(truth["rows"]) >= 40
    for entry in truth["rows"]:
        ticket = tickets[entry["id"]]
        assert ticket["requester_id"] == entry["requester"]
        assert ticket["description"] == ticket["comments"][0]["body"]
        authors = {comment["author_id"] for comment in ticket["comments"]}
        assert authors <= {entry["requester"], *truth["agents"]}
        own = [c["body"] for c in ticket["comments"] if c["author_id"] == entry["requester"]]
        for evidence in entry["evidence"]:
            assert any(evidence["quote"] in body for body in own)
            assert evidence["code"] in CODES
    bodies = [comment for ticket in tickets.values() for comment in ticket["comments"]]
    assert sum(comment["author_id"] in truth["agents"] for comment in bodies) >= 40
    assert any(not comment["public"] for comment in bodies)


def test_a_requester_belongs_to_one_archetype() -> None:
    seen: dict[int, str | None] = {}
    for entry in TRUTH["tickets"]["rows"]:
        assert seen.setdefault(entry["requester"], entry["archetype"]) == entry["archetype"]
    assert len(seen) < len(TRUTH["tickets"]["rows"])


def test_the_survey_has_open_and_closed_questions_empty_answers_and_a_repeated_row() -> None:
    rows = _rows("survey.csv")
    truth = TRUTH["survey"]
    assert len(rows) == len(truth["rows"]) >= 40
    assert [row["Respondent"] for row in rows] == [entry["id"] for entry in truth["rows"]]
    assert set(truth["open_questions"]) | set(truth["closed_questions"]) < set(rows[0])
    answers = Counter(row[q] for row in rows for q in truth["open_questions"])
    assert all(answers[none] for none in ("", "-", "n/a", "nothing"))
    by_id = {row["Respondent"]: list(row.values())[2:] for row in rows}
    one, other = truth["duplicate"]
    assert by_id[one] == by_id[other]
    assert len({tuple(answer) for answer in by_id.values()}) == len(rows) - 1


def test_the_product_is_plainly_wrong_for_some() -> None:
    negative = TRUTH["negative"]
    assert len(negative["reviews"]) >= 3
    for table in ("reviews", "tickets", "survey"):
        wrong = [entry["id"] for entry in TRUTH[table]["rows"] if entry["kind"] == "not_for_them"]
        assert wrong == negative[table]


def test_no_quote_of_the_tables_repeats_one_of_the_interviews() -> None:
    spoken = {e["quote"] for p in PARTICIPANTS for e in p["evidence"]}
    written = [
        e["quote"] for t in ("reviews", "tickets") for r in TRUTH[t]["rows"] for e in r["evidence"]
    ]
    assert len(written) == len(set(written))
    assert not spoken & set(written)


def test_the_second_corpus_has_reviews_by_authors_who_wrote_enough_to_group() -> None:
    folder = CORPUS / "hushpebble"
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    rows = {row["id"]: row for row in _rows("reviews.csv", folder)}
    assert len(rows) == len(truth["rows"]) >= 120
    for entry in truth["rows"]:
        assert rows[entry["id"]]["author"] == entry["author"]
        for evidence in entry["evidence"]:
            assert evidence["quote"] in rows[entry["id"]]["text"]
            assert evidence["code"] in CODES
    written: Counter[str] = Counter()
    for row in rows.values():
        written[row["author"]] += len(re.findall(r"[.!?]+(?:\s|$)", row["text"]))
    sizes = Counter(truth["authors"].values())
    assert all(sizes[archetype] >= 10 for archetype in truth["archetypes"])
    assert sum(written[author] >= 2 for author in truth["authors"]) >= 40
    assert len(truth["not_for"]["authors"]) >= 3


@pytest.mark.parametrize("name", ["benchwren", "hushpebble"])
def test_a_study_states_its_question_and_product(name: str) -> None:
    settings = tomllib.loads((CORPUS / name / "study.toml").read_text(encoding="utf-8"))
    assert settings["study"]["question"].endswith("?")
    assert settings["product"]["name"].lower() == name
    assert settings["product"]["does"]
    assert settings["product"]["proof"]


def test_the_readme_counts_what_is_there() -> None:
    text = (CORPUS / "README.md").read_text(encoding="utf-8")
    tickets = (STUDY / "tickets.jsonl").read_text(encoding="utf-8").splitlines()
    counts = {
        "interviews": len(FILES),
        "reviews": len(_rows("reviews.csv")),
        "support tickets": len(tickets),
        "survey answers": len(_rows("survey.csv")),
    }
    assert ", ".join(f"{n} {what}" for what, n in counts.items()) in text
    assert f"{len(_rows('reviews.csv', CORPUS / 'hushpebble'))} reviews and nothing else" in text
