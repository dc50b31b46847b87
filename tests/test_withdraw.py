"""A participant withdraws: not a byte of them is left, and what rested on them is made anew."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from contextlib import closing
from pathlib import Path

import docx
import pytest

from personagen.chatmodel.answers import Answers
from personagen.custody.traces import traces_of, words
from personagen.custody.waiting import CORRECTIONS
from personagen.errors import UnknownIdError
from personagen.review import Decision
from personagen.study import Study

ODETTE = """\
Interviewer: How do you fire the glaze, Odette?
Odette Vrba: I load the kiln by hand before sunrise and the chart is always wrong again.
Interviewer: What goes wrong?
Odette Vrba: Nobody at the guild ever answers my letters about cracked cobalt tiles.
Interviewer: And what would help?
Odette Vrba: I want one dial that tells me the honest temperature of the lower shelf.
"""

GROUP = """\
Interviewer: What keeps you busy?
Odette Vrba: My shed floods every spring and the pallets float past the window.
Tamsin Okoro: We count the stock by hand and it takes four hours each week.
Odette Vrba: I told Tamsin that the wet clay costs me a whole month.
Tamsin Okoro: Odette is right. The invoices never match what the depot sends us.
Ravi Menon: The export is slow and it fails when the file has more than ten pages.
Ravi Menon: I want the weekly numbers in one place so I can plan the shifts.
"""

REVIEWS = """\
email,name,rating,comment
odette@example.org,Odette Vrba,1,The courier dropped my crate of stoneware behind the bakery.
lou@example.org,Lou Fenn,5,The weekly summary is the reason we stayed with them.
sam@example.org,Sam Ibe,2,It fails every Monday and the support is slow to answer.
"""


@pytest.fixture
def study(tmp_path):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "Odette Vrba kiln visit.txt").write_text(ODETTE, encoding="utf-8")
    (inbox / "group.txt").write_text(GROUP, encoding="utf-8")
    (inbox / "reviews.csv").write_text(REVIEWS, encoding="utf-8")
    study = Study.create(tmp_path / "study")
    study.import_files([inbox])
    yield study
    study.close()


def pseudonym(study: Study, text: str) -> str:
    said = (u for s in study.material().sources for u in s.utterances if text in u.text)
    return next(u.participant for u in said if u.participant)


def stored(folder: Path) -> dict[Path, str]:
    """Return every file with its bytes as text: eight bits a character, nothing is lost."""
    return {p: p.read_bytes().decode("latin-1") for p in folder.rglob("*") if p.is_file()}


def leaks(folder: Path, runs, names) -> list[str]:
    found = []
    for path, text in stored(folder).items():
        said = words(text)
        there = set(zip(*(said[i:] for i in range(5)), strict=False))
        found += [f"{path.name}: {' '.join(run)}" for run in runs if run in there]
        found += [f"{path.name}: {n}" for n in names if n.lower() in text.lower()]
    return found


def their_words(*texts: str, left: str) -> frozenset[tuple[str, ...]]:
    return traces_of(texts, [left], []).runs


def said_by(text: str, who: str) -> list[str]:
    return re.findall(rf"^{who}: (.*)$", text, re.M)


ODETTE_SAID = [
    *said_by(ODETTE, "Odette Vrba"),
    *said_by(GROUP, "Odette Vrba"),
    "The courier dropped my crate of stoneware behind the bakery.",
]
NAMES = ["Odette", "Vrba", "odette@example.org", "kiln visit"]


def test_after_a_withdrawal_no_byte_of_the_study_holds_them(study, tmp_path):
    study.analyze()
    them = pseudonym(study, "load the kiln")
    group_them = pseudonym(study, "shed floods")
    review_them = pseudonym(study, "stoneware")
    for gone in (group_them, review_them):
        study.decide(Decision(action="merge_participant", targets=(gone,), to=them), "Bo")
    insights = [i for i in study.findings().insights if i.participant == them]
    study.decide(Decision(action="accept", targets=(insights[0].id,)), "Bo")
    study.export(["md", "html", "json", "csv"])
    study.export(["md"], study.folder / "for the board")
    shutil.copy(study.folder / "study.db", study.folder / "study.db.bak")
    (study.folder / "egress.log").write_text(
        json.dumps({"host": "localhost", "sha256": "ab", "text": ODETTE}) + "\n", encoding="utf-8"
    )
    (study.folder / "incoming").mkdir()
    (study.folder / "incoming" / "kiln visit again.txt").write_text(ODETTE, encoding="utf-8")
    personas = [persona.id for persona in study.document().personas]
    for persona in personas:
        study.talk.ask("What goes wrong with the kiln and the chart?", persona)
    assert study.talk.said()
    _fill_what_else_keeps(study, tmp_path)
    away = tmp_path / "board"
    study.export(["md"], away)
    others = "\n".join(
        [line for line in GROUP.splitlines() if not line.startswith("Odette Vrba")]
        + REVIEWS.splitlines()[2:]
    )
    runs = their_words(*ODETTE_SAID, left=others)
    assert len(runs) > 50
    assert leaks(study.folder, runs, [])  # the test can see them while they are there

    done = study.custody.withdraw(them)

    assert done.remains == ()
    study.close()
    assert leaks(study.folder, runs, NAMES) == []
    assert {Path(path).parent for path in done.elsewhere} == {away.resolve()}
    assert done.insights == len(insights)
    assert done.decisions >= 1
    assert done.chats == len(personas)
    assert done.exams == len(personas) > 0
    assert [Path(path).name for path in done.waiting] == [
        "kiln visit again.txt", "Odette Vrba calls.toml", "calls.toml",
    ]  # fmt: skip
    assert (study.folder / "corrections" / "others.toml").exists()
    entry = json.loads((study.folder / "egress.log").read_text(encoding="utf-8"))
    assert entry == {"host": "localhost", "sha256": "ab"}


def _fill_what_else_keeps(study: Study, tmp_path: Path) -> None:
    """Put something of theirs wherever a study keeps anything beside its sources."""
    questions = tmp_path / "kiln visit questions.jsonl"
    asked = [
        {"class": "unanswerable", "persona": persona.id, "questions": ["Who feeds the owl?"]}
        for persona in study.document().personas
    ]
    questions.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    study.examining.examine(questions=questions)
    study.message_test.test("Nobody answers your letters about cracked cobalt tiles? We do.")
    corrections = study.folder / CORRECTIONS
    corrections.mkdir()
    roles = '[roles]\n"Odette Vrba" = "interviewer"\n'
    (corrections / "Odette Vrba calls.toml").write_text('kind = "interview"\n', encoding="utf-8")
    (corrections / "calls.toml").write_text(roles, encoding="utf-8")
    (corrections / "others.toml").write_text('kind = "interview"\n', encoding="utf-8")
    with closing(Answers(study.folder)) as answers:
        answers.keep("k", json.dumps({"quote": ODETTE}), [])
    for name in ("embeddings.db", "embeddings.db-wal"):
        (study.folder / name).write_text(ODETTE, encoding="utf-8")


def test_what_waits_for_import_goes_where_it_holds_them(study):
    waiting = study.folder / "incoming"
    waiting.mkdir()
    document = docx.Document()
    for line in ODETTE.splitlines():
        document.add_paragraph(line)
    document.save(waiting / "visit.docx")
    (waiting / "odette.txt").write_text("Nothing.", encoding="utf-8")
    with zipfile.ZipFile(waiting / "all.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("group.txt", GROUP)
    (waiting / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (waiting / "other.csv").write_text("id,comment\n1,The lamp is dim.\n", encoding="utf-8")
    done = study.custody.withdraw(pseudonym(study, "load the kiln"))
    gone = [Path(path).name for path in done.waiting]
    assert gone == ["all.zip", "broken.pdf", "odette.txt", "visit.docx"]
    assert [path.name for path in waiting.iterdir()] == ["other.csv"]


def test_in_a_focus_group_only_their_turns_go(study):
    them = pseudonym(study, "shed floods")
    done = study.custody.withdraw(them)
    assert (len(done.sources), len(done.trimmed)) == (0, 1)
    group = next(s for s in study.material().sources if s.id == done.trimmed[0])
    assert [u.role for u in group.utterances].count("interviewer") == 1
    assert len(group.utterances) == 5
    assert them not in {p.id for p in study.material().participants}


def test_of_a_table_only_their_rows_go(study):
    done = study.custody.withdraw(pseudonym(study, "stoneware"))
    reviews = next(s for s in study.material().sources if s.id == done.trimmed[0])
    assert [u.text.split()[1] for u in reviews.utterances] == ["weekly", "fails"]


def test_what_rested_on_them_is_made_anew_and_stands(study):
    study.analyze()
    them = pseudonym(study, "load the kiln")
    before = study.findings()
    study.custody.withdraw(them)
    after = study.findings()
    assert study.verify() == []
    assert them not in {i.participant for i in after.insights}
    assert len(after.insights) < len(before.insights)
    left = {i.id for i in before.insights if i.participant != them}
    assert left <= {i.id for i in after.insights}


def test_decisions_on_others_stand(study):
    study.analyze()
    them = pseudonym(study, "load the kiln")
    other = next(i for i in study.findings().insights if i.participant != them)
    study.decide(Decision(action="accept", targets=(other.id,)), "Bo")
    study.custody.withdraw(them)
    now = next(i for i in study.findings().insights if i.id == other.id)
    assert now.status == "accepted"


def test_the_search_finds_them_no_more(study):
    them = pseudonym(study, "load the kiln")
    study.custody.withdraw(them)
    assert all("cobalt" not in passage.text for passage in study.search("cracked cobalt tiles"))


def test_nobody_of_that_name_is_told_and_nothing_changes(study):
    before = study.material()
    with pytest.raises(UnknownIdError, match="no participant 'P99'"):
        study.custody.withdraw("P99")
    assert study.material() == before


def test_an_erasure_that_a_crash_cut_short_is_finished_on_opening(study, monkeypatch):
    study.analyze()
    study.export(["md"])
    them = pseudonym(study, "load the kiln")

    def crash(folder, ledger):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("personagen.custody.withdrawal.clean_folder", crash)
        with pytest.raises(KeyboardInterrupt):
            study.custody.withdraw(them)
    study.close()
    runs = their_words(*said_by(ODETTE, "Odette Vrba"), left=GROUP)
    with Study.open(study.folder) as opened:
        assert opened.verify() == []
    assert leaks(study.folder, runs, []) == []


def test_their_own_files_in_the_folder_are_named_not_deleted(study):
    own = study.folder / "notes.txt"
    own.write_text("the chart is always wrong again, she says", encoding="utf-8")
    done = study.custody.withdraw(pseudonym(study, "load the kiln"))
    assert done.remains == (str(own),)
    assert own.exists()


def reimport(study: Study, tmp_path: Path, **options):
    done = study.import_files([tmp_path / "inbox"], **options)
    return {Path(file.path).name: file for file in done.files}


def test_a_file_they_spoke_in_is_refused_until_confirmed(study, tmp_path):
    them = pseudonym(study, "load the kiln")
    study.custody.withdraw(them)
    visit = "Odette Vrba kiln visit.txt"
    refused = reimport(study, tmp_path)[visit]
    assert refused.status == "refused"
    assert refused.error is not None
    assert f"{them} spoke in it and withdrew on" in refused.error
    assert "--confirm-withdrawn" in refused.error
    again = reimport(study, tmp_path, confirmed=True)[visit]
    assert again.status == "imported"
    assert pseudonym(study, "load the kiln") != them


def test_another_copy_of_what_they_said_is_refused_by_their_name(study, tmp_path):
    study.custody.withdraw(pseudonym(study, "load the kiln"))
    copy = tmp_path / "inbox" / "same visit.txt"
    copy.write_text(ODETTE + "Interviewer: Thanks.\n", encoding="utf-8")
    refused = reimport(study, tmp_path)[copy.name]
    assert refused.status == "refused"
    assert refused.error is not None
    assert "seems to speak in it" in refused.error
    assert "Odette" not in refused.error


def test_their_rows_in_another_export_are_left_out_and_said(study, tmp_path):
    study.custody.withdraw(pseudonym(study, "stoneware"))
    later = tmp_path / "inbox" / "later.csv"
    later.write_text(
        "email,rating,comment\nodette@example.org,1,I told you about the crate before.\n"
        "new@example.org,4,The depot answers within a day now.\n",
        encoding="utf-8",
    )
    done = reimport(study, tmp_path)[later.name]
    assert (done.status, done.utterances) == ("imported", 1)
    assert "1 record(s) of people who withdrew left out" in done.warnings


def test_a_tombstone_tells_nobody_who_it_was(study):
    study.custody.withdraw(pseudonym(study, "stoneware"))
    study.close()
    assert leaks(study.folder, (), ["odette@example.org"]) == []
