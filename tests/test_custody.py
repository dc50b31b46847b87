"""Consent, the day until which a study is kept, and who can be known again in a document."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from personagen.cli import main
from personagen.config import PRIVACY_FILE
from personagen.errors import UnknownIdError
from personagen.models import (
    Claim,
    Evidence,
    Findings,
    Material,
    Participant,
    Persona,
    Provenance,
)
from personagen.reidentification import Risk, noted, risks_of
from personagen.study import Study
from tests.test_importing import INTERVIEW


@pytest.fixture
def study(tmp_path):
    (tmp_path / "hana.txt").write_text(INTERVIEW, encoding="utf-8")
    study = Study.create(tmp_path / "study")
    study.import_files([tmp_path / "hana.txt"])
    yield study
    study.close()


def test_consent_is_noted_and_counted(study):
    study.custody.consent("P01", "given")
    assert study.status().consent == {"given": 1, "unknown": 1}
    study.import_files([study.folder.parent / "hana.txt"])
    assert study.status().consent == {"given": 1, "unknown": 1}
    with pytest.raises(UnknownIdError, match="no participant 'P99'"):
        study.custody.consent("P99", "given")


def test_after_its_day_the_study_asks_whether_it_may_still_be_kept(study):
    assert study.status().asks == ""
    (study.folder / PRIVACY_FILE).write_text("keep_until = 2020-01-31\n", encoding="utf-8")
    assert "was to be kept until 2020-01-31" in study.status().asks
    (study.folder / PRIVACY_FILE).write_text("keep_until = 2999-01-31\n", encoding="utf-8")
    assert study.status().asks == ""


def _persona(*participants: str) -> Persona:
    return Persona(
        id="pe_1", name="The planner", kind="user", summary="Plans.", participants=participants,
        fields={},
    )  # fmt: skip


def test_a_persona_of_one_person_is_flagged_in_the_document():
    findings = Findings(personas=(_persona("P01"),))
    risks = risks_of(Material(), findings)
    assert [risk.where for risk in risks] == ["pe_1"]
    assert noted(findings, risks).personas[0].notes == (risks[0].why,)
    assert risks_of(Material(), Findings(personas=(_persona("P01", "P02"),))) == []


def _claim(number: int, text: str, *quoted: str, people: tuple[str, ...] = ()) -> Claim:
    return Claim(
        id=f"c{number}", type="pain_point", theme=None, text=text,
        supports=tuple(_evidence(who, f"{number}.{n}") for n, who in enumerate(quoted)),
        participants=people or tuple(dict.fromkeys(quoted)), n=1, of=2, interval=(0.0, 1.0),
        sources={"interview": len(quoted)},
        provenance=Provenance(analyst="extractive", at=datetime(2026, 3, 4, tzinfo=UTC)),
    )  # fmt: skip


def _evidence(who: str, place: str) -> Evidence:
    return Evidence(
        source="s1", utterance=f"u{place}", start=0, end=4, quote="word", speaker=who,
        role="participant", participant=who,
    )  # fmt: skip


def _why(persona: Persona, *claims: Claim) -> list[str]:
    return [risk.why for risk in risks_of(Material(), Findings(personas=(persona,), claims=claims))]


def test_a_persona_in_the_words_of_one_of_its_members_is_flagged():
    one = _persona("P01", "P02").model_copy(update={"fields": {"pain_points": ("c1", "c2")}})
    mostly = _claim(1, "It is slow.", "P01", "P01", "P01"), _claim(2, "It is dear.", "P02")
    assert _why(one, *mostly) == [
        "3 of its 4 quotations are P01's: who knows them may know them here"
    ]
    assert _why(one, _claim(1, "It is slow.", "P01"), _claim(2, "It is dear.", "P01"))
    assert not _why(one, _claim(1, "It is slow.", "P01", "P02"), _claim(2, "So.", "P02", "P01"))
    gone = mostly[0].model_copy(update={"status": "rejected"})
    assert not _why(one, gone, mostly[1])


def test_what_points_at_one_person_only_together_is_flagged():
    one = _persona("P01", "P02", "P03").model_copy(update={"firmographics": ("c1", "c2", "c3")})
    firm = [
        _claim(1, "Retail", people=("P01", "P02")),
        _claim(2, "50 employees", people=("P02", "P03")),
        _claim(3, "Ulm", people=("P01", "P02", "P03")),
    ]
    assert _why(one, *firm) == ["'Retail' and '50 employees' hold together for P02 alone"]
    assert not _why(one, firm[0], firm[2])
    assert _why(one, _claim(1, "Retail", people=("P03",)))[0].endswith("holds for P03 alone")


def test_the_risk_is_told_before_a_document_is_written(study, monkeypatch):
    told = []
    monkeypatch.setattr("personagen.reidentification.risks_of", lambda *_: [
        Risk(where="pe_1", why="this is P01 alone")
    ])  # fmt: skip
    monkeypatch.setattr(Study, "export", lambda *_: told.append("written") or [])
    monkeypatch.setattr("click.echo", lambda text, **_: told.append(text))
    CliRunner().invoke(main, ["export", "-s", str(study.folder)])
    assert told == ["before this leaves the house: pe_1: this is P01 alone", "written"]


def test_those_alone_with_their_attributes_are_counted():
    same = {"role": "buyer", "size": "10", "town": "Ulm"}
    people = [Participant(id=f"P0{n}", kind="interviewee", attributes=same) for n in (1, 2)]
    people.append(Participant(id="P03", kind="interviewee", attributes={**same, "town": "Bonn"}))
    (risk,) = risks_of(Material(participants=tuple(people)), Findings())
    assert risk.why.startswith("1 of 3 are alone with their attributes")


def test_the_product_is_nobodys_name(tmp_path: Path) -> None:
    with Study.create(tmp_path / "study") as study:
        facts = tmp_path / "study" / "study.toml"
        named = facts.read_text(encoding="utf-8").replace('name = ""', 'name = "Marlena Desk"')
        facts.write_text(named, encoding="utf-8")
        file = tmp_path / "talk.txt"
        file.write_text(
            "Interviewer: What did you do then?\n\n"
            "Ilse: Thanks, Marlena, I said. My friend called Marlena laughed.\n\n"
            "Interviewer: And then?\n\nIlse: Marlena Desk had lost it all.\n",
            encoding="utf-8",
        )
        study.import_files([file])
        said = " ".join(u.text for s in study.material().sources for u in s.utterances)
    assert "Marlena Desk had lost it all" in said
    assert "[colleague" not in said
